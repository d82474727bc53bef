import type { SignedData } from '../cms/signed-data.ts';
import { type Certificate, certificateSha256 } from '../pki/certificate.ts';
import type { PdfDocument } from '../pdf/document.ts';
import type { CoverageResult } from './byte-range.ts';
import type { Container } from './container.ts';
import { describeChain } from './chain.ts';
import { hasRevocationData } from './dss.ts';
import { readEvidence } from './evidence.ts';
import type { Examination } from './examination.ts';
import { textOf } from './form.ts';
import { readPdfDate } from './pdf-date.ts';
import type { ChangeJudgement } from './policy.ts';
import { judgeProof } from './proof.ts';
import type { StatedTime } from './proven-time.ts';
import type { Asking } from './question.ts';
import type { CertificateSummary, SignatureReport, TrustReport, Warning } from './report.ts';
import type { FoundSignature } from './signatures.ts';
import { judgeTrust } from './trust.ts';

export interface JudgedSignature {
  readonly report: SignatureReport;
  readonly warnings: readonly Warning[];
}

export interface SignatureInput {
  readonly doc: PdfDocument;
  readonly signature: FoundSignature;
  readonly coverage: CoverageResult;
  readonly changes: ChangeJudgement;
  readonly examination: Examination;
  /** When it existed at the latest, by a token. */
  readonly time: StatedTime | null;
  readonly now: number;
  readonly others: readonly FoundSignature[];
  /** See `former-files.ts`. */
  readonly frozen: readonly string[] | null;
  readonly base: string | null;
}

/** UTC milliseconds as a report writes them. */
const iso = (time: number): string => new Date(time).toISOString();

function summary(certificate: Certificate | null): CertificateSummary | null {
  if (certificate === null) return null;
  return {
    subject: certificate.subject.text,
    issuer: certificate.issuer.text,
    serial: certificate.serialHex,
    sha256: certificateSha256(certificate),
    notBefore: iso(certificate.notBefore),
    notAfter: iso(certificate.notAfter)
  };
}

/**
 * What a container says of itself and nobody signs: the hash of its signer stands in its list, and its version
 * is 1 exactly where it holds plain data and signers of version 1 (RFC 5652 §5.1).
 */
function describesItself({ version, digests, signers, contentType }: SignedData): boolean {
  const plain = contentType === '1.2.840.113549.1.7.1' && signers.every((signer) => signer.version === 1);
  return plain === (version === 1) && signers.every(({ digest }) => digests.includes(digest));
}

/** Odd but not wrong: what stands in and around the container. */
function oddities(container: Container, signature: FoundSignature): string[] {
  const found: string[] = [];
  const known = [
    'adbe.pkcs7.detached',
    'ETSI.CAdES.detached',
    'adbe.pkcs7.sha1',
    'adbe.x509.rsa_sha1',
    'ETSI.RFC3161'
  ];
  if (!known.includes(signature.subFilter)) found.push('sub-filter-unknown');
  if (!('length' in container) || signature.contents === null) return found;
  for (let i = container.length; i < signature.contents.length; i += 1) {
    if (signature.contents[i] !== 0) {
      found.push('contents-padding');
      break;
    }
  }
  const data =
    container.kind === 'timestamp'
      ? container.token.data
      : container.kind === 'pkcs1'
        ? null
        : container.data;
  if ((data?.signers[0]?.attributes?.forms.length ?? 1) > 1) found.push('attributes-not-der');
  if (data !== null && !describesItself(data)) found.push('container-odd');
  return found;
}

/**
 * PAdES level (ETSI EN 319 142-1): a valid token in the signature or over it makes a T, revocation data beside it
 * an LT, and a document timestamp over both an LTA.
 */
function profileOf({
  signature,
  coverage,
  others,
  doc,
  ...input
}: SignatureInput): SignatureReport['profile'] {
  if (input.examination.container.kind === 'pkcs1') return 'PKCS1';
  if (signature.isTimestamp) return 'RFC3161';
  if (signature.subFilter !== 'ETSI.CAdES.detached') return 'CMS';
  if (input.time === null) return 'PAdES-B-B';
  if (!hasRevocationData(doc)) return 'PAdES-B-T';
  const later = others.filter(
    (other) => other.isTimestamp && (other.byteRange[2] ?? 0) + (other.byteRange[3] ?? 0) > coverage.end
  );
  return later.some(({ view }) => hasRevocationData(view)) ? 'PAdES-B-LTA' : 'PAdES-B-LT';
}

/** How far a device's time may be from a token's before it is named (`security.md` T3), milliseconds. */
const TOLERANCE = 300_000;

/** Where the time that the signer's device claims cannot be right (T4). */
function clockProblems(
  claimed: string | null,
  certificate: Certificate | null,
  time: StatedTime | null
): string[] {
  if (claimed === null) return [];
  const at = Date.parse(claimed);
  const early = certificate !== null && at < certificate.notBefore;
  const late = time !== null && at > time.at + TOLERANCE;
  return [...(early ? ['clock-before-certificate'] : []), ...(late ? ['clock-after-timestamp'] : [])];
}

/**
 * Trust at the proven time, or now (T4). A lying or unknown authority must not decide at which time a certificate
 * was valid; but where it alone speaks for an earlier time, an end that came since is no accusation: it stays
 * unknown. A revocation stays one.
 */
function* trustOf(
  { certificate }: Examination['result'],
  basis: Examination['basis'],
  time: StatedTime | null,
  now: number
): Asking<TrustReport> {
  if (certificate === null) return { status: 'unknown', why: 'no-certificate' };
  const trust = yield* judgeTrust(certificate, { ...basis, at: time?.known === true ? time.at : now });
  if (trust.status !== 'expired' || time === null || time.known) return trust;
  const then = yield* judgeTrust(certificate, { ...basis, at: time.at });
  return then.status === 'trusted' ? { status: 'unknown', why: 'time-not-proven' } : trust;
}

/** Words that make an intact signature worth a second look; the rest are told through `integrity`. */
function warningsOf(signature: FoundSignature, codes: readonly string[]): Warning[] {
  return [...new Set(codes)].map((code) => ({ code, message: `signature ${signature.field}` }));
}

/** Answers the four questions about one signature. */
export function* judgeSignature(input: SignatureInput): Asking<JudgedSignature> {
  const { signature, coverage, changes, time } = input;
  const { container, result, basis, stamp } = input.examination;
  const cms = container.kind === 'cms' || container.kind === 'sha1' ? container.data : null;
  // A document timestamp is judged at its own time: its authority is the one that says so.
  const own = container.kind === 'timestamp' ? container.token.time : null;
  const at = time?.known === true ? time.at : (own ?? input.now);
  const trust = yield* trustOf(result, basis, own === null ? time : null, own ?? input.now);
  const { evidence, otherEvidence, warnings } = evidenceOf(input);
  const proof =
    evidence === null || result.certificate === null
      ? null
      : yield* judgeProof({
          evidence,
          signer: result.certificate,
          trust: { ...basis, at },
          frozen: input.frozen,
          base: input.base
        });
  const claimed = readPdfDate(textOf(signature.view.resolve(signature.dict.get('M'))));
  const signingTime = cms?.signers[0]?.attributes?.signingTime ?? null;
  const claimedTime = claimed ?? (signingTime === null ? null : iso(signingTime));
  const codes = [
    ...coverage.problems,
    ...result.problems.filter(
      (problem) =>
        problem !== 'certificate-attribute-missing' || signature.subFilter === 'ETSI.CAdES.detached'
    ),
    ...oddities(container, signature),
    ...(stamp?.problems ?? []),
    ...clockProblems(claimedTime, result.certificate, time),
    ...result.weak.map(() => 'weak-algorithm'),
    ...(signature.current ? [] : ['signature-hidden']),
    ...warnings
  ];
  return {
    warnings: warningsOf(signature, codes),
    report: {
      field: signature.field,
      byteRange: signature.byteRange,
      kind: signature.isTimestamp ? 'timestamp' : signature.certifies ? 'certification' : 'approval',
      subFilter: signature.subFilter,
      profile: profileOf(input),
      integrity: result.integrity,
      coverage: coverage.coverage,
      changes,
      docMdp: signature.docMdp,
      digest: result.digest,
      algorithm: result.algorithm,
      weak: result.weak,
      signer: summary(result.certificate),
      chain: result.certificate === null ? [] : yield* describeChain(result.certificate, { ...basis, at }),
      claimedTime,
      timestamp:
        stamp === null ? null : { time: iso(stamp.at), authority: stamp.authority, valid: stamp.valid },
      provenTime: time === null ? null : { ...time, at: iso(time.at) },
      trust,
      evidence,
      otherEvidence,
      proof
    }
  };
}

type EvidenceOf = Pick<SignatureReport, 'evidence' | 'otherEvidence'> & { readonly warnings: string[] };

function evidenceOf({ signature }: SignatureInput): EvidenceOf {
  const read = readEvidence(signature.view.resolve(signature.dict.get('XXCountersign')));
  const nothing = { evidence: null, otherEvidence: null, warnings: [] };
  switch (read.kind) {
    case 'none':
      return nothing;
    case 'read':
      return { ...nothing, evidence: read.evidence };
    case 'other-version':
      return { ...nothing, otherEvidence: read.text, warnings: ['evidence-other-version'] };
    case 'refused':
      return { ...nothing, warnings: [read.why] };
  }
}
