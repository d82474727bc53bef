import bidiFactory, { type Bidi } from 'bidi-js';
import type { Face, Glyph } from './face.ts';
import { chooseFonts, isInvisible, type Choice, type ChosenFont, type FontId } from './packs.ts';

/** Glyphs of one font and one direction, from left to right. */
export interface Run {
  readonly font: FontId;
  readonly face: Face;
  readonly glyphs: readonly Glyph[];
  /** The characters it shows: UTF-16 units of the line's text. */
  readonly from: number;
  readonly to: number;
}

/** One line as it is drawn: its runs from left to right. */
export interface Line {
  readonly text: string;
  readonly runs: readonly Run[];
  /** In ems: times the size gives points. */
  readonly width: number;
  /** Its paragraph reads from right to left. */
  readonly rightToLeft: boolean;
}

/** As it is drawn and checked: composed (NFC), tabs and odd spaces as a space, line ends as `\n`. */
export function normalText(value: string): string {
  return value
    .normalize('NFC')
    .replace(/\r\n?|\u2028|\u2029/g, '\n')
    .replace(/[\t\u00a0\u2007\u202f]/g, ' ');
}

/** Hebrew, Arabic and their forms, and the marks that set a direction. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\u200f\u2067\ufb1d-\ufdff\ufe70-\ufefc]/;
/** Made when first needed: it unpacks its tables of characters. */
let bidi: Bidi | null = null;

/** A text with its fonts and its directions (UAX #9), ready to be cut into lines. */
export class SetText {
  readonly #fonts: readonly ChosenFont[];
  readonly #levels: Uint8Array;
  readonly #bases: readonly { readonly start: number; readonly end: number; readonly level: number }[];

  /** `text`: normal, with `\n` between paragraphs. Throws what `chooseFonts` throws. */
  constructor(
    readonly text: string,
    choice: Choice
  ) {
    this.#fonts = chooseFonts(text, choice);
    if (RIGHT_TO_LEFT.test(text)) {
      bidi ??= bidiFactory();
      const found = bidi.getEmbeddingLevels(text);
      this.#levels = found.levels;
      this.#bases = found.paragraphs;
    } else {
      this.#levels = new Uint8Array(text.length);
      this.#bases = [];
    }
  }

  /** Units `[from, to)` as a line of their own; blanks at its end are left out. */
  line(from: number, to: number): Line {
    let end = to;
    while (end > from && this.text[end - 1] === ' ') end -= 1;
    const base =
      this.#bases.find((paragraph) => from >= paragraph.start && from <= paragraph.end)?.level ?? 0;
    const runs: (Run & { readonly level: number })[] = [];
    for (let start = from; start < end;) {
      const font = this.#fonts[start];
      const level = this.#levels[start] ?? 0;
      let stop = start + 1;
      while (stop < end && this.#fonts[stop]?.id === font?.id && this.#levels[stop] === level) stop += 1;
      if (font !== undefined) runs.push({ level, ...this.#shape(font, start, stop, level % 2 === 1) });
      start = stop;
    }
    return {
      text: this.text,
      runs: inOrder(runs),
      width: runs.reduce((sum, run) => sum + widthOf(run), 0),
      rightToLeft: base % 2 === 1
    };
  }

  #shape({ id, face }: ChosenFont, from: number, to: number, rightToLeft: boolean): Run {
    return { font: id, face, glyphs: face.shape(this.text, from, to, rightToLeft), from, to };
  }
}

const widthOf = ({ glyphs, face }: Run): number =>
  glyphs.reduce((sum, glyph) => sum + glyph.advance, 0) / face.unitsPerEm;

/**
 * The characters of a value's one line from left to right, as an appearance of ours shows them and its fonts'
 * /ToUnicode says them: normal, without what is invisible. A picture that says something else lies (S2).
 */
export function visualText(value: string): string {
  const text = normalText(value).replace(/\n/g, ' ').replace(/ +$/, '');
  if (!RIGHT_TO_LEFT.test(text)) return withoutInvisible(text);
  bidi ??= bidiFactory();
  const order = bidi.getReorderedIndices(text, bidi.getEmbeddingLevels(text));
  // The two halves of a character of the further planes keep their order.
  const characters = order.map((index) => text.charAt(index)).join('');
  return withoutInvisible(characters.replace(/([\udc00-\udfff])([\ud800-\udbff])/g, '$2$1'));
}

const withoutInvisible = (text: string): string =>
  [...text].filter((character) => !isInvisible(character.codePointAt(0) ?? 0)).join('');

/** UAX #9, rule L2: runs of the highest level turned round first, down to the lowest odd one. */
function inOrder<T extends { readonly level: number }>(runs: readonly T[]): T[] {
  const ordered = [...runs];
  const highest = Math.max(0, ...runs.map(({ level }) => level));
  for (let level = highest; level > 0; level -= 1) {
    for (let start = 0; start < ordered.length; start += 1) {
      let end = start;
      while ((ordered[end]?.level ?? -1) >= level) end += 1;
      ordered.splice(start, end - start, ...ordered.slice(start, end).reverse());
      start = Math.max(start, end);
    }
  }
  return ordered;
}

/** What is drawn under one code: a letter with its marks, a ligature. */
export interface Cluster {
  readonly glyphs: readonly Glyph[];
  /** The characters it stands for, without what is invisible. */
  readonly text: string;
}

/** The glyphs of a run by what they stand for, from left to right. */
export function clustersOf({ glyphs, to }: Run, text: string): Cluster[] {
  const groups: Glyph[][] = [];
  for (const glyph of glyphs) {
    const last = groups[groups.length - 1];
    if (last?.[0]?.cluster === glyph.cluster) last.push(glyph);
    else groups.push([glyph]);
  }
  const starts = groups.map((group) => group[0]?.cluster ?? 0).sort((a, b) => a - b);
  return groups.map((group) => {
    const start = group[0]?.cluster ?? 0;
    return {
      glyphs: group,
      text: withoutInvisible(text.slice(start, starts[starts.lastIndexOf(start) + 1] ?? to))
    };
  });
}
