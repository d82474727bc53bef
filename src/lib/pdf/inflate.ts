import { PdfError } from './error.ts';
import { decodeInto, freeRoom, type Output, type Room } from './output.ts';

/**
 * RFC 1951 and RFC 1950. The pure rooms also run in an engine without zlib, and no library stops at a limit
 * while it inflates. Codes are looked up in one flat table of 2^15 entries at most, filled to the longest
 * code of the block.
 */
const LENGTH_BASE = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195,
  227, 258
];
const LENGTH_EXTRA = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const DISTANCE_BASE = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097,
  6145, 8193, 12289, 16385, 24577
];
const DISTANCE_EXTRA = [
  0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13
];
const CODE_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** `entries[peeked bits]` = symbol << 4 | code length; 0 where no code begins so. */
interface Table {
  readonly bits: number;
  readonly entries: Uint16Array;
}

function table(lengths: Uint8Array, count: number): Table {
  const perLength = new Uint16Array(16);
  let bits = 1;
  for (let i = 0; i < count; i += 1) {
    const length = lengths[i] ?? 0;
    perLength[length] = (perLength[length] ?? 0) + 1;
    if (length > bits) bits = length;
  }
  perLength[0] = 0;
  const next = new Uint32Array(16);
  let code = 0;
  for (let length = 1; length <= 15; length += 1) {
    code = (code + (perLength[length - 1] ?? 0)) << 1;
    next[length] = code;
    if (code + (perLength[length] ?? 0) > 1 << length) throw broken('too many codes of one length');
  }
  const entries = new Uint16Array(1 << bits);
  for (let symbol = 0; symbol < count; symbol += 1) {
    const length = lengths[symbol] ?? 0;
    if (length === 0) continue;
    const own = next[length] ?? 0;
    next[length] = own + 1;
    // Codes are packed from their most significant bit, everything else from the least: turn it round.
    let turned = 0;
    for (let k = 0; k < length; k += 1) turned |= ((own >> k) & 1) << (length - 1 - k);
    for (let at = turned; at < entries.length; at += 1 << length) entries[at] = (symbol << 4) | length;
  }
  return { bits, entries };
}

function broken(why: string): PdfError {
  return new PdfError('filter', `Flate: ${why}`);
}

let fixedTables: { readonly literals: Table; readonly distances: Table } | null = null;

function fixed(): { readonly literals: Table; readonly distances: Table } {
  if (fixedTables === null) {
    const lengths = new Uint8Array(288).fill(8, 0, 144).fill(9, 144, 256).fill(7, 256, 280).fill(8, 280);
    fixedTables = { literals: table(lengths, 288), distances: table(new Uint8Array(30).fill(5), 30) };
  }
  return fixedTables;
}

class Inflater {
  private at: number;
  private held = 0;
  private count = 0;

  constructor(
    private readonly input: Uint8Array,
    start: number,
    private readonly output: Output
  ) {
    this.at = start;
  }

  private need(bits: number): void {
    while (this.count < bits) {
      if (this.at >= this.input.length + 4) throw broken('ends too early');
      this.held |= (this.input[this.at] ?? 0) << this.count;
      this.at += 1;
      this.count += 8;
    }
  }

  private take(bits: number): number {
    if (bits === 0) return 0;
    this.need(bits);
    const value = this.held & ((1 << bits) - 1);
    this.held >>>= bits;
    this.count -= bits;
    return value;
  }

  private symbol(of: Table): number {
    // The last code may be shorter than the table is wide: `need` lends zero bits past the end.
    this.need(of.bits);
    const entry = of.entries[this.held & ((1 << of.bits) - 1)] ?? 0;
    const length = entry & 15;
    if (length === 0) throw broken('no such code');
    this.held >>>= length;
    this.count -= length;
    if (this.at - (this.count >> 3) > this.input.length) throw broken('ends too early');
    return entry >> 4;
  }

  private stored(): void {
    this.take(this.count & 7);
    const length = this.take(16);
    if (length !== (~this.take(16) & 0xffff)) throw broken('stored block with a wrong length');
    const { output } = this;
    output.reserve(length);
    // Whole bytes that are already held come first.
    let left = length;
    while (left > 0 && this.count >= 8) {
      output.byte(this.take(8));
      left -= 1;
    }
    if (this.at + left > this.input.length) throw broken('ends too early');
    output.copy(this.input, this.at, left);
    this.at += left;
  }

  private dynamic(): { literals: Table; distances: Table } {
    const literals = this.take(5) + 257;
    const distances = this.take(5) + 1;
    const codes = this.take(4) + 4;
    const lengths = new Uint8Array(320);
    for (let i = 0; i < codes; i += 1) lengths[CODE_ORDER[i] ?? 0] = this.take(3);
    const meta = table(lengths, 19);
    lengths.fill(0);
    for (let i = 0; i < literals + distances;) {
      const symbol = this.symbol(meta);
      if (symbol < 16) {
        lengths[i++] = symbol;
        continue;
      }
      if (symbol === 16 && i === 0) throw broken('repeats nothing');
      const value = symbol === 16 ? (lengths[i - 1] ?? 0) : 0;
      const times = symbol === 16 ? 3 + this.take(2) : symbol === 17 ? 3 + this.take(3) : 11 + this.take(7);
      if (i + times > literals + distances) throw broken('too many code lengths');
      lengths.fill(value, i, i + times);
      i += times;
    }
    const own = lengths.slice(0, literals);
    return { literals: table(own, literals), distances: table(lengths.subarray(literals), distances) };
  }

  private block(literals: Table, distances: Table): void {
    const { output } = this;
    for (;;) {
      const symbol = this.symbol(literals);
      if (symbol < 256) {
        output.byte(symbol);
        continue;
      }
      if (symbol === 256) return;
      const length = (LENGTH_BASE[symbol - 257] ?? 0) + this.take(LENGTH_EXTRA[symbol - 257] ?? 0);
      const far = this.symbol(distances);
      const distance = (DISTANCE_BASE[far] ?? 0) + this.take(DISTANCE_EXTRA[far] ?? 0);
      if (symbol > 285 || far > 29) throw broken('no such length or distance');
      if (distance > output.size) throw broken('distance before the start');
      output.repeat(distance, length);
    }
  }

  run(): void {
    for (let last = 0; last === 0;) {
      last = this.take(1);
      const kind = this.take(2);
      if (kind === 0) this.stored();
      else if (kind === 3) throw broken('no such block');
      else {
        const { literals, distances } = kind === 1 ? fixed() : this.dynamic();
        this.block(literals, distances);
      }
    }
  }
}

function hasZlibHeader(bytes: Uint8Array): boolean {
  const [a = 0, b = 0] = bytes;
  return (a & 15) === 8 && a >> 4 <= 7 && ((a << 8) | b) % 31 === 0 && (b & 32) === 0;
}

/**
 * Inflates zlib (RFC 1950) or, where its header is missing, raw deflate (RFC 1951); at most `limit` bytes.
 * The Adler sum is not compared: viewers do not, so what they show is what is judged. With `lenient`, what
 * came out before a fault is the result, as viewers do too. `room` is asked before memory is allocated.
 * Throws PdfError `filter` or `limit`.
 */
export function inflate(
  bytes: Uint8Array,
  limit: number,
  lenient = false,
  room: Room = freeRoom
): Uint8Array {
  const start = hasZlibHeader(bytes) ? 2 : 0;
  return decodeInto(bytes.length * 4, limit, room, (output) => {
    try {
      new Inflater(bytes, start, output).run();
    } catch (error) {
      if (!(lenient && error instanceof PdfError && error.code === 'filter')) throw error;
    }
  });
}
