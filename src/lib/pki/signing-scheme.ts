import { members, readWhole, Tag, type Element } from '../asn1/ber.ts';
import { integer, oid, sequence, tagged } from '../asn1/der.ts';
import {
  hashLength,
  digestInfoIdentifier,
  parseAlgorithm,
  pssScheme,
  schemeIdentifier
} from './algorithm.ts';
import type { HashName, SignatureScheme } from './check.ts';
import { ecdsaToDer } from './ecdsa.ts';
import { PkiError } from './error.ts';
import { bitLength } from './modular.ts';
import { Oid } from './oid.ts';
import { parseSpki, type PublicKey } from './spki.ts';

/** Bytes of one number of an ECDSA signature, and the hash that goes with the curve. */
const CURVES: Readonly<Record<string, { readonly size: number; readonly hash: HashName }>> = {
  'P-256': { size: 32, hash: 'SHA-256' },
  'P-384': { size: 48, hash: 'SHA-384' },
  'P-521': { size: 66, hash: 'SHA-512' }
};

export interface SigningChoice {
  /** RSA keys: RSASSA-PSS instead of PKCS#1 v1.5. A key that is for PSS only signs so anyway. */
  readonly pss?: boolean;
}

/** RSA: the hash as strong as the key, SHA-256 at least. */
function rsaHash(bits: number): HashName {
  return bits < 3072 ? 'SHA-256' : bits < 4096 ? 'SHA-384' : 'SHA-512';
}

/** Parameters of a key's AlgorithmIdentifier; null when absent. */
function keyParameters(spki: Uint8Array): Element | null {
  return parseAlgorithm(members(readWhole(spki)).next(Tag.sequence)).parameters;
}

function rsaScheme(key: PublicKey & { kind: 'rsa' }, spki: Uint8Array, pss: boolean): SignatureScheme {
  const bits = bitLength(key.modulus);
  if (bits < 2048 || bits > 16384) throw new PkiError('key', `an RSA key of ${bits} bits does not sign here`);
  const hash = rsaHash(bits);
  if (!pss && !key.pss) return { kind: 'rsa-pkcs1', hash };
  // A key for PSS may name the hashes it is for, and the shortest salt (RFC 4055 §3.1).
  const parameters = key.pss ? keyParameters(spki) : null;
  if (parameters === null || parameters.tag !== Tag.sequence)
    return { kind: 'rsa-pss', hash, mgfHash: hash, saltLength: hashLength(hash) };
  const named = pssScheme(parameters);
  if (named === null || hashLength(named.hash) < 32 || hashLength(named.mgfHash) < 32)
    throw new PkiError('key', 'the hashes that this key is for are unknown or too weak');
  return { ...named, saltLength: Math.max(named.saltLength, hashLength(named.hash)) };
}

/**
 * How a key signs documents here, from its SubjectPublicKeyInfo (DER): ECDSA on P-256, P-384 and P-521 with
 * the curve's hash, RSA from 2,048 bits (RFC 8017) with SHA-256, -384 or -512 by its size, Ed25519 (RFC 8032).
 * Throws PkiError `key` for any other key.
 */
export function signingScheme(spki: Uint8Array, { pss = false }: SigningChoice = {}): SignatureScheme {
  const key = parseSpki(spki);
  switch (key.kind) {
    case 'ec': {
      const curve = CURVES[key.curve];
      if (curve === undefined) throw new PkiError('key', `keys on ${key.curve} do not sign here`);
      return { kind: 'ecdsa', hash: curve.hash };
    }
    case 'rsa':
      return rsaScheme(key, spki, pss);
    case 'ed25519':
      return { kind: 'ed25519' };
    default:
      throw new PkiError('key', `a key of this kind does not sign here (${key.kind})`);
  }
}

/** Hash of the content that goes with a scheme: its own; SHA-512 with Ed25519 (RFC 8419 §3.1). */
export function contentHash(scheme: SignatureScheme): HashName {
  if ('hash' in scheme) return scheme.hash;
  return scheme.kind === 'ed25519' ? 'SHA-512' : 'SHAKE256-512';
}

/** AlgorithmIdentifier of a scheme, DER (RFC 5758 §3.2, RFC 4055 §3 and §5, RFC 8410 §3). */
export function signatureIdentifier(scheme: SignatureScheme): Uint8Array {
  if (scheme.kind !== 'rsa-pss') return schemeIdentifier(scheme);
  const mgf = sequence(oid(Oid.mgf1), digestInfoIdentifier(scheme.mgfHash));
  // RFC 4055 §2.1: here the parameters of a hash are NULL.
  const parameters = sequence(
    tagged(0, digestInfoIdentifier(scheme.hash)),
    tagged(1, mgf),
    tagged(2, integer(scheme.saltLength))
  );
  return sequence(oid(Oid.rsaPss), parameters);
}

/** Bytes of a signature as WebCrypto makes it: r‖s for ECDSA, the modulus's length for RSA, 64 for Ed25519. */
export function signatureLength(spki: Uint8Array): number {
  const key = parseSpki(spki);
  if (key.kind === 'rsa') return Math.ceil(bitLength(key.modulus) / 8);
  return key.kind === 'ec' ? 2 * (CURVES[key.curve]?.size ?? 0) : 64;
}

/**
 * The signature value as X.509 and CMS carry it: DER of r and s for ECDSA (RFC 3279 §2.2.3), else the bytes
 * themselves. `signature` as WebCrypto makes it. Throws PkiError `signature` when its length is not the key's.
 */
export function signatureValue(spki: Uint8Array, signature: Uint8Array): Uint8Array {
  const size = signatureLength(spki);
  if (signature.length !== size)
    throw new PkiError('signature', `a signature of ${size} bytes is expected, not ${signature.length}`);
  return parseSpki(spki).kind === 'ec' ? ecdsaToDer(signature) : signature;
}
