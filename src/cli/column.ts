import type { Field, FieldKind } from '#lib/domain/field.ts';
import { freeLetters, nameFields } from '#lib/domain/field.ts';
import type { PdfDocument } from '#lib/pdf/document.ts';
import { PdfError } from '#lib/pdf/error.ts';
import {
  displaySize,
  pageBoxes,
  rectangle,
  toDisplay,
  type DisplayBox,
  type PageBoxes
} from '#lib/pdf/geometry.ts';
import { PdfName } from '#lib/pdf/objects.ts';
import { formerSignatures } from '#lib/sign/former.ts';
import type { Layout } from '#lib/sign/layout.ts';
import { contentBoxes } from '#lib/verify/content-boxes.ts';

const WIDTH = 200;
const GAP = 4;
const HEIGHTS: Partial<Record<FieldKind, number>> = { signature: 60, stamp: 60, text: 24 };

/** Where the fields shall be. */
export interface Place {
  /** From 1; by default the first. */
  readonly page?: number;
  /** Boxes of the parties' signatures in order, points of the page as displayed; the column takes the rest. */
  readonly boxes?: readonly DisplayBox[];
}

/**
 * The command's layout (`contracts.md`, "Commands"): for each party a signature and a text field, a stamp
 * for the first, in a column at the left edge of a page, none over what may not be covered. A page that is
 * too small gets smaller fields. Throws PdfError `does-not-fit` when there is no room at all, or a box that
 * was asked for leaves the page or lies over what may not be covered; `structure` without such a page.
 */
export function columnLayout(
  doc: PdfDocument,
  parties: number,
  { page = 1, boxes = [] }: Place = {}
): Layout {
  const former = formerSignatures(doc);
  const letters = freeLetters(
    former.fields.map((field) => field.name),
    parties
  );
  const shape = pageBoxes((key) => doc.page(page).inherited(key));
  const size = displaySize(shape);
  const signed = former.signed.length > 0;
  const taken = occupied(doc, page, shape, signed);
  const wanted: Wanted[] = letters.flatMap((letter, index) => {
    const kinds: FieldKind[] = index === 0 ? ['signature', 'text', 'stamp'] : ['signature', 'text'];
    return kinds.map((kind) => ({ letter, kind, box: (kind === 'signature' && boxes[index]) || null }));
  });
  for (const { box } of wanted) {
    if (box === null) continue;
    const inside = box.x >= 0 && box.y >= 0 && box.x + box.w <= size.width && box.y + box.h <= size.height;
    if (!inside) throw new PdfError('does-not-fit', `a box outside of page ${page}`);
    if (taken.some((other) => meet(box, other)))
      throw new PdfError('does-not-fit', `a box over what may not be covered on page ${page}`);
    taken.push(box);
  }
  for (let scale = 1; scale > 0.05; scale -= 0.05) {
    const places = placed(wanted, size, taken, scale, signed);
    if (places === null) continue;
    const fields = wanted.map(({ letter, kind }, index): Field => {
      const box = { page, ...(places[index] ?? { x: 0, y: 0, w: 0, h: 0 }) };
      const label = { signature: 'Signature', stamp: 'Stamp', text: 'Note' }[kind as 'signature'];
      const fontSize = kind === 'text' && scale < 1 ? { fontSize: Math.max(2, 10 * scale) } : {};
      return {
        id: `${letter}-${kind}`,
        party: letter,
        kind,
        box,
        label: `${label} ${letter}`,
        required: true,
        ...fontSize
      };
    });
    return {
      parties: letters.map((letter) => ({ id: letter, letter, name: `Party ${letter}` })),
      fields: nameFields(fields, new Map(letters.map((letter) => [letter, letter])))
    };
  }
  throw new PdfError('does-not-fit', `page ${page} has no room for the fields`);
}

interface Wanted {
  readonly letter: string;
  readonly kind: FieldKind;
  /** Where it must be; null: in the column. */
  readonly box: DisplayBox | null;
}

/**
 * Where no field may lie: over widgets; in a file that was signed before, over anything that the page shows,
 * because a new field that covers what was signed is no permitted change (`contracts.md`, "Verifier").
 */
function occupied(doc: PdfDocument, page: number, boxes: PageBoxes, signed: boolean): DisplayBox[] {
  const annotations = (doc.array(doc.page(page).dict.get('Annots')) ?? []).flatMap((item) => {
    const annotation = doc.dict(item);
    const subtype = doc.resolve(annotation?.get('Subtype'));
    const rect = rectangle(doc.resolve(annotation?.get('Rect')) ?? undefined);
    const counts = signed || (subtype instanceof PdfName && subtype.name === 'Widget');
    return rect === null || !counts ? [] : [toDisplay(boxes, rect)];
  });
  if (!signed) return annotations;
  const content = contentBoxes(doc, page);
  if (content === null)
    throw new PdfError('does-not-fit', `page ${page} cannot be read, so a new field might cover it`);
  return [...annotations, ...content.map(({ box }) => toDisplay(boxes, [box[0], box[1], box[2], box[3]]))];
}

const meet = (a: DisplayBox, b: DisplayBox): boolean =>
  a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

/** Boxes one below the other, in the next column when the first is full; null when they do not fit. */
function placed(
  wanted: readonly Wanted[],
  page: { readonly width: number; readonly height: number },
  taken: readonly DisplayBox[],
  scale: number,
  signaturesOnly: boolean
): DisplayBox[] | null {
  const places: DisplayBox[] = [];
  const w = Math.min(WIDTH * scale, page.width);
  let x = 0;
  let y = 0;
  for (const { kind, box: fixed } of wanted) {
    if (fixed !== null) {
      places.push(fixed);
      continue;
    }
    if (signaturesOnly && kind !== 'signature') {
      // A signed file gets signature fields only; what the others hold goes into the signature's picture.
      places.push({ x: 0, y: 0, w, h: 1 });
      continue;
    }
    const h = (HEIGHTS[kind] ?? 24) * scale;
    for (;;) {
      if (x + w > page.width + 0.01) return null;
      const box = { x, y, w, h };
      if (y + h > page.height) {
        x += w + GAP;
        y = 0;
      } else {
        const hit = taken.find((other) => meet(box, other));
        if (hit === undefined) {
          places.push(box);
          y += h + GAP * scale;
          break;
        }
        y = Math.max(y + 1, hit.y + hit.h + 1);
      }
    }
  }
  return places;
}
