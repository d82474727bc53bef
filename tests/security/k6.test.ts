// K6, the part that lies in keys/: a one-time key cannot leave its browser. Its deletion is the store's.
import { expect, test } from 'vitest';
import { backUp } from '../../src/lib/keys/backup.ts';
import { createKey, unlock } from '../../src/lib/keys/key-store.ts';

test('a one-time key signs, survives a structured clone, and cannot be exported or backed up', async () => {
  const { record, key } = await createKey({ lock: 'none' }, 0);
  if (record.lock !== 'none') throw new Error('not a one-time key');
  expect(record.privateKey.extractable).toBe(false);
  for (const format of ['pkcs8', 'jwk'] as const) {
    await expect(crypto.subtle.exportKey(format, record.privateKey)).rejects.toThrow();
  }
  const cloned = await unlock(structuredClone(record));
  expect(cloned.spki).toEqual(key.spki);
  expect((await cloned.sign(new Uint8Array(3))).length).toBe(64);
  await expect(
    backUp(record, '', 'amber tulip canoe orbit velvet mango', { kind: 'person', certificates: [] })
  ).rejects.toMatchObject({ name: 'KeyError', code: 'not-exportable' });
});

test('a record that names another key than it holds is refused', async () => {
  const one = await createKey({ lock: 'none' }, 0);
  const two = await createKey({ lock: 'none' }, 0);
  await expect(unlock({ ...one.record, spki: two.record.spki })).rejects.toMatchObject({
    code: 'spki-mismatch'
  });
});

test('no member of an opened key is or holds a CryptoKey', async () => {
  const { key } = await createKey({ lock: 'none' }, 0);
  expect(Object.keys(key).sort()).toEqual(['id', 'lock', 'sign', 'spki']);
  expect(Object.values(key).some((value) => String(value) === '[object CryptoKey]')).toBe(false);
});
