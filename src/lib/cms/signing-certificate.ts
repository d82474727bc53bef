import { children, members, octets, Tag, type Element } from '../asn1/ber.ts';
import { sequence, octetString } from '../asn1/der.ts';
import { hashIdentifier, hashOf, parseAlgorithm } from '../pki/algorithm.ts';
import type { HashName } from '../pki/check.ts';
import { hashBytes } from '../pki/hash.ts';

/** The certificate that an ESS attribute names: the first of its list is the signer's (RFC 5035 §3, §4). */
export interface CertificateHash {
  readonly version: 1 | 2;
  /** Null: a hash that this program does not have. */
  readonly hash: HashName | null;
  readonly digest: Uint8Array;
}

/** Reads SigningCertificate or SigningCertificateV2; null when its list is empty. */
export function parseSigningCertificate(value: Element, version: 1 | 2): CertificateHash | null {
  const [first] = children(members(value).next(Tag.sequence));
  if (first === undefined) return null;
  const walk = members(first);
  const algorithm = version === 2 ? walk.optional(Tag.sequence) : null;
  const digest = octets(walk.next(Tag.octetString, 0x24));
  const byDefault: HashName = version === 2 ? 'SHA-256' : 'SHA-1';
  return { version, hash: algorithm === null ? byDefault : hashOf(parseAlgorithm(algorithm)), digest };
}

/**
 * SigningCertificateV2 naming one certificate by its hash (RFC 5035 §4); SHA-256 is the default, which DER
 * leaves out.
 */
export function encodeSigningCertificate(certificate: Uint8Array, hash: HashName = 'SHA-256'): Uint8Array {
  const digest = octetString(hashBytes(hash, certificate));
  const named = hash === 'SHA-256' ? sequence(digest) : sequence(hashIdentifier(hash), digest);
  return sequence(sequence(named));
}
