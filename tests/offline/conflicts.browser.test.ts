/** The table "Conflicts" of README.md, row by row: two devices of one workspace and a server in memory. */
import { afterEach, expect, test } from 'vitest';
import { keepBoth, wayOf } from '../../src/lib/app/outbox.svelte.ts';
import type { DraftPayload } from '../../src/lib/domain/action.ts';
import type { Me } from '../../src/lib/domain/api.ts';
import { signingDraftKey, type Store } from '../../src/lib/store/contract.ts';
import { openStore } from '../../src/lib/store/store.ts';
import { aDraft, aFrozenDocument, aMember, anId, appended, bytes } from './people.ts';
import { ServerModel } from './server-model.ts';
import { aRunner, TestClock, until } from './stage.ts';

const opened: Store[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.destroy();
});

/** One device: a database of its own, though the same member. */
async function device(me: Me, server: ServerModel) {
  const store = await openStore({ kind: 'member', user: anId() });
  opened.push(store);
  await store.setMeta('me', me);
  const clock = new TestClock();
  const sync = async () => {
    const runner = aRunner({ queue: store, remote: server.remoteFor(me), clock });
    runner.start(anId());
    await until(() => clock.next !== null, 'asleep');
    await until(async () => (await store.counts()).waiting === 0, 'all sent');
    await runner.stop();
  };
  return { store, sync };
}

/** A document that two devices hold, sent to its first party. */
async function shared() {
  const me = aMember();
  const server = new ServerModel();
  const [here, there] = [await device(me, server), await device(me, server)];
  const document = await aFrozenDocument(here.store);
  await here.store.sendDocument(document.id);
  await here.sync();
  await there.sync();
  return { server, here, there, document };
}
const refused = async (store: Store) => {
  const [entry] = await store.rejected();
  if (entry === undefined) throw new Error('nothing refused');
  return { entry, way: wayOf(entry, await store.document(entry.document)) };
};

test('a signature on the same base: the first stored wins, the other is asked to sign again and loses nothing', async () => {
  const { server, here, there, document } = await shared();
  const { id, frozen, first } = document;
  const mine = await appended(frozen, 'signed here');
  const theirs = await appended(frozen, 'signed there');
  const turn = signingDraftKey(id, first.id);
  await here.store.keepDraft(turn, { v: 1, values: { place: 'Warsaw' } });
  await there.store.recordSignature(id, { party: first.id, base: frozen.sha256, signed: theirs });
  await there.sync();
  // Somebody else's hand in between: the server gives the turn back, on the longer file.
  server.change(id, (state) => ({
    ...state,
    document: { ...state.document, stage: 'company', turn: first.id },
    parties: state.parties.map((party) => (party.id === first.id ? { ...party, status: 'turn' } : party))
  }));
  await here.store.recordSignature(id, { party: first.id, base: frozen.sha256, signed: mine });
  await here.sync();
  const { entry, way } = await refused(here.store);
  expect([entry.status, entry.conflict, way]).toEqual([409, true, 'sign']);
  // The void file can be taken away, and what was filled in is still there for the next signature.
  const { files } = await here.store.exportRejected(entry.id);
  expect(files.map(({ sha256 }) => sha256)).toEqual([mine.sha256]);
  expect(await here.store.draft(turn)).toMatchObject({ values: { place: 'Warsaw' } });
  const local = await here.store.document(id);
  expect(local?.revisions.map(({ sha256 }) => sha256)).toEqual([frozen.sha256, theirs.sha256]);
  const again = await appended(theirs, 'signed here, on theirs');
  await here.store.recordSignature(id, { party: first.id, base: theirs.sha256, signed: again });
  await here.sync();
  expect(server.documents.get(id)?.revisions.map(({ sha256 }) => sha256)).toEqual([
    frozen.sha256,
    theirs.sha256,
    again.sha256
  ]);
  // Sent: now it is needed no more. The void one stays until a person lets it go.
  expect(await here.store.draft(turn)).toBeUndefined();
  expect(await here.store.rejected()).toHaveLength(1);
});

test('a signature for a document that was voided meanwhile is refused with the reason; its bytes stay', async () => {
  const { here, there, document } = await shared();
  const { id, frozen, first } = document;
  await there.store.voidDocument(id, 'The price was wrong');
  await there.sync();
  const signed = await appended(frozen, 'signed');
  await here.store.recordSignature(id, { party: first.id, base: frozen.sha256, signed });
  await here.sync();
  const { entry, way } = await refused(here.store);
  expect(entry.status).toBe(409);
  // Nobody is asked to sign what was taken back.
  expect(way).toBe('none');
  expect((await here.store.document(id))?.document).toMatchObject({
    stage: 'stopped',
    stopReason: 'voided',
    stopNote: 'The price was wrong'
  });
  expect((await here.store.exportRejected(entry.id)).files.map(({ sha256 }) => sha256)).toEqual([
    signed.sha256
  ]);
});

test('two versions of a draft: both are kept, and either or both may be taken', async () => {
  const me = aMember();
  for (const choice of ['mine', 'theirs', 'both'] as const) {
    const server = new ServerModel();
    const [here, there] = [await device(me, server), await device(me, server)];
    const original = await bytes('pages');
    const draft = aDraft({ title: 'first', original: original.sha256 });
    const id = await here.store.createDraft(draft, original);
    await here.sync();
    await there.sync();
    // The editor fetched it.
    await there.store.keepBlob(original);
    await there.store.saveDraft(id, { ...draft, title: 'theirs' });
    await there.sync();
    await here.store.saveDraft(id, { ...draft, title: 'mine' });
    await here.sync();
    const { entry, way } = await refused(here.store);
    expect(way).toBe('choose');
    expect([(entry.action.payload as DraftPayload).title, entry.current?.title]).toEqual(['mine', 'theirs']);
    if (choice === 'mine') await here.store.retryRejected(entry.id);
    else if (choice === 'theirs') await here.store.discardRejected(entry.id);
    else await keepBoth(here.store, entry);
    await here.sync();
    const titles = [...server.documents.values()].map(({ document }) => document.title).sort();
    expect(titles).toEqual(choice === 'both' ? ['mine', 'theirs'] : [choice]);
    expect(await here.store.rejected()).toEqual([]);
  }
});
