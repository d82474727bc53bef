import { PdfError } from './error.ts';
import type { PdfObject } from './objects.ts';

/** What the geometry of a page is computed from: its entries as inherited (ISO 32000-2 §7.7.3.4). */
export interface PageBoxes {
  /** /CropBox cut to /MediaBox, in user space: `[left, bottom, right, top]`. */
  readonly crop: readonly [number, number, number, number];
  readonly rotate: 0 | 90 | 180 | 270;
  readonly userUnit: number;
}

/** A rectangle of the page as displayed: points, origin top left, y down (`contracts.md`). */
export interface DisplayBox {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** A rectangle in default user space: `[left, bottom, right, top]`. */
export type UserRect = readonly [number, number, number, number];

/** Width and height of the page as displayed, in points (1/72 inch). */
export function displaySize(page: PageBoxes): { width: number; height: number } {
  const width = (page.crop[2] - page.crop[0]) * page.userUnit;
  const height = (page.crop[3] - page.crop[1]) * page.userUnit;
  return page.rotate % 180 === 0 ? { width, height } : { width: height, height: width };
}

type Point = readonly [number, number];

function pointToUser({ crop, rotate, userUnit }: PageBoxes, x: number, y: number): Point {
  const u = x / userUnit;
  const v = y / userUnit;
  switch (rotate) {
    case 0:
      return [crop[0] + u, crop[3] - v];
    case 90:
      return [crop[0] + v, crop[1] + u];
    case 180:
      return [crop[2] - u, crop[1] + v];
    case 270:
      return [crop[2] - v, crop[3] - u];
  }
}

function pointToDisplay({ crop, rotate, userUnit }: PageBoxes, x: number, y: number): Point {
  const scale = (u: number, v: number): Point => [u * userUnit, v * userUnit];
  switch (rotate) {
    case 0:
      return scale(x - crop[0], crop[3] - y);
    case 90:
      return scale(y - crop[1], x - crop[0]);
    case 180:
      return scale(crop[2] - x, y - crop[1]);
    case 270:
      return scale(crop[3] - y, crop[2] - x);
  }
}

/** Where a displayed rectangle lies in user space: what /Rect of its widget is. */
export function toUserSpace(page: PageBoxes, box: DisplayBox): UserRect {
  const [ax, ay] = pointToUser(page, box.x, box.y);
  const [bx, by] = pointToUser(page, box.x + box.w, box.y + box.h);
  return [Math.min(ax, bx), Math.min(ay, by), Math.max(ax, bx), Math.max(ay, by)];
}

/** The inverse of `toUserSpace`. Corners may come in any order (§7.9.5). */
export function toDisplay(page: PageBoxes, rect: UserRect): DisplayBox {
  const [ax, ay] = pointToDisplay(page, rect[0], rect[1]);
  const [bx, by] = pointToDisplay(page, rect[2], rect[3]);
  return { x: Math.min(ax, bx), y: Math.min(ay, by), w: Math.abs(ax - bx), h: Math.abs(ay - by) };
}

/**
 * The page-coordinate facts from entries already resolved; `get` answers /MediaBox, /CropBox, /Rotate and
 * /UserUnit, inherited where the page has none. A page without a usable box is US Letter, as viewers do.
 * Throws PdfError `structure` when the numbers are not finite.
 */
export function pageBoxes(get: (key: string) => PdfObject | undefined): PageBoxes {
  const media = rectangle(get('MediaBox')) ?? [0, 0, 612, 792];
  const wanted = rectangle(get('CropBox')) ?? media;
  const cut: UserRect = [
    Math.max(media[0], wanted[0]),
    Math.max(media[1], wanted[1]),
    Math.min(media[2], wanted[2]),
    Math.min(media[3], wanted[3])
  ];
  // A crop box outside the media box: viewers show the media box (§14.11.2 asks for the intersection).
  const crop = cut[2] > cut[0] && cut[3] > cut[1] ? cut : media;
  if (!crop.every(Number.isFinite)) throw new PdfError('structure', 'page box is not finite');
  const rotate = get('Rotate');
  const unit = get('UserUnit');
  return {
    crop,
    rotate: quarter(typeof rotate === 'number' ? rotate : 0),
    userUnit: typeof unit === 'number' && unit > 0 && Number.isFinite(unit) ? unit : 1
  };
}

function quarter(degrees: number): 0 | 90 | 180 | 270 {
  const turns = (((Math.round(degrees / 90) % 4) + 4) % 4) as 0 | 1 | 2 | 3;
  return ([0, 90, 180, 270] as const)[turns];
}

/** A rectangle (§7.9.5) with its corners put in order; null when it is none or has no area. */
export function rectangle(value: PdfObject | undefined): UserRect | null {
  if (!Array.isArray(value) || value.length < 4) return null;
  const [a, b, c, d] = value;
  if (typeof a !== 'number' || typeof b !== 'number' || typeof c !== 'number' || typeof d !== 'number') {
    return null;
  }
  const rect: UserRect = [Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)];
  return rect[2] > rect[0] && rect[3] > rect[1] ? rect : null;
}
