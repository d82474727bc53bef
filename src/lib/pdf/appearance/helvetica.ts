import type { Face, Glyph } from './face.ts';

/** WinAnsi (ISO 32000-2 Annex D.2) 0x80 to 0x9F; a space where it has nothing. */
const HIGH = '€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ';
/** Advances of codes 0x20 to 0xFF in thousandths (Adobe's metrics of Helvetica). */
const ADVANCES = [
  278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556,
  556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278,
  500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469,
  556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500,
  278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584, 350, 556, 350, 222, 556, 333, 1000, 556, 556, 333,
  1000, 667, 333, 1000, 350, 611, 350, 350, 222, 222, 333, 333, 350, 556, 1000, 333, 1000, 500, 333, 944, 350,
  500, 667, 278, 333, 556, 556, 556, 556, 260, 556, 333, 737, 370, 556, 584, 333, 737, 333, 400, 584, 333,
  333, 333, 556, 537, 278, 333, 333, 365, 556, 834, 834, 834, 611, 667, 667, 667, 667, 667, 667, 1000, 722,
  667, 667, 667, 667, 278, 278, 278, 278, 722, 722, 778, 778, 778, 778, 778, 584, 778, 722, 722, 722, 722,
  667, 667, 611, 556, 556, 556, 556, 556, 556, 889, 500, 556, 556, 556, 556, 278, 278, 278, 278, 556, 556,
  556, 556, 556, 556, 556, 584, 611, 556, 556, 556, 556, 500, 556, 500
];

const codes = new Map<number, number>();
for (let code = 0x20; code < 0x7f; code += 1) codes.set(code, code);
for (let code = 0xa1; code < 0x100; code += 1) if (code !== 0xad) codes.set(code, code);
for (let i = 0; i < HIGH.length; i += 1) {
  if (HIGH[i] !== ' ') codes.set(HIGH.charCodeAt(i), 0x80 + i);
}

/**
 * Helvetica in WinAnsi, which freeze puts into every form (/Helv) and every PDF reader has. A value that it
 * can write is written in it: an embedded font costs some 1.3 KB and 60 bytes a letter each time somebody
 * signs, which alone is more than the 450 bytes that a filled field may add (G4 of the performance goals).
 */
export const helvetica: Face = {
  unitsPerEm: 1000,
  program: null,
  has: (codePoint) => codes.has(codePoint),
  advance: (glyph) => ADVANCES[glyph - 0x20] ?? 0,
  shape(text, from, to) {
    const glyphs: Glyph[] = [];
    for (let cluster = from; cluster < to; cluster += 1) {
      // What it has no code for was found to be invisible before (`chooseFonts`).
      const id = codes.get(text.charCodeAt(cluster));
      if (id !== undefined) glyphs.push({ id, cluster, advance: this.advance(id), dx: 0, dy: 0 });
    }
    return glyphs;
  }
};
