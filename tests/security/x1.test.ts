// X1: half of all WebCrypto signatures have a high s, and the server's engine must take every one of them.
import { expect, test, vi } from 'vitest';
import { toHex } from '../../src/lib/bytes/hex.ts';
import { ecdsaToDer } from '../../src/lib/pki/ecdsa.ts';
import { hashBytes } from '../../src/lib/pki/hash.ts';
import { nobleProvider } from '../../src/lib/pki/provider-noble.ts';
import { webProvider } from '../../src/lib/pki/provider-web.ts';
import { testKey } from './workspace-ca.ts';

// 200 signatures take their time on a busy machine.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const number = (bytes: Uint8Array): bigint => BigInt(`0x${toHex(bytes)}`);
const bytes = (value: bigint): Uint8Array => Buffer.from(value.toString(16).padStart(64, '0'), 'hex');

test('200 signatures of WebCrypto, about half of them with a high s, are all valid', async () => {
  const key = await testKey();
  const engine = nobleProvider();
  let high = 0;
  for (let i = 0; i < 200; i++) {
    const message = Uint8Array.of(i, i >> 8);
    const signature = await key.sign(message);
    if (number(signature.subarray(32)) > ORDER / 2n) high += 1;
    const check = {
      scheme: { kind: 'ecdsa', hash: 'SHA-256' },
      spki: key.spki,
      signature: ecdsaToDer(signature)
    } as const;
    const signed = i % 2 === 0 ? { message } : { digest: hashBytes('SHA-256', message) };
    expect(engine.check([{ ...check, signed }])).toEqual(['valid']);
  }
  expect(high).toBeGreaterThan(50);
  expect(high).toBeLessThan(150);
});

test('s and n − s are both valid, so a signature’s bytes identify nothing', async () => {
  const key = await testKey();
  const message = Uint8Array.of(1);
  const signature = await key.sign(message);
  const r = signature.subarray(0, 32);
  const twin = Buffer.concat([r, bytes(ORDER - number(signature.subarray(32)))]);
  const check = { scheme: { kind: 'ecdsa', hash: 'SHA-256' }, spki: key.spki, signed: { message } } as const;
  const both = [ecdsaToDer(signature), ecdsaToDer(twin)].map((der) => ({ ...check, signature: der }));
  expect(nobleProvider().check(both)).toEqual(['valid', 'valid']);
  expect(await webProvider.check(both)).toEqual(['valid', 'valid']);
});

test('r or s of zero or of the order are not signatures', async () => {
  const key = await testKey();
  const message = Uint8Array.of(1);
  const signature = await key.sign(message);
  const r = number(signature.subarray(0, 32));
  const s = number(signature.subarray(32));
  for (const [a, b] of [
    [0n, s],
    [r, 0n],
    [ORDER, s],
    [r, ORDER],
    [0n, 0n]
  ] as const) {
    const der = ecdsaToDer(Buffer.concat([bytes(a), bytes(b)]));
    const check = {
      scheme: { kind: 'ecdsa', hash: 'SHA-256' },
      spki: key.spki,
      signed: { message },
      signature: der
    } as const;
    expect(nobleProvider().check([check])).toEqual(['invalid']);
    expect(await webProvider.check([check])).toEqual(['invalid']);
  }
});
