import { concat } from '../bytes/concat.ts';
import { encodeLatin1 } from '../bytes/latin1.ts';
import { encodeUtf8 } from '../bytes/utf8.ts';
import { children, content, octets, Tag, type Element } from './ber.ts';

/** Tag, shortest definite length, contents (DER, X.690 §10.1). */
export function der(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const body = concat(...contents);
  const n = body.length;
  const length =
    n < 0x80
      ? [n]
      : n < 0x100
        ? [0x81, n]
        : n < 0x10000
          ? [0x82, n >> 8, n & 255]
          : n < 0x1000000
            ? [0x83, n >> 16, (n >> 8) & 255, n & 255]
            : [0x84, n >>> 24, (n >> 16) & 255, (n >> 8) & 255, n & 255];
  return concat(Uint8Array.of(tag, ...length), body);
}

export const sequence = (...parts: readonly Uint8Array[]): Uint8Array => der(Tag.sequence, ...parts);

function compare(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** SET OF: the elements in ascending order of their encodings (X.690 §11.6). */
export const setOf = (...parts: readonly Uint8Array[]): Uint8Array =>
  der(Tag.set, ...[...parts].sort(compare));

/** `[n] EXPLICIT`, and `[n] IMPLICIT` of a structured type when `parts` are its members. */
export const tagged = (n: number, ...parts: readonly Uint8Array[]): Uint8Array => der(0xa0 | n, ...parts);
/** `[n] IMPLICIT` of a simple type. */
export const taggedPrimitive = (n: number, contents: Uint8Array): Uint8Array => der(0x80 | n, contents);

export const nullValue = (): Uint8Array => Uint8Array.of(Tag.null, 0);
export const boolean = (value: boolean): Uint8Array => Uint8Array.of(Tag.boolean, 1, value ? 0xff : 0);

/** INTEGER of a whole number ≥ 0, minimal (X.690 §8.3.2). */
export function integer(value: number | bigint): Uint8Array {
  let hex = BigInt(value).toString(16);
  if (hex.startsWith('-')) throw new RangeError('negative integer');
  if (hex.length % 2 === 1) hex = `0${hex}`;
  const bytes = new Uint8Array(hex.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = parseInt(hex.slice(2 * i, 2 * i + 2), 16);
  return unsigned(bytes);
}

/** INTEGER of big-endian octets without sign: leading zeros go, one comes back when the top bit is set. */
export function unsigned(bytes: Uint8Array): Uint8Array {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start += 1;
  const value = bytes.length === 0 ? Uint8Array.of(0) : bytes.subarray(start);
  return ((value[0] ?? 0) & 0x80) !== 0 ? der(Tag.integer, Uint8Array.of(0), value) : der(Tag.integer, value);
}

/** OBJECT IDENTIFIER from its dotted form (X.690 §8.19). */
export function oid(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...others] = dotted.split('.').map(Number);
  const bytes: number[] = [];
  for (const arc of [first * 40 + second, ...others]) {
    const groups = [arc % 128];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) {
      groups.unshift((left % 128) | 0x80);
    }
    bytes.push(...groups);
  }
  return der(Tag.oid, Uint8Array.from(bytes));
}

export const octetString = (bytes: Uint8Array): Uint8Array => der(Tag.octetString, bytes);
export const bitString = (bytes: Uint8Array): Uint8Array => der(Tag.bitString, Uint8Array.of(0), bytes);

/** Named bit list: trailing zero bits are left out (X.690 §11.2.2). */
export function namedBits(...bits: readonly number[]): Uint8Array {
  const highest = Math.max(...bits);
  const bytes = new Uint8Array((highest >> 3) + 1);
  for (const bit of bits) bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) | (0x80 >> (bit & 7));
  return der(Tag.bitString, Uint8Array.of(7 - (highest & 7)), bytes);
}

export const utf8String = (text: string): Uint8Array => der(Tag.utf8String, encodeUtf8(text));
export const printableString = (text: string): Uint8Array => der(Tag.printableString, encodeLatin1(text));
export const ia5String = (text: string): Uint8Array => der(Tag.ia5String, encodeLatin1(text));

const digits = (value: number, width: number): string => String(value).padStart(width, '0');

/** GeneralizedTime in whole seconds and UTC, as DER and RFC 5280 §4.1.2.5.2 want it. */
export function generalizedTime(ms: number): Uint8Array {
  const date = new Date(ms);
  const text =
    digits(date.getUTCFullYear(), 4) +
    [
      date.getUTCMonth() + 1,
      date.getUTCDate(),
      date.getUTCHours(),
      date.getUTCMinutes(),
      date.getUTCSeconds()
    ]
      .map((part) => digits(part, 2))
      .join('');
  return der(Tag.generalizedTime, encodeLatin1(`${text}Z`));
}

/** Time: UTCTime through 2049, GeneralizedTime from 2050 (RFC 5280 §4.1.2.5). */
export function time(ms: number): Uint8Array {
  const year = new Date(ms).getUTCFullYear();
  if (year < 1950 || year > 2049) return generalizedTime(ms);
  return der(Tag.utcTime, generalizedTime(ms).subarray(4));
}

const STRINGS: readonly number[] = [
  Tag.bitString,
  Tag.octetString,
  Tag.utf8String,
  Tag.numericString,
  Tag.printableString,
  Tag.teletexString,
  Tag.ia5String,
  Tag.visibleString,
  Tag.universalString,
  Tag.bmpString
];

/**
 * DER of a BER element: definite shortest lengths, strings in one piece, SETs sorted. Signed attributes
 * that came in BER are signed in this form (RFC 5652 §5.4).
 */
export function toDer(element: Element, tag: number = element.tag): Uint8Array {
  if ((element.tag & 0x20) === 0) return der(tag, content(element));
  const plain = element.tag & ~0x20;
  if (STRINGS.includes(plain) && plain !== Tag.bitString) return der(plain, octets(element));
  const parts = children(element).map((child) => toDer(child));
  return tag === Tag.set ? setOf(...parts) : der(tag, ...parts);
}
