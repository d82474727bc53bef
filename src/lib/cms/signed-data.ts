import {
  children,
  content,
  inner,
  list,
  members,
  octets,
  raw,
  readElement,
  Tag,
  type Element
} from '../asn1/ber.ts';
import { der, toDer } from '../asn1/der.ts';
import { AsnError } from '../asn1/error.ts';
import { readIntegerBytes, readOid, readSmallInteger, readTime } from '../asn1/values.ts';
import { hashOf, parseAlgorithm, signatureScheme, type Algorithm } from '../pki/algorithm.ts';
import type { HashName, SignatureScheme } from '../pki/check.ts';
import { parseName, type Name } from '../pki/name.ts';
import { CmsOid, parseAttributes, singleValue, type Attribute } from './attribute.ts';
import { CmsError } from './error.ts';
import { parseSigningCertificate, type CertificateHash } from './signing-certificate.ts';

/** SignerIdentifier (RFC 5652 §5.3). */
export type SignerId =
  | { readonly kind: 'serial'; readonly issuer: Name; readonly serial: Uint8Array }
  | { readonly kind: 'key'; readonly keyId: Uint8Array };

export interface SignedAttributes {
  /**
   * What the signature may cover: the attributes as they were written, under the SET OF tag; and, only when
   * that differs, their DER (RFC 5652 §5.4). One of them must check.
   */
  readonly forms: readonly Uint8Array[];
  readonly attributes: readonly Attribute[];
  readonly contentType: string | null;
  readonly messageDigest: Uint8Array | null;
  /** UTC milliseconds, a claim of the signer. */
  readonly signingTime: number | null;
  /** signing-certificate-v2, else v1 (RFC 5035); null when absent. */
  readonly signingCertificate: CertificateHash | null;
  /** Identifiers of attributes that may stand once and stand twice, or hold several values. */
  readonly repeated: readonly string[];
}

export interface Signer {
  readonly version: number;
  readonly sid: SignerId;
  readonly digestAlgorithm: Algorithm;
  /** Null: a hash that this program does not have. */
  readonly digest: HashName | null;
  readonly signatureAlgorithm: Algorithm;
  /** Null: an algorithm that this program does not have. */
  readonly scheme: SignatureScheme | null;
  readonly signature: Uint8Array;
  readonly attributes: SignedAttributes | null;
  readonly unsigned: readonly Attribute[];
  /** signature-time-stamp tokens (RFC 3161), as written; read them with `parseTimestamp`. */
  readonly timestampTokens: readonly Uint8Array[];
}

/** SignedData (RFC 5652 §5.1), read. */
export interface SignedData {
  /** Bytes that the container takes; in a PDF padding follows. */
  readonly length: number;
  /** Whether every length is definite and minimal, as DER has it. */
  readonly isDer: boolean;
  readonly version: number;
  readonly contentType: string;
  /** Null: detached. */
  readonly content: Uint8Array | null;
  readonly digests: readonly (HashName | null)[];
  /** X.509 certificates as written, DER or BER; other kinds of certificate are left out. */
  readonly certificates: readonly Uint8Array[];
  /** CertificateLists, those of the revocation archive of the signers included. */
  readonly crls: readonly Uint8Array[];
  /** OCSPResponses of the revocation archive. */
  readonly ocsps: readonly Uint8Array[];
  /** At least one. A PDF signature must have exactly one; the caller judges. */
  readonly signers: readonly Signer[];
}

function parseSignerId(element: Element): SignerId {
  if (element.tag === Tag.sequence) {
    const walk = members(element);
    const issuer = parseName(walk.next(Tag.sequence));
    return { kind: 'serial', issuer, serial: readIntegerBytes(walk.next(Tag.integer)) };
  }
  return { kind: 'key', keyId: octets(element) };
}

/** The attributes with their implicit tag replaced by SET OF, as RFC 5652 §5.4 signs them. */
function signedForms(element: Element): Uint8Array[] {
  const written = Uint8Array.from(raw(element));
  written[0] = Tag.set;
  const canonical = toDer(element, Tag.set);
  const same = written.length === canonical.length && written.every((byte, i) => byte === canonical[i]);
  return same ? [written] : [written, canonical];
}

function parseSignedAttributes(element: Element): SignedAttributes {
  const attributes = parseAttributes(children(element));
  const repeated: string[] = [];
  const value = (oid: string): Element | null => {
    const found = singleValue(attributes, oid);
    if (found !== 'twice') return found;
    repeated.push(oid);
    return null;
  };
  const contentType = value(CmsOid.contentType);
  const messageDigest = value(CmsOid.messageDigest);
  const signingTime = value(CmsOid.signingTime);
  const certificateV2 = value(CmsOid.signingCertificateV2);
  const certificateV1 = value(CmsOid.signingCertificate);
  return {
    forms: signedForms(element),
    attributes,
    contentType: contentType === null ? null : readOid(contentType),
    messageDigest: messageDigest === null ? null : octets(messageDigest),
    signingTime: signingTime === null ? null : readClaimedTime(signingTime),
    signingCertificate:
      certificateV2 !== null
        ? parseSigningCertificate(certificateV2, 2)
        : certificateV1 !== null
          ? parseSigningCertificate(certificateV1, 1)
          : null,
    repeated
  };
}

/** A claim that cannot be read is no claim; it does not make the signature unreadable. */
function readClaimedTime(element: Element): number | null {
  try {
    return readTime(element);
  } catch {
    return null;
  }
}

function parseSigner(element: Element): Signer {
  const walk = members(element);
  const version = readSmallInteger(walk.next(Tag.integer));
  const sid = parseSignerId(walk.next(Tag.sequence, 0x80, 0xa0));
  const digestAlgorithm = parseAlgorithm(walk.next(Tag.sequence));
  const signedPart = walk.optional(0xa0);
  const signatureAlgorithm = parseAlgorithm(walk.next(Tag.sequence));
  const signature = octets(walk.next(Tag.octetString, 0x24));
  const unsignedPart = walk.optional(0xa1);
  walk.end();
  const digest = hashOf(digestAlgorithm);
  const unsigned = unsignedPart === null ? [] : parseAttributes(children(unsignedPart));
  return {
    version,
    sid,
    digestAlgorithm,
    digest,
    signatureAlgorithm,
    scheme: signatureScheme(signatureAlgorithm, digest),
    signature,
    attributes: signedPart === null ? null : parseSignedAttributes(signedPart),
    unsigned,
    timestampTokens: unsigned
      .filter((attribute) => attribute.oid === CmsOid.signatureTimestamp)
      .flatMap((attribute) => attribute.values.map(raw))
  };
}

/** RevocationInfoArchival: `[0] crls, [1] ocsps, [2] other`, each explicit (ISO 32000-2 §12.8.3.3.2). */
function readArchive(signers: readonly Signer[], slot: 0 | 1): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (const signer of signers) {
    const attributes = [...(signer.attributes?.attributes ?? []), ...signer.unsigned];
    for (const attribute of attributes.filter((one) => one.oid === CmsOid.revocationArchive)) {
      for (const value of attribute.values) {
        const part = children(value).find((child) => child.tag === (0xa0 | slot));
        if (part !== undefined) found.push(...list(inner(part)).map(raw));
      }
    }
  }
  return found;
}

/** Whether an element and all inside are of definite, shortest length, and strings are in one piece. */
function isDer(element: Element): boolean {
  const headed = der(element.tag, content(element));
  if (headed.length !== element.end - element.start) return false;
  if ((element.tag & 0x20) === 0) return true;
  const primitive = [Tag.octetString, Tag.bitString].includes((element.tag & ~0x20) as 3 | 4);
  return !primitive && children(element).every(isDer);
}

/** Certificates of one container (`security.md` P1): each may be the signer's, and every path is tried. */
export const MAX_CERTIFICATES = 200;

function parse(bytes: Uint8Array, mostCertificates: number): SignedData {
  const whole = readElement(bytes);
  const info = members(whole);
  const type = readOid(info.next(Tag.oid));
  if (type !== CmsOid.signedData)
    throw new CmsError('not-signed-data', `content of type ${type}`, whole.start);
  const walk = members(inner(info.next(0xa0)));
  const version = readSmallInteger(walk.next(Tag.integer));
  const digests = list(walk.next(Tag.set), Tag.set).map((element) => hashOf(parseAlgorithm(element)));
  const encapsulated = members(walk.next(Tag.sequence));
  const contentType = readOid(encapsulated.next(Tag.oid));
  const contentPart = encapsulated.optional(0xa0);
  const certificatePart = walk.optional(0xa0);
  const crlPart = walk.optional(0xa1);
  const signers = list(walk.next(Tag.set), Tag.set).map(parseSigner);
  walk.end();
  if (signers.length === 0) throw new CmsError('no-signer', 'nobody signed', whole.start);
  const choices = (part: Element | null): Uint8Array[] =>
    part === null
      ? []
      : children(part)
          .filter((element) => element.tag === Tag.sequence)
          .map(raw);
  const certificates = choices(certificatePart);
  if (certificates.length > mostCertificates)
    throw new CmsError('limit', `certificates of a signature: more than ${mostCertificates}`, whole.start);
  return {
    length: whole.end,
    isDer: isDer(whole),
    version,
    contentType,
    content: contentPart === null ? null : readContent(inner(contentPart)),
    digests,
    certificates,
    crls: [...choices(crlPart), ...readArchive(signers, 0)],
    ocsps: readArchive(signers, 1),
    signers
  };
}

/** eContent is an OCTET STRING; PKCS#7 of old put any element there and signed its contents. */
function readContent(element: Element): Uint8Array {
  return (element.tag & ~0x20) === Tag.octetString ? octets(element) : content(element);
}

/**
 * Reads a SignedData in a ContentInfo, BER or DER; bytes behind it (padding of /Contents) are left alone, see
 * `length`. Throws CmsError: `malformed` with the byte offset, `not-signed-data`, `no-signer`, `limit`.
 */
export function parseSignedData(bytes: Uint8Array, mostCertificates = MAX_CERTIFICATES): SignedData {
  try {
    return parse(bytes, mostCertificates);
  } catch (error) {
    if (error instanceof AsnError) throw new CmsError('malformed', error.message, error.offset);
    throw error;
  }
}
