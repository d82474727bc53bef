import { PdfError } from './error.ts';
import { limitError } from './limits.ts';
import { PdfDict, PdfName, type PdfObject, PdfRef } from './objects.ts';

/** One page (ISO 32000-2 §7.7.3.3). */
export interface PdfPage {
  readonly ref: PdfRef;
  readonly dict: PdfDict;
  /** Resolved; from the page or the nearest node above it that has the key (§7.7.3.4), else null. */
  inherited(key: string): PdfObject;
}

/** What walking the tree needs of a document. */
export interface PageSource {
  readonly catalog: PdfDict;
  readonly limits: { readonly pageTreeDepth: number; readonly pages: number };
  resolve(object: PdfObject | undefined): PdfObject;
}

interface Node {
  readonly ref: PdfRef;
  readonly dict: PdfDict;
}

function kidsOf(source: PageSource, dict: PdfDict): Node[] {
  const kids = source.resolve(dict.get('Kids'));
  if (!Array.isArray(kids)) return [];
  const nodes: Node[] = [];
  for (const kid of kids) {
    const value = source.resolve(kid);
    if (kid instanceof PdfRef && value instanceof PdfDict) nodes.push({ ref: kid, dict: value });
  }
  return nodes;
}

function isNode(source: PageSource, dict: PdfDict): boolean {
  const type = source.resolve(dict.get('Type'));
  return type instanceof PdfName && type.name === 'Pages' ? true : dict.has('Kids');
}

function page(source: PageSource, leaf: Node, above: readonly PdfDict[]): PdfPage {
  return {
    ref: leaf.ref,
    dict: leaf.dict,
    inherited: (key) => {
      for (const dict of [leaf.dict, ...above]) {
        const value = source.resolve(dict.get(key));
        if (value !== null) return value;
      }
      return null;
    }
  };
}

function root(source: PageSource): PdfDict {
  const pages = source.resolve(source.catalog.get('Pages'));
  if (!(pages instanceof PdfDict)) throw new PdfError('structure', 'the catalog has no page tree');
  return pages;
}

/** All pages in order, by the whole tree. Throws PdfError `structure` (loop) or `limit`. */
export function listPages(source: PageSource): PdfPage[] {
  const pages: PdfPage[] = [];
  const open = new Set<PdfDict>();
  const walk = (node: Node, above: readonly PdfDict[]): void => {
    if (!isNode(source, node.dict)) {
      if (pages.length >= source.limits.pages) throw limitError('pages', source.limits.pages);
      pages.push(page(source, node, above));
      return;
    }
    if (open.has(node.dict)) throw new PdfError('structure', 'the page tree has a loop');
    if (above.length >= source.limits.pageTreeDepth)
      throw limitError('levels of the page tree', source.limits.pageTreeDepth);
    open.add(node.dict);
    for (const kid of kidsOf(source, node.dict)) walk(kid, [node.dict, ...above]);
    open.delete(node.dict);
  };
  const top = source.catalog.get('Pages');
  walk({ ref: top instanceof PdfRef ? top : new PdfRef(0, 0), dict: root(source) }, []);
  return pages;
}

/** What the tree's root says, or null when that cannot be true. */
export function statedCount(source: PageSource): number | null {
  const count = source.resolve(root(source).get('Count'));
  return typeof count === 'number' && Number.isInteger(count) && count >= 0 && count <= source.limits.pages
    ? count
    : null;
}

/** Page `n` (from 1) by /Count, without reading the pages before it; null when the counts lead nowhere. */
export function findPage(source: PageSource, n: number): PdfPage | null {
  let node = root(source);
  const above: PdfDict[] = [];
  let left = n;
  for (let depth = 0; depth < source.limits.pageTreeDepth; depth += 1) {
    above.unshift(node);
    let below: PdfDict | null = null;
    const kids = source.resolve(node.get('Kids'));
    if (!Array.isArray(kids)) return null;
    for (const kid of kids) {
      const dict = source.resolve(kid);
      if (!(kid instanceof PdfRef) || !(dict instanceof PdfDict)) return null;
      if (!isNode(source, dict)) {
        left -= 1;
        if (left === 0) return page(source, { ref: kid, dict }, above);
        continue;
      }
      const count = source.resolve(dict.get('Count'));
      if (typeof count !== 'number' || !Number.isInteger(count) || count < 0) return null;
      if (left <= count) {
        below = dict;
        break;
      }
      left -= count;
    }
    if (below === null) return null;
    node = below;
  }
  return null;
}
