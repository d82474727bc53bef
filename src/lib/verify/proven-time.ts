import { equalBytes } from '../bytes/concat.ts';
import { isForTimestamps, type Timestamp } from '../cms/timestamp.ts';
import type { Certificate } from '../pki/certificate.ts';
import { judgeSigned } from './integrity.ts';
import { type Asking, nothing } from './question.ts';
import { judgeTrust, type TrustInput } from './trust.ts';

/** A time-stamp token, judged: one inside a signature, or a document timestamp. */
export interface JudgedStamp {
  /** UTC milliseconds. */
  readonly at: number;
  /** Subject of the authority's certificate; empty when there is none. */
  readonly authority: string;
  /** Imprint and signature fit, and its certificate was made for time-stamping alone and valid then. */
  readonly valid: boolean;
  /** And the authority's path reaches one of the reader's roots: only then is the time proven (T4). */
  readonly known: boolean;
  /** Codes of warnings. */
  readonly problems: readonly string[];
}

/** A time at which a signature existed at the latest, and who says so. */
export interface StatedTime {
  readonly at: number;
  readonly authority: string;
  /** `signature`: a token in the CMS; `document`: a document timestamp that covers the signature. */
  readonly from: 'signature' | 'document';
  readonly known: boolean;
}

/**
 * Judges the authority of a token whose imprint and signature fit: its certificate (RFC 3161 §2.3), and its
 * path at the time it names. A withdrawn key takes its tokens along (§4).
 */
export function* judgeAuthority(
  token: Timestamp,
  certificate: Certificate,
  input: Omit<TrustInput, 'at'>
): Asking<JudgedStamp> {
  const at = token.time;
  const authority = certificate.subject.text;
  const pool = [...input.pool, ...token.data.certificates];
  const crls = [...input.crls, ...token.data.crls];
  const ocsps = [...input.ocsps, ...token.data.ocsps];
  const trust = yield* judgeTrust(certificate, { ...input, pool, crls, ocsps, at }, 'ever');
  const problems: string[] = [];
  if (!isForTimestamps(certificate)) problems.push('timestamp-key-usage');
  // Without a root its validity alone is seen; with one, whatever the path lacks.
  const dated = certificate.notBefore <= at && at <= certificate.notAfter;
  if (!dated || (trust.status !== 'trusted' && trust.status !== 'unknown'))
    problems.push('timestamp-authority');
  const valid = problems.length === 0;
  return { at, authority, valid, known: valid && trust.status === 'trusted', problems };
}

/** Judges a token over `signed`, the signature value it was asked for (RFC 3161, RFC 5816). */
export function* judgeTimestamp(
  token: Timestamp,
  signed: Uint8Array,
  input: Omit<TrustInput, 'at'>
): Asking<JudgedStamp> {
  const imprint = token.imprint.hash;
  const hash = token.data.signers.length === 1 ? (token.data.signers[0]?.digest ?? null) : null;
  const refuse = (authority: string, problems: readonly string[]): JudgedStamp => ({
    at: token.time,
    authority,
    valid: false,
    known: false,
    problems
  });
  if (imprint === null || hash === null) return refuse('', ['timestamp-unsupported']);
  const { digests } = yield {
    ...nothing,
    digests: [
      { hash: imprint, bytes: signed },
      { hash, bytes: token.content }
    ]
  };
  const [ofSigned, ofContent] = digests;
  const fits = ofSigned !== undefined && equalBytes(ofSigned, token.imprint.digest);
  const { certificate, integrity } = yield* judgeSigned(
    token.data,
    ofContent ?? new Uint8Array(0),
    input.pool
  );
  const problems: string[] = fits ? [] : ['timestamp-of-something-else'];
  if (integrity !== 'intact') problems.push(`timestamp-${integrity}`);
  if (problems.length > 0 || certificate === null) return refuse(certificate?.subject.text ?? '', problems);
  return yield* judgeAuthority(token, certificate, input);
}

/**
 * Of all valid tokens about a signature the earliest that a known authority made, else the earliest of an
 * unknown one, else null. Later tokens only say again what an earlier one said.
 */
export function earliest(times: readonly StatedTime[]): StatedTime | null {
  const [first] = [...times].sort((a, b) => Number(b.known) - Number(a.known) || a.at - b.at);
  return first ?? null;
}
