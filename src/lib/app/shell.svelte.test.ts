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

describe('the number on the icon', () => {
  afterEach(() => {
    Reflect.deleteProperty(navigator, 'setAppBadge');
  });

  test('is what waits and what was refused, and goes with the member', async () => {
    const shown: number[] = [];
    const setAppBadge = (count: number) => {
      shown.push(count);
      return Promise.reject(new Error('not installed'));
    };
    Object.defineProperty(navigator, 'setAppBadge', { value: setAppBadge, configurable: true });
    const store = await aStore();
    stores.push(store);
    const end = new Shell().badgeFor(store);
    await until(() => shown.at(-1) === 0);
    await store.createDraft(aDraft());
    await store.createDraft(aDraft());
    await until(() => shown.at(-1) === 2);
    const [first] = await store.outbox();
    await store.refuse(first?.action.id ?? '', { status: 403, code: 'forbidden' });
    // Still two: one waits, one wants a person.
    await until(async () => (await store.counts()).rejected === 1);
    expect(shown.at(-1)).toBe(2);
    end();
    expect(shown.at(-1)).toBe(0);
  });
});

describe('a new version', () => {
  test('asked for while something is signed comes when that is done, and once', () => {
    const shell = new Shell();
    const took = vi.spyOn(shell, 'takeOver').mockImplementation(() => undefined);
    const first = shell.holdUpdate();
    const second = shell.holdUpdate();
    shell.applyUpdate();
    first();
    first();
    expect(took).not.toHaveBeenCalled();
    second();
    expect(took).toHaveBeenCalledTimes(1);
  });

  test('a part of the page that is gone from the server asks for a reload', async () => {
    const shell = new Shell();
    await shell.start();
    expect(shell.update).toBe(false);
    dispatchEvent(new Event('vite:preloadError'));
    expect(shell.update).toBe(true);
  });
});
