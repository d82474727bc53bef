// A member signs with a key of their own, brought along in a PKCS#12 file: its certificate is by somebody else.
import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { toBase64 } from '../../src/lib/bytes/base64.ts';
import type { ActionResult } from '../../src/lib/domain/api.ts';
import type { Evidence } from '../../src/lib/domain/evidence.ts';
import type { PartyDraft } from '../../src/lib/domain/party.ts';
import { selfSignedCertificate, serialFrom } from '../../src/lib/pki/authority.ts';
import { action, one, prepare, put, type Sender, type Sent } from './desk.ts';
import { client, director, signed, signPayload, type Signer } from './paper.ts';
import { certify, makeKey, sql, type SignedIn } from './people.ts';
import { hire, openWorkspace, signerOf, type Workspace } from './workspace.ts';

const DAY = 86_400_000;
let workspace: Workspace;
let stranger: SignedIn;
beforeAll(async () => {
  workspace = await openWorkspace({ sql: true });
  stranger = await hire(workspace, { name: 'Otto', email: 'otto@workspace.example', role: 'manager' });
});
afterAll(() => workspace.server.stop());
afterEach(() => sql(workspace.server, 'DELETE FROM uploads'));

/** A contract whose first party is the owner. */
async function sentByOwner(): Promise<{ sent: Sent; party: PartyDraft }> {
  const party = director({ channel: 'hand', proof: 'staff', member: workspace.owner.user });
  const sent = await prepare(workspace.server, workspace.owner, [party, client()]);
  return { sent, party };
}

async function brought(document: string, party: PartyDraft, now = Date.now()): Promise<Signer> {
  const key = await makeKey();
  const serial = serialFrom(randomBytes(16));
  const person = { name: 'Olga Owner', organization: '', email: null };
  const unsigned = selfSignedCertificate({ ...person, spki: key.spki, serial, now });
  return { document, party, key, issued: { certificate: toBase64(await key.complete(unsigned)), chain: [] } };
}

const imported = (evidence: Evidence): Evidence => ({
  ...evidence,
  key: { ...evidence.key, origin: 'imported' }
});

async function sign(who: Sender, sent: Sent, signer: Signer, change = imported): Promise<ActionResult> {
  const file = await signed(sent.paper, sent.paper.bytes, signer, { evidence: change });
  await put(workspace.server, who, file);
  const payload = signPayload(signer.party.id, 1, sent.paper.bytes, file);
  return one(workspace.server, who, action('document.sign', sent.document, 3, payload));
}

test('a member who is signed in signs with it, and says where it comes from', async () => {
  const { sent, party } = await sentByOwner();
  const signer = await brought(sent.document, party);
  expect(await sign(workspace.owner, sent, signer, (evidence) => evidence)).toMatchObject({
    status: 400,
    code: 'certificate'
  });
  expect(await sign(workspace.owner, sent, signer)).toMatchObject({ status: 200, body: { version: 4 } });
});

test('not another member in their place', async () => {
  const { sent, party } = await sentByOwner();
  const result = await sign(stranger, sent, await brought(sent.document, party));
  expect(result.status).not.toBe(200);
});

test('not once its certificate has ended', async () => {
  const { sent, party } = await sentByOwner();
  const old = await brought(sent.document, party, Date.now() - 4000 * DAY);
  expect(await sign(workspace.owner, sent, old)).toMatchObject({ status: 400, code: 'certificate' });
});

test('not a key of this workspace under that name, and no statement of the server beside it', async () => {
  const { sent, party } = await sentByOwner();
  const own = await certify(workspace.server, workspace.owner.auth);
  const ours = { document: sent.document, party, ...own };
  const bare = (evidence: Evidence) => ({
    ...imported(evidence),
    proof: { ...evidence.proof, statement: null }
  });
  expect(await sign(workspace.owner, sent, ours, bare)).toMatchObject({ status: 400, code: 'certificate' });
  const foreign = await brought(sent.document, party);
  const stated = (evidence: Evidence) => ({
    ...imported(evidence),
    proof: { ...evidence.proof, statement: own.issued.proof }
  });
  expect(await sign(workspace.owner, sent, foreign, stated)).toMatchObject({ status: 400, code: 'proof' });
});

test('not a party that comes by a link', async () => {
  const dora = director({ email: 'own-key@acme.example' });
  const sent = await prepare(workspace.server, workspace.owner, [dora, client({ phone: '+48600100277' })]);
  const invited = await signerOf(workspace, sent, dora);
  const foreign = await brought(sent.document, dora);
  const result = await sign({ link: invited.link }, sent, foreign);
  expect(result).toMatchObject({ status: 400, code: 'certificate' });
});
