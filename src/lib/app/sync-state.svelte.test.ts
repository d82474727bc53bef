import { expect, test } from 'vitest';
import { SyncState } from './sync-state.svelte.ts';

test('what is unsent for more than three days is overdue', () => {
  const day = 86_400_000;
  const sync = new SyncState();
  expect(sync.overdue(10 * day)).toBe(false);
  sync.oldestWaiting = 5 * day;
  expect(sync.overdue(8 * day)).toBe(false);
  expect(sync.overdue(8 * day + 1)).toBe(true);
  // A clock set back makes nothing old.
  expect(sync.overdue(day)).toBe(false);
});
