import { PdfError } from './error.ts';
import { limitError } from './limits.ts';

/** §7.4.4: codes of 9 to 12 bits, 256 clears, 257 ends. `early` 1: the width grows one code sooner. */
export function decodeLzw(bytes: Uint8Array, limit: number, early: number): Uint8Array {
  // Entry k ≥ 258 is the text of `before[k]` and one more byte; `size[k]` its length.
  const before = new Uint16Array(4097);
  const last = new Uint8Array(4097);
  const size = new Uint32Array(4097);
  for (let i = 0; i < 256; i += 1) {
    last[i] = i;
    size[i] = 1;
  }
  let out = new Uint8Array(Math.min(limit, Math.max(1024, bytes.length * 4)));
  let length = 0;
  let next = 258;
  let width = 9;
  let previous = -1;
  let held = 0;
  let count = 0;
  let at = 0;
  const write = (code: number, end: number): number => {
    let place = end;
    let from = code;
    for (let left = size[code] ?? 0; left > 0; left -= 1) {
      place -= 1;
      out[place] = last[from] ?? 0;
      from = before[from] ?? 0;
    }
    return out[place] ?? 0;
  };
  for (;;) {
    while (count < width && at < bytes.length) {
      held = ((held << 8) | (bytes[at] ?? 0)) & 0xffffff;
      at += 1;
      count += 8;
    }
    if (count < width) break;
    const code = (held >> (count - width)) & ((1 << width) - 1);
    count -= width;
    if (code === 257) break;
    if (code === 256) {
      next = 258;
      width = 9;
      previous = -1;
      continue;
    }
    const known = code < 256 || (code >= 258 && code < next);
    if (!known && (code !== next || previous < 0)) throw new PdfError('filter', 'LZW: no such code');
    const grown = known ? (size[code] ?? 0) : (size[previous] ?? 0) + 1;
    if (length + grown > limit) throw limitError('decoded bytes', limit);
    if (length + grown > out.length) {
      const bigger = new Uint8Array(Math.min(limit, Math.max(out.length * 2, length + grown)));
      bigger.set(out.subarray(0, length));
      out = bigger;
    }
    let first: number;
    if (known) first = write(code, length + grown);
    else {
      first = write(previous, length + grown - 1);
      out[length + grown - 1] = first;
    }
    length += grown;
    if (previous >= 0 && next < 4096) {
      before[next] = previous;
      last[next] = first;
      size[next] = (size[previous] ?? 0) + 1;
      next += 1;
    }
    previous = code;
    if (next + early >= 1 << width && width < 12) width += 1;
  }
  return out.subarray(0, length);
}
