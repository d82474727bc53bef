import { decodeLatin1 } from '../bytes/latin1.ts';
import { decodeUtf8 } from '../bytes/utf8.ts';
import { content, octets, Tag, type Element } from './ber.ts';
import { AsnError } from './error.ts';

const bad = (element: Element, message: string): AsnError => new AsnError('value', message, element.start);

/** Dotted decimal form of an OBJECT IDENTIFIER (X.690 §8.19). Works on implicit tags too. */
export function readOid(element: Element): string {
  const bytes = content(element);
  if (bytes.length === 0 || bytes.length > 64) throw bad(element, 'no object identifier');
  const arcs: string[] = [];
  let value = 0n;
  let inside = false;
  for (const byte of bytes) {
    if (!inside && byte === 0x80) throw bad(element, 'padded object identifier');
    value = (value << 7n) | BigInt(byte & 0x7f);
    inside = (byte & 0x80) !== 0;
    if (inside) continue;
    if (arcs.length === 0) {
      const root = value < 80n ? value / 40n : 2n;
      arcs.push(String(root), String(value - root * 40n));
    } else arcs.push(String(value));
    value = 0n;
  }
  if (inside) throw bad(element, 'object identifier cut off');
  return arcs.join('.');
}

/** Two's complement octets of an INTEGER as written. */
export function readIntegerBytes(element: Element): Uint8Array {
  const bytes = content(element);
  if (bytes.length === 0) throw bad(element, 'empty integer');
  return bytes;
}

/** Value of an INTEGER or ENUMERATED. */
export function readInteger(element: Element): bigint {
  const bytes = readIntegerBytes(element);
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return ((bytes[0] ?? 0) & 0x80) !== 0 ? value - (1n << BigInt(8 * bytes.length)) : value;
}

/** Value of an INTEGER that this program counts with. */
export function readSmallInteger(element: Element): number {
  const value = readInteger(element);
  if (value < -0x7fffffffn || value > 0x7fffffffn) throw bad(element, 'integer too large');
  return Number(value);
}

export function readBoolean(element: Element): boolean {
  const bytes = content(element);
  if (bytes.length !== 1) throw bad(element, 'no boolean');
  return bytes[0] !== 0;
}

/** BIT STRING: its octets, and how many bits of the last one do not count (X.690 §8.6). */
export function readBitString(element: Element): { readonly unused: number; readonly bytes: Uint8Array } {
  const bytes = octets(element);
  const unused = bytes[0] ?? 8;
  if (unused > 7 || (bytes.length === 1 && unused !== 0)) throw bad(element, 'no bit string');
  return { unused, bytes: bytes.subarray(1) };
}

/** Octets of a BIT STRING that holds whole octets, as keys and signatures do. */
export function readBitOctets(element: Element): Uint8Array {
  const { unused, bytes } = readBitString(element);
  if (unused !== 0) throw bad(element, 'bit string of broken octets');
  return bytes;
}

/** Numbers of the bits that are set, from 0 (named bit lists such as KeyUsage). */
export function readNamedBits(element: Element): number[] {
  const { bytes } = readBitString(element);
  const bits: number[] = [];
  for (let i = 0; i < bytes.length * 8 && i < 64; i++) {
    if ((((bytes[i >> 3] ?? 0) >> (7 - (i & 7))) & 1) === 1) bits.push(i);
  }
  return bits;
}

/** Big-endian characters of 2 or 4 octets. */
function wide(bytes: Uint8Array, width: number): string {
  let text = '';
  for (let i = 0; i + width <= bytes.length; i += width) {
    let point = 0;
    for (let j = 0; j < width; j++) point = point * 256 + (bytes[i + j] ?? 0);
    text +=
      width === 2 ? String.fromCharCode(point) : point <= 0x10ffff ? String.fromCodePoint(point) : '\ufffd';
  }
  return text;
}

/**
 * Text of any of the string types that names use. A UTF8String that is none, and the T.61 escapes that
 * TeletexString once had, are read as ISO 8859-1, as every other reader does: a name must not stop a check.
 */
export function readText(element: Element): string {
  const bytes = octets(element);
  switch (element.tag & ~0x20) {
    case Tag.bmpString:
      return wide(bytes, 2);
    case Tag.universalString:
      return wide(bytes, 4);
    case Tag.utf8String:
      return decodeUtf8(bytes) ?? decodeLatin1(bytes);
    default:
      return decodeLatin1(bytes);
  }
}

export function isText(element: Element): boolean {
  const tag = element.tag & ~0x20;
  return (
    tag === Tag.utf8String ||
    (tag >= Tag.numericString && tag <= Tag.ia5String && tag !== 0x15) ||
    (tag >= Tag.visibleString && tag <= Tag.bmpString)
  );
}

const UTC_TIME = /^(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})?(?:\.\d+)?(Z|[+-]\d{4})$/;
const GENERALIZED_TIME = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})?(\d{2})?(?:[.,](\d+))?(Z|[+-]\d{4})?$/;

/**
 * UTC milliseconds of a UTCTime or GeneralizedTime (X.690 §11.7 and the BER forms with offsets). Two-digit
 * years below 50 lie in this century (RFC 5280 §4.1.2.5.1). A time without a zone is taken as UTC.
 */
export function readTime(element: Element): number {
  const text = decodeLatin1(octets(element));
  const utc = (element.tag & ~0x20) === Tag.utcTime;
  const match = (utc ? UTC_TIME : GENERALIZED_TIME).exec(text);
  if (match === null) throw bad(element, 'no time');
  const number = (i: number): number => Number(match[i] ?? '0');
  const year = utc ? number(1) + (number(1) < 50 ? 2000 : 1900) : number(1);
  const zone = (utc ? match[7] : match[8]) ?? 'Z';
  const fraction = utc ? 0 : Math.floor(Number(`0.${match[7] ?? '0'}`) * 1000);
  const [month, day, hour, minute, second] = [number(2), number(3), number(4), number(5), number(6)];
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60) {
    throw bad(element, 'no time');
  }
  const offset =
    zone === 'Z'
      ? 0
      : (zone.startsWith('-') ? -1 : 1) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3, 5)));
  const day0 = new Date(0);
  day0.setUTCFullYear(year, month - 1, day);
  if (day0.getUTCDate() !== day) throw bad(element, 'no such day');
  return day0.getTime() + ((hour * 60 + minute - offset) * 60 + second) * 1000 + fraction;
}
