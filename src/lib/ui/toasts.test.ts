import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Toasts } from './toasts.svelte.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('goes by itself, a failure stays until it is closed', () => {
  const toasts = new Toasts();
  toasts.show('Saved');
  const failure = toasts.show('Not saved', { tone: 'bad' });
  vi.advanceTimersByTime(60_000);
  expect(toasts.list.map(({ text }) => text)).toEqual(['Not saved']);
  toasts.close(failure);
  expect(toasts.list).toEqual([]);
});

test('the same sentence twice is shown once', () => {
  const toasts = new Toasts();
  toasts.show('Offline');
  toasts.show('Offline');
  expect(toasts.list).toHaveLength(1);
});

test('one with an action stays longer', () => {
  const toasts = new Toasts();
  toasts.show('Removed', { action: { label: 'Undo', run: () => undefined } });
  vi.advanceTimersByTime(6_000);
  expect(toasts.list).toHaveLength(1);
  vi.advanceTimersByTime(4_000);
  expect(toasts.list).toHaveLength(0);
});
