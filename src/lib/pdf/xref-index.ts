import { distinctNumbers, type XrefEntries, type XrefEntry } from './xref-entries.ts';
import type { XrefSection } from './xref.ts';

/** Sections below this size are merged: a file with a thousand small updates is not looked through a thousand times. */
const SMALL = 4_096;

interface Layer {
  get(num: number): XrefEntry | undefined;
}

/** Where every object is: the newest section that names a number counts (§7.5.6). */
export class XrefIndex {
  private layers: Layer[] | null = null;

  /** Newest first. */
  constructor(private readonly sections: readonly XrefSection[]) {}

  get(num: number): XrefEntry | undefined {
    this.layers ??= merge(this.sections.map(({ entries }) => entries));
    for (const layer of this.layers) {
      const entry = layer.get(num);
      if (entry !== undefined) return entry;
    }
    return undefined;
  }

  /** One above the highest number that is named. */
  get end(): number {
    return this.sections.reduce((end, { entries }) => Math.max(end, entries.highest + 1), 0);
  }

  /** Every number once, newest section first. */
  *numbers(): IterableIterator<number> {
    const seen = this.sections.length > 1 ? new Set<number>() : null;
    for (const { entries } of this.sections) {
      for (const num of entries.keys()) {
        if (seen?.has(num) === true) continue;
        seen?.add(num);
        yield num;
      }
    }
  }

  /** Whether it names more than `limit` different numbers. */
  exceeds(limit: number): boolean {
    const lines = this.sections.reduce((sum, { entries }) => sum + entries.size, 0);
    return lines > limit && distinctNumbers(this.sections) > limit;
  }
}

function merge(sections: readonly XrefEntries[]): Layer[] {
  const layers: Layer[] = [];
  let small: Map<number, XrefEntry> | null = null;
  for (const entries of sections) {
    if (entries.size >= SMALL) {
      layers.push(entries);
      small = null;
      continue;
    }
    if (small === null) layers.push((small = new Map()));
    for (const [num, entry] of entries) if (!small.has(num)) small.set(num, entry);
  }
  return layers;
}
