import { describe, expect, it } from 'vitest';
import { CONSENT_EN_1 } from '../domain/consent.ts';
import type { Field, FieldKind } from '../domain/field.ts';
import { Signing, type DraftValue, type MarkMemory, type SigningView } from './signing.svelte.ts';
import type { SigningPorts } from './signing-work.ts';

const typed = (text: string) => ({ kind: 'typed', text }) as const;
const stamp = { kind: 'jpeg', bytes: Uint8Array.of(1), width: 1, height: 1 } as const;

function field(name: string, kind: FieldKind): Field {
  const box = { page: 1, x: 10, y: 10 + 40 * Number(name.slice(-1)), w: 100, h: 20 };
  return { id: name, party: 'b', kind, name, box, label: name, required: true };
}

function setting(fields: Field[], kept: unknown = undefined, memory: MarkMemory | null = null) {
  const view = {
    document: { id: 'd', turn: 'b', title: 'T', fields },
    party: {
      id: 'b',
      document: 'd',
      order: 1,
      letter: 'B',
      kind: 'client',
      name: 'Karl',
      status: 'turn',
      organisation: '',
      channel: 'sms',
      proof: 'sms'
    },
    parties: [],
    revisions: [{ seq: 0, sha256: 'b'.repeat(64), prevSha256: 'a'.repeat(64) }],
    consent: CONSENT_EN_1
  } as unknown as SigningView;
  const store = { value: kept, writes: 0, gate: null as Promise<void> | null, committed: 0 };
  let commitFails: Error | null = null;
  const ports: SigningPorts = {
    work: {
      sign: async (blob, _input, signBytes) => {
        await signBytes(new Uint8Array(1));
        return { blob, sha256: 'c'.repeat(64), size: 1, report: {} as never };
      }
    },
    file: async () => new Blob(['x']),
    identity: async () => ({
      certificates: [new Uint8Array(1)],
      lock: 'none',
      proof: { kind: 'sms', statement: null },
      sign: async () => new Uint8Array(64)
    }),
    commit: async () => {
      if (commitFails) throw commitFails;
      store.committed++;
    },
    sha256: async () => new Uint8Array(32),
    now: () => new Date(2026, 4, 3, 9).getTime(),
    monotonic: () => 1,
    serverTime: async () => null,
    online: () => true,
    zone: 'UTC',
    app: { version: '0', browser: 'x' },
    fault: () => undefined
  };
  const draft = {
    load: async () => store.value,
    keep: async (value: DraftValue) => {
      await store.gate;
      store.value = value;
      store.writes++;
    },
    drop: async () => void (store.value = undefined)
  };
  const signing = new Signing(view, ports, draft, memory);
  return { signing, store, fail: (error: Error | null) => (commitFails = error) };
}

const four = [field('t1', 'text'), field('d2', 'date'), field('s3', 'signature'), field('p4', 'stamp')];

describe('Signing', () => {
  it('offers today, asks for the rest in order and is done when all is there', async () => {
    const { signing } = setting(four);
    await signing.restore();
    expect(signing.values).toEqual({ d2: '2026-05-03' });
    expect(signing.open.map((open) => open.name)).toEqual(['t1', 's3', 'p4']);
    expect(signing.next()?.name).toBe('t1');
    signing.fill('t1', 'Warsaw');
    expect(signing.next()?.name).toBe('s3');
    signing.placeMark(four[2] as never, typed('Karl'));
    expect(signing.next()?.name).toBe('p4');
    signing.placeStamp(four[3] as never, stamp);
    expect(signing.next()).toBeNull();
    expect(signing.open).toHaveLength(0);
  });

  it('loses nothing when the tab is closed', async () => {
    const first = setting(four);
    await first.signing.restore();
    first.signing.fill('t1', 'Warsaw');
    first.signing.placeMark(four[2] as never, typed('Karl'));
    first.signing.keepPad([{ points: [] }]);
    await first.signing.settled();
    const second = setting(four, first.store.value);
    await second.signing.restore();
    expect(second.signing.values['t1']).toBe('Warsaw');
    expect(second.signing.marks['s3']).toEqual(typed('Karl'));
    expect(second.signing.pad).toHaveLength(1);
  });

  it('writes the newest input when typing is faster than the disk', async () => {
    const { signing, store } = setting(four);
    let release = () => {};
    store.gate = new Promise((resolve) => (release = resolve));
    for (const text of ['W', 'Wa', 'War', 'Warsaw']) signing.fill('t1', text);
    store.gate = null;
    release();
    await signing.settled();
    expect((store.value as DraftValue).values['t1']).toBe('Warsaw');
    expect(store.writes).toBe(2);
  });

  it('puts one signature into every signature field, and keeps those that differ', async () => {
    const fields = [field('s1', 'signature'), field('s2', 'signature'), field('i3', 'initials')];
    const { signing } = setting(fields);
    await signing.restore();
    signing.placeMark(fields[0] as never, typed('Karl'));
    expect(Object.keys(signing.marks)).toEqual(['s1', 's2']);
    signing.placeMark(fields[1] as never, typed('K. Client'));
    expect(signing.marks).toEqual({ s1: typed('Karl'), s2: typed('K. Client') });
  });

  it('drops remembered marks in for a returning signer, but never over what was kept', async () => {
    const memory: MarkMemory = {
      recall: async () => ({ signature: typed('Karl'), stamp }),
      remember: async () => undefined,
      forget: async () => undefined
    };
    const fresh = setting(four, undefined, memory);
    await fresh.signing.restore();
    expect(fresh.signing.open.map((open) => open.name)).toEqual(['t1']);
    const kept = setting(four, { v: 1, values: {}, marks: {}, stamps: {}, pad: [] }, memory);
    await kept.signing.restore();
    expect(kept.signing.marks).toEqual({});
  });

  it('forgets fields that are not this party’s', async () => {
    const draft = { v: 1, values: { t1: 'a', stray: 'b' }, marks: {}, stamps: {}, pad: [] };
    const { signing } = setting(four, draft);
    await signing.restore();
    expect(signing.values).toEqual({ t1: 'a', d2: '2026-05-03' });
  });

  it('does not sign while something is open', async () => {
    const { signing, store } = setting(four);
    await signing.restore();
    expect(await signing.sign('I agree and sign', 1)).toBe(false);
    expect(store.committed).toBe(0);
  });

  it('signs once, then drops the draft', async () => {
    const fields = [field('s1', 'signature')];
    const { signing, store } = setting(fields);
    await signing.restore();
    signing.placeMark(fields[0] as never, typed('Karl'));
    const both = await Promise.all([signing.sign('go', 1), signing.sign('go', 1)]);
    expect(both).toEqual([true, false]);
    expect(store.committed).toBe(1);
    expect(signing.step).toBe('saved');
    expect(store.value).toBeUndefined();
  });

  it('keeps everything when it fails, and may be tried again', async () => {
    const fields = [field('s1', 'signature')];
    const { signing, store, fail } = setting(fields);
    await signing.restore();
    signing.placeMark(fields[0] as never, typed('Karl'));
    fail(Object.assign(new Error('disk'), { code: 'full' }));
    expect(await signing.sign('go', 1)).toBe(false);
    expect(signing.failure).toBe('full');
    expect(signing.step).toBeNull();
    expect(signing.marks['s1']).toEqual(typed('Karl'));
    fail(null);
    expect(await signing.sign('go', 1)).toBe(true);
    expect(store.committed).toBe(1);
  });
});
