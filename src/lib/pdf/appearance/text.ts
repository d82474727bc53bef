import { PdfError } from '../error.ts';
import type { PdfRef } from '../objects.ts';
import { numberText } from '../serialize.ts';
import type { Choice, FontId } from './packs.ts';
import type { RevisionFonts } from './revision-fonts.ts';
import { clustersOf, normalText, SetText, type Line } from './set-text.ts';
import { wrap } from './wrap.ts';

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

export interface LaidText {
  readonly size: number;
  readonly lines: readonly Line[];
}

/** The text that is drawn for a value: line ends become blanks where there is one line only. */
export function setValue(value: string, multiline: boolean, choice: Choice): SetText {
  const text = normalText(value);
  return new SetText(multiline ? text : text.replace(/\n/g, ' '), choice);
}

/**
 * Lays a value out in its area, shrinking until it fits. Throws PdfError `glyph-missing` or `does-not-fit`,
 * each naming the field, and FontNeeded.
 */
export function layText(value: string, area: TextArea, choice: Choice): LaidText {
  const set = setValue(value, area.multiline, choice);
  const smallest = Math.min(area.smallest ?? SMALLEST, area.size);
  for (let size = area.size; ; size = Math.max(smallest, size - 0.5)) {
    const width = area.width / size;
    const lines = area.multiline ? wrap(set, width) : [set.line(0, set.text.length)];
    if (lines !== null) {
      const high = size * (1 + LEADING * (lines.length - 1));
      if (lines.every((line) => line.width <= width) && high <= area.height) return { size, lines };
    }
    if (size <= smallest) break;
  }
  throw new PdfError('does-not-fit', `${choice.what}: "${value}" does not fit its field`);
}

/**
 * Lays a value out in cells of equal width, a character in each (§12.7.5.3, Comb): one line a cell. A text
 * that reads from right to left fills the cells from the right. Throws what `layText` throws.
 */
export function layComb(value: string, cells: number, area: TextArea, choice: Choice): LaidText {
  const set = setValue(value, false, choice);
  const starts: number[] = [];
  for (let at = 0; at < set.text.length; at += 1) {
    if (!/[\u0300-\u036f\u05b0-\u05c7\u064b-\u065f\udc00-\udfff]/.test(set.text[at] ?? '')) starts.push(at);
  }
  const all = starts.map((start, index) => set.line(start, starts[index + 1] ?? set.text.length));
  const widest = Math.max(0, ...all.map(({ width }) => width));
  const size = Math.min(area.size, area.width / cells / Math.max(widest, 0.01), area.height);
  if (all.length > cells || size < Math.min(area.smallest ?? SMALLEST, area.size)) {
    throw new PdfError('does-not-fit', `${choice.what}: "${value}" does not fit its field`);
  }
  return { size, lines: set.line(0, set.text.length).rightToLeft ? all.reverse() : all };
}

export interface Placement {
  /** Points between the area's left edge and the box's. */
  readonly inset: number;
  /** `start`: on the side where the line's own text begins. */
  readonly align: 'start' | 'left' | 'center' | 'right';
  /** Operators that set the colour; black when absent. */
  readonly color?: string;
  /** Number of cells: each line of the text stands in the middle of one. */
  readonly comb?: number;
}

export interface DrawnText {
  readonly content: string;
  /** The names that the content uses for its fonts. */
  readonly fonts: ReadonlyMap<string, PdfRef>;
}

const round = (value: number): number => Math.round(value * 100) / 100;
const number = (value: number): string => numberText(round(value));

/** Operators that show laid text in a box of `width` × `height` points: one line centred in height. */
export function showText(
  fonts: RevisionFonts,
  laid: LaidText,
  box: { readonly width: number; readonly height: number },
  { inset, align, color = '0 g', comb }: Placement
): DrawnText {
  const { size, lines } = laid;
  const pen = new Pen(fonts, size);
  const step = size * LEADING;
  const rows = comb === undefined ? lines.length : 1;
  const high = size + step * (rows - 1);
  // Baseline of the first line: 0.85 of the size below the top of the block, as capitals look centred.
  const top = rows === 1 ? (box.height + high) / 2 : box.height - inset;
  const first = top - 0.85 * size;
  lines.forEach((line, index) => {
    const width = line.width * size;
    if (comb !== undefined) {
      const cell =
        (box.width / comb) * (index + (lines[0]?.rightToLeft === true ? comb - lines.length : 0) + 0.5);
      pen.show(line, cell - width / 2, first);
      return;
    }
    const side = align === 'start' ? (line.rightToLeft ? 'right' : 'left') : align;
    const room = box.width - width;
    const x = side === 'center' ? Math.max(inset, room / 2) : side === 'right' ? room - inset : inset;
    pen.show(line, x, first - index * step);
  });
  return { content: `BT ${color} ${pen.operators.join(' ')} ET`, fonts: pen.used };
}

/**
 * Writes lines as operators of one text object. Glyphs stand from left to right as seen, as readers expect it;
 * where the shaper moved them from where their widths put them (kerning), /TJ moves them too.
 */
class Pen {
  readonly operators: string[] = [];
  readonly used = new Map<string, PdfRef>();
  #font: FontId | null = null;

  constructor(
    private readonly fonts: RevisionFonts,
    private readonly size: number
  ) {}

  /** Shows a line with its baseline's left end at (x, y), in points. */
  show(line: Line, x: number, y: number): void {
    if (line.runs.length === 0) return;
    this.operators.push(`1 0 0 1 ${number(x)} ${number(y)} Tm`);
    // What the shaper moved and the widths do not say, in thousandths; the last of a run counts for the next.
    let pending = 0;
    for (const run of line.runs) {
      const font = this.fonts.of(run.font, run.face);
      if (this.#font !== run.font) {
        this.used.set(font.name, font.ref);
        this.operators.push(`/${font.name} ${number(this.size)} Tf`);
        this.#font = run.font;
      }
      const thousandth = (units: number) => (units * 1000) / run.face.unitsPerEm;
      const pieces: string[] = [];
      let codes: number[] = [];
      const flush = (): void => {
        if (codes.length > 0) pieces.push(font.string(codes));
        codes = [];
      };
      for (const { glyphs, text } of clustersOf(run, line.text)) {
        const shown = font.show(glyphs, text);
        pending += thousandth(shown.shift);
        const moved = Math.round(pending);
        if (moved !== 0) {
          flush();
          pieces.push(numberText(-moved));
          pending -= moved;
        }
        codes.push(shown.code);
        const advance = glyphs.reduce((sum, glyph) => sum + glyph.advance, 0);
        pending += thousandth(advance - shown.shift - shown.width);
      }
      flush();
      const [only] = pieces;
      const plain = pieces.length === 1 && only !== undefined && /^[(<]/.test(only);
      this.operators.push(plain ? `${only}Tj` : `[${pieces.join('')}]TJ`);
    }
  }
}
