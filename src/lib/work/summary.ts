import type { PdfDocument } from '../pdf/document.ts';
import { formFields, formOf, type FormField } from '../pdf/fields.ts';
import { displaySize, pageBoxes, rectangle, toDisplay } from '../pdf/geometry.ts';
import { PdfDict, PdfName, PdfRef, PdfString, type PdfObject } from '../pdf/objects.ts';
import type { PdfPage } from '../pdf/pages.ts';
import { decodeText } from '../pdf/text.ts';
import type { FieldSummary, Notice, PageSummary, PdfSummary } from './protocol.ts';

/** Annotations are looked at on this many pages for actions; a contract has fewer. */
const PAGES_LOOKED_AT = 1000;
/** Bits of a button's /Ff (§12.7.5.2.1). */
const RADIO = 1 << 15;
const PUSH = 1 << 16;

/** What the page shows of a file before anybody places a field. */
export function summarize(doc: PdfDocument): PdfSummary {
  const pages = doc.pages();
  const summaries = pages.map((page, index): PageSummary => {
    const boxes = pageBoxes((key) => page.inherited(key));
    return { page: index + 1, ...displaySize(boxes), boxes };
  });
  const fields = formFields(doc);
  const info = doc.dict(doc.trailer.get('Info'));
  const title = doc.resolve(info?.get('Title'));
  return {
    size: doc.source.size,
    pages: summaries,
    fields: fieldSummaries(doc, fields, pages, summaries),
    signatures: fields.filter((field) => field.type === 'Sig' && field.value instanceof PdfDict).length,
    title: title instanceof PdfString ? decodeText(title) : '',
    notices: notices(doc, fields, pages)
  };
}

function fieldSummaries(
  doc: PdfDocument,
  fields: readonly FormField[],
  pages: readonly PdfPage[],
  summaries: readonly PageSummary[]
): FieldSummary[] {
  const numbers = new Map(pages.map((page, index) => [page.ref.num, index]));
  const pageOf = (field: FormField): number | undefined => {
    const page = field.widgets[0]?.dict.get('P');
    return page instanceof PdfRef ? numbers.get(page.num) : undefined;
  };
  return fields.map((field) => {
    const index = pageOf(field);
    const summary = index === undefined ? undefined : summaries[index];
    const rect = rectangle(doc.resolve(field.widgets[0]?.dict.get('Rect')) ?? undefined);
    const box =
      summary === undefined || rect === null
        ? null
        : { page: summary.page, ...toDisplay(summary.boxes, rect) };
    return { name: field.name, kind: kindOf(field), box, filled: isFilled(field.value) };
  });
}

function kindOf({ type, flags }: FormField): FieldSummary['kind'] {
  if (type === 'Tx') return 'text';
  if (type === 'Ch') return 'choice';
  if (type === 'Sig') return 'signature';
  if (type !== 'Btn') return 'other';
  return (flags & PUSH) !== 0 ? 'button' : (flags & RADIO) !== 0 ? 'radio' : 'checkbox';
}

function isFilled(value: PdfObject): boolean {
  if (value instanceof PdfString) return value.bytes.length > 0;
  return value !== null && !(value instanceof PdfName && value.name === 'Off');
}

function notices(doc: PdfDocument, fields: readonly FormField[], pages: readonly PdfPage[]): Notice[] {
  const found = new Set<Notice>();
  const names = doc.dict(doc.catalog.get('Names'));
  if (doc.dict(names?.get('JavaScript')) !== null) found.add('javascript');
  if (doc.dict(names?.get('EmbeddedFiles')) !== null || doc.array(doc.catalog.get('AF')) !== null) {
    found.add('embedded-files');
  }
  if (formOf(doc)?.has('XFA') === true) found.add('xfa');
  lookAtActions(doc, doc.catalog, found);
  addActions(doc, doc.catalog.get('OpenAction'), found);
  for (const field of fields) lookAtActions(doc, field.dict, found);
  for (const page of pages.slice(0, PAGES_LOOKED_AT)) {
    lookAtActions(doc, page.dict, found);
    for (const item of doc.array(page.dict.get('Annots')) ?? []) {
      const annotation = doc.dict(item);
      if (annotation === null) continue;
      lookAtActions(doc, annotation, found);
      const subtype = doc.resolve(annotation.get('Subtype'));
      if (subtype instanceof PdfName && subtype.name === 'FileAttachment') found.add('embedded-files');
    }
  }
  if (doc.repaired) found.add('repaired');
  if (doc.encryption !== null) found.add('encrypted');
  return [...found];
}

/** /A and every trigger of /AA (§12.6.3). */
function lookAtActions(doc: PdfDocument, dict: PdfDict, found: Set<Notice>): void {
  addActions(doc, dict.get('A'), found);
  for (const action of doc.dict(dict.get('AA'))?.map.values() ?? []) addActions(doc, action, found);
}

function addActions(doc: PdfDocument, action: PdfObject | undefined, found: Set<Notice>, depth = 0): void {
  const dict = doc.dict(action);
  if (dict === null || depth > 16) return;
  const kind = doc.resolve(dict.get('S'));
  if (kind instanceof PdfName && kind.name === 'JavaScript') found.add('javascript');
  if (kind instanceof PdfName && kind.name === 'Launch') found.add('launch');
  const next = dict.get('Next');
  for (const item of doc.array(next) ?? [next]) addActions(doc, item, found, depth + 1);
}
