import type { ByteSource } from '../bytes/source.ts';
import type { Check, CheckAnswer, CryptoProvider, HashName, HashRequest } from '../pki/check.ts';
import type { Budget } from '../pdf/budget.ts';
import { defaultLimits, limitError, type Limits } from '../pdf/limits.ts';
import { analyse } from './analysis.ts';
import type { Answer, Asking, Question } from './question.ts';
import type { Report } from './report.ts';

export interface VerifyOptions {
  /** UTC milliseconds: when no time is proven, certificates are judged at this one. */
  readonly now: number;
  readonly password?: string | undefined;
  /** DER certificates that the reader trusts. */
  readonly roots?: readonly Uint8Array[] | undefined;
  /** DER certificates that the reader trusts about times, and nothing else. */
  readonly timeRoots?: readonly Uint8Array[] | undefined;
  readonly limits?: Partial<Limits> | undefined;
  /**
   * False leaves out what a file may have been prepared for (`preparation.ts`): warnings about its signed pages that
   * weigh in no verdict. For whoever just signed it and asks only whether that came out well.
   */
  readonly preparation?: boolean | undefined;
  /** Counts what reading the file costs. */
  readonly budget?: Budget | undefined;
}

/** Answers at once: the server's hooks (`provider-noble.ts`). */
export interface SyncCrypto {
  hash(name: HashName, bytes: Uint8Array): Uint8Array;
  check(checks: readonly Check[]): CheckAnswer[];
}

/**
 * A verification as questions and answers (`contracts.md`, "Bytes and crypto"): pure and synchronous between
 * them. A file that cannot be read is a report too; this never throws for what a file holds.
 */
export function verification(name: string, source: ByteSource, options: VerifyOptions): Asking<Report> {
  const allowed = options.limits?.signatureChecks ?? defaultLimits.signatureChecks;
  return bounded(analyse(name, source, options), allowed);
}

/** Ends an asking with PdfError `limit` before it has more signatures checked than are allowed. */
function* bounded<T>(asking: Asking<T>, allowed: number): Asking<T> {
  let asked = 0;
  let state = asking.next();
  while (state.done !== true) {
    const { checks } = state.value;
    asked += checks.length;
    state =
      checks.length > 0 && asked > allowed
        ? asking.throw(limitError('signatures to check', allowed))
        : asking.next(yield state.value);
  }
  return state.value;
}

function readRanges(source: ByteSource, ranges: readonly (readonly [number, number])[]): Uint8Array {
  const [first] = ranges;
  if (ranges.length === 1 && first !== undefined) return source.read(first[0], first[1]);
  const whole = new Uint8Array(ranges.reduce((sum, [, length]) => sum + length, 0));
  let at = 0;
  for (const [offset, length] of ranges) {
    whole.set(source.read(offset, length), at);
    at += length;
  }
  return whole;
}

/** Runs any asking to its end with a provider that answers in time. */
export async function answered<T>(asking: Asking<T>, provider: CryptoProvider): Promise<T> {
  const none = (): Promise<Uint8Array[]> => Promise.resolve([]);
  let state = asking.next();
  while (state.done !== true) state = asking.next(await answer(state.value, provider, none));
  return state.value;
}

async function answer(
  question: Question,
  provider: CryptoProvider,
  hashAll: (requests: readonly HashRequest[]) => Promise<Uint8Array[]>
): Promise<Answer> {
  const [hashes, digests, checks] = await Promise.all([
    question.hashes.length === 0 ? [] : hashAll(question.hashes),
    Promise.all(question.digests.map(({ hash, bytes }) => provider.hash(hash, bytes))),
    provider.check(question.checks)
  ]);
  return { hashes, digests, checks };
}

/**
 * Verifies one file in a page, a worker or Node. Never rejects for what the file holds. `hashAll` digests
 * parts of the file in one reading (`hashSource` of `provider-web.ts`), for files of any size.
 */
export async function verifyFile(
  name: string,
  source: ByteSource,
  provider: CryptoProvider,
  options: VerifyOptions,
  hashAll?: (requests: readonly HashRequest[]) => Promise<Uint8Array[]>
): Promise<Report> {
  const asking = verification(name, source, options);
  const inMemory = (requests: readonly HashRequest[]): Promise<Uint8Array[]> =>
    Promise.all(requests.map(({ hash, ranges }) => provider.hash(hash, readRanges(source, ranges))));
  let state = asking.next();
  while (state.done !== true) {
    state = asking.next(await answer(state.value, provider, hashAll ?? inMemory));
  }
  return state.value;
}

/** The same for engines without promises that anybody waits for. */
export function verifyFileSync(
  name: string,
  source: ByteSource,
  provider: SyncCrypto,
  options: VerifyOptions
): Report {
  const asking = verification(name, source, options);
  let state = asking.next();
  while (state.done !== true) {
    const question = state.value;
    state = asking.next({
      hashes: question.hashes.map(({ hash, ranges }) => provider.hash(hash, readRanges(source, ranges))),
      digests: question.digests.map(({ hash, bytes }) => provider.hash(hash, bytes)),
      checks: provider.check(question.checks)
    });
  }
  return state.value;
}
