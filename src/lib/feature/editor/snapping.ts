import type { Box } from '#lib/domain/field.ts';

/** A line that two things share, in points of the page: where to draw it. */
export interface Guide {
  readonly axis: 'x' | 'y';
  readonly at: number;
}

export interface Snapped {
  readonly box: Box;
  readonly guides: readonly Guide[];
}

interface Range {
  readonly start: number;
  readonly size: number;
}

interface Hit {
  readonly by: number;
  readonly at: number;
}

const marks = ({ start, size }: Range): number[] => [start, start + size / 2, start + size];

/** The smallest shift that brings a mark of `moving` onto one of `others`, within `reach`. */
function nearest(moving: readonly number[], others: readonly number[], reach: number): Hit | null {
  let best: Hit | null = null;
  for (const mark of moving) {
    for (const at of others) {
      const by = at - mark;
      if (Math.abs(by) <= reach && (best === null || Math.abs(by) < Math.abs(best.by))) best = { by, at };
    }
  }
  return best;
}

const hundredth = (value: number): number => Math.round(value * 100) / 100;

/**
 * Pulls a moved box onto edges and middles of the other boxes of its page and onto the page's middle, when
 * it is nearer than `reach` points. Its size stays.
 */
export function snapMove(
  box: Box,
  others: readonly Box[],
  page: { readonly width: number; readonly height: number },
  reach: number
): Snapped {
  const beside = others.filter((other) => other.page === box.page);
  const xs = [page.width / 2, ...beside.flatMap(({ x, w }) => marks({ start: x, size: w }))];
  const ys = [page.height / 2, ...beside.flatMap(({ y, h }) => marks({ start: y, size: h }))];
  const across = nearest(marks({ start: box.x, size: box.w }), xs, reach);
  const down = nearest(marks({ start: box.y, size: box.h }), ys, reach);
  const guides: Guide[] = [];
  if (across !== null) guides.push({ axis: 'x', at: across.at });
  if (down !== null) guides.push({ axis: 'y', at: down.at });
  return {
    box: { ...box, x: hundredth(box.x + (across?.by ?? 0)), y: hundredth(box.y + (down?.by ?? 0)) },
    guides
  };
}

/** For a resize: the dragged edge's position pulled onto an edge of another box, or as it is. */
export function snapEdge(
  at: number,
  axis: 'x' | 'y',
  box: Box,
  others: readonly Box[],
  reach: number
): { readonly at: number; readonly guides: readonly Guide[] } {
  const beside = others.filter((other) => other.page === box.page);
  const lines = beside.flatMap((other) =>
    axis === 'x' ? [other.x, other.x + other.w] : [other.y, other.y + other.h]
  );
  const hit = nearest([at], lines, reach);
  return hit === null ? { at, guides: [] } : { at: hit.at, guides: [{ axis, at: hit.at }] };
}
