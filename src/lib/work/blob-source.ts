import type { ByteSource } from '../bytes/source.ts';

interface SyncReader {
  readAsArrayBuffer(blob: Blob): ArrayBuffer;
}

const CHUNK = 1 << 18;
const KEPT = 24;

/**
 * A Blob as a synchronous source, in a worker only (FileReaderSync). Reads go by chunks of 256 KiB, the last
 * 24 kept: a parser asks for many small pieces of few places, and each call to the browser costs 50 µs.
 */
export function blobSource(blob: Blob): ByteSource {
  const Reader = (globalThis as unknown as { FileReaderSync: new () => SyncReader }).FileReaderSync;
  const reader = new Reader();
  const kept = new Map<number, Uint8Array>();
  const load = (from: number, to: number) => new Uint8Array(reader.readAsArrayBuffer(blob.slice(from, to)));
  const chunk = (index: number): Uint8Array => {
    const known = kept.get(index);
    if (known !== undefined) return known;
    const bytes = load(index * CHUNK, Math.min(blob.size, (index + 1) * CHUNK));
    const [oldest] = kept.keys();
    if (kept.size >= KEPT && oldest !== undefined) kept.delete(oldest);
    kept.set(index, bytes);
    return bytes;
  };
  return {
    size: blob.size,
    read: (offset, length) => {
      const from = Math.max(0, offset);
      const to = Math.min(blob.size, offset + length);
      if (to <= from) return new Uint8Array(0);
      const first = Math.floor(from / CHUNK);
      const last = Math.floor((to - 1) / CHUNK);
      if (first === last) return chunk(first).subarray(from - first * CHUNK, to - first * CHUNK);
      return load(from, to);
    }
  };
}
