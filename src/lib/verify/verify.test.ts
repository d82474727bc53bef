import { beforeAll, describe, expect, test } from 'vitest';
import { type TwoParties, judge, NOW, signedByTwo } from '../../../tests/vectors/two-parties.ts';
import { signedContract } from '../../../tests/vectors/signed.ts';
import { latin1 } from '../../../tests/vectors/draft.ts';
import { vector } from '../../../tests/vectors/vectors.ts';
import { memorySource } from '../bytes/source.ts';
import { parseSignedData } from '../cms/signed-data.ts';
import { openPdf } from '../pdf/document.ts';
import { nobleProvider } from '../pki/provider-noble.ts';
import { webProvider } from '../pki/provider-web.ts';
import { findSignatures } from './signatures.ts';
import { verifyFile, verifyFileSync } from './verify.ts';

let contract: TwoParties['contract'];
let original: TwoParties['original'];
let ends: TwoParties['ends'];
beforeAll(async () => {
  ({ contract, original, ends } = await signedByTwo());
});

describe('a contract that two parties signed', () => {
  test('nothing changed but what each party filled in and signed', async () => {
    const report = await judge(contract);
    expect(report.verdict).toBe('changed-as-permitted');
    expect(report.read).toBe('ok');
    expect(report.warnings).toEqual([]);
    expect(report.revisions.map(({ kind }) => kind)).toEqual([
      'original',
      'freeze',
      'signature',
      'signature'
    ]);
    expect(report.revisions.map(({ end }) => end)).toEqual([original.length, ...ends]);
    const [first, second] = report.signatures;
    expect(first).toMatchObject({
      kind: 'certification',
      integrity: 'intact',
      coverage: 'revision',
      docMdp: 2,
      profile: 'PAdES-B-B',
      digest: 'SHA-256',
      algorithm: 'ECDSA P-256',
      weak: [],
      claimedTime: '2026-06-01T00:00:00.000Z',
      trust: { status: 'unknown', why: 'no-roots' },
      changes: { level: 'form', permitted: true }
    });
    expect(second).toMatchObject({
      kind: 'approval',
      coverage: 'file',
      changes: { level: 'none', permitted: true }
    });
  });

  test('the synchronous driver with noble says the same', async () => {
    const options = { now: NOW };
    expect(verifyFileSync('a.pdf', memorySource(contract), nobleProvider(), options)).toEqual(
      await judge(contract)
    );
  });

  test('a root that the reader added makes its signature trusted, and only that', async () => {
    const report = await judge(contract);
    const certificates = findSignatures(openPdf(memorySource(contract))).map(({ contents }) => contents);
    expect(certificates).toHaveLength(2);
    const root = parseSignedData(certificates[0] ?? new Uint8Array(0)).certificates[0] ?? new Uint8Array(0);
    const trusted = await verifyFile('a.pdf', memorySource(contract), webProvider, {
      now: NOW,
      roots: [root]
    });
    expect(trusted.signatures.map(({ trust }) => trust.status)).toEqual(['trusted', 'unknown']);
    expect(trusted.verdict).toBe(report.verdict);
    const late = { now: NOW + 50 * 365 * 86_400_000, roots: [root] };
    const expired = await verifyFile('a.pdf', memorySource(contract), webProvider, late);
    expect(expired.signatures[0]?.trust).toEqual({ status: 'expired', why: 'expired' });
  });

  test('cut at a boundary, what is left is judged for itself', async () => {
    const one = await judge(contract.subarray(0, ends[1]));
    expect(one.verdict).toBe('unchanged');
    expect(one.signatures).toHaveLength(1);
    expect(one.warnings).toEqual([{ code: 'empty-signature-field', message: 'field cs-B-sig-1' }]);
    expect((await judge(contract.subarray(0, ends[0]))).verdict).toBe('unsigned');
  });
});

describe('files that cannot be judged', () => {
  test('are a report with a code, never an exception', async () => {
    expect(await judge(latin1('nothing'))).toMatchObject({
      read: 'unreadable',
      verdict: 'unreadable',
      error: { code: 'not-a-pdf' }
    });
    const locked = await verifyFile('b.pdf', memorySource(vector('encrypted-aes256')), webProvider, {
      now: NOW,
      password: 'no'
    });
    expect(locked).toMatchObject({
      read: 'encrypted',
      verdict: 'unreadable',
      error: { code: 'encrypted-password' }
    });
  });

  test('a signed file with a broken xref is never unchanged', async () => {
    const file = await signedContract();
    const text = Buffer.from(file).toString('latin1');
    const broken = latin1(text.replace(/startxref\n\d+/, (all) => all.replace(/\d/g, '7')));
    const report = await judge(broken);
    expect(report.read).toBe('repaired');
    expect(['changed', 'broken']).toContain(report.verdict);
  });
});
