import { describe, expect, it, vi } from 'vitest';
import { CONSENT_EN_1 } from '../domain/consent.ts';
import type { DocumentRecord, RevisionRecord } from '../domain/document.ts';
import type { Evidence } from '../domain/evidence.ts';
import type { Field, FieldKind } from '../domain/field.ts';
import type { PartyRecord } from '../domain/party.ts';
import type { Stamped } from '../work/pdf-client.ts';
import type { SignInput } from '../sign/layout.ts';
import { sendsOn, signTurn, type SigningPorts, type SigningStep, type SigningTurn } from './signing-work.ts';

const hash = (letter: string) => letter.repeat(64);
const DOCUMENT = 'documentdocume1';

function party(letter: 'A' | 'B', more: Partial<PartyRecord> = {}): PartyRecord {
  return {
    id: `party${letter.toLowerCase()}`.padEnd(15, '0'),
    document: DOCUMENT,
    order: letter === 'A' ? 0 : 1,
    letter,
    kind: letter === 'A' ? 'company' : 'client',
    name: letter === 'A' ? 'Ann Director' : 'Karl Client',
    organisation: '',
    email: 'karl@example.org',
    channel: 'email',
    proof: 'email',
    language: 'en',
    member: null,
    status: letter === 'A' ? 'signed' : 'turn',
    signedAt: null,
    ...more
  };
}

function field(letter: 'A' | 'B', kind: FieldKind, name: string): Field {
  return {
    id: name,
    party: party(letter).id,
    kind,
    name,
    box: { page: 1, x: 10, y: 10, w: 100, h: 20 },
    label: name,
    required: true
  };
}

function revision(seq: number, sha256: string, prevSha256: string): RevisionRecord {
  const kind = seq === 0 ? 'freeze' : 'signature';
  return { id: `r${seq}`, document: DOCUMENT, seq, kind, sha256, size: 9, prevSha256, party: null, at: 0 };
}

const turn: SigningTurn = {
  document: {
    id: DOCUMENT,
    title: 'Contract',
    turn: party('B').id,
    fields: [
      field('A', 'signature', 'cs-A-sig-1'),
      field('B', 'text', 'cs-B-text-1'),
      field('B', 'signature', 'cs-B-sig-1'),
      field('B', 'stamp', 'cs-B-stamp-1')
    ]
  } as unknown as DocumentRecord,
  party: party('B'),
  revisions: [revision(1, hash('c'), hash('b')), revision(0, hash('b'), hash('a'))],
  consent: CONSENT_EN_1
};
const act = {
  values: { 'cs-B-text-1': 'Warsaw', 'cs-A-text-1': 'not mine' },
  marks: { 'cs-B-sig-1': { kind: 'typed', text: 'Karl' } as const },
  stamps: { 'cs-B-stamp-1': { kind: 'jpeg', bytes: Uint8Array.of(1, 2), width: 1, height: 1 } as const },
  journal: [{ kind: 'viewed', at: '2026-05-03T12:05:00.000Z', monotonic: 3, page: 2 }] as const,
  consentAt: 50,
  button: 'I agree and sign',
  password: null
};

function outside(more: Partial<SigningPorts> = {}) {
  const log: string[] = [];
  const inputs: SignInput[] = [];
  const timestamp: Stamped = { time: 77 };
  const signed = { sha256: hash('e'), blob: new Blob(['signed']), size: 6, report: {} as never, timestamp };
  const ports: SigningPorts = {
    work: {
      sign: async (file, input, signBytes) => {
        inputs.push(input);
        log.push(`work ${await file.text()}`);
        const signature = await signBytes(Uint8Array.of(7));
        log.push(`hole ${signature.length}`);
        return signed;
      }
    },
    file: async (sha256) => new Blob([sha256.slice(0, 1)]),
    identity: async () => ({
      certificates: [Uint8Array.of(1), Uint8Array.of(2)],
      origin: 'device',
      lock: 'none',
      proof: { kind: 'email', statement: null },
      sign: async () => new Uint8Array(64),
      tell: async (told) => JSON.stringify(told)
    }),
    commit: async (base, file) => void log.push(`commit ${base.slice(0, 1)} ${file.sha256.slice(0, 1)}`),
    sha256: async (bytes) =>
      new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>)),
    now: () => 100,
    monotonic: () => 7.4,
    serverTime: async () => ({ server: 90, device: 60 }),
    stamper: async () => 'offline',
    online: () => true,
    zone: 'Europe/Warsaw',
    app: { version: '0.1.0', browser: 'Chrome on Linux' },
    fault: () => undefined,
    ...more
  };
  return { ports, log, inputs, signed };
}

describe('signTurn', () => {
  it('signs the newest revision and commits on top of it', async () => {
    const { ports, log, signed } = outside();
    const steps: SigningStep[] = [];
    const result = await signTurn(turn, act, ports, (step) => void steps.push(step));
    expect(log).toEqual(['work c', 'hole 64', 'commit c e']);
    // No authority was reached: the signature says so, whatever the worker made of it.
    expect(result).toEqual({
      sha256: signed.sha256,
      blob: signed.blob,
      timestamp: { time: null, why: 'offline' }
    });
    expect(steps).toEqual(['preparing', 'signing', 'checking', 'saving', 'saved']);
  });

  it('gives the worker the party’s own fields only', async () => {
    const { ports, inputs } = outside();
    await signTurn(turn, act, ports, () => undefined);
    expect(inputs[0]).toMatchObject({
      partyLetter: 'B',
      values: { 'cs-B-text-1': 'Warsaw' },
      signerName: 'Karl Client',
      at: 100
    });
    expect(Object.keys(inputs[0]?.values ?? {})).toEqual(['cs-B-text-1']);
  });

  it('names frozen and original bytes, the certificate, the consent and the marks in the evidence', async () => {
    const { ports, inputs } = outside();
    await signTurn(turn, act, ports, () => undefined);
    const evidence = JSON.parse(inputs[0]?.evidence ?? '') as Evidence;
    const digest = async (bytes: Uint8Array<ArrayBuffer>) =>
      [...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))]
        .map((byte) => byte.toString(16).padStart(2, '0'))
        .join('');
    const text = (value: string) => new TextEncoder().encode(value);
    expect(evidence).toMatchObject({
      originalSha256: hash('a'),
      frozenSha256: hash('b'),
      key: { certificate: await digest(Uint8Array.of(1)), lock: 'none' },
      consent: { sha256: await digest(text(CONSENT_EN_1.text)), button: 'I agree and sign' },
      signature: { kind: 'typed', sha256: await digest(text('Karl')) },
      stamp: { sha256: await digest(Uint8Array.of(1, 2)) },
      time: { monotonic: 7, online: true }
    });
  });

  it('stores nothing when the worker refuses its own output', async () => {
    const failure = Object.assign(new Error('self-check'), { code: 'self-check' });
    const { ports, log } = outside({ work: { sign: () => Promise.reject(failure) } });
    await expect(signTurn(turn, act, ports, () => undefined)).rejects.toBe(failure);
    expect(log).toEqual([]);
  });

  it('stores nothing when the tab dies between check and commit', async () => {
    const { ports, log } = outside({
      fault: (point) => (point === 'sign.checked' ? Promise.reject(new Error('killed')) : undefined)
    });
    await expect(signTurn(turn, act, ports, () => undefined)).rejects.toThrow('killed');
    expect(log.some((line) => line.startsWith('commit'))).toBe(false);
  });

  it('does not say saved before the transaction ended', async () => {
    const steps: SigningStep[] = [];
    const { ports } = outside({ commit: () => Promise.reject(new Error('full')) });
    await expect(signTurn(turn, act, ports, (step) => void steps.push(step))).rejects.toThrow('full');
    expect(steps).not.toContain('saved');
  });

  it('asks for no key when it is not this party’s turn', async () => {
    const identity = vi.fn();
    const { ports } = outside({ identity });
    const waiting = { ...turn, document: { ...turn.document, turn: party('A').id } };
    await expect(signTurn(waiting, act, ports, () => undefined)).rejects.toMatchObject({
      code: 'not-your-turn'
    });
    expect(identity).not.toHaveBeenCalled();
  });
});

describe('sendsOn', () => {
  it('is for a company party with somebody after it', () => {
    expect(sendsOn(party('A'), [party('A'), party('B')])).toBe(true);
    expect(sendsOn(party('A', { order: 1 }), [party('B', { order: 0, status: 'signed' })])).toBe(false);
    expect(sendsOn(party('B'), [party('A'), party('B')])).toBe(false);
    expect(sendsOn(party('A'), [party('A'), party('B', { kind: 'viewer' })])).toBe(false);
  });
});
