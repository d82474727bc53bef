import type { Field } from '../domain/field.ts';
import { Appender } from '../pdf/append.ts';
import type { PdfDocument } from '../pdf/document.ts';
import { PdfError } from '../pdf/error.ts';
import { displaySize, pageBoxes } from '../pdf/geometry.ts';
import { PdfDict, PdfName, PdfRef, type PdfArray, type PdfObject } from '../pdf/objects.ts';
import { textString } from '../pdf/serialize.ts';
import { formEntries, Places, type FormEntry } from './existing.ts';
import { formerSignatures, locksNewField } from './former.ts';
import type { Layout } from './layout.ts';
import { tagWidgets, type TaggedWidget } from './structure.ts';
import { fieldWidget, invisibleSignature, lockDictionary, type WidgetPlace } from './widget.ts';

type NamedField = Field & { readonly name: string };

/**
 * Revision 0: appends every field of every party, empty, with the signature fields and their locks, so that
 * later revisions only fill and sign (`signing.md`, "Freeze"; ISO 32000-2 §12.7, §12.7.5.5). Returns the
 * tail; the file is `doc.source` followed by it. A file that carries signatures already gets the signature
 * fields only, invisible ones where it is certified (`contracts.md`). Fields that the form has already stay
 * as they are; a signature field among them gets its lock.
 *
 * Throws PdfError `structure` (a field without a name, outside its page, or named like one that is there),
 * `field-refused` (an existing field that may not be given to this party), `docmdp-forbids`.
 */
export function freeze(doc: PdfDocument, layout: Layout): Uint8Array {
  const former = formerSignatures(doc);
  if (former.docMdp === 1) {
    throw new PdfError('docmdp-forbids', 'the certification of this file allows no further signature');
  }
  const taken = new Set(former.fields.map((field) => field.name));
  const named = layout.fields.map((field) => checkName(field, taken));
  const signers = signingFields(named);
  const wanted = former.signed.length === 0 ? named : named.filter((field) => signers.has(field.name));
  const fields = wanted.filter(({ existing }) => existing === undefined);
  const given = givenFields(doc, layout, wanted);
  // pyHanko clears a visible new field after an approval signature only, never after a certification.
  const hidden = former.signed.length > 0 && former.docMdp !== null;

  const locked = fields.find((field) => locksNewField(doc, former, field.name));
  if (locked !== undefined) {
    throw new PdfError('docmdp-forbids', `a signature of this file locks all fields, ${locked.name} too`);
  }

  const appender = new Appender(doc);
  const pages = new Map<number, WidgetPlace>();
  const placeOf = (n: number): WidgetPlace => {
    const known = pages.get(n);
    if (known !== undefined) return known;
    const page = doc.page(n);
    const place = { page: page.ref, boxes: pageBoxes((key) => page.inherited(key)) };
    pages.set(n, place);
    return place;
  };
  const widgets: TaggedWidget[] = [];
  const annotations = new Map<number, PdfRef[]>();
  for (const field of fields) {
    const place = placeOf(field.box.page);
    const ref = appender.reserve();
    const signs = signers.has(field.name);
    const lock = signs ? lockOf(appender, field, wanted, signers) : null;
    if (!hidden) checkPlace(field, place);
    const dict = hidden
      ? invisibleSignature(field.name, field.label, place.page)
      : fieldWidget(appender, field, place, lock, signs);
    widgets.push({ ref, dict, page: place.page });
    annotations.set(field.box.page, [...(annotations.get(field.box.page) ?? []), ref]);
  }
  // A signed file's structure is what was signed; there the new fields stay untagged.
  if (former.signed.length === 0) tagWidgets(appender, widgets);
  for (const { ref, dict } of widgets) appender.put(ref, dict);
  // Nothing of a signed file's form may change, not even what would help readers.
  if (former.signed.length === 0) {
    for (const [field, entry] of given) {
      const lock = signers.has(field.name) ? lockOf(appender, field, wanted, signers) : null;
      takeOver(appender, entry, lock);
    }
  }
  for (const [n, refs] of annotations) addAnnotations(appender, n, refs);
  if (widgets.length > 0 || former.signed.length === 0) {
    addToForm(
      appender,
      widgets.map(({ ref }) => ref),
      former.signed.length > 0
    );
  }
  // A revision of nothing is one that readers refuse; the catalog once more, as it was, is none of anything.
  if (given.length > 0 && widgets.length === 0 && former.signed.length > 0)
    appender.put(doc.catalogRef, doc.catalog);
  keepFaulty(appender);
  return appender.finish().bytes;
}

function checkName(field: Field, taken: Set<string>): NamedField {
  const { name } = field;
  if (name === undefined) throw new PdfError('structure', `field ${field.id} has no name`);
  if (field.existing !== undefined) {
    // A name that is there once is taken once: two parties cannot be given the same field.
    if (!taken.delete(name)) throw new PdfError('field-refused', `no field ${name} to be given`);
    return { ...field, name };
  }
  if (taken.has(name)) throw new PdfError('structure', `the file has a field ${name} already`);
  taken.add(name);
  return { ...field, name };
}

/**
 * The first signature field of each party signs, one of the form before those that are new; its other places
 * show the same mark (`widget.ts`), which a field of type Sig cannot: a party can have one such field only.
 */
function signingFields(fields: readonly NamedField[]): Set<string> {
  const first = new Map<string, NamedField>();
  for (const field of fields) {
    if (field.kind !== 'signature') continue;
    const known = first.get(field.party);
    if (known?.existing !== undefined && field.existing !== undefined)
      throw new PdfError('field-refused', `${field.name} is the party's second signature field`);
    if (known === undefined || field.existing !== undefined) first.set(field.party, field);
  }
  return new Set([...first.values()].map(({ name }) => name));
}

/** The entries of the form that are given away, checked against its rules (`existing.ts`). */
function givenFields(
  doc: PdfDocument,
  { parties }: Layout,
  fields: readonly NamedField[]
): [NamedField, FormEntry][] {
  const given = fields.filter(({ existing }) => existing !== undefined);
  if (given.length === 0) return [];
  const entries = new Map(formEntries(doc, doc.pages()).map((entry) => [entry.field.name, entry]));
  const firstSigner = parties.find(({ id }) => fields.some((f) => f.party === id && f.kind === 'signature'));
  return given.map((field) => {
    const entry = entries.get(field.name);
    const refused =
      entry === undefined || entry.existing?.type !== field.existing?.type
        ? (entry?.refusal ?? 'name')
        : entry.firstOnly && field.party !== firstSigner?.id
          ? 'first signer only'
          : null;
    if (entry === undefined || refused !== null)
      throw new PdfError('field-refused', `${field.name} cannot be given: ${refused ?? 'name'}`);
    return [field, entry];
  });
}

/** What later revisions need of a field that was given away: the page of each widget, and its lock. */
function takeOver(appender: Appender, { field }: FormEntry, lock: PdfRef | null): void {
  const { doc } = appender;
  const places = new Places(doc, doc.pages());
  for (const widget of field.widgets) {
    const page = doc.pages()[places.pageOf(widget) ?? -1];
    const stated = widget.dict.get('P');
    const lost = page !== undefined && !(stated instanceof PdfRef && stated.num === page.ref.num);
    const locks = lock !== null && widget.ref.num === field.ref.num;
    if (!lost && !locks) continue;
    const dict = widget.dict.clone();
    if (lost) dict.set('P', page.ref);
    if (locks) dict.set('Lock', lock);
    appender.put(widget.ref, dict);
  }
  if (lock !== null && !field.widgets.some(({ ref }) => ref.num === field.ref.num))
    appender.put(field.ref, field.dict.clone().set('Lock', lock));
}

/** Half a point of tolerance: editors snap to the edge of what they show. */
function checkPlace(field: NamedField, place: WidgetPlace): void {
  const { width, height } = displaySize(place.boxes);
  const { x, y, w, h } = field.box;
  if (w <= 0 || h <= 0 || x < -0.5 || y < -0.5 || x + w > width + 0.5 || y + h > height + 0.5) {
    throw new PdfError('structure', `field ${field.name} is not on page ${field.box.page}`);
  }
}

function lockOf(
  appender: Appender,
  signature: NamedField,
  fields: readonly NamedField[],
  signers: ReadonlySet<string>
): PdfRef | null {
  const own = fields.filter((field) => field.party === signature.party && !signers.has(field.name));
  return own.length === 0 ? null : appender.add(lockDictionary(own.map((field) => field.name)));
}

function addAnnotations(appender: Appender, n: number, refs: readonly PdfRef[]): void {
  const { doc } = appender;
  const page = doc.page(n);
  const written = page.dict.get('Annots');
  const annotations: PdfArray = [...(doc.array(written) ?? []), ...refs];
  if (written instanceof PdfRef && doc.array(written) !== null) appender.put(written, annotations);
  else appender.put(page.ref, page.dict.clone().set('Annots', annotations));
}

/** Adds the fields to /AcroForm, made when there is none; /DR gets the font that /DA names. */
function addToForm(appender: Appender, refs: readonly PdfRef[], signed: boolean): void {
  const { doc } = appender;
  const catalog = doc.catalog;
  const written = catalog.get('AcroForm');
  const former = doc.dict(written);
  const form = former === null ? new PdfDict() : former.clone();
  const list = form.get('Fields');
  const fields: PdfArray = [...(doc.array(list) ?? []), ...refs];
  if (list instanceof PdfRef && doc.array(list) !== null) appender.put(list, fields);
  else form.set('Fields', fields);
  const flags = doc.resolve(form.get('SigFlags'));
  form.set('SigFlags', (typeof flags === 'number' ? flags : 0) | 3);
  if (!signed) {
    // Viewers that make appearances anew would replace a stamp's picture by its words.
    form.map.delete('NeedAppearances');
    form.set('DR', withHelvetica(appender, form.get('DR')));
    if (!form.has('DA')) form.set('DA', textString('/Helv 10 Tf 0 g'));
  }
  if (written instanceof PdfRef && former !== null) appender.put(written, form);
  else appender.put(doc.catalogRef, catalog.clone().set('AcroForm', appender.add(form)));
}

function withHelvetica(appender: Appender, resources: PdfObject | undefined): PdfDict {
  const { doc } = appender;
  const all = doc.dict(resources)?.clone() ?? new PdfDict();
  const fonts = doc.dict(all.get('Font'))?.clone() ?? new PdfDict();
  if (!fonts.has('Helv')) {
    fonts.set(
      'Helv',
      appender.add(
        new PdfDict()
          .set('Type', new PdfName('Font'))
          .set('Subtype', new PdfName('Type1'))
          .set('BaseFont', new PdfName('Helvetica'))
          .set('Encoding', new PdfName('WinAnsiEncoding'))
      )
    );
  }
  return all.set('Font', fonts);
}

/** Objects that only a repair found are written anew, so that readers of the result need none. */
function keepFaulty(appender: Appender): void {
  const { doc } = appender;
  if (doc.startxref < 0) return;
  for (const num of doc.faults) {
    const entry = doc.entry(num);
    const ref = new PdfRef(num, entry?.kind === 'at' ? entry.gen : 0);
    const value = doc.get(num);
    if (value !== null && appender.get(ref) === value) appender.put(ref, value);
  }
}
