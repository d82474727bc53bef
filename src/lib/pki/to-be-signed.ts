import { bitString, oid, sequence } from '../asn1/der.ts';
import type { Check } from './check.ts';
import { ecdsaToDer } from './ecdsa.ts';
import { parseSpki } from './spki.ts';

/** Bytes that a key has to sign before a certificate, list or request is whole. */
export interface ToBeSigned {
  /** What is signed: ECDSA with `hash` over exactly these bytes. */
  readonly bytes: Uint8Array;
  readonly hash: 'SHA-256' | 'SHA-384';
  /** The whole structure, DER. `signature`: raw r‖s, 64 bytes for P-256, 96 for P-384. */
  finish(signature: Uint8Array): Uint8Array;
}

/** Hash that goes with a signing key of ours: SHA-256 with P-256, SHA-384 with P-384. RangeError for others. */
export function signatureHash(spki: Uint8Array): 'SHA-256' | 'SHA-384' {
  const key = parseSpki(spki);
  if (key.kind === 'ec' && key.curve === 'P-256') return 'SHA-256';
  if (key.kind === 'ec' && key.curve === 'P-384') return 'SHA-384';
  throw new RangeError('only P-256 and P-384 keys sign here');
}

/** ecdsa-with-SHA256 or -SHA384, parameters absent (RFC 5758 §3.2). */
export function ecdsaIdentifier(hash: 'SHA-256' | 'SHA-384'): Uint8Array {
  return sequence(oid(hash === 'SHA-256' ? '1.2.840.10045.4.3.2' : '1.2.840.10045.4.3.3'));
}

/** The frame that certificates, lists and requests share: contents, algorithm, signature (RFC 5280 §4.1.1). */
export function toBeSigned(bytes: Uint8Array, signerSpki: Uint8Array): ToBeSigned {
  const hash = signatureHash(signerSpki);
  const size = hash === 'SHA-256' ? 64 : 96;
  return {
    bytes,
    hash,
    finish: (signature) => {
      if (signature.length !== size) throw new RangeError(`a signature of ${size} bytes is expected`);
      return sequence(bytes, ecdsaIdentifier(hash), bitString(ecdsaToDer(signature)));
    }
  };
}

/** The question whether a raw r‖s signature over `message` is by a P-256 or P-384 key of ours. */
export function rawSignatureCheck(spki: Uint8Array, message: Uint8Array, signature: Uint8Array): Check {
  return {
    scheme: { kind: 'ecdsa', hash: signatureHash(spki) },
    spki,
    signed: { message },
    signature: ecdsaToDer(signature)
  };
}
