// T1, T4: certificates are judged at the time that a token proves, else now; who lies about time proves nothing.
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { children, raw, readWhole } from '../../src/lib/asn1/ber.ts';
import { joinedSource } from '../../src/lib/bytes/joined-source.ts';
import { memorySource } from '../../src/lib/bytes/source.ts';
import { certificateRevocationList } from '../../src/lib/pki/crl.ts';
import { parseCertificate, type Certificate } from '../../src/lib/pki/certificate.ts';
import { hashSource, webProvider } from '../../src/lib/pki/provider-web.ts';
import { appendValidationData, prepareTimestamp } from '../../src/lib/sign/archive.ts';
import { openPdf } from '../../src/lib/pdf/document.ts';
import { concat } from '../../src/lib/bytes/concat.ts';
import { timestampRequest } from '../../src/lib/sign/timestamp.ts';
import { findSignatures } from '../../src/lib/verify/signatures.ts';
import { parseSignedData } from '../../src/lib/cms/signed-data.ts';
import type { Report, SignatureReport } from '../../src/lib/verify/report.ts';
import { verifyFile } from '../../src/lib/verify/verify.ts';
import { timedContract, type TimedOptions } from '../vectors/timed.ts';
import { vector } from '../vectors/vectors.ts';
import { startTimeAuthority, type Behaviour, type TimeAuthority } from '../world/authority.ts';
import { finish, testWorkspace, type TestWorkspace } from './workspace-ca.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const HOUR = 3_600_000;
const YEAR = 365 * 24 * HOUR;
const now = Date.now();

let authority: TimeAuthority;
let workspace: TestWorkspace;
beforeAll(async () => {
  authority = await startTimeAuthority();
  workspace = await testWorkspace(now - HOUR);
});
afterAll(() => authority.close());

const kept = new Map<string, Promise<Uint8Array>>();
function made(options: TimedOptions): Promise<Uint8Array> {
  const key = JSON.stringify(options);
  const known = kept.get(key) ?? timedContract(vector('xref-table'), authority, { ...options, workspace });
  kept.set(key, known);
  return known;
}

const judge = (file: Uint8Array, roots: readonly Certificate[], at = now): Promise<Report> =>
  verifyFile('', memorySource(file), webProvider, { now: at, roots: roots.map(({ der }) => der) });
const people = ({ signatures }: Report): SignatureReport[] =>
  signatures.filter(({ kind }) => kind !== 'timestamp');
const codes = ({ warnings }: Report): string[] => warnings.map(({ code }) => code);

/** The certificate of a person who signed. */
function signer(file: Uint8Array, index: number): Certificate {
  const found = findSignatures(openPdf(memorySource(file))).filter(({ isTimestamp }) => !isTimestamp)[index];
  const [leaf] = parseSignedData(found?.contents ?? new Uint8Array(0)).certificates;
  return parseCertificate(leaf ?? new Uint8Array(0));
}

/** Writes a list of the issuing authority that withdraws the first signer's certificate into the file. */
async function withdrawn(file: Uint8Array, at: number): Promise<Uint8Array> {
  const { issuing, issuingKey } = workspace;
  const revoked = [{ serial: signer(file, 0).serial, at, reason: 'keyCompromise' as const }];
  const list = certificateRevocationList({ issuer: issuing, number: 9, now: at, next: at + HOUR, revoked });
  const crls = [await finish(list, issuingKey)];
  return concat(
    file,
    appendValidationData(openPdf(memorySource(file)), { certificates: [], crls, ocsps: [] })
  );
}

describe('a year after signing, when the certificates have ended', () => {
  test.each([
    ['a document timestamp', { followed: true }, 'document'],
    ['a timestamp in the signature', { stamped: true }, 'signature']
  ] as const)('%s proves that they were valid', async (_, options, from) => {
    const file = await made(options);
    const report = await judge(file, [workspace.root, authority.root], now + 2 * YEAR);
    for (const { trust, provenTime, profile } of people(report)) {
      expect(trust).toEqual({ status: 'trusted', why: 'trusted-root' });
      expect(provenTime).toMatchObject({ from, known: true, authority: 'CN=Example Time tsa' });
      expect(Math.abs(Date.parse(provenTime?.at ?? '') - now)).toBeLessThan(120_000);
      expect(profile).toBe('PAdES-B-T');
    }
    expect(codes(report)).toEqual([]);
  });

  test('without a token they have ended, and the level is B-B', async () => {
    const report = await judge(await made({}), [workspace.root, authority.root], now + 2 * YEAR);
    for (const { trust, provenTime, profile } of people(report)) {
      expect(trust).toEqual({ status: 'expired', why: 'expired' });
      expect(provenTime).toBeNull();
      expect(profile).toBe('PAdES-B-B');
    }
  });

  test('an authority that the reader does not know only states a time: neither trusted nor accused', async () => {
    const file = await made({ followed: true });
    const report = await judge(file, [workspace.root], now + 2 * YEAR);
    for (const { trust, provenTime } of people(report)) {
      expect(trust).toEqual({ status: 'unknown', why: 'time-not-proven' });
      expect(provenTime).toMatchObject({ from: 'document', known: false });
    }
    // While they last nobody needs to believe it.
    const today = await judge(file, [workspace.root]);
    expect(people(today).map(({ trust }) => trust.status)).toEqual(['trusted', 'trusted']);
  });

  test('the first token counts, not the newest', async () => {
    const report = await judge(await made({ followed: true }), [workspace.root, authority.root]);
    const [first, stamp, second, last] = report.signatures;
    expect(first?.provenTime?.at).toBe(stamp?.timestamp?.time);
    expect(second?.provenTime?.at).toBe(last?.timestamp?.time);
  });
});

/** The file with a document timestamp as this authority behaves, judged by nobody; `other`: about other bytes. */
async function stampedBy(file: Uint8Array, behaviour: Behaviour, other = false): Promise<Uint8Array> {
  authority.behaviour = behaviour;
  try {
    const hole = prepareTimestamp(openPdf(memorySource(file)), 4_000);
    const covered = joinedSource(memorySource(file), ...hole.covered);
    const imprint = other ? new Uint8Array(32) : await hashSource(covered, 'SHA-256');
    const body = Uint8Array.from(timestampRequest(imprint, Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)));
    const response = await fetch(authority.url, { method: 'POST', body });
    const answer = readWhole(new Uint8Array(await response.arrayBuffer()));
    const token = children(answer)[1];
    return concat(file, hole.fill(token === undefined ? new Uint8Array(0) : raw(token)));
  } finally {
    authority.behaviour = 'honest';
  }
}

describe('an authority that lies, or is none', () => {
  test.each([
    ['about other bytes', 'honest', true],
    ['with a wrong signature', 'wrong-signature', false],
    ['by a certificate not made for time-stamping alone', 'wrong-usage', false],
    ['by a certificate that was not valid then', 'expired', false]
  ] as const)('a token %s proves nothing', async (_, behaviour, other) => {
    const file = await stampedBy(await made({}), behaviour, other);
    const report = await judge(file, [workspace.root, authority.root], now + 2 * YEAR);
    expect(report.signatures.at(-1)).toMatchObject({ kind: 'timestamp', timestamp: { valid: false } });
    for (const { provenTime, trust, profile, integrity } of people(report)) {
      expect(integrity).toBe('intact');
      expect(provenTime).toBeNull();
      expect(trust.status).toBe('expired');
      expect(profile).toBe('PAdES-B-B');
    }
  });

  test('the same place holds when the token is right', async () => {
    const file = await stampedBy(await made({}), 'honest');
    const report = await judge(file, [workspace.root, authority.root], now + 2 * YEAR);
    expect(people(report).map(({ trust }) => trust.status)).toEqual(['trusted', 'trusted']);
  });
});

describe('revocation', () => {
  test('before the proven time ends trust, whoever knows the authority', async () => {
    const file = await withdrawn(await made({ followed: true }), now - HOUR / 2);
    for (const roots of [[workspace.root, authority.root], [workspace.root]]) {
      const report = await judge(file, roots, now + 2 * YEAR);
      expect(people(report)[0]?.trust).toEqual({ status: 'revoked', why: 'revoked' });
      expect(people(report)[1]?.trust.status).not.toBe('revoked');
    }
  });

  test('after it does not; without a proven time it does', async () => {
    const later = now + HOUR;
    const stamped = await withdrawn(await made({ followed: true }), later);
    const known = await judge(stamped, [workspace.root, authority.root], later + HOUR);
    expect(people(known)[0]?.trust.status).toBe('trusted');
    const stated = await judge(stamped, [workspace.root], later + HOUR);
    expect(people(stated)[0]?.trust.status).toBe('revoked');
    const plain = await judge(await withdrawn(await made({}), later), [workspace.root], later + HOUR);
    expect(people(plain)[0]?.trust.status).toBe('revoked');
  });
});

test('a claimed time before the certificate began, or after the token, is a wrong clock', async () => {
  const early = await testWorkspace(now + 3 * HOUR);
  const before = await timedContract(vector('xref-table'), authority, { workspace: early });
  const report = await judge(before, [early.root], now + 4 * HOUR);
  expect(codes(report)).toEqual(['clock-before-certificate', 'clock-before-certificate']);
  expect(codes(await judge(await made({}), [workspace.root]))).toEqual([]);
});
