import { raw, Tag, readWhole } from '../asn1/ber.ts';
import { der, integer, octetString, oid, sequence, setOf, tagged } from '../asn1/der.ts';
import { hashIdentifier, hashLength } from '../pki/algorithm.ts';
import { parseCertificate, type Certificate } from '../pki/certificate.ts';
import {
  contentHash,
  signatureIdentifier,
  signatureLength,
  signatureValue,
  signingScheme,
  type SigningChoice
} from '../pki/signing-scheme.ts';
import { CmsOid } from './attribute.ts';
import { CmsError } from './error.ts';
import { MAX_CERTIFICATES } from './signed-data.ts';
import { encodeSigningCertificate } from './signing-certificate.ts';

const attribute = (type: string, value: Uint8Array): Uint8Array => sequence(oid(type), setOf(value));

/**
 * Signed attributes of a PAdES signature, the DER SET OF that the key signs (RFC 5652 §5.4): content-type,
 * message-digest, signing-certificate-v2 by the same hash. No signing-time: /M carries the claim (EN 319 142-1
 * §6.3). `digest`: of the ByteRange, by the `contentHash` of the key's `signingScheme` (SHA-256 for P-256).
 * Throws PkiError `key`.
 */
export function buildSignedAttributes(input: {
  readonly digest: Uint8Array;
  /** The signer's certificate, DER. */
  readonly certificate: Uint8Array;
}): Uint8Array {
  const hash = contentHash(signingScheme(parseCertificate(input.certificate).spki));
  return setOf(
    attribute(CmsOid.contentType, oid(CmsOid.data)),
    attribute(CmsOid.messageDigest, octetString(input.digest)),
    attribute(CmsOid.signingCertificateV2, encodeSigningCertificate(input.certificate, hash))
  );
}

export interface SignedDataInput extends SigningChoice {
  /** From `buildSignedAttributes`, unchanged. */
  readonly attributes: Uint8Array;
  /** Over the attributes, as WebCrypto makes it (`signatureLength`): raw r‖s for ECDSA. */
  readonly signature: Uint8Array;
  /** DER, the signer's first, then intermediates; the root stays out (it goes into the DSS). */
  readonly certificates: readonly Uint8Array[];
  /** A TimeStampToken over the signature value, DER (RFC 3161, appendix A). */
  readonly timestamp?: Uint8Array;
}

function signersCertificate(certificates: readonly Uint8Array[]): Certificate {
  const [leaf] = certificates;
  if (leaf === undefined) throw new CmsError('malformed', 'no certificate of the signer');
  if (certificates.length > MAX_CERTIFICATES)
    throw new CmsError('limit', `certificates of a signature: more than ${MAX_CERTIFICATES}`);
  return parseCertificate(leaf);
}

/**
 * Detached SignedData in a ContentInfo, DER (RFC 5652; RFC 5754, 4056, 8419 for the algorithms). Throws
 * CmsError `malformed` without a certificate, `limit` with more than 200, PkiError `key` or `signature`.
 */
export function buildSignedData(input: SignedDataInput): Uint8Array {
  const certificate = signersCertificate(input.certificates);
  const scheme = signingScheme(certificate.spki, input);
  const digestAlgorithm = hashIdentifier(contentHash(scheme));
  const signedAttributes = Uint8Array.from(input.attributes);
  signedAttributes[0] = 0xa0;
  const parts = [
    integer(1),
    sequence(certificate.issuer.der, der(Tag.integer, certificate.serial)),
    digestAlgorithm,
    signedAttributes,
    signatureIdentifier(scheme),
    octetString(signatureValue(certificate.spki, input.signature))
  ];
  if (input.timestamp !== undefined) {
    parts.push(tagged(1, attribute(CmsOid.signatureTimestamp, raw(readWhole(input.timestamp)))));
  }
  const bag = [...input.certificates].map((bytes) => raw(readWhole(bytes)));
  const signedData = sequence(
    integer(1),
    setOf(digestAlgorithm),
    sequence(oid(CmsOid.data)),
    // IMPLICIT SET OF, so DER sorts it (RFC 5652 §5.1); readers find the signer by its SignerIdentifier.
    implicitSet(0, bag),
    setOf(sequence(...parts))
  );
  return sequence(oid(CmsOid.signedData), tagged(0, signedData));
}

function implicitSet(n: number, parts: readonly Uint8Array[]): Uint8Array {
  const set = setOf(...parts);
  set[0] = 0xa0 | n;
  return set;
}

/**
 * The most bytes that `buildSignedData` can need with these certificates: /Contents is reserved before the
 * signature exists. `timestampRoom`: bytes of the longest token that shall fit, 0 for none.
 */
export function signedDataSize(
  certificates: readonly Uint8Array[],
  { timestampRoom = 0, ...choice }: SigningChoice & { readonly timestampRoom?: number } = {}
): number {
  const { der: certificate, spki } = signersCertificate(certificates);
  const size = hashLength(contentHash(signingScheme(spki, choice)));
  const attributes = buildSignedAttributes({ digest: new Uint8Array(size), certificate });
  // r and s with their top bits set need a leading zero each: the longest form.
  const signature = new Uint8Array(signatureLength(spki)).fill(0xff);
  const built = buildSignedData({ ...choice, attributes, signature, certificates });
  // A token adds its attribute (identifier and three headers) and lengthens up to four lengths around it.
  return built.length + (timestampRoom === 0 ? 0 : timestampRoom + 64);
}
