import { getStroke } from 'perfect-freehand';
import type { Drawing } from '#lib/sign/layout.ts';

/** Where the pen was, in the pad's units; `pressure` 0 to 1. */
export interface PenPoint {
  readonly x: number;
  readonly y: number;
  readonly pressure: number;
}

/** One touch of the pen. `measured`: the device reports real pressure (a stylus), else speed stands for it. */
export interface Stroke {
  readonly points: readonly PenPoint[];
  readonly measured: boolean;
}

/** The pad's own units, whatever its size on the screen: turning the phone changes no stroke. */
export const PAD = { width: 720, height: 280 } as const;

/** Outlines are kept as whole numbers (RFC 8785 with integers only), ten to a unit of the pad. */
const FINENESS = 10;
/** White kept round the ink, pad units. */
const MARGIN = 8;
/** A drawing is never cut closer than this, or a dot would fill the whole field. */
const LEAST = { width: 240, height: 80 } as const;

/** The closed outline of a stroke as a flat list x0,y0,x1,y1,… in the pad's units; a dot for a single touch. */
export function outlineOf(stroke: Stroke): number[] {
  const outline = getStroke(
    stroke.points.map((point) => [point.x, point.y, point.pressure]),
    {
      size: 9,
      thinning: 0.62,
      smoothing: 0.55,
      streamline: 0.42,
      simulatePressure: !stroke.measured,
      last: true
    }
  );
  return outline.flatMap(([x, y]) => [x ?? 0, y ?? 0]);
}

/** `d` of an SVG path for an outline. */
export function pathOf(outline: readonly number[]): string {
  if (outline.length < 6) return '';
  const parts: string[] = [];
  for (let at = 0; at + 1 < outline.length; at += 2) {
    parts.push(`${at === 0 ? 'M' : 'L'}${outline[at]?.toFixed(1)} ${outline[at + 1]?.toFixed(1)}`);
  }
  return `${parts.join('')}Z`;
}

/** The frame `[left, top, width, height]` a drawing is cut to: the ink and a margin, never tiny. */
function frameOf(outlines: readonly (readonly number[])[]): [number, number, number, number] {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const outline of outlines) {
    for (let at = 0; at + 1 < outline.length; at += 2) {
      const x = outline[at] ?? 0;
      const y = outline[at + 1] ?? 0;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
  }
  const width = Math.max(LEAST.width, right - left + 2 * MARGIN);
  const height = Math.max(LEAST.height, bottom - top + 2 * MARGIN);
  return [(left + right - width) / 2, (top + bottom - height) / 2, width, height];
}

/**
 * The strokes as a vector drawing, cut to the ink: outlines to fill, never pixels (`signing.md`,
 * "Appearances"). Null when nothing was drawn.
 */
export function drawingOf(strokes: readonly Stroke[]): Drawing | null {
  const outlines = strokes.map(outlineOf).filter((outline) => outline.length >= 6);
  if (outlines.length === 0) return null;
  const [left, top, width, height] = frameOf(outlines);
  return {
    width: Math.round(width * FINENESS),
    height: Math.round(height * FINENESS),
    outlines: outlines.map((outline) => wholeNumbers(outline, left, top))
  };
}

/** Moved to the frame, rounded; points that fall together after rounding are dropped. */
function wholeNumbers(outline: readonly number[], left: number, top: number): number[] {
  const whole: number[] = [];
  for (let at = 0; at + 1 < outline.length; at += 2) {
    const x = Math.round(((outline[at] ?? 0) - left) * FINENESS);
    const y = Math.round(((outline[at + 1] ?? 0) - top) * FINENESS);
    if (whole.at(-2) === x && whole.at(-1) === y) continue;
    whole.push(x, y);
  }
  return whole;
}
