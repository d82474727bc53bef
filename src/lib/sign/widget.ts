import { TICKED, type Field } from '../domain/field.ts';
import { encodeLatin1 } from '../bytes/latin1.ts';
import type { Appender } from '../pdf/append.ts';
import type { PageBoxes, UserRect } from '../pdf/geometry.ts';
import { toUserSpace } from '../pdf/geometry.ts';
import { PdfDict, PdfName, PdfStream, type PdfObject, type PdfRef } from '../pdf/objects.ts';
import { numberText, textString } from '../pdf/serialize.ts';

/** Bits of /Ff (§12.7.4.2, §12.7.5.3, §12.7.5.4). */
export const READ_ONLY = 1;
const MULTILINE = 1 << 12;
const COMBO = 1 << 17;
/** /F: Print; at signing Locked is added: 132 (§12.5.3). */
export const PRINT = 4;
export const PRINT_LOCKED = 132;
export const DEFAULT_FONT_SIZE = 10;

const round = (value: number): number => Math.round(value * 100) / 100;
export const roundRect = (rect: UserRect): UserRect => [
  round(rect[0]),
  round(rect[1]),
  round(rect[2]),
  round(rect[3])
];

/** A field of several lines: two lines of its font fit in, with the space around them. */
export function isMultiline(field: Pick<Field, 'box' | 'fontSize'>): boolean {
  return field.box.h >= 2.7 * (field.fontSize ?? DEFAULT_FONT_SIZE);
}

/** Deflate's shortest for nothing at all. */
const NOTHING = Uint8Array.of(0x78, 0x9c, 3, 0, 0, 0, 0, 1);

/**
 * A form XObject that draws nothing: each field has its own, so that filling one changes no other. With the
 * /Filter of what signing puts there: EU DSS calls a /Filter that comes or goes an undefined change.
 */
function emptyAppearance(rect: UserRect): PdfStream {
  const { dict } = formXObject(rect, '');
  return new PdfStream(dict.set('Filter', new PdfName('FlateDecode')), NOTHING);
}

function formXObject(rect: UserRect, content: string): PdfStream {
  const dict = new PdfDict()
    .set('Type', new PdfName('XObject'))
    .set('Subtype', new PdfName('Form'))
    .set('BBox', [0, 0, round(rect[2] - rect[0]), round(rect[3] - rect[1])]);
  return new PdfStream(dict, encodeLatin1(content));
}

/** Bézier's circle: a quarter's handles, in radii. */
const ROUND = 0.5523;

/** A circle's path, its middle and radius in points. */
function circle(cx: number, cy: number, radius: number): string {
  const point = (u: number, v: number) => `${round(cx + u * radius)} ${round(cy + v * radius)}`;
  const quarters = [
    [1, ROUND, ROUND, 1, 0, 1],
    [-ROUND, 1, -1, ROUND, -1, 0],
    [-1, -ROUND, -ROUND, -1, 0, -1],
    [ROUND, -1, 1, -ROUND, 1, 0]
  ] as const;
  const curves = quarters.map(([a, b, c, d, e, f]) => `${point(a, b)} ${point(c, d)} ${point(e, f)} c`);
  return `${point(1, 0)} m ${curves.join(' ')}`;
}

/** One of several: a ring, and a dot in it when chosen. */
function choiceAppearance(rect: UserRect, chosen: boolean): PdfStream {
  const [w, h] = [rect[2] - rect[0], rect[3] - rect[1]];
  const radius = (Math.min(w, h) - 1) / 2;
  const ring = `0.75 w 0.4 G ${circle(w / 2, h / 2, radius)} s`;
  return formXObject(rect, chosen ? `${ring} 0 g ${circle(w / 2, h / 2, radius * 0.55)} f` : ring);
}

/** A square with a hairline, and a tick in it when set: vectors, so no font is needed at freeze. */
function checkAppearance(rect: UserRect, ticked: boolean): PdfStream {
  const w = rect[2] - rect[0];
  const h = rect[3] - rect[1];
  const side = Math.min(w, h) - 1;
  const x = (w - side) / 2;
  const y = (h - side) / 2;
  const point = (u: number, v: number) => `${round(x + u * side)} ${round(y + v * side)}`;
  const frame = `0.75 w 0.4 G ${point(0, 0)} ${round(side)} ${round(side)} re S`;
  const tick = `1.5 w 0 G 1 J 1 j ${point(0.2, 0.5)} m ${point(0.42, 0.25)} l ${point(0.82, 0.78)} l S`;
  return formXObject(rect, ticked ? `${frame} ${tick}` : frame);
}

export interface WidgetPlace {
  readonly page: PdfRef;
  readonly boxes: PageBoxes;
}

/**
 * The dictionary of a field that is its own widget, as `signing-facts.md` recommends: no /V, a label for
 * readers, an appearance of its own. `lock` is the /Lock of a signature field that signs.
 */
export function fieldWidget(
  appender: Appender,
  field: Field & { readonly name: string },
  place: WidgetPlace,
  lock: PdfRef | null,
  signs: boolean
): PdfDict {
  const rect = roundRect(toUserSpace(place.boxes, field.box));
  const dict = new PdfDict()
    .set('Type', new PdfName('Annot'))
    .set('Subtype', new PdfName('Widget'))
    .set('FT', new PdfName(fieldType(field, signs)))
    .set('T', textString(field.name))
    .set('TU', textString(field.label === '' ? field.name : field.label))
    .set('Rect', [...rect])
    .set('P', place.page)
    .set('F', PRINT);
  const flags = fieldFlags(field, signs);
  if (flags !== 0) dict.set('Ff', flags);
  if (field.kind === 'choice') dict.set('Opt', (field.options ?? []).map(textString));
  if (!signs && field.kind !== 'checkbox') {
    // /DA counts in user space, the layout in points as displayed.
    const size = numberText((field.fontSize ?? DEFAULT_FONT_SIZE) / place.boxes.userUnit);
    dict.set('DA', textString(`/Helv ${size} Tf 0 g`));
  }
  if (place.boxes.rotate !== 0) dict.set('MK', new PdfDict().set('R', place.boxes.rotate));
  if (field.kind === 'checkbox') {
    const draw = field.group === undefined ? checkAppearance : choiceAppearance;
    const states = new PdfDict()
      .set(TICKED, appender.add(draw(rect, true)))
      .set('Off', appender.add(draw(rect, false)));
    dict.set('AP', new PdfDict().set('N', states)).set('AS', new PdfName('Off'));
  } else dict.set('AP', new PdfDict().set('N', appender.add(emptyAppearance(rect))));
  if (signs && lock !== null) dict.set('Lock', lock);
  return dict;
}

/** A signature field nobody sees, for files whose certification forbids a visible new one. */
export function invisibleSignature(name: string, label: string, page: PdfRef): PdfDict {
  return new PdfDict()
    .set('Type', new PdfName('Annot'))
    .set('Subtype', new PdfName('Widget'))
    .set('FT', new PdfName('Sig'))
    .set('T', textString(name))
    .set('TU', textString(label))
    .set('Rect', [0, 0, 0, 0])
    .set('P', page)
    .set('F', PRINT_LOCKED);
}

function fieldType(field: Field, signs: boolean): string {
  if (signs) return 'Sig';
  if (field.kind === 'choice') return 'Ch';
  return field.kind === 'checkbox' ? 'Btn' : 'Tx';
}

function fieldFlags(field: Field, signs: boolean): number {
  if (signs) return 0;
  switch (field.kind) {
    case 'stamp':
    case 'initials':
    case 'signature':
      // A picture, and what it is in words; a second place of one party's signature is drawn like this too.
      return READ_ONLY;
    case 'choice':
      return COMBO;
    case 'text':
      return isMultiline(field) ? MULTILINE : 0;
    default:
      return 0;
  }
}

/** §12.7.5.5, Table 236: the fields that a signature locks; the party's own, never another's. */
export function lockDictionary(names: readonly string[]): PdfDict {
  const fields: PdfObject[] = names.map(textString);
  return new PdfDict()
    .set('Type', new PdfName('SigFieldLock'))
    .set('Action', new PdfName('Include'))
    .set('Fields', fields);
}
