import { list, members, raw, Tag, type Element } from '../asn1/ber.ts';
import { oid, sequence, setOf, tagged, taggedPrimitive, utf8String } from '../asn1/der.ts';
import { isText, readOid, readText } from '../asn1/values.ts';
import { equalBytes } from '../bytes/concat.ts';
import { toHex } from '../bytes/hex.ts';
import { encodeLatin1 } from '../bytes/latin1.ts';
import { Oid } from './oid.ts';

export interface NameAttribute {
  readonly oid: string;
  readonly value: string;
}

/** A distinguished name (RFC 5280 §4.1.2.4). */
export interface Name {
  /** As written. */
  readonly der: Uint8Array;
  /** RFC 4514, the last RDN first. */
  readonly text: string;
  readonly attributes: readonly NameAttribute[];
  readonly commonName: string | null;
  readonly organization: string | null;
  readonly email: string | null;
}

/** Short names of RFC 4514 §3, and of those that readers of certificates meet. */
const KEYWORDS: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.4': 'SN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'STREET',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '2.5.4.12': 'title',
  '2.5.4.42': 'GN',
  '2.5.4.97': 'organizationIdentifier',
  '0.9.2342.19200300.100.1.1': 'UID',
  '0.9.2342.19200300.100.1.25': 'DC',
  '1.2.840.113549.1.9.1': 'emailAddress'
};

/** RFC 4514 §2.4. */
function escape(value: string): string {
  return value
    .replace(/[\\"+,;<>]/g, '\\$&')
    .replace(/\0/g, '\\00')
    .replace(/^([ #])/, '\\$1')
    .replace(/ $/, '\\ ');
}

export function parseName(element: Element): Name {
  const attributes: NameAttribute[] = [];
  const relative: string[] = [];
  for (const set of list(element)) {
    const parts: string[] = [];
    for (const pair of list(set, Tag.set)) {
      const walk = members(pair);
      const name = readOid(walk.next(Tag.oid));
      const value = walk.next();
      walk.end();
      const text = isText(value) ? readText(value) : `#${toHex(raw(value))}`;
      attributes.push({ oid: name, value: text });
      parts.push(`${KEYWORDS[name] ?? name}=${isText(value) ? escape(text) : text}`);
    }
    relative.unshift(parts.join('+'));
  }
  const last = (name: string): string | null =>
    [...attributes].reverse().find((attribute) => attribute.oid === name)?.value ?? null;
  return {
    der: raw(element),
    text: relative.join(','),
    attributes,
    commonName: last(Oid.commonName),
    organization: last(Oid.organization),
    email: last(Oid.emailAddress)
  };
}

/** Bytes of a name: organisation, then common name; nothing else (`security.md` C3: no phone numbers). */
export function encodeName(name: {
  readonly commonName: string;
  readonly organization?: string;
}): Uint8Array {
  const part = (type: string, value: string): Uint8Array => setOf(sequence(oid(type), utf8String(value)));
  const parts = name.organization ? [part(Oid.organization, name.organization)] : [];
  return sequence(...parts, part(Oid.commonName, name.commonName));
}

/**
 * Contents of a subjectAltName extension with one address: rfc822Name, or SmtpUTF8Mailbox (RFC 9598) when
 * the address has characters that IA5String cannot hold.
 */
export function encodeEmailNames(email: string): Uint8Array {
  if (/^[\x21-\x7e]+$/.test(email)) return sequence(taggedPrimitive(1, encodeLatin1(email)));
  return sequence(tagged(0, oid(Oid.smtpUtf8Mailbox), tagged(0, utf8String(email))));
}

const fold = (value: string): string => value.trim().replace(/\s+/g, ' ').toLowerCase();

/** Whether two names are the same: their bytes, or their texts without case and doubled spaces (RFC 5280 §7.1). */
export function sameName(a: Name, b: Name): boolean {
  if (equalBytes(a.der, b.der)) return true;
  return (
    a.attributes.length === b.attributes.length &&
    a.attributes.every((one, i) => {
      const other = b.attributes[i];
      return other !== undefined && one.oid === other.oid && fold(one.value) === fold(other.value);
    })
  );
}
