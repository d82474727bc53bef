import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { nobleProvider } from './provider-noble.ts';
import { serverKey, signAsServer } from './server-key.ts';
import { rawSignatureCheck } from './to-be-signed.ts';

const message = new TextEncoder().encode('what the server states');

test('what a server key signs, WebCrypto accepts', async () => {
  const { secret, spki } = serverKey(randomBytes(48));
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  const key = await crypto.subtle.importKey('spki', Uint8Array.from(spki), algorithm, false, ['verify']);
  for (let round = 0; round < 8; round++) {
    const signature = Uint8Array.from(signAsServer(secret, message, randomBytes(32)));
    expect(signature.length).toBe(64);
    expect(await crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, signature, message)).toBe(
      true
    );
  }
});

test('two signatures over the same message differ, and neither fits another message', () => {
  const { secret, spki } = serverKey(randomBytes(48));
  const first = signAsServer(secret, message, randomBytes(32));
  const second = signAsServer(secret, message, randomBytes(32));
  expect(first).not.toEqual(second);
  const other = rawSignatureCheck(spki, new TextEncoder().encode('something else'), first);
  expect(nobleProvider().check([other])).toEqual(['invalid']);
});

test('too little randomness is refused', () => {
  expect(() => serverKey(new Uint8Array(32))).toThrow('48');
  expect(() => signAsServer(serverKey(randomBytes(48)).secret, message, new Uint8Array(16))).toThrow('32');
});
