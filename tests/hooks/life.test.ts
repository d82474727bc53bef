// What becomes of a document that waits: reminded, handed over, addressed anew, at its end (`backend.md`, "Messages").
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fromBase64 } from '../../src/lib/bytes/base64.ts';
import { readStatement } from '../../src/lib/cms/statement.ts';
import { parseCertificate } from '../../src/lib/pki/certificate.ts';
import { parseCrl } from '../../src/lib/pki/crl.ts';
import type { ChangesResponse, EventRow, PartySession } from '../../src/lib/domain/api.ts';
import type { Reached } from '../../src/lib/domain/action.ts';
import type { DocumentRecord } from '../../src/lib/domain/document.ts';
import type { PartyRecord } from '../../src/lib/domain/party.ts';
import { action, done, enter, one, prepare, send, type Sent } from './desk.ts';
import { codeIn, linkIn } from './drop.ts';
import { client, director } from './paper.ts';
import { call, certify, OWNER, sql } from './people.ts';
import { arrive, openWorkspace, signerOf, type Workspace } from './workspace.ts';

const DAY = 86_400_000;
let workspace: Workspace;
let number = 0;
/** An address that nobody had in a test before. */
const address = (name: string): string => `${name}${(number += 1)}@life.example`;

beforeAll(async () => {
  workspace = await openWorkspace({ sql: true });
});
afterAll(() => workspace.server.stop());

const minute = () => call(workspace.server, 'POST', '/api/test/minute', { body: {} });
const query = (statement: string) => sql(workspace.server, statement);
async function stored(document: string): Promise<DocumentRecord & { parties: PartyRecord[] }> {
  const feed = await call<ChangesResponse & object>(workspace.server, 'GET', 'changes?since=0', {
    ...workspace.owner
  });
  const records = feed.body.changes.map((change) => change.record);
  const found = records.find((record) => record?.id === document) as DocumentRecord;
  const parties = records.filter((record) => (record as PartyRecord | null)?.document === document);
  return { ...found, parties: parties.filter((record) => 'channel' in (record as object)) as PartyRecord[] };
}
async function kinds(document: string): Promise<string[]> {
  const path = `documents/${document}/events`;
  const answer = await call<{ events: EventRow[] }>(workspace.server, 'GET', path, { ...workspace.owner });
  return answer.body.events.map((event) => event.kind);
}
const anew = (email: string, name = 'Max Muster'): Reached => ({
  name,
  organisation: 'Acme Ltd',
  channel: 'email',
  email
});
/** Sent to a director by mail and then a client. */
async function sentTo(email: string): Promise<Sent & { first: string }> {
  const dora = director({ email });
  const sent = await prepare(workspace.server, workspace.owner, [dora, client()]);
  return { ...sent, first: dora.id };
}
const codeTo = async (email: string) => codeIn((await workspace.drop.next(email, 'code')).text);

describe('another address', () => {
  test('gets a new link; the old link, code, session and certificate are dead', async () => {
    const { server, owner, drop } = workspace;
    const [old, next] = [address('old'), address('next')];
    const dora = director({ email: old });
    const sent = await prepare(server, owner, [dora, client()]);
    const signer = await signerOf(workspace, sent, dora);
    const asked = await call(server, 'GET', 'party', { auth: signer.session.auth });
    expect(asked.status).toBe(200);

    const change = action('party.update', sent.document, 0, { party: dora.id, to: anew(next) });
    await done(server, owner, change);

    expect((await call(server, 'POST', 'sign/open', { body: { token: signer.link } })).status).toBe(404);
    expect((await call(server, 'GET', 'party', { auth: signer.session.auth })).status).toBe(401);
    const decline = action('document.decline', sent.document, 3, { party: dora.id, reason: 'no' });
    expect((await send(server, { link: signer.link }, [decline])).status).toBe(404);
    const link = linkIn((await drop.next(next, 'turn')).text);
    const session = await enter(server, link, () => codeTo(next));
    expect(session.party).toMatchObject({ id: dora.id, name: 'Max Muster', email: next, proof: 'email' });
    expect(await kinds(sent.document)).toContain('address-changed');
    // L8: the server's word about the new person says that the address is not the one it was sent to.
    const { issued } = await certify(server, session.auth, session.nonce);
    const told = JSON.parse(readStatement(issued.proof, 'proof', null).canonical) as object;
    expect(told).toMatchObject({ notes: ['address-changed'] });
  });

  test('revokes what the former person had certified (C6)', async () => {
    const { server, owner } = workspace;
    const [old, next] = [address('old'), address('next')];
    const dora = director({ email: old });
    const sent = await prepare(server, owner, [dora]);
    const { issued } = await signerOf(workspace, sent, dora);
    await done(server, owner, action('party.update', sent.document, 0, { party: dora.id, to: anew(next) }));
    const list = await fetch(`${server.url}/api/countersign/crl`);
    const { revoked } = parseCrl(new Uint8Array(await list.arrayBuffer()));
    const { serialHex } = parseCertificate(fromBase64(issued.certificate));
    expect(revoked.map((entry) => entry.serialHex)).toContain(serialHex);
  });

  test('leaves the version alone, so that a signature made meanwhile fits', async () => {
    const sent = await sentTo(address('first'));
    const second = sent.parties[1]?.id ?? '';
    const { server, owner } = workspace;
    const before = (await stored(sent.document)).version;
    const change = action('party.update', sent.document, 0, { party: second, to: anew(address('c')) });
    expect((await done(server, owner, change)).body['version']).toBe(before);
  });

  test('is refused for one who signed, for strangers, and with no address', async () => {
    const { server, owner } = workspace;
    const sent = await sentTo(address('first'));
    const wrong = { ...anew(''), channel: 'sms' as const, phone: '123' };
    const bad = await one(
      server,
      owner,
      action('party.update', sent.document, 0, { party: sent.first, to: wrong })
    );
    expect(bad.code).toBe('bad-request');
    await query(`UPDATE parties SET status = 'signed' WHERE id = '${sent.first}'`);
    const late = action('party.update', sent.document, 0, { party: sent.first, to: anew(address('x')) });
    expect((await one(server, owner, late)).code).toBe('not-open');
    const other = await sentTo(address('other'));
    const foreign = action('party.update', sent.document, 0, { party: other.first, to: anew(address('x')) });
    expect((await one(server, owner, foreign)).code).toBe('not-found');
  });

  test('what still waits for the old address is not sent there', async () => {
    const { server, owner, drop } = workspace;
    const [old, next] = [address('old'), address('next')];
    const dora = director({ email: old });
    const sent = await prepare(server, owner, [dora]);
    await drop.next(old, 'turn');
    await query(`UPDATE messages SET status = 'waiting', due = ${Date.now() + DAY} WHERE address = '${old}'`);
    await done(server, owner, action('party.update', sent.document, 0, { party: dora.id, to: anew(next) }));
    await query(`UPDATE messages SET due = 0`);
    await minute();
    await drop.next(next, 'turn');
    expect(drop.all().filter((message) => message.to === old)).toHaveLength(1);
  });
});

describe('handing over', () => {
  const delegate = (sent: Sent & { first: string }, to: Reached) =>
    action('document.delegate', sent.document, 3, { party: sent.first, to });

  test('a party behind its code hands over; the next person signs, the owner hears of it', async () => {
    const { server, drop } = workspace;
    const [old, next] = [address('old'), address('next')];
    const sent = await sentTo(old);
    const { session, link } = await arrive(workspace, director({ email: old }));
    expect(session.delegation).toBe(true);
    await done(server, session, delegate(sent, anew(next)));
    expect((await call(server, 'POST', 'sign/open', { body: { token: link } })).status).toBe(404);
    expect((await drop.next(OWNER.email, 'delegated')).text).toContain('Max Muster was asked to sign');
    const other = await enter(server, linkIn((await drop.next(next, 'turn')).text), () => codeTo(next));
    expect(other.party).toMatchObject({ id: sent.first, name: 'Max Muster', status: 'turn' });
    const path = `documents/${sent.document}/events`;
    const history = await call<{ events: EventRow[] }>(server, 'GET', path, { ...workspace.owner });
    const told = history.body.events.find((event) => event.kind === 'delegated');
    // The chain holds no name; the words beside it do.
    expect(JSON.stringify(told?.data)).not.toContain('Max');
    expect(told?.details).toMatchObject({ before: { name: 'Dora Director' }, after: { name: 'Max Muster' } });
  });

  test('L2: whoever has only the link cannot send the document on to themselves', async () => {
    const { server, drop } = workspace;
    const old = address('old');
    const sent = await sentTo(old);
    const link = linkIn((await drop.next(old, 'turn')).text);
    const result = await one(server, { link }, delegate(sent, anew(address('thief'))));
    expect([result.status, result.code]).toEqual([403, 'sign-in']);
  });

  test('is refused where the workspace does not allow it', async () => {
    const { server } = workspace;
    const old = address('old');
    const sent = await sentTo(old);
    await query('UPDATE workspaces SET delegation = 0');
    const { session } = await arrive(workspace, director({ email: old }));
    const result = await one(server, session, delegate(sent, anew(address('next'))));
    await query('UPDATE workspaces SET delegation = 1');
    expect(session.delegation).toBe(false);
    expect(result.code).toBe('forbidden');
  });
});

describe('reminders', () => {
  test('by hand: a new link, once an hour, only to whose turn it is', async () => {
    const { server, owner, drop } = workspace;
    const email = address('slow');
    const sent = await sentTo(email);
    const remind = (party: string) => one(server, owner, action('party.remind', sent.document, 0, { party }));
    expect((await remind(sent.first)).code).toBe('ok');
    const link = linkIn((await drop.next(email, 'reminder')).text);
    expect((await enter(server, link, () => codeTo(email))).party.id).toBe(sent.first);
    expect((await remind(sent.first)).code).toBe('reminded');
    expect((await remind(sent.parties[1]?.id ?? '')).code).toBe('not-your-turn');
  });

  test('by plan: after 2, 5 and 10 days, and not again', async () => {
    const { drop } = workspace;
    const email = address('plan');
    const sent = await sentTo(email);
    // Where it is noon now, so that the hour of the test does not matter.
    const hour = new Date().getUTCHours();
    const zone = hour === 12 ? 'UTC' : `Etc/GMT${hour > 12 ? '+' : '-'}${Math.abs(hour - 12)}`;
    await query(`UPDATE parties SET zone = '${zone}' WHERE id = '${sent.first}'`);
    const days: number[] = [];
    for (let n = 0; n < 3; n += 1) {
      const id = sent.document;
      await query(`UPDATE documents SET stopNote = (remindAt - turnSince) / ${DAY} WHERE id = '${id}'`);
      days.push(Number((await stored(id)).stopNote));
      await query(`UPDATE documents SET turnSince = turnSince - (remindAt - ${Date.now() - 1000}),
        remindAt = ${Date.now() - 1000} WHERE id = '${id}'`);
      await minute();
      await drop.next(email, 'reminder');
      await minute();
    }
    expect(days).toEqual([2, 5, 10]);
    await query(`UPDATE documents SET turnSince = turnSince - ${100 * DAY} WHERE id = '${sent.document}'`);
    await minute();
    const reminders = (await kinds(sent.document)).filter((kind) => kind === 'reminded');
    expect(reminders).toHaveLength(3);
    expect(drop.all().filter(({ to, kind }) => to === email && kind === 'reminder')).toHaveLength(3);
  });

  test('not at night where the party is: in the morning', async () => {
    const { drop } = workspace;
    const email = address('night');
    const sent = await sentTo(email);
    // A zone where it is 23:xx now.
    const behind = (new Date().getUTCHours() - 23 + 24) % 24;
    const zone = behind === 0 ? 'UTC' : behind <= 12 ? `Etc/GMT+${behind}` : `Etc/GMT-${24 - behind}`;
    await query(`UPDATE parties SET zone = '${zone}' WHERE id = '${sent.first}'`);
    const due = Date.now() - 1000;
    await query(`UPDATE documents SET remindAt = ${due} WHERE id = '${sent.document}'`);
    await minute();
    expect(drop.all().filter(({ to, kind }) => to === email && kind === 'reminder')).toHaveLength(0);
    // Eight in the morning there, kept in minutes: the column is told through a text of the record.
    await query(`UPDATE documents SET stopNote = remindAt / 60000 WHERE id = '${sent.document}'`);
    const at = Number((await stored(sent.document)).stopNote) * 60_000;
    const clock = new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeStyle: 'short' }).format(at);
    expect(clock).toBe('08:00');
    expect(at - Date.now()).toBeGreaterThan(8 * 3_600_000);
    expect(at - Date.now()).toBeLessThan(9 * 3_600_000 + 60_000);
  });

  test('stop when the party has declined', async () => {
    const { server, drop } = workspace;
    const email = address('declines');
    const sent = await sentTo(email);
    const { session } = await arrive(workspace, director({ email }));
    const reason = 'Wrong price';
    await done(server, session, action('document.decline', sent.document, 3, { party: sent.first, reason }));
    await query(`UPDATE documents SET remindAt = 1 WHERE id = '${sent.document}'`);
    await minute();
    expect(drop.all().filter(({ to, kind }) => to === email && kind === 'reminder')).toHaveLength(0);
    expect((await drop.next(OWNER.email, 'stopped')).text).toContain(`The reason given: ${reason}`);
  });
});

describe('the end by itself', () => {
  test('thirty days after sending, where nothing else was said; a sender may choose', async () => {
    const { server, owner } = workspace;
    const sent = await sentTo(address('end'));
    const { expires = 0 } = await stored(sent.document);
    expect(Math.round((expires - Date.now()) / DAY)).toBe(30);
    const other = await prepare(server, owner, [director({ email: address('end') })], 'freeze');
    const day = Date.now() + 3 * DAY;
    await done(server, owner, action('document.send', other.document, 2, { expires: day }));
    expect((await stored(other.document)).expires).toBe(day);
    const longer = action('document.extend', other.document, 0, { expires: day + DAY });
    await done(server, owner, longer);
    expect((await stored(other.document)).expires).toBe(day + DAY);
    const past = action('document.extend', other.document, 0, { expires: Date.now() - DAY });
    expect((await one(server, owner, past)).code).toBe('bad-request');
    await done(server, owner, action('document.extend', other.document, 0, { expires: 0 }));
    expect((await stored(other.document)).expires).toBeUndefined();
  });

  test('is announced to the party and the owner, and comes, with word to both', async () => {
    const { server, drop } = workspace;
    const email = address('late');
    const sent = await sentTo(email);
    const now = Date.now();
    await query(`UPDATE documents SET warnAt = ${now - 1} WHERE id = '${sent.document}'`);
    await minute();
    const told = await drop.next(email, 'expiring');
    expect(told.text).toMatch(/until \d+ [A-Z][a-z]+ \d{4}, \d\d:\d\d \(Europe\/Warsaw\)/);
    expect((await drop.next(OWNER.email, 'expiring')).text).toContain('ends by itself');
    // Said once.
    await minute();
    expect(drop.all().filter(({ to, kind }) => to === email && kind === 'expiring')).toHaveLength(1);

    const session: PartySession = await enter(server, linkIn(told.text), () => codeTo(email));
    await query(`UPDATE documents SET expires = ${now - 1} WHERE id = '${sent.document}'`);
    await minute();
    expect(await stored(sent.document)).toMatchObject({
      stage: 'stopped',
      stopReason: 'expired',
      turn: null
    });
    expect((await drop.next(email, 'stopped')).text).toContain('was not signed in time');
    expect((await drop.next(OWNER.email, 'stopped')).text).toContain('in time and has ended');
    const late = action('document.decline', sent.document, 3, { party: sent.first, reason: 'x' });
    expect((await one(server, session, late)).code).toBe('not-open');
    expect((await kinds(sent.document)).slice(-3)).toContain('expired');
  });

  test('two crons at once say it once', async () => {
    const { drop } = workspace;
    const email = address('twice');
    const sent = await sentTo(email);
    await query(`UPDATE documents SET expires = 1 WHERE id = '${sent.document}'`);
    await Promise.all([minute(), minute(), minute()]);
    expect((await kinds(sent.document)).filter((kind) => kind === 'expired')).toHaveLength(1);
    await drop.next(email, 'stopped');
    expect(drop.all().filter(({ to, kind }) => to === email && kind === 'stopped')).toHaveLength(1);
  });
});
