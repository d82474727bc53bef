import { afterEach, describe, expect, test, vi } from 'vitest';
import { fromBase64, toBase64 } from '../bytes/base64.ts';
import { webProvider } from '../pki/provider-web.ts';
import { rawSignatureCheck } from '../pki/to-be-signed.ts';
import { startWorker } from '../work/policy.ts';
import { canMakeKeys, createOneTimeKey, openOneTimeKey } from './key-store.ts';
import workerUrl from './keys.worker.ts?worker&url';
import { connectVault, type VaultClient } from './vault-client.ts';

const PASSPHRASE = 'amber tulip canoe orbit velvet mango';
const document = { kind: 'document', name: 'Contract' } as const;
const ATTRIBUTES = Uint8Array.of(0x31, 0x02, 0x05, 0x00);

const open: VaultClient[] = [];
function aVault(): VaultClient {
  const vault = connectVault(() => startWorker(workerUrl, 'keys'));
  open.push(vault);
  return vault;
}
afterEach(() => {
  for (const vault of open.splice(0)) vault.close();
});

/** Through a real IndexedDB and back. */
async function throughDatabase<T>(value: T): Promise<T> {
  const settle = <R>(request: IDBRequest<R>): Promise<R> =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error ?? new Error('database'));
    });
  const opening = indexedDB.open(`keys-test-${crypto.randomUUID()}`);
  opening.onupgradeneeded = () => opening.result.createObjectStore('keys');
  const database = await settle(opening);
  await settle(database.transaction('keys', 'readwrite').objectStore('keys').put(value, 'one'));
  const back = (await settle(database.transaction('keys').objectStore('keys').get('one'))) as T;
  database.close();
  await settle(indexedDB.deleteDatabase(database.name));
  return back;
}

describe('keys in a browser', () => {
  test('a one-time key survives IndexedDB and signs; its bytes do not come out', async () => {
    const { record, key } = await createOneTimeKey(Date.now());
    const back = await throughDatabase(record);
    const opened = await openOneTimeKey(back);
    expect(opened.spki).toEqual(key.spki);
    const message = Uint8Array.of(1, 2, 3);
    const check = rawSignatureCheck(opened.spki, message, await opened.sign(message));
    expect(await webProvider.check([check])).toEqual(['valid']);
    await expect(crypto.subtle.exportKey('pkcs8', back.privateKey)).rejects.toThrow();
  });

  test('a member’s key lives in the worker: made, opened by passphrase and PIN, signs, ends with it', async () => {
    const vault = aVault();
    const made = await vault.create({ lock: 'passphrase', passphrase: PASSPHRASE });
    const record = await throughDatabase(made);
    await vault.lock();
    await vault.unlock(record, { kind: 'passphrase', passphrase: PASSPHRASE }, '271828');
    const ticket = await vault.grant(record.id, [document]);
    const check = rawSignatureCheck(
      fromBase64(record.spki),
      ATTRIBUTES,
      await vault.sign(ticket, ATTRIBUTES)
    );
    expect(await webProvider.check([check])).toEqual(['valid']);
    await expect(vault.sign(ticket, ATTRIBUTES)).rejects.toMatchObject({
      name: 'KeyError',
      code: 'not-shown'
    });
    await vault.lock();
    await vault.unlockByPin(record.id, '271828');
    // What a reload does: another worker, and neither the opened key nor the PIN is there.
    vault.close();
    await expect(vault.grant(record.id, [document])).rejects.toMatchObject({ code: 'locked' });
    await expect(vault.unlockByPin(record.id, '271828')).rejects.toMatchObject({ code: 'pin-off' });
  }, 60_000);

  test('nothing that the worker answers is or holds a key (K5)', async () => {
    const salt = crypto.getRandomValues(new Uint8Array(32));
    const prf = new Uint8Array(32).fill(4);
    const lock = { lock: 'passkey', prf, salt, credential: toBase64(Uint8Array.of(1)) } as const;
    const answers: unknown[] = [];
    const worker = startWorker(workerUrl, 'keys');
    const vault = connectVault(() => worker);
    open.push(vault);
    worker.addEventListener('message', (event: MessageEvent<unknown>) => answers.push(event.data));
    const record = await vault.create(lock);
    const opened = { kind: 'passkey', prf } as const;
    await vault.unlock(record, opened);
    await vault.sign(await vault.grant(record.id, [document]), ATTRIBUTES);
    const changed = await vault.changeLock(record, opened, lock);
    await vault.prove(changed, opened);
    const seen = new Set<unknown>();
    const look = (value: unknown): void => {
      if (typeof value !== 'object' || value === null || seen.has(value)) return;
      seen.add(value);
      expect(Object.prototype.toString.call(value)).not.toBe('[object CryptoKey]');
      for (const inner of Object.values(value)) look(inner);
    };
    look(answers);
    look(vault);
    expect(answers.length).toBeGreaterThan(5);
  });

  test('a worker that dies is told, and the next question starts another', async () => {
    const vault = aVault();
    const asked = vault.create({ lock: 'passphrase', passphrase: PASSPHRASE });
    vault.close();
    await expect(asked).rejects.toMatchObject({ code: 'keys-worker' });
    expect(await vault.pinUntil('k')).toBeNull();
  });

  test('neither https nor localhost: no key, with the code that has a sentence (K7)', async () => {
    expect(canMakeKeys()).toBe(true);
    const insecure = vi.spyOn(globalThis, 'isSecureContext', 'get').mockReturnValue(false);
    try {
      expect(canMakeKeys()).toBe(false);
      const refused = { name: 'KeyError', code: 'insecure-context' };
      await expect(createOneTimeKey(0)).rejects.toMatchObject(refused);
      await expect(openOneTimeKey({})).rejects.toMatchObject(refused);
    } finally {
      insecure.mockRestore();
    }
  });
});
