import type { Face } from './face.ts';
import {
  FontNeeded,
  GlyphMissing,
  HAN_PACKS,
  type FontPart,
  type FontSet,
  type Hand,
  type HanPack,
  type PackId
} from './fonts.ts';
import { helvetica } from './helvetica.ts';

/** A font as text is set in it: a pack, or the one that needs none. */
export type FontId = PackId | 'helvetica';

export interface ChosenFont {
  readonly id: FontId;
  readonly face: Face;
}

/** What a text is set with. */
export interface Choice {
  readonly fonts: FontSet;
  /** The hand of a typed signature; what it lacks is set like other text. */
  readonly hand: Hand | null;
  /** Every font must be in the file (PDF/A), so none is left to the reader. */
  readonly embed: boolean;
  /** Names the field in errors. */
  readonly what: string;
}

type Range = readonly [from: number, to: number];
const within = (code: number, ranges: readonly Range[]): boolean =>
  ranges.some(([from, to]) => code >= from && code <= to);

const HEBREW: readonly Range[] = [
  [0x590, 0x5ff],
  [0xfb1d, 0xfb4f]
];
const ARABIC: readonly Range[] = [
  [0x600, 0x6ff],
  [0x750, 0x77f],
  [0x8a0, 0x8ff],
  [0xfb50, 0xfdff],
  [0xfe70, 0xfefe]
];
const HANGUL: readonly Range[] = [
  [0x1100, 0x11ff],
  [0x3130, 0x318f],
  [0xac00, 0xd7a3]
];
const KANA: readonly Range[] = [
  [0x3041, 0x30fa],
  [0x30fc, 0x30ff],
  [0x31f0, 0x31ff],
  [0xff66, 0xff9f]
];
const HAN: readonly Range[] = [
  [0x2e80, 0x2fdf],
  [0x3005, 0x3007],
  [0x3400, 0x9fff],
  [0xf900, 0xfaff],
  [0x20000, 0x3134f]
];
/** Punctuation, full-width forms and signs of East Asian text. */
const EASTERN: readonly Range[] = [
  [0x2460, 0x27bf],
  [0x3000, 0x33ff],
  [0xfe30, 0xfe4f],
  [0xff00, 0xffef]
];
/** What takes the font of its neighbour: blanks, digits, punctuation, marks over letters. */
const SHARED: readonly Range[] = [
  [0x20, 0x40],
  [0x5b, 0x60],
  [0x7b, 0x7e],
  [0xa0, 0xbf],
  [0x300, 0x36f],
  [0x200c, 0x200d],
  [0x2010, 0x206f],
  [0x25cc, 0x25cc],
  [0xfe00, 0xfe0f]
];
/**
 * Whatever a font says of them: controls, and the overrides of direction, with which a value could be drawn
 * in another order than it is read.
 */
const REFUSED: readonly Range[] = [
  [0, 0x1f],
  [0x7f, 0x9f],
  [0x202a, 0x202e]
];
/** Nothing to draw: joiners, marks of direction, isolates. */
const INVISIBLE: readonly Range[] = [
  [0xad, 0xad],
  [0x200b, 0x200f],
  [0x2060, 0x2060],
  [0x2066, 0x2069],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff]
];

const isShared = (code: number): boolean => within(code, SHARED) && !within(code, REFUSED);
export const isInvisible = (code: number): boolean => within(code, INVISIBLE);
export const isHan = (code: number): boolean => within(code, HAN);
export const isHangul = (code: number): boolean => within(code, HANGUL);
/** Text of these may break between any two characters. */
export const isEastern = (code: number): boolean =>
  isHan(code) || isHangul(code) || within(code, KANA) || within(code, EASTERN);

interface Character {
  readonly code: number;
  readonly text: string;
  /** Index of its first UTF-16 unit. */
  readonly at: number;
}

function charactersOf(text: string): Character[] {
  let at = 0;
  return [...text].map((character) => {
    const found = { code: character.codePointAt(0) ?? 0, text: character, at };
    at += character.length;
    return found;
  });
}

/**
 * The font of each UTF-16 unit of a text. A text that Helvetica can write is written in it alone, another one
 * in the packs of its scripts. Throws PdfError `glyph-missing` naming the first character that no pack has,
 * with its code point, and FontNeeded for a pack that is not here yet.
 */
export function chooseFonts(text: string, choice: Choice): ChosenFont[] {
  const characters = charactersOf(text);
  const drawn = characters.filter(({ code }) => code !== 10 && !isInvisible(code));
  if (choice.hand === null && !choice.embed && drawn.every(({ code }) => helvetica.has(code))) {
    return Array.from({ length: text.length }, () => ({ id: 'helvetica' as const, face: helvetica }));
  }
  return new Chooser(choice, drawn).choose(text, characters);
}

class Chooser {
  readonly #faces = new Map<PackId, ChosenFont>();
  #eastern: readonly HanPack[] | null = null;

  constructor(
    private readonly choice: Choice,
    private readonly drawn: readonly Character[]
  ) {}

  choose(text: string, characters: readonly Character[]): ChosenFont[] {
    const units = new Array<ChosenFont | null>(text.length).fill(null);
    let last: ChosenFont | null = null;
    for (const character of characters) {
      const { code, at } = character;
      if (code === 10 || isInvisible(code)) continue;
      const shared = isShared(code);
      // A shared character before the first of its own waits for that one.
      if (shared && last === null && this.drawn.some((other) => !isShared(other.code))) continue;
      if (!shared || last === null || !last.face.has(code)) last = this.#fontOf(character);
      for (let i = 0; i < character.text.length; i += 1) units[at + i] = last;
    }
    // Backwards: what waited takes the font that follows, when that one has it.
    let next: ChosenFont | null = last;
    for (const character of [...characters].reverse()) {
      const own = units[character.at] ?? null;
      if (own !== null) next = own;
      else {
        const blank = character.code === 10 || isInvisible(character.code);
        if (next === null || !(blank || next.face.has(character.code))) next = this.#fontOf(character);
        for (let i = 0; i < character.text.length; i += 1) units[character.at + i] = next;
      }
    }
    return units.map((unit) => unit ?? { id: 'helvetica', face: helvetica });
  }

  #face(pack: PackId, character: string): ChosenFont {
    let found = this.#faces.get(pack);
    if (found === undefined) {
      const face = this.choice.fonts.face(pack);
      if (face === null) throw this.#needed(pack, character);
      found = { id: pack, face };
      this.#faces.set(pack, found);
    }
    return found;
  }

  #needed(part: FontPart, character: string): FontNeeded {
    return new FontNeeded(part, character, this.choice.what);
  }

  #fontOf(character: Character): ChosenFont {
    const { code, text } = character;
    const { hand } = this.choice;
    const candidates = hand === null ? this.#candidates(character) : [hand, ...this.#candidates(character)];
    for (const pack of within(code, REFUSED) ? [] : candidates) {
      const found = this.#face(pack, text);
      if (found.face.has(code)) return found;
    }
    throw new GlyphMissing(text, this.choice.what);
  }

  #candidates(character: Character): readonly PackId[] {
    const { code } = character;
    if (within(code, HEBREW)) return ['hebrew'];
    if (within(code, ARABIC)) return ['arabic'];
    if (isHan(code)) {
      const has = this.#han(character);
      return this.#east().filter((pack) => (has & bitOf(pack)) !== 0);
    }
    if (within(code, KANA)) return ['japanese'];
    if (isHangul(code)) return ['korean'];
    if (within(code, EASTERN)) return code < 0x2800 ? ['latin', ...this.#east()] : this.#east();
    return ['latin'];
  }

  #han({ code, text }: Character): number {
    const packs = this.choice.fonts.han(code);
    if (packs === null) throw this.#needed('han-coverage', text);
    return packs;
  }

  /** The packs of East Asian text, first the one whose script the whole text is in. */
  #east(): readonly HanPack[] {
    return (this.#eastern ??= this.#order());
  }

  #order(): HanPack[] {
    const has = (ranges: readonly Range[]) => this.drawn.some(({ code }) => within(code, ranges));
    if (has(KANA)) return ['japanese', 'hans', 'hant', 'korean', 'han'];
    if (has(HANGUL)) return ['korean', 'hans', 'hant', 'japanese', 'han'];
    const masks = this.drawn.filter(({ code }) => isHan(code)).map((character) => this.#han(character));
    const order = ['hans', 'hant', 'japanese', 'korean'] as const;
    const count = (pack: HanPack) => masks.filter((mask) => (mask & bitOf(pack)) !== 0).length;
    // Array.prototype.sort is stable: among equals simplified Chinese stays first.
    return [...[...order].sort((a, b) => count(b) - count(a)), 'han'];
  }
}

const bitOf = (pack: HanPack): number => 1 << HAN_PACKS.indexOf(pack);
