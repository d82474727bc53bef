import { afterEach, expect, test } from 'vitest';
import { CODE, FakeServer, Place } from '../../../tests/offline/fake-server.ts';
import { aFrozenDocument, aMember, anId, appended, aStore } from '../../../tests/offline/people.ts';
import { aRunner, until } from '../../../tests/offline/stage.ts';
import { device } from '../store/device.ts';
import { Party } from './party.svelte.ts';

const endings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

/** A sent document, and the link of its first party. */
async function scene() {
  const me = aMember();
  const place = new Place(me);
  const sender = await aStore({}, me);
  const contract = await aFrozenDocument(sender);
  await sender.sendDocument(contract.id);
  const runner = aRunner({ queue: sender, remote: place.model.remoteFor(me) });
  runner.start('sender');
  await until(async () => (await sender.counts()).waiting === 0);
  await runner.stop();
  await sender.destroy();
  const token = `${anId()}${anId()}`;
  place.links.set(token, { document: contract.id, party: contract.first.id });
  endings.push(() => device.dropLink(token));
  return { place, token, ...contract };
}

function open(place: Place): Party {
  const party = new Party(new FakeServer(place));
  endings.push(async () => {
    await party.sync.stop();
    if (party.status === 'inside') await party.store.destroy();
  });
  return party;
}
/** A closed tab: its database connection goes, nothing else happens. */
async function close(party: Party): Promise<void> {
  await party.sync.stop();
  party.store.close();
}

test('a link shows sender and title; the document comes after the code', async () => {
  const { place, token, id, frozen, first } = await scene();
  const party = open(place);
  await party.start(token);
  expect([party.status, party.link?.sender, party.session]).toEqual(['link', 'S', null]);
  expect(() => party.store).toThrow();
  await party.sendCode();
  expect(party.status).toBe('code');
  await expect(party.enter('000000')).rejects.toMatchObject({ code: 'code-wrong' });
  expect(party.status).toBe('code');
  await party.enter(CODE);
  expect([party.status, party.sessionLive, party.nonce?.length]).toEqual(['inside', true, 64]);
  expect(party.session).toMatchObject({ party: { id: first.id }, document: { id }, unsent: 0 });
  expect(await (await party.file()).text()).toBe(await frozen.blob.text());
});

test('a dead link says so, and none is told from no link', async () => {
  const { place } = await scene();
  const party = open(place);
  await party.start('unknown-token');
  expect(party.status).toBe('dead-link');
  expect(await device.link('unknown-token')).toBeNull();
});

test('without a network a new link waits; one that was inside opens with its file', async () => {
  const { place, token, frozen } = await scene();
  const party = open(place);
  place.up = false;
  await party.start(token);
  expect([party.status, party.unreachable, party.link]).toEqual(['link', true, null]);
  place.up = true;
  await party.start(token);
  await party.enter(CODE);
  await party.file();
  await close(party);
  place.up = false;
  const again = open(place);
  // A reload: the address has no token any more.
  await again.start(null);
  expect([again.status, again.unreachable, again.sessionLive]).toEqual(['inside', true, false]);
  expect(again.link?.sender).toBe('S');
  expect(await (await again.file()).text()).toBe(await frozen.blob.text());
});

test('neither link nor session lies where a script finds it without the database', async () => {
  const { place, token } = await scene();
  const party = open(place);
  await party.start(token);
  await party.enter(CODE);
  const { auth } = party.server;
  const open_ = JSON.stringify({ ...localStorage, ...sessionStorage }) + document.cookie;
  expect(open_).not.toContain(token);
  expect(open_).not.toContain(auth ?? '');
  // The session lives in memory only (L7).
  expect(await party.store.meta('auth')).toBeUndefined();
});

test('a signature made offline arrives days later by the link alone, and its key goes', async () => {
  const { place, token, id, frozen, first, second } = await scene();
  const party = open(place);
  await party.start(token);
  await party.enter(CODE);
  await party.store.putKey({
    id: 'one-time',
    document: id,
    party: first.id,
    record: {},
    certificate: new Uint8Array([1]),
    chain: [],
    created: Date.now()
  });
  place.up = false;
  const signed = await appended(frozen, 'signed');
  await party.store.recordSignature(id, { party: first.id, base: frozen.sha256, signed });
  await until(() => party.session?.document.turn === second.id);
  expect(party.session?.unsent).toBe(1);
  await close(party);
  // Days later: the session is gone.
  place.sessions.clear();
  place.up = true;
  const again = open(place);
  await again.start(null);
  await until(() => place.model.documents.get(id)?.document.head === 1);
  expect(place.credentials).toEqual(['link']);
  await until(async () => (await again.store.keys()).length === 0);
  await until(() => again.session?.unsent === 0);
  await until(() => again.sync.state === 'saved');
});

test('a session that ends while the tab is open gives way to the link', async () => {
  const { place, token, id, frozen, first } = await scene();
  const party = open(place);
  await party.start(token);
  await party.enter(CODE);
  place.sessions.clear();
  const signed = await appended(frozen, 'signed');
  await party.store.recordSignature(id, { party: first.id, base: frozen.sha256, signed });
  await until(() => place.model.documents.get(id)?.document.head === 1);
  expect(party.sessionLive).toBe(false);
  await until(() => party.session?.unsent === 0);
  expect(party.session?.rejected).toEqual([]);
});

test('a document that ended elsewhere takes the one-time key along at the next visit', async () => {
  const { place, token, id, first } = await scene();
  const party = open(place);
  await party.start(token);
  await party.enter(CODE);
  const key = { id: 'k', document: id, party: first.id, record: {}, certificate: null, chain: [] };
  await party.store.putKey({ ...key, created: Date.now() });
  await close(party);
  place.sessions.clear();
  place.model.change(id, (state) => ({
    ...state,
    document: { ...state.document, stage: 'stopped', stopReason: 'voided', turn: null }
  }));
  const again = open(place);
  await again.start(token);
  expect([again.status, again.link?.state]).toEqual(['inside', 'stopped']);
  expect(await again.store.keys()).toEqual([]);
});
