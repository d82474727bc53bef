// Another program sends documents by a token (`docs/api.md`, `backend.md`).
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { memorySource } from '../../src/lib/bytes/source.ts';
import type { ChangesResponse, TokenMade, TokenRow } from '../../src/lib/domain/api.ts';
import type { DocumentRecord, RevisionRecord } from '../../src/lib/domain/document.ts';
import { openPdf } from '../../src/lib/pdf/document.ts';
import { formFields } from '../../src/lib/pdf/fields.ts';
import { call, sql } from './people.ts';
import { client, director, original } from './paper.ts';
import { hire, openWorkspace, signerOf, type Workspace } from './workspace.ts';

let workspace: Workspace;
let token: string;

beforeAll(async () => {
  workspace = await openWorkspace({ sql: true });
  token = (await makeToken('CRM')).token;
});
afterAll(() => workspace.server.stop());

async function makeToken(name: string): Promise<TokenMade> {
  const { server, owner } = workspace;
  const made = await call<TokenMade & object>(server, 'POST', 'tokens', { auth: owner.auth, body: { name } });
  expect(made.status).toBe(200);
  return made.body;
}
const box = (y: number) => ({ page: 1, x: 20.5, y, w: 200, h: 60 });
const request = (change: object = {}) => ({
  title: 'Order 4711',
  parties: [
    { name: 'Dora Director', organisation: 'Acme Ltd', email: 'dora@acme.example' },
    { name: 'Cleo Client', phone: '+48600100200' }
  ],
  fields: [
    { party: 0, kind: 'signature', box: box(20) },
    { party: 1, kind: 'signature', box: box(120) }
  ],
  file: Buffer.from(original()).toString('base64'),
  ...change
});
let keys = 0;
async function post(body: unknown, options: { key?: string | null; auth?: string } = {}) {
  const { key = `key-number-${(keys += 1)}`, auth = `Bearer ${token}` } = options;
  const response = await fetch(`${workspace.server.url}/api/countersign/documents`, {
    method: 'POST',
    headers: {
      Authorization: auth,
      'Content-Type': 'application/json',
      ...(key !== null && { 'Idempotency-Key': key })
    },
    body: JSON.stringify(body)
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
async function records(document: string) {
  const feed = await call<ChangesResponse & object>(workspace.server, 'GET', 'changes?since=0', {
    ...workspace.owner
  });
  const all = feed.body.changes.flatMap(({ record }) => (record === null ? [] : [record]));
  return {
    document: all.find(({ id }) => id === document) as DocumentRecord,
    revisions: all.filter((one) => 'prevSha256' in one && one.document === document) as RevisionRecord[]
  };
}

describe('tokens', () => {
  test('are told once, kept as a hash, and end when the owner says so', async () => {
    const { server, owner } = workspace;
    const made = await makeToken('Once');
    expect(made.token).toMatch(/^cs_[A-Za-z0-9]{43}$/);
    const rows = await call<{ tokens: TokenRow[] }>(server, 'GET', 'tokens', { ...owner });
    expect(JSON.stringify(rows.body)).not.toContain(made.token.slice(3));
    expect(rows.body.tokens.find(({ id }) => id === made.id)).toMatchObject({ name: 'Once', usedAt: 0 });
    const auth = `Bearer ${made.token}`;
    expect((await post(request(), { auth })).status).toBe(200);
    const used = await call<{ tokens: TokenRow[] }>(server, 'GET', 'tokens', { ...owner });
    expect(used.body.tokens.find(({ id }) => id === made.id)?.usedAt).toBeGreaterThan(0);
    await call(server, 'POST', 'tokens/revoke', { ...owner, body: { id: made.id } });
    expect((await post(request(), { auth })).body).toMatchObject({ code: 'sign-in' });
    for (const file of ['data.db', 'data.db-wal']) {
      expect(readFileSync(join(server.dataDir, file)).includes(made.token), file).toBe(false);
    }
    expect(server.log()).not.toContain(made.token);
  });

  test('belong to owners: nobody else sees, makes or ends one, and a token opens nothing else', async () => {
    const { server } = workspace;
    const mia = await hire(workspace, { name: 'Mia', email: 'mia@w.example', role: 'manager' });
    for (const [method, path, body] of [
      ['GET', 'tokens', undefined],
      ['POST', 'tokens', { name: 'x' }],
      ['POST', 'tokens/revoke', { id: 'x' }]
    ] as const) {
      expect((await call(server, method, path, { auth: mia.auth, body })).status, path).toBe(403);
      expect((await call(server, method, path, { auth: `Bearer ${token}`, body })).status, path).toBe(401);
      expect((await call(server, method, path, { body })).status, path).toBe(401);
    }
    expect((await post(request(), { auth: mia.auth })).status).toBe(401);
    expect((await post(request(), { auth: `Bearer cs_${'a'.repeat(43)}` })).status).toBe(401);
  });

  test('end with their owner', async () => {
    const { server } = workspace;
    const made = await makeToken('Leaving');
    await sql(server, `UPDATE tokens SET user = 'nobodyatallhere' WHERE id = '${made.id}'`);
    expect((await post(request(), { auth: `Bearer ${made.token}` })).status).toBe(401);
  });
});

describe('a PDF with places', () => {
  test('is frozen by the shared code, sent, and can be signed', async () => {
    const { server } = workspace;
    const answer = await post(request());
    expect(answer).toMatchObject({ status: 200, body: { stage: 'company', version: 3 } });
    const document = answer.body['id'] as string;
    const { document: row, revisions } = await records(document);
    expect(row).toMatchObject({ title: 'Order 4711', head: 0, stage: 'company' });
    const file = await fetch(
      `${server.url}/api/countersign/blobs/${revisions[0]?.sha256}?document=${document}`,
      { headers: { Authorization: workspace.owner.auth } }
    );
    const bytes = new Uint8Array(await file.arrayBuffer());
    expect(Buffer.from(bytes.subarray(0, original().length)).equals(Buffer.from(original()))).toBe(true);
    const names = formFields(openPdf(memorySource(bytes))).map(({ name }) => name);
    expect(names).toEqual(['cs-A-sig-1', 'cs-B-sig-1']);

    const [first] = row.fields;
    const dora = director({ id: first?.party ?? '' });
    const sent = { document, parties: [dora, client()], before: original() };
    const paper = { bytes, sha256: revisions[0]?.sha256 ?? '', payload: { fields: row.fields } };
    const signer = await signerOf(workspace, { ...sent, paper } as never, dora);
    expect(signer.session.document.title).toBe('Order 4711');
  });

  test('the same key makes it once, in parallel too; another request under it is refused', async () => {
    const body = request({ title: 'Once only' });
    const answers = await Promise.all([1, 2, 3].map(() => post(body, { key: 'order-once' })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(new Set(answers.map((one) => one.body['id'])).size).toBe(1);
    const other = await post(request({ title: 'Another' }), { key: 'order-once' });
    expect([other.status, other.body['code']]).toEqual([422, 'action-reused']);
  });

  test('stays unsent when the caller says so', async () => {
    const answer = await post(request({ send: false }));
    expect(answer.body).toMatchObject({ stage: 'draft', version: 2 });
    expect((await records(answer.body['id'] as string)).document.head).toBe(0);
  });

  test.each([
    ['no key', request(), { key: null }, 'bad-request'],
    ['no PDF', request({ file: Buffer.from('hello').toString('base64') }), {}, 'bad-request'],
    ['not base64', request({ file: '%PDF' }), {}, 'bad-request'],
    ['nobody', request({ fields: [{ party: 7, kind: 'signature', box: box(1) }] }), {}, 'bad-request'],
    [
      'off the page',
      request({ fields: [{ party: 0, kind: 'signature', box: { ...box(1), page: 9 } }] }),
      {},
      'bad-request'
    ],
    ['no place to sign', request({ fields: [] }), {}, 'incomplete'],
    ['no address', request({ parties: [{ name: 'Dora' }], fields: [] }), {}, 'incomplete'],
    ['a title of two lines', request({ title: 'a\nb' }), {}, 'bad-request'],
    ['a list', [], {}, 'bad-request'],
    ['both', request({ template: { id: 'consultancy', values: {} } }), {}, 'bad-request']
  ])('is refused with %s', async (_, body, options, code) => {
    const before = await call<ChangesResponse & object>(workspace.server, 'GET', 'changes?since=0', {
      ...workspace.owner
    });
    const answer = await post(body, options);
    expect([answer.status, answer.body['code']]).toEqual([400, code]);
    const after = await call<ChangesResponse & object>(workspace.server, 'GET', 'changes?since=0', {
      ...workspace.owner
    });
    expect(after.body.cursor).toBe(before.body.cursor);
  });
});

test('values for a template make a draft that a member finishes', async () => {
  const template = { id: 'consultancy', values: { number: '7' } };
  const { file: _, fields: __, ...rest } = request({ template });
  const answer = await post(rest);
  expect(answer.body).toMatchObject({ stage: 'draft', version: 1 });
  const { document } = await records(answer.body['id'] as string);
  expect(document).toMatchObject({ template: { ...template, version: 1 }, original: null, head: -1 });
  expect((await post({ ...rest, send: true })).body['code']).toBe('bad-request');
});

test('the example of docs/api.md works as it stands there', async () => {
  const example = /```sh\n([\s\S]*?)```/.exec(readFileSync('docs/api.md', 'utf8'))?.[1] ?? '';
  expect(example).toContain('curl');
  const folder = mkdtempSync(join(tmpdir(), 'countersign-api-'));
  writeFileSync(join(folder, 'order.pdf'), original());
  const env = { PATH: process.env['PATH'], COUNTERSIGN_URL: workspace.server.url, COUNTERSIGN_TOKEN: token };
  const { stdout } = await promisify(execFile)('sh', ['-c', example], { cwd: folder, env });
  rmSync(folder, { recursive: true });
  expect(JSON.parse(stdout)).toMatchObject({ stage: 'company', version: 3 });
});
