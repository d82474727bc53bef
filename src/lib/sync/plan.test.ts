import { describe, expect, test } from 'vitest';
import { planRound } from './plan.ts';
import type { QueuedAction } from './ports.ts';

function entry(id: string, document: string, change: Partial<QueuedAction> = {}): QueuedAction {
  const action = { id, v: 1, kind: 'document.send', document, baseVersion: 0, payload: {}, at: 0 } as const;
  return { action, document, blobs: [], tries: 0, nextAttempt: 0, ...change };
}
function plan(queued: QueuedAction[], change: Partial<Parameters<typeof planRound>[0]> = {}) {
  const { batch, uploads, next } = planRound({
    queued,
    now: 100,
    eager: false,
    limit: 50,
    sent: (sha256) => sha256 === 'sent',
    ...change
  });
  return { batch: batch.map(({ action }) => action.id), uploads: uploads.map(({ sha256 }) => sha256), next };
}

describe('a round', () => {
  test('takes all that may go, of every document in its order', () => {
    expect(plan([entry('1', 'a'), entry('2', 'b'), entry('3', 'a')]).batch).toEqual(['1', '3', '2']);
  });

  test('never passes an action that waits for its bytes', () => {
    const queued = [
      entry('1', 'a'),
      entry('2', 'a', { blobs: ['sent', 'x'] }),
      entry('3', 'a'),
      entry('4', 'b', { blobs: ['sent'] })
    ];
    expect(plan(queued)).toEqual({ batch: ['1', '4'], uploads: ['x'], next: null });
  });

  test('never passes an action that waits for its time, and says when that is', () => {
    const queued = [
      entry('1', 'a', { nextAttempt: 170 }),
      entry('2', 'a'),
      entry('3', 'b', { nextAttempt: 150 })
    ];
    expect(plan(queued)).toEqual({ batch: [], uploads: [], next: 150 });
    expect(plan(queued, { eager: true }).batch).toEqual(['1', '2', '3']);
    expect(plan(queued, { now: 170 }).batch).toEqual(['1', '2', '3']);
  });

  test('does not believe a waiting time from before the clock was set back', () => {
    expect(plan([entry('1', 'a', { nextAttempt: 3_600_000 })]).batch).toEqual(['1']);
  });

  test('stops at its limit without leaving a hole', () => {
    const queued = [entry('1', 'a'), entry('2', 'a'), entry('3', 'a'), entry('4', 'b')];
    expect(plan(queued, { limit: 2 }).batch).toEqual(['1', '2']);
  });

  test('puts a document that failed behind those that did not', () => {
    const queued = [entry('1', 'a', { tries: 3 }), entry('2', 'b')];
    expect(plan(queued, { limit: 1 }).batch).toEqual(['2']);
  });
});
