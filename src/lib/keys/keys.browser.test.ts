import { describe, expect, test, vi } from 'vitest';
import { parseRequest } from '../pki/csr.ts';
import { fromBase64 } from '../bytes/base64.ts';
import { hashBytes } from '../pki/hash.ts';
import { rawSignatureCheck } from '../pki/to-be-signed.ts';
import { hashBlob, webProvider } from '../pki/provider-web.ts';
import { backUp, restoreBackup } from './backup.ts';
import { enrolmentRequest } from './enrol.ts';
import { canMakeKeys, createKey, unlock } from './key-store.ts';

const PASSPHRASE = 'amber tulip canoe orbit velvet mango';

/** Through a real IndexedDB and back. */
async function throughDatabase<T>(value: T): Promise<T> {
  const settle = <R>(request: IDBRequest<R>): Promise<R> =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error ?? new Error('database'));
    });
  const open = indexedDB.open(`keys-test-${crypto.randomUUID()}`);
  open.onupgradeneeded = () => open.result.createObjectStore('keys');
  const database = await settle(open);
  await settle(database.transaction('keys', 'readwrite').objectStore('keys').put(value, 'one'));
  const back = (await settle(database.transaction('keys').objectStore('keys').get('one'))) as T;
  database.close();
  await settle(indexedDB.deleteDatabase(database.name));
  return back;
}

describe('keys in a browser', () => {
  test('a one-time key survives IndexedDB and signs; its bytes do not come out', async () => {
    const { record, key } = await createKey({ lock: 'none' }, Date.now());
    const back = await throughDatabase(record);
    const opened = await unlock(back);
    expect(opened.spki).toEqual(key.spki);
    const message = Uint8Array.of(1, 2, 3);
    const check = rawSignatureCheck(opened.spki, message, await opened.sign(message));
    expect(await webProvider.check([check])).toEqual(['valid']);
    if (back.lock !== 'none') throw new Error('locked');
    await expect(crypto.subtle.exportKey('pkcs8', back.privateKey)).rejects.toThrow();
  });
  test('a locked key survives IndexedDB, opens, is backed up and restored', async () => {
    const { record, key } = await createKey({ lock: 'passphrase', passphrase: PASSPHRASE }, Date.now());
    const back = await throughDatabase(record);
    const file = await backUp(back, PASSPHRASE, PASSPHRASE, { kind: 'person', certificates: [] });
    const restored = await restoreBackup(file, PASSPHRASE, { lock: 'none' });
    expect(restored.key.spki).toEqual(key.spki);
    await expect(unlock(back, 'another passphrase altogether')).rejects.toMatchObject({
      code: 'wrong-passphrase'
    });
    const request = parseRequest(
      fromBase64(await enrolmentRequest(await unlock(back, PASSPHRASE), 'ab'.repeat(32)))
    );
    expect(await webProvider.check([request.check])).toEqual(['valid']);
  }, 30_000);
  test('neither https nor localhost: no key, with the code that has a sentence (K7)', async () => {
    expect(canMakeKeys()).toBe(true);
    const insecure = vi.spyOn(globalThis, 'isSecureContext', 'get').mockReturnValue(false);
    try {
      expect(canMakeKeys()).toBe(false);
      await expect(createKey({ lock: 'none' }, 0)).rejects.toMatchObject({
        name: 'KeyError',
        code: 'insecure-context'
      });
      await expect(unlock({})).rejects.toMatchObject({ code: 'insecure-context' });
    } finally {
      insecure.mockRestore();
    }
  });
  test('a large file is hashed in pieces', async () => {
    const bytes = new Uint8Array(33 * 1024 * 1024).fill(5);
    const digest = await hashBlob(new Blob([bytes]), { hash: 'SHA-256', ranges: [[0, bytes.length]] });
    expect(digest).toEqual(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
    expect(await hashBlob(new Blob([bytes]), { hash: 'MD5', ranges: [[0, 10]] })).toEqual(
      hashBytes('MD5', bytes.subarray(0, 10))
    );
  }, 30_000);
});
