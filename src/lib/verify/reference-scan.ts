import { classes, isRegular, isSpace } from '../pdf/lexer.ts';

/** What a scan of one object's bytes found; `doubtful` when only a real reader can say. */
export type Scanned =
  | { readonly kind: 'doubtful' }
  /** The piece ends before the object does. */
  | { readonly kind: 'more' }
  | {
      readonly kind: 'scanned';
      /** Index of the object's number. */
      readonly start: number;
      /** Index behind `endobj`, or of a stream's first byte of data. */
      readonly end: number;
      /** A stream's /Length: bytes, or the number of the object that holds it; null for other objects. */
      readonly length: { readonly bytes: number } | { readonly object: number } | null;
      /** A dictionary with /Kids or /Pages: it may be part of a tree of pages. */
      readonly branches: boolean;
    };

const DOUBTFUL: Scanned = { kind: 'doubtful' };
const MORE: Scanned = { kind: 'more' };
const MAX_DEPTH = 100;
const MAX_DIGITS = 10;

/** What may come next: one value and nothing more, an item, a key, the value of a key. */
const TOP = 0;
const ITEM = 1;
const KEY = 2;
const VALUE = 3;

/** What may come next around each open bracket; scans never run inside each other. */
const around = new Uint8Array(MAX_DEPTH);

function startsWith(bytes: Uint8Array, at: number, word: string): boolean {
  for (let i = 0; i < word.length; i += 1) if (bytes[at + i] !== word.charCodeAt(i)) return false;
  return true;
}

/** Behind white space and comments. */
function skip(bytes: Uint8Array, at: number): number {
  let i = at;
  for (;;) {
    while (classes[bytes[i] ?? 0x21] === 1) i += 1;
    if (bytes[i] !== 0x25) return i;
    while (i + 1 < bytes.length && bytes[i + 1] !== 10 && bytes[i + 1] !== 13) i += 1;
    i += 1;
  }
}

/** Behind a literal string that opens at `at`; -1 when it does not end here. */
function literal(bytes: Uint8Array, at: number): number {
  for (let i = at + 1, depth = 1; i < bytes.length; i += 1) {
    const code = bytes[i];
    if (code === 0x5c) i += 1;
    else if (code === 0x28) depth += 1;
    else if (code === 0x29) {
      depth -= 1;
      if (depth === 0) return i + 1;
    }
  }
  return -1;
}

/** Value of the digits in `[from, to)`; -1 when they are none or too many. */
function digits(bytes: Uint8Array, from: number, to: number): number {
  if (to === from || to - from > MAX_DIGITS) return -1;
  let value = 0;
  for (let i = from; i < to; i += 1) {
    const code = bytes[i] ?? 0;
    if (code < 48 || code > 57) return -1;
    value = value * 10 + code - 48;
  }
  return value;
}

function regularEnd(bytes: Uint8Array, at: number): number {
  let end = at;
  while (classes[bytes[end] ?? 0x28] === 0) end += 1;
  return end;
}

/**
 * Calls `found` with the number of every object that the one at `at` refers to, reading tokens only: several
 * times faster than building values. It accepts nothing that `pdf/parser.ts` would read otherwise; whatever
 * is not plain (another number, a missing end, a key that is no name) is `doubtful`.
 */
export function scanObject(
  bytes: Uint8Array,
  at: number,
  num: number,
  found: (target: number) => void
): Scanned {
  const start = skip(bytes, at);
  const first = regularEnd(bytes, start);
  const gen = skip(bytes, first);
  const second = regularEnd(bytes, gen);
  let pos = skip(bytes, second);
  if (pos + 16 > bytes.length) return MORE;
  if (digits(bytes, start, first) !== num || digits(bytes, gen, second) < 0) return DOUBTFUL;
  if (!startsWith(bytes, pos, 'obj')) return DOUBTFUL;
  pos += 3;
  let depth = 0;
  let next = TOP;
  let done = false;
  let length: { bytes: number } | { object: number } | null = null;
  let lengthComes = false;
  let branches = false;
  for (;;) {
    pos = skip(bytes, pos);
    // A token, and the two that may follow a number, must lie in the piece as a whole.
    if (pos + 64 > bytes.length) return MORE;
    const code = bytes[pos] ?? -1;
    if (code === 0x2f && next === KEY) {
      const end = regularEnd(bytes, pos + 1);
      if (end - pos > 128) return DOUBTFUL;
      next = VALUE;
      if (depth === 1) {
        for (let k = pos; k < end; k += 1) if (bytes[k] === 0x23) return DOUBTFUL;
        lengthComes = end - pos === 7 && startsWith(bytes, pos, '/Length');
        if (lengthComes && length !== null) return DOUBTFUL;
        branches ||=
          (end - pos === 5 && startsWith(bytes, pos, '/Kids')) ||
          (end - pos === 6 && startsWith(bytes, pos, '/Pages'));
      }
      pos = end;
      continue;
    }
    const isLength = lengthComes;
    lengthComes = false;
    if (code === 0x3e) {
      if (next !== KEY || bytes[pos + 1] !== 0x3e) return DOUBTFUL;
      depth -= 1;
      next = around[depth] ?? TOP;
      pos += 2;
    } else if (code === 0x5d) {
      if (next !== ITEM) return DOUBTFUL;
      depth -= 1;
      next = around[depth] ?? TOP;
      pos += 1;
    } else if (next === TOP && done) {
      if (startsWith(bytes, pos, 'endobj'))
        return { kind: 'scanned', start, end: pos + 6, length: null, branches };
      if (!startsWith(bytes, pos, 'stream') || length === null) return DOUBTFUL;
      pos += 6;
      if (bytes[pos] === 13) pos += 1;
      if (bytes[pos] === 10) pos += 1;
      return { kind: 'scanned', start, end: pos, length, branches: false };
    } else if (next === KEY) {
      return DOUBTFUL;
    } else if (code === 0x5b || (code === 0x3c && bytes[pos + 1] === 0x3c)) {
      if (depth >= MAX_DEPTH) return DOUBTFUL;
      around[depth] = next;
      depth += 1;
      next = code === 0x5b ? ITEM : KEY;
      pos += code === 0x5b ? 1 : 2;
      continue;
    } else if (code === 0x28) {
      pos = literal(bytes, pos);
      if (pos < 0) return MORE;
    } else if (code === 0x3c) {
      pos = hexadecimal(bytes, pos);
      if (pos < 0) return pos === UNENDED ? MORE : DOUBTFUL;
    } else if (code === 0x2f) {
      const end = regularEnd(bytes, pos + 1);
      if (end - pos > 128) return DOUBTFUL;
      pos = end;
    } else {
      const end = regularEnd(bytes, pos);
      if (end === pos) return DOUBTFUL;
      if (end + 64 > bytes.length) return MORE;
      const whole = digits(bytes, pos, end);
      if (whole < 0) {
        if (!isPlain(bytes, pos, end)) return DOUBTFUL;
        pos = end;
      } else {
        const gen = skip(bytes, end);
        const genEnd = regularEnd(bytes, gen);
        const word = digits(bytes, gen, genEnd) < 0 ? -1 : skip(bytes, genEnd);
        if (genEnd + 32 > bytes.length || word + 32 > bytes.length) return MORE;
        const isRef = word >= 0 && bytes[word] === 0x52 && !isRegular(bytes[word + 1] ?? -1);
        if (isRef) found(whole);
        if (isLength) length = isRef ? { object: whole } : { bytes: whole };
        pos = isRef ? word + 1 : end;
      }
    }
    // One value is complete.
    if (next === VALUE) next = KEY;
    else if (next === TOP) done = true;
  }
}

const UNENDED = -1;
const ODD = -2;

/** Behind a hexadecimal string that opens at `at`; UNENDED, or ODD with anything but digits and white space. */
function hexadecimal(bytes: Uint8Array, at: number): number {
  let i = at + 1;
  for (; bytes[i] !== 0x3e; i += 1) {
    if (i >= bytes.length) return UNENDED;
    const digit = bytes[i] ?? 0;
    const hex = (digit >= 48 && digit <= 57) || (digit >= 65 && digit <= 70) || (digit >= 97 && digit <= 102);
    if (!hex && !isSpace(digit)) return ODD;
  }
  return i + 1;
}

/** Numbers with a sign or a point, `true`, `false`, `null`: they refer to nothing. */
function isPlain(bytes: Uint8Array, from: number, to: number): boolean {
  const size = to - from;
  if (size === 4 && (startsWith(bytes, from, 'true') || startsWith(bytes, from, 'null'))) return true;
  if (size === 5 && startsWith(bytes, from, 'false')) return true;
  // "-0" and "+7" may begin a reference; nobody writes them, so a real reader decides.
  let point = false;
  for (let i = from; i < to; i += 1) {
    const code = bytes[i] ?? 0;
    if (code === 0x2e) point = true;
    else if (code !== 0x2d && code !== 0x2b && (code < 48 || code > 57)) return false;
  }
  if (point) return size <= 128;
  return bytes[from] === 0x2d && size <= MAX_DIGITS && digits(bytes, from + 1, to) > 0;
}
