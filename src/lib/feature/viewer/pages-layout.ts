import type { PageSize } from './pdf-file.ts';

/** CSS pixels around and between the pages. */
export const MARGIN = 12;
export const GAP = 16;

/** Where every page lies in the scrolled content, CSS pixels. Index n is page n + 1. */
export interface PagesLayout {
  readonly width: number;
  readonly height: number;
  readonly lefts: readonly number[];
  readonly tops: readonly number[];
}

/** One page under another, each in the middle. `viewport`: CSS pixels across that are there anyway. */
export function layOutPages(sizes: readonly PageSize[], scale: number, viewport: number): PagesLayout {
  let widest = 0;
  for (const { width } of sizes) widest = Math.max(widest, width * scale);
  const width = Math.max(viewport, widest + 2 * MARGIN);
  let y = MARGIN;
  const tops: number[] = [];
  const lefts: number[] = [];
  for (const size of sizes) {
    tops.push(y);
    lefts.push((width - size.width * scale) / 2);
    y += size.height * scale + GAP;
  }
  return { width, height: y - GAP + MARGIN, lefts, tops };
}

/** Number of the page at or above `y`, from 1: by halving, a file may have thousands. */
export function pageAt(layout: PagesLayout, y: number): number {
  let low = 0;
  let high = layout.tops.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((layout.tops[middle] ?? 0) <= y) low = middle;
    else high = middle - 1;
  }
  return low + 1;
}

/** A point of the content as a place on a page: what stays put while the zoom changes. */
export interface Anchor {
  readonly page: number;
  /** Points from the page's top left corner; may lie outside it. */
  readonly x: number;
  readonly y: number;
}

export function anchorAt(layout: PagesLayout, scale: number, x: number, y: number): Anchor {
  const page = pageAt(layout, y);
  return {
    page,
    x: (x - (layout.lefts[page - 1] ?? 0)) / scale,
    y: (y - (layout.tops[page - 1] ?? 0)) / scale
  };
}

export function anchorPlace(layout: PagesLayout, scale: number, anchor: Anchor): { x: number; y: number } {
  return {
    x: (layout.lefts[anchor.page - 1] ?? 0) + anchor.x * scale,
    y: (layout.tops[anchor.page - 1] ?? 0) + anchor.y * scale
  };
}
