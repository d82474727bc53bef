import { members, octets, raw, readWhole, Tag } from '../asn1/ber.ts';
import { boolean, integer, nullValue, octetString, oid, sequence } from '../asn1/der.ts';
import { AsnError } from '../asn1/error.ts';
import { readBoolean, readInteger, readSmallInteger } from '../asn1/values.ts';
import { equalBytes } from '../bytes/concat.ts';
import { CmsError } from '../cms/error.ts';
import { certificateDigestNeeded, judgeSigner, readCertificates, signerCertificate } from '../cms/signer.ts';
import { isForTimestamps, parseTimestamp, type Timestamp } from '../cms/timestamp.ts';
import { hashOf, parseAlgorithm } from '../pki/algorithm.ts';
import type { Certificate } from '../pki/certificate.ts';
import type { Check, CheckAnswer } from '../pki/check.ts';
import { hashBytes } from '../pki/hash.ts';
import { findPaths, type CertificatePath } from '../pki/path.ts';

/** Why an authority's answer is not used (`security.md` T2). */
export type TimestampErrorCode =
  /** Not a TimeStampReq or TimeStampResp (RFC 3161 §2.4). */
  | 'malformed'
  | 'too-large'
  /** The authority said no: PKIStatus is neither granted nor grantedWithMods. */
  | 'refused'
  /** It is about other bytes. */
  | 'wrong-imprint'
  /** It answers another request: a replay. */
  | 'wrong-nonce'
  | 'wrong-policy'
  /** No certificate of its signer, or another one than its attribute names (RFC 5816). */
  | 'wrong-certificate'
  /** The certificate is not for time-stamping alone, critically (RFC 3161 §2.3). */
  | 'wrong-usage'
  /** A certificate of its path was not valid at that time. */
  | 'expired-certificate'
  /** Its path does not hold, or does not reach an authority that was asked for. */
  | 'untrusted'
  /** More than five minutes from the time it is compared with. */
  | 'wrong-time'
  /** Signed attributes or signature do not fit. */
  | 'signature';

export class TimestampError extends Error {
  override readonly name = 'TimestampError';
  constructor(
    readonly code: TimestampErrorCode,
    message: string
  ) {
    super(message);
  }
}

/** Bytes of an answer: the longest seen in the wild have 8 KB. */
const MAX_RESPONSE = 64 << 10;
const MAX_REQUEST = 1 << 10;
/** How far genTime may lie from the time it is compared with, milliseconds (`security.md` T2). */
const TOLERANCE = 300_000;
const SHA256 = '2.16.840.1.101.3.4.2.1';

/** TimeStampReq (RFC 3161 §2.4.1) for a SHA-256 digest. `nonce`: 8 random bytes. The certificate is asked for. */
export function timestampRequest(imprint: Uint8Array, nonce: Uint8Array): Uint8Array {
  const algorithm = sequence(oid(SHA256), nullValue());
  return sequence(
    integer(1),
    sequence(algorithm, octetString(imprint)),
    integer(nonceValue(nonce)),
    boolean(true)
  );
}

/** The number that a request carries for these bytes. */
export function nonceValue(nonce: Uint8Array): bigint {
  let value = 0n;
  for (const byte of nonce) value = (value << 8n) | BigInt(byte);
  return value;
}

/** What a request asks for. */
export interface TimestampRequest {
  /** SHA-256. */
  readonly imprint: Uint8Array;
  readonly nonce: bigint;
}

/** Reads a request of `timestampRequest`'s shape. Throws TimestampError `too-large`, `malformed`. */
export function readTimestampRequest(bytes: Uint8Array): TimestampRequest {
  if (bytes.length > MAX_REQUEST) throw new TimestampError('too-large', `${bytes.length} bytes`);
  return reading(() => {
    const walk = members(readWhole(bytes));
    if (readSmallInteger(walk.next(Tag.integer)) !== 1) throw new AsnError('value', 'version', 0);
    const message = members(walk.next(Tag.sequence));
    const hash = hashOf(parseAlgorithm(message.next(Tag.sequence)));
    const imprint = octets(message.next(Tag.octetString));
    message.end();
    if (hash !== 'SHA-256' || imprint.length !== 32) throw new AsnError('value', 'not a SHA-256', 0);
    const nonce = readInteger(walk.next(Tag.integer));
    if (!readBoolean(walk.next(Tag.boolean))) throw new AsnError('value', 'certReq', 0);
    walk.end();
    return { imprint, nonce };
  });
}

/** What an answer must fit. */
export interface ExpectedTimestamp {
  /** SHA-256. */
  readonly imprint: Uint8Array;
  /** Null for a token that somebody else asked for. */
  readonly nonce: bigint | null;
  /** UTC milliseconds, or null to leave the time open (a device that does not know what time it is). */
  readonly now: number | null;
  /** The policy that was asked for, if one was. */
  readonly policy?: string;
  /** The path must reach one of these; null: its own signatures must hold, whoever it is. */
  readonly roots: readonly Certificate[] | null;
}

/** A token whose content fits; its signatures remain to be checked. */
export interface UncheckedToken {
  /** All that must be asked. */
  readonly checks: readonly Check[];
  /** Takes the answers, in order. Throws TimestampError `signature`, `untrusted`. */
  accept(answers: readonly CheckAnswer[]): CheckedToken;
}

export interface CheckedToken {
  /** TimeStampToken, DER: for the CMS or a document timestamp. */
  readonly token: Uint8Array;
  /** UTC milliseconds. */
  readonly time: number;
  readonly certificate: Certificate;
  /** Everything the token carries, and the path's. */
  readonly certificates: readonly Uint8Array[];
}

function reading<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof AsnError || error instanceof CmsError)
      throw new TimestampError('malformed', error.message);
    throw error;
  }
}

/**
 * Reads a TimeStampResp and compares it with what was asked (RFC 3161 §2.4.2, RFC 5816; `security.md` T2).
 * Throws TimestampError, each code but those of `accept`.
 */
export function readTimestampResponse(bytes: Uint8Array, expected: ExpectedTimestamp): UncheckedToken {
  if (bytes.length > MAX_RESPONSE) throw new TimestampError('too-large', `${bytes.length} bytes`);
  const token = reading(() => {
    const walk = members(readWhole(bytes));
    const status = readSmallInteger(members(walk.next(Tag.sequence)).next(Tag.integer));
    if (status > 1) throw new TimestampError('refused', `status ${status}`);
    const element = walk.next(Tag.sequence);
    walk.end();
    return raw(element).slice();
  });
  return readToken(token, expected);
}

/** The same for a bare TimeStampToken. */
export function readToken(token: Uint8Array, expected: ExpectedTimestamp): UncheckedToken {
  if (token.length > MAX_RESPONSE) throw new TimestampError('too-large', `${token.length} bytes`);
  const stamp = reading(() => parseTimestamp(token));
  compare(stamp, expected);
  const [signer] = stamp.data.signers;
  const certificate = signer === undefined ? null : signerCertificate(stamp.data, signer);
  if (signer === undefined || stamp.data.signers.length > 1 || certificate === null) {
    throw new TimestampError('wrong-certificate', 'no certificate of the one signer');
  }
  if (!isForTimestamps(certificate)) throw new TimestampError('wrong-usage', certificate.subject.text);
  const named = certificateDigestNeeded(signer);
  const judged = judgeSigner({
    data: stamp.data,
    signer,
    certificate,
    contentDigest: hashBytes(signer.digest ?? 'SHA-256', stamp.content),
    ...(named === null ? {} : { certificateDigest: hashBytes(named, certificate.der) })
  });
  for (const problem of judged.problems) {
    const about = problem === 'certificate-mismatch' || problem === 'certificate-attribute-missing';
    if (problem !== 'signer-version')
      throw new TimestampError(about ? 'wrong-certificate' : 'signature', problem);
  }
  const path = pathOf(certificate, stamp, expected.roots);
  const own = judged.checks.length;
  return {
    checks: [...judged.checks, ...path.checks],
    accept: (answers) => {
      if (!answers.slice(0, own).includes('valid')) throw new TimestampError('signature', 'does not check');
      const rest = answers.slice(own);
      if (rest.length !== path.checks.length || rest.some((answer) => answer !== 'valid')) {
        throw new TimestampError('untrusted', 'a certificate of the path does not check');
      }
      return { token, time: stamp.time, certificate, certificates: union(stamp, path) };
    }
  };
}

function compare(stamp: Timestamp, expected: ExpectedTimestamp): void {
  const { imprint } = stamp;
  if (imprint.hash !== 'SHA-256' || !equalBytes(imprint.digest, expected.imprint)) {
    throw new TimestampError('wrong-imprint', 'about something else');
  }
  if (expected.nonce !== null && stamp.nonce !== expected.nonce)
    throw new TimestampError('wrong-nonce', 'an answer to somebody else');
  if (expected.policy !== undefined && stamp.policy !== expected.policy) {
    throw new TimestampError('wrong-policy', stamp.policy);
  }
  if (expected.now !== null && Math.abs(stamp.time - expected.now) > TOLERANCE) {
    throw new TimestampError('wrong-time', new Date(stamp.time).toISOString());
  }
}

function pathOf(
  certificate: Certificate,
  stamp: Timestamp,
  roots: readonly Certificate[] | null
): CertificatePath {
  const pool = readCertificates(stamp.data.certificates);
  const paths = findPaths(certificate, { pool, roots: roots ?? [], at: stamp.time });
  const best = paths.find((path) => roots === null || path.rooted);
  if (best === undefined) throw new TimestampError('untrusted', certificate.issuer.text);
  const [problem] = best.problems;
  if (problem !== undefined) {
    const dated = problem.code === 'expired' || problem.code === 'not-yet-valid';
    throw new TimestampError(dated ? 'expired-certificate' : 'untrusted', problem.code);
  }
  return best;
}

function union(stamp: Timestamp, path: CertificatePath): Uint8Array[] {
  const all = [...stamp.data.certificates, ...path.certificates.map((certificate) => certificate.der)];
  return all.filter((one, i) => all.findIndex((other) => equalBytes(one, other)) === i);
}
