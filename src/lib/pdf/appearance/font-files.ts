// Addresses of what a page's worker draws with; Node reads the same files (`cli/fonts.ts`).
import arabic from '#lib/fonts/arabic.ttf?url';
import caveat from '#lib/fonts/caveat.ttf?url';
import dancing from '#lib/fonts/dancing.ttf?url';
import coverage from '#lib/fonts/han-coverage.bin?url';
import han from '#lib/fonts/han.ttf?url';
import hans from '#lib/fonts/hans.ttf?url';
import hant from '#lib/fonts/hant.ttf?url';
import hebrew from '#lib/fonts/hebrew.ttf?url';
import japanese from '#lib/fonts/japanese.ttf?url';
import korean from '#lib/fonts/korean.ttf?url';
import latin from '#lib/fonts/latin.ttf?url';
import marck from '#lib/fonts/marck.ttf?url';
import vibes from '#lib/fonts/vibes.ttf?url';
import shaping from 'harfbuzzjs/dist/harfbuzz.wasm?url';
import type { FontPart } from './fonts.ts';

/** HarfBuzz's shaper. */
export const shapingFile: string = shaping;

export const fontFiles: Readonly<Record<FontPart, string>> = {
  latin,
  hebrew,
  arabic,
  hans,
  hant,
  japanese,
  korean,
  han,
  'han-coverage': coverage,
  caveat,
  dancing,
  marck,
  vibes
};
