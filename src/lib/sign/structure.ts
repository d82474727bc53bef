import type { Appender } from '../pdf/append.ts';
import { PdfDict, PdfName, PdfRef, type PdfObject } from '../pdf/objects.ts';

/** A widget that becomes part of the logical structure. */
export interface TaggedWidget {
  readonly ref: PdfRef;
  readonly dict: PdfDict;
  readonly page: PdfRef;
}

/**
 * Adds a Form element with an object reference for each widget (ISO 32000-2 §14.7.5.3, §14.8.4.8.4), and its
 * entry in the parent tree, so that a tagged contract stays tagged. Sets /StructParent in the widgets'
 * dictionaries. Does nothing in a file without a structure tree.
 */
export function tagWidgets(appender: Appender, widgets: readonly TaggedWidget[]): void {
  const { doc } = appender;
  const rootRef = doc.catalog.get('StructTreeRoot');
  const root = doc.dict(rootRef);
  if (!(rootRef instanceof PdfRef) || root === null || widgets.length === 0) return;
  const parent = documentElement(appender, root) ?? { ref: rootRef, dict: root };
  const elements: PdfRef[] = [];
  const pairs: [number, PdfRef][] = [];
  let key = nextKey(appender, root);
  for (const widget of widgets) {
    const objectReference = new PdfDict().set('Type', new PdfName('OBJR')).set('Obj', widget.ref);
    const element = appender.add(
      new PdfDict()
        .set('Type', new PdfName('StructElem'))
        .set('S', new PdfName('Form'))
        .set('P', parent.ref)
        .set('Pg', widget.page)
        .set('K', objectReference)
    );
    widget.dict.set('StructParent', key);
    pairs.push([key, element]);
    elements.push(element);
    key += 1;
  }
  const changed = root.clone().set('ParentTreeNextKey', key);
  changed.set('ParentTree', extendedTree(appender, root.get('ParentTree'), pairs));
  if (parent.ref.num === rootRef.num) changed.set('K', joined(appender, root.get('K'), elements));
  else
    appender.put(parent.ref, parent.dict.clone().set('K', joined(appender, parent.dict.get('K'), elements)));
  appender.put(rootRef, changed);
}

/** The single element under the root, where there is one: `Document` as a rule. */
function documentElement(appender: Appender, root: PdfDict): { ref: PdfRef; dict: PdfDict } | null {
  const kids = root.get('K');
  const resolved = appender.doc.resolve(kids);
  const only = Array.isArray(resolved) ? (resolved.length === 1 ? resolved[0] : undefined) : kids;
  const dict = appender.doc.dict(only);
  return only instanceof PdfRef && dict !== null ? { ref: only, dict } : null;
}

function joined(appender: Appender, kids: PdfObject | undefined, added: readonly PdfRef[]): PdfObject {
  const value = appender.doc.resolve(kids);
  if (value === null) return [...added];
  return Array.isArray(value) ? [...value, ...added] : [kids ?? null, ...added];
}

function nextKey(appender: Appender, root: PdfDict): number {
  const stated = appender.doc.resolve(root.get('ParentTreeNextKey'));
  const highest = highestKey(appender, root.get('ParentTree'), 0);
  return Math.max(typeof stated === 'number' && Number.isInteger(stated) ? stated : 0, highest + 1);
}

function highestKey(appender: Appender, node: PdfObject | undefined, depth: number): number {
  const dict = appender.doc.dict(node);
  if (dict === null || depth > 32) return -1;
  const limits = appender.doc.array(dict.get('Limits'));
  if (typeof limits?.[1] === 'number') return limits[1];
  let highest = -1;
  const numbers = appender.doc.array(dict.get('Nums')) ?? [];
  for (let i = 0; i < numbers.length; i += 2) {
    const key = numbers[i];
    if (typeof key === 'number') highest = Math.max(highest, key);
  }
  for (const kid of appender.doc.array(dict.get('Kids')) ?? []) {
    highest = Math.max(highest, highestKey(appender, kid, depth + 1));
  }
  return highest;
}

/** The number tree (§7.9.7) with higher keys added at its end. */
function extendedTree(
  appender: Appender,
  tree: PdfObject | undefined,
  pairs: readonly (readonly [number, PdfRef])[]
): PdfObject {
  const flat: PdfObject[] = pairs.flatMap(([key, value]) => [key, value]);
  const dict = appender.doc.dict(tree);
  const kids = appender.doc.array(dict?.get('Kids'));
  const next = dict === null ? new PdfDict() : dict.clone();
  if (kids !== null) {
    const limits = [pairs[0]?.[0] ?? 0, pairs[pairs.length - 1]?.[0] ?? 0];
    const leaf = appender.add(new PdfDict().set('Limits', limits).set('Nums', flat));
    next.set('Kids', [...kids, leaf]);
  } else next.set('Nums', [...(appender.doc.array(dict?.get('Nums')) ?? []), ...flat]);
  if (tree instanceof PdfRef) {
    appender.put(tree, next);
    return tree;
  }
  return next;
}
