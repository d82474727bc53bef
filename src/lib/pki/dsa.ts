import { bitLength, inverse, power, toNumber } from './modular.ts';

export interface DsaKey {
  readonly p: bigint;
  readonly q: bigint;
  readonly g: bigint;
  readonly y: bigint;
}

/** Sizes of FIPS 186-4 §4.2, and the 512-bit ones of before it for old files. */
export function isReasonable(key: DsaKey): boolean {
  const p = bitLength(key.p);
  const q = bitLength(key.q);
  return (
    p >= 512 &&
    p <= 3072 &&
    q >= 160 &&
    q <= 256 &&
    key.g > 1n &&
    key.g < key.p &&
    key.y > 1n &&
    key.y < key.p
  );
}

/** DSA over a digest (FIPS 186-4 §4.7): the leftmost bits of the digest, as many as q has. */
export function verifyDsa(
  key: DsaKey,
  digest: Uint8Array,
  pair: { readonly r: bigint; readonly s: bigint }
): boolean {
  const { p, q, g, y } = key;
  const { r, s } = pair;
  if (r <= 0n || r >= q || s <= 0n || s >= q) return false;
  const w = inverse(s, q);
  if (w === null) return false;
  const spare = Math.max(0, 8 * digest.length - bitLength(q));
  const z = toNumber(digest) >> BigInt(spare);
  const v = ((power(g, (z * w) % q, p) * power(y, (r * w) % q, p)) % p) % q;
  return v === r;
}
