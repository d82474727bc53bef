// security.md C1, O1, O6: the root never reaches the server; the secret; the one-time link.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromBase64 } from '../../src/lib/bytes/base64.ts';
import type { Me, SetupOpened } from '../../src/lib/domain/api.ts';
import { parseCertificate } from '../../src/lib/pki/certificate.ts';
import { call, certifyServer, OWNER, setUp, signIn, tokenOf } from './people.ts';
import { startServer, type TestServer } from './server.ts';

let folder: string;
let server: TestServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-c1-'));
  server = await startServer({ dataDir: join(folder, 'data') });
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

const opened = async (token: string) =>
  call<SetupOpened & object>(server, 'POST', 'setup/open', { body: { token } });

test('the secret lies beside the data folder, for its owner only', () => {
  expect(statSync(join(folder, 'countersign.secret')).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(folder, 'data'))).not.toContain('countersign.secret');
});

test('no install link of the dashboard is printed, and the dashboard is not there', async () => {
  expect(server.log()).not.toContain('pbinstall');
  for (const path of ['/_/', '/_/index.html', '/api/sql', '/api/settings', '/api/backups', '/api/logs']) {
    expect((await call(server, 'GET', path)).status, path).toBe(404);
  }
  const login = '/api/collections/_superusers/auth-with-password';
  expect((await call(server, 'POST', login, { body: { identity: 'a@b.cc', password: 'x' } })).status).toBe(
    404
  );
});

test('the link is 256 bits in a fragment, and another token is refused', async () => {
  expect(server.setupLink).toMatch(/^http:\/\/localhost:\d+\/setup#[A-Za-z0-9]{43}$/);
  const answer = await opened('A'.repeat(43));
  expect([answer.status, answer.body.code]).toEqual([404, 'set-up-link']);
});

test.each([
  ['a root that is no authority', { root: 'leaf' }],
  ['an issuing certificate of another key', { issuing: 'foreign' }],
  ['a statement certificate of another root', { statement: 'other-root' }],
  ['a revocation list of another root', { rootCrl: 'other-root' }],
  ['an issuing certificate that is no authority', { issuing: 'statement' }]
])('set-up with %s is refused', async (_, change) => {
  const token = tokenOf(server.setupLink);
  const keys = (await opened(token)).body;
  const good = await certifyServer(keys);
  const other = await certifyServer(keys, 'Another root');
  const foreign = await certifyServer({ issuingSpki: keys.statementSpki, statementSpki: keys.issuingSpki });
  const pool: Record<string, Partial<typeof good>> = {
    leaf: { root: good.statement },
    foreign: { issuing: foreign.issuing },
    statement: { issuing: good.statement },
    'other-root': other
  };
  const [[field = '', kind = '']] = Object.entries(change) as [[string, string]];
  const body = {
    token,
    workspace: { name: 'W', zone: 'UTC' },
    owner: OWNER,
    ...good,
    [field]: pool[kind]?.[field as keyof typeof good]
  };
  const answer = await call(server, 'POST', 'setup', { body });
  expect([answer.status, answer.body.code]).toEqual([400, 'bad-request']);
});

test('set-up makes owner and workspace, once', async () => {
  await setUp(server);
  const owner = await signIn(server, OWNER.email, OWNER.password);
  const me = await call<Me & object>(server, 'GET', 'me', { auth: owner.auth });
  expect(me.body).toMatchObject({
    role: 'owner',
    user: { name: OWNER.name },
    workspace: { name: 'Test workspace' }
  });
  const again = await opened(tokenOf(server.setupLink));
  expect([again.status, again.body.code]).toEqual([403, 'set-up-done']);
});

test('/ca.pem is the root that the browser made', async () => {
  const response = await fetch(`${server.url}/ca.pem`);
  const pem = await response.text();
  expect(response.headers.get('content-type')).toBe('application/x-pem-file');
  const root = parseCertificate(fromBase64(pem.replace(/-----[A-Z ]+-----|\s/g, '')));
  expect([root.subject.commonName, root.basicConstraints?.ca]).toEqual(['Test workspace', true]);
});

test('only the server’s two keys are in the data folder, and only encrypted', () => {
  const files = readdirSync(join(folder, 'data')).filter((name) => /^(data|auxiliary)\.db/.test(name));
  expect(files).toContain('data.db');
  const secret = readFileSync(join(folder, 'countersign.secret'), 'utf8').trim();
  for (const name of files) {
    const bytes = readFileSync(join(folder, 'data', name));
    expect(bytes.includes(secret), `${name} holds the secret`).toBe(false);
    // PKCS#8 and SEC1 private keys of P-256 hold this prefix; base64 and hex are how rows would hold them.
    for (const mark of ['PRIVATE KEY', 'MIGHAgEAMBMGByqGSM49', 'MHcCAQEEI']) {
      expect(bytes.includes(mark), `${name} holds ${mark}`).toBe(false);
    }
  }
});

test('the standard login and sign-up routes of parties and users are closed', async () => {
  const parties = '/api/collections/parties';
  const attempts: [string, object][] = [
    [`${parties}/auth-with-password`, { identity: 'x', password: 'y' }],
    [`${parties}/request-otp`, { email: 'x@y.zz' }],
    [
      '/api/collections/users/records',
      { email: 'new@y.zz', password: '1234567890', passwordConfirm: '1234567890' }
    ],
    ['/api/collections/users/request-otp', { email: OWNER.email }],
    [`${parties}/records`, {}],
    ['/api/collections/documents/records', {}]
  ];
  for (const [path, body] of attempts) {
    const { status } = await call(server, 'POST', path, { body });
    expect(status >= 400 && status < 500, `${path}: ${status}`).toBe(true);
  }
});

test('a second start takes the same data, prints no link, and refuses another secret', async () => {
  await server.stop();
  const secret = join(folder, 'countersign.secret');
  const right = readFileSync(secret, 'utf8');
  writeFileSync(secret, 'f'.repeat(64));
  await expect(startServer({ dataDir: server.dataDir })).rejects.toThrow('not the one that');
  rmSync(secret);
  await expect(startServer({ dataDir: server.dataDir })).rejects.toThrow('is missing');
  expect(existsSync(secret)).toBe(false);
  writeFileSync(secret, 'short');
  await expect(startServer({ dataDir: server.dataDir })).rejects.toThrow('64 characters');
  writeFileSync(secret, right);
  const started = Date.now();
  server = await startServer({ dataDir: server.dataDir });
  expect(server.setupLink).toBeNull();
  expect(Date.now() - started).toBeLessThan(10_000);
  await signIn(server, OWNER.email, OWNER.password);
});
