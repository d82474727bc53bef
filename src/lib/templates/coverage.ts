import { TemplateError } from './error.ts';

/** Code points that are set without a glyph of their own: blanks and the isolates put around values. */
const INVISIBLE = new Set([0x20, 0xa0, 0x200b, 0x2068, 0x2069, 0x202f, 0xad]);

/**
 * The code points a TrueType or OpenType font has a glyph for, from its `cmap` table (formats 4 and 12).
 * Typst draws a box for a missing one and says nothing (`templates.md` §4), so we look first.
 */
export function coverageOf(font: Uint8Array): (codePoint: number) => boolean {
  const view = new DataView(font.buffer, font.byteOffset, font.byteLength);
  const tables = view.getUint16(4);
  let cmap = -1;
  for (let i = 0; i < tables; i++)
    if (view.getUint32(12 + i * 16) === 0x636d6170) cmap = view.getUint32(20 + i * 16);
  if (cmap < 0) throw new TemplateError('layout-failed', 'a font without a cmap table');
  const ranges: [number, number][] = [];
  for (let i = 0; i < view.getUint16(cmap + 2); i++) {
    const at = cmap + view.getUint32(cmap + 8 + i * 8);
    const format = view.getUint16(at);
    if (format === 12) {
      for (let g = 0; g < view.getUint32(at + 12); g++)
        ranges.push([view.getUint32(at + 16 + g * 12), view.getUint32(at + 20 + g * 12)]);
    } else if (format === 4) {
      const doubled = view.getUint16(at + 6);
      for (let s = 0; s < doubled; s += 2) {
        const end = view.getUint16(at + 14 + s);
        if (end !== 0xffff) ranges.push([view.getUint16(at + 16 + doubled + s), end]);
      }
    }
  }
  return (codePoint) => ranges.some(([from, to]) => codePoint >= from && codePoint <= to);
}

/** Throws `glyph-missing`, naming the characters, when none of the fonts can draw one of them. */
export function checkCoverage(characters: Iterable<number>, fonts: readonly Uint8Array[]): void {
  const covers = fonts.map(coverageOf);
  const missing = [...characters].filter((c) => !INVISIBLE.has(c) && !covers.some((has) => has(c)));
  if (missing.length > 0)
    throw new TemplateError(
      'glyph-missing',
      missing
        .slice(0, 10)
        .map((c) => String.fromCodePoint(c))
        .join(' ')
    );
}
