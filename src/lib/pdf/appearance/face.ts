import type { TrueType } from './truetype.ts';

export interface Glyph {
  readonly id: number;
  /** Index into the text (UTF-16 units) of the first character it stands for; a letter and its marks share one. */
  readonly cluster: number;
  /** Font units. */
  readonly advance: number;
  readonly dx: number;
  readonly dy: number;
}

/** A font that text is set in. */
export interface Face {
  readonly unitsPerEm: number;
  /** The font program; null for one that every PDF reader brings (ISO 32000-2 §9.6.2.2). */
  readonly program: TrueType | null;
  /** Whether the font has a glyph for a code point. */
  has(codePoint: number): boolean;
  /** Glyphs of `text[from, to)` from left to right; what stands around it counts for joining. */
  shape(text: string, from: number, to: number, rightToLeft: boolean): Glyph[];
  /** Advance of a glyph as the font's metrics table has it, in font units. */
  advance(glyph: number): number;
}
