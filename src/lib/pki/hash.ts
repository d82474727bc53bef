import { md5, sha1 } from '@noble/hashes/legacy.js';
import { sha224, sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { sha3_256, sha3_384, sha3_512, shake256 } from '@noble/hashes/sha3.js';
import type { HashName } from './check.ts';

/** A digest that is fed in pieces. */
export interface RunningHash {
  update(bytes: Uint8Array): unknown;
  digest(): Uint8Array;
}

/** One whose state can be copied, to go on in two ways. */
export interface ForkableHash extends RunningHash {
  clone(): ForkableHash;
}

/** Starts one of noble's hashes: every hash that a signature may name here. */
export function startHash(name: HashName): ForkableHash {
  switch (name) {
    case 'MD5':
      return md5.create();
    case 'SHA-1':
      return sha1.create();
    case 'SHA-224':
      return sha224.create();
    case 'SHA-256':
      return sha256.create();
    case 'SHA-384':
      return sha384.create();
    case 'SHA-512':
      return sha512.create();
    case 'SHA3-256':
      return sha3_256.create();
    case 'SHA3-384':
      return sha3_384.create();
    case 'SHA3-512':
      return sha3_512.create();
    case 'SHAKE256-512':
      return shake256.create({ dkLen: 64 });
    case 'SHAKE256-912':
      return shake256.create({ dkLen: 114 });
  }
}

/** Digest of bytes in memory. */
export function hashBytes(name: HashName, bytes: Uint8Array): Uint8Array {
  const running = startHash(name);
  running.update(bytes);
  return running.digest();
}
