import { expect, test, vi } from 'vitest';
import { toBase64 } from '../bytes/base64.ts';
import type { StoredKey } from '../store/contract.ts';
import { MemberKey, type KeyHome } from './member-key.svelte.ts';

vi.mock('../keys/key-store.ts', () => ({
  createKey: vi.fn(async () => ({ record: { id: 'key1' }, key: { id: 'key1' } })),
  unlock: vi.fn(async () => ({ id: 'key1' }))
}));
vi.mock('../keys/enrol.ts', () => ({
  enrolmentRequest: vi.fn(async (_: unknown, nonce: string) => `csr over ${nonce}`)
}));

function home(more: Partial<KeyHome> = {}) {
  const kept = new Map<string, StoredKey>();
  const door: KeyHome = {
    keys: async () => [...kept.values()],
    putKey: async (key) => void kept.set(key.id, key),
    nonce: async () => ({ nonce: 'n1', expires: 0 }),
    certify: vi.fn(async () => ({
      certificate: toBase64(new Uint8Array([1])),
      chain: [toBase64(new Uint8Array([2]))],
      proof: 'a.b.c',
      openings: { address: null, ip: '', agent: '' }
    })),
    ...more
  };
  return {
    door,
    kept,
    key: new MemberKey(
      () => door,
      () => 5
    )
  };
}
const failing = (code: string) => () => Promise.reject(Object.assign(new Error(code), { code }));

test('a new key is kept and certified with the nonce', async () => {
  const { door, kept, key } = home();
  await key.load();
  expect(key.state).toBe('none');
  await key.make('passphrase');
  expect(key.state).toBe('ready');
  expect(door.certify).toHaveBeenCalledWith('csr over n1');
  expect(kept.get('key1')?.certificate).toEqual(new Uint8Array([1]));
});

test('without a network the key is there and waits for its certificate', async () => {
  const { kept, key } = home({ nonce: failing('unreachable') });
  await key.make('passphrase');
  expect(key.state).toBe('uncertified');
  expect(kept.get('key1')?.certificate).toBeNull();
});

test('a refusal is told and the key stays', async () => {
  const { kept, key } = home({ nonce: failing('sign-in') });
  await expect(key.make('passphrase')).rejects.toMatchObject({ code: 'sign-in' });
  expect(key.state).toBe('uncertified');
  expect(kept.size).toBe(1);
});

test('the newest key of the member counts, never a one-time key of a document', async () => {
  const { door, key } = home();
  const base = { party: null, record: {}, certificate: null, chain: [] };
  await door.putKey({ ...base, id: 'old', document: null, created: 1 });
  await door.putKey({ ...base, id: 'new', document: null, created: 2 });
  await door.putKey({ ...base, id: 'once', document: 'd', created: 3 });
  await key.load();
  expect(key.stored?.id).toBe('new');
});

test('nothing can be unlocked before there is a key', async () => {
  const { key } = home();
  await key.load();
  await expect(key.unlock('x')).rejects.toMatchObject({ code: 'no-key' });
});
