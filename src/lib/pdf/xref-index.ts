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

  /** Every number once with its entry, newest section first. */
  *entries(): IterableIterator<[number, XrefEntry]> {
    const seen = new Set<number>();
    const oldest = this.sections[this.sections.length - 1];
    for (const section of this.sections) {
      for (const line of section.entries) {
        if (seen.has(line[0])) continue;
        // The oldest section is mostly the largest, and nobody comes after it to ask.
        if (section !== oldest) seen.add(line[0]);
        yield line;
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
