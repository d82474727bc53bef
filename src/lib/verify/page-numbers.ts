import { PdfError } from '../pdf/error.ts';
import type { PdfDocument } from '../pdf/document.ts';
import { PdfDict, PdfName, type PdfObject, PdfRef } from '../pdf/objects.ts';

const known = new WeakMap<PdfDocument, ReadonlyMap<number, number>>();

/**
 * Object number → page from 1, as far as the tree can be read: loops and what is no page are left out, for
 * the comparison names whatever changes there anyway.
 */
export function pageNumbers(doc: PdfDocument): ReadonlyMap<number, number> {
  const done = known.get(doc);
  if (done !== undefined) return done;
  const numbers = new Map<number, number>();
  const open = new Set<number>();
  const walk = (item: PdfObject | undefined, depth: number): void => {
    if (!(item instanceof PdfRef) || open.has(item.num) || numbers.has(item.num)) return;
    if (depth > doc.limits.pageTreeDepth || numbers.size > doc.limits.pages) return;
    const dict = doc.resolve(item);
    if (!(dict instanceof PdfDict)) return;
    const type = doc.resolve(dict.get('Type'));
    if (dict.has('Kids') || (type instanceof PdfName && type.name === 'Pages')) {
      open.add(item.num);
      for (const kid of doc.array(dict.get('Kids')) ?? []) walk(kid, depth + 1);
    } else numbers.set(item.num, numbers.size + 1);
  };
  try {
    walk(doc.catalog.get('Pages'), 0);
  } catch (error) {
    if (!(error instanceof PdfError)) throw error;
  }
  known.set(doc, numbers);
  return numbers;
}
