import { beforeEach, expect, test, vi } from 'vitest';
import { toBase64 } from '../bytes/base64.ts';
import type { LockedKeyRecord } from '../keys/record.ts';
import type { StoredKey } from '../store/contract.ts';
import { Vault } from '../keys/vault.ts';
import { aPasskey, code } from '../../../tests/security/key-secrets.ts';
import { backUpKey, importKeys, restoreKey } from './key-files.ts';
import { MemberKey, type KeyHome } from './member-key.svelte.ts';

vi.mock('../keys/enrol.ts', () => ({
  enrolmentRequest: vi.fn(async (key: { sign(bytes: Uint8Array): Promise<Uint8Array> }, nonce: string) => {
    await key.sign(Uint8Array.of(0x30));
    return `csr over ${nonce}`;
  })
}));

const { lock, secret } = aPasskey();
let clock = Date.UTC(2026, 10, 24);
beforeEach(() => (clock = Date.UTC(2026, 10, 24)));

/** A member's key over a real vault; `pressed` counts what the person pressed and nothing was signed for yet. */
function home(more: Partial<KeyHome> = {}) {
  const kept = new Map<string, StoredKey>();
  const meta = new Map<string, unknown>();
  const vault = new Vault(() => clock);
  const world = { pressed: 0, tabs: 0, minimum: 'passphrase' as 'passphrase' | 'passkey' };
  const door: KeyHome = {
    keys: async () => [...kept.values()],
    putKey: async (key) => void kept.set(key.id, key),
    deleteKey: async (id) => void kept.delete(id),
    meta: async (key) => meta.get(key),
    setMeta: async (key, value) => void meta.set(key, value),
    minimum: () => world.minimum,
    nonce: async () => ({ nonce: 'n1', expires: 0 }),
    certify: vi.fn(async () => ({
      certificate: toBase64(new Uint8Array([1])),
      chain: [toBase64(new Uint8Array([2]))],
      proof: 'proof',
      openings: {}
    })) as unknown as KeyHome['certify'],
    certificates: async () => [],
    revoke: async () => undefined,
    vault: async () => vault,
    press: () => {
      if (world.pressed === 0) throw Object.assign(new Error('no press'), { code: 'activation' });
      world.pressed--;
    },
    now: () => clock,
    tellLocked: () => void world.tabs++,
    ...more
  };
  return { door, kept, meta, world, key: new MemberKey(() => door) };
}
const failing = (value: string) => () => Promise.reject(Object.assign(new Error(value), { code: value }));

async function made(more: Partial<KeyHome> = {}) {
  const scene = home(more);
  scene.world.pressed = 1;
  await scene.key.make(lock);
  return scene;
}

test('a new key is kept, certified with the nonce, and locked', async () => {
  const { door, kept, key } = await made();
  expect(key.state).toBe('ready');
  expect(door.certify).toHaveBeenCalledWith('csr over n1', undefined);
  const [stored] = [...kept.values()];
  expect(stored).toMatchObject({ certificate: new Uint8Array([1]), proof: 'proof', document: null });
  expect(key.lock.state).toEqual({ name: 'locked', wrong: 0 });
});

test('without a network the key is there and waits for its certificate', async () => {
  const { kept, key } = await made({ nonce: failing('unreachable') });
  expect(key.state).toBe('uncertified');
  expect([...kept.values()][0]?.certificate).toBeNull();
});

test('a refusal is told and the key stays', async () => {
  const { world, kept, key } = home({ nonce: failing('sign-in') });
  world.pressed = 1;
  await expect(key.make(lock)).rejects.toMatchObject({ code: 'sign-in' });
  expect(key.state).toBe('uncertified');
  expect(kept.size).toBe(1);
});

test('the newest own key counts before imported ones, never a one-time key of a document', async () => {
  const { door, key } = home();
  const base = { party: null, record: {} as LockedKeyRecord, certificate: null, chain: [] };
  await door.putKey({ ...base, id: 'old', document: null, created: 1 });
  await door.putKey({ ...base, id: 'new', document: null, created: 2 });
  await door.putKey({ ...base, id: 'file', document: null, created: 4, origin: 'imported' });
  await door.putKey({ ...base, id: 'once', document: 'd', created: 3 });
  await key.load();
  expect(key.all.map(({ id }) => id)).toEqual(['new', 'old', 'file']);
  expect([key.stored?.id, key.own?.id]).toEqual(['new', 'new']);
  key.choose('file');
  expect([key.stored?.id, key.own?.id]).toEqual(['file', 'new']);
});

test('nothing can be unlocked before there is a key', async () => {
  const { key } = home();
  await key.load();
  await expect(key.unlock(secret)).rejects.toMatchObject({ code: 'no-key' });
});

test('security K5: one press, one signature; the second needs another press', async () => {
  const { world, key } = await made();
  const document = [{ kind: 'document', name: 'Contract' }] as const;
  world.pressed = 1;
  await key.unlock(secret);
  const open = await key.authorise(document);
  expect((await open.sign(Uint8Array.of(0x31))).length).toBe(64);
  await expect(open.sign(Uint8Array.of(0x31))).rejects.toMatchObject(code('not-shown'));
  await expect(key.authorise(document)).rejects.toMatchObject({ code: 'activation' });
  world.pressed = 1;
  await (await key.authorise(document)).sign(Uint8Array.of(0x31));
});

test('security K4: wrong tries are counted, waited for, and survive a reload', async () => {
  const { door, key } = await made();
  const wrong = { kind: 'passphrase', passphrase: 'x' } as const;
  // A passkey's record says "wrong passkey" and is no guess; a PIN's guess counts.
  await key.unlock(secret, '271828');
  key.lock.lock('person');
  for (let i = 0; i < 3; i++) {
    await expect(key.unlockByPin('999990')).rejects.toMatchObject(code('wrong-pin'));
  }
  expect(key.lock.state).toEqual({ name: 'blocked', until: clock + 1000, wrong: 3 });
  await expect(key.unlockByPin('271828')).rejects.toMatchObject(code('blocked'));
  const again = new MemberKey(() => door);
  await again.load();
  expect(again.lock.state.name).toBe('blocked');
  await expect(again.unlock(wrong)).rejects.toMatchObject(code('blocked'));
  clock += 1000;
  await again.unlock(secret);
  expect(again.lock.state.name).toBe('unlocked');
  const third = new MemberKey(() => door);
  await third.load();
  expect(third.lock.state).toEqual({ name: 'locked', wrong: 0 });
}, 30_000);

test('security K4: what locks closes the key in the worker too; a sign-out and a hand-over end the PIN', async () => {
  for (const why of ['person', 'pagehide', 'tab', 'sign-out', 'hand-over'] as const) {
    const { world, key } = await made();
    await key.unlock(secret, '271828');
    const { id } = key.stored ?? { id: '' };
    world.tabs = 0;
    key.lock.lock(why);
    expect(world.tabs).toBe(why === 'pagehide' || why === 'tab' ? 0 : 1);
    await Promise.resolve();
    world.pressed = 1;
    await expect(key.authorise([])).rejects.toMatchObject(code('locked'));
    const byPin = key.unlockByPin('271828');
    if (why === 'sign-out' || why === 'hand-over') await expect(byPin).rejects.toMatchObject(code('pin-off'));
    else {
      await byPin;
      expect(key.stored?.id).toBe(id);
    }
  }
}, 30_000);

test('proving who one is opens nothing', async () => {
  const { key } = await made();
  await key.prove(secret);
  expect(key.unlocked).toBe(false);
});

test('a rotation keeps the former key until the new one is certified, and says which it supersedes', async () => {
  const scene = await made();
  const former = scene.key.own?.id;
  const sha256 = await scene.key.ownSha256();
  const certify = scene.door.certify;
  scene.world.pressed = 1;
  const away = { ...scene.door, nonce: failing('unreachable') };
  const key = new MemberKey(() => (scene.world.tabs < 0 ? scene.door : away));
  await key.load();
  await key.rotate(aPasskey(8).lock);
  expect(key.state).toBe('uncertified');
  expect(scene.kept.size).toBe(2);
  scene.world.tabs = -9;
  scene.world.pressed = 1;
  expect(await key.certify(aPasskey(8).secret)).toBe(true);
  expect(certify).toHaveBeenLastCalledWith('csr over n1', sha256);
  expect([...scene.kept.keys()]).toEqual([key.own?.id]);
  expect(key.own?.id).not.toBe(former);
});

test('another lock: the old secret opens it no more, and a PIN of it ends', async () => {
  const { key } = await made();
  await key.unlock(secret, '271828');
  const next = aPasskey(5);
  await key.changeLock(secret, next.lock);
  expect(key.unlocked).toBe(false);
  expect(key.pinUntil).toBeNull();
  await expect(key.unlock(secret)).rejects.toMatchObject(code('wrong-passkey'));
  await expect(key.unlockByPin('271828')).rejects.toMatchObject(code('pin-off'));
  await key.unlock(next.secret);
}, 30_000);

test('security K1: where the workspace asks for a passkey, nothing weaker is made, taken or used', async () => {
  const passphrase = { lock: 'passphrase', passphrase: 'quiet river holds seven lamps' } as const;
  const typed = { kind: 'passphrase', passphrase: passphrase.passphrase } as const;
  const weak = code('lock-weak');
  const { world, kept, key } = home();
  world.pressed = 1;
  await key.make(passphrase);
  await key.unlock(typed, '271828');
  const backup = new Uint8Array(
    await (await backUpKey(key, typed, 'another river holds nine lamps')).arrayBuffer()
  );

  world.minimum = 'passkey';
  expect(key.tooWeak(key.own)).toBe(true);
  world.pressed = 1;
  // Open since before the owner decided: it signs nothing more all the same.
  await expect(key.authorise([{ kind: 'document', name: 'Contract' }])).rejects.toMatchObject(weak);
  await expect(key.unlock(typed)).rejects.toMatchObject(weak);
  await expect(key.unlockByPin('271828')).rejects.toMatchObject(weak);
  await expect(key.make(passphrase)).rejects.toMatchObject(weak);
  await expect(key.changeLock(typed, passphrase)).rejects.toMatchObject(weak);
  await expect(importKeys(key, new Uint8Array(), '', passphrase)).rejects.toMatchObject(weak);
  await expect(restoreKey(key, backup, 'another river holds nine lamps', passphrase)).rejects.toMatchObject(
    weak
  );
  expect(kept.size).toBe(1);

  // A passkey's lock is taken, for the same key, and then it signs.
  await key.changeLock(typed, lock);
  expect(key.tooWeak(key.own)).toBe(false);
  await key.unlock(secret);
  await (await key.authorise([{ kind: 'document', name: 'Contract' }])).sign(Uint8Array.of(0x31));
}, 60_000);
