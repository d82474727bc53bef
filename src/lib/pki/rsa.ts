import { octetString, sequence } from '../asn1/der.ts';
import { concat, equalBytes } from '../bytes/concat.ts';
import { digestInfoIdentifier, hashLength } from './algorithm.ts';
import type { HashName } from './check.ts';
import { hashBytes } from './hash.ts';
import { bitLength, power, toBytes, toNumber } from './modular.ts';

export interface RsaKey {
  readonly modulus: bigint;
  readonly exponent: bigint;
}

/** Keys outside these bounds are not computed with (`security.md` P1). */
export function isReasonable(key: RsaKey): boolean {
  const bits = bitLength(key.modulus);
  return (
    bits >= 1024 &&
    bits <= 16384 &&
    (key.modulus & 1n) === 1n &&
    key.exponent >= 3n &&
    key.exponent <= 1n << 33n
  );
}

/** The encoded message inside a signature, as long as the modulus; null when the signature is out of range. */
function recover(key: RsaKey, signature: Uint8Array): Uint8Array | null {
  const size = Math.ceil(bitLength(key.modulus) / 8);
  const value = toNumber(signature);
  if (signature.length !== size || value >= key.modulus) return null;
  return toBytes(power(value, key.exponent, key.modulus), size);
}

/**
 * RSASSA-PKCS1-v1_5 over a digest (RFC 8017 §8.2.2). The whole encoded message is compared with the one that
 * must be there, so nothing hidden in padding or trailing bytes can pass; both spellings of DigestInfo that
 * §9.2 note 2 knows (parameters NULL, or absent) are accepted.
 */
export function verifyPkcs1(key: RsaKey, hash: HashName, digest: Uint8Array, signature: Uint8Array): boolean {
  const encoded = recover(key, signature);
  if (encoded === null) return false;
  const withNull = digestInfoIdentifier(hash);
  // AlgorithmIdentifier without its NULL: two bytes less, so the length octet is two less.
  const withoutNull = withNull.slice(0, -2);
  withoutNull[1] = (withoutNull[1] ?? 0) - 2;
  return [withNull, withoutNull].some((identifier) => {
    const info = sequence(identifier, octetString(digest));
    const fill = encoded.length - info.length - 3;
    if (fill < 8) return false;
    const padding = new Uint8Array(fill).fill(0xff);
    return equalBytes(encoded, concat(Uint8Array.of(0, 1), padding, Uint8Array.of(0), info));
  });
}

/** MGF1 (RFC 8017 §B.2.1). */
function mask(hash: HashName, seed: Uint8Array, length: number): Uint8Array {
  const pieces: Uint8Array[] = [];
  for (let counter = 0; counter * hashLength(hash) < length; counter++) {
    pieces.push(hashBytes(hash, concat(seed, toBytes(BigInt(counter), 4))));
  }
  return concat(...pieces).subarray(0, length);
}

/** RSASSA-PSS over a digest (RFC 8017 §8.1.2, §9.1.2). */
export function verifyPss(
  key: RsaKey,
  scheme: { readonly hash: HashName; readonly mgfHash: HashName; readonly saltLength: number },
  digest: Uint8Array,
  signature: Uint8Array
): boolean {
  const recovered = recover(key, signature);
  if (recovered === null) return false;
  const bits = bitLength(key.modulus) - 1;
  const size = Math.ceil(bits / 8);
  // A modulus of 8k + 1 bits leaves a leading octet that must be zero.
  if (size < recovered.length && recovered[0] !== 0) return false;
  const encoded = recovered.subarray(recovered.length - size);
  const length = digest.length;
  if (size < length + scheme.saltLength + 2 || encoded[size - 1] !== 0xbc) return false;
  const masked = encoded.subarray(0, size - length - 1);
  const h = encoded.subarray(size - length - 1, size - 1);
  const spare = 8 * size - bits;
  if (((masked[0] ?? 0) & ~(0xff >> spare) & 0xff) !== 0) return false;
  const stream = mask(scheme.mgfHash, h, masked.length);
  const block = masked.map((byte, i) => byte ^ (stream[i] ?? 0));
  block[0] = (block[0] ?? 0) & (0xff >> spare);
  const fill = masked.length - scheme.saltLength - 1;
  for (let i = 0; i < fill; i++) if (block[i] !== 0) return false;
  if (block[fill] !== 1) return false;
  const salt = block.subarray(fill + 1);
  return equalBytes(h, hashBytes(scheme.hash, concat(new Uint8Array(8), digest, salt)));
}
