// Who × what → status, for every route and collection there is (`backend.md`; `security.md` L5, A2). A route or
// collection that has no row fails the test: whoever adds one says who may use it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { prepare, type Sent } from './desk.ts';
import { client, director } from './paper.ts';
import { call, sql } from './people.ts';
import { arrive, hire, openWorkspace, type Workspace } from './workspace.ts';

const WHO = ['owner', 'manager', 'rival', 'member', 'peer', 'party', 'foreign', 'nobody', 'removed'] as const;
type Who = (typeof WHO)[number];
/*
 * manager: of the document's team; rival: of another; member: who made the document; peer: another member;
 * foreign: a party of another document; removed: a former member whose token is still good.
 */

/** Statuses in the order of WHO; one number: the same for all. */
type Row = readonly [what: string, body: object | null, status: number | readonly number[]];

//               owner mana riva memb peer part fore nobo remo
const MEMBERS = [200, 200, 200, 200, 200, 403, 403, 401, 403];
const OWNER = [400, 403, 403, 403, 403, 403, 403, 401, 403];
const READERS = [200, 200, 404, 200, 404, 403, 403, 401, 403];
const KEYED = [400, 400, 400, 400, 400, 400, 400, 401, 403];
const INSIDE = [200, 200, 200, 200, 200, 200, 200, 401, 403];

const ROUTES: readonly Row[] = [
  ['POST setup/open', { token: 'x' }, 403],
  ['POST setup', { token: 'x' }, 403],
  ['GET me', null, MEMBERS],
  ['POST workspace', { keyLock: 'none of these' }, OWNER],
  ['GET members', null, [200, 200, 200, 403, 403, 403, 403, 401, 403]],
  ['POST members', {}, OWNER],
  ['POST teams', {}, OWNER],
  ['GET tokens', null, [200, 403, 403, 403, 403, 403, 403, 401, 403]],
  ['POST tokens', {}, OWNER],
  ['POST tokens/revoke', { id: 'x' }, [404, 403, 403, 403, 403, 403, 403, 401, 403]],
  // For API tokens only: see below.
  ['POST documents', {}, 401],
  ['POST invite/open', { token: 'x' }, 404],
  ['POST invite/accept', { token: 'x', name: 'X', password: 'long enough for one' }, 404],
  ['POST nonce', {}, INSIDE],
  ['POST certificates', {}, KEYED],
  ['GET certificates', null, MEMBERS],
  [
    'POST certificates/revoke',
    { sha256: 'x', reason: 'superseded' },
    [404, 404, 404, 404, 404, 403, 403, 401, 403]
  ],
  ['POST actions', { actions: [] }, INSIDE],
  ['PUT blobs/{sha256}', null, KEYED],
  ['GET blobs/{sha256}', null, [200, 200, 404, 200, 404, 200, 404, 401, 403]],
  ['GET changes', null, INSIDE],
  ['POST sign/open', { token: 'x' }, 404],
  ['POST sign/code', { token: 'x' }, 404],
  ['POST sign/session', { token: 'x', code: '000000' }, 404],
  ['GET party', null, [401, 401, 401, 401, 401, 200, 200, 401, 403]],
  ['GET documents/{id}/messages', null, READERS],
  ['POST documents/{id}/messages/{message}/resend', {}, [404, 404, 404, 404, 404, 403, 403, 401, 403]],
  ['POST messages/test', {}, [200, 403, 403, 403, 403, 403, 403, 401, 403]],
  ['GET messages/test/{id}', null, [404, 403, 403, 403, 403, 403, 403, 401, 403]],
  ['GET documents/{id}/events', null, READERS],
  ['GET sms/{provider}', null, 404],
  ['POST sms/{provider}', {}, 404],
  ['GET timestamp', null, INSIDE],
  ['POST timestamp', {}, KEYED],
  ['GET crl', null, 200],
  ['GET ca/log', null, 200],
  ['GET /ca.pem', null, 200],
  ['GET /time-ca.pem', null, 200],
  ['GET health', null, 200],
  ['GET ready', null, 200]
];

/** Files of the app: `w4-static.test.ts`. */
const ELSEWHERE = ['GET /{path...}'];

/** Collections that people read through PocketBase itself, by their rules; nobody writes to one. */
const READ: Readonly<Record<string, readonly number[]>> = {
  // How many of the two documents, each with two parties, everybody sees.
  documents: [2, 1, 0, 1, 0, 1, 1, 0, 0],
  parties: [4, 2, 0, 2, 0, 2, 2, 0, 0]
};

let workspace: Workspace;
let sent: Sent;
let tokens: Readonly<Record<Who, string | undefined>>;

beforeAll(async () => {
  workspace = await openWorkspace({ sql: true });
  const { server, owner } = workspace;
  const team = async (name: string) =>
    (await call<{ id: string }>(server, 'POST', 'teams', { auth: owner.auth, body: { name } })).body.id;
  const [sales, legal] = [await team('Sales'), await team('Legal')];
  const join = async (name: string, role: 'manager' | 'member', into: string) =>
    hire(workspace, { name, role, email: `${name.toLowerCase()}@workspace.example`, team: into });
  const member = await join('Max', 'member', sales);
  const gone = await join('Greta', 'member', sales);
  const [dora, other] = [director(), director({ email: 'other@acme.example' })];
  sent = await prepare(server, member, [dora, client()]);
  await prepare(server, owner, [other, client()]);
  tokens = {
    owner: owner.auth,
    manager: (await join('Mia', 'manager', sales)).auth,
    rival: (await join('Rob', 'manager', legal)).auth,
    member: member.auth,
    peer: (await join('Pia', 'member', sales)).auth,
    party: (await arrive(workspace, dora)).session.auth,
    foreign: (await arrive(workspace, other)).session.auth,
    nobody: undefined,
    removed: gone.auth
  };
  await sql(server, `DELETE FROM members WHERE user = '${gone.user}'`);
}, 120_000);
afterAll(() => workspace.server.stop());

/** Method and path of every route that the hooks add. */
function routes(): string[] {
  return readdirSync('pb_hooks')
    .filter((name) => name.endsWith('.pb.js'))
    .flatMap((name) => [
      ...readFileSync(join('pb_hooks', name), 'utf8').matchAll(/routerAdd\(\s*'([A-Z]+)',\s*'([^']+)'/g)
    ])
    .map(([, method, path]) => `${method ?? ''} ${(path ?? '').replace('/api/countersign/', '')}`);
}

test('every route has a row', () => {
  expect([...ROUTES.map(([what]) => what), ...ELSEWHERE].sort()).toEqual(routes().sort());
});

test.each(ROUTES)('%s', async (what, body, expected) => {
  const [method = '', path = ''] = what.split(' ');
  const filled = path
    .replace('{id}', sent.document)
    .replace('{message}', 'nomessagenomess')
    .replace('{provider}', 'kannel')
    .replace('{sha256}', method === 'GET' ? `${sent.paper.sha256}?document=${sent.document}` : 'no-hash');
  const statuses: number[] = [];
  for (const who of WHO) {
    const auth = tokens[who];
    const answer = await call(workspace.server, method, filled, {
      ...(auth === undefined ? {} : { auth }),
      ...(body === null ? {} : { body })
    });
    statuses.push(answer.status);
  }
  expect(statuses).toEqual(typeof expected === 'number' ? WHO.map(() => expected) : expected);
});

test('an API token opens the door of documents, and is a stranger at every other', async () => {
  const { server, owner } = workspace;
  const made = await call<{ token: string }>(server, 'POST', 'tokens', { ...owner, body: { name: 'CRM' } });
  const auth = made.body.token;
  expect((await call(server, 'POST', 'documents', { auth, body: {} })).status).toBe(400);
  const nobody = WHO.indexOf('nobody');
  for (const [what, body, expected] of ROUTES) {
    if (what === 'POST documents') continue;
    const [method = '', path = ''] = what.split(' ');
    const answer = await call(server, method, path, { auth, ...(body === null ? {} : { body }) });
    expect(answer.status, what).toBe(typeof expected === 'number' ? expected : expected[nobody]);
  }
});

/** Names of all collections that the migrations make. */
function collections(): string[] {
  const folder = 'pb_hooks/migrations';
  const made = readdirSync(folder).flatMap((name) => [
    ...readFileSync(join(folder, name), 'utf8').matchAll(/new Collection\(\{\s*type: '\w+',\s*name: '(\w+)'/g)
  ]);
  return made.map(([, name]) => name ?? '');
}

test.each(collections())('nobody reaches the collection %s past its rules', async (name) => {
  const path = `/api/collections/${name}/records`;
  const seen: number[] = [];
  for (const who of WHO) {
    const auth = tokens[who];
    const asked = { ...(auth === undefined ? {} : { auth }) };
    const listed = await call<{ totalItems?: number }>(workspace.server, 'GET', path, asked);
    seen.push(listed.status === 200 ? (listed.body.totalItems ?? 0) : -listed.status);
    const made = await call(workspace.server, 'POST', path, { ...asked, body: {} });
    expect([400, 403], `${who} creates`).toContain(made.status);
    if (name !== 'users') expect(made.status, `${who} creates`).toBe(403);
  }
  expect(seen).toEqual(READ[name] ?? WHO.map(() => -403));
});
