import { joinedSource } from '../bytes/joined-source.ts';
import { memorySource, type ByteSource } from '../bytes/source.ts';
import { equalBytes } from '../bytes/concat.ts';
import type { HashName } from '../pki/check.ts';
import { blobReader, hashesOfSource, webProvider, type HashAll } from '../pki/provider-web.ts';
import { hashPrefix, type SharedPrefix } from '../pki/ranges-hash.ts';
import type { PreparedSignature } from '../sign/signature.ts';

/** Above this a file is streamed, so that it is never in memory (`performance.md` G5). */
const WHOLE_LIMIT = 32 * 1024 * 1024;

/** The signed file, as the self-check reads it. */
export interface SignedBytes {
  readonly source: ByteSource;
  /** Answers with the digests that are known already; everything else is read. */
  readonly hashAll: HashAll;
}

/** A file on its way to its signature: read once, although two digests are made of it. */
export interface SigningBytes {
  /** Over what the signature covers. */
  readonly digest: Uint8Array;
  signed(tail: Uint8Array): SignedBytes;
}

/**
 * Reads the file and digests what `prepared` covers. Up to 32 MB in one piece of memory, which later holds the
 * signed file too; above that once in pieces, by a hash whose state goes on for both digests.
 */
export function readForSigning(
  file: Blob,
  source: ByteSource,
  prepared: PreparedSignature
): Promise<SigningBytes> {
  return file.size <= WHOLE_LIMIT ? inMemory(file, prepared) : streamed(file, source, prepared);
}

async function inMemory(file: Blob, prepared: PreparedSignature): Promise<SigningBytes> {
  const [before, after] = prepared.covered;
  const covered = file.size + before.length + after.length;
  const hole = holeOf(prepared);
  const room = new Blob([file, own(before), own(after), new Uint8Array(hole)]);
  const bytes = new Uint8Array(await room.arrayBuffer());
  const digest = await webProvider.hash(prepared.hash, bytes.subarray(0, covered));
  return {
    digest,
    signed: (tail) => {
      bytes.set(tail, file.size);
      const sha256 = webProvider.hash('SHA-256', bytes);
      return known(memorySource(bytes), tail, { prepared, digest, sha256 });
    }
  };
}

async function streamed(file: Blob, source: ByteSource, prepared: PreparedSignature): Promise<SigningBytes> {
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
      const sha256 = digestOf('SHA-256', tail);
      return known(joinedSource(source, tail), tail, { prepared, digest, sha256 });
    }
  };
}

interface Known {
  readonly prepared: PreparedSignature;
  readonly digest: Uint8Array;
  readonly sha256: Promise<Uint8Array>;
}

/**
 * The self-check asks for two digests that exist: of the whole file, and of the bytes that were just signed.
 * The second is given only for exactly those ranges, and only if the tail still holds the covered bytes.
 */
function known(source: ByteSource, tail: Uint8Array, { prepared, digest, sha256 }: Known): SignedBytes {
  const [, start, end, length] = prepared.byteRange;
  const [before, after] = prepared.covered;
  const unchanged =
    end + length === source.size &&
    equalBytes(tail.subarray(0, before.length), before) &&
    equalBytes(tail.subarray(tail.length - after.length), after);
  const rest = hashesOfSource(source);
  const ranges = JSON.stringify([[0, start], [end, length]]); // prettier-ignore
  const whole = JSON.stringify([[0, source.size]]);
  return {
    source,
    hashAll: (requests) =>
      Promise.all(
        requests.map(async (request) => {
          const asked = JSON.stringify(request.ranges);
          if (asked === whole && request.hash === 'SHA-256') return sha256;
          if (unchanged && asked === ranges && request.hash === prepared.hash) return digest;
          return (await rest([request]))[0] ?? new Uint8Array(0);
        })
      )
  };
}

const holeOf = ({ byteRange }: PreparedSignature): number => byteRange[2] - byteRange[1];

/** Blob parts must not lie in shared memory; ours never do, which the types cannot know. */
const own = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => bytes as Uint8Array<ArrayBuffer>;
