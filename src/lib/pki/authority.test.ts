import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openBench, pem, type Bench } from '../../../tests/security/openssl.ts';
import {
  finish,
  serial,
  testKey,
  testPerson,
  testWorkspace,
  type TestWorkspace
} from '../../../tests/security/workspace-ca.ts';
import { personCertificate, selfSignedCertificate } from './authority.ts';
import { parseCertificate, type Certificate } from './certificate.ts';
import { certificateRevocationList, crlCheck, parseCrl } from './crl.ts';
import { nobleProvider } from './provider-noble.ts';

// OpenSSL starts slowly on a busy machine.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const NOW = Date.UTC(2026, 4, 6, 7, 8, 9, 123);
const DAY = 86_400_000;
const SECOND = Date.UTC(2026, 4, 6, 7, 8, 9);
const DOCUMENT_SIGNING = ['1.3.6.1.5.5.7.3.36', '1.3.6.1.4.1.311.10.3.12'];

let bench: Bench;
let workspace: TestWorkspace;
let member: Certificate;
beforeAll(async () => {
  bench = openBench();
  workspace = await testWorkspace(NOW);
  member = await testPerson(workspace, await testKey());
  bench.write('root.pem', pem('CERTIFICATE', workspace.root.der));
  bench.write('issuing.pem', pem('CERTIFICATE', workspace.issuing.der));
  bench.write('statement.pem', pem('CERTIFICATE', workspace.statement.der));
  bench.write('member.pem', pem('CERTIFICATE', member.der));
});
afterAll(() => bench.close());

const critical = (certificate: Certificate): string[] =>
  certificate.extensions.filter((extension) => extension.critical).map((extension) => extension.oid);
const text = (name: string): string => bench.run('x509', '-in', `${name}.pem`, '-noout', '-text');
const at = (ms: number): string[] => ['-attime', String(ms / 1000)];

describe('profile of security.md §4', () => {
  test('root', () => {
    const { root } = workspace;
    expect(root.version).toBe(3);
    expect(root.notBefore).toBe(SECOND - 600_000);
    expect(root.notAfter).toBe(SECOND + 15 * 365 * DAY);
    expect(root.basicConstraints).toEqual({ ca: true, pathLength: null });
    expect(root.keyUsage).toEqual(['keyCertSign', 'cRLSign']);
    expect(root.extendedKeyUsage).toBeNull();
    expect(root.subjectKeyId).toEqual(root.authorityKeyId);
    expect(critical(root)).toEqual(['2.5.29.19', '2.5.29.15', '2.5.29.30']);
    expect(root.issuer.text).toBe('CN=Example Root');
  });
  test('issuing authority', () => {
    const { issuing, root } = workspace;
    expect(issuing.notAfter).toBe(SECOND + 5 * 365 * DAY);
    expect(issuing.basicConstraints).toEqual({ ca: true, pathLength: 0 });
    expect(issuing.keyUsage).toEqual(['keyCertSign', 'cRLSign']);
    expect(issuing.extendedKeyUsage).toEqual(DOCUMENT_SIGNING);
    expect(issuing.authorityKeyId).toEqual(root.subjectKeyId);
    expect(critical(issuing)).toEqual(['2.5.29.19', '2.5.29.15', '2.5.29.30']);
  });
  test('no host may stand under root or issuing authority', () => {
    for (const { nameConstraints } of [workspace.root, workspace.issuing]) {
      expect(nameConstraints?.permitted).toEqual([]);
      expect(nameConstraints?.excluded).toEqual([
        { kind: 'dns', value: '' },
        { kind: 'ip', value: new Uint8Array(8) },
        { kind: 'ip', value: new Uint8Array(32) }
      ]);
    }
  });
  test('statement key', () => {
    const { statement } = workspace;
    expect(statement.notAfter).toBe(SECOND + 2 * 365 * DAY);
    expect(statement.keyUsage).toEqual(['digitalSignature']);
    expect(statement.extendedKeyUsage).toBeNull();
    expect(statement.basicConstraints).toEqual({ ca: false, pathLength: null });
    expect(statement.issuer.text).toBe('CN=Example Root');
  });
  test('member', () => {
    expect(member.notBefore).toBe(SECOND - 600_000);
    expect(member.notAfter).toBe(SECOND + 397 * DAY);
    expect(member.keyUsage).toEqual(['digitalSignature', 'contentCommitment']);
    expect(member.extendedKeyUsage).toEqual(DOCUMENT_SIGNING);
    expect(member.basicConstraints).toEqual({ ca: false, pathLength: null });
    expect(member.subject.text).toBe('CN=Анна Ёлкина,O=Example LLC');
    expect(member.alternativeNames).toEqual([{ kind: 'email', value: 'anna@example.com' }]);
    expect(member.serial.length).toBe(16);
    expect(member.nameConstraints).toBeNull();
  });
  test('party: 3 years, or 30 days where signatures get a time token', async () => {
    const key = await testKey();
    const plain = await testPerson(workspace, key, { kind: 'party' });
    const timed = await testPerson(workspace, key, { kind: 'party', timestamped: true });
    expect(plain.notAfter).toBe(SECOND + 3 * 365 * DAY);
    expect(timed.notAfter).toBe(SECOND + 30 * DAY);
  });
  test('nobody outlives the issuer, and an ended issuer issues nothing', async () => {
    const key = await testKey();
    const late = workspace.issuing.notAfter - 10 * DAY;
    const person = await testPerson(workspace, key, { kind: 'party', now: late });
    expect(person.notAfter).toBe(workspace.issuing.notAfter);
    await expect(testPerson(workspace, key, { now: workspace.issuing.notAfter })).rejects.toMatchObject({
      name: 'PkiError',
      code: 'issuer'
    });
    await expect(testPerson(workspace, key, { issuer: member })).rejects.toMatchObject({ code: 'issuer' });
  });
  test('an address outside ASCII is kept whole', async () => {
    const person = await testPerson(workspace, await testKey(), {
      email: 'анна@пример.example',
      organization: ''
    });
    expect(person.alternativeNames).toEqual([{ kind: 'email', value: 'анна@пример.example' }]);
    expect(person.subject.organization).toBeNull();
  });
  test.each(['', '   ', 'a\nb', 'x\u202eexe', 'a\u0000b', 'x\u0085'])('refuses the name %j', async (name) => {
    const key = await testKey();
    await expect(testPerson(workspace, key, { name })).rejects.toMatchObject({ code: 'name' });
  });
});

describe('judged by OpenSSL', () => {
  test('the chain verifies, under the strict rules of X.509 too', () => {
    for (const name of ['member', 'issuing', 'statement']) {
      const args = ['verify', '-x509_strict', '-policy_check', ...at(SECOND), '-CAfile', 'root.pem'];
      expect(bench.run(...args, '-untrusted', 'issuing.pem', `${name}.pem`)).toContain('OK');
    }
  });
  test('nothing under the root serves TLS or mail', () => {
    for (const purpose of ['sslserver', 'sslclient', 'smimesign', 'timestampsign']) {
      const args = ['verify', '-purpose', purpose, ...at(SECOND), '-CAfile', 'root.pem'];
      expect(bench.accepts(...args, '-untrusted', 'issuing.pem', 'member.pem')).toBe(false);
    }
  });
  test('it reads the same fields', () => {
    const seen = text('member');
    expect(seen).toContain('Digital Signature, Non Repudiation');
    expect(seen).toContain('CA:FALSE');
    expect(seen).toContain('email:anna@example.com');
    expect(seen.replace(/[\s:]/g, '').toLowerCase()).toContain(`serialnumber${member.serialHex}`);
    expect(text('issuing')).toContain('CA:TRUE, pathlen:0');
  });
  test('valid from ten minutes before until its end', () => {
    const args = (ms: number) => [
      'verify',
      ...at(ms),
      '-CAfile',
      'root.pem',
      '-untrusted',
      'issuing.pem',
      'member.pem'
    ];
    expect(bench.accepts(...args(SECOND - 599_000))).toBe(true);
    expect(bench.accepts(...args(SECOND - 601_000))).toBe(false);
    expect(bench.accepts(...args(member.notAfter - 1000))).toBe(true);
    expect(bench.accepts(...args(member.notAfter + 1000))).toBe(false);
  });
  test('P-384 authorities issue too', async () => {
    const other = await testWorkspace(NOW, 'P-384');
    const person = await testPerson(other, await testKey());
    bench.write('root384.pem', pem('CERTIFICATE', other.root.der));
    bench.write('issuing384.pem', pem('CERTIFICATE', other.issuing.der));
    bench.write('person384.pem', pem('CERTIFICATE', person.der));
    const args = [
      'verify',
      '-x509_strict',
      ...at(SECOND),
      '-CAfile',
      'root384.pem',
      '-untrusted',
      'issuing384.pem'
    ];
    expect(bench.run(...args, 'person384.pem')).toContain('OK');
  });
  test('a first-timer without a server signs with a certificate of their own', async () => {
    const key = await testKey();
    const what = selfSignedCertificate({
      spki: key.spki,
      name: 'Bo Berg',
      organization: '',
      email: null,
      serial: serial(),
      now: NOW
    });
    const own = parseCertificate(await finish(what, key));
    expect(own.basicConstraints?.ca).toBe(false);
    expect(own.keyUsage).toEqual(['digitalSignature', 'contentCommitment']);
    expect(own.issuer.text).toBe('CN=Bo Berg');
    bench.write('own.pem', pem('CERTIFICATE', own.der));
    expect(bench.run('verify', ...at(SECOND), '-CAfile', 'own.pem', 'own.pem')).toContain('OK');
  });
});

describe('revocation lists', () => {
  test('OpenSSL refuses a listed certificate and takes the rest; we read what we wrote', async () => {
    const { issuing, issuingKey } = workspace;
    const kept = await testPerson(workspace, await testKey());
    const list = certificateRevocationList({
      issuer: issuing,
      number: NOW,
      now: SECOND,
      next: SECOND + 7 * DAY,
      revoked: [{ serial: member.serial, at: SECOND - 1000, reason: 'superseded' }]
    });
    const der = await finish(list, issuingKey);
    const read = parseCrl(der);
    expect(read.number).toBe(BigInt(NOW));
    expect(read.nextUpdate).toBe(SECOND + 7 * DAY);
    expect(read.revoked).toEqual([{ serialHex: member.serialHex, at: SECOND - 1000, reason: 4 }]);
    const check = crlCheck(read, issuing);
    expect(check && nobleProvider().check([check])).toEqual(['valid']);
    bench.write('list.pem', pem('X509 CRL', der));
    bench.write('kept.pem', pem('CERTIFICATE', kept.der));
    const args = ['verify', '-crl_check', ...at(SECOND), '-CAfile', 'root.pem', '-untrusted', 'issuing.pem'];
    expect(bench.accepts(...args, '-CRLfile', 'list.pem', 'kept.pem')).toBe(true);
    expect(bench.accepts(...args, '-CRLfile', 'list.pem', 'member.pem')).toBe(false);
  });
  test('an empty list of the root', async () => {
    const { root, rootKey } = workspace;
    const what = certificateRevocationList({
      issuer: root,
      number: 1,
      now: SECOND,
      next: SECOND + 400 * DAY,
      revoked: []
    });
    const der = await finish(what, rootKey);
    expect(parseCrl(der).revoked).toEqual([]);
    bench.write('rootlist.pem', pem('X509 CRL', der));
    expect(bench.run('crl', '-in', 'rootlist.pem', '-noout', '-text')).toContain('No Revoked Certificates');
  });
});

test('a certificate takes nothing but a key from outside: an unknown member is not even looked at', async () => {
  const key = await testKey();
  const wish = { ca: true, keyUsage: ['keyCertSign'], extensions: [], notAfter: 0 } as object;
  const person = await testPerson(workspace, key, wish);
  expect(person.basicConstraints?.ca).toBe(false);
  expect(person.keyUsage).toEqual(['digitalSignature', 'contentCommitment']);
  expect(() =>
    personCertificate({
      kind: 'member',
      issuer: workspace.issuing,
      spki: key.spki,
      name: 'A',
      organization: '',
      email: null,
      serial: new Uint8Array(16),
      now: NOW,
      timestamped: false
    })
  ).toThrow(expect.objectContaining({ code: 'serial' }) as Error);
});
