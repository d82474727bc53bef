import type { PdfDocument } from '../pdf/document.ts';
import { PdfRef } from '../pdf/objects.ts';
import { contentBoxes } from './content-boxes.ts';
import type { Placed } from './finding.ts';
import { area, type Box, intersect } from './matrix.ts';
import { rectOf } from './finding.ts';

/** Touching is not covering: less than this many square points are a shared border. */
const NOTHING = 1;

function annotationBoxes(doc: PdfDocument, page: number, except: number): Box[] {
  const boxes: Box[] = [];
  for (const item of doc.array(doc.page(page).dict.get('Annots')) ?? []) {
    if (item instanceof PdfRef && item.num === except) continue;
    const rect = rectOf(doc.array(doc.dict(item)?.get('Rect')));
    if (rect !== null) boxes.push(rect);
  }
  return boxes;
}

/**
 * Whether a new thing on a page lies over text, images, paths or annotations that were there before it came
 * (`contracts.md`, "Verifier"). A page that cannot be read counts as covered.
 */
export function coversContent(doc: PdfDocument): (placed: Placed, revision: number) => boolean {
  const known = new Map<string, readonly Box[] | null>();
  const boxesOf = (placed: Placed, revision: number): readonly Box[] | null => {
    const key = `${revision}|${placed.page}|${placed.num}`;
    const done = known.get(key);
    if (done !== undefined) return done;
    const before = doc.revisions()[revision - 1];
    const view = before === undefined ? null : doc.of(before);
    const content = view === null ? null : contentBoxes(view, placed.page);
    const boxes =
      view === null || content === null
        ? null
        : [...content.map(({ box }) => box), ...annotationBoxes(view, placed.page, placed.num)];
    known.set(key, boxes);
    return boxes;
  };
  return (placed, revision) => {
    const boxes = boxesOf(placed, revision);
    return boxes === null || boxes.some((box) => overlaps(placed.rect, box));
  };
}

/** A line has no area of its own: it counts with the width of a hair. */
function overlaps(rect: Box, box: Box): boolean {
  const wide: Box = [box[0] - 0.25, box[1] - 0.25, box[2] + 0.25, box[3] + 0.25];
  return area(intersect(rect, wide)) > NOTHING;
}
