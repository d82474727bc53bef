import { PdfDict, PdfName, type PdfObject, PdfRef } from '../pdf/objects.ts';
import type { PdfDocument } from '../pdf/document.ts';
import type { Comparison } from './comparison.ts';
import { drawnBy, reads, valueTexts } from './drawn-value.ts';
import { finding, rectOf } from './finding.ts';
import type { FormNode } from './form.ts';

/** Annotation flags (ISO 32000-2 table 167) whose change shows or hides something. */
const VISIBILITY = 1 | 2 | 32;
/** Field flag ReadOnly (table 227): signing may set it, nothing else may change. */
const READ_ONLY = 1;

interface Widget {
  readonly ref: PdfRef | null;
  readonly dict: PdfDict;
}

function name(object: PdfObject): string {
  return object instanceof PdfName ? object.name : '';
}

function flags(object: PdfObject): number {
  return typeof object === 'number' ? object | 0 : 0;
}

function label(widget: Widget, field: string): string {
  return widget.ref === null ? `field ${field}` : `${widget.ref.num} ${widget.ref.gen} R`;
}

/** Form filling and signing of one field that was there before (§12.7.4, §12.8.2.2): what is not named here is fixed. */
export function compareField(c: Comparison, before: FormNode, after: FormNode): void {
  const object = label(after, after.name);
  if (before.ref?.num !== after.ref?.num) {
    c.disallow('field-replaced', object, 'another object stands for this field', null, after.name);
    return;
  }
  const type = c.oldForm.typeOf(before);
  if (type !== c.newForm.typeOf(after))
    c.disallow('field-changed', object, 'another kind of field', null, after.name);
  compareKids(c, before, after, object);
  compareEntries(c, before, after, before.name, object, type);
}

function compareEntries(
  c: Comparison,
  before: Widget,
  after: Widget,
  field: string,
  object: string,
  type: string
): void {
  const page = pageOf(c, after);
  if (type === 'Tx' || type === 'Ch') compareDrawn(c, before.dict, after.dict, field, object, page);
  // A field that was signed is done: its picture is part of what people were shown.
  const signed = type === 'Sig' && c.oldForm.isSigned(field);
  c.entries(
    before.dict,
    after.dict,
    object,
    () => ({ kind: 'equal', code: 'field-changed', page }),
    (key, a, b) => {
      if (signed && key !== 'V' && key !== 'Kids') return false;
      switch (key) {
        case 'V':
          if (type === 'Sig') compareSignature(c, a, b, field, object, page);
          else compareFree(c, a, b, 'field-value', field, object, page);
          return true;
        case 'AP':
          compareAppearance(c, a, b, field, object, page);
          return true;
        case 'AS':
          compareFree(c, a, b, 'field-appearance', field, object, page);
          return true;
        case 'DA':
        case 'Q':
          compareFree(c, a, b, 'field-format', field, object, page);
          return true;
        case 'F': {
          const [x, y] = [flags(c.before.resolve(a)), flags(c.after.resolve(b))];
          if (((x ^ y) & VISIBILITY) !== 0) return false;
          if (x !== y) c.report(finding('field-flags', 'form', object, '/F', { page, field }));
          return true;
        }
        case 'Ff': {
          const [x, y] = [flags(c.before.resolve(a)), flags(c.after.resolve(b))];
          if (((x ^ y) & ~READ_ONLY) !== 0) return false;
          if (x !== y) c.report(finding('field-flags', 'form', object, '/Ff', { page, field }));
          return true;
        }
        case 'Type':
          // Written by some signers into the field that they sign; it says nothing new.
          return a === null && name(c.after.resolve(b)) === 'Annot';
        case 'Kids':
          return true;
        default:
          return false;
      }
    },
    field
  );
}

/**
 * Shadow replace: the picture of a field is another, but not its value. A look that is made anew, or that now
 * says the value as it did not before, is filling in.
 */
function compareDrawn(
  c: Comparison,
  before: PdfDict,
  after: PdfDict,
  field: string,
  object: string,
  page: number | null
): void {
  const [old, now] = [c.oldForm.byName.get(field), c.newForm.byName.get(field)];
  if (old === undefined || now === undefined) return;
  const texts = valueTexts(c.newForm, c.after, now);
  const former = valueTexts(c.oldForm, c.before, old);
  if (texts === null || former === null || texts[0] !== former[0]) return;
  const [was, is] = [drawnBy(c.before, before)?.text ?? null, drawnBy(c.after, after)?.text ?? null];
  if (was === null || is === null || was === is || texts.some((text) => reads(is, text))) return;
  c.disallow(
    'appearance-differs',
    object,
    `field ${field} shows another text, its value is the same`,
    page,
    field
  );
}

/** A value or appearance: may change as form filling, its old objects and new ones alike. */
function compareFree(
  c: Comparison,
  a: PdfObject,
  b: PdfObject,
  code: string,
  field: string,
  object: string,
  page: number | null
): void {
  if (!c.same(a, b, { kind: 'free', code, level: 'form', field })) {
    c.report(finding(code, 'form', object, `of field ${field}`, { page, field }));
  }
}

/** /AP: what the field showed before must have been its own, or changing it changes something else too. */
function compareAppearance(
  c: Comparison,
  a: PdfObject,
  b: PdfObject,
  field: string,
  object: string,
  page: number | null
): void {
  compareFree(c, a, b, 'field-appearance', field, object, page);
  const before = c.before.dict(a);
  const parts = [a, ...(before?.map.values() ?? [])];
  const after = [b, ...(c.after.dict(b)?.map.values() ?? [])];
  const kept = new Set(
    after.flatMap((item) => (item instanceof PdfRef && c.unchanged(item.num) ? [item.num] : []))
  );
  for (const part of parts)
    if (part instanceof PdfRef && !kept.has(part.num)) c.ownAppearance(part.num, field, object);
}

/** /V of a signature field: an empty one may be signed by a new dictionary, a signed one stays as it is. */
function compareSignature(
  c: Comparison,
  a: PdfObject,
  b: PdfObject,
  field: string,
  object: string,
  page: number | null
): void {
  if (c.before.resolve(a) === null) {
    if (b !== null) signatureValue(c, b, field, object, page);
    return;
  }
  if (!c.same(a, b, { kind: 'equal', code: 'signature-changed', page })) {
    c.disallow(
      'signature-changed',
      object,
      'the signature of this field was replaced or removed',
      page,
      field
    );
  }
}

function isTimestamp(c: Comparison, dict: PdfDict): boolean {
  return (
    name(c.after.resolve(dict.get('Type'))) === 'DocTimeStamp' ||
    name(c.after.resolve(dict.get('SubFilter'))) === 'ETSI.RFC3161'
  );
}

function signatureValue(
  c: Comparison,
  value: PdfObject,
  field: string,
  object: string,
  page: number | null
): void {
  const dict = c.after.resolve(value);
  if (dict === null) return;
  if (!(dict instanceof PdfDict)) {
    c.disallow('signature-malformed', object, 'the value of a signature field is no dictionary', page, field);
    return;
  }
  if (value instanceof PdfRef && !c.isNew(value.num)) {
    c.disallow(
      'signature-reused',
      object,
      'the signature uses an object that was signed as something else',
      page,
      field
    );
    return;
  }
  const timestamp = isTimestamp(c, dict);
  c.report(
    timestamp
      ? finding('new-timestamp', 'lta', object, `in field ${field}`, { page, field })
      : finding('new-signature', 'form', object, `in field ${field}`, { page, field })
  );
}

/** Items of a list of fields that the form could not take in (loops, direct dictionaries) have no rule: equal. */
export function compareStrays(
  c: Comparison,
  x: PdfObject | undefined,
  y: PdfObject | undefined,
  object: string
): void {
  const after = c.after.array(y) ?? [];
  for (const [i, item] of (c.before.array(x) ?? []).entries()) {
    if (item instanceof PdfRef && c.oldForm.byNumber.has(item.num)) continue;
    if (!c.same(item, after[i] ?? null, { kind: 'equal', code: 'field-changed', page: null })) {
      c.disallow('field-changed', object, 'a field without a number of its own');
    }
  }
}

/** The object numbers of all kids, in order; empty when there is no such entry. */
function kidList(doc: PdfDocument, node: FormNode): string {
  if (!node.dict.has('Kids')) return '';
  const kids = doc.array(node.dict.get('Kids'));
  return `kids ${(kids ?? []).map((kid) => (kid instanceof PdfRef ? kid.num : 'direct')).join(' ')}`;
}

/** Kids that are fields are compared by name; widgets must stay the same ones in the same order. */
function compareKids(c: Comparison, before: FormNode, after: FormNode, object: string): void {
  c.touch(before.dict.get('Kids') ?? null, after.dict.get('Kids') ?? null);
  compareStrays(c, before.dict.get('Kids'), after.dict.get('Kids'), object);
  if (kidList(c.before, before) !== kidList(c.after, after)) {
    c.disallow('field-changed', object, 'other fields or widgets belong to this field', null, after.name);
    return;
  }
  const type = c.oldForm.typeOf(before);
  before.widgets.forEach((widget, i) => {
    const now = after.widgets[i];
    if (now !== undefined) compareEntries(c, widget, now, before.name, label(now, before.name), type);
  });
}

function pageOf(c: Comparison, widget: Widget): number | null {
  const page = widget.dict.get('P');
  return page instanceof PdfRef ? (c.newPages.get(page.num) ?? null) : null;
}

/** A field that was not there before: only signature fields may come, and nothing in them may be old. */
export function compareNewField(c: Comparison, node: FormNode): void {
  const object = label(node, node.name);
  const type = c.newForm.typeOf(node);
  if (node.fields.length > 0) {
    // A new group: what is in it is judged field by field.
    return;
  }
  if (type !== 'Sig') {
    c.disallow('new-field', object, `field ${node.name} was added`, pageOf(c, node), node.name);
    return;
  }
  const parts: Widget[] = [node, ...node.widgets];
  if (node.parent !== null && c.oldForm.byName.has(node.parent.name)) {
    c.disallow(
      'new-field',
      object,
      'the field was put into a group that was signed',
      pageOf(c, node),
      node.name
    );
    return;
  }
  if (parts.some(({ ref }) => ref === null || !c.isNew(ref.num))) {
    c.disallow(
      'signature-reused',
      object,
      'the new field uses an object that was there before',
      pageOf(c, node),
      node.name
    );
    return;
  }
  if (parts.some(({ dict }) => dict.has('A') || dict.has('AA'))) {
    c.disallow('actions', object, `field ${node.name} does something by itself`, pageOf(c, node), node.name);
    return;
  }
  const value = node.dict.get('V') ?? null;
  const signed = c.after.resolve(value);
  if (signed !== null) signatureValue(c, value, node.name, object, pageOf(c, node));
  const stamp = signed instanceof PdfDict && isTimestamp(c, signed);
  let visible = false;
  for (const widget of parts) {
    const rect = rectOf(c.after.array(widget.dict.get('Rect')));
    const hidden = (flags(c.after.resolve(widget.dict.get('F'))) & 2) !== 0;
    // Without a picture of its own a viewer paints nothing there, wherever the rectangle lies.
    const painted = widget.dict.has('AP') || widget.dict.has('MK');
    if (
      !painted ||
      rect === null ||
      rect[0] === rect[2] ||
      rect[1] === rect[3] ||
      hidden ||
      widget.ref === null
    )
      continue;
    const page = shownOn(c, widget.ref.num);
    if (page === null) continue;
    visible = true;
    c.report(
      finding('new-signature-field', 'form', object, `visible field ${node.name}`, {
        page,
        field: node.name,
        placed: { what: 'signature-field', page, rect, num: widget.ref.num }
      })
    );
  }
  if (!visible) {
    c.report(
      finding('new-signature-field', stamp ? 'lta' : 'form', object, `invisible field ${node.name}`, {
        field: node.name
      })
    );
  }
}

/** The page whose /Annots name this widget; null when none does, and nobody sees it. */
function shownOn(c: Comparison, num: number): number | null {
  for (const [page, n] of c.newPages) {
    const annots = c.after.array(c.after.dict(c.after.get(page))?.get('Annots')) ?? [];
    if (annots.some((item) => item instanceof PdfRef && item.num === num)) return n;
  }
  return null;
}
