// security.md E2, E6, E7, C7: the server's statement about who was checked how, what the file says in plain, and
// the authority's log.
import { createHash, createHmac } from 'node:crypto';
import { deflateSync, inflateSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromBase64 } from '../../src/lib/bytes/base64.ts';
import { memorySource } from '../../src/lib/bytes/source.ts';
import { readStatement } from '../../src/lib/cms/statement.ts';
import type { CertificateIssued } from '../../src/lib/domain/api.ts';
import type { LogExport } from '../../src/lib/domain/certificate-log.ts';
import type { Evidence } from '../../src/lib/domain/evidence.ts';
import type { ProofStatement } from '../../src/lib/domain/proof.ts';
import { nobleProvider } from '../../src/lib/pki/provider-noble.ts';
import { judgeLog, heldHead } from '../../src/lib/verify/certificate-log.ts';
import { verifyFileSync } from '../../src/lib/verify/verify.ts';
import { action, one, prepare, put, type Sent } from './desk.ts';
import { client, director, signed, signPayload } from './paper.ts';
import { call, certify, signIn, sql, OWNER } from './people.ts';
import { hire, openWorkspace, signerOf, type Workspace } from './workspace.ts';

let workspace: Workspace;
let sent: Sent;
let dora: Awaited<ReturnType<typeof signerOf>> & { issued: CertificateIssued };
let finished: Uint8Array;
let root: Uint8Array;

const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex');
const statementIn = (compact: string): ProofStatement =>
  JSON.parse(readStatement(compact, 'proof', null).canonical) as ProofStatement;

beforeAll(async () => {
  workspace = await openWorkspace({ sql: true });
  const parties = [director({ email: 'dora.director@acme.example' }), client({ phone: '+48600100777' })];
  sent = await prepare(workspace.server, workspace.owner, parties);
  const [first, second] = parties;
  if (first === undefined || second === undefined) throw new Error('no parties');
  dora = (await signerOf(workspace, sent, first)) as typeof dora;
  root = fromBase64(dora.issued.chain[1] ?? '');
  const one = await signed(sent.paper, sent.paper.bytes, dora);
  await bring(dora.link, 3, signPayload(first.id, 1, sent.paper.bytes, one), one);
  const cleo = await signerOf(workspace, sent, second);
  finished = await signed(sent.paper, one, cleo);
  await bring(cleo.link, 4, signPayload(second.id, 2, one, finished), finished);
}, 90_000);
afterAll(() => workspace.server.stop());

async function bring(
  link: string,
  version: number,
  payload: ReturnType<typeof signPayload>,
  file: Uint8Array
) {
  await put(workspace.server, { link }, file);
  const result = await one(
    workspace.server,
    { link },
    action('document.sign', sent.document, version, payload)
  );
  if (result.status !== 200) throw new Error(JSON.stringify(result));
}

const judge = (file: Uint8Array, roots: Uint8Array[] = [root]) =>
  verifyFileSync('a.pdf', memorySource(file), nobleProvider(), { now: Date.now(), roots });

test('E2: the statement names document, key, channels, code and log, and the file alone confirms it', () => {
  const told = statementIn(dora.issued.proof);
  expect(told).toMatchObject({
    v: 1,
    document: sent.document,
    frozenSha256: sent.paper.sha256,
    party: dora.party.id,
    user: null,
    name: 'Dora Director',
    spki: sha256(dora.key.spki),
    certificate: sha256(fromBase64(dora.issued.certificate)),
    kind: 'email',
    channels: { link: 'email', code: 'email' },
    address: { mask: 'd…@a….example' },
    notes: []
  });
  expect(told.code?.tries).toBe(1);
  const { sentAt = '', rightAt = '' } = told.code ?? {};
  expect(sentAt <= rightAt && rightAt <= told.at).toBe(true);
  const report = judge(finished);
  expect(report.signatures.map(({ proof }) => [proof?.status, proof?.by, proof?.why])).toEqual([
    ['confirmed', 'server', 'confirmed'],
    ['confirmed', 'server', 'confirmed']
  ]);
  expect(report.signatures[1]?.proof?.statement).toMatchObject({ kind: 'sms', address: { mask: '… 77' } });
  // Whoever has no root of it sees a whole statement of an authority that is not known here.
  expect(judge(finished, []).signatures[0]?.proof).toMatchObject({ status: 'unknown-authority' });
});

test('E6: what opens the commitments went to the party and stays out of the file', () => {
  const told = statementIn(dora.issued.proof);
  const key = Buffer.from(dora.issued.openings.address ?? '', 'hex');
  expect(key).toHaveLength(32);
  const commitment = createHmac('sha256', key).update('dora.director@acme.example').digest('hex');
  expect(told.address?.commitment).toBe(commitment);
  const ip = createHmac('sha256', Buffer.from(dora.issued.openings.ip, 'hex'))
    .update('127.0.0.1')
    .digest('hex');
  expect(told.device.ip).toBe(ip);
});

/** All text that a searcher could get out of a file: raw, hex, every deflated part, evidence and statements. */
function everyText(file: Uint8Array): string {
  const raw = Buffer.from(file);
  const parts = [raw.toString('latin1')];
  for (const [, hex = ''] of raw.toString('latin1').matchAll(/<([0-9a-fA-F]{40,})>/g))
    parts.push(Buffer.from(hex, 'hex').toString('latin1'));
  for (let at = raw.indexOf(0x78); at >= 0; at = raw.indexOf(0x78, at + 1)) {
    if (![0x01, 0x5e, 0x9c, 0xda].includes(raw[at + 1] ?? 0)) continue;
    try {
      parts.push(inflateSync(raw.subarray(at), { finishFlush: 2 }).toString('latin1'));
    } catch {
      // Not the beginning of deflated data.
    }
  }
  for (const { evidence } of judge(file).signatures) {
    parts.push(JSON.stringify(evidence));
    for (const part of (evidence?.proof.statement ?? '').split('.').slice(0, 2))
      parts.push(Buffer.from(part, 'base64url').toString());
  }
  return parts.join('\n');
}

test('E6: no address, number, IP or user agent stands in a completed file, inflated and decoded', () => {
  const text = everyText(finished);
  // The search finds what is there: masks, names in certificates, and what the statements say.
  for (const there of ['d…@a….example', '… 77', '"kind":"sms"', 'countersign/proof/v1', 'Test workspace'])
    expect(text, there).toContain(there);
  for (const secret of ['dora.director', 'acme.example', '600100777', '127.0.0.1', 'undici', 'node-fetch'])
    expect(text, secret).not.toContain(secret);
  for (const key of Object.values(dora.issued.openings)) expect(text).not.toContain(key);
});

test('E2: an edited, foreign or missing statement is refused, and said by the verifier', async () => {
  const other = await prepare(workspace.server, workspace.owner, [director({ email: 'else@acme.example' })]);
  const [party] = other.parties;
  if (party === undefined) throw new Error('no party');
  const signer = await signerOf(workspace, other, party);
  const member = await certify(
    workspace.server,
    (await signIn(workspace.server, OWNER.email, OWNER.password)).auth
  );
  const told = signer.issued as CertificateIssued;
  const [head = '', body = '', tail = ''] = told.proof.split('.');
  const text = Buffer.from(body, 'base64url').toString().replace('"tries":1', '"tries":0');
  const edited = `${head}.${Buffer.from(text).toString('base64url')}.${tail}`;
  const cases: [string, string | null][] = [
    ['signature', edited],
    ['other-key', dora.issued.proof],
    ['other-key', (member.issued as CertificateIssued).proof],
    ['malformed', 'a.b.c'],
    ['no-statement', null]
  ];
  for (const [why, statement] of cases) {
    const file = await signed(other.paper, other.paper.bytes, signer, {
      evidence: (evidence: Evidence) => ({ ...evidence, proof: { kind: 'email', statement } })
    });
    await put(workspace.server, { link: signer.link }, file);
    const payload = signPayload(party.id, 1, other.paper.bytes, file);
    const result = await one(
      workspace.server,
      { link: signer.link },
      action('document.sign', other.document, 3, payload)
    );
    expect([result.status, result.code, result.body['why']], why).toEqual([400, 'proof', why]);
    const { proof } = judge(file).signatures[0] ?? {};
    expect(proof, why).toMatchObject({ status: statement === null ? 'unconfirmed' : 'invalid', why });
    await sql(workspace.server, 'DELETE FROM uploads');
  }
}, 60_000);

test('L8: a party whose address is a member’s is named in its statement', async () => {
  await hire(workspace, { name: 'Max Member', email: 'max@workspace.example', role: 'member' });
  const [self, cleo] = [
    director({ email: 'Max@workspace.example' }),
    client({ email: 'max@workspace.example' })
  ];
  const fraud = await prepare(workspace.server, workspace.owner, [self, cleo]);
  const signer = await signerOf(workspace, fraud, self);
  expect(statementIn((signer.issued as CertificateIssued).proof).notes).toEqual([
    'address-of-member',
    'address-of-other-party'
  ]);
});

test('E7: evidence that is a bomb, or not canonical, is refused', async () => {
  const other = await prepare(workspace.server, workspace.owner, [director({ email: 'bomb@acme.example' })]);
  const [party] = other.parties;
  if (party === undefined) throw new Error('no party');
  const signer = await signerOf(workspace, other, party);
  const file = await signed(other.paper, other.paper.bytes, signer, {
    evidence: (evidence: Evidence) => ({ ...evidence, title: 'x'.repeat(300_000) })
  });
  expect(deflateSync(Buffer.from('x'.repeat(300_000))).length).toBeLessThan(1_000);
  await put(workspace.server, { link: signer.link }, file);
  const payload = signPayload(party.id, 1, other.paper.bytes, file);
  const result = await one(
    workspace.server,
    { link: signer.link },
    action('document.sign', other.document, 3, payload)
  );
  expect([result.status, result.code]).toEqual([400, 'evidence']);
  expect(judge(file).warnings.map(({ code }) => code)).toContain('evidence-too-long');
  await sql(workspace.server, 'DELETE FROM uploads');
});

test('C7: every certificate is in the public log, which holds and says nothing of anybody', async () => {
  const log = (await call<LogExport & object>(workspace.server, 'GET', 'ca/log')).body;
  const reports = [judge(finished)];
  const held = reports.flatMap(({ signatures }) =>
    signatures.flatMap(({ proof }) => (proof?.statement ? [heldHead('a.pdf', proof.statement)] : []))
  );
  expect(held).toHaveLength(2);
  expect(log.authority).toBe(sha256(root));
  expect(judgeLog(held, log)).toEqual({ kind: 'one-history', files: 1 });
  // The head went out with the completion, where the server cannot take it back.
  const mail = await workspace.drop.next('dora.director@acme.example', 'completed');
  const [, entry = '', head = ''] = /stands at entry (\d+), ([0-9a-f]{64})/.exec(mail.text) ?? [];
  expect(log.entries[Number(entry) - 1]?.head).toBe(head);
  expect(JSON.stringify(log)).not.toMatch(/Dora|acme/);
  expect(Object.keys(log.entries[0] ?? {}).sort()).toEqual(['head', 'leaf']);
});
