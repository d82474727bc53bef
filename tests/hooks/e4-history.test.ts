// security.md E4: the history of a contract from draft to download, and what becomes of a changed one.
import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundled } from '../../scripts/cli.js';
import { fromBase64 } from '../../src/lib/bytes/base64.ts';
import { memorySource } from '../../src/lib/bytes/source.ts';
import type { DocumentHistory } from '../../src/lib/domain/api.ts';
import { EVENT_KINDS, type DeviceEvents, type History } from '../../src/lib/domain/event.ts';
import { signStatement } from '../../src/lib/keys/statement.ts';
import { webProvider } from '../../src/lib/pki/provider-web.ts';
import { checkHistory, readHistory, type JudgedFile } from '../../src/lib/verify/history.ts';
import { verifyFile } from '../../src/lib/verify/verify.ts';
import { historyFile } from '../../src/lib/app/history-file.ts';
import type { LocalDocument } from '../../src/lib/store/contract.ts';
import { action, done, one, prepare, put, type Sent } from './desk.ts';
import { client, director, signed, signPayload, type Signer } from './paper.ts';
import { call } from './people.ts';
import { openWorkspace, signerOf, type Workspace } from './workspace.ts';

let workspace: Workspace;
let history: History;
let file: JudgedFile;
let root: Uint8Array;
const dora = director();
const cleo = client();

/** What a device notes, signed by the signer's key. */
function told(signer: Signer, more: Partial<DeviceEvents> = {}): Promise<string> {
  const at = '2026-11-24T10:00:00.000Z';
  const events: DeviceEvents = {
    v: 1,
    document: signer.document,
    party: signer.party.id,
    head: null,
    server: null,
    zone: 'Europe/Warsaw',
    events: [
      { kind: 'viewed', at, monotonic: 1, page: 1 },
      { kind: 'filled', at, monotonic: 2, field: 'cs-A-text-1' },
      { kind: 'consent', at, monotonic: 3, sha256: 'a'.repeat(64) }
    ],
    ...more
  };
  return signStatement('events', signer.key, events, [fromBase64(signer.issued.certificate)]);
}

const historyOf = async (document: string): Promise<DocumentHistory> =>
  (
    await call<DocumentHistory & object>(
      workspace.server,
      'GET',
      `documents/${document}/events`,
      workspace.owner
    )
  ).body;

async function turn(sent: Sent, party: typeof dora, seq: number, before: Uint8Array): Promise<Uint8Array> {
  const signer = await signerOf(workspace, sent, party);
  const chain = (await historyOf(sent.document)).events.at(-1);
  const after = await signed(sent.paper, before, signer, {
    evidence: (made) => ({ ...made, head: chain ? { seq: chain.seq, hash: chain.hash } : null })
  });
  await put(workspace.server, { link: signer.link }, after);
  await done(
    workspace.server,
    { link: signer.link },
    action('document.sign', sent.document, 2 + seq, {
      ...signPayload(party.id, seq, before, after),
      events: await told(signer)
    })
  );
  return after;
}

beforeAll(async () => {
  workspace = await openWorkspace();
  const { server, owner } = workspace;
  const sent = await prepare(server, owner, [dora, cleo]);
  const first = await turn(sent, dora, 1, sent.paper.bytes);
  const final = await turn(sent, cleo, 2, first);
  for (let twice = 0; twice < 2; twice += 1) {
    const { sha256 } = signPayload(cleo.id, 2, first, final).revision;
    await fetch(`${server.url}/api/countersign/blobs/${sha256}?document=${sent.document}`, {
      headers: { Authorization: owner.auth }
    });
  }
  const local = {
    document: { id: sent.document, title: 'Consultancy', owner: owner.user, ownerName: 'Olga Owner' },
    parties: [dora, cleo]
  } as unknown as LocalDocument;
  const blob = historyFile(local, await historyOf(sent.document), { workspace: 'Test', now: 1 });
  const read = readHistory(await blob.text());
  if (read === null) throw new Error('the export is no history');
  history = read;
  const pem = await (await fetch(`${server.url}/ca.pem`)).text();
  root = fromBase64(pem.replace(/-----[A-Z ]+-----|\s/g, ''));
  const report = await verifyFile('final.pdf', memorySource(final), webProvider, {
    now: Date.now(),
    roots: [root]
  });
  file = { name: 'final.pdf', report };
});
afterAll(() => workspace.server.stop());

const judge = (changed: History, files: readonly JudgedFile[] = []) =>
  checkHistory(changed, files, [root], webProvider);
const codes = async (changed: History, files: readonly JudgedFile[] = []) =>
  (await judge(changed, files)).faults.map(({ code, seq }) => `${code} ${seq ?? ''}`.trim());
const copy = (): History => structuredClone(history);

test('each step is recorded, in order, once', () => {
  const kinds = history.events.map(({ kind }) => kind).filter((kind) => !kind.startsWith('message-'));
  expect(kinds).toEqual([
    'created',
    'frozen',
    'sent',
    ...['code-sent', 'code-right', 'opened', 'certified', 'viewed', 'filled', 'consent', 'signed'],
    ...['code-sent', 'code-right', 'opened', 'certified', 'viewed', 'filled', 'consent', 'signed'],
    'completed',
    'downloaded'
  ]);
  expect(history.events.filter(({ kind }) => kind === 'message-sent').length).toBeGreaterThanOrEqual(4);
  for (const { kind } of history.events) expect(EVENT_KINDS).toContain(kind);
});

test('it holds: the server signed its end, devices their part, and the signatures name places in it', async () => {
  const report = await judge(history, [file]);
  expect(report).toMatchObject({ faults: [], server: 'trusted', signedByDevices: 6, lost: 0 });
  expect(report.anchored).toBe(history.events.length - 1);
  // By the PDF alone: as far as the last signature's own event.
  const alone = await judge({ ...copy(), head: null }, [file]);
  expect(alone.server).toBe('none');
  expect(history.events[alone.anchored ?? -1]).toMatchObject({ kind: 'signed' });
});

describe('a history that was', () => {
  test('edited is found at the entry', async () => {
    const changed = copy();
    const event = changed.events[4];
    if (event?.data) event.data = { ...event.data, link: 'another' };
    expect(await codes(changed)).toEqual(['edited 4']);
  });

  test('re-hashed after an edit is found by what follows', async () => {
    const changed = copy();
    const event = changed.events[5];
    if (event) event.hash = 'b'.repeat(64);
    expect(await codes(changed)).toEqual(['edited 5', 'order 6']);
  });

  test('cut in the middle is found', async () => {
    const changed = copy();
    changed.events.splice(3, 1);
    expect(await codes(changed)).toEqual(['order 4']);
  });

  test('reordered is found', async () => {
    const changed = copy();
    const [two] = changed.events.splice(2, 1);
    if (two) changed.events.splice(3, 0, two);
    expect(await codes(changed)).toContain('order 3');
  });

  test('cut at its beginning is found', async () => {
    const changed = copy();
    changed.events.shift();
    expect(await codes(changed)).toEqual(['beginning 1']);
  });

  test('cut at its end is found while the server’s signed head is there, and said without it', async () => {
    const changed = copy();
    changed.events.pop();
    expect(await codes(changed)).toEqual(['head']);
    const unsigned = await judge({ ...changed, head: null });
    expect(unsigned).toMatchObject({ faults: [], anchored: null });
  });

  test('wholly made anew is found by the signatures in the file', async () => {
    const other = { ...copy(), head: null };
    const { sha256Chain } = await import('./rehash.ts');
    other.events = sha256Chain(
      other.document,
      other.events.filter(({ kind }) => kind !== 'message-sent')
    );
    expect(await codes(other)).toEqual([]);
    expect((await codes(other, [file])).map((code) => code.split(' ')[0])).toEqual([
      'signature-head',
      'signature-head'
    ]);
  });

  test('given a head by somebody else is not believed', async () => {
    const { makeKey } = await import('./people.ts');
    const key = await makeKey();
    const last = history.events.at(-1);
    const heads = [{ document: history.document, seq: last?.seq ?? 0, hash: last?.hash ?? '' }];
    const forged = await signStatement('heads', key, { v: 1, workspace: 'w', epoch: 'e', at: 1, heads }, []);
    expect(await codes({ ...copy(), head: forged })).toEqual(['head']);
    const [head = '', payload = '', tail = ''] = (history.head ?? '').split('.');
    const flipped = `${head}.${payload}.${tail.startsWith('A') ? 'B' : 'A'}${tail.slice(1)}`;
    expect(await codes({ ...copy(), head: flipped })).toEqual(['head']);
  });

  test('told otherwise than the device signed is found', async () => {
    const { sha256Chain } = await import('./rehash.ts');
    const changed = { ...copy(), head: null };
    const event = changed.events.find(({ kind }) => kind === 'viewed');
    if (event?.data) event.data = { ...event.data, page: 9 };
    changed.events = sha256Chain(changed.document, changed.events);
    expect(await codes(changed)).toEqual([`device-statement ${event?.seq ?? ''}`]);
    expect(await codes({ ...copy(), statements: {} })).toHaveLength(2);
  });
});

describe('what a device tells is refused when', () => {
  const cases: readonly [string, (signer: Signer) => Promise<string>][] = [
    ['it is about another document', (signer) => told(signer, { document: 'd'.repeat(15) })],
    ['it is about another party', (signer) => told(signer, { party: 'p'.repeat(15) })],
    [
      'another key signed it',
      async (signer) => {
        const { makeKey } = await import('./people.ts');
        return told({ ...signer, key: await makeKey() });
      }
    ],
    ['it is no statement', async () => 'a.b.c']
  ];
  test('it does not fit the signature', async () => {
    const { server, owner } = workspace;
    const ed = director({ email: 'ed@acme.example' });
    const sent = await prepare(server, owner, [ed]);
    const signer = await signerOf(workspace, sent, ed);
    const after = await signed(sent.paper, sent.paper.bytes, signer);
    await put(server, { link: signer.link }, after);
    const payload = signPayload(ed.id, 1, sent.paper.bytes, after);
    for (const [why, make] of cases) {
      const wire = action('document.sign', sent.document, 3, { ...payload, events: await make(signer) });
      expect(await one(server, { link: signer.link }, wire), why).toMatchObject({ code: 'evidence' });
    }
    const good = action('document.sign', sent.document, 3, { ...payload, events: await told(signer) });
    expect(await one(server, { link: signer.link }, good)).toMatchObject({ status: 200 });
  });
});

test('npm run verify-events says the same, with its exit code', async () => {
  const command = await bundled('verify-events');
  const folder = mkdtempSync(join(tmpdir(), 'countersign-history-'));
  const run = (value: History): { code: number; out: string } => {
    const path = join(folder, 'history.json');
    writeFileSync(path, JSON.stringify(value));
    try {
      return {
        code: 0,
        out: execFileSync(process.execPath, [command, path], { encoding: 'utf8' })
      };
    } catch (error) {
      const { status, stdout } = error as { status: number; stdout: string };
      return { code: status, out: stdout };
    }
  };
  const good = run(history);
  expect(good.code).toBe(0);
  expect(good.out).toContain('Whole and in order');
  const changed = copy();
  changed.events.splice(3, 1);
  const bad = run(changed);
  expect(bad.code).toBe(1);
  expect(bad.out).toContain('Before entry 5 something was removed');
  rmSync(folder, { recursive: true, force: true });
}, 120_000);
