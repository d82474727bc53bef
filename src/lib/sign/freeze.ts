import type { Field } from '../domain/field.ts';
import { Appender } from '../pdf/append.ts';
import type { PdfDocument } from '../pdf/document.ts';
import { PdfError } from '../pdf/error.ts';
import { displaySize, pageBoxes } from '../pdf/geometry.ts';
import { PdfDict, PdfName, PdfRef, type PdfArray, type PdfObject } from '../pdf/objects.ts';
import { textString } from '../pdf/serialize.ts';
import { formerSignatures, locksNewField } from './former.ts';
import type { Layout } from './layout.ts';
import { tagWidgets, type TaggedWidget } from './structure.ts';
import { fieldWidget, invisibleSignature, lockDictionary, type WidgetPlace } from './widget.ts';

type NamedField = Field & { readonly name: string };

/**
 * Revision 0: appends every field of every party, empty, with the signature fields and their locks, so that
 * later revisions only fill and sign (`signing.md`, "Freeze"; ISO 32000-2 §12.7, §12.7.5.5). Returns the
 * tail; the file is `doc.source` followed by it. A file that carries signatures already gets the signature
 * fields only, invisible ones where it is certified (`contracts.md`).
 *
 * Throws PdfError `structure` (a field without a name, outside its page, or named like one that is there),
 * `docmdp-forbids`.
 */
export function freeze(doc: PdfDocument, layout: Layout): Uint8Array {
  const former = formerSignatures(doc);
  if (former.docMdp === 1) {
    throw new PdfError('docmdp-forbids', 'the certification of this file allows no further signature');
  }
  const taken = new Set(former.fields.map((field) => field.name));
  const named = layout.fields.map((field) => checkName(field, taken));
  const signers = signingFields(named);
  const fields = former.signed.length === 0 ? named : named.filter((field) => signers.has(field.name));
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
    const lock = signs ? lockOf(appender, field, fields, signers) : null;
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
  for (const [n, refs] of annotations) addAnnotations(appender, n, refs);
  addToForm(
    appender,
    widgets.map(({ ref }) => ref),
    former.signed.length > 0
  );
  keepFaulty(appender);
  return appender.finish().bytes;
}

function checkName(field: Field, taken: Set<string>): NamedField {
  const { name } = field;
  if (name === undefined) throw new PdfError('structure', `field ${field.id} has no name`);
  if (taken.has(name)) throw new PdfError('structure', `the file has a field ${name} already`);
  taken.add(name);
  return { ...field, name };
}

/** The first signature field of each party signs; its other places show the same mark (`widget.ts`). */
function signingFields(fields: readonly NamedField[]): Set<string> {
  const first = new Map<string, string>();
  for (const field of fields) {
    if (field.kind === 'signature' && !first.has(field.party)) first.set(field.party, field.name);
  }
  return new Set(first.values());
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
