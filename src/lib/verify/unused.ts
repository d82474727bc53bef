import { PdfError } from '../pdf/error.ts';
import type { PdfDocument } from '../pdf/document.ts';
import { PdfDict, PdfName, type PdfObject, PdfRef, PdfStream } from '../pdf/objects.ts';
import { firstUnaccounted } from './accounted.ts';

/** Above this a file is not walked as a whole. */
const MAX_OBJECTS = 20_000;

/** Every object that the trailer leads to. */
function reachable(doc: PdfDocument): Set<number> {
  const seen = new Set<number>();
  const open: PdfObject[] = [doc.trailer];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (value instanceof PdfRef) {
      if (seen.has(value.num)) continue;
      seen.add(value.num);
      open.push(doc.get(value.num));
    } else if (Array.isArray(value)) open.push(...value);
    else if (value instanceof PdfDict) open.push(...value.map.values());
    else if (value instanceof PdfStream) open.push(...value.dict.map.values());
  }
  return seen;
}

/** What an object would show if something referred to it: a page or catalog of its own. */
function worldOf(doc: PdfDocument, value: PdfObject): string | null {
  if (!(value instanceof PdfDict)) return null;
  const type = doc.resolve(value.get('Type'));
  const name = type instanceof PdfName ? type.name : '';
  if (name === 'Catalog' && value.has('Pages')) return 'catalog';
  if (name === 'Pages' && value.has('Kids')) return 'page tree';
  return null;
}

/**
 * Objects that lie in the file for nobody: a second catalog or page tree, which one changed reference would
 * show, and objects in the bytes that the cross-reference passes over.
 */
export function unusedObjects(doc: PdfDocument): string[] {
  const numbers = [...doc.numbers()];
  if (numbers.length > MAX_OBJECTS) return [];
  const found: string[] = [];
  try {
    const used = reachable(doc);
    for (const num of numbers) {
      const world = used.has(num) ? null : worldOf(doc, doc.get(num));
      if (world !== null) found.push(`object ${num} is a ${world} that nothing shows`);
    }
    for (const revision of doc.revisions()) {
      const at = firstUnaccounted(doc, revision);
      if (at < 0) continue;
      const text = String.fromCharCode(...doc.source.read(at, 64));
      if (/^\s*\d+\s+\d+\s+obj/.test(text))
        found.push(`an object at byte ${at} that the cross-reference passes over`);
    }
  } catch (error) {
    if (!(error instanceof PdfError)) throw error;
  }
  return found;
}
