import { members, octets, readWhole, Tag } from '../asn1/ber.ts';
import { integer, nullValue, octetString, oid, sequence } from '../asn1/der.ts';
import { parseAlgorithm } from './algorithm.ts';
import type { SignatureScheme } from './check.ts';
import { PkiError } from './error.ts';
import { Oid } from './oid.ts';
import { signingScheme, type SigningChoice } from './signing-scheme.ts';
import { parseSpki } from './spki.ts';

/** A private key in WebCrypto's hands. */
export interface WebSigner {
  readonly key: CryptoKey;
  readonly scheme: SignatureScheme;
  /** Signature over `bytes`, as `buildSignedData` and `prepareSignature` take it. */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}

function algorithms(
  spki: Uint8Array,
  scheme: SignatureScheme
): {
  readonly imported: AlgorithmIdentifier | EcKeyImportParams | RsaHashedImportParams;
  readonly used: AlgorithmIdentifier | EcdsaParams | RsaPssParams;
} {
  const key = parseSpki(spki);
  if (scheme.kind === 'ecdsa' && key.kind === 'ec')
    return {
      imported: { name: 'ECDSA', namedCurve: key.curve },
      used: { name: 'ECDSA', hash: scheme.hash }
    };
  if (scheme.kind === 'rsa-pkcs1')
    return {
      imported: { name: 'RSASSA-PKCS1-v1_5', hash: scheme.hash },
      used: { name: 'RSASSA-PKCS1-v1_5' }
    };
  if (scheme.kind === 'rsa-pss' && scheme.mgfHash === scheme.hash)
    return {
      imported: { name: 'RSA-PSS', hash: scheme.hash },
      used: { name: 'RSA-PSS', saltLength: scheme.saltLength }
    };
  if (scheme.kind === 'ed25519') return { imported: { name: 'Ed25519' }, used: { name: 'Ed25519' } };
  throw new PkiError('key', 'this key does not sign here');
}

/**
 * PKCS#8 as WebCrypto reads it: an RSA key that is marked for PSS only (RFC 4055 §1.2) gets the general
 * identifier, which is all that WebCrypto knows; our `scheme` keeps it to PSS.
 */
function readable(pkcs8: Uint8Array): Uint8Array {
  const walk = members(readWhole(pkcs8));
  walk.next(Tag.integer);
  if (parseAlgorithm(walk.next(Tag.sequence)).oid !== Oid.rsaPss) return pkcs8;
  const key = octets(walk.next(Tag.octetString, 0x24));
  return sequence(integer(0), sequence(oid(Oid.rsaEncryption), nullValue()), octetString(key));
}

/**
 * Takes a private key (PKCS#8, DER) with its SubjectPublicKeyInfo into WebCrypto. Throws PkiError `key` when
 * it does not sign here or the platform does not take it. That both belong together is for the caller to see:
 * `checks` of a signature.
 */
export async function importSigner(
  pkcs8: Uint8Array,
  spki: Uint8Array,
  { extractable = false, ...choice }: SigningChoice & { readonly extractable?: boolean } = {}
): Promise<WebSigner> {
  const scheme = signingScheme(spki, choice);
  const { imported, used } = algorithms(spki, scheme);
  let key: CryptoKey;
  try {
    const bytes = Uint8Array.from(readable(pkcs8));
    key = await crypto.subtle.importKey('pkcs8', bytes, imported, extractable, ['sign']);
  } catch (error) {
    throw new PkiError('key', `the platform does not take this key: ${String(error)}`);
  }
  const sign = async (bytes: Uint8Array): Promise<Uint8Array> =>
    new Uint8Array(await crypto.subtle.sign(used, key, Uint8Array.from(bytes)));
  return { key, scheme, sign };
}
