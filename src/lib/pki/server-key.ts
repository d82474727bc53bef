import { p256 } from '@noble/curves/nist.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { ecSpki } from './spki.ts';

/*
 * The server's own keys (issuing authority, statements): the one place where a private key is plain numbers.
 * People's keys are made and used by WebCrypto only (`security.md` X2).
 */

// Each of the server's engines signs seldom: a table of 512 points costs less than the 4,096 of the default.
p256.Point.BASE.precompute(4);

export interface ServerKey {
  /** 32 bytes. */
  readonly secret: Uint8Array;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
}

/** A P-256 key from 48 uniform random bytes: 16 more than its size, so that the remainder has no bias (X3). */
export function serverKey(seed: Uint8Array): ServerKey {
  if (seed.length !== 48) throw new RangeError('a key needs 48 random bytes');
  const secret = p256.utils.randomSecretKey(seed);
  const point = p256.getPublicKey(secret, false);
  return { secret, spki: ecSpki('P-256', point.subarray(1, 33), point.subarray(33, 65)) };
}

/**
 * ECDSA with SHA-256 over `message`, raw r‖s (64 bytes): RFC 6979 with `entropy`, 32 fresh random bytes, so
 * that neither a bad random source nor a fault gives the key away (X2).
 */
export function signAsServer(secret: Uint8Array, message: Uint8Array, entropy: Uint8Array): Uint8Array {
  if (entropy.length !== 32) throw new RangeError('a signature needs 32 random bytes');
  return p256.sign(sha256(message), secret, { prehash: false, lowS: false, extraEntropy: entropy });
}
