import fc from 'fast-check';
import { expect, test } from 'vitest';
import { displaySize, pageBoxes, toDisplay, toUserSpace, type PageBoxes } from './geometry.ts';
import type { PdfObject } from './objects.ts';

const boxes = (entries: Record<string, PdfObject>) => pageBoxes((key) => entries[key]);
const upright = boxes({ MediaBox: [0, 0, 600, 800] });
const box = { x: 50, y: 100, w: 200, h: 24 };

test('an upright page: y is counted from the top', () => {
  expect(toUserSpace(upright, box)).toEqual([50, 676, 250, 700]);
});

test('/Rotate turns clockwise: the top left corner of what is seen is another corner of the page', () => {
  const turned = (Rotate: number) => boxes({ MediaBox: [0, 0, 600, 800], Rotate });
  expect(displaySize(turned(90))).toEqual({ width: 800, height: 600 });
  expect(toUserSpace(turned(90), box)).toEqual([100, 50, 124, 250]);
  expect(toUserSpace(turned(180), box)).toEqual([350, 100, 550, 124]);
  expect(toUserSpace(turned(270), box)).toEqual([476, 550, 500, 750]);
  expect(turned(-90).rotate).toBe(270);
  expect(turned(450).rotate).toBe(90);
});

test('the crop box is the page, cut to the media box', () => {
  const cropped = boxes({ MediaBox: [0, 0, 600, 800], CropBox: [40, 100, 700, 780] });
  expect(cropped.crop).toEqual([40, 100, 600, 780]);
  expect(toUserSpace(cropped, box)).toEqual([90, 656, 290, 680]);
  expect(boxes({ MediaBox: [0, 0, 600, 800], CropBox: [900, 900, 950, 950] }).crop).toEqual([0, 0, 600, 800]);
});

test('/UserUnit makes the page larger', () => {
  const large = boxes({ MediaBox: [0, 0, 600, 800], UserUnit: 2 });
  expect(displaySize(large)).toEqual({ width: 1200, height: 1600 });
  expect(toUserSpace(large, box)).toEqual([25, 738, 125, 750]);
});

test('corners in any order; no box at all is US Letter', () => {
  expect(boxes({ MediaBox: [600, 800, 0, 0] }).crop).toEqual([0, 0, 600, 800]);
  expect(boxes({}).crop).toEqual([0, 0, 612, 792]);
});

test('display and user space are inverse on every page', () => {
  const some = fc.integer({ min: -500, max: 500 });
  const size = fc.integer({ min: 1, max: 2000 });
  const page: fc.Arbitrary<PageBoxes> = fc.record({
    crop: fc.tuple(some, some, size, size).map(([x, y, w, h]) => [x, y, x + w, y + h] as const),
    rotate: fc.constantFrom(0, 90, 180, 270),
    userUnit: fc.constantFrom(0.5, 1, 2, 4)
  });
  fc.assert(
    fc.property(page, some, some, size, size, (page, x, y, w, h) => {
      expect(toDisplay(page, toUserSpace(page, { x, y, w, h }))).toEqual({ x, y, w, h });
    })
  );
});
