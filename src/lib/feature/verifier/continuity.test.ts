// `security.md` V3: what other files say about a key is told as information; V2: who else the workspace is.
import { expect, test } from 'vitest';
import type { CertificateDetail, Report, SignatureReport, TrustReport } from '#lib/verify/report.ts';
import type { Evidence } from '#lib/domain/evidence.ts';
import { continuityOf, continuityWords } from './continuity.ts';
import { pemOf, toCompare } from './certificate-words.ts';
import { inGroups } from './fingerprint.ts';
import { answers } from './sentences.ts';

const certificate = (name: string, key: string): CertificateDetail => ({
  subject: `CN=${name}`,
  issuer: 'CN=Root',
  serial: '01',
  sha256: `${key}-certificate`,
  notBefore: '2026-01-01T00:00:00.000Z',
  notAfter: '2027-01-01T00:00:00.000Z',
  key: 'ECDSA P-256',
  keySha256: key,
  usages: null,
  extendedUsages: null,
  authority: false,
  root: false,
  problems: [],
  der: 'AAAA'
});

function signed(name: string, key: string, more: Partial<SignatureReport> = {}): SignatureReport {
  const own = certificate(name, key);
  return {
    field: 'a',
    byteRange: [0, 1, 2, 3],
    kind: 'approval',
    subFilter: 'ETSI.CAdES.detached',
    profile: 'PAdES-B-B',
    integrity: 'intact',
    coverage: 'file',
    changes: { level: 'none', permitted: true, items: [] },
    docMdp: null,
    digest: 'SHA-256',
    algorithm: 'ECDSA P-256',
    weak: [],
    signer: own,
    chain: [own],
    claimedTime: null,
    timestamp: null,
    provenTime: null,
    trust: { status: 'unknown', why: 'no-roots' },
    evidence: null,
    otherEvidence: null,
    proof: null,
    ...more
  };
}

const file = (...signatures: SignatureReport[]): Report => ({
  file: 'a.pdf',
  bytes: 1,
  sha256: '',
  read: 'ok',
  error: null,
  revisions: [],
  signatures,
  warnings: [],
  verdict: 'unchanged'
});

test('V3: the same key in other files is counted by file, whatever name it has there', () => {
  const ann = signed('Ann', 'k1');
  const others = [
    file(signed('Ann', 'k1'), signed('Ann', 'k1')),
    file(signed('A.', 'k1')),
    file(signed('Ben', 'k2'))
  ];
  expect(continuityOf(ann, others)).toEqual({ same: 2, other: 0 });
  expect(continuityWords({ same: 2, other: 0 })).toEqual(['The same key signed in 2 other of these files.']);
});

test('V3: another key under the same name is said too', () => {
  const found = continuityOf(signed('Ann', 'k1'), [file(signed('Ann', 'k9'))]);
  expect(found).toEqual({ same: 0, other: 1 });
  expect(continuityWords(found)).toEqual([
    'In one other of these files, another key signed under this name.'
  ]);
});

test('V3: a signature that does not hold says nothing about anybody', () => {
  const forged = file(signed('Ann', 'k1', { integrity: 'broken' }));
  expect(continuityOf(signed('Ann', 'k1'), [forged])).toEqual({ same: 0, other: 0 });
});

test('V1: the highest certificate known is the one to compare, only where nobody here vouches', () => {
  const [leaf, root] = [certificate('Ann', 'k1'), certificate('Root', 'k2')];
  const one = (status: TrustReport['status']) =>
    signed('Ann', 'k1', { chain: [leaf, root], trust: { status, why: '' } });
  expect(toCompare(one('unknown'))).toBe(root);
  expect(toCompare(one('trusted'))).toBeNull();
});

test('V1: a fingerprint is read in eight groups', () => {
  expect(inGroups('0123456789abcdef'.repeat(4)).split(' ')).toEqual(
    Array.from({ length: 8 }, (_, i) => (i % 2 === 0 ? '01234567' : '89abcdef'))
  );
});

test('V2: where the workspace that vouches is a party, that is said; never that an identity is verified', () => {
  const evidence = (role: string) =>
    ({ party: { kind: role, name: 'Ann', organisation: '' } }) as unknown as Evidence;
  const trusted = (role: string) =>
    signed('Ann', role, { evidence: evidence(role), trust: { status: 'trusted', why: 'trusted-root' } });
  const client = trusted('client');
  const says = (report: Report) =>
    answers(client, report)
      .map(({ text }) => text)
      .join(' ');
  expect(says(file(client))).not.toContain('also a party');
  expect(says(file(client, trusted('company')))).toContain('also a party to this contract');
  expect(says(file(client, trusted('company')))).not.toMatch(/verified identity/i);
});

test('a certificate is saved as PEM with lines of 64', () => {
  const der = 'A'.repeat(100);
  expect(pemOf({ ...certificate('Ann', 'k1'), der }).split('\n')).toEqual([
    '-----BEGIN CERTIFICATE-----',
    'A'.repeat(64),
    'A'.repeat(36),
    '-----END CERTIFICATE-----',
    ''
  ]);
});
