import { memorySource, type ByteSource } from '../bytes/source.ts';
import { hashesOfBlob, hashesOfBytes, type HashAll } from '../pki/provider-web.ts';

/** Above this a file is streamed, so that it is never in memory (`performance.md` G5). */
const WHOLE_LIMIT = 32 * 1024 * 1024;

/** A file for a task that needs every byte of it. */
export interface WholeFile {
  readonly source: ByteSource;
  readonly hashAll: HashAll;
  /** The file and `room` zeros behind it, where it is in memory. */
  readonly bytes: Uint8Array | null;
}

/**
 * Reads a file up to 32 MB in one go, so that parsing and hashing share the bytes; `open` gives access to the
 * pieces of a larger one. `room`: bytes that something may be appended in.
 */
export async function openWhole(file: Blob, open: (blob: Blob) => ByteSource, room = 0): Promise<WholeFile> {
  if (file.size > WHOLE_LIMIT) return { source: open(file), hashAll: hashesOfBlob(file), bytes: null };
  const roomy = room === 0 ? file : new Blob([file, new Uint8Array(room)]);
  const bytes = new Uint8Array(await roomy.arrayBuffer());
  const own = bytes.subarray(0, file.size);
  return { source: memorySource(own), hashAll: hashesOfBytes(own), bytes };
}
