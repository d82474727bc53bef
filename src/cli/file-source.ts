import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { ByteSource } from '#lib/bytes/source.ts';

/** A file read piece by piece; `close` when done. Throws what the file system throws. */
export function fileSource(path: string): ByteSource & { close(): void } {
  const file = openSync(path, 'r');
  const { size } = fstatSync(file);
  return {
    size,
    read: (offset, length) => {
      const from = Math.max(0, offset);
      const bytes = new Uint8Array(Math.max(0, Math.min(size, offset + length) - from));
      let done = 0;
      while (done < bytes.length) {
        const count = readSync(file, bytes, done, bytes.length - done, from + done);
        if (count === 0) break;
        done += count;
      }
      return done === bytes.length ? bytes : bytes.subarray(0, done);
    },
    close: () => closeSync(file)
  };
}
