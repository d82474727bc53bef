import { toHex } from '../bytes/hex.ts';
import type { PdfDocument } from '../pdf/document.ts';
import { PdfError } from '../pdf/error.ts';
import type { ByteWriter } from '../pdf/serialize.ts';

/** Digits of the longest offset: files are far below 10 GB. */
const DIGITS = 10;
const RANGE_ROOM = '[0 '.length + 3 * (DIGITS + 1);
const BETWEEN = '/Contents';

/**
 * Writes /ByteRange, blank, and /Contents, zeros for `room` bytes, into a signature dictionary (ISO 32000-2
 * §12.8.1). → the index of the `<` in what was written.
 */
export function writeHole(out: ByteWriter, room: number): number {
  out.text('/ByteRange').text(' '.repeat(RANGE_ROOM)).text(BETWEEN);
  const at = out.size;
  out.text(`<${'0'.repeat(room * 2)}>`);
  return at;
}

/** A tail whose /Contents is still empty. */
export interface Hole {
  /** `[0, a, b, c]` as written. */
  readonly byteRange: readonly [number, number, number, number];
  /** What is hashed, in order: the whole source, then these two pieces of the tail. */
  readonly covered: readonly [Uint8Array, Uint8Array];
  /** The container → the tail to append. Throws PdfError `structure` when it is larger than its room. */
  fill(container: Uint8Array): Uint8Array;
}

/** Writes the range into a finished tail. `at`: index in `tail` of what `writeHole` gave. */
export function openHole(doc: PdfDocument, tail: Uint8Array, at: number, room: number): Hole {
  const start = doc.source.size + at;
  const end = start + room * 2 + 2;
  const byteRange = [0, start, end, doc.source.size + tail.length - end] as const;
  const written = `[${byteRange.join(' ')}]`;
  const rangeAt = at - BETWEEN.length - RANGE_ROOM;
  for (let i = 0; i < written.length; i += 1) tail[rangeAt + i] = written.charCodeAt(i);
  return {
    byteRange,
    covered: [tail.subarray(0, at), tail.subarray(at + room * 2 + 2)],
    fill: (container) => {
      if (container.length > room) throw new PdfError('structure', 'the signature is larger than its place');
      const whole = tail.slice();
      const hex = toHex(container);
      for (let i = 0; i < hex.length; i += 1) whole[at + 1 + i] = hex.charCodeAt(i);
      return whole;
    }
  };
}
