// X2: the DER of a signature has minimal integers, whatever r and s begin with.
import fc from 'fast-check';
import { createPublicKey, verify } from 'node:crypto';
import { expect, test, vi } from 'vitest';
import { fromHex, toHex } from '../../src/lib/bytes/hex.ts';
import { ecdsaToDer, ecdsaToRaw } from '../../src/lib/pki/ecdsa.ts';
import { testKey } from './workspace-ca.ts';

// 200 signatures take their time on a busy machine.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

test.each([
  // r, s (32 bytes each, written short here) → DER
  ['01', '7f', '3006020101' + '02017f'],
  ['80', 'ff', '300802020080' + '020200ff'],
  ['00', '00', '3006020100' + '020100'],
  ['ff'.repeat(32), '01', `3026022100${'ff'.repeat(32)}020101`]
])('r %s, s %s', (r, s, der) => {
  const raw = fromHex(r.padStart(64, '0') + s.padStart(64, '0'));
  expect(toHex(ecdsaToDer(raw))).toBe(der);
  expect(ecdsaToRaw(fromHex(der), 32)).toEqual(raw);
});

test('round trip for P-256 and P-384 sizes', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(32, 48),
      fc.infiniteStream(fc.integer({ min: 0, max: 255 })),
      (size, stream) => {
        const raw = Uint8Array.from([...stream.take(2 * size)]);
        const der = ecdsaToDer(raw);
        expect(der.length).toBeLessThanOrEqual(2 * size + 8);
        expect(ecdsaToRaw(der, size)).toEqual(raw);
      }
    )
  );
});

test('other spellings are refused', () => {
  for (const der of [
    '',
    '3000',
    '3003020101',
    '300602010102010100',
    '3006020101020101ff',
    '3009020101020101020101',
    '30060201ff020101'
  ]) {
    expect(ecdsaToRaw(fromHex(der), 32)).toBeNull();
  }
  expect(ecdsaToRaw(ecdsaToDer(new Uint8Array(96).fill(0x7f)), 32)).toBeNull();
  expect(() => ecdsaToDer(new Uint8Array(0))).toThrow(RangeError);
  expect(() => ecdsaToDer(new Uint8Array(63))).toThrow(RangeError);
});

test('OpenSSL takes 100 of them strictly, and two signatures of one message differ', async () => {
  const key = await testKey();
  const publicKey = createPublicKey({ key: Buffer.from(key.spki), format: 'der', type: 'spki' });
  const message = Uint8Array.of(5);
  const seen = new Set<string>();
  for (let i = 0; i < 100; i++) {
    const der = ecdsaToDer(await key.sign(message));
    seen.add(toHex(der));
    expect(verify('sha256', message, { key: publicKey, dsaEncoding: 'der' }, der)).toBe(true);
  }
  expect(seen.size).toBe(100);
});
