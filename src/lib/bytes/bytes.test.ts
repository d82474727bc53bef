import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromBase64, fromBase64Url, toBase64, toBase64Url } from './base64.ts';
import { concat, equalBytes } from './concat.ts';
import { fromHex, toHex } from './hex.ts';
import { decodeLatin1, encodeLatin1 } from './latin1.ts';
import { decodeUtf8, encodeUtf8 } from './utf8.ts';

const bytes = fc.uint8Array({ maxLength: 300 });

describe('base64', () => {
  test('is what Node writes and reads', () => {
    fc.assert(
      fc.property(bytes, (b) => {
        expect(toBase64(b)).toBe(Buffer.from(b).toString('base64'));
        expect(toBase64Url(b)).toBe(Buffer.from(b).toString('base64url'));
        expect(fromBase64(toBase64(b))).toEqual(Uint8Array.from(b));
        expect(fromBase64Url(toBase64Url(b))).toEqual(Uint8Array.from(b));
      })
    );
  });
  test.each(['A', 'AA', 'AAA', 'AB==', 'AAB=', '=AAA', 'A===', 'AA==AA==', '-_8='])('refuses %j', (text) =>
    expect(() => fromBase64(text)).toThrow(RangeError)
  );
  test.each(['A', 'AB', 'AA==', '+/8'])('url form refuses %j', (text) =>
    expect(() => fromBase64Url(text)).toThrow(RangeError)
  );
});

describe('hex', () => {
  test('round trip, lower case', () => {
    fc.assert(
      fc.property(bytes, (b) => {
        expect(fromHex(toHex(b))).toEqual(Uint8Array.from(b));
      })
    );
    expect(toHex(fromHex('00FFaB'))).toBe('00ffab');
  });
  test.each(['0', '0g', ' 0', '0x'])('refuses %j', (text) => expect(() => fromHex(text)).toThrow(RangeError));
});

describe('text', () => {
  test('UTF-8 is what the platform writes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(encodeUtf8(text)).toEqual(new TextEncoder().encode(text));
        expect(decodeUtf8(encodeUtf8(text))).toBe(text);
      })
    );
    const long = 'ж'.repeat(10_000);
    expect(decodeUtf8(encodeUtf8(long))).toBe(long);
  });
  test('reads arbitrary bytes exactly as a fatal TextDecoder does', () => {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    const mixed = fc.array(
      fc.constantFrom(0x41, 0x80, 0xbf, 0xc0, 0xc2, 0xe0, 0xa0, 0xed, 0x9f, 0xf0, 0x90, 0xf4, 0x8f, 0xf5)
    );
    fc.assert(
      fc.property(mixed, (list) => {
        const b = Uint8Array.from(list);
        const attempt = (read: () => string): string | null => {
          try {
            return read();
          } catch {
            return null;
          }
        };
        expect(decodeUtf8(b)).toBe(attempt(() => decoder.decode(b)));
      }),
      { numRuns: 2000 }
    );
  });
  test('latin1 both ways', () => {
    fc.assert(
      fc.property(bytes, (b) => {
        expect(encodeLatin1(decodeLatin1(b))).toEqual(Uint8Array.from(b));
      })
    );
    expect(() => encodeLatin1('ж')).toThrow(RangeError);
  });
});

describe('concat', () => {
  test('joins in order, compares by value', () => {
    const a = Uint8Array.of(1, 2);
    expect(concat(a, Uint8Array.of(), Uint8Array.of(3))).toEqual(Uint8Array.of(1, 2, 3));
    expect(equalBytes(a, Uint8Array.of(1, 2))).toBe(true);
    expect(equalBytes(a, Uint8Array.of(1, 2, 0))).toBe(false);
    expect(equalBytes(a, Uint8Array.of(1, 3))).toBe(false);
  });
});
