import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openBench, pem, type Bench } from '../../../tests/security/openssl.ts';
import { testKey, type TestKey } from '../../../tests/security/workspace-ca.ts';
import { readStatement } from '../cms/statement.ts';
import { fromBase64, toBase64 } from '../bytes/base64.ts';
import { jcs, type Json } from '../domain/jcs.ts';
import type { WitnessStatement } from '../domain/witness.ts';
import { certificateCheck, parseCertificate } from '../pki/certificate.ts';
import { parseCrl } from '../pki/crl.ts';
import { parseRequest } from '../pki/csr.ts';
import { nobleProvider } from '../pki/provider-noble.ts';
import { restoreBackup } from './backup.ts';
import { enrolmentRequest, selfSigned } from './enrol.ts';
import { createOneTimeKey } from './key-store.ts';
import { kekOf, openKey } from './lock.ts';
import { setUpRoot, type NewWorkspaceRoot } from './root.ts';
import { signStatement } from './statement.ts';

// Argon2id is slow on purpose, and slower on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const PASSPHRASE = 'amber tulip canoe orbit velvet mango';
const OTHER = 'six quite different words for backup';
const NOW = Date.UTC(2026, 4, 6, 7, 8, 9);
const DAY = 86_400_000;

let bench: Bench;
let issuingKey: TestKey;
let statementKey: TestKey;
let made: NewWorkspaceRoot;
beforeAll(async () => {
  bench = openBench();
  [issuingKey, statementKey] = await Promise.all([testKey(), testKey()]);
  const opened = { issuingSpki: toBase64(issuingKey.spki), statementSpki: toBase64(statementKey.spki) };
  made = await setUpRoot({ opened, workspaceName: 'Öko GmbH', passphrase: PASSPHRASE, now: NOW });
});
afterAll(() => bench.close());

describe('the owner’s root', () => {
  test('signs the server’s keys and a list good for 400 days, as OpenSSL sees it too', () => {
    const issuing = parseCertificate(fromBase64(made.issuing));
    expect(issuing.spki).toEqual(issuingKey.spki);
    expect(parseCertificate(fromBase64(made.statement)).spki).toEqual(statementKey.spki);
    expect(issuing.issuer.text).toBe('CN=Öko GmbH Root');
    const crl = parseCrl(fromBase64(made.rootCrl));
    expect(crl.revoked).toEqual([]);
    expect(crl.nextUpdate).toBe(NOW + 400 * DAY);
    for (const name of ['root', 'issuing', 'statement'] as const) {
      bench.write(`${name}.pem`, pem('CERTIFICATE', fromBase64(made[name])));
    }
    bench.write('crl.pem', pem('X509 CRL', fromBase64(made.rootCrl)));
    const args = [
      '-x509_strict',
      '-crl_check',
      '-attime',
      String(NOW / 1000),
      '-CAfile',
      'root.pem',
      '-CRLfile',
      'crl.pem'
    ];
    expect(bench.run('verify', ...args, 'issuing.pem', 'statement.pem')).toMatch(
      /issuing.pem: OK\nstatement.pem: OK/
    );
  });
  test('what goes to the server holds no private key and nothing that opens one (C1)', () => {
    const sent = [made.root, made.issuing, made.statement, made.rootCrl].map(fromBase64);
    for (const bytes of sent) expect(bytes[0]).toBe(0x30);
    const text = sent.map((bytes) => Buffer.from(bytes).toString('latin1')).join();
    expect(text).not.toContain(Buffer.from(made.record.wrapped, 'base64').toString('latin1'));
  });
  test('comes back from its backup file and is the same root', async () => {
    const restored = await restoreBackup(made.backup, PASSPHRASE, { lock: 'passphrase', passphrase: OTHER });
    expect(restored.kind).toBe('root');
    expect(restored.certificates).toEqual([made.root]);
    const root = parseCertificate(fromBase64(made.root));
    const spki = fromBase64(restored.record.spki);
    expect(spki).toEqual(root.spki);
    const check = certificateCheck(parseCertificate(fromBase64(made.issuing)), spki);
    expect(check && nobleProvider().check([check])).toEqual(['valid']);
    await openKey(
      restored.record,
      await kekOf(restored.record, { kind: 'passphrase', passphrase: OTHER }),
      false
    );
  });
});

describe('what a key signs', () => {
  test('a request with the nonce, a self-signed certificate, a witness statement', async () => {
    const { key } = await createOneTimeKey(NOW);
    const request = parseRequest(fromBase64(await enrolmentRequest(key, 'ab'.repeat(32))));
    const own = parseCertificate(await selfSigned(key, { name: 'Bo', organization: '', email: null }, NOW));
    const statement: WitnessStatement = {
      v: 1,
      workspace: 'w'.repeat(15),
      document: 'd'.repeat(15),
      frozenSha256: '0'.repeat(64),
      baseSha256: '2'.repeat(64),
      party: 'p'.repeat(15),
      partySpki: '1'.repeat(64),
      name: 'Bo',
      idSeen: 'known',
      text: 'Bo stands before me.',
      textLang: 'en',
      at: '2026-05-06T07:08:09.000Z',
      lastServerTime: null,
      witnessCert: null
    };
    const witness = readStatement(await signStatement('witness', key, statement, []), 'witness', key.spki);
    expect(request.nonce).toBe('ab'.repeat(32));
    expect(own.subject.text).toBe('CN=Bo');
    expect(JSON.parse(witness.canonical)).toEqual(statement);
    expect(jcs(JSON.parse(witness.canonical) as Json)).toBe(witness.canonical);
    const ownCheck = certificateCheck(own, own.spki);
    expect(nobleProvider().check([request.check, witness.check, ...(ownCheck ? [ownCheck] : [])])).toEqual([
      'valid',
      'valid',
      'valid'
    ]);
  });
});
