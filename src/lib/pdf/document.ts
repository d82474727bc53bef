import type { ByteSource } from '../bytes/source.ts';
import { Budget } from './budget.ts';
import type { Encryption } from './crypt.ts';
import { PdfError } from './error.ts';
import { defaultLimits, limitError, type Limits } from './limits.ts';
import type { ObjectContext } from './object.ts';
import { ObjectCache } from './object-cache.ts';
import { repairXref } from './repair.ts';
import { findHeader, findStart } from './start.ts';
import { readEncryption } from './trailer.ts';
import { PdfDocument, type Shared } from './view.ts';
import { readChain, type XrefSection } from './xref.ts';

export { PdfDocument, type Work } from './view.ts';

export interface OpenOptions {
  /** User or owner password; absent: the empty one. */
  readonly password?: string | undefined;
  readonly limits?: Partial<Limits> | undefined;
  /** Counts what reading costs; made from the limits when absent. */
  readonly budget?: Budget | undefined;
}

/** How the sections are found: by the chain, or by a scan. */
type Find = (object: ObjectContext, origin: number) => XrefSection[];

/** One try to open a file, with its own cache; what it took is given back when it fails. */
function attempt(
  source: ByteSource,
  limits: Limits,
  budget: Budget,
  origin: number,
  password: string,
  repaired: boolean,
  find: Find
): PdfDocument {
  const shared: Shared = {
    source,
    limits,
    budget,
    origin,
    cache: new ObjectCache(budget),
    work: { objects: 0, objectStreams: 0 },
    encryption: null,
    faults: new Set(),
    rescue: null
  };
  const make = (encryption: Encryption | null): PdfDocument => {
    const object: ObjectContext = {
      source,
      end: source.size,
      limits,
      budget,
      encryption,
      length: (o) => (typeof o === 'number' && Number.isInteger(o) ? o : null)
    };
    return new PdfDocument(shared, find(object, origin), source.size, repaired);
  };
  let doc = make(null);
  const encryption = readEncryption(doc, password);
  if (encryption !== null) {
    shared.encryption = encryption;
    shared.cache.release();
    // The scan could not look into object streams that are encrypted.
    if (repaired) doc = make(encryption);
  }
  // What cannot be read here cannot be shown: the caller then tries the repair.
  if (doc.resolve(doc.catalog.get('Pages')) === null)
    throw new PdfError('structure', 'the catalog has no page tree');
  return doc;
}

/**
 * Opens a file: its xref chain and catalog, no more. A broken xref is repaired by a scan, and `repaired`
 * says so. Throws PdfError `not-a-pdf`, `structure`, `limit`, `encrypted-password` or
 * `encrypted-unsupported`; `encrypted-…` means that its bytes are whole but closed to this reader.
 */
export function openPdf(source: ByteSource, options: OpenOptions = {}): PdfDocument {
  const limits = { ...defaultLimits, ...options.limits };
  if (source.size > limits.fileSize) throw limitError('bytes of the file', limits.fileSize);
  const budget = options.budget ?? new Budget(limits, source.size);
  const password = options.password ?? '';
  const open = (origin: number, repaired: boolean, find: Find): PdfDocument =>
    budget.attempt(() => attempt(source, limits, budget, origin, password, repaired, find));
  const header = findHeader(source);
  const startxref = findStart(source);
  if (startxref !== null) {
    for (const origin of header > 0 ? [0, header] : [0]) {
      try {
        return open(origin, false, (object) => readChain({ object, origin }, startxref + origin));
      } catch (error) {
        if (!(error instanceof PdfError) || error.code === 'limit' || error.code.startsWith('encrypted'))
          throw error;
      }
    }
  }
  return open(0, true, (object, origin) => [repairXref({ object, origin })]);
}
