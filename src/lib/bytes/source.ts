/**
 * Random access to a file's bytes without holding them all: FileReaderSync over a Blob in a worker,
 * `readSync` in Node, a Buffer in the server's hooks. Synchronous, so the pure rooms stay synchronous.
 */
export interface ByteSource {
  /** Length in bytes. */
  readonly size: number;
  /**
   * The bytes `[offset, offset + length)`, cut at the end of the file. The result may be a view of
   * shared memory: readers must not write to it.
   */
  read(offset: number, length: number): Uint8Array;
}

/** A source over bytes that are in memory already. */
export function memorySource(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    // Never a negative end, which `subarray` would count from the back.
    read: (offset, length) => bytes.subarray(Math.max(0, offset), Math.max(0, offset + length))
  };
}
