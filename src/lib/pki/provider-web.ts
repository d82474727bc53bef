import { concat } from '../bytes/concat.ts';
import { memorySource, type ByteSource } from '../bytes/source.ts';
import { answerCheck } from './answer.ts';
import type { Check, CheckAnswer, CryptoProvider, HashName, HashRequest } from './check.ts';
import { ecdsaToRaw } from './ecdsa.ts';
import { hashBytes } from './hash.ts';
import { streamDigests, type ReadPiece } from './ranges-hash.ts';
import { isReasonable } from './rsa.ts';
import { parseSpki } from './spki.ts';

const NATIVE: readonly HashName[] = ['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512'];

/** WebCrypto hashes only what lies in memory as one piece; longer inputs are streamed through wasm. */
const WHOLE_LIMIT = 32 * 1024 * 1024;
/** The platform reads all bytes for each digest; above this many one pass with shared beginnings is faster, */
const MOST_BY_PLATFORM = 3;
/** unless all of it is little: the pass has to load its hash first. */
const LITTLE = 4 * 1024 * 1024;

async function hash(name: HashName, bytes: Uint8Array): Promise<Uint8Array> {
  if (!NATIVE.includes(name)) return hashBytes(name, bytes);
  return new Uint8Array(await crypto.subtle.digest(name, own(bytes)));
}

/** WebCrypto takes no view of shared memory. */
function own(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : Uint8Array.from(bytes);
}

const length = (request: HashRequest): number => request.ranges.reduce((sum, [, size]) => sum + size, 0);

/** What `verifyFile` asks for: digests over ranges of one file, in the order of the requests. */
export type HashAll = (requests: readonly HashRequest[]) => Promise<Uint8Array[]>;

/**
 * Digests over ranges of a source (worker, Node), in one reading. Up to 32 MB by WebCrypto, above that in
 * pieces of 4 MB, so that a large file is never in memory. RangeError when a range reaches behind the end.
 */
export const hashesOfSource =
  (source: ByteSource): HashAll =>
  (requests) =>
    hashRanges((offset, size) => Promise.resolve(source.read(offset, size)), requests, digestPieces);

/** The same over a Blob or File (page). */
export const hashesOfBlob =
  (blob: Blob): HashAll =>
  (requests) =>
    hashRanges(blobReader(blob), requests, digestInPlace);

/**
 * The same over a file in memory that is the caller's own: it is altered while a digest is asked for, and is as
 * it was when this returns.
 */
export const hashesOfBytes = (bytes: Uint8Array): HashAll => {
  const source = memorySource(bytes);
  return (requests) =>
    hashRanges((offset, size) => Promise.resolve(source.read(offset, size)), requests, digestInPlace);
};

/** Digest of a whole source. */
export async function hashSource(source: ByteSource, hash: HashName): Promise<Uint8Array> {
  const [digest] = await hashesOfSource(source)([{ hash, ranges: [[0, source.size]] }]);
  return digest ?? hashBytes(hash, new Uint8Array(0));
}

/** Digest of a whole Blob or File. */
export async function hashBlob(blob: Blob, hash: HashName): Promise<Uint8Array> {
  const [digest] = await hashesOfBlob(blob)([{ hash, ranges: [[0, blob.size]] }]);
  return digest ?? hashBytes(hash, new Uint8Array(0));
}

/** Reads pieces of a Blob or File. */
export const blobReader =
  (blob: Blob): ReadPiece =>
  async (offset, size) =>
    new Uint8Array(await blob.slice(offset, offset + size).arrayBuffer());

/** Digest of the bytes that a request names, which lie in memory. */
type DigestOf = (bytes: Uint8Array, request: HashRequest) => Promise<Uint8Array>;

async function hashRanges(
  read: ReadPiece,
  requests: readonly HashRequest[],
  digestOf: DigestOf
): Promise<Uint8Array[]> {
  const whole: ReadPiece = async (offset, size) => {
    const bytes = await read(offset, size);
    if (bytes.length !== size) throw new RangeError('a range reaches behind the end of the file');
    return bytes;
  };
  const { distinct, places } = withoutRepeats(requests);
  const digests = await hashDistinct(whole, distinct, digestOf);
  return places.map((place) => digests[place] ?? new Uint8Array(0));
}

/** Each request once, and for every one of the given ones which of those it is. */
function withoutRepeats(requests: readonly HashRequest[]): { distinct: HashRequest[]; places: number[] } {
  const known = new Map<string, number>();
  const distinct: HashRequest[] = [];
  const places = requests.map((request) => {
    const key = `${request.hash} ${request.ranges.join(' ')}`;
    const place = known.get(key) ?? distinct.push(request) - 1;
    known.set(key, place);
    return place;
  });
  return { distinct, places };
}

async function hashDistinct(
  read: ReadPiece,
  requests: readonly HashRequest[],
  digestOf: DigestOf
): Promise<Uint8Array[]> {
  const native = requests.every((one) => NATIVE.includes(one.hash) && length(one) <= WHOLE_LIMIT);
  const all = requests.reduce((sum, one) => sum + length(one), 0);
  const end = requests
    .flatMap(({ ranges }) => ranges)
    .reduce((most, [offset, size]) => Math.max(most, offset + size), 0);
  if (!native || end > WHOLE_LIMIT || (requests.length > MOST_BY_PLATFORM && all > LITTLE))
    return streamDigests(read, requests);
  const bytes = await read(0, end);
  return Promise.all(requests.map((request) => digestOf(bytes, request)));
}

const digestPieces: DigestOf = (bytes, { hash: name, ranges }) => {
  const parts = ranges.map(([offset, size]) => bytes.subarray(offset, offset + size));
  const [only] = parts;
  return hash(name, parts.length === 1 && only !== undefined ? only : concat(...parts));
};

/**
 * WebCrypto wants one piece of memory, and copies it before it answers anything (Web Cryptography §14.3.5). So
 * what stands behind the hole of a signature is moved up to close it, and back as soon as the digest is asked
 * for: a few hundred bytes, where a second file would be made else.
 */
const digestInPlace: DigestOf = (bytes, request) => {
  const [before, after, more] = request.ranges;
  if (before === undefined || after === undefined || more !== undefined) return digestPieces(bytes, request);
  const hole = before[0] + before[1];
  if (after[0] < hole) return digestPieces(bytes, request);
  const covered = bytes.slice(hole, hole + after[1]);
  try {
    bytes.copyWithin(hole, after[0], after[0] + after[1]);
    return hash(request.hash, bytes.subarray(before[0], hole + after[1]));
  } finally {
    bytes.set(covered, hole);
  }
};

/** How WebCrypto would do it; null when it cannot (a digest instead of the message, other curves or hashes). */
async function nativeAnswer(question: Check): Promise<CheckAnswer | null> {
  const { scheme, signed } = question;
  if (!('message' in signed) || !('hash' in scheme) || !NATIVE.includes(scheme.hash)) return null;
  const key = parseSpki(question.spki);
  const verify = async (
    algorithm: EcKeyImportParams | RsaHashedImportParams,
    use: AlgorithmIdentifier | EcdsaParams | RsaPssParams,
    signature: Uint8Array
  ): Promise<CheckAnswer> => {
    const imported = await crypto.subtle.importKey('spki', own(question.spki), algorithm, false, ['verify']);
    const valid = await crypto.subtle.verify(use, imported, own(signature), own(signed.message));
    return valid ? 'valid' : 'invalid';
  };
  if (scheme.kind === 'ecdsa' && key.kind === 'ec' && key.point[0] === 4) {
    const size = key.curve === 'P-256' ? 32 : key.curve === 'P-384' ? 48 : null;
    const compact = size === null ? null : ecdsaToRaw(question.signature, size);
    if (compact === null) return null;
    return verify({ name: 'ECDSA', namedCurve: key.curve }, { name: 'ECDSA', hash: scheme.hash }, compact);
  }
  if (scheme.kind === 'rsa-pkcs1' && key.kind === 'rsa' && !key.pss && isReasonable(key)) {
    return verify(
      { name: 'RSASSA-PKCS1-v1_5', hash: scheme.hash },
      { name: 'RSASSA-PKCS1-v1_5' },
      question.signature
    );
  }
  return null;
}

async function answer(question: Check): Promise<CheckAnswer> {
  try {
    // A refusal by the platform may be its own limit (key size, point form): our engine has the last word.
    if ((await nativeAnswer(question)) === 'valid') return 'valid';
  } catch {
    // Not for WebCrypto: fall through.
  }
  return answerCheck(question, hashBytes);
}

/** Page, worker and Node: WebCrypto first, noble and our own RSA and DSA for what it lacks. */
export const webProvider: CryptoProvider = {
  hash,
  check: (checks) => Promise.all(checks.map(answer))
};
