import { PdfError } from './error.ts';
import { decodeInto, freeRoom, type Output, type Room } from './output.ts';

/** Entry k ≥ 258 is the text of `before[k]` and one more byte; `size[k]` its length, `first[k]` its first byte. */
class Codes {
  readonly before = new Uint16Array(4097);
  readonly last = new Uint8Array(4097);
  readonly first = new Uint8Array(4097);
  readonly size = new Uint32Array(4097);
  next = 258;

  constructor() {
    for (let i = 0; i < 256; i += 1) {
      this.last[i] = i;
      this.first[i] = i;
      this.size[i] = 1;
    }
  }

  add(previous: number, byte: number): void {
    if (this.next >= 4096) return;
    this.before[this.next] = previous;
    this.last[this.next] = byte;
    this.first[this.next] = this.first[previous] ?? 0;
    this.size[this.next] = (this.size[previous] ?? 0) + 1;
    this.next += 1;
  }

  /** Writes a code's text backwards from its end. */
  write(output: Output, code: number): void {
    const length = this.size[code] ?? 0;
    output.reserve(length);
    const { bytes, size } = output;
    output.size += length;
    if (bytes.length < output.size) return;
    let from = code;
    for (let place = output.size - 1; place >= size; place -= 1) {
      bytes[place] = this.last[from] ?? 0;
      from = this.before[from] ?? 0;
    }
  }
}

function run(bytes: Uint8Array, early: number, output: Output): void {
  const codes = new Codes();
  let width = 9;
  let previous = -1;
  let held = 0;
  let count = 0;
  let at = 0;
  for (;;) {
    while (count < width && at < bytes.length) {
      held = ((held << 8) | (bytes[at] ?? 0)) & 0xffffff;
      at += 1;
      count += 8;
    }
    if (count < width) return;
    const code = (held >> (count - width)) & ((1 << width) - 1);
    count -= width;
    if (code === 257) return;
    if (code === 256) {
      codes.next = 258;
      width = 9;
      previous = -1;
      continue;
    }
    const known = code < 256 || (code >= 258 && code < codes.next);
    if (!known && (code !== codes.next || previous < 0)) throw new PdfError('filter', 'LZW: no such code');
    const first = codes.first[known ? code : previous] ?? 0;
    if (known) codes.write(output, code);
    else {
      codes.write(output, previous);
      output.byte(first);
    }
    if (previous >= 0) codes.add(previous, first);
    previous = code;
    if (codes.next + early >= 1 << width && width < 12) width += 1;
  }
}

/**
 * §7.4.4: codes of 9 to 12 bits, 256 clears, 257 ends. `early` 1: the width grows one code sooner. With
 * `lenient`, what came out before a fault is the result. Throws PdfError `filter` or `limit`.
 */
export function decodeLzw(
  bytes: Uint8Array,
  limit: number,
  early: number,
  lenient = false,
  room: Room = freeRoom
): Uint8Array {
  return decodeInto(bytes.length * 4, limit, room, (output) => {
    try {
      run(bytes, early, output);
    } catch (error) {
      if (!(lenient && error instanceof PdfError && error.code === 'filter')) throw error;
    }
  });
}
