import { toHex } from '../bytes/hex.ts';
import { concat } from '../bytes/concat.ts';
import { PdfError } from '../pdf/error.ts';
import type { PdfDocument } from '../pdf/document.ts';
import { PdfDict, PdfName, PdfRef, PdfStream } from '../pdf/objects.ts';
import { boxOf } from './content-boxes.ts';
import { drawnBy, isCut, reads, valueTexts } from './drawn-value.ts';
import { rectOf } from './finding.ts';
import { type Form, formOf, type FormNode, textOf } from './form.ts';
import { pageNumbers } from './page-numbers.ts';
import { type Asking, nothing } from './question.ts';
import type { Warning } from './report.ts';

/** More fields than anybody fills in by hand are not read one by one. */
const MAX_FIELDS = 5_000;
/** Our own fields are written by one rule, so that nothing in them is a matter of taste. */
const OWN = /^cs-[A-Z]{1,2}-/;
const IMAGE_HASH = /, sha256 ([0-9a-f]{64})$/;

/** Why a field's picture is not its value; null when it is, or when nobody can say. */
type Difference = 'text' | 'cut' | 'image' | 'size' | 'state' | null;

function sizes(doc: PdfDocument, widget: PdfDict, stream: PdfStream): boolean {
  const rect = rectOf(doc.array(widget.get('Rect')));
  const box = boxOf(doc, stream.dict.get('BBox'));
  if (rect === null || box === null) return false;
  const [w, h] = [rect[2] - rect[0], rect[3] - rect[1]];
  const near = (a: number, b: number): boolean => Math.abs(a - b) <= 0.05 + 0.02 * Math.max(a, b);
  return near(w, box[2] - box[0]) && near(h, box[3] - box[1]);
}

/** A value that a script formats, or a look that readers make anew, is shown as neither of us can know. */
function isFormatted(form: Form, doc: PdfDocument, node: FormNode): boolean {
  const actions = doc.dict(form.inherited(node, 'AA'));
  const needs = doc.resolve(doc.dict(doc.catalog.get('AcroForm'))?.get('NeedAppearances'));
  return actions?.has('F') === true || needs === true;
}

function textDiffers(form: Form, doc: PdfDocument, node: FormNode, widget: PdfDict): Difference {
  const own = OWN.test(node.name);
  const texts = valueTexts(form, doc, node);
  if (texts === null || (!own && (texts[0] === '' || isFormatted(form, doc, node)))) return null;
  const drawn = drawnBy(doc, widget);
  if (drawn === null) return null;
  if (drawn.text !== null && !texts.some((text) => reads(drawn.text ?? '', text))) {
    // A form of other software that waits for its reader to draw the value is not filled in falsely.
    return own || drawn.text !== '' ? 'text' : null;
  }
  if (!own) return null;
  if (isCut(doc, drawn.stream, drawn.boxes)) return 'cut';
  if (drawn.boxes.some(({ what }) => what === 'image')) return 'image';
  return drawn.boxes.length > 0 && !sizes(doc, widget, drawn.stream) ? 'size' : null;
}

/** A ticked box whose value is another one, or none (§12.7.5.2.3). */
function stateDiffers(form: Form, doc: PdfDocument, node: FormNode, widget: PdfDict): Difference {
  const state = doc.resolve(widget.get('AS'));
  const value = form.inherited(node, 'V');
  if (!(state instanceof PdfName) || state.name === 'Off') return null;
  return value instanceof PdfName && value.name === state.name ? null : 'state';
}

/** The bytes whose SHA-256 a stamp's value may name: a JPEG as it is, or its colours and alpha. */
function* imageDiffers(doc: PdfDocument, widget: PdfDict, hash: string): Asking<Difference> {
  const images = (drawnBy(doc, widget)?.boxes ?? []).flatMap(({ image }) =>
    image === undefined ? [] : [image]
  );
  const [image] = images;
  if (image === undefined || images.length > 1) return 'image';
  const filter = doc.resolve(image.dict.get('Filter'));
  const candidates: Uint8Array[] = [];
  if (filter instanceof PdfName && filter.name === 'DCTDecode') candidates.push(image.raw);
  else {
    const colors = doc.inflate(image);
    const mask = doc.resolve(image.dict.get('SMask'));
    if (mask instanceof PdfStream) candidates.push(concat(colors, doc.inflate(mask)));
    else candidates.push(colors, concat(colors, new Uint8Array(colors.length / 3).fill(255)));
  }
  const { digests } = yield {
    ...nothing,
    digests: candidates.map((bytes) => ({ hash: 'SHA-256' as const, bytes }))
  };
  return digests.some((digest) => toHex(digest) === hash) ? null : 'image';
}

function* differs(form: Form, doc: PdfDocument, node: FormNode, widget: PdfDict): Asking<Difference> {
  try {
    const type = form.typeOf(node);
    if (type === 'Btn') return stateDiffers(form, doc, node, widget);
    if (type !== 'Tx' && type !== 'Ch') return null;
    const hash = OWN.test(node.name) ? IMAGE_HASH.exec(textOf(form.inherited(node, 'V')))?.[1] : undefined;
    if (hash !== undefined) return yield* imageDiffers(doc, widget, hash);
    if (/^cs-[A-Z]{1,2}-(stamp|initials|sig)-/.test(node.name)) return null;
    return textDiffers(form, doc, node, widget);
  } catch (error) {
    if (error instanceof PdfError) return null;
    throw error;
  }
}

/**
 * `security.md` S2: a field's picture must say its value, since people read the one and programs the other.
 * Says of each field of the newest revision where it does not, with the page.
 */
export function* judgeAppearances(doc: PdfDocument): Asking<Warning[]> {
  const form = formOf(doc);
  const warnings: Warning[] = [];
  for (const node of form.terminals().slice(0, MAX_FIELDS)) {
    for (const widget of node.widgets.length === 0 ? [node] : node.widgets) {
      const difference = yield* differs(form, doc, node, widget.dict);
      if (difference === null) continue;
      const on = widget.dict.get('P');
      const page = on instanceof PdfRef ? pageNumbers(doc).get(on.num) : undefined;
      const where = page === undefined ? '' : `, page ${page}`;
      warnings.push({
        code: 'appearance-differs',
        message: `field ${node.name}${where} (${difference})`,
        field: node.name,
        ...(page === undefined ? {} : { page })
      });
    }
  }
  return warnings;
}
