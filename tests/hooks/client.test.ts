// The app's own client (`src/lib/remote`) against the real server: what one writes, the other reads.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { WireAction } from '../../src/lib/domain/action.ts';
import type { DocumentRecord } from '../../src/lib/domain/document.ts';
import { Server } from '../../src/lib/remote/server.ts';
import { ServerRefusal, Unreachable } from '../../src/lib/sync/failure.ts';
import { action, prepare } from './desk.ts';
import { codeIn, linkIn } from './drop.ts';
import { client, director, draftOf, original, sha256 } from './paper.ts';
import { OWNER } from './people.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

let workspace: Workspace;
const open = (): Server => new Server(workspace.server.url);
/** The owner's session, from a sign-in made once. */
function signedIn(): Server {
  const one = open();
  one.auth = workspace.owner.auth;
  return one;
}
async function failure(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => 'nothing thrown',
    (error: unknown) => error
  );
}
const blob = (bytes: Uint8Array): Blob => new Blob([Uint8Array.from(bytes)]);

beforeAll(async () => {
  workspace = await openWorkspace();
});
afterAll(() => workspace.server.stop());

test('a member signs in, keeps the session, and is told who it is', async () => {
  const one = open();
  expect(await one.ready()).toMatchObject({ ready: true, setUp: true });
  expect(await failure(one.signIn(OWNER.email, 'wrong password'))).toMatchObject({ code: 'credentials' });
  expect(await failure(one.me())).toMatchObject({ status: 401, code: 'sign-in' });
  const { user } = await one.signIn(OWNER.email, OWNER.password);
  expect(await one.me()).toMatchObject({ user: { id: user, name: OWNER.name }, role: 'owner' });
  expect((await one.refresh()).user).toBe(user);
  expect((await one.members()).map(({ email }) => email)).toEqual([OWNER.email]);
  one.auth = 'nonsense';
  expect(await failure(one.refresh())).toMatchObject({ status: 401, code: 'sign-in' });
});

test('a nonce comes with a fresh sign-in', async () => {
  const nonce = await signedIn().nonce();
  expect(nonce.nonce).toMatch(/^[0-9a-f]{64}$/);
  expect(nonce.expires).toBeGreaterThan(Date.now());
});

test('a draft goes bytes first, is answered with its version, and comes back in the feed', async () => {
  const one = signedIn();
  const pages = original();
  const draft = draftOf([director(), client()], sha256(pages));
  const create = action('document.create', 'a'.repeat(15), 0, draft) as unknown as WireAction;
  const early = await one.sendActions([create]);
  expect(early.results[0]).toMatchObject({ id: create.id, code: 'blob-missing' });
  await one.putBlob(sha256(pages), blob(pages));
  const before = await one.changes(0);
  const { results, now } = await one.sendActions([create]);
  expect(results).toMatchObject([{ id: create.id, status: 200, code: 'ok', body: { version: 1 } }]);
  expect(Math.abs(now - Date.now())).toBeLessThan(60_000);
  expect((await one.sendActions([create])).results).toEqual(results);
  const page = await one.changes(before.cursor);
  expect(page.more).toBe(false);
  const record = page.changes.find(({ id }) => id === create.document)?.record as DocumentRecord;
  expect(record).toMatchObject({ title: draft.title, version: 1, head: -1, fields: draft.fields });
  expect(page.changes.filter(({ collection }) => collection === 'parties')).toHaveLength(2);
  const back = await one.getBlob(sha256(pages), create.document);
  expect(sha256(new Uint8Array(await back.arrayBuffer()))).toBe(sha256(pages));
  const stale = action('document.save', create.document, 7, draft) as unknown as WireAction;
  const [conflict] = (await one.sendActions([stale])).results;
  expect(conflict).toMatchObject({ status: 409, code: 'version', body: { current: { version: 1 } } });
});

test('bytes that are not what their name says are refused by code', async () => {
  const one = signedIn();
  const refused = await failure(one.putBlob(sha256(original()), new Blob(['other'])));
  expect(refused).toMatchObject({ code: 'hash-mismatch' });
});

test('a party comes by its link, reads by its session, and sends by its link when that has ended', async () => {
  const dora = director();
  const { document } = await prepare(workspace.server, workspace.owner, [dora, client()]);
  const token = linkIn((await workspace.drop.next(dora.email ?? '', 'turn')).text);
  const one = open();
  one.link = token;
  expect(await one.signOpen(token)).toMatchObject({ sender: OWNER.name, kind: 'sign', state: 'open' });
  await one.signCode(token);
  expect(await failure(one.signSession(token, '000000'))).toBeInstanceOf(ServerRefusal);
  const code = codeIn((await workspace.drop.next(dora.email ?? '', 'code')).text);
  const session = await one.signSession(token, code);
  expect(session).toMatchObject({ party: { id: dora.id }, document: { id: document } });
  expect(session.nonce).toMatch(/^[0-9a-f]{64}$/);
  expect((await one.party()).revisions).toHaveLength(1);
  expect((await one.changes(0)).changes.length).toBeGreaterThan(0);
  // The session is over; nothing but the link is left.
  one.auth = 'ended';
  let ended = 0;
  one.onSessionEnd = () => (ended += 1);
  const { version } = session.document;
  const decline = action('document.decline', document, version, { party: dora.id, reason: 'no' });
  const { results } = await one.sendActions([decline as unknown as WireAction]);
  expect(results).toMatchObject([{ status: 200, code: 'ok' }]);
  expect([one.auth, ended]).toEqual([null, 1]);
  expect(await failure(one.changes(0))).toMatchObject({ status: 401 });
  const sender = signedIn();
  expect((await sender.history(document)).events.map(({ kind }) => kind).join()).toContain('declined');
  expect((await sender.messages(document)).length).toBeGreaterThan(0);
});

test('an unknown link is a refusal, a server that is gone is none', async () => {
  expect(await failure(open().signOpen('A'.repeat(43)))).toMatchObject({ status: 404, code: 'link' });
  const nobody = new Server('http://127.0.0.1:1');
  expect(await failure(nobody.ready())).toBeInstanceOf(Unreachable);
  expect(await failure(nobody.signIn('a@b.example', 'x'))).toBeInstanceOf(Unreachable);
});
