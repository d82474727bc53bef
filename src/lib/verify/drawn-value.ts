import type { PdfDocument } from '../pdf/document.ts';
import { PdfDict, PdfName, type PdfObject, PdfStream, PdfString } from '../pdf/objects.ts';
import { decodeText } from '../pdf/text.ts';
import { boxOf, type ContentBox, formContent } from './content-boxes.ts';
import { fontText, readText } from './font-text.ts';
import type { Form, FormNode } from './form.ts';

/** /Ff of a text field whose content nobody shall read (§12.7.5.3). */
const PASSWORD = 1 << 13;
const COMBO = 1 << 17;
/** Scripts whose letters change form or order when they are drawn, from Hebrew to Indic; what joins to a letter. */
const SHAPED: readonly (readonly [number, number])[] = [
  [0x300, 0x36f],
  [0x590, 0x109f],
  [0x1780, 0x18af],
  [0x1900, 0x1cff],
  [0x200d, 0x200d],
  [0xd800, 0xdfff],
  [0xfb00, 0xfdff],
  [0xfe00, 0xfe0f],
  [0xfe70, 0xfeff]
];
/** What is not drawn, or not always: blanks, soft hyphens, marks of direction. */
const UNSEEN = /[\s\u00a0\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

/** The picture that a widget shows now: its normal appearance, of its state where it has several. */
export function appearanceOf(doc: PdfDocument, widget: PdfDict): PdfStream | null {
  const normal = doc.resolve(doc.dict(widget.get('AP'))?.get('N'));
  if (normal instanceof PdfStream) return normal;
  const state = doc.resolve(widget.get('AS'));
  const shown = normal instanceof PdfDict && state instanceof PdfName ? normal.get(state.name) : undefined;
  const stream = doc.resolve(shown);
  return stream instanceof PdfStream ? stream : null;
}

/** A text as it compares: in one line and without what cannot be seen. */
export function seen(text: string): string {
  return text.replace(UNSEEN, '');
}

/** The text that a picture draws; null when some of it cannot be read, so that nobody can judge it. */
export function drawnText(doc: PdfDocument, boxes: readonly ContentBox[]): string | null {
  const fonts = new Map<PdfDict | null, ReturnType<typeof fontText>>();
  let text = '';
  for (const { text: shown } of boxes) {
    if (shown === undefined) continue;
    let read = fonts.get(shown.font);
    if (read === undefined) {
      read = fontText(doc, shown.font);
      fonts.set(shown.font, read);
    }
    const piece = read === null ? null : readText(read, shown.string, shown.bytes);
    if (piece === null) return null;
    text += piece;
  }
  return seen(text);
}

function isShaped(text: string): boolean {
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (SHAPED.some(([from, to]) => code >= from && code <= to)) return true;
  }
  return false;
}

/** Whether what was drawn reads as the value says; letters that are drawn in another order count as a heap. */
export function reads(drawn: string, value: string): boolean {
  const wanted = seen(value);
  if (drawn === wanted) return true;
  if (!isShaped(wanted)) return false;
  const heap = (text: string): string =>
    [...text.normalize('NFKD').replace(/[\u0300-\u036f]/g, '')].sort().join('');
  return heap(drawn) === heap(wanted);
}

/** The texts that a text or choice field may show for its value; null when its value is no plain text. */
export function valueTexts(form: Form, doc: PdfDocument, node: FormNode): string[] | null {
  const flags = form.inherited(node, 'Ff');
  const bits = typeof flags === 'number' ? flags : 0;
  const type = form.typeOf(node);
  if (type === 'Tx' && (bits & PASSWORD) !== 0) return null;
  // A list box shows all its choices and marks one of them.
  if (type === 'Ch' && (bits & COMBO) === 0) return null;
  if (type !== 'Tx' && type !== 'Ch') return null;
  const value = form.inherited(node, 'V');
  if (value === null) return [''];
  if (!(value instanceof PdfString)) return null;
  const text = decodeText(value);
  return [text, ...shownOptions(doc, form.inherited(node, 'Opt'), text)];
}

/** §12.7.5.4: a choice may be a pair of what is exported and what is shown. */
function shownOptions(doc: PdfDocument, options: PdfObject, value: string): string[] {
  return (doc.array(options) ?? []).flatMap((option) => {
    const [exported, shown] = (doc.array(option) ?? []).map((item) => doc.resolve(item));
    return exported instanceof PdfString && shown instanceof PdfString && decodeText(exported) === value
      ? [decodeText(shown)]
      : [];
  });
}

/** What a widget draws: its boxes and text, null where it has no picture or one that cannot be read. */
export function drawnBy(
  doc: PdfDocument,
  widget: PdfDict
): {
  readonly stream: PdfStream;
  readonly boxes: readonly ContentBox[];
  readonly text: string | null;
} | null {
  const stream = appearanceOf(doc, widget);
  const boxes = stream === null ? null : formContent(doc, stream);
  return stream === null || boxes === null ? null : { stream, boxes, text: drawnText(doc, boxes) };
}

/** More than this many points of a text outside of its /BBox: a part of it is cut off. */
const CUT = 2;

/** Whether text was drawn where the /BBox cuts it off (§8.10.1). */
export function isCut(doc: PdfDocument, stream: PdfStream, boxes: readonly ContentBox[]): boolean {
  const clip = boxOf(doc, stream.dict.get('BBox'));
  if (clip === null) return false;
  const [left, bottom, right, top] = clip;
  return boxes.some(
    ({ what, box }) =>
      what === 'text' &&
      (box[0] < left - CUT || box[2] > right + CUT || box[3] < bottom + 0.5 || box[1] > top - 0.5)
  );
}
