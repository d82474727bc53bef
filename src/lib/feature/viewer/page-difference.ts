import type { Box } from '#lib/domain/field.ts';

/** Pictures are compared this wide (pixels): what a reader would notice stays, the work does not grow. */
const WIDTH = 420;
/** Cells of so many pixels; neighbouring ones that differ make one place. */
const CELL = 6;
/** Of 255, over all three colours: drawing the same thing twice differs by less. */
const NOTICED = 48;

/** Grey values of a picture, `width` × `height`. */
export interface Greys {
  readonly width: number;
  readonly height: number;
  /** RGBA. */
  readonly data: Uint8ClampedArray;
}

/** A drawn page, small enough to compare. */
export function shrink(canvas: HTMLCanvasElement): Greys | null {
  const height = Math.max(1, Math.round((canvas.height / Math.max(1, canvas.width)) * WIDTH));
  const small = new OffscreenCanvas(WIDTH, height).getContext('2d', { willReadFrequently: true });
  if (small === null) return null;
  small.fillStyle = '#fff';
  small.fillRect(0, 0, WIDTH, height);
  small.drawImage(canvas, 0, 0, WIDTH, height);
  return small.getImageData(0, 0, WIDTH, height);
}

function differingCells(a: Greys, b: Greys, columns: number, rows: number): Uint8Array {
  const cells = new Uint8Array(columns * rows);
  const { width, height } = a;
  for (let y = 0, at = 0; y < height; y += 1) {
    const row = Math.floor(y / CELL) * columns;
    for (let x = 0; x < width; x += 1, at += 4) {
      const apart =
        Math.abs((a.data[at] ?? 0) - (b.data[at] ?? 0)) +
        Math.abs((a.data[at + 1] ?? 0) - (b.data[at + 1] ?? 0)) +
        Math.abs((a.data[at + 2] ?? 0) - (b.data[at + 2] ?? 0));
      if (apart > NOTICED) cells[row + Math.floor(x / CELL)] = 1;
    }
  }
  return cells;
}

/**
 * Where two drawings of a page look different, in points of a page `pageWidth` wide, merged into places; the
 * whole page when their shapes differ.
 */
export function differencesOf(a: Greys, b: Greys, pageWidth: number): Omit<Box, 'page'>[] {
  const scale = pageWidth / a.width;
  if (a.width !== b.width || a.height !== b.height)
    return [{ x: 0, y: 0, w: pageWidth, h: a.height * scale }];
  const columns = Math.ceil(a.width / CELL);
  const rows = Math.ceil(a.height / CELL);
  const cells = differingCells(a, b, columns, rows);
  const places: Omit<Box, 'page'>[] = [];
  for (let start = 0; start < cells.length; start += 1) {
    if (cells[start] !== 1) continue;
    let [left, right, top, bottom] = [columns, 0, rows, 0];
    const open = [start];
    cells[start] = 2;
    for (let cell = open.pop(); cell !== undefined; cell = open.pop()) {
      const [x, y] = [cell % columns, Math.floor(cell / columns)];
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
      // Letters and lines of one paragraph are one place: a gap of two cells still counts as near.
      for (let dy = -2; dy <= 2; dy += 1) {
        for (let dx = -3; dx <= 3; dx += 1) {
          const [nx, ny] = [x + dx, y + dy];
          if (nx < 0 || ny < 0 || nx >= columns || ny >= rows) continue;
          const near = ny * columns + nx;
          if (cells[near] !== 1) continue;
          cells[near] = 2;
          open.push(near);
        }
      }
    }
    places.push({
      x: left * CELL * scale,
      y: top * CELL * scale,
      w: (right - left + 1) * CELL * scale,
      h: (bottom - top + 1) * CELL * scale
    });
  }
  return places;
}
