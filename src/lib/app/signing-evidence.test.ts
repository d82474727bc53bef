import { describe, expect, it } from 'vitest';
import { CONSENT_EN_1 } from '../domain/consent.ts';
import type { PartyRecord } from '../domain/party.ts';
import {
  browserFamily,
  buildEvidence,
  evidenceText,
  markBytes,
  type EvidenceFacts
} from './signing-evidence.ts';

const hash = (letter: string) => letter.repeat(64);
const client: PartyRecord = {
  id: 'clientclient001',
  document: 'documentdocume1',
  order: 1,
  letter: 'B',
  kind: 'client',
  name: 'Karl Client',
  organisation: '',
  email: 'karl.client@example.org',
  phone: '+48600100234',
  channel: 'sms',
  proof: 'sms',
  language: 'en',
  member: null,
  status: 'turn',
  signedAt: null
};
const facts: EvidenceFacts = {
  document: { id: 'documentdocume1', title: 'Consultancy No. 7' },
  originalSha256: hash('a'),
  frozenSha256: hash('b'),
  party: client,
  proof: { kind: 'sms', statement: null },
  certificateSha256: hash('c'),
  origin: 'device',
  lock: 'none',
  consent: { ...CONSENT_EN_1, sha256: hash('d') },
  consentAt: Date.UTC(2026, 4, 3, 12, 4),
  button: 'I agree and sign',
  values: { 'cs-B-text-1': 'Warsaw', 'cs-B-date-1': '2026-05-03' },
  signature: { kind: 'drawn', sha256: hash('e') },
  stampSha256: null,
  images: { 'cs-B-sig-1': hash('e') },
  device: Date.UTC(2026, 4, 3, 12, 5, 6, 7),
  monotonic: 81_234.567,
  server: null,
  online: false,
  zone: 'Europe/Warsaw',
  app: { version: '0.1.0', browser: 'Chrome on Android' },
  head: null
};

describe('evidence', () => {
  it('says who agreed to what, when and with which key', () => {
    expect(buildEvidence(facts)).toMatchObject({
      v: 1,
      document: 'documentdocume1',
      originalSha256: hash('a'),
      frozenSha256: hash('b'),
      party: { id: 'clientclient001', letter: 'B', kind: 'client', name: 'Karl Client' },
      key: { certificate: hash('c'), origin: 'device', lock: 'none' },
      consent: { text: CONSENT_EN_1.text, sha256: hash('d'), at: '2026-05-03T12:04:00.000Z' },
      values: { 'cs-B-text-1': 'Warsaw', 'cs-B-date-1': '2026-05-03' },
      time: { device: '2026-05-03T12:05:06.007Z', monotonic: 81_235, server: null, online: false },
      head: null
    });
  });

  it('holds no full address and no full number', () => {
    const text = evidenceText(buildEvidence(facts));
    expect(text).not.toContain('karl.client@example.org');
    expect(text).not.toContain('example.org');
    expect(text).not.toContain('600100');
    expect(buildEvidence(facts).party).toMatchObject({ email: 'k…@e….org', phone: '… 34' });
  });

  it('is canonical JSON that reads back to the same', () => {
    const text = evidenceText(buildEvidence(facts));
    expect(text.startsWith('{"app":{"browser"')).toBe(true);
    expect(evidenceText(JSON.parse(text))).toBe(text);
  });

  it('refuses facts that do not fit, so that nothing is signed with them', () => {
    expect(() => buildEvidence({ ...facts, frozenSha256: 'B'.repeat(64) })).toThrow();
    expect(() => buildEvidence({ ...facts, party: { ...client, kind: 'viewer' } })).toThrow();
    const broken = buildEvidence({ ...facts, values: { 'cs-B-text-1': '\ud800' } });
    expect(() => evidenceText(broken)).toThrow('lone surrogate');
  });

  it('names the time the server last told and the stamp when there are such', () => {
    const evidence = buildEvidence({
      ...facts,
      server: { at: 1_000, age: 5_000 },
      stampSha256: hash('f'),
      online: true
    });
    expect(evidence.time).toMatchObject({
      server: '1970-01-01T00:00:01.000Z',
      serverAge: 5_000,
      online: true
    });
    expect(evidence.stamp).toEqual({ sha256: hash('f') });
  });
});

describe('markBytes', () => {
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

  it('knows a drawing by its outlines', () => {
    const drawing = { width: 2400, height: 800, outlines: [[0, 1, 10, 0, 10, 10]] };
    expect(text(markBytes({ kind: 'drawn', drawing }))).toBe(
      '{"height":800,"outlines":[[0,1,10,0,10,10]],"width":2400}'
    );
  });

  it('knows a typed one by its text and a picture by its pixels', () => {
    expect(text(markBytes({ kind: 'typed', text: 'Zoë Żak' }))).toBe('Zoë Żak');
    const picture = { kind: 'rgb', width: 1, height: 1, rgb: Uint8Array.of(1, 2, 3) } as const;
    expect([...markBytes({ kind: 'uploaded', picture: { ...picture, alpha: Uint8Array.of(9) } })]).toEqual([
      1, 2, 3, 9
    ]);
    expect([...markBytes({ kind: 'uploaded', picture: { ...picture, alpha: null } })]).toEqual([1, 2, 3]);
  });
});

describe('browserFamily', () => {
  it.each([
    [
      'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Mobile Safari/537.36',
      'Chrome on Android'
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1',
      'Safari on iOS'
    ],
    ['Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox on Windows'],
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64) AppleWebKit/537.36 Chrome/141.0 Safari/537.36 Edg/141.0',
      'Edge on Windows'
    ],
    ['something', 'another browser on another system']
  ])('%s', (agent, family) => {
    expect(browserFamily(agent)).toBe(family);
  });
});
