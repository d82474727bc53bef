import { expect, test } from 'vitest';
import { anchorAt, anchorPlace, GAP, layOutPages, MARGIN, pageAt } from './pages-layout.ts';

const sizes = [
  { width: 600, height: 800 },
  { width: 800, height: 600 },
  { width: 600, height: 800 }
];

test('pages lie one under another, narrower ones in the middle', () => {
  const layout = layOutPages(sizes, 0.5, 300);
  expect(layout.width).toBe(400 + 2 * MARGIN);
  expect(layout.lefts).toEqual([50 + MARGIN, MARGIN, 50 + MARGIN]);
  expect(layout.tops).toEqual([MARGIN, MARGIN + 400 + GAP, MARGIN + 700 + 2 * GAP]);
  expect(layout.height).toBe(1100 + 2 * GAP + 2 * MARGIN);
});

test('a wider window centres all of them', () => {
  const layout = layOutPages(sizes, 0.5, 1000);
  expect(layout.width).toBe(1000);
  expect(layout.lefts[0]).toBe(350);
});

test('finds the page at a height, also above the first and below the last', () => {
  const layout = layOutPages(sizes, 1, 300);
  expect(pageAt(layout, 0)).toBe(1);
  expect(pageAt(layout, MARGIN + 799)).toBe(1);
  expect(pageAt(layout, MARGIN + 800 + GAP)).toBe(2);
  expect(pageAt(layout, 99_999)).toBe(3);
});

test('a place stays the same place at another zoom', () => {
  const before = layOutPages(sizes, 1, 300);
  const anchor = anchorAt(before, 1, 400, MARGIN + 800 + GAP + 120);
  expect(anchor.page).toBe(2);
  expect(anchor.y).toBe(120);
  const after = layOutPages(sizes, 2, 300);
  expect(anchorPlace(after, 2, anchor)).toEqual({
    x: (after.lefts[1] ?? 0) + 2 * anchor.x,
    y: (after.tops[1] ?? 0) + 240
  });
});
