import { afterEach, describe, expect, test, vi } from 'vitest';
import { aDraft, aStore } from '../../../tests/offline/people.ts';
import { until } from '../../../tests/offline/stage.ts';
import type { Store } from '../store/contract.ts';
import { Shell } from './shell.svelte.ts';

const stores: Store[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  for (const store of stores.splice(0)) await store.destroy();
});

describe('lasting storage', () => {
  test('is asked for once there is something that is nowhere else, and once', async () => {
    const persist = vi.spyOn(navigator.storage, 'persist').mockResolvedValue(true);
    const store = await aStore();
    stores.push(store);
    const shell = new Shell();
    const end = shell.persistFor(store);
    await store.setMeta('workspace', 'W');
    expect(persist).not.toHaveBeenCalled();
    await store.createDraft(aDraft());
    await until(() => persist.mock.calls.length === 1);
    await store.createDraft(aDraft());
    await until(async () => (await store.counts()).waiting === 2);
    expect(persist).toHaveBeenCalledTimes(1);
    end();
  });

  test('shows what the browser says', async () => {
    vi.spyOn(navigator.storage, 'persist').mockResolvedValue(false);
    vi.spyOn(navigator.storage, 'persisted').mockResolvedValue(false);
    vi.spyOn(navigator.storage, 'estimate').mockResolvedValue({ usage: 10, quota: 100 });
    const shell = new Shell();
    expect(await shell.persist()).toBe(false);
    expect(shell.storage).toEqual({ persisted: false, usage: 10, quota: 100 });
  });
});

describe('heavy parts', () => {
  function later(connection: object) {
    vi.useFakeTimers();
    Object.defineProperty(navigator, 'connection', { value: connection, configurable: true });
    const shell = new Shell();
    const made = vi.spyOn(shell, 'makeReady').mockResolvedValue();
    shell.offline = { state: 'missing', missing: 3 };
    return { shell, made };
  }
  afterEach(() => {
    Reflect.deleteProperty(navigator, 'connection');
  });

  test('come by themselves some time after a sign-in', () => {
    const { shell, made } = later({});
    shell.makeReadyLater();
    expect(made).not.toHaveBeenCalled();
    vi.advanceTimersByTime(60_000);
    expect(made).toHaveBeenCalledTimes(1);
  });

  test('do not once they are there, or the member has left', () => {
    const { shell, made } = later({});
    shell.makeReadyLater()();
    shell.makeReadyLater();
    shell.offline = { state: 'ready', missing: 0 };
    vi.advanceTimersByTime(60_000);
    expect(made).not.toHaveBeenCalled();
  });

  test.each([{ saveData: true }, { type: 'cellular' }])('do not over %o', (connection) => {
    const { shell, made } = later(connection);
    shell.makeReadyLater();
    vi.advanceTimersByTime(60_000);
    expect(made).not.toHaveBeenCalled();
  });
});
