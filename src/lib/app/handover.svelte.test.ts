import { describe, expect, it } from 'vitest';
import { HANDOVER_KEY, HandoverGuard, type HandoverFlag, type HandoverMeta } from './handover.svelte.ts';

const flag: HandoverFlag = { document: 'documentdocume1', party: 'clientclient001', since: 5 };

function device() {
  const kept = new Map<string, string>();
  const meta = { value: null as HandoverFlag | null };
  return {
    kept,
    meta,
    mirror: {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
      removeItem: (key: string) => void kept.delete(key)
    },
    store: {
      read: async () => meta.value,
      write: async (value: HandoverFlag | null) => void (meta.value = value)
    } satisfies HandoverMeta
  };
}

describe('security H2: the device is handed over', () => {
  it('lets every page be while the member holds the device', () => {
    const guard = new HandoverGuard(device().mirror);
    expect(guard.active).toBeNull();
    expect(guard.redirectFor('/board')).toBeNull();
  });

  it('sends every page but the one back to it', async () => {
    const { mirror, store } = device();
    const guard = new HandoverGuard(mirror);
    await guard.begin(flag, store);
    for (const path of ['/', '/board', '/verify', '/settings', '/documents/other0000000001/sign', '/sign']) {
      expect(guard.redirectFor(path)).toBe('/documents/documentdocume1/sign');
    }
    expect(guard.redirectFor('/documents/documentdocume1')).toBe('/documents/documentdocume1/sign');
    expect(guard.redirectFor('/documents/documentdocume1/sign')).toBeNull();
    expect(guard.redirectFor('/documents/documentdocume1/sign/')).toBeNull();
  });

  it('is still locked after a reload, before any database is open', async () => {
    const { mirror, store } = device();
    await new HandoverGuard(mirror).begin(flag, store);
    expect(new HandoverGuard(mirror).redirectFor('/board')).toBe('/documents/documentdocume1/sign');
  });

  it('is locked again from meta when the quick copy was lost or never written', async () => {
    const { mirror, store, meta, kept } = device();
    meta.value = flag;
    const guard = new HandoverGuard(mirror);
    expect(guard.redirectFor('/board')).toBeNull();
    await guard.restore(store);
    expect(guard.redirectFor('/board')).toBe('/documents/documentdocume1/sign');
    expect(kept.has(HANDOVER_KEY)).toBe(true);
  });

  it('does not begin when the flag cannot be kept', async () => {
    const { mirror, store } = device();
    const guard = new HandoverGuard(mirror);
    const full = { ...store, write: () => Promise.reject(new Error('full')) };
    await expect(guard.begin(flag, full)).rejects.toThrow('full');
    expect(guard.active).toBeNull();
  });

  it('locks a second tab that hears of it, and opens it when it ends', async () => {
    const { mirror, store } = device();
    const first = new HandoverGuard(mirror);
    const second = new HandoverGuard(mirror);
    await first.begin(flag, store);
    second.heard({ key: HANDOVER_KEY, newValue: mirror.getItem(HANDOVER_KEY) });
    expect(second.active).toEqual(flag);
    second.heard({ key: 'other', newValue: null });
    expect(second.active).toEqual(flag);
    await first.end(store);
    second.heard({ key: HANDOVER_KEY, newValue: null });
    expect(second.active).toBeNull();
  });

  it('ends for good: nothing is left in either place', async () => {
    const { mirror, store, meta, kept } = device();
    const guard = new HandoverGuard(mirror);
    await guard.begin(flag, store);
    await guard.end(store);
    expect(guard.redirectFor('/board')).toBeNull();
    expect(meta.value).toBeNull();
    expect(kept.size).toBe(0);
  });

  it('takes a broken copy for none and waits for meta', () => {
    const { mirror } = device();
    mirror.setItem(HANDOVER_KEY, '{"document":7}');
    expect(new HandoverGuard(mirror).active).toBeNull();
    mirror.setItem(HANDOVER_KEY, 'not json');
    expect(new HandoverGuard(mirror).active).toBeNull();
  });
});
