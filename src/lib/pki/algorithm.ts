import { Members, members, Tag, type Element } from '../asn1/ber.ts';
import { nullValue, oid, sequence } from '../asn1/der.ts';
import { readOid, readSmallInteger } from '../asn1/values.ts';
import type { HashName, SignatureScheme } from './check.ts';
import { Oid } from './oid.ts';

/** AlgorithmIdentifier (RFC 5280 §4.1.1.2); `parameters` is the element as written, null when absent. */
export interface Algorithm {
  readonly oid: string;
  readonly parameters: Element | null;
}

export function parseAlgorithm(element: Element): Algorithm {
  const walk = members(element);
  const name = readOid(walk.next(Tag.oid));
  const parameters = walk.peek() === undefined ? null : walk.next();
  walk.end();
  return { oid: name, parameters };
}

const HASHES: Readonly<Record<string, HashName>> = {
  '1.2.840.113549.2.5': 'MD5',
  '1.3.14.3.2.26': 'SHA-1',
  '2.16.840.1.101.3.4.2.4': 'SHA-224',
  '2.16.840.1.101.3.4.2.1': 'SHA-256',
  '2.16.840.1.101.3.4.2.2': 'SHA-384',
  '2.16.840.1.101.3.4.2.3': 'SHA-512',
  '2.16.840.1.101.3.4.2.8': 'SHA3-256',
  '2.16.840.1.101.3.4.2.9': 'SHA3-384',
  '2.16.840.1.101.3.4.2.10': 'SHA3-512',
  // SHAKE256 with 512 bits of output (RFC 8702); with a length it is SHAKE256-LEN, for Ed448 in CMS (RFC 8419).
  '2.16.840.1.101.3.4.2.12': 'SHAKE256-512'
};
const SHAKE256_LEN = '2.16.840.1.101.3.4.2.18';

/** The hash an identifier names, or null when this program does not have it. */
export function hashOf(algorithm: Algorithm): HashName | null {
  if (algorithm.oid === SHAKE256_LEN && algorithm.parameters?.tag === Tag.integer) {
    const bits = readSmallInteger(algorithm.parameters);
    return bits === 512 ? 'SHAKE256-512' : bits === 912 ? 'SHAKE256-912' : null;
  }
  return HASHES[algorithm.oid] ?? null;
}

/** Length of a hash's output in bytes. */
export function hashLength(hash: HashName): number {
  switch (hash) {
    case 'MD5':
      return 16;
    case 'SHA-1':
      return 20;
    case 'SHA-224':
      return 28;
    case 'SHA-256':
    case 'SHA3-256':
      return 32;
    case 'SHA-384':
    case 'SHA3-384':
      return 48;
    case 'SHAKE256-912':
      return 114;
    default:
      return 64;
  }
}

/** AlgorithmIdentifier of a hash, parameters absent (RFC 5754 §2). */
export function hashIdentifier(hash: HashName): Uint8Array {
  const found = Object.keys(HASHES).find((name) => HASHES[name] === hash);
  if (found === undefined) throw new RangeError(`no identifier for ${hash}`);
  return sequence(oid(found));
}

/** DigestInfo prefix of RSASSA-PKCS1-v1_5: the identifier with NULL parameters (RFC 8017 §9.2). */
export function digestInfoIdentifier(hash: HashName): Uint8Array {
  const found = Object.keys(HASHES).find((name) => HASHES[name] === hash);
  if (found === undefined) throw new RangeError(`no identifier for ${hash}`);
  return sequence(oid(found), nullValue());
}

const ECDSA: Readonly<Record<string, HashName>> = {
  '1.2.840.10045.4.1': 'SHA-1',
  '1.2.840.10045.4.3.1': 'SHA-224',
  '1.2.840.10045.4.3.2': 'SHA-256',
  '1.2.840.10045.4.3.3': 'SHA-384',
  '1.2.840.10045.4.3.4': 'SHA-512',
  '2.16.840.1.101.3.4.3.10': 'SHA3-256',
  '2.16.840.1.101.3.4.3.11': 'SHA3-384',
  '2.16.840.1.101.3.4.3.12': 'SHA3-512'
};
const RSA: Readonly<Record<string, HashName>> = {
  '1.2.840.113549.1.1.4': 'MD5',
  '1.2.840.113549.1.1.5': 'SHA-1',
  '1.3.14.3.2.29': 'SHA-1',
  '1.2.840.113549.1.1.14': 'SHA-224',
  '1.2.840.113549.1.1.11': 'SHA-256',
  '1.2.840.113549.1.1.12': 'SHA-384',
  '1.2.840.113549.1.1.13': 'SHA-512',
  '2.16.840.1.101.3.4.3.14': 'SHA3-256',
  '2.16.840.1.101.3.4.3.15': 'SHA3-384',
  '2.16.840.1.101.3.4.3.16': 'SHA3-512'
};
const DSA: Readonly<Record<string, HashName>> = {
  '1.2.840.10040.4.3': 'SHA-1',
  '1.3.14.3.2.27': 'SHA-1',
  '2.16.840.1.101.3.4.3.1': 'SHA-224',
  '2.16.840.1.101.3.4.3.2': 'SHA-256',
  '2.16.840.1.101.3.4.3.3': 'SHA-384',
  '2.16.840.1.101.3.4.3.4': 'SHA-512'
};

/** Reads RSASSA-PSS-params, each member with a default (RFC 4055 §3.1); null for unknown hashes. */
export function pssScheme(
  parameters: Element | null
): (SignatureScheme & { readonly kind: 'rsa-pss' }) | null {
  let hash: HashName | null = 'SHA-1';
  let mgfHash: HashName | null = 'SHA-1';
  let saltLength = 20;
  if (parameters === null || parameters.tag !== Tag.sequence) return null;
  const walk = new Members(parameters);
  const hashPart = walk.optional(0xa0);
  if (hashPart !== null) hash = hashOf(parseAlgorithm(new Members(hashPart).next()));
  const mgfPart = walk.optional(0xa1);
  if (mgfPart !== null) {
    const mgf = parseAlgorithm(new Members(mgfPart).next());
    if (mgf.oid !== Oid.mgf1 || mgf.parameters === null) return null;
    mgfHash = hashOf(parseAlgorithm(mgf.parameters));
  }
  const saltPart = walk.optional(0xa2);
  if (saltPart !== null) saltLength = readSmallInteger(new Members(saltPart).next(Tag.integer));
  if (hash === null || mgfHash === null || saltLength < 0) return null;
  return { kind: 'rsa-pss', hash, mgfHash, saltLength };
}

/**
 * How a signature was made, from its AlgorithmIdentifier. CMS may name the key's algorithm only (RFC 3370
 * §3.2): then `digest`, the signer's digest algorithm, completes it. Null: not known to this program.
 */
export function signatureScheme(
  algorithm: Algorithm,
  digest: HashName | null = null
): SignatureScheme | null {
  const ecdsa = ECDSA[algorithm.oid];
  if (ecdsa !== undefined) return { kind: 'ecdsa', hash: ecdsa };
  const rsa = RSA[algorithm.oid];
  if (rsa !== undefined) return { kind: 'rsa-pkcs1', hash: rsa };
  const dsa = DSA[algorithm.oid];
  if (dsa !== undefined) return { kind: 'dsa', hash: dsa };
  switch (algorithm.oid) {
    case Oid.rsaPss:
      return pssScheme(algorithm.parameters);
    case Oid.ed25519:
      return { kind: 'ed25519' };
    case Oid.ed448:
      return { kind: 'ed448' };
    case Oid.rsaEncryption:
      return digest === null ? null : { kind: 'rsa-pkcs1', hash: digest };
    // The last two are arcs above ecdsa-with-SHA256 (X9.62): some signers write them and mean the digest's hash.
    case Oid.ecPublicKey:
    case '1.2.840.10045.4':
    case '1.2.840.10045.4.3':
      return digest === null ? null : { kind: 'ecdsa', hash: digest };
    case Oid.dsa:
      return digest === null ? null : { kind: 'dsa', hash: digest };
    default:
      return null;
  }
}

/** AlgorithmIdentifier of a scheme that needs no parameters of its own (RFC 5754 §3, RFC 5758 §3, RFC 8410 §3). */
export function schemeIdentifier(scheme: Exclude<SignatureScheme, { kind: 'rsa-pss' }>): Uint8Array {
  switch (scheme.kind) {
    case 'ed25519':
    case 'ed448':
      return sequence(oid(Oid[scheme.kind]));
    default: {
      const table = { ecdsa: ECDSA, 'rsa-pkcs1': RSA, dsa: DSA }[scheme.kind];
      const found = Object.keys(table).find((name) => table[name] === scheme.hash);
      if (found === undefined) throw new RangeError(`no identifier for ${scheme.kind} with ${scheme.hash}`);
      // RSA's parameters are NULL, the others' are absent.
      return scheme.kind === 'rsa-pkcs1' ? sequence(oid(found), nullValue()) : sequence(oid(found));
    }
  }
}

/** Name of a scheme for people and reports, e.g. `ECDSA-SHA-256`, `RSA-PSS-SHA-512`. */
export function schemeName(scheme: SignatureScheme): string {
  switch (scheme.kind) {
    case 'ecdsa':
      return `ECDSA-${scheme.hash}`;
    case 'rsa-pkcs1':
      return `RSA-${scheme.hash}`;
    case 'rsa-pss':
      return `RSA-PSS-${scheme.hash}`;
    case 'dsa':
      return `DSA-${scheme.hash}`;
    case 'ed25519':
      return 'Ed25519';
    case 'ed448':
      return 'Ed448';
  }
}
