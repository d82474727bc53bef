import { GlyphMissing, pointOf, type FontSet } from '../appearance/fonts.ts';
import { setValue, type LaidText } from '../appearance/text.ts';
import { wrap } from '../appearance/wrap.ts';

export interface PieceStyle {
  /** Points. */
  readonly size: number;
  /** `r g b`, 0 to 1. */
  readonly color: string;
  readonly width: number;
  readonly strong?: boolean;
  readonly align?: 'start' | 'right';
}

/** Text laid into lines of a width. */
export interface Piece {
  readonly laid: LaidText;
  readonly width: number;
  readonly height: number;
  readonly color: string;
  readonly strong: boolean;
  readonly align: 'start' | 'right';
}

const LEADING = 1.25;
/** A word longer than this is cut, so that no column is too narrow for it. */
const LONGEST_WORD = 36;

const cut = (text: string): string =>
  text.replace(new RegExp(`\\S{${LONGEST_WORD}}(?=\\S)`, 'g'), (word) => `${word} `);

/** Sets texts of any script; what no font has is written as its code point, for nothing may be left out. */
export class TextSetter {
  constructor(private readonly fonts: FontSet) {}

  piece(text: string, style: PieceStyle): Piece {
    const { size, color, width, strong = false, align = 'start' } = style;
    const lines = this.#lines(cut(text), width / size);
    const height = size * (1 + LEADING * (lines.length - 1));
    return { laid: { size, lines }, width, height, color, strong, align };
  }

  #lines(text: string, width: number): LaidText['lines'] {
    try {
      const set = setValue(text, true, { fonts: this.fonts, hand: null, embed: true, what: 'paper' });
      return wrap(set, width) ?? [set.line(0, set.text.length)];
    } catch (error) {
      if (!(error instanceof GlyphMissing)) throw error;
      return this.#lines(text.split(error.character).join(`[${pointOf(error.character)}]`), width);
    }
  }
}
