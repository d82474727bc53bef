import { PdfError } from '../pdf/error.ts';
import type { PdfDocument } from '../pdf/document.ts';
import { PdfDict, PdfName, type PdfObject, PdfRef, PdfStream } from '../pdf/objects.ts';
import { boxOf, type ContentBox, formContent, paintedBoxes } from './content-boxes.ts';
import { appearanceOf } from './drawn-value.ts';
import { rectOf } from './finding.ts';
import type { PlainObjects } from './plain-objects.ts';
import { area, type Box, intersect } from './matrix.ts';
import type { Warning } from './report.ts';
import { unusedObjects } from './unused.ts';

/** Pages that are looked at, from the first; more would cost more than they tell. */
const MAX_PAGES = 100;
/** An image that fills this much of a page is a scan with its text below, not a cover. */
const SCAN = 0.5;
/** Comments that mark text where it stands, and what shows nothing by itself. */
const MARKS: ReadonlySet<string> = new Set([
  'Link',
  'Popup',
  'Highlight',
  'Underline',
  'Squiggly',
  'StrikeOut',
  'Text'
]);

function nameOf(object: PdfObject): string {
  return object instanceof PdfName ? object.name : '';
}

/** Whether most of a text lies below a box. */
function hides(cover: Box, text: Box): boolean {
  const size = area(text);
  return size > 0 && area(intersect(cover, text)) > 0.8 * size;
}

/** Text that something opaque was painted over: taking the cover away would show it. */
function isCovered(boxes: readonly ContentBox[], page: Box): boolean {
  const full = area(page);
  const texts: Box[] = [];
  for (const { what, box, opaque } of boxes) {
    if (what === 'text') texts.push(box);
    else if (
      opaque === true &&
      !(what === 'image' && area(box) > SCAN * full) &&
      texts.some((text) => hides(box, text))
    )
      return true;
  }
  return false;
}

/** Layers that are off, or shown on one occasion and not on another (§8.11.4). */
function hiddenLayers(doc: PdfDocument): boolean {
  const properties = doc.dict(doc.catalog.get('OCProperties'));
  if (properties === null) return false;
  const standard = doc.dict(properties.get('D'));
  const off = doc.array(standard?.get('OFF')) ?? [];
  return off.length > 0 || nameOf(doc.resolve(standard?.get('BaseState'))) === 'OFF';
}

/** Contents and drawn objects that a page names though no such object is there. */
function namesNothing(doc: PdfDocument, page: PdfDict, resources: PdfObject): boolean {
  const contents = page.get('Contents');
  const list = doc.array(contents) ?? (contents === undefined ? [] : [contents]);
  const drawn = doc.dict(doc.dict(resources)?.get('XObject') ?? null)?.map.values() ?? [];
  return [...list, ...drawn].some((item) => item instanceof PdfRef && doc.place(item.num) === null);
}

/** An annotation with a picture over text of the page: a later revision that takes it away shows the text. */
function coveringAnnotation(
  doc: PdfDocument,
  annots: readonly PdfObject[],
  texts: readonly Box[]
): 'field' | 'annotation' | null {
  for (const item of annots) {
    const dict = doc.dict(item);
    const subtype = nameOf(doc.resolve(dict?.get('Subtype')));
    const rect = rectOf(doc.array(dict?.get('Rect')));
    const flags = doc.resolve(dict?.get('F'));
    if (
      dict === null ||
      rect === null ||
      MARKS.has(subtype) ||
      (typeof flags === 'number' && (flags & 2) !== 0)
    )
      continue;
    const stream = appearanceOf(doc, dict);
    if (stream === null || stream.raw.length === 0) continue;
    if (!paintsOpaque(doc, stream)) continue;
    if (texts.some((text) => hides(rect, text))) return subtype === 'Widget' ? 'field' : 'annotation';
  }
  return null;
}

/** Whether a picture fills most of its box. */
function paintsOpaque(doc: PdfDocument, stream: PdfStream): boolean {
  const boxes = formContent(doc, stream);
  const clip = boxOf(doc, stream.dict.get('BBox'));
  return (
    clip !== null && (boxes ?? []).some(({ opaque, box }) => opaque === true && area(box) > 0.6 * area(clip))
  );
}

/**
 * What could have hidden something when it was signed (shadow attacks, 2021): a cover that one change takes
 * away, a layer that is off, content that nobody shows. Told before anybody uses it; honest files have some of
 * it too, so it changes no verdict. `view`: the file as it was first signed; `known`: what was read of its objects.
 */
export function findPreparation(view: PdfDocument, known: PlainObjects | null): Warning[] {
  const warnings: Warning[] = [];
  const add = (what: string, page: number | null, message: string): void => {
    warnings.push({ code: `preparation-${what}`, message, ...(page === null ? {} : { page }) });
  };
  if (hiddenLayers(view)) add('layer', null, 'a layer is off');
  for (let n = 1; n <= Math.min(MAX_PAGES, view.pageCount); n += 1) {
    try {
      const { dict, inherited } = view.page(n);
      const painted = paintedBoxes(view, n);
      if (namesNothing(view, dict, inherited('Resources')))
        add('missing', n, `page ${n} names an object that is not there`);
      if (painted === null) continue;
      if (isCovered(painted.boxes, painted.media)) add('cover', n, `page ${n}: something lies over text`);
      const texts = painted.boxes.filter(({ what }) => what === 'text').map(({ box }) => box);
      const covering = coveringAnnotation(view, view.array(dict.get('Annots')) ?? [], texts);
      if (covering !== null) add(covering, n, `page ${n}: a ${covering} lies over text`);
    } catch (error) {
      if (!(error instanceof PdfError)) throw error;
    }
  }
  for (const message of unusedObjects(view, known)) add('unused', null, message);
  return warnings;
}
