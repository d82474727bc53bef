// security.md L3: every limit of a code, counted in the data: across restarts and parallel posts.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { CodeSent } from '../../src/lib/domain/api.ts';
import { prepare } from './desk.ts';
import { codeIn, Drop, linkIn } from './drop.ts';
import { director } from './paper.ts';
import { call, signIn, OWNER, sql, type Answer } from './people.ts';
import { startServer } from './server.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

let workspace: Workspace;
let folder: string;
let link: string;
let address: string;
let count = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-l3-'));
  workspace = await openWorkspace({ sql: true, dataDir: join(folder, 'data') });
});
afterAll(async () => {
  await workspace.server.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A fresh link for each test. */
beforeEach(async () => {
  address = `dora${(count += 1)}@acme.example`;
  await prepare(workspace.server, workspace.owner, [director({ email: address })]);
  link = linkIn((await workspace.drop.next(address, 'turn')).text);
});

const ask = (): Promise<Answer<CodeSent & { retryAt?: number }>> =>
  call(workspace.server, 'POST', 'sign/code', { body: { token: link } });
const enter = (code: string): Promise<Answer> =>
  call(workspace.server, 'POST', 'sign/session', { body: { token: link, code } });
const theCode = async (): Promise<string> => codeIn((await workspace.drop.next(address, 'code')).text);
const passHalfAMinute = (): Promise<void> =>
  sql(
    workspace.server,
    "UPDATE links SET sendTimes = '[' || (json_extract(sendTimes, '$[#-1]') - 30001) || ']' WHERE sends > 0"
  );
const wrongOf = (code: string): string => (code === '123456' ? '654321' : '123456');

test('six digits, once', async () => {
  const asked = await ask();
  expect(asked.body.masked).toBe('d…@a….example');
  expect(asked.body.expires).toBeGreaterThan(Date.now() + 590_000);
  const code = await theCode();
  expect(code).toMatch(/^[0-9]{6}$/);
  expect((await enter(code)).status).toBe(200);
  const again = await enter(code);
  expect([again.status, again.body.code]).toEqual([400, 'code-expired']);
});

test('without a code asked for, none is right', async () => {
  for (const code of ['000000', '', 'abcdef']) {
    expect((await enter(code)).body.code).toBe('code-expired');
  }
});

test('ten minutes', async () => {
  await ask();
  const code = await theCode();
  await sql(workspace.server, 'UPDATE links SET codeExpires = codeExpires - 600001 WHERE codeExpires > 0');
  expect((await enter(code)).body.code).toBe('code-expired');
});

test('five tries a code; the right one is then dead too', async () => {
  await ask();
  const code = await theCode();
  for (const left of [4, 3, 2, 1, 0]) {
    const answer = await enter(wrongOf(code));
    expect([answer.status, answer.body.code, answer.body['left']]).toEqual([400, 'code-wrong', left]);
  }
  expect((await enter(code)).body.code).toBe('code-expired');
});

test('a new code takes the place of the old one', async () => {
  await ask();
  const old = await theCode();
  await passHalfAMinute();
  await ask();
  const fresh = await theCode();
  if (old !== fresh) expect((await enter(old)).body.code).toBe('code-wrong');
  expect((await enter(fresh)).status).toBe(200);
});

test('half a minute between two codes, five an hour', async () => {
  expect((await ask()).status).toBe(200);
  const soon = await ask();
  expect([soon.status, soon.body.code]).toEqual([429, 'code-sends']);
  expect(soon.body.retryAt).toBeGreaterThan(Date.now());
  const now = Date.now();
  const times = [50, 40, 30, 20, 10].map((minutes) => now - minutes * 60_000);
  await sql(workspace.server, `UPDATE links SET sendTimes = '${JSON.stringify(times)}'`);
  const sixth = await ask();
  expect([sixth.status, sixth.body.code, sixth.body.retryAt]).toEqual([
    429,
    'code-sends',
    (times[0] ?? 0) + 3_600_000
  ]);
  await sql(
    workspace.server,
    `UPDATE links SET sendTimes = '[${now - 3_600_001}, ${times.slice(1).join()}]'`
  );
  expect((await ask()).status).toBe(200);
});

test('twenty codes in a link’s life', async () => {
  await sql(workspace.server, 'UPDATE links SET sends = 19');
  expect((await ask()).status).toBe(200);
  await passHalfAMinute();
  const last = await ask();
  expect([last.status, last.body.code]).toEqual([403, 'code-locked']);
});

test('fifteen wrong tries in a link’s life, the right code included', async () => {
  await ask();
  const code = await theCode();
  await sql(workspace.server, 'UPDATE links SET wrongTries = 14');
  const fifteenth = await enter(wrongOf(code));
  expect([fifteenth.status, fifteenth.body.code]).toEqual([403, 'code-locked']);
  expect((await enter(code)).body.code).toBe('code-locked');
  await passHalfAMinute();
  expect((await ask()).body.code).toBe('code-locked');
});

test('parallel tries are counted one by one', async () => {
  await ask();
  const code = await theCode();
  const answers = await Promise.all(Array.from({ length: 12 }, () => enter(wrongOf(code))));
  const codes = answers.map((answer) => answer.body.code);
  expect(codes.filter((one) => one === 'code-wrong')).toHaveLength(5);
  expect(codes.filter((one) => one === 'code-expired')).toHaveLength(7);
});

test('parallel asking sends one code', async () => {
  const answers = await Promise.all(Array.from({ length: 8 }, () => ask()));
  expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1);
});

test('tries and sends are counted across a restart, and the code still works', async () => {
  await ask();
  const code = await theCode();
  for (let round = 0; round < 3; round++) await enter(wrongOf(code));
  await workspace.server.kill9();
  const server = await startServer({ dataDir: workspace.server.dataDir, sql: true });
  workspace = { server, drop: new Drop(server), owner: await signIn(server, OWNER.email, OWNER.password) };
  expect((await enter(wrongOf(code))).body['left']).toBe(1);
  expect((await ask()).body.code).toBe('code-sends');
  expect((await enter(code)).status).toBe(200);
});

test('the sending, and right and wrong tries, stand in the history', async () => {
  await ask();
  const code = await theCode();
  await enter(wrongOf(code));
  await enter(code);
  const documents = await call<{ items: { id: string }[] }>(
    workspace.server,
    'GET',
    '/api/collections/documents/records?sort=-createdAt&perPage=1',
    workspace.owner
  );
  const events = await call<{ events: { kind: string }[] }>(
    workspace.server,
    'GET',
    `documents/${documents.body.items[0]?.id}/events`,
    workspace.owner
  );
  const kinds = events.body.events.map((event) => event.kind).filter((kind) => /code|opened/.test(kind));
  expect(kinds).toEqual(['code-sent', 'code-failed', 'code-right', 'opened']);
});
