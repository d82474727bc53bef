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

/**
 * The command's layout (`contracts.md`, "Commands"): for each party a signature and a text field, a stamp
 * for the first, in a column at the left edge of page 1, none over what may not be covered. A page that is
 * too small gets smaller fields. Throws PdfError `does-not-fit` when there is no room at all.
 */
export function columnLayout(doc: PdfDocument, parties: number): Layout {
  const former = formerSignatures(doc);
  const letters = freeLetters(
    former.fields.map((field) => field.name),
    parties
  );
  const page = doc.page(1);
  const boxes = pageBoxes((key) => page.inherited(key));
  const { width, height } = displaySize(boxes);
  const signed = former.signed.length > 0;
  const taken = occupied(doc, boxes, signed);
  const wanted: { letter: string; kind: FieldKind }[] = letters.flatMap((letter, index) => {
    const kinds: FieldKind[] = index === 0 ? ['signature', 'text', 'stamp'] : ['signature', 'text'];
    return kinds.map((kind) => ({ letter, kind }));
  });
  for (let scale = 1; scale > 0.05; scale -= 0.05) {
    const places = placed(wanted, { width, height }, taken, scale, signed);
    if (places === null) continue;
    const fields = wanted.map(({ letter, kind }, index): Field => {
      const box = { page: 1, ...(places[index] ?? { x: 0, y: 0, w: 0, h: 0 }) };
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
  throw new PdfError('does-not-fit', 'page 1 has no room for the fields');
}

/**
 * Where no field may lie: over widgets; in a file that was signed before, over anything that the page shows,
 * because a new field that covers what was signed is no permitted change (`contracts.md`, "Verifier").
 */
function occupied(doc: PdfDocument, boxes: PageBoxes, signed: boolean): DisplayBox[] {
  const annotations = (doc.array(doc.page(1).dict.get('Annots')) ?? []).flatMap((item) => {
    const annotation = doc.dict(item);
    const subtype = doc.resolve(annotation?.get('Subtype'));
    const rect = rectangle(doc.resolve(annotation?.get('Rect')) ?? undefined);
    const counts = signed || (subtype instanceof PdfName && subtype.name === 'Widget');
    return rect === null || !counts ? [] : [toDisplay(boxes, rect)];
  });
  if (!signed) return annotations;
  const content = contentBoxes(doc, 1);
  if (content === null)
    throw new PdfError('does-not-fit', 'page 1 cannot be read, so a new field might cover it');
  return [...annotations, ...content.map(({ box }) => toDisplay(boxes, [box[0], box[1], box[2], box[3]]))];
}

const meet = (a: DisplayBox, b: DisplayBox): boolean =>
  a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

/** Boxes one below the other, in the next column when the first is full; null when they do not fit. */
function placed(
  wanted: readonly { readonly kind: FieldKind }[],
  page: { readonly width: number; readonly height: number },
  taken: readonly DisplayBox[],
  scale: number,
  signaturesOnly: boolean
): DisplayBox[] | null {
  const places: DisplayBox[] = [];
  const w = Math.min(WIDTH * scale, page.width);
  let x = 0;
  let y = 0;
  for (const { kind } of wanted) {
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
