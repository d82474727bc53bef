// K7: the backup file, and no keys without a secure context. In two browsers: tests/e2e/keys.spec.ts.
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { backUp, readBackup, restoreBackup } from '../../src/lib/keys/backup.ts';
import { createOneTimeKey, openOneTimeKey } from '../../src/lib/keys/key-store.ts';
import { makeKey, type Secret } from '../../src/lib/keys/lock.ts';
import type { LockedKeyRecord } from '../../src/lib/keys/record.ts';
import { Vault } from '../../src/lib/keys/vault.ts';
import { aPasskey, byPassphrase, code, OTHER, patient } from './key-secrets.ts';

patient();
let record: LockedKeyRecord;
let secret: Secret;
let file: Uint8Array;
beforeAll(async () => {
  const passkey = aPasskey();
  secret = passkey.secret;
  ({ record } = await makeKey(passkey.lock));
  file = await backUp(record, secret, OTHER, { kind: 'person', certificates: ['MAA='] });
});
afterEach(() => vi.unstubAllGlobals());

test('it brings back the same key under a new lock, with its certificates', async () => {
  const { lock, secret: fresh } = aPasskey(3);
  const restored = await restoreBackup(file, OTHER, lock);
  expect(restored).toMatchObject({ kind: 'person', certificates: ['MAA='] });
  expect(restored.record).toMatchObject({ id: record.id, spki: record.spki, lock: 'passkey' });
  await new Vault(() => 0).unlock(restored.record, fresh);
  await expect(new Vault(() => 0).unlock(restored.record, secret)).rejects.toMatchObject(
    code('wrong-passkey')
  );
});

test('it is locked as K2 says, by a passphrase of its own, after a fresh unlock', async () => {
  expect(readBackup(file).key).toMatchObject({
    v: 2,
    lock: 'backup',
    kdf: { name: 'argon2id', m: 65_536, t: 3, p: 1 }
  });
  await expect(restoreBackup(file, 'another passphrase altogether', aPasskey().lock)).rejects.toMatchObject(
    code('wrong-passphrase')
  );
  await expect(backUp(record, secret, 'weak', { kind: 'person', certificates: [] })).rejects.toMatchObject(
    code('passphrase-weak')
  );
  await expect(
    backUp(record, aPasskey(1).secret, OTHER, { kind: 'person', certificates: [] })
  ).rejects.toMatchObject(code('wrong-passkey'));
});

test('its inside is no record of the store, and the other way round', async () => {
  await expect(
    new Vault(() => 0).unlock(readBackup(file).key as never, byPassphrase(OTHER))
  ).rejects.toMatchObject(code('record'));
  const forged = new TextEncoder().encode(JSON.stringify({ ...readBackup(file), key: record }));
  await expect(restoreBackup(forged, OTHER, aPasskey().lock)).rejects.toMatchObject(code('record'));
});

test('files that are none', async () => {
  const texts = ['', 'null', '{}', '[1]', '{"format":"countersign-key-backup","v":2}', 'x'.repeat(70_000)];
  for (const bytes of [...texts.map((text) => new TextEncoder().encode(text)), Uint8Array.of(0xff, 0xfe)]) {
    await expect(restoreBackup(bytes, OTHER, aPasskey().lock)).rejects.toMatchObject(code('record'));
  }
});

test('neither https nor localhost: nothing is made, opened or restored', async () => {
  const once = await createOneTimeKey(0);
  vi.stubGlobal('isSecureContext', false);
  const insecure = code('insecure-context');
  await expect(createOneTimeKey(0)).rejects.toMatchObject(insecure);
  await expect(openOneTimeKey(once.record)).rejects.toMatchObject(insecure);
  await expect(makeKey(aPasskey().lock)).rejects.toMatchObject(insecure);
  await expect(new Vault(() => 0).unlock(record, secret)).rejects.toMatchObject(insecure);
  await expect(restoreBackup(file, OTHER, aPasskey().lock)).rejects.toMatchObject(insecure);
});
