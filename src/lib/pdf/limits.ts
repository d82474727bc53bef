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
  /** Object streams that extend each other. */
  readonly objectStreamChain: number;
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
  readonly nameLength: number;
  readonly signatureFields: number;
  /** /Contents of one signature, decoded. */
  readonly contents: number;
  /** Certificates that one signature or timestamp brings. */
  readonly certificates: number;
  /** Signatures of all kinds that one verification checks: people's, certificates', lists', timestamps'. */
  readonly signatureChecks: number;
  /** Width × height of a picture that goes into the file. */
  readonly imagePixels: number;
  /** The reader holds at most `memoryFactor` × the file + `memoryBase` at a time (`Budget`). */
  readonly memoryFactor: number;
  readonly memoryBase: number;
  /** Bytes of the file that may be read for tokens, those read again included: `readFactor` × the file + `readBase`. */
  readonly readFactor: number;
  readonly readBase: number;
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
  objectStreamChain: 100,
  filters: 4,
  inflatedStructure: 64 * MB,
  inflatedStream: 256 * MB,
  inflatedTotal: 512 * MB,
  ratio: 1_000,
  ratioFrom: 10 * MB,
  stringLength: 32 * MB,
  nameLength: 4_096,
  signatureFields: 500,
  contents: MB,
  certificates: 200,
  signatureChecks: 1_000,
  imagePixels: 64_000_000,
  memoryFactor: 8,
  memoryBase: 64 * MB,
  readFactor: 8,
  readBase: 128 * MB
};

/** The one sentence of a broken limit: what, how much is allowed. */
export function limitError(what: string, allowed: number, offset = -1): PdfError {
  return new PdfError('limit', `${what}: more than ${allowed}`, offset);
}
