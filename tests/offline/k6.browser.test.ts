/** `security.md` K6: one-time keys go when they are not needed any more, and not before. */
import { afterEach, expect, test } from 'vitest';
import type { Store } from '../../src/lib/store/contract.ts';
import { openStore } from '../../src/lib/store/store.ts';
import { aFrozenDocument, aMember, anId, appended, aStore } from './people.ts';
import { ServerModel } from './server-model.ts';
import { aRunner, TestClock, until } from './stage.ts';

const DAY = 86_400_000;
const stores: Store[] = [];
afterEach(async () => {
  for (const store of stores.splice(0)) await store.destroy();
});

/** A sent document, the member's own key, and a one-time key for each party. */
async function scene() {
  const me = aMember();
  const clock = new TestClock();
  const server = new ServerModel();
  const store = await aStore({ now: () => clock.now() }, me);
  stores.push(store);
  const contract = await aFrozenDocument(store);
  await store.sendDocument(contract.id);
  const key = { record: {}, certificate: null, chain: [], created: clock.now() };
  await store.putKey({ ...key, id: 'member', document: null, party: null });
  for (const { id } of [contract.first, contract.second]) {
    await store.putKey({ ...key, id, document: contract.id, party: id });
  }
  const sync = async () => {
    const runner = aRunner({ queue: store, remote: server.remoteFor(me), clock });
    runner.start('a');
    await until(async () => (await store.counts()).waiting === 0);
    await until(async () => (await store.position()).cursor === server.newest);
    await runner.stop();
  };
  const keys = async () => (await store.keys()).map(({ id }) => id).sort();
  return { store, server, clock, me, sync, keys, ...contract };
}

test('a one-time key goes when the server has its signature; the member’s own stays', async () => {
  const { store, id, frozen, first, second, sync, keys } = await scene();
  const once = await appended(frozen, 'first');
  await store.recordSignature(id, { party: first.id, base: frozen.sha256, signed: once });
  expect(await keys()).toEqual(['member', first.id, second.id].sort());
  await sync();
  expect(await keys()).toEqual(['member', second.id].sort());
  const twice = await appended(once, 'second');
  await store.recordSignature(id, { party: second.id, base: once.sha256, signed: twice });
  expect((await store.document(id))?.document.stage).toBe('completed');
  // Completed on this device only: the signature could still be refused and have to be made again.
  expect(await keys()).toEqual(['member', second.id].sort());
  await sync();
  expect(await keys()).toEqual(['member']);
});

test('all of a document’s go when the server says that it was stopped', async () => {
  const { server, id, sync, keys } = await scene();
  await sync();
  server.change(id, (state) => ({
    ...state,
    document: { ...state.document, stage: 'stopped', stopReason: 'voided', turn: null, version: 9 }
  }));
  await sync();
  expect(await keys()).toEqual(['member']);
});

test('a party without a session drops its key when its link says that the document has ended', async () => {
  const { store, id, keys, sync, first, second } = await scene();
  await store.dropKeysOf(id);
  expect(await keys()).toEqual(['member', first.id, second.id].sort());
  await sync();
  await store.dropKeysOf(id);
  expect(await keys()).toEqual(['member']);
});

test('none outlives thirty days, whatever became of its document', async () => {
  const { store, clock, keys, first } = await scene();
  const old = { id: anId(), document: anId(), party: first.id, record: {}, certificate: null, chain: [] };
  await store.putKey({ ...old, created: clock.now() - 31 * DAY });
  expect(await keys()).toHaveLength(4);
  const again = await openStore(store.identity, { now: () => clock.now() });
  stores.push(again);
  expect((await again.keys()).map(({ id }) => id)).not.toContain(old.id);
  expect(await again.keys()).toHaveLength(3);
});
