import { members, readWhole, Tag, type Element } from '../asn1/ber.ts';
import { bitString, oid, sequence } from '../asn1/der.ts';
import { readBitOctets, readInteger, readOid } from '../asn1/values.ts';
import { concat } from '../bytes/concat.ts';
import { parseAlgorithm } from './algorithm.ts';
import { Oid } from './oid.ts';

export type CurveName =
  'P-256' | 'P-384' | 'P-521' | 'secp256k1' | 'brainpoolP256r1' | 'brainpoolP384r1' | 'brainpoolP512r1';

/** A public key, taken apart. Numbers are what RFC 3279 and RFC 5480 name so. */
export type PublicKey =
  /** `point` as written: 04‖x‖y, or 02/03‖x. */
  | { readonly kind: 'ec'; readonly curve: CurveName; readonly point: Uint8Array }
  /** `pss`: the key may only be used for RSASSA-PSS (RFC 4055 §1.2). */
  | { readonly kind: 'rsa'; readonly modulus: bigint; readonly exponent: bigint; readonly pss: boolean }
  | {
      readonly kind: 'dsa';
      readonly p: bigint;
      readonly q: bigint;
      readonly g: bigint;
      readonly y: bigint;
    }
  | { readonly kind: 'ed25519' | 'ed448'; readonly point: Uint8Array }
  | { readonly kind: 'unknown'; readonly oid: string };

const CURVES: Readonly<Record<string, CurveName>> = {
  '1.2.840.10045.3.1.7': 'P-256',
  '1.3.132.0.34': 'P-384',
  '1.3.132.0.35': 'P-521',
  '1.3.132.0.10': 'secp256k1',
  '1.3.36.3.3.2.8.1.1.7': 'brainpoolP256r1',
  '1.3.36.3.3.2.8.1.1.11': 'brainpoolP384r1',
  '1.3.36.3.3.2.8.1.1.13': 'brainpoolP512r1'
};

/** Reads SubjectPublicKeyInfo (RFC 5280 §4.1.2.7). Throws AsnError; unknown algorithms are `unknown`. */
export function parseSpki(spki: Uint8Array | Element): PublicKey {
  const walk = members(spki instanceof Uint8Array ? readWhole(spki) : spki);
  const algorithm = parseAlgorithm(walk.next(Tag.sequence));
  const bits = readBitOctets(walk.next(Tag.bitString));
  walk.end();
  const parameters = algorithm.parameters;
  switch (algorithm.oid) {
    case Oid.ecPublicKey: {
      const named = parameters?.tag === Tag.oid ? readOid(parameters) : 'explicit parameters';
      const curve = CURVES[named];
      return curve === undefined ? { kind: 'unknown', oid: named } : { kind: 'ec', curve, point: bits };
    }
    case Oid.rsaEncryption:
    case Oid.rsaPss: {
      const key = members(readWhole(bits));
      const modulus = readInteger(key.next(Tag.integer));
      const exponent = readInteger(key.next(Tag.integer));
      return { kind: 'rsa', modulus, exponent, pss: algorithm.oid === Oid.rsaPss };
    }
    case Oid.dsa: {
      if (parameters?.tag !== Tag.sequence) return { kind: 'unknown', oid: algorithm.oid };
      const group = members(parameters);
      const p = readInteger(group.next(Tag.integer));
      const q = readInteger(group.next(Tag.integer));
      const g = readInteger(group.next(Tag.integer));
      return { kind: 'dsa', p, q, g, y: readInteger(readWhole(bits)) };
    }
    case Oid.ed25519:
      return { kind: 'ed25519', point: bits };
    case Oid.ed448:
      return { kind: 'ed448', point: bits };
    default:
      return { kind: 'unknown', oid: algorithm.oid };
  }
}

/** What a report calls a key, e.g. `P-256`, `RSA-2048`. */
export function keyName(key: PublicKey): string {
  switch (key.kind) {
    case 'ec':
      return key.curve;
    case 'rsa':
      return `RSA-${key.modulus.toString(2).length}`;
    case 'dsa':
      return `DSA-${key.p.toString(2).length}`;
    case 'ed25519':
      return 'Ed25519';
    case 'ed448':
      return 'Ed448';
    case 'unknown':
      return key.oid;
  }
}

/** SubjectPublicKeyInfo of a point 04‖x‖y on P-256 or P-384. */
export function ecSpki(curve: 'P-256' | 'P-384', x: Uint8Array, y: Uint8Array): Uint8Array {
  const name = curve === 'P-256' ? '1.2.840.10045.3.1.7' : '1.3.132.0.34';
  return sequence(sequence(oid(Oid.ecPublicKey), oid(name)), bitString(concat(Uint8Array.of(4), x, y)));
}
