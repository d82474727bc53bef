import { joinedSource } from '../bytes/joined-source.ts';
import { memorySource, type ByteSource } from '../bytes/source.ts';
import { equalBytes } from '../bytes/concat.ts';
import type { HashName, HashRequest } from '../pki/check.ts';
import { blobReader, hashesOfBytes, hashesOfSource, webProvider, type HashAll } from '../pki/provider-web.ts';
import { hashPrefix, type SharedPrefix } from '../pki/ranges-hash.ts';
import type { PreparedSignature } from '../sign/signature.ts';
import { openWhole, type WholeFile } from './whole-file.ts';

/** Mostly a signature's revision is smaller; a larger one costs a copy of the file in memory. */
const ROOM = 64 * 1024;

/** The signed file, as the self-check reads it. */
export interface SignedBytes {
  readonly source: ByteSource;
  /** Answers with the digests that are known already; everything else is read. */
  readonly hashAll: HashAll;
}

/** A file on its way to its signature: read once, although several digests are made of it. */
export interface SigningBytes {
  /** Over what the signature covers. */
  readonly digest: Uint8Array;
  signed(tail: Uint8Array): SignedBytes;
}

/** A file that will be signed: to read, and then, with what is to be covered, to digest. */
export interface SigningFile {
  readonly source: ByteSource;
  cover(prepared: PreparedSignature): Promise<SigningBytes>;
}

/**
 * Opens a file that will be signed. Up to 32 MB in one piece of memory, which later holds the signed file too;
 * above that it is read once in pieces, by a hash whose state goes on for all digests.
 */
export async function openForSigning(file: Blob, open: (blob: Blob) => ByteSource): Promise<SigningFile> {
  const whole = await openWhole(file, open, ROOM);
  return {
    source: whole.source,
    cover: (prepared) =>
      whole.bytes === null ? streamed(file, whole, prepared) : inMemory(whole.bytes, file.size, prepared)
  };
}

async function inMemory(read: Uint8Array, size: number, prepared: PreparedSignature): Promise<SigningBytes> {
  const [before, after] = prepared.covered;
  const covered = size + before.length + after.length;
  const end = covered + holeOf(prepared);
  const bytes = end <= read.length ? read.subarray(0, end) : new Uint8Array(end);
  if (bytes.buffer !== read.buffer) bytes.set(read.subarray(0, size));
  bytes.set(before, size);
  bytes.set(after, size + before.length);
  const digest = await webProvider.hash(prepared.hash, bytes.subarray(0, covered));
  return {
    digest,
    signed: (tail) => {
      bytes.set(tail, size);
      const answers = [answerOf(prepared, tail, end, digest)];
      return { source: memorySource(bytes), hashAll: withKnown(answers, hashesOfBytes(bytes)) };
    }
  };
}

async function streamed(
  file: Blob,
  { source }: WholeFile,
  prepared: PreparedSignature
): Promise<SigningBytes> {
  const names = new Set<HashName>([prepared.hash, 'SHA-256']);
  const read = blobReader(file);
  const prefixes = new Map<HashName, SharedPrefix>();
  for (const name of names) prefixes.set(name, await hashPrefix(read, name, file.size));
  const digestOf = async (name: HashName, ...pieces: readonly Uint8Array[]): Promise<Uint8Array> => {
    const prefix = prefixes.get(name) ?? (await hashPrefix(read, name, file.size));
    return prefix.digest(...pieces);
  };
  const digest = await digestOf(prepared.hash, ...prepared.covered);
  return {
    digest,
    signed: (tail) => {
      const joined = joinedSource(source, tail);
      const answers: Known[] = [
        answerOf(prepared, tail, joined.size, digest),
        { hash: 'SHA-256', ranges: [[0, joined.size]], answer: () => digestOf('SHA-256', tail) },
        // The file that was signed, which evidence names.
        { hash: 'SHA-256', ranges: [[0, file.size]], answer: () => digestOf('SHA-256') }
      ];
      return { source: joined, hashAll: withKnown(answers, hashesOfSource(joined)) };
    }
  };
}

/** A digest that the self-check will ask for and that need not be made from the file. */
interface Known extends HashRequest {
  answer(): Promise<Uint8Array> | null;
}

/**
 * The digest that was just signed. It is given only for exactly those ranges, and only if the tail still holds
 * the covered bytes.
 */
function answerOf(prepared: PreparedSignature, tail: Uint8Array, size: number, digest: Uint8Array): Known {
  const [, start, end, length] = prepared.byteRange;
  const [before, after] = prepared.covered;
  const unchanged =
    end + length === size &&
    equalBytes(tail.subarray(0, before.length), before) &&
    equalBytes(tail.subarray(tail.length - after.length), after);
  const ranges = [[0, start], [end, length]] as const; // prettier-ignore
  return { hash: prepared.hash, ranges, answer: () => (unchanged ? Promise.resolve(digest) : null) };
}

/** Asks `rest` for what nobody knows, in one question. */
function withKnown(known: readonly Known[], rest: HashAll): HashAll {
  const key = ({ hash, ranges }: HashRequest): string => `${hash} ${ranges.join(' ')}`;
  const answers = new Map(known.map((one) => [key(one), one]));
  return async (requests) => {
    const asked = requests.map((request) => answers.get(key(request))?.answer() ?? null);
    const open = requests.filter((_, i) => asked[i] === null);
    const [given, found] = await Promise.all([Promise.all(asked), open.length === 0 ? [] : rest(open)]);
    let next = 0;
    return given.map((digest) => digest ?? found[next++] ?? new Uint8Array(0));
  };
}

const holeOf = ({ byteRange }: PreparedSignature): number => byteRange[2] - byteRange[1];
