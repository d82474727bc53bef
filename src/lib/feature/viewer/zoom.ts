/** CSS pixels a point at which a page has its size on paper (96 dpi over 72). */
export const FULL_SIZE = 96 / 72;
const STEPS = [0.25, 0.33, 0.5, 0.67, 0.8, 1, 1.25, 1.5, 2, 3, 4].map((step) => step * FULL_SIZE);
const LEAST = 0.1 * FULL_SIZE;
const MOST = 6 * FULL_SIZE;
/** A page fitted to a wide window would be taller than the eye can follow. */
const FIT_MOST = 1.6 * FULL_SIZE;

export function clampScale(scale: number): number {
  return Math.min(MOST, Math.max(LEAST, scale));
}

/** Scale at which the widest page fills `available` CSS pixels. */
export function fitWidth(widest: number, available: number): number {
  if (widest <= 0 || available <= 0) return FULL_SIZE;
  return Math.max(LEAST, Math.min(FIT_MOST, available / widest));
}

/** The next round step up (1) or down (−1). */
export function stepScale(scale: number, direction: 1 | -1): number {
  const near = scale * 0.01;
  if (direction === 1) return STEPS.find((step) => step > scale + near) ?? clampScale(scale);
  return [...STEPS].reverse().find((step) => step < scale - near) ?? clampScale(scale);
}

/** For people: 100 is the size on paper. */
export function percent(scale: number): number {
  return Math.round((scale / FULL_SIZE) * 100);
}
