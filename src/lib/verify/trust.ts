import { equalBytes } from '../bytes/concat.ts';
import { readCertificates } from '../cms/signer.ts';
import type { Timestamp } from '../cms/timestamp.ts';
import { AsnError } from '../asn1/error.ts';
import type { Certificate } from '../pki/certificate.ts';
import { crlCheck, parseCrl, type RevocationList } from '../pki/crl.ts';
import { sameName } from '../pki/name.ts';
import { Oid } from '../pki/oid.ts';
import { type CertificatePath, findPaths } from '../pki/path.ts';
import { judgeSigned } from './integrity.ts';
import { type Asking, nothing } from './question.ts';
import type { TrustReport } from './report.ts';

/** What trust is judged with. Certificates of the file are a pool to build paths from, never roots. */
export interface TrustInput {
  readonly roots: readonly Certificate[];
  readonly pool: readonly Uint8Array[];
  readonly crls: readonly Uint8Array[];
  /** UTC milliseconds: the proven time, or now. */
  readonly at: number;
}

function readCrls(ders: readonly Uint8Array[]): RevocationList[] {
  return ders.slice(0, 200).flatMap((der) => {
    try {
      return [parseCrl(der)];
    } catch (error) {
      if (error instanceof AsnError) return [];
      throw error;
    }
  });
}

/** The first CRL of the file, rightly signed, that revokes a certificate of the path before `at`. */
function* revokedBy(path: CertificatePath, crls: readonly RevocationList[], at: number): Asking<boolean> {
  for (const [index, certificate] of path.certificates.entries()) {
    const issuer = path.certificates[index + 1];
    if (issuer === undefined) continue;
    for (const crl of crls) {
      const entry = crl.revoked.find((one) => one.serialHex === certificate.serialHex && one.at <= at);
      const check =
        entry === undefined || !sameName(crl.issuer, issuer.subject) ? null : crlCheck(crl, issuer);
      if (check === null) continue;
      const { checks } = yield { ...nothing, checks: [check] };
      if (checks[0] === 'valid') return true;
    }
  }
  return false;
}

/**
 * The path of a certificate to one of the reader's roots at a time (RFC 5280 §6.1), and what CRLs in the file
 * say. No root: `unknown`, which is not an accusation. Sentence by `why`: `verify_trust_<why>`.
 */
export function* judgeTrust(leaf: Certificate, input: TrustInput): Asking<TrustReport> {
  const pool = readCertificates(input.pool.slice(0, 200));
  const paths = findPaths(leaf, { pool, roots: input.roots, at: input.at });
  const crls = readCrls(input.crls);
  let worst: TrustReport = {
    status: 'unknown',
    why: input.roots.length === 0 ? 'no-roots' : 'unknown-issuer'
  };
  for (const path of paths) {
    if (!path.rooted) continue;
    const { checks } = yield { ...nothing, checks: path.checks };
    if (checks.some((answer) => answer !== 'valid')) {
      worst = { status: 'invalid', why: 'path-signature' };
      continue;
    }
    if (yield* revokedBy(path, crls, input.at)) return { status: 'revoked', why: 'revoked' };
    const problem = path.problems[0]?.code;
    if (problem === undefined) return { status: 'trusted', why: 'trusted-root' };
    worst =
      problem === 'expired' || problem === 'not-yet-valid'
        ? { status: 'expired', why: problem }
        : { status: 'invalid', why: problem };
  }
  return worst;
}

export interface TimestampResult {
  /** ISO 8601 UTC. */
  readonly time: string;
  readonly authority: string;
  /** Imprint and signature fit, by a certificate made for time-stamping. */
  readonly valid: boolean;
  /** And the authority's path reaches one of the reader's roots: only then is the time proven. */
  readonly proven: boolean;
  readonly problems: readonly string[];
}

/** Judges a time-stamp token over `signed`, the signature value it was asked for (RFC 3161, RFC 5816). */
export function* judgeTimestamp(
  token: Timestamp,
  signed: Uint8Array,
  input: TrustInput
): Asking<TimestampResult> {
  const time = new Date(token.time).toISOString();
  const imprint = token.imprint.hash;
  const hash = token.data.signers.length === 1 ? (token.data.signers[0]?.digest ?? null) : null;
  if (imprint === null || hash === null) {
    return { time, authority: '', valid: false, proven: false, problems: ['timestamp-unsupported'] };
  }
  const { digests } = yield {
    ...nothing,
    digests: [
      { hash: imprint, bytes: signed },
      { hash, bytes: token.content }
    ]
  };
  const [ofSigned, ofContent] = digests;
  const fits = ofSigned !== undefined && equalBytes(ofSigned, token.imprint.digest);
  const judged = yield* judgeSigned(token.data, ofContent ?? new Uint8Array(0), input.pool);
  const authority = judged.certificate?.subject.text ?? '';
  const problems: string[] = fits ? [] : ['timestamp-of-something-else'];
  if (judged.integrity !== 'intact') problems.push(`timestamp-${judged.integrity}`);
  if (judged.certificate?.extendedKeyUsage?.includes(Oid.timeStamping) !== true)
    problems.push('timestamp-key-usage');
  if (problems.length > 0 || judged.certificate === null) {
    return { time, authority, valid: false, proven: false, problems };
  }
  const pool = [...input.pool, ...token.data.certificates];
  const trust = yield* judgeTrust(judged.certificate, { ...input, pool, at: token.time });
  return { time, authority, valid: true, proven: trust.status === 'trusted', problems };
}
