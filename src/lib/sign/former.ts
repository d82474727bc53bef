import type { PdfDocument } from '../pdf/document.ts';
import { formFields, type FormField } from '../pdf/fields.ts';
import { PdfDict, PdfName, PdfString, type PdfObject } from '../pdf/objects.ts';
import { decodeText } from '../pdf/text.ts';

/** What signatures a file carries already, and what the certifying one allows (§12.8.2.2). */
export interface FormerSignatures {
  readonly fields: readonly FormField[];
  readonly signed: readonly FormField[];
  /** 1 nothing, 2 form filling, 3 annotations too; null without certification. */
  readonly docMdp: 1 | 2 | 3 | null;
}

export function formerSignatures(doc: PdfDocument): FormerSignatures {
  const fields = formFields(doc);
  const signed = fields.filter((field) => field.type === 'Sig' && field.value instanceof PdfDict);
  const values = [doc.dict(doc.catalog.get('Perms'))?.get('DocMDP'), ...signed.map((field) => field.value)];
  // §12.8.6 wants /Perms to name it, but some writers leave that out, and viewers honour it all the same;
  // so they do /P of a signed field's /Lock (Table 236). The strictest counts.
  const permissions = [
    ...values.map((value) => certification(doc, value)),
    ...signed.map((field) => permission(doc, doc.dict(field.dict.get('Lock'))?.get('P'), null))
  ].filter((p) => p !== null);
  const strictest = permissions.sort()[0];
  return { fields, signed, docMdp: strictest ?? null };
}

function certification(doc: PdfDocument, signature: PdfObject | undefined): 1 | 2 | 3 | null {
  const value = doc.dict(signature);
  for (const item of doc.array(value?.get('Reference')) ?? []) {
    const reference = doc.dict(item);
    const method = doc.resolve(reference?.get('TransformMethod'));
    if (!(method instanceof PdfName) || method.name !== 'DocMDP') continue;
    return permission(doc, doc.dict(reference?.get('TransformParams'))?.get('P'), 2);
  }
  return null;
}

function permission<T extends 2 | null>(
  doc: PdfDocument,
  object: PdfObject | undefined,
  otherwise: T
): 1 | 2 | 3 | T {
  const p = doc.resolve(object);
  return p === 1 || p === 2 || p === 3 ? p : otherwise;
}

/**
 * Whether a signature of the file locks a field that is not there yet (FieldMDP or /Lock with All, or Exclude
 * without its name; §12.8.2.4): tools call such a new field a change of what was locked.
 */
export function locksNewField(doc: PdfDocument, { signed }: FormerSignatures, name: string): boolean {
  const locks = signed.flatMap((field) => {
    const references = doc.array(doc.dict(field.value)?.get('Reference')) ?? [];
    return [field.dict.get('Lock'), ...references.map((item) => doc.dict(item)?.get('TransformParams'))];
  });
  return locks.some((lock) => {
    const action = doc.resolve(doc.dict(lock)?.get('Action'));
    if (!(action instanceof PdfName)) return false;
    if (action.name === 'All') return true;
    const fields = doc.array(doc.dict(lock)?.get('Fields')) ?? [];
    const named = fields.some((item) => item instanceof PdfString && decodeText(item) === name);
    return action.name === 'Exclude' ? !named : named;
  });
}
