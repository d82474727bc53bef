import { sha256 } from '@noble/hashes/sha2.js';
import { raw, Tag, readWhole } from '../asn1/ber.ts';
import { der, integer, octetString, oid, sequence, setOf, tagged } from '../asn1/der.ts';
import { hashIdentifier } from '../pki/algorithm.ts';
import { parseCertificate } from '../pki/certificate.ts';
import { ecdsaToDer } from '../pki/ecdsa.ts';
import { signatureHash, ecdsaIdentifier } from '../pki/to-be-signed.ts';
import { CmsOid } from './attribute.ts';
import { CmsError } from './error.ts';
import { encodeSigningCertificate } from './signing-certificate.ts';

const attribute = (type: string, value: Uint8Array): Uint8Array => sequence(oid(type), setOf(value));

/**
 * Signed attributes of a PAdES signature, the DER SET OF that the key signs (RFC 5652 §5.4): content-type,
 * message-digest, signing-certificate-v2. No signing-time: /M carries the claim (EN 319 142-1 §6.3).
 * `digest`: of the ByteRange, by the hash of the key (`signatureHash`: SHA-256 for P-256).
 */
export function buildSignedAttributes(input: {
  readonly digest: Uint8Array;
  /** The signer's certificate, DER. */
  readonly certificate: Uint8Array;
}): Uint8Array {
  return setOf(
    attribute(CmsOid.contentType, oid(CmsOid.data)),
    attribute(CmsOid.messageDigest, octetString(input.digest)),
    attribute(CmsOid.signingCertificateV2, encodeSigningCertificate(sha256(input.certificate)))
  );
}

export interface SignedDataInput {
  /** From `buildSignedAttributes`, unchanged. */
  readonly attributes: Uint8Array;
  /** Raw r‖s over the attributes. */
  readonly signature: Uint8Array;
  /** DER, the signer's first, then intermediates; the root stays out (it goes into the DSS). */
  readonly certificates: readonly Uint8Array[];
  /** A TimeStampToken over the signature value, DER (RFC 3161, appendix A). */
  readonly timestamp?: Uint8Array;
}

/** Detached SignedData in a ContentInfo, DER (RFC 5652). Throws CmsError `malformed` without a certificate. */
export function buildSignedData(input: SignedDataInput): Uint8Array {
  const [leaf] = input.certificates;
  if (leaf === undefined) throw new CmsError('malformed', 'no certificate of the signer');
  const certificate = parseCertificate(leaf);
  const hash = signatureHash(certificate.spki);
  const signedAttributes = Uint8Array.from(input.attributes);
  signedAttributes[0] = 0xa0;
  const parts = [
    integer(1),
    sequence(certificate.issuer.der, der(Tag.integer, certificate.serial)),
    hashIdentifier(hash),
    signedAttributes,
    ecdsaIdentifier(hash),
    octetString(ecdsaToDer(input.signature))
  ];
  if (input.timestamp !== undefined) {
    parts.push(tagged(1, attribute(CmsOid.signatureTimestamp, raw(readWhole(input.timestamp)))));
  }
  const bag = [...input.certificates].map((bytes) => raw(readWhole(bytes)));
  const signedData = sequence(
    integer(1),
    setOf(hashIdentifier(hash)),
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
 * signature exists. `timestamp`: room for a token, in bytes.
 */
export function signedDataSize(certificates: readonly Uint8Array[], timestamp = 0): number {
  const [leaf] = certificates;
  if (leaf === undefined) throw new CmsError('malformed', 'no certificate of the signer');
  const size = signatureHash(parseCertificate(leaf).spki) === 'SHA-384' ? 48 : 32;
  const attributes = buildSignedAttributes({ digest: new Uint8Array(size), certificate: leaf });
  // r and s with their top bits set need a leading zero each: the longest form.
  const signature = new Uint8Array(2 * size).fill(0xff);
  const built = buildSignedData({ attributes, signature, certificates });
  // A token adds its attribute (identifier and three headers) and lengthens up to four lengths around it.
  return built.length + (timestamp === 0 ? 0 : timestamp + 64);
}
