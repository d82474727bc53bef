/**
 * Faults of the list in README.md that no other file injects: disks that fill up, clocks that jump, bytes that
 * changed, answers out of order, a database of an older version. Nothing may be lost or doubled.
 */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { fileOf } from '../../src/lib/app/file.ts';
import type { ActionResult } from '../../src/lib/domain/api.ts';
import { databaseName } from '../../src/lib/domain/identity.ts';
import type { Server } from '../../src/lib/remote/server.ts';
import type { Store } from '../../src/lib/store/contract.ts';
import { openStore } from '../../src/lib/store/store.ts';
import { ServerRefusal } from '../../src/lib/sync/failure.ts';
import { DOCUMENT_V1, FROZEN_V1, USER_V1, writeDatabaseV1 } from './database-v1.ts';
import { disturbed, script, type Mishap } from './network.ts';
import { aDraft, aFrozenDocument, aMember, anId, appended, aStore, bytes } from './people.ts';
import { ServerModel } from './server-model.ts';
import { aRunner, TestClock, until } from './stage.ts';

const opened: Store[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  for (const one of opened.splice(0)) await one.destroy();
});

interface Device {
  readonly store: Store;
  readonly server: ServerModel;
  readonly clock: TestClock;
  /** Sends and fetches until nothing waits. */
  settle(): Promise<void>;
}
async function device(decide: Parameters<typeof disturbed>[1] = () => null): Promise<Device> {
  const me = aMember();
  const clock = new TestClock();
  const server = new ServerModel();
  const store = await aStore({ now: () => clock.now() }, me);
  opened.push(store);
  const remote = disturbed(server.remoteFor(me), decide);
  const settle = async () => {
    const runner = aRunner({ queue: store, remote, clock });
    runner.start(anId());
    await until(async () => {
      if (clock.next !== null) clock.move(60_000);
      return (await store.counts()).waiting === 0;
    }, 'all sent');
    await runner.stop();
  };
  return { store, server, clock, settle };
}

/** Everything once, whole, and the same on both sides. */
async function expectWhole({ store, server }: Device, id: string, expected: object): Promise<void> {
  expect(server.applied).toHaveLength(new Set(server.applied).size);
  expect(server.documents.get(id)?.document).toMatchObject(expected);
  expect(await store.counts()).toMatchObject({ waiting: 0, rejected: 0 });
}

describe('a disk that is full', () => {
  /** The nth write of IndexedDB finds no room, and no later one until `free`. → how often it was hit */
  function fullAfter(writes: number) {
    let left = writes;
    let hits = 0;
    for (const method of ['put', 'add'] as const) {
      const real = IDBObjectStore.prototype[method];
      vi.spyOn(IDBObjectStore.prototype, method).mockImplementation(function (this: IDBObjectStore, ...args) {
        if (left-- > 0) return real.apply(this, args);
        hits += 1;
        throw new DOMException('no room', 'QuotaExceededError');
      });
    }
    return { hits: () => hits, free: () => vi.restoreAllMocks() };
  }

  test('at each write of a contract’s way says so, and the step is done again when there is room', async () => {
    let reached = 0;
    for (let nth = 0; nth < 60; nth += 1) {
      const one = await device();
      const original = await bytes(`original ${nth}`);
      const draft = aDraft({ original: original.sha256 });
      const frozen = await bytes(`original ${nth} frozen`);
      const signed = await appended(frozen, 'Director');
      const [director] = draft.parties;
      const disk = fullAfter(nth);
      let id = '';
      const steps: (() => Promise<unknown>)[] = [
        async () => (id = await one.store.createDraft(draft, original)),
        () => one.store.freezeDocument(id, draft, frozen),
        () => one.store.sendDocument(id),
        () => one.store.recordSignature(id, { party: director?.id ?? '', base: frozen.sha256, signed })
      ];
      for (const step of steps) {
        const before = await one.store.outbox();
        try {
          await step();
        } catch (error) {
          expect(error, `write ${nth}`).toMatchObject({ code: 'full' });
          // Nothing of the refused step was written.
          expect(await one.store.outbox()).toEqual(before);
          disk.free();
          await step();
        }
      }
      if (disk.hits() > 0) reached += 1;
      disk.free();
      await one.settle();
      await expectWhole(one, id, { stage: 'client', head: 1, version: 4 });
      if (disk.hits() === 0) break;
    }
    // Every step has several writes: all of them were hit.
    expect(reached).toBeGreaterThan(12);
  }, 60_000);

  test('while answers are written sends again, and nothing is doubled', async () => {
    for (const nth of [0, 1, 2, 3, 5, 8]) {
      const one = await device();
      const { id } = await aFrozenDocument(one.store);
      const disk = fullAfter(nth);
      const me = (await one.store.meta('me')) ?? aMember();
      const runner = aRunner({ queue: one.store, remote: one.server.remoteFor(me), clock: one.clock });
      runner.start(anId());
      await until(() => disk.hits() > 0, 'hit');
      disk.free();
      await until(async () => {
        if (one.clock.next !== null) one.clock.move(60_000);
        return (await one.store.counts()).waiting === 0;
      });
      await runner.stop();
      await expectWhole(one, id, { head: 0, version: 2 });
    }
  });
});

describe('a clock', () => {
  test.each([
    ['an hour fast', 3_600_000],
    ['an hour slow', -3_600_000]
  ])('%s stops nothing, and the server’s time is noted beside it', async (_, wrong) => {
    const one = await device(script({ actions: [{ lost: 'request' }], blob: [{ lost: 'answer' }] }));
    one.server.now = one.clock.now() - wrong;
    const { id } = await aFrozenDocument(one.store);
    await one.settle();
    await expectWhole(one, id, { head: 0, version: 2 });
    const heard = await one.store.meta('serverTime');
    expect(Math.round(((heard?.device ?? 0) - (heard?.server ?? 0)) / 3_600_000)).toBe(wrong / 3_600_000);
  });

  test.each([
    ['forward', 3_600_000],
    ['back', -3_600_000]
  ])('that jumps an hour %s while something waits to be tried again sends it once', async (_, jump) => {
    let offset = 0;
    const me = aMember();
    const clock = new TestClock();
    clock.move(36_000_000);
    const jumping = { now: () => clock.now() + offset, after: clock.after.bind(clock) };
    const server = new ServerModel();
    const store = await aStore({ now: () => jumping.now() }, me);
    opened.push(store);
    const mishaps: Mishap[] = [
      { lost: 'answer' },
      { lost: 'request' },
      { error: new ServerRefusal(500, 'internal') }
    ];
    const remote = disturbed(server.remoteFor(me), script({ actions: mishaps }));
    const { id } = await aFrozenDocument(store);
    const runner = aRunner({ queue: store, remote, clock: jumping });
    runner.start(anId());
    await until(() => clock.next !== null, 'waits');
    offset = jump;
    const start = clock.now();
    await until(async () => {
      if (clock.next !== null) clock.move(1_000);
      return (await store.counts()).waiting === 0;
    }, 'sent');
    await runner.stop();
    // Not an hour later: a jump makes nobody wait for it.
    expect(clock.now() - start).toBeLessThan(10 * 60_000);
    expect(server.applied).toHaveLength(2);
    expect(server.documents.get(id)?.document).toMatchObject({ head: 0, version: 2 });
  });
});

describe('bytes that changed', () => {
  test('on the way here are asked for again and never kept under the name of others', async () => {
    const { store } = await device();
    const right = await bytes('as it was signed');
    const wrong = new Blob(['as it was tampered with']);
    const answers = [wrong, right.blob];
    const remote = { getBlob: async () => answers.shift() ?? wrong } as unknown as Server;
    await expect(fileOf(store, remote, 'd', right.sha256)).rejects.toMatchObject({ code: 'unreachable' });
    expect(await store.blob(right.sha256)).toBeUndefined();
    expect(await (await fileOf(store, remote, 'd', right.sha256)).text()).toBe('as it was signed');
    expect(await (await store.blob(right.sha256))?.text()).toBe('as it was signed');
  });

  test('on this disk are reported with the step that needed them, and nothing else waits for it', async () => {
    const mismatch: Mishap = { error: new ServerRefusal(400, 'hash-mismatch', {}) };
    const one = await device(script({ blob: [mismatch, mismatch, mismatch] }));
    const { id } = await aFrozenDocument(one.store);
    await one.settle();
    const rejected = await one.store.rejected();
    expect(rejected.map(({ action, code }) => `${action.kind} ${code}`).sort()).toEqual([
      'document.create hash-mismatch',
      'document.freeze earlier-failed'
    ]);
    expect(
      (await one.store.exportRejected(rejected.find(({ blobs }) => blobs.length === 1)?.id ?? '')).files
    ).toHaveLength(1);
    expect(one.server.documents.has(id)).toBe(false);
  });
});

test('an upload that is cut in the middle, then answered into the void, is one file and one document', async () => {
  const one = await device(
    script({ blob: [{ lost: 'request' }, { lost: 'answer' }, { twice: true }], actions: [{ twice: true }] })
  );
  const { id, original, frozen } = await aFrozenDocument(one.store);
  await one.settle();
  await expectWhole(one, id, { head: 0, version: 2 });
  expect([...one.server.blobs.keys()].sort()).toEqual([original.sha256, frozen.sha256].sort());
});

test('answers that come twice and in another order change nothing more', async () => {
  const one = await device();
  const a = await aFrozenDocument(one.store);
  const b = await aFrozenDocument(one.store);
  const me = (await one.store.meta('me')) ?? aMember();
  const remote = one.server.remoteFor(me);
  for (const file of [a.original, a.frozen, b.original, b.frozen])
    await remote.putBlob(file.sha256, file.blob);
  const queued = await one.store.markSending((await one.store.outbox()).map(({ action }) => action.id));
  const { results, now } = await remote.sendActions(queued.map(({ action }) => action));
  const shuffled: ActionResult[] = [...results].reverse();
  await one.store.settle([...shuffled, ...results], now);
  await one.store.settle(shuffled, now);
  const page = await remote.changes(0);
  await one.store.applyChanges(page);
  // A late page from before: what it says is old.
  await one.store.applyChanges({ ...page, cursor: 1, changes: page.changes.slice(0, 1) });
  await one.store.applyChanges(page);
  for (const { id } of [a, b]) await expectWhole(one, id, { head: 0, version: 2 });
  expect((await one.store.documents()).map(({ document }) => document.version)).toEqual([2, 2]);
});

test('a database of version 1 opens with everything in it, and what waited there is sent', async () => {
  const identity = { kind: 'member', user: USER_V1 } as const;
  await writeDatabaseV1(databaseName(identity));
  const store = await openStore(identity);
  opened.push(store);
  expect(store.readOnly).toBe(false);
  expect(await store.document(DOCUMENT_V1)).toMatchObject({
    document: { title: 'Old contract', head: 0 },
    parties: [{ name: 'Director' }, { name: 'Client' }],
    revisions: [{ sha256: FROZEN_V1 }],
    unsent: 2
  });
  expect((await store.rejected()).map(({ code }) => code)).toEqual(['forbidden']);
  expect((await store.keys()).map(({ id }) => id)).toEqual(['v1key0000000000']);
  expect(await store.marks()).toHaveLength(1);
  expect(await store.draft(`sign:${DOCUMENT_V1}:v1party0000000a`)).toMatchObject({
    values: { t1: 'Warsaw' }
  });
  const me = await store.meta('me');
  const server = new ServerModel();
  const runner = aRunner({ queue: store, remote: server.remoteFor(me ?? aMember()) });
  runner.start(anId());
  await until(async () => (await store.counts()).waiting === 0, 'sent');
  await runner.stop();
  expect(server.documents.get(DOCUMENT_V1)?.document).toMatchObject({ head: 0, version: 2 });
  expect(await server.blobs.get(FROZEN_V1)?.text()).toBe('original of version one, frozen');
});
