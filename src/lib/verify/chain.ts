import { toBase64 } from '../bytes/base64.ts';
import { equalBytes } from '../bytes/concat.ts';
import { readCertificates } from '../cms/signer.ts';
import { type Certificate, certificateCheck, certificateSha256, keySha256 } from '../pki/certificate.ts';
import { type CertificatePath, findPaths } from '../pki/path.ts';
import { keyName } from '../pki/spki.ts';
import { type Asking, nothing } from './question.ts';
import type { CertificateDetail } from './report.ts';
import type { TrustInput } from './trust.ts';

/** How many certificates of a path, leaf first, are each really signed by the next. */
function* proven(path: CertificatePath): Asking<number> {
  const checks = path.certificates.slice(0, -1).flatMap((certificate, i) => {
    const issuer = path.certificates[i + 1];
    const check = issuer === undefined ? null : certificateCheck(certificate, issuer.spki);
    return check === null ? [] : [{ i, check }];
  });
  const answers = yield { ...nothing, checks: checks.map(({ check }) => check) };
  const valid = new Set(checks.filter((_, at) => answers.checks[at] === 'valid').map(({ i }) => i));
  let length = 1;
  while (length < path.certificates.length && valid.has(length - 1)) length += 1;
  return length;
}

/**
 * The certificates from a signer up to the last one known, each signed by the next: a certificate that merely has
 * the issuer's name is left out, for somebody may compare its fingerprint. Prefers a path to a root of the
 * reader's. Names and times as in the report, keys and uses for people who read certificates.
 */
export function* describeChain(leaf: Certificate, input: TrustInput): Asking<CertificateDetail[]> {
  const paths = findPaths(leaf, { pool: readCertificates(input.pool), roots: input.roots, at: input.at });
  let best: { path: CertificatePath; length: number } | null = null;
  for (const path of paths) {
    const length = yield* proven(path);
    if (best === null || length > best.length) best = { path, length };
    if (length === path.certificates.length && path.rooted) {
      best = { path, length };
      break;
    }
  }
  if (best === null) return [];
  const { path, length } = best;
  return path.certificates.slice(0, length).map((certificate, index) =>
    detailOf(
      certificate,
      path.problems.filter((problem) => problem.index === index).map(({ code }) => code),
      input.roots.some(({ der }) => equalBytes(der, certificate.der))
    )
  );
}

function detailOf(certificate: Certificate, problems: readonly string[], root: boolean): CertificateDetail {
  return {
    subject: certificate.subject.text,
    issuer: certificate.issuer.text,
    serial: certificate.serialHex,
    sha256: certificateSha256(certificate),
    notBefore: new Date(certificate.notBefore).toISOString(),
    notAfter: new Date(certificate.notAfter).toISOString(),
    key: keyName(certificate.key),
    keySha256: keySha256(certificate),
    usages: certificate.keyUsage,
    extendedUsages: certificate.extendedKeyUsage,
    authority: certificate.basicConstraints?.ca === true,
    root,
    problems,
    der: toBase64(certificate.der)
  };
}
