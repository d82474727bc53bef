import type { PdfDocument } from '../pdf/document.ts';
import type { FormField } from '../pdf/fields.ts';
import { displaySize, pageBoxes } from '../pdf/geometry.ts';
import { PdfDict, PdfName, PdfString, type PdfObject } from '../pdf/objects.ts';
import { decodeText } from '../pdf/text.ts';
import { formEntries, type FormEntry } from '../sign/existing.ts';
import { formerSignatures, locksNewField } from '../sign/former.ts';
import { noticesOf } from './notices.ts';
import type { FieldSummary, PageSummary, PdfSummary } from './protocol.ts';

/** Bits of a button's /Ff (§12.7.5.2.1). */
const RADIO = 1 << 15;
const PUSH = 1 << 16;

/** What the page shows of a file before anybody places a field. */
export function summarize(doc: PdfDocument): PdfSummary {
  const pages = doc.pages();
  const former = formerSignatures(doc);
  const info = doc.dict(doc.trailer.get('Info'));
  const title = doc.resolve(info?.get('Title'));
  return {
    size: doc.source.size,
    pages: pages.map((page, index): PageSummary => {
      const boxes = pageBoxes((key) => page.inherited(key));
      return { page: index + 1, ...displaySize(boxes), boxes };
    }),
    fields: formEntries(doc, pages).map(fieldSummary),
    signatures: former.signed.length,
    certified: former.docMdp,
    // A name that no file has: locks that take in everything take in this one.
    closed: locksNewField(doc, former, 'cs-'),
    title: title instanceof PdfString ? decodeText(title) : '',
    notices: noticesOf(doc, former.fields, pages)
  };
}

function fieldSummary(entry: FormEntry): FieldSummary {
  const { field, box, refusal, existing, firstOnly, label, required, options } = entry;
  return {
    name: field.name,
    kind: kindOf(field),
    box,
    filled: isFilled(field.value),
    offer: existing === null || box === null ? null : { existing, box, label, required, options, firstOnly },
    refusal
  };
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
  if (value instanceof PdfName) return value.name !== 'Off';
  return value instanceof PdfDict || value !== null;
}
