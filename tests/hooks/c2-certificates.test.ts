// security.md C2 to C4: what binds a request to a person, and whose words the certificate says.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fromBase64, toBase64 } from '../../src/lib/bytes/base64.ts';
import { integer, oid, sequence, setOf, tagged, utf8String } from '../../src/lib/asn1/der.ts';
import type { CertificateIssued, Nonce } from '../../src/lib/domain/api.ts';
import { parseCertificate } from '../../src/lib/pki/certificate.ts';
import { crlCheck, parseCrl } from '../../src/lib/pki/crl.ts';
import { certificateRequest } from '../../src/lib/pki/csr.ts';
import { encodeName } from '../../src/lib/pki/name.ts';
import { nobleProvider } from '../../src/lib/pki/provider-noble.ts';
import { toBeSigned } from '../../src/lib/pki/to-be-signed.ts';
import { prepare, type Sent } from './desk.ts';
import { client, director, sha256 } from './paper.ts';
import { call, certify, makeKey, OWNER, signIn, sql, type Answer, type DeviceKey } from './people.ts';
import { arrive, hire, openWorkspace, type Workspace } from './workspace.ts';

let workspace: Workspace;
let sent: Sent;
let party: Awaited<ReturnType<typeof arrive>>;

beforeAll(async () => {
  workspace = await openWorkspace({ sql: true });
  sent = await prepare(workspace.server, workspace.owner, [director(), client()]);
  const [dora] = sent.parties;
  if (dora === undefined) throw new Error('no party');
  party = await arrive(workspace, dora);
});
afterAll(() => workspace.server.stop());

const nonceFor = async (auth: string): Promise<string> =>
  (await call<Nonce & object>(workspace.server, 'POST', 'nonce', { auth, body: {} })).body.nonce;
const request = async (key: DeviceKey, nonce: string): Promise<string> =>
  toBase64(await key.complete(certificateRequest({ spki: key.spki, nonce })));
const ask = (auth: string | undefined, csr: string): Promise<Answer<CertificateIssued & object>> =>
  call(workspace.server, 'POST', 'certificates', { auth, body: { csr } });

describe('C2: the nonce', () => {
  test('works once, for the session that got it', async () => {
    const csr = await request(await makeKey(), party.session.nonce);
    expect((await ask(party.session.auth, csr)).status).toBe(200);
    const again = await ask(party.session.auth, csr);
    expect([again.status, again.body.code]).toEqual([403, 'nonce']);
  });

  test('of another session is refused, and stays good for its owner', async () => {
    const nonce = await nonceFor(party.session.auth);
    const key = await makeKey();
    const foreign = await ask(workspace.owner.auth, await request(key, nonce));
    expect([foreign.status, foreign.body.code]).toEqual([403, 'nonce']);
    expect((await ask(party.session.auth, await request(key, nonce))).status).toBe(200);
  });

  test('that nobody gave, or none at all, is refused', async () => {
    const key = await makeKey();
    for (const nonce of ['0'.repeat(64), 'x']) {
      const answer = await ask(party.session.auth, await request(key, nonce));
      expect([answer.status, answer.body.code]).toEqual([403, 'nonce']);
    }
    const bare = toBeSigned(sequence(integer(0), sequence(), key.spki, tagged(0)), key.spki);
    const none = await ask(party.session.auth, toBase64(await key.complete(bare)));
    expect([none.status, none.body.code]).toEqual([403, 'nonce']);
  });

  test('is dead after ten minutes', async () => {
    const nonce = await nonceFor(party.session.auth);
    await sql(workspace.server, 'UPDATE nonces SET expires = expires - 600001');
    const late = await ask(party.session.auth, await request(await makeKey(), nonce));
    expect([late.status, late.body.code]).toEqual([403, 'nonce']);
  });

  test('is given to a member only within ten minutes of a password sign-in', async () => {
    const fresh = await signIn(workspace.server, OWNER.email, OWNER.password);
    expect(await nonceFor(fresh.auth)).toMatch(/^[0-9a-f]{64}$/);
    await sql(workspace.server, 'UPDATE sign_ins SET at = at - 600001');
    const late = await call(workspace.server, 'POST', 'nonce', { auth: fresh.auth, body: {} });
    expect([late.status, late.body.code]).toEqual([403, 'sign-in']);
    const refresh = '/api/collections/users/auth-refresh';
    const refreshed = await call<{ token: string }>(workspace.server, 'POST', refresh, {
      auth: fresh.auth,
      body: {}
    });
    const still = await call(workspace.server, 'POST', 'nonce', { auth: refreshed.body.token, body: {} });
    expect([still.status, still.body.code]).toEqual([403, 'sign-in']);
  });

  test('sign-ins within one second, which get one token, all work', async () => {
    const all = await Promise.all([1, 2, 3].map(() => signIn(workspace.server, OWNER.email, OWNER.password)));
    for (const one of all) expect(await nonceFor(one.auth)).toMatch(/^[0-9a-f]{64}$/);
  });

  test('a link alone gets neither nonce nor certificate', async () => {
    for (const path of ['nonce', 'certificates']) {
      const answer = await call(workspace.server, 'POST', path, { link: party.link, body: { csr: '' } });
      expect([answer.status, answer.body.code], path).toEqual([401, 'sign-in']);
    }
  });

  test.each([
    ['no DER', () => Promise.resolve(toBase64(randomBytes(40)))],
    ['no base64', () => Promise.resolve('%%%')],
    [
      'signed by another key',
      async () => {
        const [key, other] = [await makeKey(), await makeKey()];
        const unsigned = certificateRequest({ spki: key.spki, nonce: await nonceFor(party.session.auth) });
        return toBase64(await other.complete(unsigned));
      }
    ]
  ])('a request that is %s is no request', async (_, make) => {
    const answer = await ask(party.session.auth, await make());
    expect([answer.status, answer.body.code]).toEqual([400, 'csr']);
  });
});

describe('C3: the words are the server’s own', () => {
  test('a request that asks for another name, for CA and serverAuth gets its own row’s values', async () => {
    const key = await makeKey();
    const nonce = await nonceFor(party.session.auth);
    const extensions = sequence(
      sequence(oid('2.5.29.19'), setOf()),
      sequence(oid('2.5.29.37'), sequence(oid('1.3.6.1.5.5.7.3.1')))
    );
    const attributes = tagged(
      0,
      sequence(oid('1.2.840.113549.1.9.7'), setOf(utf8String(nonce))),
      sequence(oid('1.2.840.113549.1.9.14'), setOf(extensions))
    );
    const name = encodeName({ commonName: 'Somebody Else', organization: 'Bank' });
    const greedy = toBeSigned(sequence(integer(0), name, key.spki, attributes), key.spki);
    const answer = await ask(party.session.auth, toBase64(await key.complete(greedy)));
    expect(answer.status).toBe(200);
    const certificate = parseCertificate(fromBase64(answer.body.certificate));
    expect(certificate.subject.text).toBe('CN=Dora Director,O=Acme Ltd');
    expect(certificate.basicConstraints?.ca ?? false).toBe(false);
    expect(certificate.extendedKeyUsage).not.toContain('1.3.6.1.5.5.7.3.1');
    expect(certificate.keyUsage).toEqual(['digitalSignature', 'contentCommitment']);
    // E6: an address in the certificate would stand in every file it signs.
    expect(certificate.alternativeNames).toEqual([]);
  });

  test('no phone number stands in the certificate of a party reached by SMS', async () => {
    const other = await prepare(workspace.server, workspace.owner, [
      client({ order: 0, phone: '+48600100299' })
    ]);
    const [cleo] = other.parties;
    if (cleo === undefined) throw new Error('no party');
    const inside = await arrive(workspace, cleo);
    const { issued } = await certify(workspace.server, inside.session.auth, inside.session.nonce);
    const bytes = Buffer.from(fromBase64(issued.certificate)).toString('latin1');
    expect(bytes).toContain('Cleo Client');
    expect(bytes).not.toContain('600100299');
  });

  test('a member’s certificate says the member’s name and the workspace', async () => {
    const max = await hire(workspace, { name: 'Max Member', email: 'max@workspace.example', role: 'member' });
    const { issued } = await certify(workspace.server, max.auth);
    const leaf = parseCertificate(fromBase64(issued.certificate));
    expect(leaf.subject.text).toBe('CN=Max Member,O=Test workspace');
    const [issuing, root] = issued.chain.map((der) => parseCertificate(fromBase64(der)));
    expect([leaf.issuer.text, issuing?.issuer.text]).toEqual([issuing?.subject.text, root?.subject.text]);
  });
});

describe('C4: keys and serials', () => {
  test('the same key asked for again gets the same certificate, and nobody else gets one for it', async () => {
    const key = await makeKey();
    const first = await ask(party.session.auth, await request(key, await nonceFor(party.session.auth)));
    const again = await ask(party.session.auth, await request(key, await nonceFor(party.session.auth)));
    expect(again.body.certificate).toBe(first.body.certificate);
    const owner = await signIn(workspace.server, OWNER.email, OWNER.password);
    const other = await ask(owner.auth, await request(key, await nonceFor(owner.auth)));
    expect([other.status, other.body.code]).toEqual([400, 'key-reused']);
  });

  test('P-384 is certified; other curves are not', async () => {
    const large = await makeKey('P-384');
    const csr = await request(large, await nonceFor(party.session.auth));
    expect((await ask(party.session.auth, csr)).status).toBe(200);
    const { spki } = await makeKey();
    const off = Uint8Array.from(spki);
    off[40] = (off[40] ?? 0) ^ 1;
    const key = await makeKey();
    const unsigned = sequence(integer(0), sequence(), off, tagged(0));
    const broken = await ask(
      party.session.auth,
      toBase64(await key.complete(toBeSigned(unsigned, key.spki)))
    );
    expect([broken.status, broken.body.code]).toEqual([400, 'csr']);
  });

  test('a party’s new key ends its old one, and the list says so', async () => {
    const { issued } = await certify(workspace.server, party.session.auth);
    await certify(workspace.server, party.session.auth);
    const response = await fetch(`${workspace.server.url}/api/countersign/crl`);
    expect(response.headers.get('content-type')).toBe('application/pkix-crl');
    const bytes = new Uint8Array(await response.arrayBuffer());
    const list = parseCrl(bytes);
    const again = await fetch(response.url);
    expect(new Uint8Array(await again.arrayBuffer())).toEqual(bytes);
    const issuing = parseCertificate(fromBase64(issued.chain[0] ?? ''));
    const question = crlCheck(list, issuing);
    expect(question === null ? [] : nobleProvider().check([question])).toEqual(['valid']);
    const old = parseCertificate(fromBase64(issued.certificate));
    expect(list.revoked.find((one) => one.serialHex === old.serialHex)?.reason).toBe(4);
    expect(list.nextUpdate).toBe(list.thisUpdate + 7 * 86_400_000);
    expect(Number(list.number)).toBeGreaterThan(Date.now() - 60_000);
  });

  test('serials are 16 bytes, positive, and differ', async () => {
    const serials = new Set<string>();
    for (let round = 0; round < 5; round++) {
      const { issued } = await certify(workspace.server, party.session.auth);
      const { serial, serialHex } = parseCertificate(fromBase64(issued.certificate));
      expect(serial.length).toBe(16);
      expect((serial[0] ?? 0) & 0x80).toBe(0);
      serials.add(serialHex);
    }
    expect(serials.size).toBe(5);
  });

  test('the event says which certificate, by its hash', async () => {
    const { issued } = await certify(workspace.server, party.session.auth);
    const answer = await call<{ events: { kind: string; data: object }[] }>(
      workspace.server,
      'GET',
      `documents/${sent.document}/events`,
      { auth: workspace.owner.auth }
    );
    const last = answer.body.events.filter((event) => event.kind === 'certified').pop();
    expect(last?.data).toEqual({ certificate: sha256(fromBase64(issued.certificate)) });
  });
});
