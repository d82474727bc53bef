import { PdfError } from '../pdf/error.ts';
import type { PdfDocument } from '../pdf/document.ts';
import { PdfDict, PdfName, type PdfObject, PdfRef, PdfStream } from '../pdf/objects.ts';
import { firstUnaccounted } from './accounted.ts';
import { type PlainObjects, readPlainObjects } from './plain-objects.ts';

/** Above this a file is not walked as a whole. */
const MAX_OBJECTS = 20_000;

/** Whether `unusedObjects` looks at a file of this size at all. */
export function isWalked(doc: PdfDocument): boolean {
  return !doc.hasMoreNumbersThan(MAX_OBJECTS);
}

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

/** Catalogs and nodes of page trees, used or not: object number → what it is. */
function worldsOf(doc: PdfDocument, plain: PlainObjects): Map<number, string> {
  const worlds = new Map<number, string>();
  for (const [num, entry] of doc.entries()) {
    if (entry.kind === 'free') continue;
    const scanned = entry.kind === 'at' ? plain.at(doc, num, entry.offset) : null;
    if (scanned?.branches === false) continue;
    const world = worldOf(doc, doc.get(num));
    if (world !== null) worlds.set(num, world);
  }
  return worlds;
}

/** Those of the worlds that the catalog shows over the tree of pages. */
function shownWorlds(doc: PdfDocument, worlds: ReadonlyMap<number, string>): Set<number> {
  const shown = new Set<number>();
  const open: PdfObject[] = [doc.trailer.get('Root') ?? null];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (!(value instanceof PdfRef) || shown.has(value.num) || !worlds.has(value.num)) continue;
    shown.add(value.num);
    const dict = doc.dict(value);
    open.push(dict?.get('Pages') ?? null, ...(doc.array(dict?.get('Kids')) ?? []));
  }
  return shown;
}

/**
 * Objects that lie in the file for nobody: a second catalog or page tree, which one changed reference would
 * show, and objects in the bytes that the cross-reference passes over. `known`: what was read of its objects.
 */
export function unusedObjects(doc: PdfDocument, known: PlainObjects | null): string[] {
  if (!isWalked(doc)) return [];
  const found: string[] = [];
  try {
    const plain = known ?? readPlainObjects(doc);
    const worlds = worldsOf(doc, plain);
    for (const num of shownWorlds(doc, worlds)) worlds.delete(num);
    // Mostly nothing is left; only then is the whole file walked.
    const used = worlds.size === 0 ? worlds : reachable(doc);
    for (const [num, world] of worlds)
      if (!used.has(num)) found.push(`object ${num} is a ${world} that nothing shows`);
    for (const revision of doc.revisions()) {
      const at = firstUnaccounted(
        doc,
        revision,
        (view, num, offset) => plain.at(view, num, offset) ?? view.locate(num)
      );
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
