import { afterEach, expect, test } from 'vitest';
import { aMember, anId, aFrozenDocument, appended, aStore, bytes } from '../../../tests/offline/people.ts';
import { ServerModel } from '../../../tests/offline/server-model.ts';
import { aRunner, until } from '../../../tests/offline/stage.ts';
import type { Server } from '../remote/server.ts';
import { fileOf } from '../app/file.ts';
import type { Store } from './contract.ts';

const opened: Store[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.destroy();
});

test('what the server has goes and comes again; what is unsent, refused or a key stays', async () => {
  const me = aMember();
  const store = await aStore({}, me);
  opened.push(store);
  const server = new ServerModel().remoteFor(me);
  const sent = await aFrozenDocument(store);
  await store.sendDocument(sent.id);
  const runner = aRunner({ queue: store, remote: server });
  runner.start(anId());
  await until(async () => (await store.counts()).waiting === 0, 'everything sent');
  await runner.stop();
  const unsent = await aFrozenDocument(store);
  const refused = await aFrozenDocument(store);
  for (const { action } of await store.outbox())
    if (action.document === refused.id && action.kind === 'document.create')
      await store.refuse(action.id, { status: 403, code: 'forbidden' });
  const key = { id: anId(), document: sent.id, party: sent.first.id, record: 'a key' };
  await store.putKey({ ...key, certificate: null, chain: [], created: Date.now() });

  const before = await store.space();
  const droppable = sent.original.blob.size + sent.frozen.blob.size;
  expect(before).toMatchObject({ files: 6, droppable: 2, droppableBytes: droppable });
  expect(before.unsentBytes).toBe(before.bytes - droppable);
  expect(await store.dropSynced()).toBe(droppable);

  expect(await store.blob(sent.frozen.sha256)).toBeUndefined();
  for (const { original, frozen } of [unsent, refused]) {
    expect(await (await store.blob(original.sha256))?.text()).toBe(await original.blob.text());
    expect(await (await store.blob(frozen.sha256))?.text()).toBe(await frozen.blob.text());
  }
  expect(await store.keys()).toHaveLength(1);
  expect([(await store.outbox()).length, (await store.rejected()).length]).toEqual([2, 2]);
  expect(await store.space()).toMatchObject({ files: 4, droppable: 0 });
  expect(await store.dropSynced()).toBe(0);

  const asked: string[] = [];
  const remote = {
    getBlob: async (sha256: string) => {
      asked.push(sha256);
      return sent.frozen.blob;
    }
  } as unknown as Server;
  for (let i = 0; i < 2; i++)
    expect(await (await fileOf(store, remote, sent.id, sent.frozen.sha256)).text()).toBe(
      await sent.frozen.blob.text()
    );
  expect(asked).toEqual([sent.frozen.sha256]);
});

test('the files of a draft, and of a document with something unsent, stay, also those that the server has', async () => {
  const me = aMember();
  const store = await aStore({}, me);
  opened.push(store);
  const { id, frozen } = await aFrozenDocument(store);
  const server = new ServerModel().remoteFor(me);
  const runner = aRunner({ queue: store, remote: server });
  runner.start(anId());
  await until(async () => (await store.counts()).waiting === 0, 'everything sent');
  await runner.stop();
  expect((await store.space()).droppable).toBe(0);
  await store.voidDocument(id, 'The client cannot come');
  expect((await store.space()).droppable).toBe(0);
  await store.dropSynced();
  expect(await store.blob(frozen.sha256)).toBeDefined();
  const other = await bytes('not of any document');
  await store.keepBlob(other);
  expect((await store.space()).droppableBytes).toBe((await appended(other, '')).blob.size - 1);
});
