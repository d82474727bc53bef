import { expect, test } from 'vitest';
import { differencesOf, type Greys } from './page-difference.ts';

function page(height: number, ...black: readonly [x: number, y: number, w: number, h: number][]): Greys {
  const width = 420;
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  for (const [x, y, w, h] of black)
    for (let row = y; row < y + h; row += 1) data.fill(0, (row * width + x) * 4, (row * width + x + w) * 4);
  return { width, height, data };
}

test('pages that look the same have no differences', () => {
  expect(differencesOf(page(594, [30, 30, 100, 12]), page(594, [30, 30, 100, 12]), 595)).toEqual([]);
});

test('what differs is found where it lies, near things as one place, far ones apart', () => {
  const before = page(594, [30, 30, 90, 12]);
  const after = page(594, [30, 30, 90, 12], [60, 300, 30, 12], [96, 300, 30, 12], [300, 540, 12, 12]);
  const places = differencesOf(before, after, 840);
  // Twice as wide as the pictures: two points a pixel.
  expect(places).toEqual([
    { x: 120, y: 600, w: 132, h: 24 },
    { x: 600, y: 1080, w: 24, h: 24 }
  ]);
});

test('pages of different shape differ as a whole', () => {
  expect(differencesOf(page(594), page(420), 420)).toEqual([{ x: 0, y: 0, w: 420, h: 594 }]);
});
