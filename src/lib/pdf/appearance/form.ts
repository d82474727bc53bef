import { deflate } from '../deflate.ts';
import { encodeLatin1 } from '../../bytes/latin1.ts';
import type { PageBoxes, UserRect } from '../geometry.ts';
import { PdfDict, PdfName, PdfStream, type PdfRef } from '../objects.ts';
import { numberText } from '../serialize.ts';

/** Where an appearance is drawn: upright to the reader, in points, origin bottom left. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly rect: UserRect;
  readonly boxes: PageBoxes;
}

/** `turn`: the widget's own rotation (/MK /R), where it is not that of its page. */
export function canvasOf(page: PageBoxes, rect: UserRect, turn: PageBoxes['rotate'] = page.rotate): Canvas {
  const boxes = { ...page, rotate: turn };
  const wide = (rect[2] - rect[0]) * boxes.userUnit;
  const high = (rect[3] - rect[1]) * boxes.userUnit;
  const upright = boxes.rotate % 180 === 0;
  return { width: upright ? wide : high, height: upright ? high : wide, rect, boxes };
}

export interface Resources {
  /** By the names that the content uses. */
  readonly fonts?: ReadonlyMap<string, PdfRef>;
  readonly image?: PdfRef;
  /** Form XObjects /P0, /P1, … */
  readonly forms?: readonly PdfRef[];
}

/** Maps the canvas to the widget's own space, so that /BBox is the size of /Rect on turned pages too. */
function matrix({ boxes, rect }: Canvas): string {
  const w = rect[2] - rect[0];
  const h = rect[3] - rect[1];
  const s = 1 / boxes.userUnit;
  const entries = {
    0: [s, 0, 0, s, 0, 0],
    90: [0, s, -s, 0, w, 0],
    180: [-s, 0, 0, -s, w, h],
    270: [0, -s, s, 0, 0, h]
  }[boxes.rotate];
  return boxes.rotate === 0 && s === 1 ? '' : `${entries.map(numberText).join(' ')} cm `;
}

const round = (value: number): number => Math.round(value * 100) / 100;

/** A form XObject (ISO 32000-2 §12.5.5) for a widget; nothing drawn lies outside its box. */
export function appearance(canvas: Canvas, content: string, resources: Resources = {}): PdfStream {
  const { rect } = canvas;
  const dict = new PdfDict()
    .set('Subtype', new PdfName('Form'))
    .set('BBox', [0, 0, round(rect[2] - rect[0]), round(rect[3] - rect[1])]);
  const named = new PdfDict();
  if (resources.fonts && resources.fonts.size > 0) named.set('Font', new PdfDict(new Map(resources.fonts)));
  if (resources.forms) {
    const forms = resources.forms.map((ref, index) => [`P${index}`, ref] as const);
    named.set('XObject', new PdfDict(new Map(forms)));
  }
  if (resources.image) named.set('XObject', new PdfDict().set('I0', resources.image));
  if (named.map.size > 0) dict.set('Resources', named);
  // Whoever paints the form saves the graphics state (§8.10.1), so what is set here ends with it.
  // Deflated though it gains little: EU DSS calls a /Filter that comes or goes an undefined change.
  dict.set('Filter', new PdfName('FlateDecode'));
  return new PdfStream(dict, deflate(encodeLatin1(content === '' ? '' : `${matrix(canvas)}${content}`)));
}
