import { sha256 } from '@noble/hashes/sha2.js';
import { equalBytes } from '../bytes/concat.ts';
import { AsnError } from '../asn1/error.ts';
import type { Check, HashName } from '../pki/check.ts';
import { parseCertificate, type Certificate } from '../pki/certificate.ts';
import { sameName } from '../pki/name.ts';
import type { SignedData, Signer } from './signed-data.ts';

/** The certificates of the bag that can be read; one that cannot is left out, it can never be the signer's. */
export function readCertificates(ders: readonly Uint8Array[]): Certificate[] {
  const certificates: Certificate[] = [];
  for (const bytes of ders) {
    try {
      certificates.push(parseCertificate(bytes));
    } catch (error) {
      if (!(error instanceof AsnError)) throw error;
    }
  }
  return certificates;
}

function isNamed(signer: Signer, certificate: Certificate): boolean {
  const sid = signer.sid;
  if (sid.kind === 'key')
    return certificate.subjectKeyId !== null && equalBytes(certificate.subjectKeyId, sid.keyId);
  return equalBytes(certificate.serial, sid.serial) && sameName(certificate.issuer, sid.issuer);
}

/**
 * The certificate of a signer, from the container or from `others` (the DSS). Where several fit, the one that
 * the signing-certificate attribute names by SHA-256 is taken. Null when none is there.
 */
export function signerCertificate(
  data: SignedData,
  signer: Signer,
  others: readonly Uint8Array[] = []
): Certificate | null {
  const named = readCertificates([...data.certificates, ...others]).filter((one) => isNamed(signer, one));
  const attested = signer.attributes?.signingCertificate ?? null;
  const exact =
    attested?.hash === 'SHA-256'
      ? named.find((certificate) => equalBytes(sha256(certificate.der), attested.digest))
      : undefined;
  return exact ?? named[0] ?? null;
}

export type SignerProblem =
  /** The signed digest is not the content's: the content changed. */
  | 'digest-mismatch'
  /** No message-digest, or several. */
  | 'digest-missing'
  | 'content-type'
  /** The signing-certificate attribute names another certificate (RFC 5035 §5). */
  | 'certificate-mismatch'
  /** No such attribute: allowed in plain CMS, not in PAdES. */
  | 'certificate-attribute-missing'
  /** The version is not the one that goes with the signer's identifier (RFC 5652 §5.3): odd, not broken. */
  | 'signer-version'
  /** An attribute stands twice that may stand once. */
  | 'attribute-repeated'
  /** A hash or signature algorithm that this program does not have. */
  | 'algorithm-unsupported'
  /** The digest of the attributes is made by one hash, the signature by another (RFC 5652 §5.4 is silent). */
  | 'hash-differs';

export interface SignerJudgement {
  /** The signature holds when ANY of these is valid; empty when nothing can be checked. */
  readonly checks: readonly Check[];
  readonly problems: readonly SignerProblem[];
}

export interface SignerInput {
  readonly data: SignedData;
  readonly signer: Signer;
  readonly certificate: Certificate;
  /** Digest of the content (ByteRange, eContent) by `signer.digest`. */
  readonly contentDigest: Uint8Array;
  /**
   * Digest of the certificate by the hash that its signing-certificate attribute names, when that is not
   * SHA-256 (which this function makes itself). Without it such an attribute is not judged.
   */
  readonly certificateDigest?: Uint8Array;
  /** Content type that the attribute must name; SignedData's own by default. */
  readonly contentType?: string;
}

/** What is wrong with a signer's attributes, and which signature to check (RFC 5652 §5.6, RFC 5035 §5). */
export function judgeSigner(input: SignerInput): SignerJudgement {
  const { data, signer, certificate } = input;
  const problems: SignerProblem[] = [];
  if (signer.digest === null || signer.scheme === null) problems.push('algorithm-unsupported');
  if (signer.version !== (signer.sid.kind === 'serial' ? 1 : 3)) problems.push('signer-version');
  const attributes = signer.attributes;
  const question = (signed: Check['signed']): Check[] =>
    signer.scheme === null
      ? []
      : [{ scheme: signer.scheme, spki: certificate.spki, signed, signature: signer.signature }];

  if (attributes === null) {
    problems.push('certificate-attribute-missing');
    // The signature covers the content itself; its digest is by the signature's own hash.
    const own = signer.scheme !== null && 'hash' in signer.scheme ? signer.scheme.hash : null;
    if (own !== null && own !== signer.digest) problems.push('hash-differs');
    return { checks: question({ digest: input.contentDigest }), problems };
  }
  if (attributes.repeated.length > 0) problems.push('attribute-repeated');
  if (attributes.messageDigest === null) problems.push('digest-missing');
  else if (!equalBytes(attributes.messageDigest, input.contentDigest)) problems.push('digest-mismatch');
  if (attributes.contentType !== (input.contentType ?? data.contentType)) problems.push('content-type');
  const attested = attributes.signingCertificate;
  if (attested === null) problems.push('certificate-attribute-missing');
  else {
    const digest = attested.hash === 'SHA-256' ? sha256(certificate.der) : input.certificateDigest;
    if (digest !== undefined && !equalBytes(digest, attested.digest)) problems.push('certificate-mismatch');
  }
  return { checks: attributes.forms.flatMap((message) => question({ message })), problems };
}

/** The hash by which the caller must digest the certificate for `judgeSigner`; null when it need not. */
export function certificateDigestNeeded(signer: Signer): HashName | null {
  const hash = signer.attributes?.signingCertificate?.hash ?? null;
  return hash === 'SHA-256' ? null : hash;
}
