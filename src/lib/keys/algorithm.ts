import { bitString, integer, nullValue, oid, sequence } from '../asn1/der.ts';
import { Oid } from '../pki/oid.ts';
import { parseSpki } from '../pki/spki.ts';
import { KeyError } from './error.ts';

/** Signature algorithms of people's keys, named as in JOSE (RFC 7518 §3.1). Made here: ES256; the rest is imported. */
export type KeyAlgorithm = 'ES256' | 'ES384' | 'ES512' | 'RS256' | 'PS256';

interface Scheme {
  /** For `importKey` and `unwrapKey`. */
  readonly key: EcKeyImportParams | RsaHashedImportParams;
  /** For `sign` and `verify`. */
  readonly signing: AlgorithmIdentifier | EcdsaParams | RsaPssParams;
}

const ec = (namedCurve: string, hash: string): Scheme => ({
  key: { name: 'ECDSA', namedCurve },
  signing: { name: 'ECDSA', hash }
});

export const SCHEMES: Readonly<Record<KeyAlgorithm, Scheme>> = {
  ES256: ec('P-256', 'SHA-256'),
  ES384: ec('P-384', 'SHA-384'),
  ES512: ec('P-521', 'SHA-512'),
  RS256: { key: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }, signing: { name: 'RSASSA-PKCS1-v1_5' } },
  PS256: { key: { name: 'RSA-PSS', hash: 'SHA-256' }, signing: { name: 'RSA-PSS', saltLength: 32 } }
};

export const ALGORITHMS = Object.keys(SCHEMES) as KeyAlgorithm[];

const CURVES: Readonly<Record<string, KeyAlgorithm>> = {
  'P-256': 'ES256',
  'P-384': 'ES384',
  'P-521': 'ES512'
};

/**
 * What a key with this SubjectPublicKeyInfo (DER) signs with. PSS only for keys that may do nothing else
 * (RFC 4055 §1.2): more readers know PKCS#1 v1.5. Throws KeyError `unsupported`: other curves and kinds,
 * RSA below 2,048 bits.
 */
export function algorithmOf(spki: Uint8Array): KeyAlgorithm {
  const key = parseSpki(spki);
  const known = key.kind === 'ec' ? CURVES[key.curve] : undefined;
  if (known !== undefined) return known;
  if (key.kind === 'rsa' && key.modulus >> 2047n > 0n) return key.pss ? 'PS256' : 'RS256';
  throw new KeyError('unsupported', `no signatures with a key of kind ${key.kind}`);
}

/** A key that is marked for PSS only (RFC 4055 §1.2) gets the general identifier: WebCrypto knows no other. */
function readable(spki: Uint8Array): Uint8Array {
  const key = parseSpki(spki);
  if (key.kind !== 'rsa' || !key.pss) return spki;
  const numbers = sequence(integer(key.modulus), integer(key.exponent));
  return sequence(sequence(oid(Oid.rsaEncryption), nullValue()), bitString(numbers));
}

/** Whether `signature` over `message` is by the key of `spki`; a key that cannot be read signs nothing. */
export async function verifies(
  alg: KeyAlgorithm,
  spki: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array
): Promise<boolean> {
  const { key, signing } = SCHEMES[alg];
  return crypto.subtle
    .importKey('spki', Uint8Array.from(readable(spki)), key, false, ['verify'])
    .then((open) => crypto.subtle.verify(signing, open, Uint8Array.from(signature), Uint8Array.from(message)))
    .catch(() => false);
}
