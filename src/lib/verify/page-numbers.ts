import { PdfError } from '../pdf/error.ts';
import type { PdfDocument } from '../pdf/document.ts';
import { PdfDict, PdfName, type PdfObject, PdfRef } from '../pdf/objects.ts';

interface PageTree {
  /** Object number → page from 1. */
  readonly numbers: ReadonlyMap<number, number>;
  /** Every object that was asked for: while none of them changes, the numbers stay. */
  readonly asked: ReadonlyMap<number, PdfRef>;
}

const known = new WeakMap<PdfDocument, PageTree>();

function isNode(dict: PdfDict, resolve: (object: PdfObject | undefined) => PdfObject): boolean {
  if (dict.has('Kids')) return true;
  const type = resolve(dict.get('Type'));
  return type instanceof PdfName && type.name === 'Pages';
}

function readTree(doc: PdfDocument): PageTree {
  const numbers = new Map<number, number>();
  const asked = new Map<number, PdfRef>();
  const open = new Set<number>();
  const resolve = (object: PdfObject | undefined): PdfObject => {
    let value = object ?? null;
    for (let steps = 0; value instanceof PdfRef; steps += 1) {
      if (steps > doc.limits.nesting) throw new PdfError('structure', 'references form a loop');
      asked.set(value.num, value);
      value = doc.get(value);
    }
    return value;
  };
  const walk = (item: PdfObject | undefined, depth: number): void => {
    if (!(item instanceof PdfRef) || open.has(item.num) || numbers.has(item.num)) return;
    if (depth > doc.limits.pageTreeDepth || numbers.size > doc.limits.pages) return;
    const dict = resolve(item);
    if (!(dict instanceof PdfDict)) return;
    if (isNode(dict, resolve)) {
      open.add(item.num);
      const kids = resolve(dict.get('Kids'));
      for (const kid of Array.isArray(kids) ? kids : []) walk(kid, depth + 1);
    } else numbers.set(item.num, numbers.size + 1);
  };
  try {
    const catalog = resolve(doc.catalogRef);
    if (catalog instanceof PdfDict) walk(catalog.get('Pages'), 0);
  } catch (error) {
    if (!(error instanceof PdfError)) throw error;
  }
  return { numbers, asked };
}

function treeOf(doc: PdfDocument): PageTree {
  let tree = known.get(doc);
  if (tree === undefined) {
    tree = readTree(doc);
    known.set(doc, tree);
  }
  return tree;
}

/**
 * Object number → page from 1, as far as the tree can be read: loops and what is no page are left out, for
 * the comparison names whatever changes there anyway.
 */
export function pageNumbers(doc: PdfDocument): ReadonlyMap<number, number> {
  return treeOf(doc).numbers;
}

function isSameRef(a: PdfObject | undefined, b: PdfObject | undefined): boolean {
  return a instanceof PdfRef && b instanceof PdfRef && a.num === b.num && a.gen === b.gen;
}

/**
 * The same of a later view, without walking the tree again where no change can matter to it: a page that is
 * still a page, a catalog that still names the same tree. `changed`: numbers that the two views do not read
 * from the same bytes.
 */
export function pageNumbersAfter(
  before: PdfDocument,
  after: PdfDocument,
  changed: ReadonlySet<number>
): ReadonlyMap<number, number> {
  if (known.has(after)) return pageNumbers(after);
  const tree = treeOf(before);
  const stays = (num: number): boolean => {
    const ref = tree.asked.get(num);
    if (ref === undefined) return true;
    if (isSameRef(ref, before.catalogRef))
      return isSameRef(before.catalog.get('Pages'), after.catalog.get('Pages'));
    const value = tree.numbers.has(num) ? after.get(ref) : null;
    // A /Type elsewhere would be one more object that the tree hangs on.
    return (
      value instanceof PdfDict &&
      !(value.get('Type') instanceof PdfRef) &&
      !isNode(value, (type) => type ?? null)
    );
  };
  try {
    if (isSameRef(before.catalogRef, after.catalogRef) && [...changed].every(stays)) known.set(after, tree);
  } catch (error) {
    if (!(error instanceof PdfError)) throw error;
  }
  return pageNumbers(after);
}
