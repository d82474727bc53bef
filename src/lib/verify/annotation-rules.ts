import { PdfDict, PdfName, type PdfObject, PdfRef } from '../pdf/objects.ts';
import type { PdfDocument } from '../pdf/document.ts';
import type { Comparison } from './comparison.ts';
import { finding, rectOf } from './finding.ts';

/** Markup annotations of §12.5.6.2 that show something and do no more. Redactions take text away when applied. */
const COMMENTS: ReadonlySet<string> = new Set([
  'Text',
  'FreeText',
  'Line',
  'Square',
  'Circle',
  'Polygon',
  'PolyLine',
  'Highlight',
  'Underline',
  'Squiggly',
  'StrikeOut',
  'Stamp',
  'Caret',
  'Ink',
  'Popup'
]);

/** Entries with the points that a viewer draws when an annotation has no picture, wherever /Rect lies. */
const POINTS = ['L', 'CL', 'Vertices', 'QuadPoints', 'InkList', 'Path'];

function numbersIn(doc: PdfDocument, object: PdfObject | undefined): number[] {
  const value = doc.resolve(object);
  if (typeof value === 'number') return [value];
  return Array.isArray(value) ? value.flatMap((item) => numbersIn(doc, item)) : [];
}

/** All that an annotation may paint: its rectangle, and its points with the width of its line. */
function paintedBox(doc: PdfDocument, dict: PdfDict): [number, number, number, number] | null {
  const rect = rectOf(doc.array(dict.get('Rect')));
  if (rect === null) return null;
  const style = doc.resolve(doc.dict(dict.get('BS'))?.get('W'));
  const half = (typeof style === 'number' ? style : 1) / 2;
  const points = POINTS.flatMap((key) => numbersIn(doc, dict.get(key)));
  const box: [number, number, number, number] = [...rect];
  for (let i = 0; i + 1 < points.length; i += 2) {
    const [x = 0, y = 0] = [points[i], points[i + 1]];
    box[0] = Math.min(box[0], x - half);
    box[1] = Math.min(box[1], y - half);
    box[2] = Math.max(box[2], x + half);
    box[3] = Math.max(box[3], y + half);
  }
  return box;
}

/** What was there stays, in its order, since later ones are drawn over earlier ones; new ones come last. */
export function compareAnnotations(
  c: Comparison,
  x: PdfObject,
  y: PdfObject,
  object: string,
  page: number
): void {
  const [a, b] = [c.before.array(x) ?? [], c.after.array(y) ?? []];
  c.touch(x, y);
  for (const [i, item] of a.entries()) {
    if (!c.same(item, b[i] ?? null, { kind: 'equal', code: 'annotation-changed', page })) {
      c.disallow('annotation-removed', object, 'an annotation was removed, replaced or moved in order', page);
      return;
    }
  }
  for (const item of b.slice(a.length)) {
    if (item instanceof PdfRef && isNewSignatureWidget(c, item.num)) continue;
    if (item instanceof PdfRef && isOldWidget(c, item.num)) {
      c.disallow('annotation-added', object, 'a field that was not shown is shown now', page);
      continue;
    }
    compareNewAnnotation(c, item, object, page);
  }
}

/** A comment under P=3 (§12.8.2.2): of a kind that only shows something, new as a whole, and doing nothing. */
function compareNewAnnotation(c: Comparison, item: PdfObject, object: string, page: number): void {
  const dict = c.after.dict(item);
  const subtype = c.after.resolve(dict?.get('Subtype'));
  const kind = subtype instanceof PdfName ? subtype.name : '';
  const rect = dict === null ? null : paintedBox(c.after, dict);
  if (dict === null || !(item instanceof PdfRef) || !c.isNew(item.num) || rect === null) {
    c.disallow('annotation-added', object, 'something was put on the page', page);
    return;
  }
  const own = `${item.num} ${item.gen} R`;
  if (!COMMENTS.has(kind)) {
    c.disallow('annotation-added', own, `/${kind} was put on the page`, page);
    return;
  }
  if (dict.has('A') || dict.has('AA') || dict.duplicateKeys.length > 0) {
    c.disallow('actions', own, `/${kind} does something by itself`, page);
    return;
  }
  // A note's window is closed until somebody opens it.
  const closed = kind === 'Popup' && c.after.resolve(dict.get('Open')) !== true;
  const placed = closed ? null : ({ what: 'annotation', page, rect, num: item.num } as const);
  c.report(finding('new-annotation', 'annotations', own, `/${kind}`, { page, placed }));
}

function isNewSignatureWidget(c: Comparison, num: number): boolean {
  const found = c.newForm.byNumber.get(num);
  return (
    found !== undefined && !c.oldForm.byName.has(found.node.name) && c.newForm.typeOf(found.node) === 'Sig'
  );
}

function isOldWidget(c: Comparison, num: number): boolean {
  return c.oldForm.byNumber.has(num);
}
