import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromBase64, fromBase64Url, toBase64, toBase64Url } from './base64.ts';
import { fromHex, toHex } from './hex.ts';
import { compare, concat, equal } from './join.ts';
import { fromLatin1, fromUtf8, latin1, utf8 } from './text.ts';

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
  test.each(['A', 'AA', 'AAA', 'AB==', 'AAB=', '=AAA', 'A===', 'AA==AA==', 'AA\n=', '-_8='])(
    'refuses %j',
    (text) => expect(() => fromBase64(text)).toThrow(RangeError)
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
        expect(utf8(text)).toEqual(new TextEncoder().encode(text));
        expect(fromUtf8(utf8(text))).toBe(text);
      })
    );
    const long = 'ж'.repeat(10_000);
    expect(fromUtf8(utf8(long))).toBe(long);
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
        expect(attempt(() => fromUtf8(b))).toBe(attempt(() => decoder.decode(b)));
      }),
      { numRuns: 2000 }
    );
  });
  test('lone surrogates are refused, not replaced', () => {
    expect(() => utf8('a\ud800')).toThrow(RangeError);
  });
  test('latin1 both ways', () => {
    fc.assert(
      fc.property(bytes, (b) => {
        expect(fromLatin1(latin1(b))).toEqual(Uint8Array.from(b));
      })
    );
    expect(() => fromLatin1('ж')).toThrow(RangeError);
  });
});

describe('join', () => {
  test('concat, equal, order of SET OF', () => {
    const a = Uint8Array.of(1, 2);
    expect(concat(a, Uint8Array.of(), Uint8Array.of(3))).toEqual(Uint8Array.of(1, 2, 3));
    expect(equal(a, Uint8Array.of(1, 2))).toBe(true);
    expect(equal(a, Uint8Array.of(1, 2, 0))).toBe(false);
    expect(compare(a, Uint8Array.of(1, 2, 0))).toBeLessThan(0);
    expect(compare(Uint8Array.of(2), a)).toBeGreaterThan(0);
  });
});
