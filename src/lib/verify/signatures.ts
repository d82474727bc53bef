import type { PdfDocument } from '../pdf/document.ts';
import { PdfError } from '../pdf/error.ts';
import { limitError } from '../pdf/limits.ts';
import { PdfDict, PdfName, type PdfObject, PdfRef, PdfString } from '../pdf/objects.ts';
import type { Revision } from '../pdf/revisions.ts';
import { formOf, type FormNode, textOf } from './form.ts';

/** Which fields a signature locks: /FieldMDP of its reference or /Lock of its field (§12.8.2.4, §12.7.5.5). */
export interface FieldLock {
  readonly action: 'All' | 'Include' | 'Exclude';
  readonly fields: readonly string[];
}

/** One signature dictionary, as it stands in the newest revision that has it in a field. */
export interface FoundSignature {
  readonly field: string;
  /** The field's object number, null when it has none. */
  readonly fieldNumber: number | null;
  /** The object that holds the dictionary: itself, or the field it stands in directly. */
  readonly holder: PdfRef | null;
  /** Whether it stands directly in its field's /V. */
  readonly direct: boolean;
  readonly dict: PdfDict;
  /** Equal for two finds exactly when they are the same bytes of the file. */
  readonly place: string;
  /** As written; empty when /ByteRange is no array of integers. */
  readonly byteRange: readonly number[];
  readonly contents: Uint8Array | null;
  readonly subFilter: string;
  readonly isTimestamp: boolean;
  /** P of the DocMDP transform in its own /Reference, or of its field's /Lock; null when absent. */
  readonly docMdp: 1 | 2 | 3 | null;
  readonly certifies: boolean;
  readonly locks: readonly FieldLock[];
  /** The oldest view in which it is the value of its field. */
  readonly view: PdfDocument;
  /** Whether the newest revision still has it there. */
  readonly current: boolean;
}

function nameOf(object: PdfObject): string {
  return object instanceof PdfName ? object.name : '';
}

function lockOf(doc: PdfDocument, object: PdfObject | undefined): FieldLock | null {
  const dict = doc.dict(object);
  const action = nameOf(doc.resolve(dict?.get('Action')));
  if (dict === null || (action !== 'All' && action !== 'Include' && action !== 'Exclude')) return null;
  const fields = (doc.array(dict.get('Fields')) ?? []).map((item) => textOf(doc.resolve(item)));
  return { action, fields };
}

function permission(object: PdfObject): 1 | 2 | 3 | null {
  return object === 1 || object === 2 || object === 3 ? object : null;
}

/** What the signature's /Reference array and its field's /Lock say about later changes. */
function rules(
  doc: PdfDocument,
  dict: PdfDict,
  field: FormNode
): { docMdp: 1 | 2 | 3 | null; certifies: boolean; locks: FieldLock[] } {
  const locks: FieldLock[] = [];
  let docMdp: 1 | 2 | 3 | null = null;
  let certifies = false;
  for (const item of doc.array(dict.get('Reference')) ?? []) {
    const reference = doc.dict(item);
    if (reference === null) continue;
    const method = nameOf(doc.resolve(reference.get('TransformMethod')));
    const parameters = doc.dict(reference.get('TransformParams'));
    if (method === 'DocMDP') {
      certifies = true;
      // §12.8.2.2.2: 2 is the standard value.
      docMdp = parameters === null ? 2 : (permission(doc.resolve(parameters.get('P'))) ?? 2);
    } else if (method === 'FieldMDP') {
      const lock = lockOf(doc, parameters ?? undefined);
      if (lock !== null) locks.push(lock);
    }
  }
  const lock = doc.dict(field.dict.get('Lock'));
  const own = lockOf(doc, lock ?? undefined);
  if (own !== null) locks.push(own);
  const lower = permission(doc.resolve(lock?.get('P')));
  if (lower !== null) docMdp = docMdp === null || lower < docMdp ? lower : docMdp;
  return { docMdp, certifies, locks };
}

function numbersOf(doc: PdfDocument, object: PdfObject | undefined): number[] {
  const items = (doc.array(object) ?? []).map((item) => doc.resolve(item));
  return items.every((item): item is number => typeof item === 'number' && Number.isInteger(item))
    ? items
    : [];
}

function read(doc: PdfDocument, node: FormNode, current: boolean): FoundSignature | null {
  const value = node.dict.get('V');
  const dict = doc.resolve(value);
  if (!(dict instanceof PdfDict)) return null;
  const holder = value instanceof PdfRef ? value : node.ref;
  const contents = doc.resolve(dict.get('Contents'));
  const subFilter = nameOf(doc.resolve(dict.get('SubFilter')));
  const place = holder === null ? `${node.name}@${doc.end}` : `${holder.num}@${doc.place(holder.num) ?? ''}`;
  return {
    field: node.name,
    fieldNumber: node.ref?.num ?? null,
    holder,
    direct: !(value instanceof PdfRef),
    dict,
    place: `${node.name}|${place}`,
    byteRange: numbersOf(doc, dict.get('ByteRange')),
    contents: contents instanceof PdfString ? contents.bytes : null,
    subFilter,
    isTimestamp: nameOf(doc.resolve(dict.get('Type'))) === 'DocTimeStamp' || subFilter === 'ETSI.RFC3161',
    ...rules(doc, dict, node),
    view: doc,
    current
  };
}

function signedFields(doc: PdfDocument, current: boolean): FoundSignature[] {
  const form = formOf(doc);
  const found: FoundSignature[] = [];
  const { signatureFields } = doc.limits;
  if (form.terminals().filter((node) => form.typeOf(node) === 'Sig').length > signatureFields)
    throw limitError('signature fields', signatureFields);
  for (const node of form.nodes) {
    if (!node.dict.has('V') || form.typeOf(node) !== 'Sig') continue;
    const signature = read(doc, node, current);
    if (signature !== null) found.push(signature);
  }
  return found;
}

/**
 * Every signature of every revision, in the order of what they cover: also those that a later revision took
 * out of the form, which would else be gone without a word.
 */
export function findSignatures(doc: PdfDocument): FoundSignature[] {
  const found = new Map<string, FoundSignature>();
  for (const signature of signedFields(doc, true)) found.set(signature.place, signature);
  const revisions = doc.revisions();
  for (let i = revisions.length - 2; i >= 0; i -= 1) {
    const revision: Revision | undefined = revisions[i];
    if (revision === undefined) continue;
    let older: FoundSignature[];
    try {
      older = signedFields(doc.of(revision), false);
    } catch (error) {
      if (!(error instanceof PdfError)) throw error;
      // A revision whose catalog cannot be read holds no signature that anybody could have shown.
      continue;
    }
    for (const signature of older) {
      const newer = found.get(signature.place);
      found.set(signature.place, { ...signature, current: newer?.current ?? false });
    }
  }
  const end = ({ byteRange }: FoundSignature): number => (byteRange[2] ?? 0) + (byteRange[3] ?? 0);
  return [...found.values()].sort((a, b) => end(a) - end(b));
}

/** Whether a lock covers a field: its own name, or that of a group above it. */
export function locks(lock: FieldLock, field: string): boolean {
  const named = lock.fields.some((name) => field === name || field.startsWith(`${name}.`));
  return lock.action === 'All' || (lock.action === 'Include' ? named : !named);
}
