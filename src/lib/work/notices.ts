import type { PdfDocument } from '../pdf/document.ts';
import { formOf, type FormField } from '../pdf/fields.ts';
import { PdfDict, PdfName, PdfRef, PdfStream, PdfString, type PdfObject } from '../pdf/objects.ts';
import type { PdfPage } from '../pdf/pages.ts';
import { decodeText } from '../pdf/text.ts';
import type { Notice, NoticeCode } from './protocol.ts';

/** Annotations and fonts are looked at on this many pages; a contract has fewer. */
const PAGES_LOOKED_AT = 1000;
/** Objects looked at below the pages' resources, bookmarks and file names together. */
const OBJECTS_LOOKED_AT = 20_000;
/** Names told of each kind: enough to know what it is about. */
const NAMES_TOLD = 8;
const DEPTH = 16;

const ACTIONS: Readonly<Record<string, NoticeCode>> = {
  JavaScript: 'javascript',
  Launch: 'launch',
  SubmitForm: 'submit-form',
  ImportData: 'submit-form',
  Rendition: 'rich-media',
  RichMediaExecute: 'rich-media',
  Movie: 'rich-media',
  Sound: 'rich-media',
  GoTo3DView: 'rich-media'
};
const MEDIA = new Set(['RichMedia', 'Movie', 'Sound', 'Screen', '3D']);
/** §9.6.2.2: every reader has these. */
const STANDARD =
  /^(Helvetica|Times|Courier)(-(Roman|Bold|Italic|Oblique|BoldItalic|BoldOblique))?$|^Symbol$|^ZapfDingbats$/;

/**
 * What the sender is told before a file goes out (`security.md` P3): what may run, hide or look different
 * elsewhere. Nothing of it is removed.
 */
export function noticesOf(
  doc: PdfDocument,
  fields: readonly FormField[],
  pages: readonly PdfPage[]
): Notice[] {
  const search = new Search(doc);
  search.catalog();
  for (const field of fields) search.field(field);
  for (const page of pages.slice(0, PAGES_LOOKED_AT)) search.page(page);
  if (doc.repaired) search.note('repaired');
  if (doc.encryption !== null) search.note('encrypted');
  return search.found();
}

class Search {
  readonly #found = new Map<NoticeCode, Set<string>>();
  readonly #seen = new Set<number>();
  #looked = 0;

  constructor(private readonly doc: PdfDocument) {}

  found(): Notice[] {
    return [...this.#found].map(([code, names]) => ({ code, names: [...names].slice(0, NAMES_TOLD) }));
  }

  note(code: NoticeCode, name = ''): void {
    const names = this.#found.get(code) ?? new Set();
    if (name !== '') names.add(name);
    this.#found.set(code, names);
  }

  catalog(): void {
    const { doc } = this;
    const { catalog } = doc;
    const names = doc.dict(catalog.get('Names'));
    if (doc.dict(names?.get('JavaScript')) !== null) this.note('javascript');
    const files = doc.dict(names?.get('EmbeddedFiles'));
    if (files !== null) {
      this.note('embedded-files');
      this.#fileNames(files, 0);
    }
    for (const item of doc.array(catalog.get('AF')) ?? []) this.#file(item);
    const layers = doc.array(doc.dict(catalog.get('OCProperties'))?.get('OCGs')) ?? [];
    for (const layer of layers) this.note('layers', this.#text(doc.dict(layer)?.get('Name')));
    if (formOf(doc)?.has('XFA') === true) this.note('xfa');
    this.#actions(catalog);
    this.#action(catalog.get('OpenAction'), 0);
    this.#bookmarks(doc.dict(catalog.get('Outlines'))?.get('First'), 0);
  }

  field(field: FormField): void {
    this.#actions(field.dict);
    const filled = field.value instanceof PdfString && field.value.bytes.length > 0;
    // Freeze has no viewer make appearances anew (`signing.md`), so these would show nothing.
    const bare = field.widgets.some(({ dict }) => this.doc.dict(dict.get('AP')) === null);
    if (filled && bare && field.type !== 'Sig') this.note('undrawn-values', field.name);
  }

  page(page: PdfPage): void {
    this.#actions(page.dict);
    for (const item of this.doc.array(page.dict.get('Annots')) ?? []) {
      const annotation = this.doc.dict(item);
      if (annotation === null) continue;
      this.#actions(annotation);
      const kind = this.#name(annotation.get('Subtype'));
      if (kind === 'FileAttachment') this.#file(annotation.get('FS'));
      if (MEDIA.has(kind)) this.note('rich-media');
    }
    this.#fonts(page.inherited('Resources'), 0);
  }

  /** /A and every trigger of /AA (§12.6.3). */
  #actions(dict: PdfDict): void {
    this.#action(dict.get('A'), 0);
    for (const action of this.doc.dict(dict.get('AA'))?.map.values() ?? []) this.#action(action, 0);
  }

  #action(action: PdfObject | undefined, depth: number): void {
    const dict = this.doc.dict(action);
    if (dict === null || depth > DEPTH) return;
    const code = ACTIONS[this.#name(dict.get('S'))];
    if (code !== undefined) this.note(code);
    const next = dict.get('Next');
    for (const item of this.doc.array(next) ?? [next]) this.#action(item, depth + 1);
  }

  #bookmarks(first: PdfObject | undefined, depth: number): void {
    for (let item = first; item !== undefined && this.#fresh(item);) {
      const dict = this.doc.dict(item);
      if (dict === null) return;
      this.#actions(dict);
      if (depth < DEPTH) this.#bookmarks(dict.get('First'), depth + 1);
      item = dict.get('Next');
    }
  }

  /** §7.9.6: a name tree of file specifications. */
  #fileNames(node: PdfDict, depth: number): void {
    const names = this.doc.array(node.get('Names')) ?? [];
    for (let index = 1; index < names.length && index < 2 * NAMES_TOLD; index += 2) this.#file(names[index]);
    if (depth > DEPTH) return;
    for (const kid of this.doc.array(node.get('Kids')) ?? []) {
      const dict = this.doc.dict(kid);
      if (dict !== null && this.#fresh(kid)) this.#fileNames(dict, depth + 1);
    }
  }

  #file(specification: PdfObject | undefined): void {
    const dict = this.doc.dict(specification);
    this.note('embedded-files', this.#text(dict?.get('UF')) || this.#text(dict?.get('F')));
  }

  /** Fonts that a page uses, also inside its form XObjects, and that the file does not carry. */
  #fonts(resources: PdfObject | undefined, depth: number): void {
    const dict = this.doc.dict(resources);
    if (dict === null || depth > DEPTH) return;
    for (const item of this.doc.dict(dict.get('Font'))?.map.values() ?? []) {
      const font = this.#fresh(item) ? this.doc.dict(item) : null;
      if (font !== null && !this.#carried(font)) this.note('missing-fonts', this.#fontName(font));
    }
    for (const item of this.doc.dict(dict.get('XObject'))?.map.values() ?? []) {
      if (!this.#fresh(item)) continue;
      const object = this.doc.resolve(item);
      if (object instanceof PdfStream && object.dict.has('Resources'))
        this.#fonts(object.dict.get('Resources'), depth + 1);
    }
  }

  #carried(font: PdfDict): boolean {
    const kind = this.#name(font.get('Subtype'));
    if (kind === 'Type3') return true;
    const below = kind === 'Type0' ? this.doc.dict(this.doc.array(font.get('DescendantFonts'))?.[0]) : font;
    const descriptor = this.doc.dict(below?.get('FontDescriptor'));
    if (['FontFile', 'FontFile2', 'FontFile3'].some((key) => descriptor?.has(key) === true)) return true;
    return STANDARD.test(this.#name(font.get('BaseFont')));
  }

  /** Without the six letters of a subset. */
  #fontName(font: PdfDict): string {
    return this.#name(font.get('BaseFont')).replace(/^[A-Z]{6}\+/, '');
  }

  #name(value: PdfObject | undefined): string {
    const object = this.doc.resolve(value);
    return object instanceof PdfName ? object.name : '';
  }

  #text(value: PdfObject | undefined): string {
    const object = this.doc.resolve(value);
    return object instanceof PdfString ? decodeText(object) : '';
  }

  /** Each object once, and not without end. */
  #fresh(item: PdfObject | undefined): boolean {
    this.#looked += 1;
    if (this.#looked > OBJECTS_LOOKED_AT) return false;
    if (!(item instanceof PdfRef)) return true;
    if (this.#seen.has(item.num)) return false;
    this.#seen.add(item.num);
    return true;
  }
}
