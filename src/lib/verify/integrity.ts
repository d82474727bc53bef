import { certificateDigestNeeded, judgeSigner, readCertificates, signerCertificate } from '../cms/signer.ts';
import type { SignedData, Signer } from '../cms/signed-data.ts';
import { equalBytes } from '../bytes/concat.ts';
import type { Certificate } from '../pki/certificate.ts';
import type { CheckAnswer, HashName, SignatureScheme } from '../pki/check.ts';
import type { Container } from './container.ts';
import { type Asking, nothing } from './question.ts';
import type { Integrity } from './report.ts';

export interface IntegrityResult {
  readonly integrity: Integrity;
  /** Why it is not intact, or what is odd though it is: `verify_warning_<code>`. */
  readonly problems: readonly string[];
  readonly certificate: Certificate | null;
  readonly digest: string;
  readonly algorithm: string;
  readonly weak: readonly string[];
}

const broken = new Set([
  'digest-mismatch',
  'digest-missing',
  'content-type',
  'certificate-mismatch',
  'attribute-repeated',
  'hash-differs'
]);

function bits(modulus: bigint): number {
  return modulus.toString(16).length * 4;
}

/** The words of a report for a scheme and the key that made it. */
function algorithmName(scheme: SignatureScheme | null, certificate: Certificate | null): string {
  const key = certificate?.key;
  switch (scheme?.kind) {
    case 'ecdsa':
      return `ECDSA ${key?.kind === 'ec' ? key.curve : ''}`.trim();
    case 'rsa-pkcs1':
    case 'rsa-pss':
      return `${scheme.kind === 'rsa-pss' ? 'RSA-PSS' : 'RSA'} ${key?.kind === 'rsa' ? bits(key.modulus) : ''}`.trim();
    case 'dsa':
      return `DSA ${key?.kind === 'dsa' ? bits(key.p) : ''}`.trim();
    case 'ed25519':
      return 'Ed25519';
    case 'ed448':
      return 'Ed448';
    case undefined:
      return 'unknown';
  }
}

function weaknesses(
  digest: HashName | null,
  scheme: SignatureScheme | null,
  certificate: Certificate | null
): string[] {
  const weak: string[] = [];
  for (const hash of new Set([digest, scheme !== null && 'hash' in scheme ? scheme.hash : null])) {
    if (hash === 'MD5' || hash === 'SHA-1') weak.push(hash);
  }
  const key = certificate?.key;
  if (key?.kind === 'rsa' && bits(key.modulus) < 2048) weak.push(`RSA-${bits(key.modulus)}`);
  if (key?.kind === 'dsa' && bits(key.p) < 2048) weak.push(`DSA-${bits(key.p)}`);
  return weak;
}

function summed(answers: readonly CheckAnswer[]): CheckAnswer {
  if (answers.includes('valid')) return 'valid';
  return answers.length === 0 || answers.includes('unsupported') ? 'unsupported' : 'invalid';
}

/** Judges the one signer of a container over the digest of what it signed (RFC 5652 §5.4 to §5.6). */
function* judgeCms(
  data: SignedData,
  signer: Signer,
  certificate: Certificate,
  contentDigest: Uint8Array
): Asking<{ integrity: Integrity; problems: string[] }> {
  const hash = certificateDigestNeeded(signer);
  const asked = hash === null ? null : yield { ...nothing, digests: [{ hash, bytes: certificate.der }] };
  const certificateDigest = asked?.digests[0];
  const judged = judgeSigner({
    data,
    signer,
    certificate,
    contentDigest,
    ...(certificateDigest === undefined ? {} : { certificateDigest })
  });
  const { checks } = yield { ...nothing, checks: judged.checks };
  const answer = summed(checks);
  const problems: string[] = [...judged.problems];
  if (problems.some((problem) => broken.has(problem))) return { integrity: 'broken', problems };
  if (answer === 'valid') return { integrity: 'intact', problems };
  if (answer === 'invalid') return { integrity: 'broken', problems: [...problems, 'signature-invalid'] };
  return { integrity: 'unsupported', problems: problems.length > 0 ? problems : ['algorithm-unsupported'] };
}

/**
 * Judges a SignedData over the digest of its content. Without the signer's certificate only digests can be
 * compared: a changed content is broken whoever signed it, anything else stays open.
 */
export function* judgeSigned(
  data: SignedData,
  contentDigest: Uint8Array,
  others: readonly Uint8Array[]
): Asking<IntegrityResult> {
  const [signer] = data.signers;
  if (signer === undefined) return { ...unread, integrity: 'malformed', problems: ['cms-no-signer'] };
  const certificate = signerCertificate(data, signer, others);
  const words = {
    certificate,
    digest: signer.digest ?? 'unknown',
    algorithm: algorithmName(signer.scheme, certificate),
    weak: weaknesses(signer.digest, signer.scheme, certificate)
  };
  if (certificate !== null)
    return { ...words, ...(yield* judgeCms(data, signer, certificate, contentDigest)) };
  const stated = signer.attributes?.messageDigest ?? null;
  return stated === null || equalBytes(stated, contentDigest)
    ? { ...words, integrity: 'unsupported', problems: ['certificate-missing'] }
    : { ...words, integrity: 'broken', problems: ['digest-mismatch'] };
}

const unread = { certificate: null, digest: 'unknown', algorithm: 'unknown', weak: [] };

/** PKCS #1 alone does not say its hash; SHA-1 is what the SubFilter names, others stand in real files. */
const pkcs1Hashes: readonly (readonly HashName[])[] = [['SHA-1'], ['SHA-256', 'SHA-384', 'SHA-512', 'MD5']];

function* judgePkcs1(
  container: Extract<Container, { kind: 'pkcs1' }>,
  ranges: readonly (readonly [number, number])[]
): Asking<IntegrityResult> {
  const [certificate] = readCertificates(container.certificates);
  const base = {
    certificate: certificate ?? null,
    algorithm: algorithmName({ kind: 'rsa-pkcs1', hash: 'SHA-1' }, certificate ?? null)
  };
  if (certificate === undefined) {
    return {
      ...base,
      integrity: 'malformed',
      problems: ['certificate-missing'],
      digest: 'unknown',
      weak: []
    };
  }
  for (const hashes of pkcs1Hashes) {
    const { hashes: digests } = yield { ...nothing, hashes: hashes.map((hash) => ({ hash, ranges })) };
    const questions = hashes.flatMap((hash, i) => {
      const digest = digests[i];
      return digest === undefined ? [] : [{ hash, digest }];
    });
    const { checks } = yield {
      ...nothing,
      checks: questions.map(({ hash, digest }) => ({
        scheme: { kind: 'rsa-pkcs1', hash },
        spki: certificate.spki,
        signed: { digest },
        signature: container.signature
      }))
    };
    const valid = questions[checks.indexOf('valid')];
    if (valid !== undefined) {
      const weak = weaknesses(valid.hash, null, certificate);
      return { ...base, integrity: 'intact', problems: [], digest: valid.hash, weak };
    }
  }
  return { ...base, integrity: 'broken', problems: ['signature-invalid'], digest: 'SHA-1', weak: ['SHA-1'] };
}

/**
 * The first question: do the bytes of the range, the signed attributes and the signature belong together?
 * `others` are certificates of the DSS, for signatures that do not carry their own.
 */
export function* judgeIntegrity(
  container: Container,
  ranges: readonly (readonly [number, number])[],
  others: readonly Uint8Array[]
): Asking<IntegrityResult> {
  if (container.kind === 'malformed' || container.kind === 'unsupported') {
    return { ...unread, integrity: container.kind, problems: [container.why] };
  }
  if (container.kind === 'pkcs1') return yield* judgePkcs1(container, ranges);
  const data = container.kind === 'timestamp' ? container.token.data : container.data;
  const hash = data.signers[0]?.digest ?? null;
  // The hash over the file: the signer's own, the imprint's, or SHA-1 where the SubFilter says so.
  const fileHash =
    container.kind === 'timestamp'
      ? container.token.imprint.hash
      : container.kind === 'sha1'
        ? 'SHA-1'
        : hash;
  if (fileHash === null || hash === null) {
    return { ...unread, integrity: 'unsupported', problems: ['algorithm-unsupported'] };
  }
  const inside =
    container.kind === 'timestamp'
      ? container.token.content
      : container.kind === 'sha1'
        ? data.content
        : null;
  const { hashes, digests } = yield {
    ...nothing,
    hashes: [{ hash: fileHash, ranges }],
    digests: inside === null ? [] : [{ hash, bytes: inside }]
  };
  const ofFile = hashes[0] ?? new Uint8Array(0);
  const told = container.kind === 'timestamp' ? container.token.imprint.digest : inside;
  const judged = yield* judgeSigned(data, inside === null ? ofFile : (digests[0] ?? ofFile), others);
  if (told === null || equalBytes(told, ofFile)) return judged;
  return { ...judged, integrity: 'broken', problems: [...judged.problems, 'digest-mismatch'] };
}
