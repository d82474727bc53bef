import { members, readWhole, Tag } from '../asn1/ber.ts';
import { integer, sequence, unsigned } from '../asn1/der.ts';
import { readInteger } from '../asn1/values.ts';
import { concat, equalBytes } from '../bytes/concat.ts';
import { fromHex } from '../bytes/hex.ts';

/** Ecdsa-Sig-Value with minimal integers (RFC 3279 §2.2.3) of the raw r‖s that WebCrypto and noble make. */
export function ecdsaToDer(rawSignature: Uint8Array): Uint8Array {
  const half = rawSignature.length / 2;
  if (half === 0 || !Number.isInteger(half)) throw new RangeError('r and s differ in length');
  return sequence(unsigned(rawSignature.subarray(0, half)), unsigned(rawSignature.subarray(half)));
}

function fixed(value: bigint, size: number): Uint8Array | null {
  if (value < 0n) return null;
  const hex = value.toString(16);
  return hex.length > 2 * size ? null : fromHex(hex.padStart(2 * size, '0'));
}

/**
 * Raw r‖s, `size` bytes each, of an Ecdsa-Sig-Value or Dss-Sig-Value; null when it holds no such pair.
 * Trailing bytes and longer integers are refused.
 */
export function ecdsaToRaw(der: Uint8Array, size: number): Uint8Array | null {
  const pair = signaturePair(der);
  if (pair === null) return null;
  const r = fixed(pair.r, size);
  const s = fixed(pair.s, size);
  return r === null || s === null ? null : concat(r, s);
}

/**
 * The two integers of an Ecdsa-Sig-Value or Dss-Sig-Value; null when the bytes are no such thing in DER: BER's
 * other spellings would make many signatures out of one (SEC 1 §C.8, RFC 3279 §2.2.3).
 */
export function signaturePair(der: Uint8Array): { readonly r: bigint; readonly s: bigint } | null {
  try {
    const walk = members(readWhole(der));
    const r = readInteger(walk.next(Tag.integer));
    const s = readInteger(walk.next(Tag.integer));
    walk.end();
    return equalBytes(der, sequence(integer(r), integer(s))) ? { r, s } : null;
  } catch {
    return null;
  }
}
