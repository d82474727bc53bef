import { sha1 } from '@noble/hashes/legacy.js';
import { sha224, sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { concat } from '../bytes/concat.ts';

/** Hashes that key files derive keys with. */
export const KDF_HASHES = {
  'SHA-1': sha1,
  'SHA-224': sha224,
  'SHA-256': sha256,
  'SHA-384': sha384,
  'SHA-512': sha512
};
export type KdfHash = keyof typeof KDF_HASHES;

/** Bytes repeated to a whole number of blocks; nothing stays nothing. */
function fill(bytes: Uint8Array, block: number): Uint8Array {
  const length = block * Math.ceil(bytes.length / block);
  return Uint8Array.from({ length }, (_, i) => bytes[i % bytes.length] ?? 0);
}

/** H(H(… H(bytes))). One state serves all rounds: to make a new one costs more than to hash 32 bytes. */
function again(hash: KdfHash, bytes: Uint8Array, rounds: number): Uint8Array {
  const fresh = KDF_HASHES[hash].create();
  const running = fresh.clone();
  const digest = running.update(bytes).digest();
  for (let round = 1; round < rounds; round += 1) fresh._cloneInto(running).update(digest).digestInto(digest);
  return digest;
}

/**
 * Key derivation of PKCS#12 (RFC 7292 §B.2). `password`: as §B.1 spells it. `purpose`: 1 a key, 2 an IV, 3 a
 * key for the MAC. `length`: bytes wanted.
 */
export function derivePkcs12(input: {
  readonly hash: KdfHash;
  readonly password: Uint8Array;
  readonly salt: Uint8Array;
  readonly rounds: number;
  readonly purpose: 1 | 2 | 3;
  readonly length: number;
}): Uint8Array {
  const { hash, password, salt, rounds, purpose, length } = input;
  const block = hash === 'SHA-384' || hash === 'SHA-512' ? 128 : 64;
  const diversifier = new Uint8Array(block).fill(purpose);
  const blocks = concat(fill(salt, block), fill(password, block));
  const parts: Uint8Array[] = [];
  for (let done = 0; done < length;) {
    const a = again(hash, concat(diversifier, blocks), rounds);
    parts.push(a);
    done += a.length;
    const b = fill(a, block).subarray(0, block);
    // Every block of I becomes I + B + 1, as one big-endian number without its carry out.
    for (let start = 0; start < blocks.length; start += block) {
      let carry = 1;
      for (let i = block - 1; i >= 0; i -= 1) {
        carry += (blocks[start + i] ?? 0) + (b[i] ?? 0);
        blocks[start + i] = carry & 255;
        carry >>= 8;
      }
    }
  }
  return concat(...parts).subarray(0, length);
}
