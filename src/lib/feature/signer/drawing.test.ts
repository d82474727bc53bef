import { describe, expect, it } from 'vitest';
import { drawingOf, outlineOf, PAD, pathOf, type Stroke } from './drawing.ts';

function line(x0: number, y0: number, x1: number, y1: number, steps = 12): Stroke {
  const points = Array.from({ length: steps + 1 }, (_, n) => ({
    x: x0 + ((x1 - x0) * n) / steps,
    y: y0 + ((y1 - y0) * n) / steps,
    pressure: 0.5
  }));
  return { points, measured: false };
}

function extent(outline: readonly number[]) {
  const xs = outline.filter((_, n) => n % 2 === 0);
  const ys = outline.filter((_, n) => n % 2 === 1);
  return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
}

describe('outlineOf', () => {
  it('surrounds the way of the pen with an area', () => {
    const { left, right, top, bottom } = extent(outlineOf(line(100, 100, 400, 100)));
    expect(left).toBeLessThan(110);
    expect(right).toBeGreaterThan(390);
    expect(bottom - top).toBeGreaterThan(1);
    expect(bottom - top).toBeLessThan(20);
  });

  it('makes a dot of a single touch', () => {
    const dot = outlineOf({ points: [{ x: 50, y: 60, pressure: 0.5 }], measured: false });
    expect(dot.length).toBeGreaterThan(12);
    const { left, right } = extent(dot);
    expect((left + right) / 2).toBeCloseTo(50, 0);
  });

  it('draws a firm pen thicker than a light one', () => {
    const pressed = (pressure: number): Stroke => ({
      points: line(100, 100, 400, 100).points.map((point) => ({ ...point, pressure })),
      measured: true
    });
    const firm = extent(outlineOf(pressed(0.9)));
    const light = extent(outlineOf(pressed(0.1)));
    expect(firm.bottom - firm.top).toBeGreaterThan(1.5 * (light.bottom - light.top));
  });

  it('draws a fast stroke thinner than a slow one', () => {
    const slow = extent(outlineOf(line(100, 100, 400, 100, 150)));
    const fast = extent(outlineOf(line(100, 100, 400, 100, 6)));
    expect(fast.bottom - fast.top).toBeLessThan(slow.bottom - slow.top);
  });
});

describe('drawingOf', () => {
  it('is null without a stroke', () => {
    expect(drawingOf([])).toBeNull();
  });

  it('cuts to the ink and keeps all of it inside the frame', () => {
    const drawing = drawingOf([line(300, 100, 600, 200), line(320, 220, 580, 240)]);
    expect(drawing?.outlines).toHaveLength(2);
    for (const outline of drawing?.outlines ?? []) {
      const { left, right, top, bottom } = extent(outline);
      expect(left).toBeGreaterThanOrEqual(0);
      expect(top).toBeGreaterThanOrEqual(0);
      expect(right).toBeLessThanOrEqual(drawing?.width ?? 0);
      expect(bottom).toBeLessThanOrEqual(drawing?.height ?? 0);
    }
    expect(drawing?.width).toBeLessThan(PAD.width * 10);
  });

  it('does not blow a small mark up to the size of the field', () => {
    const drawing = drawingOf([line(10, 10, 14, 14)]);
    expect(drawing?.width).toBeGreaterThanOrEqual(2400);
    expect(drawing?.height).toBeGreaterThanOrEqual(800);
  });

  it('holds whole numbers only, so that canonical JSON can hash it', () => {
    const drawing = drawingOf([line(33.3, 44.4, 345.6, 78.9)]);
    const numbers = [drawing?.width, drawing?.height, ...(drawing?.outlines.flat() ?? [])];
    expect(numbers.every((n) => Number.isSafeInteger(n))).toBe(true);
  });

  it('puts the strokes of two pads of different place at the same place of the frame', () => {
    const here = drawingOf([line(100, 60, 400, 160)]);
    const there = drawingOf([line(200, 90, 500, 190)]);
    expect(there).toEqual(here);
  });
});

describe('pathOf', () => {
  it('closes the outline', () => {
    expect(pathOf([0, 0, 10, 0, 10, 10])).toBe('M0.0 0.0L10.0 0.0L10.0 10.0Z');
    expect(pathOf([0, 0])).toBe('');
  });
});
