import { sha256 } from '@noble/hashes/sha2.js';
import { list, members, octets, raw, readWhole, Tag, type Element } from '../asn1/ber.ts';
import {
  readBitOctets,
  readBoolean,
  readIntegerBytes,
  readNamedBits,
  readOid,
  readSmallInteger,
  readTime
} from '../asn1/values.ts';
import { AsnError } from '../asn1/error.ts';
import { toHex } from '../bytes/hex.ts';
import { parseAlgorithm, signatureScheme, type Algorithm } from './algorithm.ts';
import type { Check } from './check.ts';
import {
  parseGeneralNames,
  parseNameConstraints,
  type GeneralName,
  type NameConstraints
} from './general-name.ts';
import { parseName, sameName, type Name } from './name.ts';
import { Oid } from './oid.ts';
import { parseSpki, type PublicKey } from './spki.ts';

/** KeyUsage by bit number (RFC 5280 §4.2.1.3). */
export const KEY_USAGES = [
  'digitalSignature',
  'contentCommitment',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly'
] as const;
export type KeyUsage = (typeof KEY_USAGES)[number];

export interface Extension {
  readonly oid: string;
  readonly critical: boolean;
  /** Contents of extnValue. */
  readonly value: Uint8Array;
}

/** A certificate, read (RFC 5280 §4.1). Its signature is not checked by reading: see `certificateCheck`. */
export interface Certificate {
  readonly der: Uint8Array;
  /** TBSCertificate as written: what the issuer signed. */
  readonly tbs: Uint8Array;
  /** 1 or 3, for v1 and v3. */
  readonly version: number;
  readonly serial: Uint8Array;
  readonly serialHex: string;
  readonly issuer: Name;
  readonly subject: Name;
  /** UTC milliseconds. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
  readonly key: PublicKey;
  readonly signatureAlgorithm: Algorithm;
  readonly signature: Uint8Array;
  readonly extensions: readonly Extension[];
  readonly basicConstraints: { readonly ca: boolean; readonly pathLength: number | null } | null;
  /** Null: no such extension, every use allowed. */
  readonly keyUsage: readonly KeyUsage[] | null;
  readonly extendedKeyUsage: readonly string[] | null;
  readonly nameConstraints: NameConstraints | null;
  readonly alternativeNames: readonly GeneralName[];
  readonly subjectKeyId: Uint8Array | null;
  readonly authorityKeyId: Uint8Array | null;
}

export function parseExtension(element: Element): Extension {
  const walk = members(element);
  const oid = readOid(walk.next(Tag.oid));
  const critical = walk.optional(Tag.boolean);
  const value = octets(walk.next(Tag.octetString, 0x24));
  walk.end();
  return { oid, critical: critical !== null && readBoolean(critical), value };
}

function readBasicConstraints(value: Uint8Array): Certificate['basicConstraints'] {
  const walk = members(readWhole(value));
  const ca = walk.optional(Tag.boolean);
  const pathLength = walk.optional(Tag.integer);
  return {
    ca: ca !== null && readBoolean(ca),
    pathLength: pathLength === null ? null : readSmallInteger(pathLength)
  };
}

/** keyIdentifier of an AuthorityKeyIdentifier (RFC 5280 §4.2.1.1), or null. Throws AsnError. */
export function readAuthorityKeyId(value: Uint8Array): Uint8Array | null {
  const keyId = members(readWhole(value)).optional(0x80);
  return keyId === null ? null : octets(keyId);
}

/**
 * Reads a certificate. Throws AsnError. Two extensions of one kind are refused: readers that take the first
 * and readers that take the last would see two certificates (RFC 5280 §4.2).
 */
export function parseCertificate(der: Uint8Array | Element): Certificate {
  const whole = der instanceof Uint8Array ? readWhole(der) : der;
  const outer = members(whole);
  const tbs = outer.next(Tag.sequence);
  const signatureAlgorithm = parseAlgorithm(outer.next(Tag.sequence));
  const signature = readBitOctets(outer.next(Tag.bitString, 0x23));
  outer.end();

  const walk = members(tbs);
  const version = walk.optional(0xa0);
  const serial = readIntegerBytes(walk.next(Tag.integer));
  walk.next(Tag.sequence);
  const issuer = parseName(walk.next(Tag.sequence));
  const [notBefore, notAfter] = list(walk.next(Tag.sequence)).map(readTime);
  const subject = parseName(walk.next(Tag.sequence));
  const spki = walk.next(Tag.sequence);
  walk.optional(0x81, 0xa1);
  walk.optional(0x82, 0xa2);
  const extensionPart = walk.optional(0xa3);
  walk.end();
  if (notBefore === undefined || notAfter === undefined) {
    throw new AsnError('missing', 'a certificate without validity', tbs.start);
  }

  const extensions =
    extensionPart === null ? [] : list(members(extensionPart, 0xa3).next()).map(parseExtension);
  const find = (oid: string): Uint8Array | null => {
    const found = extensions.filter((extension) => extension.oid === oid);
    if (found.length > 1) throw new AsnError('value', `extension ${oid} twice`, tbs.start);
    return found[0]?.value ?? null;
  };
  const read = <T>(oid: string, reader: (value: Uint8Array) => T): T | null => {
    const value = find(oid);
    return value === null ? null : reader(value);
  };
  return {
    der: raw(whole),
    tbs: raw(tbs),
    version: version === null ? 1 : readSmallInteger(members(version, 0xa0).next(Tag.integer)) + 1,
    serial,
    serialHex: toHex(serial),
    issuer,
    subject,
    notBefore,
    notAfter,
    spki: raw(spki),
    key: parseSpki(spki),
    signatureAlgorithm,
    signature,
    extensions,
    basicConstraints: read(Oid.basicConstraints, readBasicConstraints),
    keyUsage: read(Oid.keyUsage, (value) =>
      readNamedBits(readWhole(value)).flatMap((bit) => KEY_USAGES[bit] ?? [])
    ),
    extendedKeyUsage: read(Oid.extendedKeyUsage, (value) => list(readWhole(value)).map(readOid)),
    nameConstraints: read(Oid.nameConstraints, (value) => parseNameConstraints(readWhole(value))),
    alternativeNames: read(Oid.subjectAltName, (value) => parseGeneralNames(readWhole(value))) ?? [],
    subjectKeyId: read(Oid.subjectKeyIdentifier, (value) => octets(readWhole(value))),
    authorityKeyId: read(Oid.authorityKeyIdentifier, readAuthorityKeyId)
  };
}

/** The question whether `issuer`'s key signed `certificate`; null when the algorithm is not known here. */
export function certificateCheck(certificate: Certificate, issuerSpki: Uint8Array): Check | null {
  const scheme = signatureScheme(certificate.signatureAlgorithm);
  if (scheme === null) return null;
  return {
    scheme,
    spki: issuerSpki,
    signed: { message: certificate.tbs },
    signature: certificate.signature
  };
}

/** Issuer and subject are one name. Whether its own key signed it is a check like any other. */
export function isSelfIssued(certificate: Certificate): boolean {
  return sameName(certificate.issuer, certificate.subject);
}

/** SHA-256 of the certificate's bytes, lower-case hex: the fingerprint that people compare. */
export function certificateSha256(certificate: { readonly der: Uint8Array }): string {
  return toHex(sha256(certificate.der));
}

/** SHA-256 of the SubjectPublicKeyInfo, lower-case hex: the same key has the same in whatever certificate. */
export function keySha256(certificate: { readonly spki: Uint8Array }): string {
  return toHex(sha256(certificate.spki));
}
