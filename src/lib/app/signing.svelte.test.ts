import { describe, expect, it } from 'vitest';
import { place, turnOf } from '../../../tests/vectors/signing-turn.ts';
import type { DraftValue, MarkMemory } from './signing.svelte.ts';

const typed = (text: string) => ({ kind: 'typed', text }) as const;
const stamp = { kind: 'jpeg', bytes: Uint8Array.of(1), width: 1, height: 1 } as const;
const four = [place('t1', 'text'), place('d2', 'date'), place('s3', 'signature'), place('p4', 'stamp')];

describe('Signing', () => {
  it('offers today, asks for the rest in order and is done when all is there', async () => {
    const { signing } = turnOf({ fields: four });
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
    const first = turnOf({ fields: four });
    await first.signing.restore();
    first.signing.fill('t1', 'Warsaw');
    first.signing.placeMark(four[2] as never, typed('Karl'));
    first.signing.keepPad([{ points: [] }]);
    await first.signing.settled();
    const second = turnOf({ fields: four, kept: first.store.value });
    await second.signing.restore();
    expect(second.signing.values['t1']).toBe('Warsaw');
    expect(second.signing.marks['s3']).toEqual(typed('Karl'));
    expect(second.signing.pad).toHaveLength(1);
  });

  it('writes the newest input when typing is faster than the disk', async () => {
    const { signing, store } = turnOf({ fields: four });
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
    const fields = [place('s1', 'signature'), place('s2', 'signature'), place('i3', 'initials')];
    const { signing } = turnOf({ fields });
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
    const fresh = turnOf({ fields: four, memory });
    await fresh.signing.restore();
    expect(fresh.signing.open.map((open) => open.name)).toEqual(['t1']);
    const kept = turnOf({
      fields: four,
      kept: { v: 1, values: {}, marks: {}, stamps: {}, pad: [] },
      memory
    });
    await kept.signing.restore();
    expect(kept.signing.marks).toEqual({});
  });

  it('forgets fields that are not this party’s', async () => {
    const draft = { v: 1, values: { t1: 'a', stray: 'b' }, marks: {}, stamps: {}, pad: [] };
    const { signing } = turnOf({ fields: four, kept: draft });
    await signing.restore();
    expect(signing.values).toEqual({ t1: 'a', d2: '2026-05-03' });
  });

  it('does not sign while something is open', async () => {
    const { signing, store } = turnOf({ fields: four });
    await signing.restore();
    expect(await signing.sign('I agree and sign', 1)).toBe(false);
    expect(store.committed).toBe(0);
  });

  it('signs once, and keeps what was filled in for signing again', async () => {
    const fields = [place('s1', 'signature')];
    const { signing, store } = turnOf({ fields });
    await signing.restore();
    signing.placeMark(fields[0] as never, typed('Karl'));
    const both = await Promise.all([signing.sign('go', 1), signing.sign('go', 1)]);
    expect(both).toEqual([true, false]);
    expect(store.committed).toBe(1);
    expect(signing.step).toBe('saved');
    expect((store.value as DraftValue).marks['s1']).toEqual(typed('Karl'));
  });

  it('keeps everything when it fails, and may be tried again', async () => {
    const fields = [place('s1', 'signature')];
    const { signing, store } = turnOf({ fields });
    await signing.restore();
    signing.placeMark(fields[0] as never, typed('Karl'));
    store.refuses = Object.assign(new Error('disk'), { code: 'full' });
    expect(await signing.sign('go', 1)).toBe(false);
    expect(signing.failure).toBe('full');
    expect(signing.step).toBeNull();
    expect(signing.marks['s1']).toEqual(typed('Karl'));
    store.refuses = null;
    expect(await signing.sign('go', 1)).toBe(true);
    expect(store.committed).toBe(1);
  });
});
