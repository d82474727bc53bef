import { deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { jcs, type Json } from '../domain/jcs.ts';
import { PdfString } from '../pdf/objects.ts';
import { readEvidence } from './evidence.ts';

const hash = 'a'.repeat(64);
const good = {
  v: 1,
  document: 'doc',
  title: 'Contract',
  originalSha256: hash,
  frozenSha256: hash,
  party: {
    id: 'p',
    letter: 'A',
    kind: 'company',
    name: 'Ann',
    organisation: 'Alpha',
    email: 'a…@alpha.example',
    phone: null
  },
  proof: { kind: 'email', statement: null },
  key: { certificate: hash, origin: 'device', lock: 'none' },
  consent: {
    version: 1,
    language: 'en',
    text: 'I agree',
    sha256: hash,
    at: '2026-06-01T00:00:00.000Z',
    button: 'I agree and sign'
  },
  values: { 'cs-A-text-1': 'Beta' },
  signature: { kind: 'drawn', sha256: hash },
  stamp: null,
  time: {
    device: '2026-06-01T00:00:00.000Z',
    monotonic: 12,
    server: null,
    online: false,
    zone: 'Europe/Warsaw'
  },
  app: { version: '0.1.0', browser: 'Chromium' },
  head: null
} satisfies Json;

const packed = (text: string): PdfString => new PdfString(new Uint8Array(deflateSync(Buffer.from(text))));

describe('evidence in a signature (security E7)', () => {
  test('is read back as it was written', () => {
    const read = readEvidence(packed(jcs(good)));
    expect(read).toMatchObject({ kind: 'read', evidence: good });
  });

  test('absent is none', () => {
    expect(readEvidence(null)).toEqual({ kind: 'none' });
  });

  test('of another version is shown as it stands, and not judged (E1)', () => {
    const text = jcs({ ...good, v: 2 });
    expect(readEvidence(packed(text))).toEqual({ kind: 'other-version', text });
  });

  const deep = (levels: number): Json => (levels === 0 ? 1 : [deep(levels - 1)]);
  test.each<[string, string, () => PdfString | number]>([
    ['a stream or another object', 'evidence-not-a-string', () => 7],
    ['a bomb', 'evidence-too-long', () => packed('7'.repeat(300 * 1024))],
    ['too much packed', 'evidence-too-long', () => new PdfString(new Uint8Array(65 * 1024))],
    ['another spelling of the same', 'evidence-not-canonical', () => packed(JSON.stringify({ b: 1, a: 2 }))],
    ['a key twice', 'evidence-not-canonical', () => packed('{"v":1,"v":1}')],
    ['too deep', 'evidence-too-deep', () => packed(jcs(deep(20)))],
    ['no JSON', 'evidence-unreadable', () => packed('{"v":')],
    [
      'no UTF-8',
      'evidence-unreadable',
      () => new PdfString(new Uint8Array(deflateSync(Buffer.from([0xff, 0xfe]))))
    ],
    ['no deflate', 'evidence-unreadable', () => new PdfString(Uint8Array.of(0x78, 0x9c, 7, 7))],
    ['a missing part', 'evidence-malformed', () => packed(jcs({ v: 1 }))],
    ['no version at all', 'evidence-malformed', () => packed(jcs({ v: 'two' }))],
    ['a fraction', 'evidence-not-canonical', () => packed('{"v":1.5}')],
    ['half of a surrogate pair', 'evidence-not-canonical', () => packed('{"v":"\\ud83d"}')]
  ])('%s is refused as %s', (_, why, make) => {
    expect(readEvidence(make())).toEqual({ kind: 'refused', why });
  });
});
