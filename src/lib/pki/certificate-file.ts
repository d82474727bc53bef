import { children, inner, members, raw, readElement, Tag } from '../asn1/ber.ts';
import { AsnError } from '../asn1/error.ts';
import { readOid } from '../asn1/values.ts';
import { fromBase64 } from '../bytes/base64.ts';
import { decodeLatin1 } from '../bytes/latin1.ts';

const SIGNED_DATA = '1.2.840.113549.1.7.2';
const BLOCK =
  /-----BEGIN (CERTIFICATE|X509 CERTIFICATE|TRUSTED CERTIFICATE|PKCS7|CMS)-----([A-Za-z0-9+/=\s]+)-----END \1-----/g;

/** The certificates of a SignedData that nobody signed ("certs-only", RFC 8551 §3.8), BER or DER. Throws AsnError. */
function ofContainer(bytes: Uint8Array): Uint8Array[] {
  const info = members(readElement(bytes));
  if (readOid(info.next(Tag.oid)) !== SIGNED_DATA) throw new AsnError('value', 'no SignedData', 0);
  const walk = members(inner(info.next(0xa0)));
  walk.next(Tag.integer);
  walk.next(Tag.set);
  walk.next(Tag.sequence);
  const bag = walk.optional(0xa0);
  return bag === null
    ? []
    : children(bag)
        .filter(({ tag }) => tag === Tag.sequence)
        .map(raw);
}

/** A certificate begins with the SEQUENCE of what is signed, a ContentInfo with its type's OID. */
function ofBinary(bytes: Uint8Array): Uint8Array[] {
  const whole = readElement(bytes);
  const [first] = children(whole);
  return first?.tag === Tag.oid ? ofContainer(bytes) : [raw(whole)];
}

/**
 * Certificates of a file: PEM (any number, certificates and PKCS#7), DER, or PKCS#7 certs-only in BER or DER. They
 * are not read further. Throws AsnError when it is none of these, RangeError for broken base64.
 */
export function certificatesIn(bytes: Uint8Array): Uint8Array[] {
  if (bytes[0] === Tag.sequence) return ofBinary(bytes);
  const blocks = [...decodeLatin1(bytes).matchAll(BLOCK)];
  return blocks.flatMap(([, , body]) => ofBinary(fromBase64(body ?? '')));
}
