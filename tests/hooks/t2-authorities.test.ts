// Several time authorities in order, and the daily token over the certificate log's head (`security.md` T2, C7).
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { fromBase64, toBase64 } from '../../src/lib/bytes/base64.ts';
import { parseTimestamp } from '../../src/lib/cms/timestamp.ts';
import type { TimestampToken } from '../../src/lib/domain/api.ts';
import type { LogExport } from '../../src/lib/domain/certificate-log.ts';
import { timestampRequest } from '../../src/lib/sign/timestamp.ts';
import { judgeLog } from '../../src/lib/verify/certificate-log.ts';
import { startTimeAuthority, type TimeAuthority } from '../world/authority.ts';
import { call, certify, OWNER, signIn, sql } from './people.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

let folder: string;
let authorities: TimeAuthority[];
let workspace: Workspace;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-authorities-'));
  authorities = await Promise.all(['First', 'Second', 'Third'].map((name) => startTimeAuthority(name)));
  const roots = join(folder, 'roots.pem');
  writeFileSync(roots, authorities.map(({ rootFile }) => readFileSync(rootFile, 'utf8')).join(''));
  const env = { TSA_URL: authorities.map(({ url }) => url).join(','), TSA_CA: roots };
  workspace = await openWorkspace({ sql: true, env });
});
beforeEach(() => {
  for (const authority of authorities) authority.behaviour = 'honest';
});
afterAll(async () => {
  await workspace.server.stop();
  await Promise.all(authorities.map((authority) => authority.close()));
  rmSync(folder, { recursive: true, force: true });
});

const imprint = new Uint8Array(32).fill(7);
async function ask() {
  const nonce = crypto.getRandomValues(new Uint8Array(8));
  const body = { query: toBase64(timestampRequest(imprint, nonce)) };
  const { server, owner } = workspace;
  return call<TimestampToken & object>(server, 'POST', 'timestamp', { ...owner, body });
}
const authorOf = (token: string): string =>
  parseTimestamp(fromBase64(token)).data.certificates.length > 0
    ? (authorities.find(({ certificate }) =>
        Buffer.from(fromBase64(token)).includes(Buffer.from(certificate.der))
      )?.certificate.subject.commonName ?? '')
    : '';
const counts = () => authorities.map(({ asked }) => asked);

test('the first one answers: nobody else is asked', async () => {
  const before = counts();
  const { status, body } = await ask();
  expect([status, authorOf(body.token)]).toEqual([200, 'First tsa']);
  expect(counts().map((count, i) => count - (before[i] ?? 0))).toEqual([1, 0, 0]);
});

test('the first is silent, the second lies, the third is right, all while a device waits', async () => {
  const [first, second] = authorities;
  if (first === undefined || second === undefined) throw new Error('no authorities');
  first.behaviour = 'silent';
  second.behaviour = 'wrong-imprint';
  const { status, body } = await ask();
  expect([status, authorOf(body.token)]).toEqual([200, 'Third tsa']);
  // For a while those that failed are asked last, so that nobody waits for the same silence again.
  const before = counts();
  expect(authorOf((await ask()).body.token)).toBe('Third tsa');
  expect(counts().map((count, i) => count - (before[i] ?? 0))).toEqual([0, 0, 1]);
});

test('none is right: said, with no token', async () => {
  for (const authority of authorities) authority.behaviour = 'stranger';
  const { status, body } = await ask();
  expect([status, body.code]).toEqual([502, 'authority-failed']);
});

test('C7: once a day the log’s head gets a token, which openssl takes, and a restore shows in the log', async () => {
  const { server } = workspace;
  const minute = () => call(server, 'POST', '/api/test/minute');
  const log = async () => (await call<LogExport & object>(server, 'GET', 'ca/log')).body;
  await minute();
  expect((await log()).stamps).toEqual([]);
  const { auth } = await signIn(server, OWNER.email, OWNER.password);
  await certify(server, auth);
  await minute();
  const stamped = await log();
  expect(stamped.stamps).toHaveLength(1);
  const [stamp] = stamped.stamps;
  expect(stamp).toMatchObject({ seq: 0, head: stamped.entries[0]?.head });
  const file = join(folder, 'head.tst');
  writeFileSync(file, fromBase64(stamp?.token ?? ''));
  const roots = join(folder, 'roots.pem');
  const verify = (digest: string) =>
    execFileSync(
      'openssl',
      ['ts', '-verify', '-digest', digest, '-token_in', '-in', file, '-CAfile', roots],
      {
        stdio: 'pipe'
      }
    ).toString();
  expect(verify(stamp?.head ?? '')).toContain('Verification: OK');
  expect(() => verify('0'.repeat(64))).toThrow();

  // Not twice a day; the next day, when it moved.
  await certify(server, auth);
  await minute();
  expect((await log()).stamps).toHaveLength(1);
  await sql(server, 'UPDATE log_stamps SET time = time - 86400001');
  await minute();
  expect((await log()).stamps.map(({ seq }) => seq)).toEqual([0, 1]);

  // A restored data folder has another epoch: the log goes on behind an entry that says so.
  await sql(server, "UPDATE workspaces SET epoch = 'another-epoch'");
  await certify(server, auth);
  const after = await log();
  expect(after.entries).toHaveLength(4);
  expect(after.restarts).toMatchObject([{ seq: 2, epoch: 'another-epoch' }]);
  expect(judgeLog([], after)).toEqual({ kind: 'one-history', files: 0 });
  await certify(server, auth);
  expect((await log()).restarts).toHaveLength(1);
});
