import { PdfError } from '../error.ts';
import { numberText } from '../serialize.ts';
import type { EmbeddedFont } from './embedded-font.ts';
import type { Face, Glyph } from './harfbuzz.ts';

/** Smallest size a value is drawn at, in points: below that it counts as not fitting. */
export const SMALLEST = 6;
const LEADING = 1.25;

export interface TextArea {
  readonly width: number;
  readonly height: number;
  /** Size wanted, in points; it shrinks to `SMALLEST` (or less, when less was wanted) before it fails. */
  readonly size: number;
  readonly multiline: boolean;
  /** Instead of `SMALLEST`: what is looked at more than read may be smaller. */
  readonly smallest?: number;
}

interface Line {
  readonly text: string;
  readonly glyphs: readonly Glyph[];
  /** Font units. */
  readonly width: number;
}

export interface LaidText {
  readonly size: number;
  readonly lines: readonly Line[];
}

/** As it is drawn and checked: composed (NFC), tabs and odd spaces as a space, line ends as `\n`. */
export function normalText(value: string): string {
  return value
    .normalize('NFC')
    .replace(/\r\n?|\u2028|\u2029/g, '\n')
    .replace(/[\t\u00a0\u2007\u202f]/g, ' ');
}

/**
 * Every character must have a glyph, before anything is drawn. Throws PdfError `glyph-missing` that names
 * the first one that has none, with its code point and `what` it stands in.
 */
export function checkGlyphs(face: Face, value: string, what: string): void {
  for (const character of normalText(value)) {
    const code = character.codePointAt(0) ?? 0;
    if (code === 10 || face.has(code)) continue;
    const point = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
    throw new PdfError('glyph-missing', `${what}: no glyph for "${character}" (${point})`);
  }
}

function shapeLine(face: Face, text: string): Line {
  const glyphs = face.shape(text);
  return { text, glyphs, width: glyphs.reduce((sum, glyph) => sum + glyph.advance, 0) };
}

/** Words put into lines no wider than `width` (font units); a longer word makes the text not fit. */
function wrap(face: Face, text: string, width: number): Line[] | null {
  const lines: Line[] = [];
  for (const paragraph of text.split('\n')) {
    let line = shapeLine(face, '');
    for (const word of paragraph.split(' ')) {
      const longer = shapeLine(face, line.text === '' ? word : `${line.text} ${word}`);
      if (longer.width <= width) line = longer;
      else {
        if (line.text !== '') lines.push(line);
        line = shapeLine(face, word);
        if (line.width > width) return null;
      }
    }
    lines.push(line);
  }
  return lines;
}

/**
 * Lays a value out in its area, shrinking until it fits. Throws PdfError `glyph-missing` or `does-not-fit`,
 * each naming `what`.
 */
export function layText(face: Face, value: string, area: TextArea, what: string): LaidText {
  checkGlyphs(face, value, what);
  const text = area.multiline ? normalText(value) : normalText(value).replace(/\n/g, ' ');
  const smallest = Math.min(area.smallest ?? SMALLEST, area.size);
  for (let size = area.size; ; size = Math.max(smallest, size - 0.5)) {
    const width = (area.width * face.unitsPerEm) / size;
    const lines = area.multiline ? wrap(face, text, width) : [shapeLine(face, text)];
    if (lines !== null) {
      const high = size * (1 + LEADING * (lines.length - 1));
      if (lines.every((line) => line.width <= width) && high <= area.height) return { size, lines };
    }
    if (size <= smallest) break;
  }
  throw new PdfError('does-not-fit', `${what}: "${value}" does not fit its field`);
}

/** The text a glyph stands for: its characters up to the next cluster; none for a second glyph of one. */
function clusterText(line: Line, index: number): string {
  const { cluster } = line.glyphs[index] ?? { cluster: 0 };
  const starts = line.glyphs.map((glyph) => glyph.cluster);
  if (starts.indexOf(cluster) !== index) return '';
  const next = starts.filter((start) => start > cluster);
  return line.text.slice(cluster, next.length === 0 ? line.text.length : Math.min(...next));
}

/**
 * Operators that show one line with its baseline's left end at (x, y), in points. Kerning and mark positions
 * are kept: what the shaper moved, /TJ and /Ts move too.
 */
export function showLine(font: EmbeddedFont, line: Line, size: number, x: number, y: number): string {
  const { face } = font;
  const thousandth = (units: number) => (units * 1000) / face.unitsPerEm;
  let rise = 0;
  let out = `1 0 0 1 ${numberText(round(x))} ${numberText(round(y))} Tm [`;
  let open = false;
  let pending = 0;
  const flush = (): void => {
    if (open) out += '>';
    open = false;
  };
  line.glyphs.forEach((glyph, index) => {
    if (glyph.dy !== rise) {
      flush();
      rise = glyph.dy;
      out += `]TJ ${numberText(round((rise * size) / face.unitsPerEm))} Ts [`;
    }
    pending += thousandth(glyph.dx);
    if (Math.round(pending) !== 0) {
      flush();
      out += numberText(-Math.round(pending));
      pending = 0;
    }
    if (!open) out += '<';
    open = true;
    out += font.code(glyph.id, clusterText(line, index)).toString(16).padStart(4, '0');
    pending += thousandth(glyph.advance - glyph.dx - face.advance(glyph.id));
  });
  flush();
  return `${out}]TJ${rise === 0 ? '' : ' 0 Ts'}`;
}

const round = (value: number): number => Math.round(value * 100) / 100;

export interface Placement {
  /** Points between the area's left edge and the box's. */
  readonly inset: number;
  readonly align: 'left' | 'center';
}

/** Operators that show laid text in a box of `width` × `height` points: one line centred in height. */
export function showText(
  font: EmbeddedFont,
  laid: LaidText,
  box: { readonly width: number; readonly height: number },
  { inset, align }: Placement
): string {
  const { size, lines } = laid;
  const step = size * LEADING;
  const high = size + step * (lines.length - 1);
  // Baseline of the first line: 0.78 of the size below the top of the block, as capitals look centred.
  const top = lines.length === 1 ? (box.height + high) / 2 : box.height - inset;
  const first = top - 0.85 * size;
  const shown = lines.map((line, index) => {
    const width = (line.width * size) / font.face.unitsPerEm;
    const x = align === 'center' ? Math.max(inset, (box.width - width) / 2) : inset;
    return showLine(font, line, size, x, first - index * step);
  });
  return `BT /F0 ${numberText(size)} Tf 0 g ${shown.join(' ')} ET`;
}
