import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AsnIntegerBigIntConverter } from '@peculiar/asn1-schema';
import { fromHex, toHex } from '../bytes/hex.ts';
import { children, content, members, octets, raw, readElement, readWhole, Tag } from './ber.ts';
import * as der from './der.ts';
import { AsnError } from './error.ts';
import * as values from './values.ts';

const asn = (code: string): unknown => expect.objectContaining({ name: 'AsnError', code });

describe('reading (X.690 §8)', () => {
  test.each([
    ['', 'truncated'],
    ['30', 'truncated'],
    ['3003', 'truncated'],
    ['3003020101ff', 'trailing'],
    ['308100', null],
    ['3084ffffffff', 'truncated'],
    ['3088ffffffffffffffff', 'length'],
    ['0480000000', 'length'],
    ['30800201010000', null],
    ['3080020101', 'truncated'],
    ['1f8101', 'tag']
  ])('%s → %s', (hex, code) => {
    const read = () => readWhole(fromHex(hex));
    if (code === null) expect(read().tag).toBe(Tag.sequence);
    else expect(read).toThrow(asn(code) as Error);
  });
  test('a child may not reach out of its parent', () => {
    expect(() => children(readElement(fromHex('30030201010101')))).not.toThrow();
    expect(() => children(readElement(fromHex('300302040101010101')))).toThrow(asn('truncated') as Error);
  });
  test('nesting is bounded, in definite and indefinite form', () => {
    const deep = new Uint8Array(400);
    for (let i = 0; i < 400; i += 2) deep.set([0x30, 0x80], i);
    expect(() => readElement(deep)).toThrow(asn('depth') as Error);
    expect(() => octets(readElement(new Uint8Array(400).fill(0x24)))).toThrow(AsnError);
  });
  test('strings in pieces are joined', () => {
    expect(toHex(octets(readWhole(fromHex('2480040201020401030000'))))).toBe('010203');
  });
  test('walking a sequence names what is missing, wrong or too much', () => {
    const sequence = readWhole(der.sequence(der.integer(5), der.boolean(true)));
    const walk = members(sequence);
    expect(walk.optional(Tag.oid)).toBeNull();
    expect(() => walk.next(Tag.oid)).toThrow(asn('tag') as Error);
    walk.next(Tag.integer);
    expect(() => walk.end()).toThrow(asn('trailing') as Error);
    walk.next(Tag.boolean);
    walk.end();
    expect(() => walk.next()).toThrow(asn('missing') as Error);
  });
  test('any bytes end in an element or an AsnError', () => {
    const walk = (bytes: Uint8Array): void => {
      const visit = (at: ReturnType<typeof readElement>): void => {
        if ((at.tag & 0x20) !== 0) children(at).forEach(visit);
      };
      visit(readElement(bytes));
    };
    fc.assert(
      fc.property(fc.array(fc.constantFrom(0x30, 0x80, 0, 2, 4, 0x24, 0x31, 0x81, 0x84, 255, 1)), (list) => {
        try {
          walk(Uint8Array.from(list));
        } catch (error) {
          expect(error).toBeInstanceOf(AsnError);
        }
      }),
      { numRuns: 3000 }
    );
  });
});

describe('values', () => {
  test('integers are minimal and positive, and read back', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 1n << 300n }), (value) => {
        const bytes = der.integer(value);
        expect(values.readInteger(readWhole(bytes))).toBe(value);
        expect(bytes).toEqual(new Uint8Array(AsnIntegerBigIntConverter.toASN(value).toBER()));
      })
    );
    expect(toHex(der.integer(128))).toBe('02020080');
    expect(values.readInteger(readWhole(fromHex('0201ff')))).toBe(-1n);
    expect(toHex(der.unsigned(fromHex('0000007f')))).toBe('02017f');
    expect(() => der.integer(-1)).toThrow(RangeError);
  });
  test.each([
    ['1.2.840.113549.1.9.16.2.47', '060b2a864886f70d010910022f'],
    ['2.16.840.1.101.3.4.2.1', '0609608648016503040201'],
    ['1.3.6.1.4.1.311.10.3.12', '060a2b0601040182370a030c'],
    ['2.999', '06028837']
  ])('object identifier %s', (dotted, hex) => {
    expect(toHex(der.oid(dotted))).toBe(hex);
    expect(values.readOid(readWhole(fromHex(hex)))).toBe(dotted);
  });
  test('object identifiers that are none', () => {
    for (const hex of ['0600', '060180', '06028001', '060188']) {
      expect(() => values.readOid(readWhole(fromHex(hex)))).toThrow(asn('value') as Error);
    }
  });
  test('times: UTCTime through 2049, then GeneralizedTime', () => {
    const y2049 = Date.UTC(2049, 11, 31, 23, 59, 59);
    expect(der.time(y2049)[0]).toBe(Tag.utcTime);
    expect(der.time(y2049 + 1000)[0]).toBe(Tag.generalizedTime);
    for (const at of [y2049, y2049 + 1000, Date.UTC(1950, 0, 1), 0, Date.UTC(2026, 1, 28, 1, 2, 3)]) {
      expect(values.readTime(readWhole(der.time(at)))).toBe(at);
    }
    const generalized = (text: string) => readWhole(der.der(Tag.generalizedTime, Buffer.from(text)));
    expect(values.readTime(generalized('20260102030405.25+0100'))).toBe(Date.UTC(2026, 0, 2, 2, 4, 5, 250));
    for (const text of ['20261302030405Z', '20260230000000Z', '2026', 'x', '20260101240000Z']) {
      expect(() => values.readTime(generalized(text))).toThrow(asn('value') as Error);
    }
  });
  test('named bits leave trailing zeros out', () => {
    expect(toHex(der.namedBits(5, 6))).toBe('03020106');
    expect(toHex(der.namedBits(0, 1))).toBe('030206c0');
    expect(values.readNamedBits(readWhole(der.namedBits(0, 1, 8)))).toEqual([0, 1, 8]);
  });
  test('text of every string type', () => {
    const text = (tag: number, bytes: Uint8Array) => values.readText(readWhole(der.der(tag, bytes)));
    expect(text(Tag.bmpString, fromHex('04160048'))).toBe('ЖH');
    expect(text(Tag.universalString, fromHex('0001f600'))).toBe('😀');
    expect(text(Tag.utf8String, Buffer.from('Жё'))).toBe('Жё');
    expect(text(Tag.utf8String, fromHex('e9'))).toBe('é');
    expect(text(Tag.teletexString, fromHex('e9'))).toBe('é');
  });
});

describe('DER', () => {
  test.each([0, 127, 128, 255, 256, 65535, 65536])('shortest length for %d bytes', (n) => {
    const bytes = der.octetString(new Uint8Array(n));
    const element = readWhole(bytes);
    expect(content(element).length).toBe(n);
    expect(element.contentStart).toBe(n < 128 ? 2 : n < 256 ? 3 : n < 65536 ? 4 : 5);
  });
  test('SET OF is sorted, the prefix first', () => {
    const parts = ['020102', '02020100', '0201', '020101'].map(fromHex);
    expect(toHex(der.setOf(...parts))).toBe('310c' + '0201' + '020101' + '020102' + '02020100');
  });
  test('BER becomes DER', () => {
    const ber = fromHex('3180' + '30820003020102' + '2480040101040102' + '0000' + '0000');
    expect(toHex(der.toDer(readWhole(ber)))).toBe('3109' + '04020102' + '3003020102');
    expect(raw(readWhole(ber)).length).toBe(ber.length);
  });
});
