import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { completionSchema } from '../domain/completion.ts';
import type { Evidence } from '../domain/evidence.ts';
import { completionOf } from './completion.ts';
import type { Report, SignatureReport } from './report.ts';

const hash = (letter: string) => letter.repeat(64);
const NOW = Date.UTC(2026, 10, 24, 12);
const evidence = (document = 'doc', name = 'Ann Müller'): Evidence => ({
  v: 1,
  document,
  title: 'Contract',
  originalSha256: hash('a'),
  frozenSha256: hash('b'),
  party: {
    id: 'p',
    letter: 'A',
    kind: 'company',
    name,
    organisation: 'Alpha',
    email: 'a…@a….example',
    phone: null
  },
  proof: { kind: 'email', statement: null },
  key: { certificate: hash('c'), origin: 'device', lock: 'none' },
  consent: {
    version: 1,
    language: 'en',
    text: 'I agree',
    sha256: hash('d'),
    at: '2026-06-01T00:00:00.000Z',
    button: 'I agree and sign'
  },
  values: { 'cs-A-text-1': 'Beta' },
  signature: { kind: 'drawn', sha256: hash('e') },
  stamp: { sha256: hash('f') },
  time: {
    device: '2026-06-01T00:00:00.000Z',
    monotonic: 12,
    server: null,
    online: false,
    zone: 'Europe/Warsaw'
  },
  app: { version: '0.1.0', browser: 'Chrome on Android' },
  head: { seq: 3, hash: hash('1') }
});

const signature = (change: Partial<SignatureReport> = {}): SignatureReport => ({
  field: 'cs-A-sig-1',
  byteRange: [0, 10, 20, 30],
  kind: 'certification',
  subFilter: 'ETSI.CAdES.detached',
  profile: 'PAdES-B-B',
  integrity: 'intact',
  coverage: 'revision',
  changes: { level: 'form', permitted: true, items: [] },
  docMdp: 2,
  digest: 'SHA-256',
  algorithm: 'ECDSA P-256',
  weak: [],
  chain: [],
  signer: {
    subject: 'CN=Müller\\, Ann,O=Alpha',
    issuer: 'CN=Issuing',
    serial: '01',
    sha256: hash('c'),
    notBefore: '2026-01-01T00:00:00.000Z',
    notAfter: '2027-01-01T00:00:00.000Z'
  },
  claimedTime: '2026-06-01T00:00:00.000Z',
  timestamp: null,
  provenTime: null,
  trust: { status: 'unknown', why: 'no-roots' },
  evidence: evidence(),
  otherEvidence: null,
  proof: { status: 'unconfirmed', by: null, why: 'no-statement', statement: null, witness: null },
  ...change
});

const report = (signatures: SignatureReport[], warnings: Report['warnings'] = []): Report => ({
  file: 'a.pdf',
  bytes: 90,
  sha256: hash('9'),
  read: 'ok',
  error: null,
  revisions: [
    { end: 20, kind: 'freeze', changes: 0 },
    { end: 50, kind: 'signature', changes: 4 }
  ],
  signatures,
  warnings,
  verdict: 'changed-as-permitted'
});

describe('the certificate of completion', () => {
  test('tells what the file tells, by its schema, and who made which step', () => {
    const completion = completionOf(report([signature()]), NOW);
    expect(v.parse(completionSchema, completion)).toEqual(completion);
    expect(completion).toMatchObject({
      made: '2026-11-24T12:00:00.000Z',
      file: { name: 'a.pdf', sha256: hash('9') },
      document: { id: 'doc', title: 'Contract', frozenSha256: hash('b') },
      verdict: 'changed-as-permitted',
      places: { signed: 1, empty: 0 },
      history: [
        { kind: 'freeze', signer: null },
        { kind: 'signature', signer: 'Ann Müller' }
      ]
    });
    expect(completion?.signatures[0]?.evidence).toMatchObject({
      identity: { kind: 'email', status: 'unconfirmed', why: 'no-statement' },
      consent: { text: 'I agree', button: 'I agree and sign' },
      values: { 'cs-A-text-1': 'Beta' },
      stampSha256: hash('f')
    });
  });

  test('says a time is proven only when a token proves it, and who the reader must believe', () => {
    const at = '2026-06-01T00:01:00.000Z';
    const one = (provenTime: SignatureReport['provenTime']) =>
      completionOf(report([signature({ provenTime })]), NOW)?.signatures[0]?.time.proven;
    for (const known of [true, false]) {
      const told = one({ at, authority: 'CN=TSA', from: 'document', known });
      expect(told).toEqual({ time: at, authority: 'CN=TSA', known });
    }
    expect(one(null)).toBeNull();
  });

  test('names no document when two signatures tell of two, and counts empty places', () => {
    const empty = { code: 'empty-signature-field', message: 'field cs-C-sig-1' };
    const completion = completionOf(
      report([signature(), signature({ field: 'cs-B-sig-1', evidence: evidence('other', 'Bo') })], [empty]),
      NOW
    );
    expect(completion?.document).toBeNull();
    expect(completion?.places).toEqual({ signed: 2, empty: 1 });
  });

  test('a signature of another program has its certificate’s name and no evidence', () => {
    const completion = completionOf(report([signature({ evidence: null, proof: null })]), NOW);
    expect(completion?.signatures[0]).toMatchObject({ name: 'Müller, Ann', evidence: null });
    expect(v.is(completionSchema, completion)).toBe(true);
  });

  test('there is none for a file that nobody signed', () => {
    expect(completionOf(report([]), NOW)).toBeNull();
    expect(completionOf(report([signature({ kind: 'timestamp' })]), NOW)).toBeNull();
  });
});
