export interface CertificateFacts {
  /** UTC milliseconds. */
  readonly notAfter: number;
  /** SHA-256 in hex, in groups of four for the eye. */
  readonly fingerprint: string;
  /** Whom it names, and who issued it. */
  readonly name: string;
  readonly issuer: string;
}

/** What a person wants to see of a certificate (DER). */
export async function certificateFacts(der: Uint8Array): Promise<CertificateFacts> {
  const { certificateSha256, parseCertificate } = await import('../pki/certificate.ts');
  const certificate = parseCertificate(der);
  const { notAfter, subject, issuer } = certificate;
  const fingerprint = (certificateSha256(certificate).match(/.{4}/g) ?? []).join(' ');
  const name = subject.commonName ?? subject.text;
  return { notAfter, fingerprint, name, issuer: issuer.commonName ?? issuer.text };
}
