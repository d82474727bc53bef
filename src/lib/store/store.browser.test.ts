import { afterEach, describe, expect, test, vi } from 'vitest';
import {
  aDraft,
  aFrozenDocument,
  aMember,
  anId,
  appended,
  aStore,
  bytes
} from '../../../tests/offline/people.ts';
import { databaseName } from '../domain/identity.ts';
import type { LocalDocument, Store, StoredKey } from './contract.ts';
import { openStore } from './store.ts';

const opened: Store[] = [];
async function store(...args: Parameters<typeof aStore>): Promise<Store> {
  const one = await aStore(...args);
  opened.push(one);
  return one;
}
afterEach(async () => {
  vi.restoreAllMocks();
  for (const one of opened.splice(0)) await one.destroy();
});

async function kinds(one: Store): Promise<string[]> {
  return (await one.outbox()).map(({ action }) => `${action.kind} ${action.baseVersion}`);
}
async function shown(one: Store, id: string): Promise<LocalDocument> {
  const found = await one.document(id);
  if (found === undefined) throw new Error('not shown');
  return found;
}
/** What a later version of the app does to the database: Dexie counts in tens. */
function upgrade(name: string): Promise<void> {
  return new Promise((done, fail) => {
    const request = indexedDB.open(name, 20);
    request.onupgradeneeded = () => request.result.createObjectStore('later');
    request.onsuccess = () => {
      request.result.close();
      done();
    };
    request.onerror = () => fail(new Error('not upgraded'));
  });
}
function code(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'nothing thrown',
    (error: { code?: string }) => error.code ?? String(error)
  );
}

describe('a draft', () => {
  test('is shown, with its bytes and one action, at once', async () => {
    const one = await store();
    const original = await bytes('pages');
    const id = await one.createDraft(aDraft({ original: original.sha256 }), original);
    const { document, parties, unsent } = await shown(one, id);
    expect([document.title, document.stage, document.ownerName]).toEqual([
      'Consultancy services No. 7',
      'draft',
      'Ada Nowak'
    ]);
    expect(parties.map(({ name, status }) => `${name} ${status}`)).toEqual([
      'Director draft',
      'Client draft'
    ]);
    expect(unsent).toBe(1);
    expect(await (await one.blob(original.sha256))?.text()).toBe('pages');
    expect(await kinds(one)).toEqual(['document.create 0']);
  });

  test('is refused when it names bytes that nobody has', async () => {
    const one = await store();
    const absent = await bytes('elsewhere');
    expect(await code(one.createDraft(aDraft({ original: absent.sha256 })))).toBe('invalid');
    expect(await one.documents()).toEqual([]);
  });

  test('is refused with a line break in its title', async () => {
    const one = await store();
    expect(await code(one.createDraft(aDraft({ title: 'a\nb' })))).toBe('invalid');
    expect(await one.outbox()).toEqual([]);
  });

  test('saved often before it is sent is one action, and the bytes it no longer names are gone', async () => {
    const one = await store();
    const [first, second] = [await bytes('first'), await bytes('second')];
    const id = await one.createDraft(aDraft({ original: first.sha256 }), first);
    await one.saveDraft(id, aDraft({ title: 'B', original: first.sha256 }));
    await one.saveDraft(id, aDraft({ title: 'C', original: second.sha256 }), second);
    const [entry, ...more] = await one.outbox();
    expect(more).toEqual([]);
    expect(entry?.action.kind).toBe('document.create');
    expect(entry?.action.payload).toMatchObject({ title: 'C' });
    expect(entry?.blobs).toEqual([second.sha256]);
    expect((await shown(one, id)).document).toMatchObject({ title: 'C', version: 1 });
    expect(await one.blob(first.sha256)).toBeUndefined();
  });

  test('saved after it was handed to the network is another action', async () => {
    const one = await store();
    const id = await one.createDraft(aDraft());
    const [created] = await one.outbox();
    await one.markSending([created?.action.id ?? '']);
    await one.saveDraft(id, aDraft({ title: 'B' }));
    await one.saveDraft(id, aDraft({ title: 'C' }));
    expect(await kinds(one)).toEqual(['document.create 0', 'document.save 1']);
    expect((await one.outbox())[0]?.action.payload).toMatchObject({ title: 'Consultancy services No. 7' });
    expect((await shown(one, id)).document).toMatchObject({ title: 'C', version: 2 });
  });

  test('with a party fewer shows a party fewer', async () => {
    const one = await store();
    const draft = aDraft();
    const id = await one.createDraft(draft);
    await one.saveDraft(id, { ...draft, parties: draft.parties.slice(0, 1) });
    expect((await shown(one, id)).parties).toHaveLength(1);
  });

  test('never sent leaves nothing when it is deleted', async () => {
    const one = await store();
    const original = await bytes('pages');
    const id = await one.createDraft(aDraft({ original: original.sha256 }), original);
    await one.deleteDraft(id);
    expect(await one.document(id)).toBeUndefined();
    expect(await one.outbox()).toEqual([]);
    expect(await one.blob(original.sha256)).toBeUndefined();
  });

  test('perhaps sent already is hidden, and its deletion is told', async () => {
    const one = await store();
    const id = await one.createDraft(aDraft());
    await one.markSending((await one.outbox()).map(({ action }) => action.id));
    await one.deleteDraft(id);
    expect(await one.documents()).toEqual([]);
    expect(await kinds(one)).toEqual(['document.create 0', 'document.delete 1']);
  });
});

describe('a whole contract on one device, offline', () => {
  test('goes through its stages, each action on the version before', async () => {
    const one = await store();
    const { id, frozen, first, second } = await aFrozenDocument(one);
    expect((await shown(one, id)).parties.map(({ letter }) => letter)).toEqual(['A', 'B']);
    await one.sendDocument(id);
    expect((await shown(one, id)).document).toMatchObject({ stage: 'company', turn: first.id });
    const signedOnce = await appended(frozen, 'company');
    await one.recordSignature(id, { party: first.id, base: frozen.sha256, signed: signedOnce });
    const middle = await shown(one, id);
    expect(middle.document).toMatchObject({ stage: 'client', turn: second.id, head: 1 });
    expect(middle.parties.map(({ status }) => status)).toEqual(['signed', 'turn']);
    const signedTwice = await appended(signedOnce, 'client');
    await one.recordSignature(id, { party: second.id, base: signedOnce.sha256, signed: signedTwice });
    const end = await shown(one, id);
    expect(end.document).toMatchObject({ stage: 'completed', turn: null, head: 2 });
    expect(end.revisions.map(({ kind, prevSha256 }) => `${kind} ${prevSha256.slice(0, 6)}`)).toEqual([
      `freeze ${end.document.original?.slice(0, 6)}`,
      `signature ${frozen.sha256.slice(0, 6)}`,
      `signature ${signedOnce.sha256.slice(0, 6)}`
    ]);
    expect(await kinds(one)).toEqual([
      'document.create 0',
      'document.freeze 1',
      'document.send 2',
      'document.sign 3',
      'document.sign 4'
    ]);
  });

  test('refuses a signature out of turn, on an older file, or before sending', async () => {
    const one = await store();
    const { id, original, frozen, first, second } = await aFrozenDocument(one);
    const signed = await appended(frozen, 'signature');
    const record = (party: string, base: string) => code(one.recordSignature(id, { party, base, signed }));
    expect(await record(first.id, frozen.sha256)).toBe('not-open');
    await one.sendDocument(id);
    expect(await record(second.id, frozen.sha256)).toBe('not-your-turn');
    expect(await record(first.id, original.sha256)).toBe('base-moved');
    expect(await one.blob(signed.sha256)).toBeUndefined();
    expect(await record(first.id, frozen.sha256)).toBe('nothing thrown');
  });

  test('stops when a party declines or the sender takes it back, once', async () => {
    const one = await store();
    const [a, b] = [await aFrozenDocument(one), await aFrozenDocument(one)];
    await one.sendDocument(a.id);
    await one.declineDocument(a.id, a.first.id, 'wrong amount');
    expect((await shown(one, a.id)).document).toMatchObject({
      stage: 'stopped',
      stopReason: 'declined',
      stopNote: 'wrong amount',
      turn: null
    });
    expect(await code(one.voidDocument(a.id, ''))).toBe('not-open');
    await one.sendDocument(b.id);
    await one.voidDocument(b.id, 'a mistake');
    expect((await shown(one, b.id)).document).toMatchObject({ stage: 'stopped', stopReason: 'voided' });
    expect(await code(one.declineDocument(b.id, b.first.id, ''))).toBe('not-open');
  });

  test('takes another address, another end and a reminder without a new version', async () => {
    const one = await store();
    const { id, first, second } = await aFrozenDocument(one);
    const to = { name: 'Max', organisation: '', channel: 'email' as const, email: 'max@acme.example' };
    expect(await code(one.updateParty(id, second.id, to))).toBe('not-open');
    await one.sendDocument(id);
    const { version } = (await shown(one, id)).document;
    await one.updateParty(id, second.id, to);
    await one.delegateDocument(id, first.id, { ...to, name: 'Eva' });
    await one.extendDocument(id, 7);
    await one.remindParty(id, first.id);
    const after = await shown(one, id);
    expect(after.document).toMatchObject({ version, expires: 7, turn: first.id });
    expect(after.parties.map(({ name, proof, status }) => [name, proof, status])).toEqual([
      ['Eva', 'email', 'turn'],
      ['Max', 'email', 'waiting']
    ]);
    expect(await code(one.remindParty(id, second.id))).toBe('not-your-turn');
    expect(await code(one.updateParty(id, second.id, { ...to, email: 'nowhere' }))).toBe('invalid');
    expect((await kinds(one)).slice(3)).toEqual([
      `party.update ${version}`,
      `document.delegate ${version}`,
      `document.extend ${version}`,
      `party.remind ${version}`
    ]);
    await one.extendDocument(id, 0);
    expect((await shown(one, id)).document).not.toHaveProperty('expires');
  });

  test('is a draft no more once it is frozen', async () => {
    const one = await store();
    const { id, draft, frozen } = await aFrozenDocument(one);
    expect(await code(one.saveDraft(id, draft))).toBe('already-frozen');
    expect(await code(one.freezeDocument(id, draft, frozen))).toBe('already-frozen');
    expect(await code(one.deleteDraft(id))).toBe('already-frozen');
  });
});

describe('one transaction', () => {
  test('that is stopped after its last write has written nothing', async () => {
    const at = vi.fn((point: string) => {
      if (point === 'store.writing') throw new Error('killed');
    });
    const one = await store({ at });
    const original = await bytes('pages');
    await expect(one.createDraft(aDraft({ original: original.sha256 }), original)).rejects.toThrow('killed');
    expect(at.mock.calls.flat()).toEqual(['store.before-commit', 'store.writing']);
    expect(await one.documents()).toEqual([]);
    expect(await one.outbox()).toEqual([]);
    expect(await one.blob(original.sha256)).toBeUndefined();
  });

  test('waits inside for a promise of the fault port', async () => {
    const order: string[] = [];
    const at = (point: string) =>
      point === 'store.writing'
        ? new Promise<void>((done) => setTimeout(done, 50)).then(() => void order.push('released'))
        : void order.push(point);
    const one = await store({ at });
    await one.createDraft(aDraft());
    expect(order).toEqual(['store.before-commit', 'released', 'store.committed']);
    expect(await one.outbox()).toHaveLength(1);
  });

  test('on a full disk says so, keeps what was there and takes nothing of the new', async () => {
    const one = await store();
    const id = await one.createDraft(aDraft({ title: 'before' }));
    await one.markSending((await one.outbox()).map(({ action }) => action.id));
    const put = IDBObjectStore.prototype.put;
    const add = IDBObjectStore.prototype.add;
    let writes = 0;
    const failing = (real: typeof put): typeof put =>
      function (this: IDBObjectStore, ...args) {
        writes += 1;
        if (writes === 3) throw new DOMException('no room', 'QuotaExceededError');
        return real.apply(this, args);
      };
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(failing(put));
    vi.spyOn(IDBObjectStore.prototype, 'add').mockImplementation(failing(add));
    expect(await code(one.saveDraft(id, aDraft({ title: 'after' })))).toBe('full');
    vi.restoreAllMocks();
    expect((await shown(one, id)).document.title).toBe('before');
    expect(await kinds(one)).toEqual(['document.create 0']);
    await one.saveDraft(id, aDraft({ title: 'after' }));
    expect((await shown(one, id)).document.title).toBe('after');
  });
});

describe('the database', () => {
  test('of a newer version opens for reading only', async () => {
    const me = aMember();
    const one = await aStore({}, me);
    const id = await one.createDraft(aDraft());
    one.close();
    await upgrade(databaseName(one.identity));
    const again = await openStore(one.identity);
    opened.push(again);
    expect(again.readOnly).toBe(true);
    expect((await shown(again, id)).unsent).toBe(1);
    expect(await code(again.saveDraft(id, aDraft()))).toBe('newer');
    expect(await code(again.setMeta('auth', 'x'))).toBe('newer');
  });

  test('gives way to an upgrade in another tab', async () => {
    const one = await store();
    await upgrade(databaseName(one.identity));
    expect(await code(one.documents())).toBe('closed');
  });

  test('tells a watcher of what another connection wrote', async () => {
    const me = aMember();
    const [here, there] = [await store({}, me), await aStore({}, me)];
    const seen: number[] = [];
    const twice = new Promise<void>((done) => {
      here
        .watch((reads) => reads.documents())
        .subscribe({
          next(list) {
            seen.push(list.length);
            if (list.length === 1) done();
          }
        });
    });
    await there.createDraft(aDraft());
    await twice;
    expect(seen.at(-1)).toBe(1);
    there.close();
  });

  test('keeps a half-filled form, marks and meta until they are dropped', async () => {
    const one = await store();
    await one.keepDraft('sign:1', { values: { a: 'b' }, drawing: new Uint8Array([1, 2]) });
    expect(await one.draft('sign:1')).toEqual({ values: { a: 'b' }, drawing: new Uint8Array([1, 2]) });
    await one.dropDraft('sign:1');
    expect(await one.draft('sign:1')).toBeUndefined();
    await one.putMark({ id: 'm', kind: 'stamp', value: 'jpeg', at: 1 });
    expect(await one.marks()).toHaveLength(1);
    await one.deleteMark('m');
    expect(await one.marks()).toEqual([]);
    await one.setMeta('x-handover', { document: 'd' });
    expect(await one.meta('x-handover')).toEqual({ document: 'd' });
    await one.dropMeta('x-handover');
    expect(await one.meta('x-handover')).toBeUndefined();
  });

  test('keeps fetched bytes only under their own hash', async () => {
    const one = await store();
    const file = await bytes('file');
    expect(await code(one.keepBlob({ sha256: file.sha256, blob: new Blob(['other']) }))).toBe('invalid');
    await one.keepBlob(file);
    expect(await (await one.blob(file.sha256))?.text()).toBe('file');
  });

  test('forgets at sign-out what it can fetch again, and keeps what it cannot', async () => {
    const one = await store();
    const key: StoredKey = {
      id: 'k',
      document: null,
      party: null,
      record: {},
      certificate: null,
      chain: [],
      created: Date.now()
    };
    await one.putKey(key);
    const unsent = await one.createDraft(aDraft());
    const file = await bytes('synced');
    const { document } = await shown(one, unsent);
    const synced = { ...document, id: anId(), original: file.sha256 };
    await one.adopt(synced, [], []);
    await one.keepBlob(file);
    await one.setMeta('auth', 'token');
    await one.clearSynced();
    expect((await one.documents()).map((each) => each.document.id)).toEqual([unsent]);
    expect(await one.blob(file.sha256)).toBeUndefined();
    expect(await one.meta('auth')).toBeUndefined();
    expect(await one.keys()).toHaveLength(1);
  });
});
