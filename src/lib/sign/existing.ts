import type { Box, ExistingField } from '../domain/field.ts';
import type { PdfDocument } from '../pdf/document.ts';
import type { FormField, Widget } from '../pdf/fields.ts';
import { pageBoxes, rectangle, toDisplay, type PageBoxes } from '../pdf/geometry.ts';
import { PdfDict, PdfName, PdfRef, PdfString, type PdfObject } from '../pdf/objects.ts';
import type { PdfPage } from '../pdf/pages.ts';
import { decodeText } from '../pdf/text.ts';
import { formerSignatures, locksNewField, type FormerSignatures } from './former.ts';

/** Bits of /Ff (§12.7.4.2, §12.7.5.2.1, §12.7.5.3, §12.7.5.4). */
const READ_ONLY = 1;
const REQUIRED = 1 << 1;
const MULTILINE = 1 << 12;
const PASSWORD = 1 << 13;
const RADIO = 1 << 15;
const PUSH = 1 << 16;
const EDITABLE = 1 << 18;
const FILE = 1 << 20;
const MULTI_SELECT = 1 << 21;
const COMB = 1 << 24;
const RICH = 1 << 25;
/** Bits of a widget's /F (§12.5.3): Hidden, NoView. */
const UNSEEN = (1 << 1) | (1 << 5);
/** More than this is no form that anybody fills in. */
const MOST_PLACES = 200;
const LONGEST_NAME = 1_000;

/** Why a field of the file cannot be given to a party; the editor has the sentences. */
export type NotOffered =
  /** It holds a signature already. */
  | 'signed'
  /** The file carries signatures: only empty signature fields may still be used. */
  | 'file-signed'
  /** A signature of the file locks it. */
  | 'locked'
  /** A signature field that prescribes how it is signed (/SV), or what it locks (/Lock). */
  | 'prescribes'
  | 'read-only'
  | 'button'
  /** Passwords, files, formatted text, several choices at once, fields with no states or options. */
  | 'kind'
  /** Nobody sees it. */
  | 'no-place'
  /** It has no name, or another field has the same. */
  | 'name';

/** A field that the uploaded file has already. */
export interface FormEntry {
  readonly field: FormField;
  /** Null: may be given to a party. */
  readonly refusal: NotOffered | null;
  /** Only who signs first may have it: several widgets, which pyHanko calls changed when filled later. */
  readonly firstOnly: boolean;
  /** What a person reads. */
  readonly label: string;
  readonly required: boolean;
  readonly existing: ExistingField | null;
  /** Null when nobody sees it. */
  readonly box: Box | null;
  readonly options: readonly string[];
}

/**
 * Every terminal field of the form and whether it may be given to a party (`signing.md`, "Freeze"). Boxes
 * are in points as displayed. Throws PdfError `structure` or `limit` as `formFields` does.
 */
export function formEntries(doc: PdfDocument, pages: readonly PdfPage[]): FormEntry[] {
  const former = formerSignatures(doc);
  const places = new Places(doc, pages);
  const count = new Map<string, number>();
  for (const { name } of former.fields) count.set(name, (count.get(name) ?? 0) + 1);
  return former.fields.map((field) => {
    const seen = field.widgets.flatMap((widget) => {
      const box = places.boxOf(widget);
      return box === null ? [] : [{ widget, box }];
    });
    const boxes = seen.map(({ box }) => box);
    const kind = kindOf(doc, field);
    const refusal =
      refusalOf(doc, former, field, kind) ??
      (boxes.length === 0 || boxes.length < field.widgets.length || boxes.length > MOST_PLACES
        ? 'no-place'
        : field.name === '' || field.name.length > LONGEST_NAME || count.get(field.name) !== 1
          ? 'name'
          : null);
    const offered = refusal === null && kind !== null ? describe(doc, field, kind, boxes) : null;
    return {
      field,
      refusal,
      firstOnly: field.widgets.length > 1,
      label: labelOf(doc, field),
      required: (field.flags & REQUIRED) !== 0,
      existing: offered?.existing ?? null,
      box: boxes[0] ?? null,
      options: offered?.options ?? []
    };
  });
}

function kindOf(doc: PdfDocument, { type, flags, widgets }: FormField): ExistingField['type'] | null {
  switch (type) {
    case 'Sig':
      return 'signature';
    case 'Tx':
      return (flags & (PASSWORD | FILE | RICH)) === 0 ? 'text' : null;
    case 'Ch':
      return (flags & MULTI_SELECT) === 0 ? 'choice' : null;
    case 'Btn':
      if ((flags & PUSH) !== 0 || widgets.some((widget) => stateOf(doc, widget) === null)) return null;
      return (flags & RADIO) !== 0 || widgets.length > 1 ? 'radio' : 'checkbox';
    case null:
      return null;
  }
}

function refusalOf(
  doc: PdfDocument,
  former: FormerSignatures,
  field: FormField,
  kind: ExistingField['type'] | null
): NotOffered | null {
  if (field.type === 'Sig') {
    if (field.value instanceof PdfDict) return 'signed';
    if (former.docMdp === 1 || locksNewField(doc, former, field.name)) return 'locked';
    if (doc.dict(field.dict.get('SV')) !== null || doc.dict(field.dict.get('Lock')) !== null)
      return 'prescribes';
    return field.widgets.length > 1 ? 'kind' : null;
  }
  if (former.signed.length > 0) return 'file-signed';
  if (field.type === 'Btn' && (field.flags & PUSH) !== 0) return 'button';
  if ((field.flags & READ_ONLY) !== 0) return 'read-only';
  if (kind === null) return 'kind';
  if (kind === 'choice' && optionsOf(doc, field).length === 0 && (field.flags & EDITABLE) === 0)
    return 'kind';
  return null;
}

interface Description {
  readonly existing: ExistingField;
  readonly options: readonly string[];
}

function describe(
  doc: PdfDocument,
  field: FormField,
  type: ExistingField['type'],
  boxes: readonly Box[]
): Description {
  const value = valueOf(field.value);
  const common = {
    name: field.name,
    type,
    ...(boxes.length > 1 ? { places: boxes.slice(1) } : {}),
    ...(value === '' ? {} : { value })
  };
  switch (type) {
    case 'signature':
      return { existing: common, options: [] };
    case 'text': {
      const longest = field.inherited('MaxLen');
      const limited = typeof longest === 'number' && longest >= 1 ? Math.floor(longest) : null;
      const comb = limited !== null && (field.flags & (COMB | MULTILINE)) === COMB;
      const multiline = (field.flags & MULTILINE) !== 0;
      return {
        existing: {
          ...common,
          ...(limited === null ? {} : { maxLength: limited }),
          ...(multiline ? { multiline } : {}),
          ...(comb ? { comb } : {})
        },
        options: []
      };
    }
    case 'checkbox':
    case 'radio': {
      const states = field.widgets.map((widget) => stateOf(doc, widget) ?? '');
      const options = [...new Set(states)];
      if (type === 'checkbox') return { existing: common, options };
      const labels = radioLabels(doc, field, options, states);
      return { existing: { ...common, states, ...(labels === null ? {} : { labels }) }, options };
    }
    case 'choice': {
      const pairs = optionsOf(doc, field);
      const differ = pairs.some(([kept, shown]) => kept !== shown);
      return {
        existing: {
          ...common,
          ...(differ ? { labels: pairs.map(([, shown]) => shown) } : {}),
          ...((field.flags & EDITABLE) !== 0 ? { editable: true } : {})
        },
        options: pairs.map(([kept]) => kept)
      };
    }
  }
}

/** The state of a button's widget that is not Off (§12.7.5.2.3); null when it has none to show. */
export function stateOf(doc: PdfDocument, { dict }: Widget): string | null {
  const normal = doc.dict(doc.dict(dict.get('AP'))?.get('N'));
  if (normal === null) return null;
  return [...normal.map.keys()].find((state) => state !== 'Off') ?? null;
}

/** §12.7.5.2.4: /Opt says in words what the states 0, 1, … stand for; else a widget's own /TU may. */
function radioLabels(
  doc: PdfDocument,
  field: FormField,
  options: readonly string[],
  states: readonly string[]
): string[] | null {
  const written = (doc.array(field.inherited('Opt')) ?? []).map((item) => textOf(doc.resolve(item)));
  const labels = options.map((option) => {
    const at = states.indexOf(option);
    const widget = field.widgets[at];
    const own =
      widget === undefined || widget.ref === field.ref ? '' : textOf(doc.resolve(widget.dict.get('TU')));
    return own || written[at] || option;
  });
  return labels.some((label, index) => label !== options[index]) ? labels : null;
}

/** What may be chosen: the value that is kept, and what is shown for it (§12.7.5.4, Table 234). */
export function optionsOf(doc: PdfDocument, field: FormField): [kept: string, shown: string][] {
  return (doc.array(field.inherited('Opt')) ?? []).flatMap((item): [string, string][] => {
    const option = doc.resolve(item);
    if (option instanceof PdfString) return [[decodeText(option), decodeText(option)]];
    const pair = doc.array(option)?.map((part) => textOf(doc.resolve(part)));
    return pair?.[0] === undefined ? [] : [[pair[0], pair[1] ?? pair[0]]];
  });
}

function labelOf(doc: PdfDocument, field: FormField): string {
  const written = textOf(doc.resolve(field.dict.get('TU'))).trim();
  return written === '' ? (field.name.split('.').at(-1) ?? field.name) : written;
}

const textOf = (value: PdfObject): string => (value instanceof PdfString ? decodeText(value) : '');

function valueOf(value: PdfObject): string {
  if (value instanceof PdfName) return value.name === 'Off' ? '' : value.name;
  return textOf(value);
}

/** Where widgets are: by /P, or by the page that lists them where a writer left /P out. */
export class Places {
  readonly #byRef: ReadonlyMap<number, number>;
  #listed: ReadonlyMap<number, number> | null = null;
  readonly #boxes = new Map<number, PageBoxes>();

  constructor(
    private readonly doc: PdfDocument,
    private readonly pages: readonly PdfPage[]
  ) {
    this.#byRef = new Map(pages.map((page, index) => [page.ref.num, index]));
  }

  /** Index of the widget's page, or null. */
  pageOf(widget: Widget): number | null {
    const stated = widget.dict.get('P');
    const known = stated instanceof PdfRef ? this.#byRef.get(stated.num) : undefined;
    return known ?? this.#lists().get(widget.ref.num) ?? null;
  }

  /** Null for a widget that nobody sees. */
  boxOf(widget: Widget): Box | null {
    const flags = this.doc.resolve(widget.dict.get('F'));
    if (typeof flags === 'number' && (flags & UNSEEN) !== 0) return null;
    const rect = rectangle(this.#numbers(widget.dict.get('Rect')));
    const index = this.pageOf(widget);
    const page = index === null ? undefined : this.pages[index];
    if (index === null || page === undefined || rect === null) return null;
    const boxes = this.#boxes.get(index) ?? pageBoxes((key) => page.inherited(key));
    this.#boxes.set(index, boxes);
    return { page: index + 1, ...toDisplay(boxes, rect) };
  }

  /** A rectangle's corners may be references themselves. */
  #numbers(value: PdfObject | undefined): PdfObject | undefined {
    return this.doc.array(value)?.map((item) => this.doc.resolve(item)) ?? undefined;
  }

  #lists(): ReadonlyMap<number, number> {
    if (this.#listed !== null) return this.#listed;
    const listed = new Map<number, number>();
    this.pages.forEach((page, index) => {
      for (const item of this.doc.array(page.dict.get('Annots')) ?? [])
        if (item instanceof PdfRef) listed.set(item.num, index);
    });
    this.#listed = listed;
    return listed;
  }
}
