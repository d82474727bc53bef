import { AsnError } from '../asn1/error.ts';
import { octets, readElement, Tag } from '../asn1/ber.ts';
import { CmsError } from '../cms/error.ts';
import { parseSignedData, type SignedData } from '../cms/signed-data.ts';
import { parseTimestamp, type Timestamp } from '../cms/timestamp.ts';
import type { PdfDocument } from '../pdf/document.ts';
import { PdfError } from '../pdf/error.ts';
import { limitError } from '../pdf/limits.ts';
import { type PdfObject, PdfString } from '../pdf/objects.ts';
import type { FoundSignature } from './signatures.ts';

/** What /Contents holds, by its SubFilter (ISO 32000-2 table 260). */
export type Container =
  | { readonly kind: 'cms'; readonly data: SignedData; readonly length: number }
  /** adbe.pkcs7.sha1: the signed content is the SHA-1 of the range. */
  | { readonly kind: 'sha1'; readonly data: SignedData; readonly length: number }
  | { readonly kind: 'timestamp'; readonly token: Timestamp; readonly length: number }
  /** adbe.x509.rsa_sha1: a bare PKCS #1 signature, the certificates stand in /Cert. */
  | {
      readonly kind: 'pkcs1';
      readonly signature: Uint8Array;
      readonly certificates: Uint8Array[];
      readonly length: number;
    }
  | { readonly kind: 'malformed'; readonly why: string }
  | { readonly kind: 'unsupported'; readonly why: string };

function certificatesOf(doc: PdfDocument, object: PdfObject | undefined): Uint8Array[] {
  const value = doc.resolve(object);
  const items = Array.isArray(value) ? value.map((item) => doc.resolve(item)) : [value];
  return items.flatMap((item) => (item instanceof PdfString ? [item.bytes] : []));
}

/** Reads /Contents. What cannot be read says why; throws PdfError `limit` for what is too long or holds too much. */
export function readContainer(signature: FoundSignature): Container {
  const { contents, subFilter } = signature;
  if (contents === null) return { kind: 'malformed', why: 'contents-missing' };
  // Room that was kept for a signature which never came: neither range nor value were ever written.
  if (signature.byteRange.length === 0 && contents.every((byte) => byte === 0)) {
    return { kind: 'unsupported', why: 'never-signed' };
  }
  const allowed = signature.view.limits.contents;
  if (contents.length > allowed) throw limitError('bytes in /Contents', allowed);
  const { certificates } = signature.view.limits;
  try {
    switch (subFilter) {
      case 'adbe.pkcs7.detached':
      case 'ETSI.CAdES.detached':
        return detached(contents, certificates);
      case 'adbe.pkcs7.sha1': {
        const data = parseSignedData(contents, certificates);
        if (data.content === null) return { kind: 'malformed', why: 'content-missing' };
        return several(data) ?? { kind: 'sha1', data, length: data.length };
      }
      case 'ETSI.RFC3161': {
        // Estonian software of old named plain signatures so.
        if (!isTimestampToken(contents)) return detached(contents, certificates);
        const token = parseTimestamp(contents);
        return several(token.data) ?? { kind: 'timestamp', token, length: token.data.length };
      }
      case 'adbe.x509.rsa_sha1': {
        const element = readElement(contents);
        if ((element.tag & ~0x20) !== Tag.octetString)
          return { kind: 'malformed', why: 'not-an-octet-string' };
        const own = certificatesOf(signature.view, signature.dict.get('Cert'));
        if (own.length > certificates) throw limitError('certificates of a signature', certificates);
        return { kind: 'pkcs1', signature: octets(element), certificates: own, length: element.end };
      }
      default:
        return otherwise(contents, certificates);
    }
  } catch (error) {
    if (error instanceof CmsError && error.code === 'limit') throw new PdfError('limit', error.message);
    if (error instanceof CmsError) return { kind: 'malformed', why: `cms-${error.code}` };
    if (error instanceof AsnError) return { kind: 'malformed', why: 'cms-malformed' };
    throw error;
  }
}

/** ISO 32000-2 §12.8.3.3.1: no data shall be encapsulated, not even an empty piece. */
function detached(contents: Uint8Array, certificates: number): Container {
  const data = parseSignedData(contents, certificates);
  if (data.content !== null) return { kind: 'malformed', why: 'content-encapsulated' };
  return several(data) ?? { kind: 'cms', data, length: data.length };
}

/** A SubFilter that nobody knows: detached CMS is what stands there in real files, anything else is not for us. */
function otherwise(contents: Uint8Array, certificates: number): Container {
  try {
    return detached(contents, certificates);
  } catch (error) {
    if (error instanceof CmsError && error.code !== 'limit')
      return { kind: 'unsupported', why: 'sub-filter-unknown' };
    throw error;
  }
}

function isTimestampToken(contents: Uint8Array): boolean {
  return parseSignedData(contents).contentType === '1.2.840.113549.1.9.16.1.4';
}

/** PDF allows exactly one signer in a signature (§12.8.3.3.1). */
function several(data: SignedData): Container | null {
  return data.signers.length === 1 ? null : { kind: 'malformed', why: 'several-signers' };
}
