import { HANDS, type FontSet, type Hand } from '../pdf/appearance/fonts.ts';
import { chooseFonts } from '../pdf/appearance/packs.ts';
import { normalText } from '../pdf/appearance/set-text.ts';
import type { SignInput } from './layout.ts';

/** The hand of a typed signature that names none. */
export const FIRST_HAND: Hand = HANDS[0];

/** A text that is going to be drawn. */
export interface DrawnText {
  readonly text: string;
  /** The hand of a typed signature, null for a value. */
  readonly hand: Hand | null;
  /** Names it in errors. */
  readonly what: string;
}

/** Everything that a party's signature writes on the pages. */
export function textsOfInput(input: SignInput): DrawnText[] {
  const values = Object.entries(input.values).map(([what, text]) => ({ text, hand: null, what }));
  const typed = Object.entries(input.marks).flatMap(([what, mark]) =>
    mark.kind === 'typed' ? [{ text: mark.text, hand: mark.hand ?? FIRST_HAND, what }] : []
  );
  return [...values, ...typed];
}

/**
 * Asks for every font of these texts: the one question whether something can be drawn. Throws PdfError
 * `glyph-missing` naming the character, and FontNeeded for a pack that has to be fetched.
 */
export function chooseAll(texts: readonly DrawnText[], fonts: FontSet): void {
  for (const { text, hand, what } of texts)
    chooseFonts(normalText(text), { fonts, hand, embed: false, what });
}
