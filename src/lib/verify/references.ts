import { PdfError } from '../pdf/error.ts';
import type { PdfDocument } from '../pdf/document.ts';
import { limitError } from '../pdf/limits.ts';
import { PdfDict, type PdfObject, PdfRef, PdfStream } from '../pdf/objects.ts';
import type { XrefEntry } from '../pdf/xref.ts';
import { ObjectScanner } from './object-scanner.ts';

/** Sorted as one number: offset × this + place in the list. */
const PLACES = 1 << 22;

/** One object as it stands at one place of the file; a number may have several in the course of revisions. */
interface Body {
  readonly num: number;
  readonly entry: Exclude<XrefEntry, { kind: 'free' }>;
  /** Offset of the object stream that holds it, else -1. */
  readonly home: number;
  /** A view that reads it here. */
  readonly view: PdfDocument;
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

function isSame(body: Body, view: PdfDocument): boolean {
  const entry = view.entry(body.num);
  if (entry?.kind === 'at') return body.entry.kind === 'at' && entry.offset === body.entry.offset;
  return (
    entry?.kind === 'in' &&
    body.entry.kind === 'in' &&
    entry.index === body.entry.index &&
    homeOf(view, entry) === body.home
  );
}

/**
 * Who refers to whom in a file and its later revisions, from one pass over the bytes of all objects. What the
 * pass cannot read as plainly as any reader would is `doubtful`, and is asked for anew in every revision.
 */
export class References {
  private readonly bodies: Body[] = [];
  private readonly targets: number[] = [];
  private readonly sources: number[] = [];
  /** Start of the edges of each target in `order`, by target number. */
  private starts = new Uint32Array(0);
  private order = new Uint32Array(0);
  private readonly members = new Map<number, number[]>();
  private readonly uncertain = new Set<number>();

  /** `newest`: the file; `from`: its oldest view that will be asked about. */
  constructor(newest: PdfDocument, from: PdfDocument) {
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
    if (this.bodies.length >= PLACES) throw limitError('places of objects', PLACES);
    this.bodies.push({ num, entry, home: homeOf(view, entry), view });
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
    const packed = new Float64Array(this.bodies.length);
    let count = 0;
    this.bodies.forEach(({ entry }, i) => {
      if (entry.kind === 'at') packed[count++] = entry.offset * PLACES + i;
    });
    const scanner = new ObjectScanner(newest.source);
    for (const one of packed.subarray(0, count).sort()) {
      const i = one % PLACES;
      const body = this.bodies[i];
      if (body === undefined || this.uncertain.has(body.num)) continue;
      const from = this.targets.length;
      const forget = (): void => this.forget(from);
      const found = (target: number): void => this.edge(target, i);
      const scanned = scanner.scan(body.view, (one - i) / PLACES, body.num, found, forget);
      if (scanned !== null) continue;
      forget();
      this.uncertain.add(body.num);
    }
    this.bodies.forEach((body, i) => {
      if (body.entry.kind === 'in' && !this.uncertain.has(body.num)) this.read(body, i);
    });
  }

  private edge(target: number, body: number): void {
    this.targets.push(target);
    this.sources.push(body);
  }

  private forget(from: number): void {
    this.targets.length = from;
    this.sources.length = from;
  }

  private read(body: Body, i: number): void {
    const from = this.targets.length;
    try {
      collect(body.view.get(body.num), (target) => this.edge(target, i));
    } catch (error) {
      if (!(error instanceof PdfError)) throw error;
      this.forget(from);
      this.uncertain.add(body.num);
    }
  }

  /** Counting sort of the edges by target. */
  private index(): void {
    let highest = 0;
    for (const target of this.targets) if (target > highest && target < PLACES) highest = target;
    const starts = new Uint32Array(highest + 2);
    for (const target of this.targets)
      if (target <= highest) starts[target + 1] = (starts[target + 1] ?? 0) + 1;
    for (let i = 0; i < starts.length - 1; i += 1) starts[i + 1] = (starts[i + 1] ?? 0) + (starts[i] ?? 0);
    const next = starts.slice();
    const order = new Uint32Array(this.targets.length);
    this.targets.forEach((target, edge) => {
      if (target > highest) return;
      const at = next[target] ?? 0;
      order[at] = this.sources[edge] ?? 0;
      next[target] = at + 1;
    });
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
      const body = this.bodies[this.order[i] ?? 0];
      if (body !== undefined && isSame(body, view)) found(body.num);
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
