import { afterEach, describe, expect, test } from 'vitest';
import { FakeServer, PASSWORD, Place } from '../../../tests/offline/fake-server.ts';
import { aDraft, aMember, bytes } from '../../../tests/offline/people.ts';
import { until } from '../../../tests/offline/stage.ts';
import { device } from '../store/device.ts';
import { openStore } from '../store/store.ts';
import { Member } from './member.svelte.ts';

const members: { member: Member; place: Place }[] = [];
function open(place: Place): Member {
  const member = new Member(new FakeServer(place));
  members.push({ member, place });
  return member;
}
/** What a closed tab leaves behind: nothing is told to anybody. */
async function close(member: Member): Promise<void> {
  await member.sync.stop();
  member.store.close();
}
afterEach(async () => {
  for (const { member, place } of members.splice(0)) {
    if (member.status === 'signed-in') await close(member);
    const store = await openStore({ kind: 'member', user: place.me.user.id });
    await store.destroy();
  }
  await device.setCurrent(null);
});

describe('a member', () => {
  test('signs in once, and is there again without a network', async () => {
    const place = new Place(aMember());
    const first = open(place);
    await first.start();
    expect(first.status).toBe('signed-out');
    expect(() => first.store).toThrow();
    await first.signIn('ada@example.org', PASSWORD);
    expect([first.status, first.me?.user.name]).toEqual(['signed-in', 'Ada Nowak']);
    const id = await first.store.createDraft(aDraft());
    await until(() => place.model.documents.has(id));
    await close(first);
    place.up = false;
    const again = open(place);
    await again.start();
    expect([again.status, again.me?.user.name]).toEqual(['signed-in', 'Ada Nowak']);
    expect((await again.store.documents()).map(({ document }) => document.id)).toEqual([id]);
  });

  test('keeps the token of the sign-in at a reload, and changes it when it is a day old', async () => {
    const place = new Place(aMember());
    const first = open(place);
    await first.signIn('ada@example.org', PASSWORD);
    const token = await first.store.meta('auth');
    await close(first);
    const second = open(place);
    await second.start();
    place.model.requests.length = 0;
    await until(() => place.model.requests.length > 0);
    expect(second.server.auth).toBe(token);
    await second.store.setMeta('x-auth-at', Date.now() - 2 * 86_400_000);
    await close(second);
    const third = open(place);
    await third.start();
    await until(() => third.server.auth !== token);
    expect(place.sessions).toContain(third.server.auth);
  });

  test('with a wrong password stays out', async () => {
    const one = open(new Place(aMember()));
    await expect(one.signIn('ada@example.org', 'wrong')).rejects.toMatchObject({ code: 'credentials' });
    expect(one.status).toBe('signed-out');
  });

  test('keeps no token where a script could read it without the database', async () => {
    const one = open(new Place(aMember()));
    await one.signIn('ada@example.org', PASSWORD);
    const token = await one.store.meta('auth');
    expect(token).toMatch(/^token-/);
    expect(JSON.stringify({ ...localStorage, ...sessionStorage })).not.toContain(token);
    expect(document.cookie).not.toContain(token ?? '');
  });

  test('works offline: the dot says how much waits, and it goes when the network is back', async () => {
    const place = new Place(aMember());
    const one = open(place);
    await one.signIn('ada@example.org', PASSWORD);
    await until(() => one.sync.state === 'saved');
    place.up = false;
    const id = await one.store.createDraft(aDraft());
    await until(() => one.sync.waiting === 1 && !one.sync.online);
    expect(one.sync.state).toBe('waiting');
    place.up = true;
    one.syncNow();
    await until(() => place.model.documents.has(id) && one.sync.state === 'saved');
    expect(one.sync.online).toBe(true);
  });

  test('whose session ended is asked to sign in, and goes on from there', async () => {
    const place = new Place(aMember());
    const one = open(place);
    await one.signIn('ada@example.org', PASSWORD);
    place.sessions.clear();
    const id = await one.store.createDraft(aDraft());
    await until(() => one.sync.state === 'sign-in');
    expect(one.status).toBe('signed-in');
    await one.signIn('ada@example.org', PASSWORD);
    await until(() => place.model.documents.has(id) && one.sync.state === 'saved');
  });

  test('who signs in again in one tab goes on in the other', async () => {
    const place = new Place(aMember());
    const first = open(place);
    await first.signIn('ada@example.org', PASSWORD);
    const second = open(place);
    await second.start();
    expect(second.status).toBe('signed-in');
    await second.signIn('ada@example.org', PASSWORD);
    const token = await second.store.meta('auth');
    await until(() => first.server.auth === token);
  });

  test('sees what the server refused as needing attention', async () => {
    const place = new Place(aMember());
    const one = open(place);
    await one.signIn('ada@example.org', PASSWORD);
    const id = await one.store.createDraft(aDraft());
    await until(() => one.sync.state === 'saved' && place.model.documents.has(id));
    place.model.change(id, (s) => ({ ...s, document: { ...s.document, version: 7 } }));
    await one.store.saveDraft(id, aDraft({ title: 'late' }));
    await until(() => one.sync.state === 'attention');
    expect((await one.store.rejected())[0]?.action.payload).toMatchObject({ title: 'late' });
  });
});

describe('signing out', () => {
  test('with everything sent leaves no document and no token on the device', async () => {
    const place = new Place(aMember());
    const one = open(place);
    await one.signIn('ada@example.org', PASSWORD);
    const id = await one.store.createDraft(aDraft());
    await until(async () => place.model.documents.has(id) && (await one.store.counts()).waiting === 0);
    expect(await one.signOut()).toEqual({ done: true });
    expect(one.status).toBe('signed-out');
    expect(one.server.auth).toBeNull();
    const left = await openStore({ kind: 'member', user: place.me.user.id });
    expect(await left.documents()).toEqual([]);
    expect(await left.meta('auth')).toBeUndefined();
    left.close();
    const again = open(place);
    await again.start();
    expect(again.status).toBe('signed-out');
  });

  test('with something unsent asks first, and keeps it for the next time', async () => {
    const place = new Place(aMember());
    const one = open(place);
    await one.signIn('ada@example.org', PASSWORD);
    place.up = false;
    const id = await one.store.createDraft(aDraft());
    const asked = await one.signOut();
    expect(asked).toMatchObject({ done: false, unsent: [{ document: { id } }] });
    expect(one.status).toBe('signed-in');
    expect(await one.signOut({ evenUnsent: true })).toEqual({ done: true });
    place.up = true;
    await one.signIn('ada@example.org', PASSWORD);
    await until(() => place.model.documents.has(id));
  });

  test('in another tab signs out here too', async () => {
    const place = new Place(aMember());
    const first = open(place);
    await first.signIn('ada@example.org', PASSWORD);
    const second = open(place);
    await second.start();
    await until(() => second.sync.state === 'saved');
    await first.signOut();
    await until(() => second.status === 'signed-out');
  });
});

describe('a file', () => {
  test('comes from the device, else from the server, checked and kept', async () => {
    const place = new Place(aMember());
    const one = open(place);
    await one.signIn('ada@example.org', PASSWORD);
    const file = await bytes('contract');
    place.model.blobs.set(file.sha256, file.blob);
    expect(await (await one.file('d', file.sha256)).text()).toBe('contract');
    place.up = false;
    expect(await (await one.file('d', file.sha256)).text()).toBe('contract');
  });

  test('with other bytes than asked for is not believed', async () => {
    const place = new Place(aMember());
    const one = open(place);
    await one.signIn('ada@example.org', PASSWORD);
    const file = await bytes('contract');
    place.model.blobs.set(file.sha256, new Blob(['forged']));
    await expect(one.file('d', file.sha256)).rejects.toMatchObject({ code: 'unreachable' });
    expect(await one.store.blob(file.sha256)).toBeUndefined();
  });
});
