import { createCipheriv } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../bytes/hex.ts';
import { decryptRc2 } from './rc2.ts';
import { decryptRc4 } from './rc4.ts';
import { decryptTripleDes } from './triple-des.ts';

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

describe('triple DES', () => {
  test.each([16, 24])('undoes what Node’s own encrypts, with a key of %i bytes', (size) => {
    fc.assert(
      fc.property(bytes(size), bytes(8), fc.uint8Array({ maxLength: 70 }), (key, iv, data) => {
        const cipher = createCipheriv(size === 24 ? 'des-ede3-cbc' : 'des-ede-cbc', key, iv);
        const encrypted = Buffer.concat([cipher.update(data), cipher.final()]);
        const plain = decryptTripleDes(key, iv, encrypted);
        expect(toHex(plain.subarray(0, data.length))).toBe(toHex(data));
        expect(plain.length - data.length).toBe(plain[plain.length - 1]);
      })
    );
  });

  test('lengths that do not fit are refused', () => {
    const zero = (n: number) => new Uint8Array(n);
    for (const [k, iv, data] of [
      [8, 8, 8],
      [24, 7, 8],
      [24, 8, 9]
    ] as const)
      expect(() => decryptTripleDes(zero(k), zero(iv), zero(data))).toThrow(RangeError);
  });
});

// RFC 2268 §5: key, cipher text of a zero IV's first block.
test.each([
  ['ffffffffffffffff', 'ffffffffffffffff', '278b27e42e2f0d49'],
  ['3000000000000000', '1000000000000001', '30649edf9be7d2c2'],
  ['88bca90e90875a7f0f79c384627bafb2', '0000000000000000', '2269552ab0f85ca6']
])('RC2 with the key %s', (key, plain, encrypted) => {
  expect(toHex(decryptRc2(fromHex(key), new Uint8Array(8), fromHex(encrypted)))).toBe(plain);
});

// RFC 6229: key stream at offset 0.
test.each([
  ['0102030405', 'b2396305f03dc027ccc3524a0a1118a8'],
  ['0102030405060708090a0b0c0d0e0f10', '9ac7cc9a609d1ef7b2932899cde41b97']
])('RC4 with the key %s', (key, stream) => {
  expect(toHex(decryptRc4(fromHex(key), new Uint8Array(16)))).toBe(stream);
});
