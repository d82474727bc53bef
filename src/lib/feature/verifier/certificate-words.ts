import * as m from '#lib/paraglide/messages.js';
import type { CertificateDetail, SignatureReport } from '#lib/verify/report.ts';

const usages: Readonly<Record<string, () => string>> = {
  digitalSignature: m.verifier_usage_signature,
  contentCommitment: m.verifier_usage_commitment,
  keyEncipherment: m.verifier_usage_encipherment,
  dataEncipherment: m.verifier_usage_encipherment,
  keyAgreement: m.verifier_usage_agreement,
  keyCertSign: m.verifier_usage_certificates,
  cRLSign: m.verifier_usage_revocations,
  encipherOnly: m.verifier_usage_encipherment,
  decipherOnly: m.verifier_usage_encipherment
};
/** ExtendedKeyUsage by OID; one nobody named here is told as it stands. */
const extended: Readonly<Record<string, () => string>> = {
  '1.3.6.1.5.5.7.3.4': m.verifier_usage_mail,
  '1.3.6.1.5.5.7.3.8': m.verifier_usage_time,
  '1.3.6.1.5.5.7.3.9': m.verifier_usage_ocsp,
  '1.3.6.1.5.5.7.3.36': m.verifier_usage_documents,
  '1.2.840.113583.1.1.5': m.verifier_usage_documents
};

export function usageWords(certificate: CertificateDetail): string {
  const named = [
    ...(certificate.usages ?? []).map((usage) => usages[usage]?.() ?? usage),
    ...(certificate.extendedUsages ?? []).map((oid) => extended[oid]?.() ?? oid)
  ];
  return named.length === 0 ? m.verifier_usage_any() : [...new Set(named)].join(', ');
}

const problems: Readonly<Record<string, () => string>> = {
  expired: m.verifier_certificate_expired,
  'not-yet-valid': m.verifier_certificate_not_yet,
  'not-an-authority': m.verifier_certificate_no_authority,
  'path-length': m.verifier_certificate_path_length,
  'key-usage': m.verifier_certificate_usage,
  'name-constraints': m.verifier_certificate_names,
  policy: m.verifier_certificate_policy,
  'critical-extension': m.verifier_certificate_extension,
  'signature-unsupported': m.verifier_certificate_unsupported
};

/** Where a certificate stands: trusted as a root, wrong in some way, or nothing to say against it. */
export function statusWords(certificate: CertificateDetail): string {
  if (certificate.problems.length > 0)
    return certificate.problems.map((code) => (problems[code] ?? m.verifier_certificate_other)()).join(' ');
  if (certificate.root) return m.verifier_certificate_root();
  return m.verifier_certificate_fine();
}

/** The certificate to compare with one got another way: the highest that is known (`security.md` V1). */
export function toCompare({ trust, chain }: SignatureReport): CertificateDetail | null {
  return trust.status === 'unknown' ? (chain[chain.length - 1] ?? null) : null;
}

/** PEM (RFC 7468). */
export function pemOf({ der }: CertificateDetail): string {
  const lines = der.match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
