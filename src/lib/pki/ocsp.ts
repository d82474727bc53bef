import { list, members, octets, raw, readWhole, Tag, type Element } from '../asn1/ber.ts';
import { AsnError } from '../asn1/error.ts';
import { readBitOctets, readIntegerBytes, readOid, readSmallInteger, readTime } from '../asn1/values.ts';
import { equalBytes } from '../bytes/concat.ts';
import { toHex } from '../bytes/hex.ts';
import { hashOf, parseAlgorithm, signatureScheme, type Algorithm } from './algorithm.ts';
import {
  certificateCheck,
  parseCertificate,
  parseExtension,
  type Certificate,
  type Extension
} from './certificate.ts';
import type { Check, HashName } from './check.ts';
import { hashBytes } from './hash.ts';
import { parseName, sameName, type Name } from './name.ts';

/** What a responder says of one certificate (RFC 6960 §4.2.1). Times are UTC milliseconds. */
export interface OcspAnswer {
  /** Null: a hash that this program does not have. */
  readonly hash: HashName | null;
  readonly issuerNameHash: Uint8Array;
  readonly issuerKeyHash: Uint8Array;
  readonly serialHex: string;
  readonly status: 'good' | 'revoked' | 'unknown';
  /** When it was revoked, and the CRLReason number, if one was given. */
  readonly revoked: { readonly at: number; readonly reason: number | null } | null;
  readonly thisUpdate: number;
  readonly nextUpdate: number | null;
}

export interface OcspResponse {
  /** ResponseData as written: what was signed. */
  readonly tbs: Uint8Array;
  readonly responder:
    | { readonly kind: 'name'; readonly name: Name }
    /** SHA-1 of the responder's public key. */
    | { readonly kind: 'key'; readonly hash: Uint8Array };
  readonly producedAt: number;
  readonly answers: readonly OcspAnswer[];
  /** A critical extension stands in it, of which none is understood here: it says nothing then. */
  readonly critical: boolean;
  readonly certificates: readonly Uint8Array[];
  readonly signatureAlgorithm: Algorithm;
  readonly signature: Uint8Array;
}

const BASIC = '1.3.6.1.5.5.7.48.1.1';
/** id-kp-OCSPSigning. */
const SIGNING = '1.3.6.1.5.5.7.3.9';

/** Extensions inside an explicit tag. */
const extensionsIn = (part: Element | null): Extension[] =>
  part === null ? [] : list(members(part, part.tag).next()).map(parseExtension);

function readAnswer(element: Element): { answer: OcspAnswer; critical: boolean } {
  const walk = members(element);
  const id = members(walk.next(Tag.sequence));
  const hash = hashOf(parseAlgorithm(id.next(Tag.sequence)));
  const issuerNameHash = octets(id.next(Tag.octetString));
  const issuerKeyHash = octets(id.next(Tag.octetString));
  const serialHex = toHex(readIntegerBytes(id.next(Tag.integer)));
  const status = walk.next(0x80, 0xa1, 0x82);
  let revoked: OcspAnswer['revoked'] = null;
  if (status.tag === 0xa1) {
    const info = members(status, 0xa1);
    const at = readTime(info.next(Tag.generalizedTime));
    const reason = info.optional(0xa0);
    revoked = {
      at,
      reason: reason === null ? null : readSmallInteger(members(reason, 0xa0).next(Tag.enumerated))
    };
  }
  const thisUpdate = readTime(walk.next(Tag.generalizedTime));
  const next = walk.optional(0xa0);
  const extensions = extensionsIn(walk.optional(0xa1));
  walk.end();
  return {
    answer: {
      hash,
      issuerNameHash,
      issuerKeyHash,
      serialHex,
      status: revoked !== null ? 'revoked' : status.tag === 0x80 ? 'good' : 'unknown',
      revoked,
      thisUpdate,
      nextUpdate: next === null ? null : readTime(members(next, 0xa0).next(Tag.generalizedTime))
    },
    critical: extensions.some((extension) => extension.critical)
  };
}

/**
 * Reads an OCSPResponse, as DSS and adbe-revocationInfoArchival hold them, or the bare BasicOCSPResponse in it.
 * Throws AsnError, also where the responder gave no answer (responseStatus ≠ successful).
 */
export function parseOcsp(bytes: Uint8Array): OcspResponse {
  const whole = readWhole(bytes);
  const outer = members(whole);
  if (outer.peek()?.tag !== Tag.enumerated) return parseBasic(whole);
  const status = readSmallInteger(outer.next(Tag.enumerated));
  if (status !== 0) throw new AsnError('value', `the responder gave no answer: ${status}`, whole.start);
  const response = members(members(outer.next(0xa0), 0xa0).next(Tag.sequence));
  const type = readOid(response.next(Tag.oid));
  if (type !== BASIC) throw new AsnError('value', `response of type ${type}`, whole.start);
  return parseBasic(readWhole(octets(response.next(Tag.octetString))));
}

function parseBasic(whole: Element): OcspResponse {
  const outer = members(whole);
  const tbs = outer.next(Tag.sequence);
  const signatureAlgorithm = parseAlgorithm(outer.next(Tag.sequence));
  const signature = readBitOctets(outer.next(Tag.bitString));
  const bag = outer.optional(0xa0);
  outer.end();
  const walk = members(tbs);
  walk.optional(0xa0);
  const id = walk.next(0xa1, 0xa2);
  const named = members(id, id.tag).next();
  const producedAt = readTime(walk.next(Tag.generalizedTime));
  const answers = list(walk.next(Tag.sequence)).map(readAnswer);
  const extensions = extensionsIn(walk.optional(0xa1));
  walk.end();
  return {
    tbs: raw(tbs),
    responder:
      id.tag === 0xa1 ? { kind: 'name', name: parseName(named) } : { kind: 'key', hash: octets(named) },
    producedAt,
    answers: answers.map(({ answer }) => answer),
    critical: [...extensions, ...answers].some(({ critical }) => critical),
    certificates: bag === null ? [] : list(members(bag, 0xa0).next()).map(raw),
    signatureAlgorithm,
    signature
  };
}

/** Octets of the public key itself: what key hashes are made of (RFC 6960 §4.1.1). */
function keyOctets(certificate: Certificate): Uint8Array {
  const walk = members(readWhole(certificate.spki));
  walk.next(Tag.sequence);
  return readBitOctets(walk.next(Tag.bitString));
}

/** What the response says of a certificate that `issuer` issued; null when it is silent. */
export function ocspAnswer(
  response: OcspResponse,
  certificate: Certificate,
  issuer: Certificate
): OcspAnswer | null {
  const key = keyOctets(issuer);
  return (
    response.answers.find(
      ({ hash, issuerNameHash, issuerKeyHash, serialHex }) =>
        hash !== null &&
        serialHex === certificate.serialHex &&
        equalBytes(issuerNameHash, hashBytes(hash, issuer.subject.der)) &&
        equalBytes(issuerKeyHash, hashBytes(hash, key))
    ) ?? null
  );
}

function isResponder({ responder }: OcspResponse, certificate: Certificate): boolean {
  return responder.kind === 'name'
    ? sameName(responder.name, certificate.subject)
    : equalBytes(responder.hash, hashBytes('SHA-1', keyOctets(certificate)));
}

/** A responder to whom this issuer gave the right to answer, in force when it did (RFC 6960 §4.2.2.2). */
function mayAnswer(certificate: Certificate, issuer: Certificate, at: number): boolean {
  return (
    sameName(certificate.issuer, issuer.subject) &&
    certificate.extendedKeyUsage?.includes(SIGNING) === true &&
    (certificate.keyUsage?.includes('digitalSignature') ?? true) &&
    certificate.notBefore <= at &&
    at <= certificate.notAfter
  );
}

/**
 * Ways in which the response may be rightly signed: each a list of signatures that must all be valid, of which
 * one way is enough. By the issuer itself, or by a responder whom it made one. Empty: by nobody who may answer
 * for this issuer.
 */
export function ocspChecks(response: OcspResponse, issuer: Certificate): Check[][] {
  const scheme = signatureScheme(response.signatureAlgorithm);
  if (scheme === null || response.critical) return [];
  const signedBy = ({ spki }: Certificate): Check => ({
    scheme,
    spki,
    signed: { message: response.tbs },
    signature: response.signature
  });
  const ways: Check[][] = isResponder(response, issuer) ? [[signedBy(issuer)]] : [];
  for (const der of response.certificates) {
    const certificate = readResponder(der);
    if (certificate === null || !isResponder(response, certificate)) continue;
    if (!mayAnswer(certificate, issuer, response.producedAt)) continue;
    const own = certificateCheck(certificate, issuer.spki);
    if (own !== null) ways.push([signedBy(certificate), own]);
  }
  return ways;
}

function readResponder(der: Uint8Array): Certificate | null {
  try {
    return parseCertificate(der);
  } catch (error) {
    if (error instanceof AsnError) return null;
    throw error;
  }
}
