import { PdfError } from './error.ts';

/** Every limit of `security.md` P1 that reading a file can meet. Bytes, counts and levels. */
export interface Limits {
  readonly fileSize: number;
  readonly objects: number;
  readonly revisions: number;
  /** Arrays and dictionaries inside each other. */
  readonly nesting: number;
  readonly pageTreeDepth: number;
  readonly pages: number;
  /** /N of one object stream. */
  readonly objectStreamCount: number;
  /** Filters on one stream. */
  readonly filters: number;
  /** Inflated size of one xref or object stream. */
  readonly inflatedStructure: number;
  /** Inflated size of any other stream. */
  readonly inflatedStream: number;
  /** Inflated sizes of a file together. */
  readonly inflatedTotal: number;
  /** Inflated to packed, once more than `ratioFrom` bytes came out. */
  readonly ratio: number;
  readonly ratioFrom: number;
  readonly stringLength: number;
}

const MB = 1024 * 1024;

export const defaultLimits: Limits = {
  fileSize: 100 * MB,
  objects: 2_000_000,
  revisions: 1_000,
  nesting: 100,
  pageTreeDepth: 64,
  pages: 20_000,
  objectStreamCount: 100_000,
  filters: 4,
  inflatedStructure: 64 * MB,
  inflatedStream: 256 * MB,
  inflatedTotal: 512 * MB,
  ratio: 1_000,
  ratioFrom: 10 * MB,
  stringLength: 32 * MB
};

/** The one sentence of a broken limit: what, how much is allowed. */
export function limitError(what: string, allowed: number, offset = -1): PdfError {
  return new PdfError('limit', `${what}: more than ${allowed}`, offset);
}

/** What one file may still inflate; shared by all revisions of it. */
export class Budget {
  private left: number;
  constructor(readonly limits: Limits) {
    this.left = limits.inflatedTotal;
  }
  /** Output bytes that the next filter over `packed` bytes may produce. */
  allowance(packed: number, structure: boolean): number {
    const one = structure ? this.limits.inflatedStructure : this.limits.inflatedStream;
    const byRatio = Math.max(this.limits.ratioFrom, packed * this.limits.ratio);
    return Math.min(one, byRatio, this.left);
  }
  /** Throws PdfError `limit` when the file as a whole inflated to too much. */
  spend(bytes: number): void {
    this.left -= bytes;
    if (this.left < 0) throw limitError('inflated bytes of the file', this.limits.inflatedTotal);
  }
}
