// Fields of the uploaded form that a party was given: accepted from this party, refused from any other; and the
// question with one answer (`security.md` S1, "only this party's fields").
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { concat } from '../../src/lib/bytes/concat.ts';
import { fromBase64 } from '../../src/lib/bytes/base64.ts';
import { memorySource } from '../../src/lib/bytes/source.ts';
import { loadFonts } from '../../src/cli/fonts.ts';
import { signOnce } from '../../src/cli/signing.ts';
import type { Field } from '../../src/lib/domain/field.ts';
import { jcs, type Json } from '../../src/lib/domain/jcs.ts';
import type { PartyDraft } from '../../src/lib/domain/party.ts';
import { openPdf } from '../../src/lib/pdf/document.ts';
import { formEntries } from '../../src/lib/sign/existing.ts';
import { orderForm } from '../vectors/form.ts';
import { writeTable } from '../vectors/write.ts';
import { action, done, one, put, type Sent } from './desk.ts';
import { client, director, draftOf, evidenceOf, frozen, sha256, signPayload, type Signer } from './paper.ts';
import { id, sql } from './people.ts';
import { openWorkspace, signerOf, type Workspace } from './workspace.ts';

let workspace: Workspace;
beforeAll(async () => {
  workspace = await openWorkspace({ sql: true });
});
afterAll(() => workspace.server.stop());
afterEach(() => sql(workspace.server, 'DELETE FROM uploads'));

const before = writeTable(orderForm());

function given(name: string, party: PartyDraft): Field {
  const doc = openPdf(memorySource(before));
  const entry = formEntries(doc, doc.pages()).find(({ field }) => field.name === name);
  if (!entry?.existing || !entry.box) throw new Error(`${name} is not offered`);
  const { existing, box, label, options } = entry;
  const kind = existing.type === 'radio' ? 'choice' : existing.type;
  return { id: id(), party: party.id, kind, box, label, required: false, options, existing };
}

const answer = (party: PartyDraft, y: number, group: string): Field => ({
  id: id(),
  party: party.id,
  kind: 'checkbox',
  box: { page: 1, x: 300, y, w: 12, h: 12 },
  label: `Answer at ${y}`,
  required: true,
  group
});

/** A form sent to a director, who has some of its fields and a question, and a client, who has the others. */
async function sentForm(dora: PartyDraft, cleo: PartyDraft): Promise<Sent> {
  const { server, owner } = workspace;
  const plain = draftOf([dora, cleo], sha256(before));
  const signature = plain.fields.find(({ party, kind }) => party === dora.id && kind === 'signature');
  if (signature === undefined) throw new Error('no signature');
  const group = id();
  const fields = [
    { ...signature, box: { page: 1, x: 300, y: 200, w: 150, h: 40 } },
    ...['customer', 'plan'].map((name) => given(name, dora)),
    answer(dora, 400, group),
    answer(dora, 430, group),
    ...['buyer', 'Signature1'].map((name) => given(name, cleo))
  ];
  const draft = { ...plain, fields } as typeof plain;
  const paper = frozen(draft, before);
  const document = id();
  await put(server, owner, before);
  await done(server, owner, action('document.create', document, 0, draft));
  await put(server, owner, paper.bytes);
  await done(server, owner, action('document.freeze', document, 1, paper.payload));
  await done(server, owner, action('document.send', document, 2, {}));
  return { document, parties: [dora, cleo], paper, before };
}

/** A signature revision that fills `values`, stating them as `stated`. */
async function filled(
  { paper }: Sent,
  bytes: Uint8Array,
  signer: Signer,
  own: readonly string[],
  values: Record<string, string>
): Promise<Uint8Array> {
  const letter = signer.party.order === 0 ? 'A' : 'B';
  const mine = paper.payload.fields.filter(
    ({ party, kind }) => party === signer.party.id && kind !== 'signature'
  );
  const stated = Object.fromEntries(mine.map(({ name = '' }) => [name, values[name] ?? '']));
  const input = {
    partyLetter: letter,
    own,
    values,
    marks: {},
    stamps: {},
    signerName: signer.party.name,
    reason: null,
    location: null,
    at: Date.now(),
    evidence: jcs(evidenceOf(paper, signer, stated) as unknown as Json),
    certificates: [signer.issued.certificate, ...signer.issued.chain.slice(0, 1)].map(fromBase64)
  };
  return concat(bytes, await signOnce(memorySource(bytes), input, await loadFonts(), signer.key.sign));
}

test('each party fills what it was given, signs in the form’s own place, and touches nothing else', async () => {
  const [dora, cleo] = [director({ email: 'given@acme.example' }), client({ phone: '+48600100291' })];
  const sent = await sentForm(dora, cleo);
  const submit = async (
    signer: Awaited<ReturnType<typeof signerOf>>,
    version: number,
    seq: number,
    from: Uint8Array,
    to: Uint8Array
  ) => {
    const who = { auth: signer.session.auth };
    await put(workspace.server, who, to);
    return one(
      workspace.server,
      who,
      action('document.sign', sent.document, version, signPayload(signer.party.id, seq, from, to))
    );
  };
  const names = (party: PartyDraft) =>
    sent.paper.payload.fields.filter((field) => field.party === party.id).map(({ name = '' }) => name);
  const first = await signerOf(workspace, sent, dora);
  const frozenBytes = sent.paper.bytes;

  const yes = { customer: 'Beta', plan: 'y', 'cs-A-check-1': 'Yes' };
  // The client's field by the director.
  const foreign = await filled(sent, frozenBytes, first, [...names(dora), 'buyer'], {
    ...yes,
    buyer: 'Dora'
  });
  expect(await submit(first, 3, 1, frozenBytes, foreign)).toMatchObject({ status: 400, code: 'changes' });
  // A field of the form that nobody was given.
  const nobody = await filled(sent, frozenBytes, first, [...names(dora), 'order.note'], {
    ...yes,
    'order.note': 'x'
  });
  expect(await submit(first, 3, 1, frozenBytes, nobody)).toMatchObject({ status: 400, code: 'changes' });
  // Two answers to one question, and none.
  const two = await filled(sent, frozenBytes, first, names(dora), { ...yes, 'cs-A-check-2': 'Yes' });
  expect(await submit(first, 3, 1, frozenBytes, two)).toMatchObject({ status: 400, code: 'evidence' });
  const none = await filled(sent, frozenBytes, first, names(dora), { ...yes, 'cs-A-check-1': '' });
  expect(await submit(first, 3, 1, frozenBytes, none)).toMatchObject({ status: 400, code: 'evidence' });

  const one_ = await filled(sent, frozenBytes, first, names(dora), yes);
  expect(await submit(first, 3, 1, frozenBytes, one_)).toMatchObject({ status: 200 });

  const second = await signerOf(workspace, sent, cleo);
  const both = await filled(sent, one_, second, names(cleo), { buyer: 'Cleo' });
  expect(await submit(second, 4, 2, one_, both)).toMatchObject({ status: 200 });
}, 120_000);
