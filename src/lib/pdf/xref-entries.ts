/** ISO 32000-2 §7.5.4 and §7.5.8: where one object is. */
export type XrefEntry =
  | { readonly kind: 'free'; readonly gen: number }
  | { readonly kind: 'at'; readonly offset: number; readonly gen: number }
  | { readonly kind: 'in'; readonly stream: number; readonly index: number };

/** Neighbouring numbers whose lines are decoded when somebody asks. */
export interface XrefRun {
  readonly first: number;
  readonly count: number;
  /** Line `i` of the run, from 0; undefined for a line that says nothing (an unknown type). */
  at(i: number): XrefEntry | undefined;
}

/** Shorter runs are kept line by line, and so is what comes behind the first 64 runs: looking one up stays cheap. */
const SHORTEST_RUN = 64;
const MOST_RUNS = 64;

/** What a number costs that is not part of a run, in bytes: its place in a map and its entry. */
const LOOSE_BYTES = 160;

/**
 * The lines of one section. 200,000 of them cost what their bytes cost: runs are looked up by arithmetic, and
 * only numbers outside of runs have an object of their own. Of two lines for a number the first counts, as
 * in viewers; the number is in `twice`.
 */
export class XrefEntries implements Iterable<[number, XrefEntry]> {
  readonly twice: number[] = [];
  private readonly runs: XrefRun[] = [];
  private readonly loose = new Map<number, XrefEntry>();
  private hidden: XrefEntries | null = null;

  /** `room` is asked before a number gets an object of its own. */
  constructor(private readonly room: { take(bytes: number): void } | null = null) {}

  /** How many lines there are; lines of an unknown type count. */
  get size(): number {
    return this.runs.reduce((sum, run) => sum + run.count, this.loose.size) + (this.hidden?.size ?? 0);
  }

  /** The highest number, -1 when there is none. */
  get highest(): number {
    let highest = this.hidden?.highest ?? -1;
    for (const num of this.loose.keys()) if (num > highest) highest = num;
    for (const run of this.runs) highest = Math.max(highest, run.first + run.count - 1);
    return highest;
  }

  /** Adds one line. */
  add(num: number, entry: XrefEntry): void {
    this.room?.take(LOOSE_BYTES);
    if (this.get(num) === undefined) this.loose.set(num, entry);
    else this.twice.push(num);
  }

  /** Adds one line, or replaces it: of two objects with one number a repair takes the later. */
  put(num: number, entry: XrefEntry): void {
    this.room?.take(LOOSE_BYTES);
    this.loose.set(num, entry);
  }

  /** Adds a run; where it meets what is known already, line by line. */
  addRun(run: XrefRun): void {
    const end = run.first + run.count;
    const meets =
      this.runs.some((other) => run.first < other.first + other.count && other.first < end) ||
      (this.loose.size > 0 && this.anyLoose(run.first, end));
    if (!meets && run.count >= SHORTEST_RUN && this.runs.length < MOST_RUNS) {
      this.runs.push(run);
      return;
    }
    for (let i = 0; i < run.count; i += 1) {
      const entry = run.at(i);
      if (entry !== undefined) this.add(run.first + i, entry);
    }
  }

  /**
   * What /XRefStm names (§7.5.8.4): numbers the table does not have, or has as free, for those may be objects
   * that only readers of xref streams shall see.
   */
  addHidden(hidden: XrefEntries): void {
    this.hidden = hidden;
    this.twice.push(...hidden.twice);
    for (const [num, entry] of hidden) {
      const known = this.own(num);
      if (known === undefined || known.kind === 'free') continue;
      if (entry.kind !== 'at' || known.kind !== 'at' || entry.offset !== known.offset) this.twice.push(num);
    }
  }

  get(num: number): XrefEntry | undefined {
    const known = this.own(num);
    if (this.hidden === null || (known !== undefined && known.kind !== 'free')) return known;
    return this.hidden.get(num) ?? known;
  }

  has(num: number): boolean {
    return this.get(num) !== undefined;
  }

  *keys(): IterableIterator<number> {
    for (const [num] of this) yield num;
  }

  *[Symbol.iterator](): IterableIterator<[number, XrefEntry]> {
    const plain = this.hidden === null;
    for (const run of this.runs) {
      for (let i = 0; i < run.count; i += 1) {
        const num = run.first + i;
        if (this.loose.has(num)) continue;
        const entry = plain ? run.at(i) : this.get(num);
        if (entry !== undefined) yield [num, entry];
      }
    }
    for (const [num, own] of this.loose) {
      const entry = plain ? own : this.get(num);
      if (entry !== undefined) yield [num, entry];
    }
    for (const [num, entry] of this.hidden ?? []) if (this.own(num) === undefined) yield [num, entry];
  }

  /** Pairs of first number and the one behind the last, in no order. */
  spans(): [number, number][] {
    return [
      ...this.runs.map(({ first, count }): [number, number] => [first, first + count]),
      ...[...this.loose.keys()].map((num): [number, number] => [num, num + 1]),
      ...(this.hidden?.spans() ?? [])
    ];
  }

  private own(num: number): XrefEntry | undefined {
    const loose = this.loose.get(num);
    if (loose !== undefined) return loose;
    for (const run of this.runs) {
      if (num >= run.first && num < run.first + run.count) return run.at(num - run.first);
    }
    return undefined;
  }

  private anyLoose(from: number, to: number): boolean {
    for (const num of this.loose.keys()) if (num >= from && num < to) return true;
    return false;
  }
}

/** How many different numbers several sections name. */
export function distinctNumbers(sections: readonly { readonly entries: XrefEntries }[]): number {
  const spans = sections.flatMap(({ entries }) => entries.spans()).sort((a, b) => a[0] - b[0]);
  let count = 0;
  let reached = -1;
  for (const [from, to] of spans) {
    if (to > reached) count += to - Math.max(from, reached);
    reached = Math.max(reached, to);
  }
  return count;
}
