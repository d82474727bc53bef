import { children, content, list, members, raw, readWhole, Tag, type Element } from '../asn1/ber.ts';
import { der, integer, octetString, oid, sequence, tagged, taggedPrimitive, time } from '../asn1/der.ts';
import { readBitOctets, readInteger, readIntegerBytes, readSmallInteger, readTime } from '../asn1/values.ts';
import { equalBytes } from '../bytes/concat.ts';
import { toHex } from '../bytes/hex.ts';
import { decodeLatin1 } from '../bytes/latin1.ts';
import { parseAlgorithm, signatureScheme, type Algorithm } from './algorithm.ts';
import { keyIdentifier } from './authority.ts';
import { parseExtension, readAuthorityKeyId, type Certificate, type Extension } from './certificate.ts';
import type { Check } from './check.ts';
import { parseName, type Name } from './name.ts';
import { Oid } from './oid.ts';
import { ecdsaIdentifier, signatureHash, toBeSigned, type ToBeSigned } from './to-be-signed.ts';

/** CRLReason (RFC 5280 §5.3.1), the ones that this app gives (`security.md` C6). */
export const REVOCATION_REASONS = {
  keyCompromise: 1,
  affiliationChanged: 3,
  superseded: 4,
  cessationOfOperation: 5
} as const;
export type RevocationReason = keyof typeof REVOCATION_REASONS;

export interface NewRevocation {
  readonly serial: Uint8Array;
  /** UTC milliseconds. */
  readonly at: number;
  readonly reason: RevocationReason;
}

/** CertificateList version 2 (RFC 5280 §5.1). `number` must rise with every list; times are UTC milliseconds. */
export function certificateRevocationList(input: {
  readonly issuer: Certificate;
  readonly number: number;
  readonly now: number;
  readonly next: number;
  readonly revoked: readonly NewRevocation[];
}): ToBeSigned {
  const { issuer } = input;
  const extension = (type: string, value: Uint8Array): Uint8Array => sequence(oid(type), octetString(value));
  const entries = input.revoked.map(({ serial, at, reason }) =>
    sequence(
      der(Tag.integer, serial),
      time(at),
      sequence(extension(Oid.reasonCode, der(Tag.enumerated, Uint8Array.of(REVOCATION_REASONS[reason]))))
    )
  );
  const tbs = sequence(
    integer(1),
    ecdsaIdentifier(signatureHash(issuer.spki)),
    issuer.subject.der,
    time(input.now),
    time(input.next),
    // An empty list must be left out altogether (RFC 5280 §5.1.2.6).
    ...(entries.length === 0 ? [] : [sequence(...entries)]),
    tagged(
      0,
      sequence(
        extension(Oid.authorityKeyIdentifier, sequence(taggedPrimitive(0, keyIdentifier(issuer.spki)))),
        extension(Oid.crlNumber, integer(input.number))
      )
    )
  );
  return toBeSigned(tbs, issuer.spki);
}

export interface Revocation {
  readonly serialHex: string;
  readonly at: number;
  /** CRLReason number, null when the entry has none. */
  readonly reason: number | null;
}

export interface RevocationList {
  readonly der: Uint8Array;
  readonly tbs: Uint8Array;
  readonly issuer: Name;
  readonly thisUpdate: number;
  readonly nextUpdate: number | null;
  readonly number: bigint | null;
  readonly authorityKeyId: Uint8Array | null;
  readonly revoked: readonly Revocation[];
  readonly extensions: readonly Extension[];
  /** Identifiers of critical extensions, of the list or an entry, that are not understood here. */
  readonly unknownCritical: readonly string[];
  readonly signatureAlgorithm: Algorithm;
  readonly signature: Uint8Array;
}

/** Reads a CertificateList. Throws AsnError. Its signature is a question of its own: `crlCheck`. */
export function parseCrl(bytes: Uint8Array): RevocationList {
  const whole = readWhole(bytes);
  const outer = members(whole);
  const tbs = outer.next(Tag.sequence);
  const signatureAlgorithm = parseAlgorithm(outer.next(Tag.sequence));
  const signature = readBitOctets(outer.next(Tag.bitString));
  const walk = members(tbs);
  walk.optional(Tag.integer);
  walk.next(Tag.sequence);
  const issuer = parseName(walk.next(Tag.sequence));
  const thisUpdate = readTime(walk.next(Tag.utcTime, Tag.generalizedTime));
  const nextUpdate = walk.optional(Tag.utcTime, Tag.generalizedTime);
  const entries = walk.optional(Tag.sequence);
  const extensionPart = walk.optional(0xa0);
  walk.end();
  const extensions =
    extensionPart === null ? [] : list(members(extensionPart, 0xa0).next()).map(parseExtension);
  const number = extensions.find((extension) => extension.oid === Oid.crlNumber);
  const named = extensions.find((extension) => extension.oid === Oid.authorityKeyIdentifier);
  const unknownCritical = unknown(extensions);
  const revoked = entries === null ? [] : list(entries).map((entry) => parseEntry(entry, unknownCritical));
  return {
    der: raw(whole),
    tbs: raw(tbs),
    issuer,
    thisUpdate,
    nextUpdate: nextUpdate === null ? null : readTime(nextUpdate),
    number: number === undefined ? null : readInteger(readWhole(number.value)),
    authorityKeyId: named === undefined ? null : readAuthorityKeyId(named.value),
    revoked,
    extensions,
    unknownCritical,
    signatureAlgorithm,
    signature
  };
}

function parseEntry(element: Element, unknownCritical: string[]): Revocation {
  const walk = members(element);
  const serialHex = toHex(readIntegerBytes(walk.next(Tag.integer)));
  const at = readTime(walk.next(Tag.utcTime, Tag.generalizedTime));
  const part = walk.optional(Tag.sequence);
  walk.end();
  const extensions = part === null ? [] : list(part).map(parseExtension);
  unknownCritical.push(...unknown(extensions));
  const reason = extensions.find((extension) => extension.oid === Oid.reasonCode);
  return { serialHex, at, reason: reason === undefined ? null : readSmallInteger(readWhole(reason.value)) };
}

/** Extensions of lists and entries that are understood; any other that is critical shuts the list out. */
const KNOWN: readonly string[] = [Oid.authorityKeyIdentifier, Oid.crlNumber, Oid.reasonCode, '2.5.29.24'];

const unknown = (extensions: readonly Extension[]): string[] =>
  extensions.flatMap(({ critical, oid: type }) => (critical && !KNOWN.includes(type) ? [type] : []));

/**
 * Whether what a list says may be used for certificates of `issuer` (RFC 5280 §5.2, §5.3, §6.3.3 (f)): the
 * authority may sign lists, the key is the one the list names, and no critical extension is unknown. Partial
 * lists are not read: issuingDistributionPoint and deltaCRLIndicator are critical, so that both are refused.
 */
export function isUsableCrl(crl: RevocationList, issuer: Certificate): boolean {
  if (issuer.keyUsage !== null && !issuer.keyUsage.includes('cRLSign')) return false;
  const { authorityKeyId: wanted } = crl;
  if (wanted !== null && issuer.subjectKeyId !== null && !equalBytes(wanted, issuer.subjectKeyId))
    return false;
  return crl.unknownCritical.length === 0;
}

/** The question whether `issuer` signed the list; null when the algorithm is not known here. */
export function crlCheck(crl: RevocationList, issuer: Certificate): Check | null {
  const scheme = signatureScheme(crl.signatureAlgorithm);
  if (scheme === null) return null;
  return { scheme, spki: issuer.spki, signed: { message: crl.tbs }, signature: crl.signature };
}

/** Addresses of the lists that speak of a certificate (RFC 5280 §4.2.1.13), as written; nothing is fetched here. */
export function crlAddresses(certificate: Certificate): string[] {
  const extension = certificate.extensions.find(({ oid: type }) => type === Oid.crlDistributionPoints);
  if (extension === undefined) return [];
  const inside = (element: Element, tag: number): Element[] =>
    children(element).filter((child) => child.tag === tag);
  return list(readWhole(extension.value))
    .flatMap((point) => inside(point, 0xa0))
    .flatMap((name) => inside(name, 0xa0))
    .flatMap((names) => inside(names, 0x86))
    .map((address) => decodeLatin1(content(address)));
}
