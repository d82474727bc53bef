// T1, T2 on the server: what it appends behind signatures, what it passes on to devices, and that no authority,
// silent or lying, keeps a signature from being stored.
import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fromBase64, toBase64 } from '../../src/lib/bytes/base64.ts';
import { memorySource } from '../../src/lib/bytes/source.ts';
import { parseTimestamp } from '../../src/lib/cms/timestamp.ts';
import type {
  ChangesResponse,
  EventRow,
  Ready,
  TimestampRoom,
  TimestampToken
} from '../../src/lib/domain/api.ts';
import type { DocumentRecord, RevisionRecord } from '../../src/lib/domain/document.ts';
import { parseCertificate } from '../../src/lib/pki/certificate.ts';
import { webProvider } from '../../src/lib/pki/provider-web.ts';
import { timestampRequest } from '../../src/lib/sign/timestamp.ts';
import { readDss } from '../../src/lib/verify/dss.ts';
import { openPdf } from '../../src/lib/pdf/document.ts';
import { verifyFile } from '../../src/lib/verify/verify.ts';
import { startTimeAuthority, type TimeAuthority } from '../world/authority.ts';
import { action, done, one, prepare, put, send, type Sent } from './desk.ts';
import { client, director, sha256, signed, signPayload } from './paper.ts';
import { call, sql } from './people.ts';
import { arrive, openWorkspace, signerOf, type Workspace } from './workspace.ts';

let authority: TimeAuthority;
let workspace: Workspace;
beforeAll(async () => {
  authority = await startTimeAuthority();
  const env = { TSA_URL: authority.url, TSA_CA: authority.rootFile };
  workspace = await openWorkspace({ sql: true, env });
});
beforeEach(() => {
  authority.behaviour = 'honest';
});
afterAll(async () => {
  await workspace.server.stop();
  await authority.close();
});

const feed = async (): Promise<ChangesResponse> =>
  (await call<ChangesResponse & object>(workspace.server, 'GET', 'changes?since=0', workspace.owner)).body;
const documentOf = async (id: string): Promise<DocumentRecord> =>
  (await feed()).changes.find((change) => change.id === id)?.record as DocumentRecord;
const revisionsOf = async (document: string): Promise<RevisionRecord[]> =>
  (await feed()).changes
    .flatMap(({ collection, record }) => (collection === 'revisions' ? [record as RevisionRecord] : []))
    .filter((revision) => revision.document === document)
    .sort((a, b) => a.seq - b.seq);
const eventsOf = async (document: string): Promise<EventRow[]> =>
  (
    await call<{ events: EventRow[] }>(
      workspace.server,
      'GET',
      `documents/${document}/events`,
      workspace.owner
    )
  ).body.events;
async function bytesOf(document: string, hash: string): Promise<Uint8Array> {
  const response = await fetch(`${workspace.server.url}/api/countersign/blobs/${hash}?document=${document}`, {
    headers: { Authorization: workspace.owner.auth }
  });
  return new Uint8Array(await response.arrayBuffer());
}
async function certificateAt(path: string): Promise<Uint8Array> {
  const pem = await (await fetch(`${workspace.server.url}${path}`)).text();
  return fromBase64(pem.replace(/-----[^-]+-----|\s/g, ''));
}
/** Each minute's work, now. */
const catchUp = () => call(workspace.server, 'POST', '/api/test/minute');

interface Turn {
  readonly sent: Sent;
  readonly auth: string;
  readonly file: Uint8Array;
}

/** The director's signature, without a timestamp of its own, as an offline device brings it. */
async function firstSigned(phone: string): Promise<Turn & { cleo: ReturnType<typeof client> }> {
  const [dora, cleo] = [director({ email: `d${phone}@acme.example` }), client({ phone })];
  const sent = await prepare(workspace.server, workspace.owner, [dora, cleo]);
  const signer = await signerOf(workspace, sent, dora);
  const file = await signed(sent.paper, sent.paper.bytes, signer);
  const auth = signer.session.auth;
  await put(workspace.server, { auth }, file);
  const payload = signPayload(dora.id, 1, sent.paper.bytes, file);
  const result = await one(workspace.server, { auth }, action('document.sign', sent.document, 3, payload));
  expect(result).toMatchObject({ status: 200, body: { version: 4 } });
  return { sent, auth, file, cleo };
}

async function lastSigned(
  { sent, cleo }: Awaited<ReturnType<typeof firstSigned>>,
  base: Uint8Array,
  seq: number
) {
  const signer = await signerOf(workspace, sent, cleo);
  const file = await signed(sent.paper, base, signer);
  const auth = signer.session.auth;
  await put(workspace.server, { auth }, file);
  const payload = signPayload(cleo.id, seq, base, file);
  const wire = action('document.sign', sent.document, 4, payload);
  return { result: await one(workspace.server, { auth }, wire), file };
}

describe('an authority that answers', () => {
  test('a timestamp behind the first signature, an archive behind the last, before anybody is told', async () => {
    const turn = await firstSigned('+48600300101');
    const { document } = turn.sent;
    const [, , stamp] = await revisionsOf(document);
    expect(stamp).toMatchObject({ seq: 2, kind: 'timestamp', prevSha256: sha256(turn.file), party: null });
    // The timestamp belongs to the same action: the version rose by one.
    expect(await documentOf(document)).toMatchObject({ version: 4, head: 2, stage: 'client' });
    const stamped = await bytesOf(document, stamp?.sha256 ?? '');
    expect(stamped.subarray(0, turn.file.length)).toEqual(turn.file);
    expect(stamped.length - turn.file.length).toBeLessThanOrEqual(3_900);

    const { result, file } = await lastSigned(turn, stamped, 3);
    expect(result).toMatchObject({ status: 200, body: { version: 5 } });
    const revisions = await revisionsOf(document);
    expect(revisions.map(({ kind }) => kind)).toEqual([
      'freeze',
      'signature',
      'timestamp',
      'signature',
      'archive'
    ]);
    const whole = await bytesOf(document, revisions[4]?.sha256 ?? '');
    expect(sha256(whole)).toBe(revisions[4]?.sha256);
    expect(whole.subarray(0, file.length)).toEqual(file);
    const [root, timeRoot] = [await certificateAt('/ca.pem'), await certificateAt('/time-ca.pem')];
    expect(timeRoot).toEqual(authority.root.der);
    const judged = (roots: Uint8Array[], timeRoots: Uint8Array[]) =>
      verifyFile('', memorySource(whole), webProvider, { now: Date.now(), roots, timeRoots });
    const report = await judged([root], [timeRoot]);
    const told = ({ signatures }: typeof report) =>
      signatures.map(({ provenTime, trust }) => [provenTime?.known, trust.status]);
    expect(told(report)).toEqual(Array(4).fill([true, 'trusted']));
    // T1: an authority that nobody named proves nothing; one that vouches for times vouches for no signer.
    const stated = [
      [false, 'trusted'],
      [false, 'unknown']
    ];
    expect(told(await judged([root], []))).toEqual([...stated, ...stated]);
    expect(told(await judged([], [root])).map(([, trust]) => trust)).toEqual(Array(4).fill('unknown'));
    expect(report.verdict).toBe('changed-as-permitted');
    expect(report.signatures.map(({ profile, integrity }) => [profile, integrity])).toEqual([
      ['PAdES-B-LTA', 'intact'],
      ['RFC3161', 'intact'],
      ['PAdES-B-LTA', 'intact'],
      ['RFC3161', 'intact']
    ]);
    const data = readDss(openPdf(memorySource(whole)));
    // The issuing authority's list, the root's, and the time authority's, fetched from where its certificate says.
    expect(data?.crls).toHaveLength(3);
    expect(data?.crls).toContainEqual(authority.crl);
    const events = await eventsOf(document);
    const kinds = events.map(({ kind }) => kind);
    expect(kinds.indexOf('archived')).toBeLessThan(kinds.indexOf('completed'));
    expect(events.find(({ kind }) => kind === 'completed')?.data?.['head']).toBe(4);
  });

  test('certificates of parties end in thirty days', async () => {
    const dora = director({ email: 'thirty@acme.example' });
    const sent = await prepare(workspace.server, workspace.owner, [dora]);
    const { issued } = await signerOf(workspace, sent, dora);
    const { notAfter } = parseCertificate(fromBase64(issued.certificate));
    expect(Math.round((notAfter - Date.now()) / 86_400_000)).toBe(30);
  });

  test('ready says so', async () => {
    const ready = await call<Ready & object>(workspace.server, 'GET', 'ready');
    expect(ready.body.timestamps).toBe(true);
    expect(ready.body.problems.join()).not.toContain('TSA');
  });
});

describe('a signature made on the base before the timestamp', () => {
  test('is taken: the timestamp between holds nothing that anybody did', async () => {
    const turn = await firstSigned('+48600300102');
    const { document } = turn.sent;
    const { result, file } = await lastSigned(turn, turn.file, 2);
    expect(result).toMatchObject({ status: 200, body: { version: 5 } });
    const revisions = await revisionsOf(document);
    expect(revisions.map(({ seq, kind }) => [seq, kind])).toEqual([
      [0, 'freeze'],
      [1, 'signature'],
      [2, 'timestamp'],
      [3, 'signature'],
      [4, 'archive']
    ]);
    expect(revisions[3]).toMatchObject({ prevSha256: sha256(turn.file), sha256: sha256(file) });
    expect(revisions[4]?.prevSha256).toBe(sha256(file));
    expect(await documentOf(document)).toMatchObject({ stage: 'completed', head: 4 });
  });

  test('on an older base than the last signature is refused', async () => {
    const turn = await firstSigned('+48600300103');
    const { result } = await lastSigned(turn, turn.sent.paper.bytes, 1);
    expect([result.status, result.code]).toEqual([400, 'prefix']);
  });

  test('both signatures in one delivery: nothing comes between them', async () => {
    const [dora, cleo] = [director({ email: 'both@acme.example', member: null }), client()];
    const handed = { ...cleo, channel: 'hand', proof: 'none' } as const;
    const sent = await prepare(workspace.server, workspace.owner, [dora, handed]);
    const first = await signerOf(workspace, sent, dora);
    const file = await signed(sent.paper, sent.paper.bytes, first);
    const auth = first.session.auth;
    await put(workspace.server, { auth }, file);
    const sign = action('document.sign', sent.document, 3, signPayload(dora.id, 1, sent.paper.bytes, file));
    // The second one is refused here (its bytes are missing), but it says that it follows.
    const next = action('document.sign', sent.document, 4, {
      party: handed.id,
      revision: { seq: 2, sha256: 'f'.repeat(64), size: 9, prevSha256: sha256(file) }
    });
    const answer = await send(workspace.server, { auth }, [sign, next]);
    expect(answer.body.results?.[0]).toMatchObject({ status: 200 });
    expect((await revisionsOf(sent.document)).map(({ kind }) => kind)).toEqual(['freeze', 'signature']);
  });
});

describe('an authority that does not', () => {
  test.each(['silent', 'error', 'wrong-nonce'] as const)(
    '%s: the signature is stored without, and the stamp follows when it answers again',
    async (behaviour) => {
      authority.behaviour = behaviour;
      const phone = `+4860031${String(behaviour.length).padStart(2, '0')}${behaviour.charCodeAt(0)}`;
      const turn = await firstSigned(phone.padEnd(12, '7'));
      const { document } = turn.sent;
      expect((await revisionsOf(document)).map(({ kind }) => kind)).toEqual(['freeze', 'signature']);
      authority.behaviour = 'honest';
      await sql(workspace.server, 'UPDATE stamps SET due = 0');
      await catchUp();
      const revisions = await revisionsOf(document);
      expect(revisions.map(({ kind }) => kind)).toEqual(['freeze', 'signature', 'timestamp']);
      // The version stays: no signature on its way is thrown back for it.
      expect(await documentOf(document)).toMatchObject({ version: 4, head: 2 });
    },
    60_000
  );

  test('down at the end: everybody is told, and the archive follows', async () => {
    const turn = await firstSigned('+48600300104');
    const { document } = turn.sent;
    authority.behaviour = 'error';
    const stamped = await bytesOf(document, (await revisionsOf(document))[2]?.sha256 ?? '');
    expect((await lastSigned(turn, stamped, 3)).result.status).toBe(200);
    await arrive(workspace, turn.cleo, 'completed');
    authority.behaviour = 'honest';
    await sql(workspace.server, 'UPDATE stamps SET due = 0');
    await Promise.all([catchUp(), catchUp()]);
    expect((await revisionsOf(document)).map(({ kind }) => kind).slice(-2)).toEqual(['signature', 'archive']);
  });

  test('for seven days: given up, and the history says so', async () => {
    authority.behaviour = 'error';
    const turn = await firstSigned('+48600300105');
    await sql(workspace.server, `UPDATE stamps SET due = 0, createdAt = createdAt - 8 * 86400000`);
    await catchUp();
    expect((await eventsOf(turn.sent.document)).map(({ kind }) => kind)).toContain('timestamp-failed');
    authority.behaviour = 'honest';
    await sql(workspace.server, 'UPDATE stamps SET due = 0');
    await catchUp();
    expect((await revisionsOf(turn.sent.document)).map(({ kind }) => kind)).toEqual(['freeze', 'signature']);
  });
});

describe('the proxy', () => {
  const imprint = new Uint8Array(createHash('sha256').update('value').digest());
  const ask = (who: { auth?: string; link?: string }, query = timestampRequest(imprint, randomBytes(8))) =>
    call<TimestampToken & object>(workspace.server, 'POST', 'timestamp', {
      ...who,
      body: { query: toBase64(query) }
    });

  test('tells a device how much room a token needs, and gives it one', async () => {
    const room = await call<TimestampRoom & object>(workspace.server, 'GET', 'timestamp', workspace.owner);
    const answer = await ask({ auth: workspace.owner.auth });
    expect(answer.status).toBe(200);
    const token = fromBase64(answer.body.token);
    expect(token.length).toBeLessThanOrEqual(room.body.room ?? 0);
    expect(parseTimestamp(token).imprint.digest).toEqual(imprint);
  });

  test('passes no token on that does not hold', async () => {
    const lies = [
      'refusing',
      'garbage',
      'huge',
      'wrong-imprint',
      'wrong-nonce',
      'wrong-usage',
      'expired',
      'wrong-time',
      'wrong-signature',
      'stranger'
    ] as const;
    for (const behaviour of lies) {
      authority.behaviour = behaviour;
      const answer = await ask({ auth: workspace.owner.auth });
      expect([answer.status, answer.body.code]).toEqual([502, 'authority-failed']);
    }
  });

  test('is for members, and for the party whose turn it is, also by its link', async () => {
    const [dora, cleo] = [director({ email: 'proxy@acme.example' }), client({ phone: '+48600300106' })];
    const sent = await prepare(workspace.server, workspace.owner, [dora, cleo]);
    const signer = await signerOf(workspace, sent, dora);
    expect((await ask({ auth: signer.session.auth })).status).toBe(200);
    expect((await ask({ link: signer.link })).status).toBe(200);
    expect((await ask({})).status).toBe(401);
    const file = await signed(sent.paper, sent.paper.bytes, signer);
    await put(workspace.server, { auth: signer.session.auth }, file);
    const payload = signPayload(dora.id, 1, sent.paper.bytes, file);
    await done(
      workspace.server,
      { auth: signer.session.auth },
      action('document.sign', sent.document, 3, payload)
    );
    expect((await ask({ link: signer.link })).body.code).toBe('not-your-turn');
  });

  test('refuses what is no request, and too many of them', async () => {
    const { auth } = workspace.owner;
    expect((await ask({ auth }, randomBytes(40))).body.code).toBe('bad-request');
    expect((await ask({ auth }, new Uint8Array(2_000))).body.code).toBe('bad-request');
    let answer = 0;
    for (let tries = 0; tries < 60 && answer !== 429; tries += 1) {
      answer = (await ask({ auth }, new Uint8Array(1))).status;
    }
    expect(answer).toBe(429);
  });
});
