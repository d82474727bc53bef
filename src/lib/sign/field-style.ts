import type { Placement } from '../pdf/appearance/text.ts';
import type { PdfDocument } from '../pdf/document.ts';
import type { FormField } from '../pdf/fields.ts';
import type { PageBoxes } from '../pdf/geometry.ts';
import { PdfDict, PdfString, type PdfArray, type PdfObject } from '../pdf/objects.ts';
import { numberText } from '../pdf/serialize.ts';
import { decodeText } from '../pdf/text.ts';

/** How a field's author wants its value to look (ISO 32000-2 §12.7.4.3, Table 228; §12.5.6.19, Table 192). */
export interface FieldStyle {
  /** Points in user space; 0: as large as fits. */
  readonly size: number;
  /** Operators. */
  readonly color: string;
  readonly align: Placement['align'];
  /** Rotation of the widget itself, when stated. */
  readonly turn: PageBoxes['rotate'] | null;
  readonly background: string | null;
  readonly border: { readonly color: string; readonly width: number } | null;
}

/** `size` stands for a /DA that has none. */
export function fieldStyle(doc: PdfDocument, field: FormField, widget: PdfDict, size: number): FieldStyle {
  const written = doc.resolve(widget.get('DA')) ?? field.inherited('DA');
  const operators = written instanceof PdfString ? decodeText(written) : '';
  const stated = /(-?[\d.]+)\s+Tf\b/.exec(operators)?.[1];
  const align = doc.resolve(widget.get('Q')) ?? field.inherited('Q');
  const look = doc.dict(widget.get('MK'));
  const turn = doc.resolve(look?.get('R'));
  const frame = colorOf(doc, look?.get('BC'), ['G', 'RG', 'K']);
  return {
    size: stated === undefined ? size : Math.abs(Number(stated)) || 0,
    color: colorIn(operators) ?? '0 g',
    align: align === 1 ? 'center' : align === 2 ? 'right' : 'start',
    turn: turn === 0 || turn === 90 || turn === 180 || turn === 270 ? turn : null,
    background: colorOf(doc, look?.get('BG'), ['g', 'rg', 'k']),
    border: frame === null ? null : { color: frame, width: borderWidth(doc, widget) }
  };
}

/** The last colour that a /DA sets; what else stands in it is not copied into the appearance. */
function colorIn(operators: string): string | null {
  const found = [...operators.matchAll(/((?:-?(?:\d+\.?\d*|\.\d+)\s+)+)(g|rg|k)(?![A-Za-z])/g)].pop();
  const numbers = (found?.[1] ?? '').trim().split(/\s+/).map(Number);
  const operator = found?.[2] ?? '';
  return numbers.length === { g: 1, rg: 3, k: 4 }[operator]
    ? `${numbers.map(numberText).join(' ')} ${operator}`
    : null;
}

/** An array of 1, 3 or 4 numbers as operators of these names; null for none, which is transparent. */
function colorOf(
  doc: PdfDocument,
  value: PdfObject | undefined,
  [gray, rgb, cmyk]: readonly [string, string, string]
): string | null {
  const numbers = (doc.array(value) ?? ([] as PdfArray)).map((part) => doc.resolve(part));
  if (!numbers.every((part): part is number => typeof part === 'number')) return null;
  const operator = { 1: gray, 3: rgb, 4: cmyk }[numbers.length];
  return operator === undefined ? null : `${numbers.map(numberText).join(' ')} ${operator}`;
}

/** §12.5.4, Table 168: /BS /W, else the third number of /Border, else 1. */
function borderWidth(doc: PdfDocument, widget: PdfDict): number {
  const width =
    doc.resolve(doc.dict(widget.get('BS'))?.get('W')) ?? doc.resolve(doc.array(widget.get('Border'))?.[2]);
  return typeof width === 'number' && width >= 0 ? width : 1;
}
