import { list, members, Tag, type Element } from '../asn1/ber.ts';
import { readOid } from '../asn1/values.ts';

/** Object identifiers of CMS contents and attributes. */
export const CmsOid = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  tstInfo: '1.2.840.113549.1.9.16.1.4',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  signingCertificate: '1.2.840.113549.1.9.16.2.12',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
  signatureTimestamp: '1.2.840.113549.1.9.16.2.14',
  /** adbe-revocationInfoArchival (ISO 32000-2 §12.8.3.3.2). */
  revocationArchive: '1.2.840.113583.1.1.8'
} as const;

/** Attribute (RFC 5652 §5.3). */
export interface Attribute {
  readonly oid: string;
  readonly values: readonly Element[];
}

export function parseAttributes(elements: readonly Element[]): Attribute[] {
  return elements.map((element) => {
    const walk = members(element);
    const oid = readOid(walk.next(Tag.oid));
    const values = list(walk.next(Tag.set), Tag.set);
    walk.end();
    return { oid, values };
  });
}

/** The value of an attribute that must stand once with one value; `twice` when it does not. */
export function singleValue(attributes: readonly Attribute[], oid: string): Element | 'twice' | null {
  const found = attributes.filter((attribute) => attribute.oid === oid);
  const [first] = found;
  if (first === undefined) return null;
  const [value] = first.values;
  return found.length > 1 || first.values.length !== 1 || value === undefined ? 'twice' : value;
}
