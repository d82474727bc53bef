// K6, the part that lies in keys/: a one-time key cannot leave its browser. Its deletion, when the document ends
// and after 30 days: tests/offline/k6.browser.test.ts.
import { expect, test } from 'vitest';
import { backUp } from '../../src/lib/keys/backup.ts';
import { createOneTimeKey, openOneTimeKey } from '../../src/lib/keys/key-store.ts';
import { makeKey } from '../../src/lib/keys/lock.ts';
import { aPasskey, byPassphrase, code, OTHER } from './key-secrets.ts';

test('a one-time key signs, survives a structured clone, and cannot be exported or backed up', async () => {
  const { record, key } = await createOneTimeKey(0);
  expect(record.privateKey.extractable).toBe(false);
  for (const format of ['pkcs8', 'jwk'] as const) {
    await expect(crypto.subtle.exportKey(format, record.privateKey)).rejects.toThrow();
  }
  const cloned = await openOneTimeKey(structuredClone(record));
  expect(cloned.spki).toEqual(key.spki);
  expect((await cloned.sign(new Uint8Array(3))).length).toBe(64);
  await expect(
    backUp(record, byPassphrase(''), OTHER, { kind: 'person', certificates: [] })
  ).rejects.toMatchObject(code('not-exportable'));
});

test('a record that names another key than it holds is refused', async () => {
  const one = await createOneTimeKey(0);
  const two = await createOneTimeKey(0);
  await expect(openOneTimeKey({ ...one.record, spki: two.record.spki })).rejects.toMatchObject(
    code('spki-mismatch')
  );
});

test('no member of an opened key is or holds a CryptoKey; a member’s key does not open in the page at all', async () => {
  const { key } = await createOneTimeKey(0);
  expect(Object.keys(key).sort()).toEqual(['alg', 'id', 'lock', 'sign', 'spki']);
  expect(Object.values(key).some((value) => String(value) === '[object CryptoKey]')).toBe(false);
  const { record } = await makeKey(aPasskey().lock);
  await expect(openOneTimeKey(record)).rejects.toMatchObject(code('locked'));
});
