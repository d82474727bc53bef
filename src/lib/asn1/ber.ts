import { concat } from '../bytes/concat.ts';
import { AsnError } from './error.ts';

/** Identifier octets of the universal types that certificates and signatures use (X.690 §8). */
export const Tag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  numericString: 0x12,
  printableString: 0x13,
  teletexString: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  visibleString: 0x1a,
  universalString: 0x1c,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31
} as const;

/** Context-specific and constructed, `[n]` of an explicit or structured type. */
export const context = (n: number): number => 0xa0 | n;
/** Context-specific and primitive, `[n] IMPLICIT` of a simple type. */
export const contextPrimitive = (n: number): number => 0x80 | n;

/** One element in the bytes it was read from; nothing is copied. */
export interface Element {
  readonly bytes: Uint8Array;
  /** Identifier octet. Tag numbers above 30 do not occur in what this app reads and are refused. */
  readonly tag: number;
  readonly start: number;
  /** Where the contents begin and end; `end` lies behind the end-of-contents octets, if there are any. */
  readonly contentStart: number;
  readonly contentEnd: number;
  readonly end: number;
}

/** Deepest nesting that is followed. Certificates and signatures need under 25. */
const MAX_DEPTH = 64;

/**
 * Reads the element at `offset`. Definite lengths in any form and indefinite lengths (BER, X.690 §8.1.3):
 * signatures from older software use them. `limit` is where the bytes of the parent end.
 * Throws AsnError.
 */
export function readElement(bytes: Uint8Array, offset = 0, limit = bytes.length, depth = 0): Element {
  if (depth > MAX_DEPTH) throw new AsnError('depth', 'nested too deep', offset);
  if (offset + 2 > limit) throw new AsnError('truncated', 'no element here', offset);
  const tag = bytes[offset] ?? 0;
  if ((tag & 0x1f) === 0x1f) throw new AsnError('tag', 'tag number above 30', offset);
  const first = bytes[offset + 1] ?? 0;
  if (first === 0x80) return readIndefinite(bytes, offset, limit, depth);
  let contentStart = offset + 2;
  let length = first;
  if (first > 0x80) {
    const count = first & 0x7f;
    if (contentStart + count > limit) throw new AsnError('truncated', 'length cut off', offset);
    length = 0;
    for (let i = 0; i < count; i++) length = length * 256 + (bytes[contentStart + i] ?? 0);
    if (length > 0xffffffff) throw new AsnError('length', 'length above 4 GB', offset);
    contentStart += count;
  }
  const end = contentStart + length;
  if (end > limit) throw new AsnError('truncated', 'element longer than what holds it', offset);
  return { bytes, tag, start: offset, contentStart, contentEnd: end, end };
}

function readIndefinite(bytes: Uint8Array, offset: number, limit: number, depth: number): Element {
  const tag = bytes[offset] ?? 0;
  if ((tag & 0x20) === 0) throw new AsnError('length', 'primitive of indefinite length', offset);
  let at = offset + 2;
  for (;;) {
    if (at + 2 > limit) throw new AsnError('truncated', 'no end-of-contents', offset);
    if (bytes[at] === 0 && bytes[at + 1] === 0) break;
    at = readElement(bytes, at, limit, depth + 1).end;
  }
  return { bytes, tag, start: offset, contentStart: offset + 2, contentEnd: at, end: at + 2 };
}

/** Reads bytes that hold one element and nothing else. */
export function readWhole(bytes: Uint8Array): Element {
  const element = readElement(bytes);
  if (element.end !== bytes.length) throw new AsnError('trailing', 'bytes after the element', element.end);
  return element;
}

/** The elements inside a constructed one. */
export function children(element: Element): Element[] {
  if ((element.tag & 0x20) === 0) throw new AsnError('tag', 'not constructed', element.start);
  const list: Element[] = [];
  for (let at = element.contentStart; at < element.contentEnd;) {
    const child = readElement(element.bytes, at, element.contentEnd);
    list.push(child);
    at = child.end;
  }
  return list;
}

/** The element as it was written, tag and length included. A view. */
export function raw(element: Element): Uint8Array {
  return element.bytes.subarray(element.start, element.end);
}

/** Contents of an element as they were written. A view. */
export function content(element: Element): Uint8Array {
  return element.bytes.subarray(element.contentStart, element.contentEnd);
}

/** Octets of a string type, whose pieces BER may spread over several elements (X.690 §8.7.3). */
export function octets(element: Element, depth = 0): Uint8Array {
  if ((element.tag & 0x20) === 0) return content(element);
  if (depth > MAX_DEPTH) throw new AsnError('depth', 'nested too deep', element.start);
  return concat(...children(element).map((piece) => octets(piece, depth + 1)));
}

/**
 * Walks the elements of a SEQUENCE in the order of its schema. Every `next` and `optional` names the tag it
 * wants; `end` says that nothing may follow.
 */
export class Members {
  private readonly list: readonly Element[];
  private index = 0;

  constructor(private readonly parent: Element) {
    this.list = children(parent);
  }

  /** The element that comes next, whatever it is; undefined at the end. */
  peek(): Element | undefined {
    return this.list[this.index];
  }

  next(...tags: readonly number[]): Element {
    const element = this.list[this.index];
    if (element === undefined) throw new AsnError('missing', 'an element is missing', this.parent.contentEnd);
    if (tags.length > 0 && !tags.includes(element.tag)) {
      throw new AsnError('tag', `tag ${element.tag.toString(16)} not expected`, element.start);
    }
    this.index += 1;
    return element;
  }

  optional(...tags: readonly number[]): Element | null {
    const element = this.list[this.index];
    if (element === undefined || !tags.includes(element.tag)) return null;
    this.index += 1;
    return element;
  }

  rest(): readonly Element[] {
    const rest = this.list.slice(this.index);
    this.index = this.list.length;
    return rest;
  }

  end(): void {
    const element = this.list[this.index];
    if (element !== undefined) throw new AsnError('trailing', 'an element too many', element.start);
  }
}

/** Members of an element that must be a SEQUENCE (or carry the given implicit tag). */
export function members(element: Element, tag: number = Tag.sequence): Members {
  if (element.tag !== tag)
    throw new AsnError('tag', `tag ${element.tag.toString(16)} not expected`, element.start);
  return new Members(element);
}

/** Elements of a SEQUENCE OF or SET OF with the given tag. */
export function list(element: Element, tag: number = Tag.sequence): Element[] {
  if (element.tag !== tag)
    throw new AsnError('tag', `tag ${element.tag.toString(16)} not expected`, element.start);
  return children(element);
}

/** The one element inside an explicit tag. */
export function inner(element: Element): Element {
  const walk = new Members(element);
  const only = walk.next();
  walk.end();
  return only;
}
