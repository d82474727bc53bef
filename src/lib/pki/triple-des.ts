/*
 * Triple DES in CBC mode (FIPS 46-3), for reading key files of old. Nothing is ever encrypted with it here.
 */

/** S1 to S8, row by row, a hexadecimal digit an entry. */
const S_BOXES: readonly string[] = [
  'e4d12fb83a6c59070f74e2d1a6cb953841e8d62bfc973a50fc8249175b3ea06d',
  'f18e6b34972dc05a3d47f28ec01a69b50e7ba4d158c6932fd8a13f42b67c05e9',
  'a09e63f51dc7b428d709346a285ecbf1d6498f30b12c5ae71ad069874fe3b52c',
  '7de3069a1285bc4fd8b56f03472c1ae9a690cb7df13e52843f06a1d8945bc72e',
  '2c417ab6853fd0e9eb2c47d150fa3986421bad78f9c5630eb8c71e2d6f09a453',
  'c1af92680d34e75baf427c9561de0b389ef528c3704a1db6432c95fabe17608d',
  '4b2ef08d3c975a61d0b7491ae35c2f8614bdc37eaf6805926bd814a7950fe23c',
  'd2846fb1a93e50c71fd8a374c56b0e927b419ce206adf35821e74a8dfc90356b'
];
const P: readonly number[] = [
  16, 7, 20, 21, 29, 12, 28, 17, 1, 15, 23, 26, 5, 18, 31, 10, 2, 8, 24, 14, 32, 27, 3, 9, 19, 13, 30, 6, 22,
  11, 4, 25
];
const PC1: readonly number[] = [
  57, 49, 41, 33, 25, 17, 9, 1, 58, 50, 42, 34, 26, 18, 10, 2, 59, 51, 43, 35, 27, 19, 11, 3, 60, 52, 44, 36,
  63, 55, 47, 39, 31, 23, 15, 7, 62, 54, 46, 38, 30, 22, 14, 6, 61, 53, 45, 37, 29, 21, 13, 5, 28, 20, 12, 4
];
const PC2: readonly number[] = [
  14, 17, 11, 24, 1, 5, 3, 28, 15, 6, 21, 10, 23, 19, 12, 4, 26, 8, 16, 7, 27, 20, 13, 2, 41, 52, 31, 37, 47,
  55, 30, 40, 51, 45, 33, 48, 44, 49, 39, 56, 34, 53, 46, 42, 50, 36, 29, 32
];
const SHIFTS: readonly number[] = [1, 1, 2, 2, 2, 2, 2, 2, 1, 2, 2, 2, 2, 2, 2, 1];

type Bits = readonly number[];
const pick = (bits: Bits, table: readonly number[]): number[] => table.map((from) => bits[from - 1] ?? 0);
const toBits = (bytes: Uint8Array): number[] =>
  [...bytes].flatMap((byte) => [7, 6, 5, 4, 3, 2, 1, 0].map((shift) => (byte >> shift) & 1));
const value = (bits: Bits): number => bits.reduce((sum, bit) => ((sum << 1) | bit) >>> 0, 0);

/** Each S-box with P behind it: 6 bits in, their part of the 32 bits out. */
function substitutions(): Uint32Array[] {
  return S_BOXES.map((box, index) => {
    const table = new Uint32Array(64);
    for (let six = 0; six < 64; six += 1) {
      const row = ((six >> 4) & 2) | (six & 1);
      const out = parseInt(box.charAt(16 * row + ((six >> 1) & 15)), 16);
      const bits = new Array<number>(32).fill(0);
      for (let bit = 0; bit < 4; bit += 1) bits[4 * index + bit] = (out >> (3 - bit)) & 1;
      table[six] = value(pick(bits, P));
    }
    return table;
  });
}

/** The sixteen round keys of one DES key (8 bytes), as eight groups of 6 bits each. */
function schedule(key: Uint8Array): number[][] {
  let bits: number[] = pick(toBits(key), PC1);
  return SHIFTS.map((shift) => {
    const [c, d] = [bits.slice(0, 28), bits.slice(28)];
    bits = [...c.slice(shift), ...c.slice(0, shift), ...d.slice(shift), ...d.slice(0, shift)];
    const round = pick(bits, PC2);
    return [0, 1, 2, 3, 4, 5, 6, 7].map((group) => value(round.slice(6 * group, 6 * group + 6)));
  });
}

/** IP: bit i of the output is bit 58 − 8·(i mod 8) (− 57 from the fifth byte on) of the input. */
const IP: readonly number[] = Array.from({ length: 64 }, (_, i) => {
  const row = i >> 3;
  return (row < 4 ? 58 + 2 * row : 57 + 2 * (row - 4)) - 8 * (i & 7);
});
const FINAL: readonly number[] = IP.map((_, i) => IP.indexOf(i + 1) + 1);

/** One pass of DES over the two halves between IP and its inverse. */
function rounds(tables: readonly Uint32Array[], keys: readonly number[][], halves: [number, number]): void {
  let [left, right] = halves;
  for (const key of keys) {
    let f = 0;
    // E: each group takes its four bits and one neighbour on either side.
    for (let group = 0; group < 8; group += 1) {
      const shift = 27 - 4 * group;
      const six =
        (shift >= 0 ? (right >>> shift) | (group === 0 ? right << 5 : 0) : (right << 1) | (right >>> 31)) &
        63;
      f |= tables[group]?.[six ^ (key[group] ?? 0)] ?? 0;
    }
    [left, right] = [right, (left ^ f) >>> 0];
  }
  halves[0] = right;
  halves[1] = left;
}

/**
 * Decrypts DES-EDE in CBC mode. `key`: 16 or 24 bytes (two or three keys), `iv`: 8. The padding stays.
 * RangeError when the lengths do not fit.
 */
export function decryptTripleDes(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array {
  if ((key.length !== 24 && key.length !== 16) || iv.length !== 8 || data.length % 8 !== 0)
    throw new RangeError('lengths of key, IV or data do not fit');
  const tables = substitutions();
  const first = schedule(key.subarray(0, 8));
  const second = schedule(key.subarray(8, 16));
  const third = key.length === 24 ? schedule(key.subarray(16)) : first;
  // D with the third, E with the second, D with the first: decryption takes the round keys backwards.
  const passes = [[...third].reverse(), second, [...first].reverse()];
  const out = new Uint8Array(data.length);
  for (let at = 0; at < data.length; at += 8) {
    const bits = pick(toBits(data.subarray(at, at + 8)), IP);
    const halves: [number, number] = [value(bits.slice(0, 32)), value(bits.slice(32))];
    for (const keys of passes) rounds(tables, keys, halves);
    const plain = pick(
      halves.flatMap((half) => Array.from({ length: 32 }, (_, i) => (half >>> (31 - i)) & 1)),
      FINAL
    );
    for (let i = 0; i < 8; i += 1) {
      const before = at === 0 ? (iv[i] ?? 0) : (data[at - 8 + i] ?? 0);
      out[at + i] = value(plain.slice(8 * i, 8 * i + 8)) ^ before;
    }
  }
  return out;
}
