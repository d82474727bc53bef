import { PdfError } from '../error.ts';
import { numberText } from '../serialize.ts';

/** Same shape as `sign/layout.ts`: outlines to fill, y down, in units of the drawing. */
export interface Outlines {
  readonly width: number;
  readonly height: number;
  readonly outlines: readonly (readonly number[])[];
}

export interface Area {
  readonly width: number;
  readonly height: number;
}

/** Scale and offset that put `inner` into `outer` as large as it fits, centred. */
export function contain(outer: Area, inner: Area): { scale: number; x: number; y: number } {
  const scale = Math.min(outer.width / inner.width, outer.height / inner.height);
  return {
    scale,
    x: (outer.width - inner.width * scale) / 2,
    y: (outer.height - inner.height * scale) / 2
  };
}

const tenth = (value: number): string => numberText(Math.round(value * 10) / 10);

/**
 * Operators that fill a drawing's outlines inside an area, as curves through the middle of each edge, so
 * that the pen's way stays round at any zoom. Throws PdfError `image` when there is nothing to draw.
 */
export function fillDrawing(drawing: Outlines, area: Area): string {
  const bounds = boundsOf(drawing);
  const { scale, x, y } = contain(area, bounds);
  const px = (value: number) => (value - bounds.x) * scale + x;
  const py = (value: number) => area.height - ((value - bounds.y) * scale + y);
  const shapes = drawing.outlines
    .filter((outline) => outline.length >= 6)
    .map((outline) => curve(outline, px, py));
  return `0 g ${shapes.join(' ')} f`;
}

function boundsOf({ outlines }: Outlines): Area & { x: number; y: number } {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const outline of outlines) {
    for (let i = 0; i + 1 < outline.length; i += 2) {
      const [x = 0, y = 0] = [outline[i], outline[i + 1]];
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
  }
  if (!(right > left) || !(bottom > top)) throw new PdfError('image', 'the drawing is empty');
  return { x: left, y: top, width: right - left, height: bottom - top };
}

type Axis = (value: number) => number;

/** Quadratic curves with the polygon's corners as controls, raised to cubic ones (§8.5.2). */
function curve(outline: readonly number[], px: Axis, py: Axis): string {
  const count = Math.floor(outline.length / 2);
  const point = (i: number): [number, number] => {
    const at = 2 * (i % count);
    return [px(outline[at] ?? 0), py(outline[at + 1] ?? 0)];
  };
  const middle = (a: readonly number[], b: readonly number[]): [number, number] => [
    ((a[0] ?? 0) + (b[0] ?? 0)) / 2,
    ((a[1] ?? 0) + (b[1] ?? 0)) / 2
  ];
  let from = middle(point(0), point(1));
  const parts = [`${tenth(from[0])} ${tenth(from[1])} m`];
  for (let i = 1; i <= count; i += 1) {
    const control = point(i);
    const to = middle(control, point(i + 1));
    const third = (end: readonly [number, number], axis: 0 | 1) =>
      end[axis] + (2 / 3) * (control[axis] - end[axis]);
    parts.push(
      `${tenth(third(from, 0))} ${tenth(third(from, 1))} ${tenth(third(to, 0))} ${tenth(third(to, 1))} ` +
        `${tenth(to[0])} ${tenth(to[1])} c`
    );
    from = to;
  }
  return `${parts.join(' ')} h`;
}
