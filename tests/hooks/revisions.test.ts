// What the server checks of a signature revision (`security.md` S1, C5, H1): the way that works, and each way
// that is refused, with its code.
import { createHash, randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { fromBase64, toBase64 } from '../../src/lib/bytes/base64.ts';
import { concat } from '../../src/lib/bytes/concat.ts';
import { memorySource } from '../../src/lib/bytes/source.ts';
import { buildSignedAttributes, buildSignedData } from '../../src/lib/cms/build.ts';
import { prepareStatement } from '../../src/lib/cms/statement.ts';
import type {
  ActionResult,
  ChangesResponse,
  EventRow,
  LinkOpened,
  Me,
  MessageRow
} from '../../src/lib/domain/api.ts';
import type { DocumentRecord } from '../../src/lib/domain/document.ts';
import type { Evidence } from '../../src/lib/domain/evidence.ts';
import { jcs, type Json } from '../../src/lib/domain/jcs.ts';
import type { PartyDraft } from '../../src/lib/domain/party.ts';
import { WITNESS_TEXT_EN, type WitnessStatement } from '../../src/lib/domain/witness.ts';
import { Appender } from '../../src/lib/pdf/append.ts';
import { openPdf, type PdfDocument } from '../../src/lib/pdf/document.ts';
import { formFields } from '../../src/lib/pdf/fields.ts';
import { textString } from '../../src/lib/pdf/serialize.ts';
import { selfSignedCertificate, serialFrom } from '../../src/lib/pki/authority.ts';
import { findSignatures } from '../../src/lib/verify/signatures.ts';
import { action, done, one, prepare, put, type Sender, type Sent } from './desk.ts';
import { linkIn } from './drop.ts';
import { client, director, sha256, signed, signPayload, type Signer } from './paper.ts';
import { call, certify, makeKey, sql } from './people.ts';
import { openWorkspace, signerOf, type Workspace } from './workspace.ts';

let workspace: Workspace;
beforeAll(async () => {
  workspace = await openWorkspace({ sql: true });
});
afterAll(() => workspace.server.stop());
// Refused files count as waiting uploads; here they are forgotten as after a day.
afterEach(() => sql(workspace.server, 'DELETE FROM uploads'));

/** Brings a file and reports it as a party's signature. */
async function submit(
  who: Sender,
  sent: Sent,
  version: number,
  payload: ReturnType<typeof signPayload>,
  file: Uint8Array
): Promise<ActionResult> {
  await put(workspace.server, who, file);
  return one(workspace.server, who, action('document.sign', sent.document, version, payload));
}

const documentOf = async (document: string): Promise<DocumentRecord> => {
  const path = 'changes?since=0';
  const feed = await call<ChangesResponse & object>(workspace.server, 'GET', path, workspace.owner);
  return feed.body.changes.find((change) => change.id === document)?.record as DocumentRecord;
};

/** The newest revision with other words in it, signed anew by the same key: what a hostile client would send. */
async function resigned(file: Uint8Array, signer: Signer, from: string, to: string): Promise<Uint8Array> {
  const newest = findSignatures(openPdf(memorySource(file))).at(-1);
  const [, start = 0, end = 0] = newest?.byteRange ?? [];
  const copy = Buffer.from(file);
  copy.write(to, copy.lastIndexOf(from, copy.length, 'latin1'), 'latin1');
  const digest = createHash('sha256').update(copy.subarray(0, start)).update(copy.subarray(end)).digest();
  const certificates = [signer.issued.certificate, ...signer.issued.chain.slice(0, 1)].map(fromBase64);
  const attributes = buildSignedAttributes({ digest, certificate: certificates[0] ?? new Uint8Array(0) });
  const data = buildSignedData({ attributes, signature: await signer.key.sign(attributes), certificates });
  copy.write(
    Buffer.from(data)
      .toString('hex')
      .padEnd(end - start - 2, '0'),
    start + 1,
    'latin1'
  );
  return Uint8Array.from(copy);
}

/** One appended update that `change` makes. */
function amended(file: Uint8Array, change: (appender: Appender, doc: PdfDocument) => void): Uint8Array {
  const doc = openPdf(memorySource(file));
  const appender = new Appender(doc);
  change(appender, doc);
  return concat(file, appender.finish().bytes);
}

test('director, then client: two signatures, and everybody is told', async () => {
  const [dora, cleo] = [director({ email: 'flow@acme.example' }), client({ phone: '+48600100201' })];
  // The engine reads surrogates in patterns differently: a title like this once made every signature invalid.
  const sent = await prepare(workspace.server, workspace.owner, [dora, cleo], 'send', 'Contract 🖋️ „Żółw”');
  const first = await signerOf(workspace, sent, dora);
  const one = await signed(sent.paper, sent.paper.bytes, first);
  const early = await submit(
    { auth: first.session.auth },
    sent,
    3,
    signPayload(cleo.id, 1, sent.paper.bytes, one),
    one
  );
  expect([early.status, early.code]).toEqual([403, 'forbidden']);
  const accepted = await submit(
    { auth: first.session.auth },
    sent,
    3,
    signPayload(dora.id, 1, sent.paper.bytes, one),
    one
  );
  expect(accepted).toMatchObject({ status: 200, body: { version: 4 } });
  expect(await documentOf(sent.document)).toMatchObject({ stage: 'client', turn: cleo.id, head: 1 });

  const second = await signerOf(workspace, sent, cleo);
  const two = await signed(sent.paper, one, second);
  const last = await submit({ link: second.link }, sent, 4, signPayload(cleo.id, 2, one, two), two);
  expect(last).toMatchObject({ status: 200, body: { version: 5 } });
  expect(await documentOf(sent.document)).toMatchObject({ stage: 'completed', turn: null, head: 2 });

  const copies = [
    linkIn((await workspace.drop.next('flow@acme.example', 'completed')).text),
    linkIn((await workspace.drop.next('+48600100201', 'completed')).text)
  ];
  const owner = await workspace.drop.next('olga@workspace.example', 'completed');
  expect(owner.text).toContain(`/documents/${sent.document}`);
  // A copy link lives as long as the document, and still asks for a code.
  await sql(workspace.server, "UPDATE links SET createdAt = createdAt - 400 * 86400000, sendTimes = '[]'");
  for (const token of copies) {
    const opened = await call<LinkOpened & object>(workspace.server, 'POST', 'sign/open', {
      body: { token }
    });
    expect(opened.body).toMatchObject({ kind: 'copy', state: 'completed' });
    const raw = `blobs/${sha256(two)}?document=${sent.document}`;
    expect((await call(workspace.server, 'GET', raw, { link: token })).status).toBe(401);
  }
  const read = await call<{ events: EventRow[] }>(
    workspace.server,
    'GET',
    `documents/${sent.document}/events`,
    workspace.owner
  );
  expect(read.body.events.map((event) => event.kind).filter((kind) => !kind.startsWith('message'))).toEqual([
    'created',
    'frozen',
    'sent',
    'code-sent',
    'code-right',
    'opened',
    'certified',
    'signed',
    'code-sent',
    'code-right',
    'opened',
    'certified',
    'signed',
    'completed'
  ]);
  // The chain verifies outside the server, from what the API shows.
  let prev = '0'.repeat(64);
  read.body.events.forEach((event, seq) => {
    expect(event.seq).toBe(seq);
    const { kind, actor, at, data } = event;
    const text = jcs({ document: sent.document, seq, kind, actor, at, data: data as Json, prev });
    expect(event.hash).toBe(createHash('sha256').update(text).digest('hex'));
    prev = event.hash;
  });
  const messages = await call<{ messages: MessageRow[] }>(
    workspace.server,
    'GET',
    `documents/${sent.document}/messages`,
    workspace.owner
  );
  expect(messages.body.messages.map((row) => [row.kind, row.channel, row.status])).toEqual([
    ['turn', 'email', 'sent'],
    ['code', 'email', 'sent'],
    ['turn', 'sms', 'sent'],
    ['code', 'sms', 'sent'],
    ['completed', 'email', 'sent'],
    ['completed', 'email', 'sent'],
    ['completed', 'sms', 'sent']
  ]);
});

describe('a revision is refused', () => {
  let sent: Sent;
  let dora: PartyDraft;
  let cleo: PartyDraft;
  let signer: Awaited<ReturnType<typeof signerOf>>;
  let good: Uint8Array;

  beforeAll(async () => {
    dora = director({ email: 'refused@acme.example' });
    cleo = client({ phone: '+48600100202' });
    sent = await prepare(workspace.server, workspace.owner, [dora, cleo]);
    signer = await signerOf(workspace, sent, dora);
    good = await signed(sent.paper, sent.paper.bytes, signer);
  });

  const refuse = async (
    file: Uint8Array,
    change: Partial<ReturnType<typeof signPayload>['revision']> = {}
  ) => {
    const payload = signPayload(dora.id, 1, sent.paper.bytes, file);
    const revision = { ...payload.revision, ...change };
    const result = await submit({ auth: signer.session.auth }, sent, 3, { ...payload, revision }, file);
    expect((await documentOf(sent.document)).version).toBe(3);
    return [result.status, result.code];
  };
  const withEvidence = (change: (evidence: Evidence) => Evidence | null): Promise<Uint8Array> =>
    signed(sent.paper, sent.paper.bytes, signer, { evidence: change });

  test('that changes one byte of what was there: prefix', async () => {
    const file = Uint8Array.from(good);
    file[20] = (file[20] ?? 0) ^ 1;
    expect(await refuse(file)).toEqual([400, 'prefix']);
  });

  test('that is shorter, equal, or follows another one: prefix', async () => {
    expect(await refuse(sent.paper.bytes.subarray(0, 500))).toEqual([400, 'prefix']);
    expect(await refuse(sent.paper.bytes)).toEqual([400, 'prefix']);
    expect(await refuse(good, { prevSha256: sha256(sent.before) })).toEqual([400, 'prefix']);
    expect(await refuse(good, { seq: 2 })).toEqual([400, 'prefix']);
  });

  test('whose bytes were not sent, or have another size: blob-missing, hash-mismatch', async () => {
    expect(await refuse(good, { size: good.length + 1 })).toEqual([400, 'hash-mismatch']);
    expect(await refuse(good, { sha256: '0'.repeat(64) })).toEqual([400, 'blob-missing']);
  });

  test('that signs nothing: byte-range', async () => {
    const file = amended(sent.paper.bytes, (appender) => appender.add(1));
    expect(await refuse(file)).toEqual([400, 'byte-range']);
  });

  test('that goes on behind its signature: byte-range', async () => {
    expect(await refuse(amended(good, (appender) => appender.add(1)))).toEqual([400, 'byte-range']);
    expect(await refuse(concat(good, new TextEncoder().encode('\n')))).toEqual([400, 'byte-range']);
  });

  test('with two signatures: byte-range', async () => {
    const both = await signed(sent.paper, good, { ...signer, party: cleo });
    expect(await refuse(both)).toEqual([400, 'byte-range']);
  });

  test('signed by another key than its certificate’s: cms', async () => {
    const file = await signed(sent.paper, sent.paper.bytes, { ...signer, key: await makeKey() });
    expect(await refuse(file)).toEqual([400, 'cms']);
  });

  test('whose covered bytes were changed after signing: cms', async () => {
    const file = Uint8Array.from(good);
    const at = Buffer.from(good).lastIndexOf('Dora Director');
    expect(at).toBeGreaterThan(sent.paper.bytes.length);
    file[at] = 0x65;
    expect(await refuse(file)).toEqual([400, 'cms']);
  });

  test('with a certificate of another party, of nobody here, or an ended one: certificate', async () => {
    const other = await prepare(workspace.server, workspace.owner, [
      director({ email: 'other@acme.example' })
    ]);
    const foreign = await signerOf(workspace, other, other.parties[0] ?? dora);
    const swapped = { ...signer, key: foreign.key, issued: foreign.issued };
    expect(await refuse(await signed(sent.paper, sent.paper.bytes, swapped))).toEqual([400, 'certificate']);
    expect(await refuse(await signed(sent.paper, sent.paper.bytes, await selfSigned(signer)))).toEqual([
      400,
      'certificate'
    ]);
    const row = `sha256 = '${sha256(Buffer.from(signer.issued.certificate, 'base64'))}'`;
    await sql(
      workspace.server,
      `UPDATE certificates SET revokedAt = 1, revokedFor = 'superseded' WHERE ${row}`
    );
    expect(await refuse(good)).toEqual([400, 'certificate']);
    await sql(workspace.server, `UPDATE certificates SET revokedAt = 0 WHERE ${row}`);
  });

  test('in the place of another party: changes', async () => {
    const file = await signed(sent.paper, sent.paper.bytes, signer, { letter: 'B' });
    expect(await refuse(file)).toEqual([400, 'changes']);
  });

  test.each([
    [
      'the page',
      (appender: Appender, doc: PdfDocument) => {
        const page = doc.page(1);
        appender.put(page.ref, page.dict.clone().set('Contents', []));
      }
    ],
    [
      'another party’s field',
      (appender: Appender, doc: PdfDocument) => {
        const field = formFields(doc).find((one) => one.name === 'cs-B-text-1');
        if (field === undefined) throw new Error('no such field');
        appender.put(field.ref, field.dict.clone().set('V', textString('by the director')));
      }
    ],
    [
      'the catalog',
      (appender: Appender, doc: PdfDocument) => {
        appender.put(doc.catalogRef, doc.catalog.clone().set('OpenAction', textString('surprise')));
      }
    ]
  ])('that also changes %s: changes', async (_, change) => {
    const file = await signed(sent.paper, amended(sent.paper.bytes, change), signer);
    expect(await refuse(file)).toEqual([400, 'changes']);
  });

  test('with a field whose picture says another value: appearance', async () => {
    const file = await signed(sent.paper, sent.paper.bytes, signer, { values: { 'cs-A-text-1': '1000' } });
    expect(await refuse(await resigned(file, signer, '(1000)', '(9999)'))).toEqual([400, 'appearance']);
  });

  test.each([
    ['no evidence', () => null],
    ['another title', (e: Evidence) => ({ ...e, title: 'Something else' })],
    ['another document', (e: Evidence) => ({ ...e, document: 'a'.repeat(15) })],
    ['another frozen file', (e: Evidence) => ({ ...e, frozenSha256: '0'.repeat(64) })],
    ['another original', (e: Evidence) => ({ ...e, originalSha256: '0'.repeat(64) })],
    ['another name', (e: Evidence) => ({ ...e, party: { ...e.party, name: 'Somebody Else' } })],
    ['another address', (e: Evidence) => ({ ...e, party: { ...e.party, email: 'x…@y….zz' } })],
    ['another proof', (e: Evidence) => ({ ...e, proof: { kind: 'sms' as const, statement: null } })],
    ['another certificate', (e: Evidence) => ({ ...e, key: { ...e.key, certificate: '0'.repeat(64) } })],
    ['another value than the file', (e: Evidence) => ({ ...e, values: { 'cs-A-text-1': 'Gdańsk' } })],
    ['a value of another party', (e: Evidence) => ({ ...e, values: { ...e.values, 'cs-B-text-1': 'x' } })]
  ])('with %s: evidence', async (_, change) => {
    expect(await refuse(await withEvidence(change))).toEqual([400, 'evidence']);
  });

  test('with a required field left blank: evidence', async () => {
    const file = await signed(sent.paper, sent.paper.bytes, signer, { values: {} });
    expect(await refuse(file)).toEqual([400, 'evidence']);
  });

  test.each([
    ['another text', (e: Evidence) => ({ ...e, consent: { ...e.consent, text: 'I agree to nothing.' } })],
    ['another hash', (e: Evidence) => ({ ...e, consent: { ...e.consent, sha256: '0'.repeat(64) } })],
    ['a version that never was', (e: Evidence) => ({ ...e, consent: { ...e.consent, version: 99 } })]
  ])('with %s of the consent: consent', async (_, change) => {
    expect(await refuse(await withEvidence(change))).toEqual([400, 'consent']);
  });

  test('on an old version: version, with the current document', async () => {
    const payload = signPayload(dora.id, 1, sent.paper.bytes, good);
    const result = await submit({ auth: signer.session.auth }, sent, 2, payload, good);
    expect([result.status, result.code]).toEqual([409, 'version']);
    expect(result.body['current']).toMatchObject({ id: sent.document, version: 3 });
  });

  test('before its turn: not-your-turn', async () => {
    await sql(workspace.server, `UPDATE documents SET turn = '${cleo.id}' WHERE id = '${sent.document}'`);
    expect(await refuse(good)).toEqual([403, 'not-your-turn']);
    await sql(workspace.server, `UPDATE documents SET turn = '${dora.id}' WHERE id = '${sent.document}'`);
  });

  test('for a document that was withdrawn meanwhile: not-open; everybody who knew of it is told', async () => {
    await done(
      workspace.server,
      workspace.owner,
      action('document.void', sent.document, 3, { reason: 'mistake' })
    );
    const payload = signPayload(dora.id, 1, sent.paper.bytes, good);
    const result = await submit({ link: signer.link }, sent, 3, payload, good);
    expect([result.status, result.code, result.body['stopReason']]).toEqual([403, 'not-open', 'voided']);
    const told = await workspace.drop.next('refused@acme.example', 'stopped');
    expect(told.text).toContain('withdrew');
    expect(told.text).not.toContain('mistake');
    expect(workspace.drop.all().some((message) => message.to === '+48600100202')).toBe(false);
  });
});

test('a party declines with a reason: stopped, and the member who prepared it reads why', async () => {
  const dora = director({ email: 'declines@acme.example' });
  const sent = await prepare(workspace.server, workspace.owner, [dora, client({ phone: '+48600100203' })]);
  const link = linkIn((await workspace.drop.next('declines@acme.example', 'turn')).text);
  const wire = action('document.decline', sent.document, 3, { party: dora.id, reason: 'The price is wrong' });
  expect((await done(workspace.server, { link }, wire)).body).toEqual({ version: 4 });
  expect(await documentOf(sent.document)).toMatchObject({
    stage: 'stopped',
    stopReason: 'declined',
    stopNote: 'The price is wrong'
  });
  const told = await workspace.drop.next('olga@workspace.example', 'stopped');
  expect(told.text).toContain('The price is wrong');
});

/** The signer with a key of its own word. */
async function selfSigned<T extends Signer>(signer: T): Promise<T> {
  const key = await makeKey();
  const unsigned = selfSignedCertificate({
    name: signer.party.name,
    organization: signer.party.organisation,
    email: null,
    spki: key.spki,
    serial: serialFrom(randomBytes(16)),
    now: Date.now()
  });
  return { ...signer, key, issued: { certificate: toBase64(await key.complete(unsigned)), chain: [] } };
}

describe('in person, on one device', () => {
  let sent: Sent;
  let guest: PartyDraft;
  let member: Awaited<ReturnType<typeof certify>>;
  let signer: Signer;

  beforeAll(async () => {
    guest = client({ order: 0, channel: 'hand', proof: 'in-person', phone: '+48600100204' });
    const company = director({ order: 1, channel: 'hand', proof: 'staff', member: workspace.owner.user });
    member = await certify(workspace.server, workspace.owner.auth);
    sent = await prepare(workspace.server, workspace.owner, [guest, company]);
    const bare = { document: sent.document, party: guest, key: member.key, issued: member.issued };
    signer = await selfSigned(bare);
  });

  const statement = async (change: Partial<WitnessStatement> = {}, key = member.key): Promise<string> => {
    const said: WitnessStatement = {
      v: 1,
      workspace: (await call<Me & object>(workspace.server, 'GET', 'me', workspace.owner)).body.workspace.id,
      document: sent.document,
      frozenSha256: sent.paper.sha256,
      baseSha256: sent.paper.sha256,
      party: guest.id,
      partySpki: sha256(signer.key.spki),
      name: guest.name,
      idSeen: 'passport',
      idLast3: '7K2',
      text: WITNESS_TEXT_EN.text,
      textLang: WITNESS_TEXT_EN.language,
      at: new Date().toISOString(),
      lastServerTime: null,
      witnessCert: sha256(fromBase64(member.issued.certificate)),
      ...change
    };
    const chain = [member.issued.certificate, member.issued.chain[0] ?? ''].map(fromBase64);
    const certificates = said.witnessCert === null ? [] : chain;
    const prepared = prepareStatement('witness', jcs(said as unknown as Json), key.spki, certificates);
    return prepared.finish(await key.sign(prepared.bytes));
  };
  const bring = async (said: string | null): Promise<[ActionResult, Uint8Array]> => {
    const file = await signed(sent.paper, sent.paper.bytes, signer, {
      evidence: (evidence) => ({
        ...evidence,
        proof: { kind: 'in-person', statement: said, witness: member.issued.proof }
      })
    });
    const payload = signPayload(guest.id, 1, sent.paper.bytes, file);
    return [await submit(workspace.owner, sent, 3, payload, file), file];
  };

  test('nobody is sent a link, and nothing is said to the member who is there', () => {
    const to = ['+48600100204', 'dora@acme.example'];
    expect(workspace.drop.all().filter((message) => to.includes(message.to))).toEqual([]);
  });

  test.each([
    ['is missing', () => Promise.resolve(null)],
    ['is about another party', () => statement({ party: 'a'.repeat(15) })],
    ['is about another key', () => statement({ partySpki: '0'.repeat(64) })],
    ['is about another file', () => statement({ frozenSha256: '0'.repeat(64) })],
    ['is about another base', () => statement({ baseSha256: '0'.repeat(64) })],
    ['is about another workspace', () => statement({ workspace: 'a'.repeat(15) })],
    ['is about another name', () => statement({ name: 'Somebody Else' })],
    ['is about another document', () => statement({ document: 'a'.repeat(15) })],
    ['is signed by a key of nobody', async () => statement({}, await makeKey())],
    ['is no statement', () => Promise.resolve('a.b.c')]
  ])('a witness statement that %s is refused', async (_, make) => {
    const [result] = await bring(await make());
    expect([result.status, result.code]).toEqual([400, 'witness']);
  });

  test('with the statement of the member who brings it, then the member for the company: completed', async () => {
    const [first, file] = await bring(await statement());
    expect(first).toMatchObject({ status: 200, body: { version: 4 } });
    const company = sent.parties[1];
    if (company === undefined) throw new Error('no company');
    const second = await signed(sent.paper, file, { document: sent.document, party: company, ...member });
    const result = await submit(workspace.owner, sent, 4, signPayload(company.id, 2, file, second), second);
    expect(result).toMatchObject({ status: 200, body: { version: 5 } });
    expect((await documentOf(sent.document)).stage).toBe('completed');
    const copy = await workspace.drop.next('+48600100204', 'completed');
    expect(linkIn(copy.text)).toHaveLength(43);
    const own = workspace.drop
      .all()
      .filter((one) => one.kind === 'completed' && one.text.includes(sent.document));
    expect(own.map((one) => one.to)).toEqual(['olga@workspace.example']);
  });
});
