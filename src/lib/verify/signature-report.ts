import type { SignedData } from '../cms/signed-data.ts';
import { parseTimestamp, type Timestamp } from '../cms/timestamp.ts';
import { CmsError } from '../cms/error.ts';
import { type Certificate, certificateSha256 } from '../pki/certificate.ts';
import type { PdfDocument } from '../pdf/document.ts';
import type { CoverageResult } from './byte-range.ts';
import { type Container, readContainer } from './container.ts';
import { readDss, type ValidationData } from './dss.ts';
import { readEvidence } from './evidence.ts';
import { textOf } from './form.ts';
import { type IntegrityResult, judgeIntegrity } from './integrity.ts';
import { readPdfDate } from './pdf-date.ts';
import type { ChangeJudgement } from './policy.ts';
import { judgeProof } from './proof.ts';
import type { Asking } from './question.ts';
import type { CertificateSummary, SignatureReport, Warning } from './report.ts';
import type { FoundSignature } from './signatures.ts';
import { judgeTimestamp, judgeTrust, type TimestampResult } from './trust.ts';

export interface JudgedSignature {
  readonly report: SignatureReport;
  readonly warnings: readonly Warning[];
}

export interface SignatureInput {
  readonly doc: PdfDocument;
  readonly signature: FoundSignature;
  readonly coverage: CoverageResult;
  readonly changes: ChangeJudgement;
  readonly dss: ValidationData;
  readonly roots: readonly Certificate[];
  readonly now: number;
  readonly others: readonly FoundSignature[];
  /** See `former-files.ts`. */
  readonly frozen: readonly string[] | null;
  readonly base: string | null;
}

function summary(certificate: Certificate | null): CertificateSummary | null {
  if (certificate === null) return null;
  return {
    subject: certificate.subject.text,
    issuer: certificate.issuer.text,
    serial: certificate.serialHex,
    sha256: certificateSha256(certificate),
    notBefore: new Date(certificate.notBefore).toISOString(),
    notAfter: new Date(certificate.notAfter).toISOString()
  };
}

/** Pairs of the byte range that lie in the file; a range that does not is hashed as far as there is a file. */
function rangesOf(signature: FoundSignature, size: number): [number, number][] {
  const ranges: [number, number][] = [];
  for (let i = 0; i + 1 < signature.byteRange.length; i += 2) {
    const offset = signature.byteRange[i] ?? 0;
    const length = signature.byteRange[i + 1] ?? 0;
    if (offset >= 0 && length >= 0 && offset <= size) ranges.push([offset, Math.min(length, size - offset)]);
  }
  return ranges;
}

function certificatesIn(container: Container): readonly Uint8Array[] {
  switch (container.kind) {
    case 'cms':
    case 'sha1':
      return container.data.certificates;
    case 'timestamp':
      return container.token.data.certificates;
    case 'pkcs1':
      return container.certificates;
    default:
      return [];
  }
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

function readToken(container: Container): Timestamp | null {
  const signer =
    container.kind === 'cms' || container.kind === 'sha1' ? container.data.signers[0] : undefined;
  const [token] = signer?.timestampTokens ?? [];
  if (token === undefined) return null;
  try {
    return parseTimestamp(token);
  } catch (error) {
    if (error instanceof CmsError) return null;
    throw error;
  }
}

/** PAdES level by what is there (ETSI EN 319 142-1); whether it is valid is said elsewhere. */
function profileOf(
  input: SignatureInput,
  container: Container,
  hasToken: boolean
): SignatureReport['profile'] {
  const { signature, coverage, others, doc } = input;
  if (container.kind === 'pkcs1') return 'PKCS1';
  if (signature.isTimestamp) return 'RFC3161';
  if (signature.subFilter !== 'ETSI.CAdES.detached') return 'CMS';
  const later = others.filter(
    (other) => other.isTimestamp && (other.byteRange[2] ?? 0) + (other.byteRange[3] ?? 0) > coverage.end
  );
  if (!hasToken && later.length === 0) return 'PAdES-B-B';
  if (readDss(doc) === null) return 'PAdES-B-T';
  return later.some((other) => other.view.dict(other.view.catalog.get('DSS')) !== null)
    ? 'PAdES-B-LTA'
    : 'PAdES-B-LT';
}

/** Words that make an intact signature worth a second look; the rest are told through `integrity`. */
function warningsOf(signature: FoundSignature, codes: readonly string[]): Warning[] {
  return [...new Set(codes)].map((code) => ({ code, message: `signature ${signature.field}` }));
}

/** Answers the four questions about one signature. */
export function* judgeSignature(input: SignatureInput): Asking<JudgedSignature> {
  const { doc, signature, coverage, changes, dss } = input;
  const container = readContainer(signature);
  const ranges = rangesOf(signature, doc.source.size);
  const result: IntegrityResult = yield* judgeIntegrity(container, ranges, dss.certificates);
  const pool = [...certificatesIn(container), ...dss.certificates];
  const archived = container.kind === 'cms' || container.kind === 'sha1' ? container.data.crls : [];
  const basis = { roots: input.roots, pool, crls: [...archived, ...dss.crls] };
  const token = readToken(container);
  const cms = container.kind === 'cms' || container.kind === 'sha1' ? container.data : null;
  let stamp: TimestampResult | null = null;
  if (token !== null && cms !== null) {
    stamp = yield* judgeTimestamp(token, cms.signers[0]?.signature ?? new Uint8Array(0), {
      ...basis,
      at: token.time
    });
  }
  // A lying or unknown authority must not decide at which time a certificate was valid (security.md T4).
  const own = container.kind === 'timestamp' ? container.token.time : null;
  const at = stamp?.proven === true && token !== null ? token.time : (own ?? input.now);
  const trust =
    result.certificate === null
      ? ({ status: 'unknown', why: 'no-certificate' } as const)
      : yield* judgeTrust(result.certificate, { ...basis, at });
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
  const codes = [
    ...coverage.problems,
    ...result.problems.filter(
      (problem) =>
        problem !== 'certificate-attribute-missing' || signature.subFilter === 'ETSI.CAdES.detached'
    ),
    ...oddities(container, signature),
    ...(stamp?.problems ?? []),
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
      profile: profileOf(input, container, stamp !== null),
      integrity: result.integrity,
      coverage: coverage.coverage,
      changes,
      docMdp: signature.docMdp,
      digest: result.digest,
      algorithm: result.algorithm,
      weak: result.weak,
      signer: summary(result.certificate),
      claimedTime: claimed ?? (signingTime === null ? null : new Date(signingTime).toISOString()),
      timestamp:
        container.kind === 'timestamp'
          ? {
              time: new Date(container.token.time).toISOString(),
              authority: result.certificate?.subject.text ?? '',
              valid: result.integrity === 'intact'
            }
          : stamp === null
            ? null
            : { time: stamp.time, authority: stamp.authority, valid: stamp.valid },
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
