import { expect, test } from 'vitest';
import { clampScale, fitWidth, FULL_SIZE, percent, stepScale } from './zoom.ts';

test('fits the page into the width, but never blows a page up over a wide screen', () => {
  expect(fitWidth(612, 336)).toBeCloseTo(0.549, 3);
  expect(percent(fitWidth(612, 3000))).toBe(160);
  expect(fitWidth(0, 500)).toBe(FULL_SIZE);
});

test('steps to the next round percent from anywhere between', () => {
  expect(percent(stepScale(fitWidth(612, 336), 1))).toBe(50);
  expect(percent(stepScale(0.7 * FULL_SIZE, 1))).toBe(80);
  expect(percent(stepScale(0.7 * FULL_SIZE, -1))).toBe(67);
  expect(percent(stepScale(FULL_SIZE, 1))).toBe(125);
});

test('ends at both ends', () => {
  expect(stepScale(5 * FULL_SIZE, 1)).toBe(5 * FULL_SIZE);
  expect(percent(clampScale(100))).toBe(600);
  expect(percent(clampScale(0))).toBe(10);
});
