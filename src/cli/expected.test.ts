import { describe, expect, test } from 'vitest';
import type { Report, SignatureReport } from '../lib/verify/report.ts';
import { compare, type ExpectedFile, type ExpectedSignature } from './expected.ts';

const signature = (change: Partial<SignatureReport> = {}): SignatureReport => ({
  field: 'Sig1',
  byteRange: [0, 10, 20, 30],
  kind: 'approval',
  subFilter: 'adbe.pkcs7.detached',
  profile: 'CMS',
  integrity: 'intact',
  coverage: 'file',
  changes: { level: 'none', permitted: true, items: [] },
  docMdp: null,
  digest: 'SHA-256',
  algorithm: 'RSA 2048',
  weak: [],
  signer: null,
  chain: [],
  claimedTime: null,
  timestamp: null,
  provenTime: null,
  trust: { status: 'unknown', why: 'no-roots' },
  evidence: null,
  otherEvidence: null,
  proof: null,
  ...change
});

const report = (signatures: SignatureReport[], verdict: Report['verdict'] = 'unchanged'): Report => ({
  file: 'a.pdf',
  bytes: 50,
  sha256: '',
  read: 'ok',
  error: null,
  revisions: [],
  signatures,
  warnings: [],
  verdict
});

const expected = (change: Partial<ExpectedSignature> = {}, ok = true): ExpectedFile => ({
  path: 'a.pdf',
  kind: 'signed',
  password: null,
  ok,
  signatures: [
    {
      fields: ['Sig1'],
      byterange: [0, 10, 20, 30],
      integrity: 'intact',
      coverage: 'whole-file',
      later_changes: 'none',
      ...change
    }
  ]
});

const told = (wanted: ExpectedFile, found: Report): string =>
  compare(wanted, found)
    .map(
      ({ question, agrees, lenient }) => `${question}:${agrees ? 'agrees' : lenient ? 'lenient' : 'strict'}`
    )
    .join(' ');

describe('comparing with the reference tools (contracts.md, Corpus mapping)', () => {
  test('equal in everything', () => {
    expect(told(expected(), report([signature()]))).toBe(
      'integrity:agrees coverage:agrees changes:agrees ok:agrees'
    );
  });

  test('calling bad good is lenient in each question', () => {
    const bad = expected(
      { integrity: 'broken', coverage: 'bad-byterange', later_changes: 'suspicious' },
      false
    );
    expect(told(bad, report([signature()]))).toBe(
      'integrity:lenient coverage:lenient changes:lenient ok:lenient'
    );
  });

  test('calling good bad is strict, never lenient', () => {
    const worst = signature({
      integrity: 'broken',
      coverage: 'invalid',
      changes: { level: 'unknown', permitted: false, items: [] }
    });
    expect(told(expected(), report([worst], 'broken'))).toBe(
      'integrity:strict coverage:strict changes:strict ok:strict'
    );
    expect(told(expected(), report([], 'unsigned'))).toBe(
      'integrity:strict coverage:strict changes:strict ok:strict'
    );
  });

  test('an error is malformed or broken; what depends on policy is not asked', () => {
    const error = expected({ integrity: 'error', judgement: 'policy-dependent' }, false);
    expect(told(error, report([signature({ integrity: 'malformed' })], 'broken'))).toBe(
      'integrity:agrees coverage:agrees'
    );
    expect(told(error, report([signature({ integrity: 'broken' })], 'broken'))).toBe(
      'integrity:agrees coverage:agrees'
    );
  });

  test('where the tools dispute, their judgement counts as a question of its own', () => {
    const disputed = expected(
      { later_changes: 'disputed(pyhanko=suspicious,dss=allowed)', judgement: 'suspicious' },
      false
    );
    expect(told(disputed, report([signature()]))).toBe(
      'integrity:agrees coverage:agrees judged:lenient ok:lenient'
    );
  });
});
