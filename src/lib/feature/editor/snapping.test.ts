import { expect, test } from 'vitest';
import { snapEdge, snapMove } from './snapping.ts';

const page = { width: 600, height: 800 };
const box = (x: number, y: number, number = 1) => ({ page: number, x, y, w: 100, h: 40 });

test('is pulled onto the edge of a field beside it, and shows the line', () => {
  const { box: moved, guides } = snapMove(box(203, 500), [box(200, 100)], page, 5);
  expect(moved).toEqual(box(200, 500));
  expect(guides).toEqual([{ axis: 'x', at: 200 }]);
});

test('is pulled onto middles: of a field and of the page', () => {
  expect(snapMove(box(247, 300), [], page, 5).box.x).toBe(250);
  expect(snapMove(box(10, 118), [{ ...box(300, 100), h: 80 }], page, 5).box.y).toBe(120);
});

test('stays where it is when nothing is near, or only on another page', () => {
  expect(snapMove(box(20, 30), [box(200, 100), box(22, 31, 2)], page, 5)).toEqual({
    box: box(20, 30),
    guides: []
  });
});

test('takes the nearest of several lines', () => {
  expect(snapMove(box(104, 500), [box(100, 100), box(105, 200)], page, 6).box.x).toBe(105);
});

test('an edge is pulled onto an edge of another field, not onto its own', () => {
  const own = box(100, 100);
  expect(snapEdge(297, 'x', own, [box(200, 300)], 5)).toEqual({ at: 300, guides: [{ axis: 'x', at: 300 }] });
  expect(snapEdge(250, 'x', own, [box(200, 300)], 5).guides).toEqual([]);
});
