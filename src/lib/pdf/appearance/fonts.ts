import type { Face } from './harfbuzz.ts';

/** What appearances are drawn with; brought by whoever signs. */
export interface FontSet {
  /** Values: Noto Sans (Latin, Cyrillic, Greek). */
  readonly text: Face;
  /** Typed signatures: Caveat. */
  readonly script: Face;
}
