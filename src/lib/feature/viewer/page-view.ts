import type { Box } from '#lib/domain/field.ts';

/** A page as it is shown: what an overlay needs to put things at their places. */
export interface PageView {
  /** From 1. */
  readonly page: number;
  /** Size in points of the page as displayed (CropBox, Rotate and UserUnit applied). */
  readonly width: number;
  readonly height: number;
  /** CSS pixels a point at the present zoom. */
  readonly scale: number;
}

export interface PixelBox {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Where a field's box lies in its page's overlay, CSS pixels. */
export function boxToPixels(box: Pick<Box, 'x' | 'y' | 'w' | 'h'>, view: PageView): PixelBox {
  const { scale } = view;
  return { left: box.x * scale, top: box.y * scale, width: box.w * scale, height: box.h * scale };
}

/** A point of the overlay (CSS pixels from its top left corner) in points of the page. */
export function pixelsToPoint(left: number, top: number, view: PageView): { x: number; y: number } {
  return { x: left / view.scale, y: top / view.scale };
}

/**
 * Attachment that puts an absolutely positioned element of an overlay at its box:
 * `<div {@attach at(field.box)}>`. It follows the zoom by itself, since the page's element carries
 * `--pt`, the CSS pixels of a point. Set through CSSOM: a style attribute would break the page's CSP.
 */
export function at(box: Pick<Box, 'x' | 'y' | 'w' | 'h'>): (element: HTMLElement | SVGElement) => void {
  return ({ style }) => {
    style.left = `calc(var(--pt) * ${box.x})`;
    style.top = `calc(var(--pt) * ${box.y})`;
    style.width = `calc(var(--pt) * ${box.w})`;
    style.height = `calc(var(--pt) * ${box.h})`;
  };
}
