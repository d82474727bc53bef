import { PdfError } from '../pdf/error.ts';
import type { PdfDocument } from '../pdf/document.ts';
import { limitError } from '../pdf/limits.ts';
import { PdfDict, type PdfObject, PdfRef, PdfStream } from '../pdf/objects.ts';
import type { XrefEntry } from '../pdf/xref.ts';
import { ObjectScanner } from './object-scanner.ts';
import type { PlainObjects } from './plain-objects.ts';

/** More places of objects, and higher numbers, than any file that can be opened has. */
const PLACES = 1 << 22;

type Member = Extract<XrefEntry, { kind: 'in' }> & {
  /** Offset of the object stream. */
  readonly home: number;
};

/**
 * The bodies of a file's objects: each as it stands at one place; a number may have several in the course of
 * revisions. Kept in columns, since there may be millions.
 */
class Bodies {
  readonly nums: number[] = [];
  /** Offset; -1 for members of object streams. */
  readonly offsets: number[] = [];
  /** Index of a view that reads it here. */
  private readonly viewOf: number[] = [];
  private readonly views: PdfDocument[] = [];
  private readonly members = new Map<number, Member>();

  get size(): number {
    return this.nums.length;
  }

  add(num: number, entry: Exclude<XrefEntry, { kind: 'free' }>, view: PdfDocument): void {
    if (this.size >= PLACES) throw limitError('places of objects', PLACES);
    if (this.views[this.views.length - 1] !== view) this.views.push(view);
    if (entry.kind === 'in') this.members.set(this.size, { ...entry, home: homeOf(view, entry) });
    this.nums.push(num);
    this.offsets.push(entry.kind === 'at' ? entry.offset : -1);
    this.viewOf.push(this.views.length - 1);
  }

  view(body: number): PdfDocument | undefined {
    return this.views[this.viewOf[body] ?? -1];
  }

  /** Indexes of those that lie in the file itself, in the order of their offsets. */
  ordered(): Uint32Array {
    const { offsets } = this;
    const all = new Uint32Array(offsets.length);
    let count = 0;
    let last = 0;
    let ascends = true;
    offsets.forEach((offset, i) => {
      if (offset < 0) return;
      ascends &&= last <= offset;
      last = offset;
      all[count++] = i;
    });
    const order = all.subarray(0, count);
    return ascends ? order : order.sort((a, b) => (offsets[a] ?? 0) - (offsets[b] ?? 0) || a - b);
  }

  /** Those in object streams. */
  packed(): IterableIterator<number> {
    return this.members.keys();
  }

  /** Whether `view` reads the object's number from this place. */
  isRead(body: number, view: PdfDocument): boolean {
    const entry = view.entry(this.nums[body] ?? -1);
    const member = this.members.get(body);
    if (member === undefined) return entry?.kind === 'at' && entry.offset === this.offsets[body];
    return entry?.kind === 'in' && entry.index === member.index && homeOf(view, entry) === member.home;
  }
}

/** Pairs of an object number and the body that refers to it. */
class Edges {
  size = 0;
  targets = new Uint32Array(1024);
  sources = new Uint32Array(1024);

  add(target: number, source: number): void {
    // No object has such a number, so nobody will ask.
    if (target >= PLACES) return;
    if (this.size === this.targets.length) {
      this.targets = doubled(this.targets);
      this.sources = doubled(this.sources);
    }
    this.targets[this.size] = target;
    this.sources[this.size] = source;
    this.size += 1;
  }
}

function doubled(column: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(column.length * 2);
  larger.set(column);
  return larger;
}

function collect(value: PdfObject, found: (num: number) => void): void {
  if (value instanceof PdfRef) found(value.num);
  else if (Array.isArray(value)) for (const item of value) collect(item, found);
  else if (value instanceof PdfDict) for (const item of value.map.values()) collect(item, found);
  else if (value instanceof PdfStream) collect(value.dict, found);
}

function homeOf(view: PdfDocument, entry: XrefEntry): number {
  const home = entry.kind === 'in' ? view.entry(entry.stream) : undefined;
  return home?.kind === 'at' ? home.offset : -1;
}

/**
 * Who refers to whom in a file and its later revisions, from one pass over the bytes of all objects. What the
 * pass cannot read as plainly as any reader would is `doubtful`, and is asked for anew in every revision.
 */
export class References {
  private readonly bodies = new Bodies();
  private readonly edges = new Edges();
  /** Start of the edges of each target in `order`, by target number. */
  private starts = new Uint32Array(0);
  private order = new Uint32Array(0);
  private readonly members = new Map<number, number[]>();
  private readonly uncertain = new Set<number>();

  /**
   * `newest`: the file; `from`: its oldest view that will be asked about. `plain` gets what the pass could read
   * plainly, for whoever asks about other sides of the same objects.
   */
  constructor(
    newest: PdfDocument,
    from: PdfDocument,
    private readonly plain: PlainObjects | null = null
  ) {
    for (const [num, entry] of from.entries()) this.add(num, entry, from);
    for (const revision of newest.revisions()) {
      const view = newest.of(revision);
      if (revision.index >= newest.sections.length - from.sections.length) continue;
      for (const section of revision.sections) {
        for (const num of section.entries.keys()) this.add(num, view.entry(num), view);
      }
    }
    this.scan(newest);
    this.index();
  }

  private add(num: number, entry: XrefEntry | undefined, view: PdfDocument): void {
    if (entry === undefined || entry.kind === 'free') return;
    this.bodies.add(num, entry, view);
    if (entry.kind === 'at') {
      if (entry.offset >= view.end) this.uncertain.add(num);
      return;
    }
    const home = homeOf(view, entry);
    if (home < 0 || home >= view.end) this.uncertain.add(num);
    const members = this.members.get(entry.stream);
    if (members === undefined) this.members.set(entry.stream, [num]);
    else members.push(num);
  }

  private scan(newest: PdfDocument): void {
    const { bodies, edges } = this;
    const scanner = new ObjectScanner(newest.source);
    let body = 0;
    let from = 0;
    const found = (target: number): void => edges.add(target, body);
    const forget = (): void => void (edges.size = from);
    for (const i of bodies.ordered()) {
      const num = bodies.nums[i] ?? -1;
      const offset = bodies.offsets[i] ?? -1;
      const view = bodies.view(i);
      if (view === undefined || this.uncertain.has(num)) continue;
      [body, from] = [i, edges.size];
      const scanned = scanner.scan(view, offset, num, found, forget);
      if (scanned === null) {
        forget();
        this.uncertain.add(num);
      } else this.plain?.keep(num, offset, scanned);
    }
    for (const i of bodies.packed()) {
      if (!this.uncertain.has(bodies.nums[i] ?? -1)) this.read(i);
    }
  }

  private read(body: number): void {
    const from = this.edges.size;
    const num = this.bodies.nums[body] ?? -1;
    try {
      collect(this.bodies.view(body)?.get(num) ?? null, (target) => this.edges.add(target, body));
    } catch (error) {
      if (!(error instanceof PdfError)) throw error;
      this.edges.size = from;
      this.uncertain.add(num);
    }
  }

  /** Counting sort of the edges by target. */
  private index(): void {
    const { size } = this.edges;
    const targets = this.edges.targets.subarray(0, size);
    let highest = 0;
    for (const target of targets) if (target > highest) highest = target;
    const starts = new Uint32Array(highest + 2);
    for (const target of targets) starts[target + 1] = (starts[target + 1] ?? 0) + 1;
    for (let i = 0; i < starts.length - 1; i += 1) starts[i + 1] = (starts[i + 1] ?? 0) + (starts[i] ?? 0);
    const next = starts.slice();
    const order = new Uint32Array(size);
    for (let edge = 0; edge < size; edge += 1) {
      const target = targets[edge] ?? 0;
      const at = next[target] ?? 0;
      order[at] = this.edges.sources[edge] ?? 0;
      next[target] = at + 1;
    }
    this.starts = starts;
    this.order = order;
  }

  /** Numbers whose bodies must be compared in every step, since where they end depends on who reads. */
  get doubtful(): ReadonlySet<number> {
    return this.uncertain;
  }

  /** Objects that the object stream `num` held in any revision. */
  membersOf(num: number): readonly number[] {
    return this.members.get(num) ?? [];
  }

  /** Calls `found` for every object that refers to one of `nums` as `view` reads it, and once more for each way. */
  referrers(view: PdfDocument, num: number, found: (source: number) => void): void {
    const end = this.starts[num + 1] ?? 0;
    for (let i = this.starts[num] ?? end; i < end; i += 1) {
      const body = this.order[i] ?? 0;
      if (this.bodies.isRead(body, view)) found(this.bodies.nums[body] ?? -1);
    }
    for (const member of this.membersOf(num)) {
      const entry = view.entry(member);
      if (entry?.kind === 'in' && entry.stream === num) found(member);
    }
  }

  /** The references of what only a real reader can read, in this view; `null`: not even that. */
  doubtfulTargets(view: PdfDocument): Map<number, ReadonlySet<number> | null> {
    const all = new Map<number, ReadonlySet<number> | null>();
    for (const num of this.uncertain) {
      const targets = new Set<number>();
      try {
        collect(view.get(num), (target) => targets.add(target));
        all.set(num, targets);
      } catch (error) {
        if (!(error instanceof PdfError)) throw error;
        all.set(num, null);
      }
    }
    return all;
  }
}
