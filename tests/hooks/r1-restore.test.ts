// security.md R1, O1, E3: a backup taken while people write, restored into an empty folder.
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { backup } from '../../scripts/backup.js';
import { restore } from '../../scripts/restore.js';
import { readStatement } from '../../src/lib/cms/statement.ts';
import { concat } from '../../src/lib/bytes/concat.ts';
import { fromBase64 } from '../../src/lib/bytes/base64.ts';
import type { CertificateRow, ChangesResponse, DocumentHistory } from '../../src/lib/domain/api.ts';
import { equivocation, headAfter, headsSchema, receiptSchema } from '../../src/lib/domain/receipt.ts';
import { parseJcs } from '../../src/lib/domain/jcs.ts';
import { webProvider } from '../../src/lib/pki/provider-web.ts';
import * as v from 'valibot';
import { action, done, one, put } from './desk.ts';
import { director, draftOf, original, sha256 } from './paper.ts';
import { call, certify, id, OWNER, setUp, signIn, type SignedIn } from './people.ts';
import { startServer, type TestServer } from './server.ts';

let folder: string;
let server: TestServer;
let owner: SignedIn;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-restore-'));
  server = await startServer({ dataDir: join(folder, 'old/data') });
  await setUp(server);
  owner = await signIn(server, OWNER.email, OWNER.password);
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

const env = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '' };

async function draft(name: string): Promise<{ document: string; sha256: string }> {
  const bytes = concat(original(), new TextEncoder().encode(`\n% ${name}\n`));
  const entry = { document: id(), sha256: sha256(bytes) };
  await put(server, owner, bytes);
  await done(
    server,
    owner,
    action('document.create', entry.document, 0, draftOf([director()], entry.sha256, name))
  );
  return entry;
}

const statusOf = async (entry: { document: string; sha256: string }): Promise<number> =>
  (
    await fetch(`${server.url}/api/countersign/blobs/${entry.sha256}?document=${entry.document}`, {
      headers: { Authorization: owner.auth }
    })
  ).status;

const feed = async (): Promise<ChangesResponse> =>
  (await call<ChangesResponse & object>(server, 'GET', 'changes?since=0', owner)).body;

/** Reads a statement of the server, whose signature must hold. */
async function stated<T>(
  compact: string,
  kind: 'receipt' | 'heads',
  schema: v.GenericSchema<unknown, T>
): Promise<T> {
  const read = readStatement(compact, kind, null);
  expect(await webProvider.check([read.check])).toEqual(['valid']);
  return v.parse(schema, parseJcs(read.canonical, { length: 65_536, depth: 5 }));
}

test('E3: an accepted action comes with a signed receipt, the same one each time; changes sign the heads', async () => {
  const document = id();
  const wire = action('document.create', document, 0, draftOf([director()], null));
  const { receipt = '' } = await done(server, owner, wire);
  const told = await stated(receipt, 'receipt', receiptSchema);
  const path = `documents/${document}/events`;
  const { events } = (await call<DocumentHistory & object>(server, 'GET', path, owner)).body;
  expect(told).toMatchObject({ document, seq: 0, actionId: wire.id, eventHash: events[0]?.hash });
  expect((await done(server, owner, wire)).receipt).toBe(receipt);
  const refused = await one(server, owner, { ...wire, payload: draftOf([director()], null, 'Other') });
  expect(refused.receipt).toBeUndefined();
  const page = await feed();
  const { heads, epoch } = await stated(page.heads ?? '', 'heads', headsSchema);
  expect(epoch).toBe(told.epoch);
  expect(heads).toContainEqual({ document, seq: 0, hash: told.eventHash });
});

test('E3, R4: two hashes for one place are named, and a server that went back is noticed', () => {
  const head = { epoch: 'e', document: 'd', seq: 4, hash: 'a' };
  expect(equivocation([head, head, { ...head, seq: 5, hash: 'b' }])).toBeNull();
  expect(equivocation([head, { ...head, hash: 'b' }])).toEqual({
    epoch: 'e',
    document: 'd',
    seq: 4,
    hashes: ['a', 'b']
  });
  expect(equivocation([head, { ...head, epoch: 'f', hash: 'b' }])).toBeNull();
  expect(headAfter(null, head)).toBe('fine');
  expect(headAfter(head, { ...head, seq: 5, hash: 'b' })).toBe('fine');
  expect(headAfter(head, { ...head, seq: 3, hash: 'b' })).toBe('went-back');
  expect(headAfter(head, { ...head, hash: 'b' })).toBe('other-history');
  expect(headAfter(head, { ...head, epoch: 'f', seq: 0 })).toBe('fine');
});

test('R1: a backup while three write, restored: whole, in a new epoch, all sessions ended', async () => {
  const before = [await draft('one'), await draft('two')];
  const { issued } = await certify(server, owner.auth);
  const certificate = sha256(fromBase64(issued.certificate));
  let writing = true;
  const later: { document: string; sha256: string }[] = [];
  const writers = [1, 2, 3].map(async (writer) => {
    for (let n = 0; writing; n += 1) later.push(await draft(`writer ${writer}, ${n}`));
  });
  const said: string[] = [];
  const target = join(folder, 'backup');
  const dataDir = join(folder, 'old/data');
  await backup({ dataDir, target, env, say: (line: string) => said.push(line) });
  writing = false;
  await Promise.all(writers);
  expect(later.length).toBeGreaterThan(0);
  // O1: neither the secret nor what was sent lies in it.
  expect(readdirSync(target).sort()).toEqual(['backup.json', 'data.db', 'secret.check', 'storage']);
  const secret = readFileSync(join(folder, 'old/countersign.secret'), 'utf8').trim();
  expect(readFileSync(join(target, 'data.db')).includes(secret)).toBe(false);
  const epoch = (await feed()).epoch;
  // Ended after the backup: the list that was published says so.
  const end = { auth: owner.auth, body: { sha256: certificate, reason: 'keyCompromise' } };
  expect((await call(server, 'POST', 'certificates/revoke', end)).status).toBe(200);
  const crl = join(folder, 'last.crl');
  writeFileSync(crl, new Uint8Array(await (await fetch(`${server.url}/api/countersign/crl`)).arrayBuffer()));
  await server.stop();

  const data = join(folder, 'new/data');
  mkdirSync(data, { recursive: true });
  writeFileSync(join(data, 'something'), 'x');
  expect(() => restore({ from: target, dataDir: data })).toThrow(/not empty/);
  rmSync(join(data, 'something'));
  restore({ from: target, dataDir: data, crl });
  // O1: without the secret it is not started.
  await expect(startServer({ dataDir: data })).rejects.toThrow(/secret .* is missing/i);
  copyFileSync(join(folder, 'old/countersign.secret'), join(folder, 'new/countersign.secret'));
  server = await startServer({ dataDir: data });
  expect((await call(server, 'GET', 'me', owner)).status).toBe(401);
  owner = await signIn(server, OWNER.email, OWNER.password);
  const own = await call<{ certificates: CertificateRow[] }>(server, 'GET', 'certificates', owner);
  expect(own.body.certificates.find((row) => row.sha256 === certificate)?.revokedAt).toBeGreaterThan(0);
  const page = await feed();
  expect(page.epoch).not.toBe(epoch);
  expect(existsSync(join(data, 'restored.json'))).toBe(false);
  const there = new Set(page.changes.map((change) => change.id));
  for (const entry of before) expect([there.has(entry.document), await statusOf(entry)]).toEqual([true, 200]);
  // Whatever of the later ones is in the copy is there with its file: nothing half.
  for (const entry of later) if (there.has(entry.document)) expect(await statusOf(entry)).toBe(200);
  await server.stop();
  server = await startServer({ dataDir: data });
  owner = await signIn(server, OWNER.email, OWNER.password);
  expect((await feed()).epoch).toBe(page.epoch);
});

test('a folder that is no backup, and one that was changed, are refused', () => {
  const data = join(folder, 'third/data');
  expect(() => restore({ from: join(folder, 'old'), dataDir: data })).toThrow(/no backup/);
  writeFileSync(join(folder, 'backup/data.db'), 'changed');
  expect(() => restore({ from: join(folder, 'backup'), dataDir: data })).toThrow(/changed/);
});
