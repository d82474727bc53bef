// What was acknowledged is there after kill -9 (`backend.md`, "Durability and operation"): three rounds.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { concat } from '../../src/lib/bytes/concat.ts';
import type { ChangesResponse, EventRow } from '../../src/lib/domain/api.ts';
import type { DocumentRecord } from '../../src/lib/domain/document.ts';
import { action, one, put } from './desk.ts';
import { director, draftOf, original, sha256 } from './paper.ts';
import { call, id, OWNER, setUp, signIn, sql, type SignedIn } from './people.ts';
import { startServer, type TestServer } from './server.ts';

let folder: string;
let server: TestServer;
let owner: SignedIn;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-kill-'));
  server = await startServer({ dataDir: join(folder, 'data'), sql: true });
  await setUp(server);
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Acknowledged {
  readonly document: string;
  readonly sha256: string;
  version: number;
}

/** Writes documents until the connection breaks; returns what was acknowledged. */
async function write(name: string, acknowledged: Acknowledged[]): Promise<void> {
  for (let n = 0; ; n += 1) {
    const bytes = concat(original(), new TextEncoder().encode(`\n% ${name} ${n}\n`));
    const entry = { document: id(), sha256: sha256(bytes), version: 0 };
    try {
      if ((await put(server, owner, bytes)).status !== 200) return;
      const draft = draftOf([director()], entry.sha256, `${name} ${n}`);
      const made = await one(server, owner, action('document.create', entry.document, 0, draft));
      if (made.status !== 200) return;
      entry.version = 1;
      acknowledged.push(entry);
      const saved = await one(server, owner, action('document.save', entry.document, 1, draft));
      if (saved.status !== 200) return;
      entry.version = 2;
    } catch {
      return;
    }
  }
}

async function everything(): Promise<Map<string, DocumentRecord>> {
  const found = new Map<string, DocumentRecord>();
  for (let since = 0, more = true; more;) {
    const feed = await call<ChangesResponse & object>(server, 'GET', `changes?since=${since}`, owner);
    for (const change of feed.body.changes) {
      if (change.collection === 'documents') found.set(change.id, change.record as DocumentRecord);
    }
    since = feed.body.cursor;
    more = feed.body.more;
  }
  return found;
}

test.each([1, 2, 3])('round %i', async (round) => {
  owner = await signIn(server, OWNER.email, OWNER.password);
  // What the last round brought and could not use any more would count as waiting for a day.
  await sql(server, 'DELETE FROM uploads');
  const acknowledged: Acknowledged[] = [];
  const writers = [1, 2, 3].map((writer) => write(`round ${round}, writer ${writer}`, acknowledged));
  // At no special moment: when a random number of documents is in.
  const enough = 5 + Math.floor(Math.random() * 10);
  let writing = true;
  const ended = Promise.all(writers).then(() => (writing = false));
  while (writing && acknowledged.length < enough) await new Promise((go) => setImmediate(go));
  await server.kill9();
  await ended;
  server = await startServer({ dataDir: join(folder, 'data'), sql: true });
  expect(server.setupLink).toBeNull();
  const there = await everything();
  for (const entry of acknowledged) {
    const record = there.get(entry.document);
    expect(record?.version, `${entry.document} of round ${round}`).toBeGreaterThanOrEqual(entry.version);
    expect(record?.original).toBe(entry.sha256);
    const blob = await fetch(
      `${server.url}/api/countersign/blobs/${entry.sha256}?document=${entry.document}`,
      { headers: { Authorization: owner.auth } }
    );
    expect(sha256(new Uint8Array(await blob.arrayBuffer()))).toBe(entry.sha256);
    const path = `documents/${entry.document}/events`;
    const events = await call<{ events: EventRow[] }>(server, 'GET', path, owner);
    expect(events.body.events.map((event) => event.kind)).toEqual(['created']);
  }
  expect(acknowledged.length).toBeGreaterThanOrEqual(enough);
});

test('each commit is synced: synchronous is FULL once the server has answered', async () => {
  const bare = await startServer({ sql: true });
  // 2 is FULL (SQLite, PRAGMA synchronous); the row can only be written when it is.
  const statement =
    "INSERT INTO sign_ins (id, session, at) SELECT 'pragmapragmapra', CASE synchronous WHEN 2 THEN 'full' END, 0 " +
    'FROM pragma_synchronous';
  const answer = await call(bare, 'POST', '/api/test/sql', { body: { sql: statement } });
  expect(answer.status).toBe(200);
  await bare.stop();
});
