import type { PdfDocument } from './document.ts';
import { PdfError } from './error.ts';
import { limitError } from './limits.ts';
import { PdfDict, PdfName, PdfRef, PdfString, type PdfObject } from './objects.ts';
import { decodeText } from './text.ts';

export interface Widget {
  readonly ref: PdfRef;
  readonly dict: PdfDict;
}

/** A terminal field of the form (ISO 32000-2 §12.7.4) with what it inherits. */
export interface FormField {
  readonly ref: PdfRef;
  readonly dict: PdfDict;
  /** Fully qualified (§12.7.4.2): `a.b`. */
  readonly name: string;
  readonly type: 'Tx' | 'Btn' | 'Ch' | 'Sig' | null;
  readonly flags: number;
  /** /V, resolved; null when absent. */
  readonly value: PdfObject;
  /** The field itself when it is its own widget. */
  readonly widgets: readonly Widget[];
  /** Resolved; from the field, the nearest one above it that has the key, or (DA, Q) the form (§12.7.4.3). */
  inherited(key: string): PdfObject;
}

/** Deeper hierarchies are no form but an attack (`limits.ts`, nesting). */
const DEPTH = 32;

/** The form dictionary, or null when the file has none. */
export function formOf(doc: PdfDocument): PdfDict | null {
  return doc.dict(doc.catalog.get('AcroForm'));
}

interface Inherited {
  readonly name: string;
  /** Dictionaries from the field up to the form. */
  readonly chain: readonly PdfDict[];
}

/**
 * Every terminal field in the order of /Fields. Entries that are no dictionaries are left out. Throws
 * PdfError `structure` when a field is its own ancestor or `limit` when there are too many.
 */
export function formFields(doc: PdfDocument): FormField[] {
  const found: FormField[] = [];
  const seen = new Set<number>();
  const walk = (item: PdfObject, above: Inherited, depth: number): void => {
    if (!(item instanceof PdfRef)) return;
    const dict = doc.resolve(item);
    if (!(dict instanceof PdfDict)) return;
    if (seen.has(item.num) || depth > DEPTH) throw new PdfError('structure', 'the form has a loop');
    seen.add(item.num);
    if (seen.size > doc.limits.objects) throw limitError('fields', doc.limits.objects);
    const own = inherit(doc, dict, above);
    const kids = (doc.array(dict.get('Kids')) ?? []).filter((kid): kid is PdfRef => kid instanceof PdfRef);
    // §12.7.4.1: a kid with a /T is a field, one without is a widget of this field.
    const fields = kids.filter((kid) => doc.dict(kid)?.has('T') === true);
    for (const kid of fields) walk(kid, own, depth + 1);
    if (fields.length > 0) return;
    found.push(terminal(doc, item, dict, own, kids));
  };
  const form = formOf(doc);
  // The form itself says only what text looks like where a field does not.
  const defaults = new PdfDict();
  for (const key of ['DA', 'Q']) {
    const value = form?.get(key);
    if (value !== undefined) defaults.set(key, value);
  }
  for (const item of doc.array(form?.get('Fields')) ?? []) walk(item, { name: '', chain: [defaults] }, 0);
  const signatures = found.reduce((sum, { type }) => sum + (type === 'Sig' ? 1 : 0), 0);
  if (signatures > doc.limits.signatureFields)
    throw limitError('signature fields', doc.limits.signatureFields);
  return found;
}

function inherit(doc: PdfDocument, dict: PdfDict, above: Inherited): Inherited {
  const partial = doc.resolve(dict.get('T'));
  const name = partial instanceof PdfString ? decodeText(partial) : '';
  return {
    name: name === '' ? above.name : above.name === '' ? name : `${above.name}.${name}`,
    chain: [dict, ...above.chain]
  };
}

function terminal(
  doc: PdfDocument,
  ref: PdfRef,
  dict: PdfDict,
  own: Inherited,
  kids: readonly PdfRef[]
): FormField {
  const widgets = kids.flatMap((kid) => {
    const widget = doc.resolve(kid);
    return widget instanceof PdfDict ? [{ ref: kid, dict: widget }] : [];
  });
  const inherited = (key: string): PdfObject => {
    for (const level of own.chain) {
      const value = doc.resolve(level.get(key));
      if (value !== null) return value;
    }
    return null;
  };
  const [kind, flags] = [inherited('FT'), inherited('Ff')];
  const type = kind instanceof PdfName ? kind.name : '';
  return {
    ref,
    dict,
    name: own.name,
    type: type === 'Tx' || type === 'Btn' || type === 'Ch' || type === 'Sig' ? type : null,
    flags: typeof flags === 'number' ? flags : 0,
    value: inherited('V'),
    widgets: widgets.length === 0 && dict.has('Rect') ? [{ ref, dict }] : widgets,
    inherited
  };
}
