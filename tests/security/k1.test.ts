// K1, without an authenticator: how a passkey's bytes become the key that wraps. With one: tests/e2e/keys.spec.ts.
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { expect, test, vi } from 'vitest';
import { fromBase64 } from '../../src/lib/bytes/base64.ts';
import { stretchPrf } from '../../src/lib/keys/kdf.ts';
import { makeKey } from '../../src/lib/keys/lock.ts';
import { askPasskey, passkeysPossible } from '../../src/lib/keys/passkey.ts';
import { Vault } from '../../src/lib/keys/vault.ts';
import { aPasskey, byPassphrase, code, PASSPHRASE } from './key-secrets.ts';

test('the wrapping key is HKDF-SHA-256 of the PRF with the record’s salt and our label', async () => {
  const prf = Uint8Array.from({ length: 32 }, (_, i) => i);
  const salt = new Uint8Array(32).fill(9);
  const label = new TextEncoder().encode('countersign/kek/v1');
  expect(await stretchPrf(prf, salt)).toEqual(hkdf(sha256, prf, salt, label, 32));
});

test('only a result of 32 bytes is trusted', async () => {
  for (const size of [0, 16, 31, 33, 64]) {
    await expect(stretchPrf(new Uint8Array(size), new Uint8Array(32))).rejects.toMatchObject(
      code('passkey-unsupported')
    );
  }
});

test('a key under a passkey opens by it alone, and says which credential and salt to ask for', async () => {
  const { lock, secret } = aPasskey();
  const { record } = await makeKey(lock);
  expect(record).toMatchObject({ lock: 'passkey', kdf: { name: 'webauthn-prf', credential: 'AQIDBw==' } });
  expect(fromBase64(record.salt).length).toBe(32);
  const vault = new Vault(() => 0);
  await vault.unlock(record, secret);
  await expect(vault.unlock(record, aPasskey(8).secret)).rejects.toMatchObject(code('wrong-passkey'));
  await expect(vault.unlock(record, byPassphrase(PASSPHRASE))).rejects.toMatchObject(code('wrong-passkey'));
});

test('two keys of one passkey have salts of their own', async () => {
  const one = await makeKey(aPasskey().lock);
  const two = await makeKey(aPasskey().lock);
  expect(one.record.salt).not.toBe(two.record.salt);
});

test('no passkeys are offered on IP addresses, nor where there are none', () => {
  expect(passkeysPossible('sign.example.org')).toBe(false);
  vi.stubGlobal('PublicKeyCredential', class {});
  expect(passkeysPossible('sign.example.org')).toBe(true);
  for (const host of ['192.168.1.20', '[fd00::1]', '127.0.0.1'])
    expect(passkeysPossible(host), host).toBe(false);
  vi.stubGlobal('isSecureContext', false);
  expect(passkeysPossible('sign.example.org')).toBe(false);
  vi.unstubAllGlobals();
});

test('an answer faster than a person is a missing passkey; a slower one was somebody’s wish', async () => {
  const { lock } = aPasskey();
  const { record } = await makeKey(lock);
  const refuse = (name: string) => ({
    credentials: { get: () => Promise.reject(Object.assign(new Error(name), { name })) }
  });
  const after = (milliseconds: number) => {
    const times = [0, milliseconds];
    return () => times.shift() ?? milliseconds;
  };
  vi.stubGlobal('navigator', refuse('NotAllowedError'));
  await expect(askPasskey(record, after(40))).rejects.toMatchObject(code('passkey-missing'));
  await expect(askPasskey(record, after(2_500))).rejects.toMatchObject(code('passkey-cancelled'));
  vi.stubGlobal('navigator', refuse('SecurityError'));
  await expect(askPasskey(record, after(40))).rejects.toMatchObject(code('passkey-unsupported'));
  vi.unstubAllGlobals();
});
