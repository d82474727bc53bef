// security.md L1, L2, L4, L5, L7: what a link is worth, who sees it, and how a session ends.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LinkOpened, PartySession } from '../../src/lib/domain/api.ts';
import { action, enter, one, prepare, put, type Sent } from './desk.ts';
import { codeIn, linkIn } from './drop.ts';
import { client, director, signed, signPayload } from './paper.ts';
import { call, certify, sql, type Answer } from './people.ts';
import { addressOf, hire, openWorkspace, type Workspace } from './workspace.ts';

let workspace: Workspace;
let sent: Sent;
let link: string;

const [dora, cleo] = [director(), client()];
const open = (token: string): Promise<Answer<LinkOpened & object>> =>
  call(workspace.server, 'POST', 'sign/open', { body: { token } });

/** Everything the process wrote or stored, but the message files that stand for mail and SMS. */
function traces(): Buffer {
  const files = readdirSync(workspace.server.dataDir).filter((name) => /\.db/.test(name));
  return Buffer.concat(files.map((name) => readFileSync(join(workspace.server.dataDir, name))));
}

/** A new code and session; the time between two codes is taken as passed. */
async function enterAgain(): Promise<PartySession> {
  await sql(workspace.server, "UPDATE links SET sendTimes = '[]'");
  return enter(workspace.server, link, async () =>
    codeIn((await workspace.drop.next(addressOf(dora), 'code')).text)
  );
}

beforeAll(async () => {
  workspace = await openWorkspace({ sql: true });
  sent = await prepare(workspace.server, workspace.owner, [dora, cleo]);
  link = linkIn((await workspace.drop.next('dora@acme.example', 'turn')).text);
});
afterAll(() => workspace.server.stop());

test('L1: 43 characters, and the database has only their hash', () => {
  expect(link).toMatch(/^[A-Za-z0-9]{43}$/);
  expect(traces().includes(link)).toBe(false);
});

test('L1: unknown, malformed, expired and revoked links are the same answer', async () => {
  const unknown = await open('x'.repeat(43));
  const malformed = await open('short');
  await sql(workspace.server, 'UPDATE links SET expires = 1');
  const expired = await open(link);
  await sql(workspace.server, 'UPDATE links SET expires = 0, revoked = 1');
  const revoked = await open(link);
  await sql(workspace.server, 'UPDATE links SET revoked = 0');
  expect([unknown.status, unknown.body.code]).toEqual([404, 'link']);
  for (const other of [malformed, expired, revoked]) expect(other).toEqual(unknown);
  for (const path of ['sign/code', 'sign/session']) {
    const answer = await call(workspace.server, 'POST', path, {
      body: { token: 'x'.repeat(43), code: '000000' }
    });
    expect([answer.status, answer.body.code], path).toEqual([404, 'link']);
  }
});

test('L2: a link alone tells title, sender and a masked address, and reads nothing', async () => {
  const opened = await open(link);
  expect(opened.body).toEqual({
    workspace: 'Test workspace',
    sender: 'Olga Owner',
    title: 'Consultancy',
    masked: 'd…@a….example',
    channel: 'email',
    kind: 'sign',
    state: 'open'
  });
  const reads: [string, string][] = [
    ['GET', 'party'],
    ['GET', 'changes?since=0'],
    ['GET', 'me'],
    ['POST', 'nonce'],
    ['GET', `documents/${sent.document}/events`]
  ];
  for (const [method, path] of reads) {
    const answer = await call(workspace.server, method, path, {
      link,
      ...(method === 'POST' ? { body: {} } : {})
    });
    expect(answer.status, path).toBeGreaterThanOrEqual(401);
    expect(answer.status, path).toBeLessThanOrEqual(403);
  }
  const bytes = await call(workspace.server, 'GET', `blobs/${sent.paper.sha256}?document=${sent.document}`, {
    link
  });
  expect(bytes.status).toBe(404);
});

test('L2: a version conflict tells a caller by link nothing about the document', async () => {
  const wire = action('document.decline', sent.document, 99, { party: dora.id, reason: 'no' });
  const result = await one(workspace.server, { link }, wire);
  expect([result.status, result.code, result.body['current']]).toEqual([409, 'version', undefined]);
});

test('L4: opening a link, ten times and by a scanner, sends no code and records nothing', async () => {
  const events = () =>
    call<{ events: unknown[] }>(
      workspace.server,
      'GET',
      `documents/${sent.document}/events`,
      workspace.owner
    );
  const before = (await events()).body.events.length;
  const messages = workspace.drop.all().length;
  for (let round = 0; round < 10; round++) expect((await open(link)).status).toBe(200);
  expect((await events()).body.events.length).toBe(before);
  expect(workspace.drop.all().length).toBe(messages);
});

test('L5: no route shows a link, a code or a party’s token to member, owner or co-party', async () => {
  const session = await enterAgain();
  const max = await hire(workspace, { name: 'Max Manager', email: 'max@workspace.example', role: 'manager' });
  const codes = workspace.drop
    .all()
    .filter((message) => message.kind === 'code')
    .map((message) => codeIn(message.text));
  const readers = [workspace.owner.auth, max.auth, session.auth];
  const paths = [
    'me',
    'members',
    'changes?since=0',
    'party',
    `documents/${sent.document}/messages`,
    `documents/${sent.document}/events`,
    '/api/collections/documents/records',
    '/api/collections/parties/records',
    '/api/collections/links/records',
    '/api/collections/messages/records',
    '/api/collections/events/records',
    '/api/collections/nonces/records'
  ];
  expect(codes.length).toBeGreaterThan(0);
  for (const auth of readers) {
    for (const path of paths) {
      const { body } = await call(workspace.server, 'GET', path, { auth });
      const text = JSON.stringify(body);
      for (const secret of [link, ...codes, 'tokenSha256', 'codeHash', 'tokenKey']) {
        expect(text.includes(secret), `${path} shows ${secret}`).toBe(false);
      }
    }
  }
});

test('L5: a party reads its co-parties’ names and not their addresses', async () => {
  const session = await enterAgain();
  const own = session.parties.find((party) => party.id === dora.id);
  const other = session.parties.find((party) => party.id === cleo.id);
  expect(own?.email).toBe('dora@acme.example');
  expect(other?.name).toBe('Cleo Client');
  const lists = [
    await call(workspace.server, 'GET', '/api/collections/parties/records', { auth: session.auth }),
    await call(workspace.server, 'GET', 'changes?since=0', { auth: session.auth }),
    await call(workspace.server, 'GET', 'party', { auth: session.auth })
  ];
  for (const { status, body } of lists) {
    expect(status).toBe(200);
    expect(JSON.stringify(body)).toContain('Cleo Client');
    expect(JSON.stringify(body)).not.toContain('600100200');
  }
});

test('L7: a new code ends the old session; a party reads one document only', async () => {
  const stolen = await enterAgain();
  expect((await call(workspace.server, 'GET', 'party', { auth: stolen.auth })).status).toBe(200);
  const fresh = await enterAgain();
  for (const path of ['party', 'changes?since=0']) {
    const answer = await call(workspace.server, 'GET', path, { auth: stolen.auth });
    expect([answer.status, answer.body.code], path).toEqual([401, 'sign-in']);
  }
  expect(fresh.expires).toBeLessThanOrEqual(Date.now() + 3_600_000);
  const foreign = await prepare(workspace.server, workspace.owner, [
    director({ email: 'other@acme.example' })
  ]);
  const listed = await call<{ items: { id: string }[] }>(
    workspace.server,
    'GET',
    '/api/collections/documents/records',
    { auth: fresh.auth }
  );
  expect(listed.body.items.map((item) => item.id)).toEqual([sent.document]);
  const blob = `blobs/${foreign.paper.sha256}?document=${foreign.document}`;
  expect((await call(workspace.server, 'GET', blob, { auth: fresh.auth })).status).toBe(404);
});

test('L7: once certified, the link is enough to bring the signature, and opens no other action', async () => {
  const session = await enterAgain();
  const made = await certify(workspace.server, session.auth, session.nonce);
  const file = await signed(sent.paper, sent.paper.bytes, { document: sent.document, party: dora, ...made });
  const voided = await one(
    workspace.server,
    { link },
    action('document.void', sent.document, 3, { reason: 'x' })
  );
  expect([voided.status, voided.code]).toEqual([403, 'forbidden']);
  expect((await put(workspace.server, { link }, file)).status).toBe(200);
  const payload = signPayload(dora.id, 1, sent.paper.bytes, file);
  const result = await one(workspace.server, { link }, action('document.sign', sent.document, 3, payload));
  expect(result).toMatchObject({ status: 200, body: { version: 4 } });
  expect((await open(link)).body.state).toBe('signed');
});

test('O6: no link, code, secret or address is in what the process printed, once mail is configured', async () => {
  // Port 9 takes no mail: the attempt fails, and its log lines are what is looked at.
  const quiet = await openWorkspaceWithMail();
  await prepare(quiet.server, quiet.owner, [director()]);
  const log = quiet.server.log();
  expect(log).not.toMatch(/#[A-Za-z0-9]{43}/);
  expect(log).not.toContain('dora@acme.example');
  await quiet.server.stop();
});

const openWorkspaceWithMail = (): Promise<Workspace> =>
  openWorkspace({ env: { SMTP_HOST: '127.0.0.1', SMTP_PORT: '9', SMTP_FROM: 'cs@workspace.example' } });
