import { PdfError } from '../error.ts';
import type { Face } from './face.ts';

/** Hands of typed signatures, first the one that an older mark without a hand was written in. */
export const HANDS = ['caveat', 'dancing', 'marck', 'vibes'] as const;
export type Hand = (typeof HANDS)[number];

/** Packs that hold Han characters, in the order of their bits in `FontSet.han`. */
export const HAN_PACKS = ['hans', 'hant', 'japanese', 'korean', 'han'] as const;
export type HanPack = (typeof HAN_PACKS)[number];

/**
 * A font file that is fetched when a character needs it: Noto Sans for Latin with Greek and Cyrillic, Hebrew,
 * Arabic, simplified and traditional Chinese, Japanese, Korean, and Han that only rare names hold. The build
 * cuts them (`scripts/fonts.js`).
 */
export type PackId = 'latin' | 'hebrew' | 'arabic' | HanPack | Hand;

/** A pack, or the table that says which of them has which Han character. */
export type FontPart = PackId | 'han-coverage';

/** What appearances are drawn with; brought by whoever signs. */
export interface FontSet {
  /** Null when the pack is not here; it may be on its way. */
  face(pack: PackId): Face | null;
  /** Bit i: `HAN_PACKS[i]` has the character. Null when the table is not here. */
  han(codePoint: number): number | null;
}

/**
 * A part that has to be fetched before this text can be drawn. Code `font-pack`: where it cannot be fetched
 * this is the error that a person sees, so it names the pack and the character.
 */
export class FontNeeded extends PdfError {
  constructor(
    readonly part: FontPart,
    readonly character: string,
    what: string
  ) {
    super('font-pack', `${what}: "${character}" (${pointOf(character)}) needs the font pack "${part}"`);
  }
}

/** No pack has this character. */
export class GlyphMissing extends PdfError {
  constructor(
    readonly character: string,
    what: string
  ) {
    super('glyph-missing', `${what}: no glyph for "${character}" (${pointOf(character)})`);
  }
}

/** `U+1F600`. */
export function pointOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
