import { limitError, type Limits } from './limits.ts';

/**
 * What one file may cost; shared by all revisions of it. Everything the reader allocates that a file could
 * blow up is taken from here before it is allocated: xref tables, decoded streams while they are decoded,
 * strings and parsed objects. What was parsed is kept only as long as there is room (`whenShort`).
 *
 * A stream's data that is handed to a caller is the caller's and no longer counted; it is measured before it
 * is allocated, so that a refused one never exists.
 */
export class Budget {
  /** Bytes held now, and the most that were held at a time. */
  held = 0;
  peak = 0;
  /** Bytes that may be held. */
  readonly memory: number;
  private inflated = 0;
  private read = 0;
  private readonly readable: number;
  private readonly releasers: (() => void)[] = [];

  /** `fileSize` in bytes. */
  constructor(
    readonly limits: Limits,
    fileSize: number
  ) {
    this.memory = limits.memoryFactor * fileSize + limits.memoryBase;
    this.readable = limits.readFactor * fileSize + limits.readBase;
  }

  /** Throws PdfError `limit` when nothing that is kept for speed only can make room. */
  take(bytes: number): void {
    if (this.held + bytes > this.memory) for (const release of this.releasers) release();
    if (this.held + bytes > this.memory) throw limitError('bytes of memory', this.memory);
    this.held += bytes;
    if (this.held > this.peak) this.peak = this.held;
  }

  give(bytes: number): void {
    this.held -= bytes;
  }

  /** Takes bytes for as long as `work` runs. */
  during<T>(bytes: number, work: () => T): T {
    return this.attempt(() => {
      this.take(bytes);
      const result = work();
      this.give(bytes);
      return result;
    });
  }

  /** Bytes that one step may still hold. */
  get left(): number {
    return this.memory - this.held;
  }

  /** `release` gives back what is kept for speed only. */
  whenShort(release: () => void): void {
    this.releasers.push(release);
  }

  /** Runs `work`; what it took and did not give back is given back when it throws. */
  attempt<T>(work: () => T): T {
    const before = this.held;
    const releasers = this.releasers.length;
    try {
      return work();
    } catch (error) {
      this.held = Math.min(this.held, before);
      this.releasers.length = releasers;
      throw error;
    }
  }

  /**
   * Counts bytes that were looked at for tokens. Objects that have no end, one inside the other, would
   * otherwise be read to the end of the file each. Throws PdfError `limit`.
   */
  lexed(bytes: number): void {
    this.read += bytes;
    if (this.read > this.readable) throw limitError('bytes read', this.readable);
  }

  /** Output bytes that the next filter over `packed` bytes may produce. */
  allowance(packed: number, structure: boolean): number {
    const { limits } = this;
    const one = structure ? limits.inflatedStructure : limits.inflatedStream;
    const byRatio = Math.max(limits.ratioFrom, packed * limits.ratio);
    return Math.min(one, byRatio);
  }

  /** Bytes that may still be inflated, all streams together. */
  get inflatable(): number {
    return this.limits.inflatedTotal - this.inflated;
  }

  /** Throws PdfError `limit` when the file as a whole inflated to too much. */
  spend(bytes: number): void {
    this.inflated += bytes;
    if (this.inflatable < 0) throw limitError('inflated bytes of the file', this.limits.inflatedTotal);
  }
}

/** What one object's values cost, counted while it is parsed. */
export class Meter {
  /** Bytes taken from the budget so far. */
  taken = 0;
  private pending = 0;

  constructor(private readonly budget: Budget) {}

  /** Small amounts are taken together. */
  add(bytes: number): void {
    this.pending += bytes;
    if (this.pending >= 4096) this.settle();
  }

  settle(): void {
    this.budget.take(this.pending);
    this.taken += this.pending;
    this.pending = 0;
  }

  /** Gives everything back: what was parsed is not kept. */
  release(): void {
    this.budget.give(this.taken);
    this.taken = 0;
    this.pending = 0;
  }
}
