import { fromHex } from '../bytes/hex.ts';

/*
 * RC2 in CBC mode (RFC 2268), for reading key files of old, which wrap their certificates so. Nothing is ever
 * encrypted with it here.
 */

/** PITABLE, a permutation made from the digits of π (RFC 2268 §2). */
const PI = fromHex(
  'd978f9c419ddb5ed28e9fd794aa0d89dc67e37832b76538e624c6488448bfba2' +
    '179a59f587b34f1361456d8d09817d32bd8f40eb86b77b0bf09521225c6b4e82' +
    '54d66593ce60b21c7356c014a78cf1dc1275ca1f3bbee4d1423dd430a33cb626' +
    '6fbf0eda4669075727f21d9bbc944303f811c7f690ef3ee706c3d52fc8661ed7' +
    '08e8eade8052eef784aa72ac354d6a2a961ad2715a1549744b9fd05e0418a4ec' +
    'c2e0416e0f51cbcc2491af50a1f47039997c3a8523b8b47afc02365b25559731' +
    '2d5dfa98e38a92ae05df2910676cbac9d300e6cfe19ea82c6316013f58e289a9' +
    '0d38341bab33ffb0bb480c5fb9b1cd2ec5f3db47e5a59c770aa62068fe7fc1ad'
);

/** The 64 words of the expanded key: here the key's length is also its effective one. */
function expand(key: Uint8Array): Uint16Array {
  const l = new Uint8Array(128);
  l.set(key);
  const t = key.length;
  for (let i = t; i < 128; i += 1) l[i] = PI[((l[i - 1] ?? 0) + (l[i - t] ?? 0)) & 255] ?? 0;
  l[128 - t] = PI[l[128 - t] ?? 0] ?? 0;
  for (let i = 127 - t; i >= 0; i -= 1) l[i] = PI[(l[i + 1] ?? 0) ^ (l[i + t] ?? 0)] ?? 0;
  return Uint16Array.from({ length: 64 }, (_, i) => (l[2 * i] ?? 0) | ((l[2 * i + 1] ?? 0) << 8));
}

const ROTATIONS: readonly number[] = [1, 2, 3, 5];

/** Decrypts one block of four words in place: r-mixing and r-mashing rounds backwards (RFC 2268 §4). */
function decryptBlock(k: Uint16Array, r: Uint16Array): void {
  const word = (i: number): number => r[i & 3] ?? 0;
  for (let round = 15; round >= 0; round -= 1) {
    for (let i = 3; i >= 0; i -= 1) {
      const s = ROTATIONS[i] ?? 0;
      const rotated = (word(i) >>> s) | (word(i) << (16 - s));
      r[i] = rotated - (k[4 * round + i] ?? 0) - (word(i + 3) & word(i + 2)) - (~word(i + 3) & word(i + 1));
    }
    if (round === 11 || round === 5)
      for (let i = 3; i >= 0; i -= 1) r[i] = word(i) - (k[word(i + 3) & 63] ?? 0);
  }
}

/**
 * Decrypts RC2 in CBC mode with a key of 1 to 128 bytes, all its bits effective; `iv`: 8 bytes. The padding
 * stays. RangeError when the lengths do not fit.
 */
export function decryptRc2(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array {
  if (key.length < 1 || key.length > 128 || iv.length !== 8 || data.length % 8 !== 0)
    throw new RangeError('lengths of key, IV or data do not fit');
  const k = expand(key);
  const out = new Uint8Array(data.length);
  for (let at = 0; at < data.length; at += 8) {
    const r = Uint16Array.from(
      { length: 4 },
      (_, i) => (data[at + 2 * i] ?? 0) | ((data[at + 2 * i + 1] ?? 0) << 8)
    );
    decryptBlock(k, r);
    for (let i = 0; i < 8; i += 1) {
      const before = at === 0 ? (iv[i] ?? 0) : (data[at - 8 + i] ?? 0);
      out[at + i] = (((r[i >> 1] ?? 0) >> (8 * (i & 1))) & 255) ^ before;
    }
  }
  return out;
}
