/**
 * RFC 1951 inside RFC 1950, for appearances, fonts and evidence: one block, matches by hash chains, Huffman
 * codes made for the data, or the fixed ones when they are shorter. Pure, because it also runs where neither
 * CompressionStream nor zlib is.
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
const END = 256;
const WINDOW = 32768;
/** Candidates looked at for a match: enough for fonts and text, quick on images. */
const CHAIN = 64;

/** Index of the last base that is not above the value. */
function slot(bases: readonly number[], value: number): number {
  let low = 0;
  let high = bases.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((bases[middle] ?? 0) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Literals as they are; a match as `(length << 16) | distance`, negative so that the two differ. */
function matches(data: Uint8Array): Int32Array {
  const symbols = new Int32Array(data.length);
  let count = 0;
  const head = new Int32Array(32768).fill(-1);
  const previous = new Int32Array(data.length);
  const hashAt = (i: number) =>
    (((data[i] ?? 0) << 10) ^ ((data[i + 1] ?? 0) << 5) ^ (data[i + 2] ?? 0)) & 32767;
  const insert = (i: number) => {
    const hash = hashAt(i);
    previous[i] = head[hash] ?? -1;
    head[hash] = i;
  };
  for (let i = 0; i < data.length;) {
    let best = 0;
    let distance = 0;
    if (i + 3 <= data.length) {
      const most = Math.min(258, data.length - i);
      let candidate = head[hashAt(i)] ?? -1;
      for (let tries = 0; candidate >= 0 && i - candidate <= WINDOW && tries < CHAIN; tries += 1) {
        let length = 0;
        while (length < most && data[candidate + length] === data[i + length]) length += 1;
        if (length > best) {
          best = length;
          distance = i - candidate;
          if (length === most) break;
        }
        candidate = previous[candidate] ?? -1;
      }
    }
    if (best < 3 || (best === 3 && distance > 4096)) {
      best = 1;
      symbols[count++] = data[i] ?? 0;
    } else symbols[count++] = -((best << 16) | (distance - 1));
    for (const stop = i + best; i < stop; i += 1) if (i + 3 <= data.length) insert(i);
  }
  return symbols.subarray(0, count);
}

/** Code lengths of at most `limit` bits for these frequencies: Huffman, then the Kraft sum repaired. */
function codeLengths(frequencies: readonly number[], limit: number): number[] {
  const lengths = frequencies.map(() => 0);
  const used = frequencies.map((weight, symbol) => ({ weight, symbol })).filter(({ weight }) => weight > 0);
  if (used.length < 2) {
    // Decoders want a code of at least one bit, and two symbols make the code complete.
    for (const { symbol } of used) lengths[symbol] = 1;
    if (used.length === 1) lengths[used[0]?.symbol === 0 ? 1 : 0] = 1;
    return lengths;
  }
  interface Node {
    weight: number;
    symbol: number;
    children: readonly [Node, Node] | null;
  }
  const leaves: Node[] = used
    .map(({ weight, symbol }) => ({ weight, symbol, children: null }))
    .sort((a, b) => a.weight - b.weight);
  const joined: Node[] = [];
  let leaf = 0;
  let join = 0;
  const least = (): Node => {
    const a = leaves[leaf];
    const b = joined[join];
    if (a !== undefined && (b === undefined || a.weight <= b.weight)) {
      leaf += 1;
      return a;
    }
    join += 1;
    return b as Node;
  };
  for (let round = 1; round < leaves.length; round += 1) {
    const children = [least(), least()] as const;
    joined.push({ weight: children[0].weight + children[1].weight, symbol: -1, children });
  }
  const stack: [Node, number][] = [[least(), 0]];
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const [node, depth] = top;
    if (node.children === null) lengths[node.symbol] = Math.min(depth, limit);
    else stack.push([node.children[0], depth + 1], [node.children[1], depth + 1]);
  }
  return limited(lengths, frequencies, limit);
}

/** Lengthens the rarest short codes until the lengths make a prefix code again. */
function limited(lengths: number[], frequencies: readonly number[], limit: number): number[] {
  const unit = 2 ** limit;
  let sum = 0;
  for (const length of lengths) if (length > 0) sum += unit >> length;
  const rarest = lengths
    .map((_, symbol) => symbol)
    .filter((symbol) => (lengths[symbol] ?? 0) > 0)
    .sort((a, b) => (frequencies[a] ?? 0) - (frequencies[b] ?? 0));
  while (sum > unit) {
    for (const symbol of rarest) {
      const length = lengths[symbol] ?? 0;
      if (length >= limit) continue;
      sum -= unit >> (length + 1);
      lengths[symbol] = length + 1;
      if (sum <= unit) break;
    }
  }
  return lengths;
}

/** Canonical codes (§3.2.2), bit-reversed so that they can be written lowest bit first. */
function codes(lengths: readonly number[]): number[] {
  const counts = new Array<number>(16).fill(0);
  for (const length of lengths) if (length > 0) counts[length] = (counts[length] ?? 0) + 1;
  const next = new Array<number>(16).fill(0);
  for (let bits = 1, code = 0; bits < 16; bits += 1) {
    code = (code + (counts[bits - 1] ?? 0)) << 1;
    next[bits] = code;
  }
  return lengths.map((length) => {
    if (length === 0) return 0;
    let code = next[length] ?? 0;
    next[length] = code + 1;
    let reversed = 0;
    for (let bit = 0; bit < length; bit += 1) {
      reversed = (reversed << 1) | (code & 1);
      code >>= 1;
    }
    return reversed;
  });
}

class BitWriter {
  bytes = new Uint8Array(1024);
  size = 0;
  #hold = 0;
  #held = 0;
  put(value: number, bits: number): void {
    this.#hold |= value << this.#held;
    this.#held += bits;
    while (this.#held >= 8) {
      if (this.size === this.bytes.length) {
        const grown = new Uint8Array(this.bytes.length * 2);
        grown.set(this.bytes);
        this.bytes = grown;
      }
      this.bytes[this.size++] = this.#hold & 255;
      this.#hold >>>= 8;
      this.#held -= 8;
    }
  }
  flush(): void {
    if (this.#held > 0) this.put(0, 8 - this.#held);
  }
}

/** Runs of code lengths (§3.2.7) as `[symbol, extra bits, value]`. */
function runs(lengths: readonly number[]): [number, number, number][] {
  const out: [number, number, number][] = [];
  for (let i = 0; i < lengths.length;) {
    const length = lengths[i] ?? 0;
    let run = 1;
    while (i + run < lengths.length && lengths[i + run] === length) run += 1;
    i += run;
    if (length === 0) {
      for (; run >= 11; run -= Math.min(run, 138)) out.push([18, 7, Math.min(run, 138) - 11]);
      if (run >= 3) {
        out.push([17, 3, run - 3]);
        run = 0;
      }
    } else {
      out.push([length, 0, 0]);
      run -= 1;
      for (; run >= 3; run -= Math.min(run, 6)) out.push([16, 2, Math.min(run, 6) - 3]);
    }
    for (; run > 0; run -= 1) out.push([length, 0, 0]);
  }
  return out;
}

const fixedLengths = Array.from({ length: 288 }, (_, i) => (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8));
const fixedDistances = new Array<number>(30).fill(5);

/** zlib data (RFC 1950) that inflates to `data`. */
export function deflate(data: Uint8Array): Uint8Array {
  const symbols = matches(data);
  const literal = new Array<number>(286).fill(0);
  const distance = new Array<number>(30).fill(0);
  let extra = 0;
  const bump = (table: number[], index: number) => (table[index] = (table[index] ?? 0) + 1);
  for (const symbol of symbols) {
    if (symbol >= 0) bump(literal, symbol);
    else {
      const l = slot(LENGTH_BASE, -symbol >> 16);
      const d = slot(DISTANCE_BASE, (-symbol & 0xffff) + 1);
      bump(literal, 257 + l);
      bump(distance, d);
      extra += (LENGTH_EXTRA[l] ?? 0) + (DISTANCE_EXTRA[d] ?? 0);
    }
  }
  bump(literal, END);
  const cost = (frequencies: number[], lengths: number[]) =>
    frequencies.reduce((sum, n, i) => sum + n * (lengths[i] ?? 0), extra / 2);
  const own = { literal: codeLengths(literal, 15), distance: codeLengths(distance, 15) };
  const header = describe(own.literal, own.distance);
  const ownCost = header.bits + cost(literal, own.literal) + cost(distance, own.distance);
  const fixedCost = cost(literal, fixedLengths) + cost(distance, fixedDistances);

  const out = new BitWriter();
  out.put(0x78, 8);
  out.put(0x9c, 8);
  out.put(1, 1);
  if (ownCost < fixedCost) {
    out.put(2, 2);
    header.write(out);
    writeSymbols(out, symbols, own.literal, own.distance);
  } else {
    out.put(1, 2);
    writeSymbols(out, symbols, fixedLengths, fixedDistances);
  }
  out.flush();
  for (const byte of adler32(data)) out.put(byte, 8);
  return out.bytes.slice(0, out.size);
}

function describe(literal: readonly number[], distance: readonly number[]) {
  const end = (lengths: readonly number[], least: number) => {
    let count = lengths.length;
    while (count > least && lengths[count - 1] === 0) count -= 1;
    return count;
  };
  const literals = end(literal, 257);
  const distances = end(distance, 1);
  const list = runs([...literal.slice(0, literals), ...distance.slice(0, distances)]);
  const frequencies = new Array<number>(19).fill(0);
  for (const [symbol] of list) frequencies[symbol] = (frequencies[symbol] ?? 0) + 1;
  const lengths = codeLengths(frequencies, 7);
  let count = 19;
  while (count > 4 && lengths[CODE_ORDER[count - 1] ?? 0] === 0) count -= 1;
  const bits =
    14 + 3 * count + list.reduce((sum, [symbol, extra]) => sum + (lengths[symbol] ?? 0) + extra, 0);
  const write = (out: BitWriter): void => {
    out.put(literals - 257, 5);
    out.put(distances - 1, 5);
    out.put(count - 4, 4);
    for (const symbol of CODE_ORDER.slice(0, count)) out.put(lengths[symbol] ?? 0, 3);
    const code = codes(lengths);
    for (const [symbol, extra, value] of list) {
      out.put(code[symbol] ?? 0, lengths[symbol] ?? 0);
      if (extra > 0) out.put(value, extra);
    }
  };
  return { bits, write };
}

function writeSymbols(out: BitWriter, symbols: Int32Array, literal: number[], distance: number[]): void {
  const literalCodes = codes(literal);
  const distanceCodes = codes(distance);
  for (const symbol of symbols) {
    if (symbol >= 0) out.put(literalCodes[symbol] ?? 0, literal[symbol] ?? 0);
    else {
      const length = -symbol >> 16;
      const far = (-symbol & 0xffff) + 1;
      const l = slot(LENGTH_BASE, length);
      const d = slot(DISTANCE_BASE, far);
      out.put(literalCodes[257 + l] ?? 0, literal[257 + l] ?? 0);
      out.put(length - (LENGTH_BASE[l] ?? 0), LENGTH_EXTRA[l] ?? 0);
      out.put(distanceCodes[d] ?? 0, distance[d] ?? 0);
      out.put(far - (DISTANCE_BASE[d] ?? 0), DISTANCE_EXTRA[d] ?? 0);
    }
  }
  out.put(literalCodes[END] ?? 0, literal[END] ?? 0);
}

/** RFC 1950 §8.2, most significant byte first. */
function adler32(data: Uint8Array): [number, number, number, number] {
  let a = 1;
  let b = 0;
  for (const byte of data) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return [b >> 8, b & 255, a >> 8, a & 255];
}
