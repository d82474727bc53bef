import { constants, deflateRawSync, deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PdfError } from './error.ts';
import { inflate } from './inflate.ts';

const codeOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    return error instanceof PdfError ? error.code : String(error);
  }
  return 'nothing thrown';
};

describe('inflate (RFC 1950, RFC 1951)', () => {
  test('undoes what zlib made, at every level and strategy, with and without header', () => {
    const levels = fc.constantFrom(0, 1, 6, 9);
    const strategies = fc.constantFrom(
      constants.Z_DEFAULT_STRATEGY,
      constants.Z_FIXED,
      constants.Z_HUFFMAN_ONLY
    );
    const input = fc.oneof(
      fc.uint8Array({ maxLength: 3000 }),
      fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.nat(400)).map(([part, times]) => {
        const whole = new Uint8Array(part.length * times);
        for (let i = 0; i < whole.length; i += 1) whole[i] = part[i % part.length] ?? 0;
        return whole;
      })
    );
    fc.assert(
      fc.property(input, levels, strategies, (bytes, level, strategy) => {
        const limit = bytes.length;
        expect(inflate(deflateSync(bytes, { level, strategy }), limit)).toEqual(Uint8Array.from(bytes));
        expect(inflate(deflateRawSync(bytes, { level, strategy }), limit)).toEqual(Uint8Array.from(bytes));
      }),
      { numRuns: 200 }
    );
  });

  test('stops at its limit, long before the bomb is there', () => {
    const bomb = deflateSync(new Uint8Array(20_000_000));
    expect(codeOf(() => inflate(bomb, 1_000_000))).toBe('limit');
  });

  test('says of broken data that it is broken, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), (bytes) => {
        expect(['filter', 'limit', 'nothing thrown']).toContain(codeOf(() => inflate(bytes, 10_000)));
      }),
      { numRuns: 500 }
    );
    const cut = deflateSync(Buffer.from('a text that is long enough to be cut somewhere')).subarray(0, 20);
    expect(codeOf(() => inflate(cut, 1000))).toBe('filter');
  });

  test('gives what came before the fault when asked to be lenient', () => {
    const text = Buffer.from('first part, second part, third part, and so on until the end');
    const cut = deflateRawSync(text, { level: 0 }).subarray(0, 30);
    expect(text.subarray(0, 25).toString()).toContain('first');
    expect(codeOf(() => inflate(cut, 1000, true))).toBe('nothing thrown');
  });
});
