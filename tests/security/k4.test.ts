// K4: every transition of the lock, by a table and a clock that is not real. Tabs and bfcache: tests/e2e/keys.spec.ts.
import { describe, expect, test } from 'vitest';
import {
  after,
  BACKWARDS,
  delayAfter,
  HIDDEN,
  IDLE,
  LONGEST,
  nextChange,
  type LockEvent,
  type LockState
} from '../../src/lib/keys/lock-state.ts';

const T = Date.UTC(2026, 10, 24, 12);
const none: LockState = { name: 'none' };
const locked = (wrong = 0): LockState => ({ name: 'locked', wrong });
const lost: LockState = { name: 'lost' };
const blocked = (wait = 5000, wrong = 4): LockState => ({ name: 'blocked', until: T + wait, wrong });
const unlocked = (more: object = {}): LockState => ({
  name: 'unlocked',
  key: 'k',
  since: T,
  active: T,
  hidden: null,
  seen: T,
  ...more
});
const whys = ['person', 'pagehide', 'sign-out', 'hand-over', 'tab'] as const;
const EVENTS: readonly LockEvent[] = [
  { kind: 'loaded', keys: 1, wrong: 0, until: 0 },
  { kind: 'loaded', keys: 0, wrong: 0, until: 0 },
  { kind: 'unlocked', key: 'k' },
  { kind: 'wrong' },
  { kind: 'active' },
  { kind: 'hidden' },
  { kind: 'visible' },
  { kind: 'tick' },
  { kind: 'lost' },
  ...whys.map((why) => ({ kind: 'lock', why }) as const)
];
const told = (event: LockEvent): string =>
  event.kind === 'lock'
    ? `lock (${event.why})`
    : event.kind === 'loaded'
      ? `loaded ${event.keys}`
      : event.kind;

/** State by state, what each event makes of it at time T; an event that is not named changes nothing. */
const TABLE: readonly (readonly [string, LockState, Readonly<Record<string, LockState>>])[] = [
  ['none', none, { 'loaded 1': locked() }],
  ['locked', locked(), { 'loaded 0': none, unlocked: unlocked(), wrong: locked(1), lost }],
  [
    'locked after four wrong ones',
    locked(4),
    {
      'loaded 1': locked(),
      'loaded 0': none,
      unlocked: unlocked(),
      wrong: { name: 'blocked', until: T + 30_000, wrong: 5 },
      lost
    }
  ],
  ['blocked', blocked(), { 'loaded 1': locked(), 'loaded 0': none, lost }],
  [
    'blocked, and the time is over',
    blocked(0),
    {
      ...Object.fromEntries(EVENTS.map((event) => [told(event), locked(4)])),
      'loaded 1': locked(),
      'loaded 0': none,
      lost
    }
  ],
  [
    'unlocked',
    unlocked(),
    {
      'loaded 0': none,
      hidden: unlocked({ hidden: T }),
      lost,
      ...Object.fromEntries(whys.map((why) => [`lock (${why})`, locked()]))
    }
  ],
  [
    'unlocked and out of sight',
    unlocked({ hidden: T - 1000 }),
    {
      'loaded 0': none,
      unlocked: unlocked(),
      visible: unlocked(),
      lost,
      ...Object.fromEntries(whys.map((why) => [`lock (${why})`, locked()]))
    }
  ],
  ['lost', lost, { 'loaded 0': none, unlocked: unlocked() }]
];

describe.each(TABLE)('%s', (_name, state, changes) => {
  test.each(EVENTS.map((event) => [told(event), event] as const))('%s', (name, event) => {
    expect(after(state, event, T)).toEqual(changes[name] ?? state);
  });
});

describe('what locks by itself', () => {
  const cases: readonly (readonly [string, LockState, number, boolean])[] = [
    ['idle almost five minutes', unlocked(), IDLE - 1, false],
    ['idle five minutes', unlocked(), IDLE, true],
    ['busy almost fifteen minutes', unlocked({ active: T + LONGEST - 1 }), LONGEST - 1, false],
    ['busy fifteen minutes', unlocked({ active: T + LONGEST }), LONGEST, true],
    ['out of sight almost a minute', unlocked({ hidden: T }), HIDDEN - 1, false],
    ['out of sight a minute', unlocked({ hidden: T }), HIDDEN, true],
    ['the clock two minutes back', unlocked(), -BACKWARDS, false],
    ['the clock further back', unlocked(), -BACKWARDS - 1, true]
  ];
  test.each(cases)('%s', (_name, state, later, locks) => {
    // Whatever happens then: no event keeps it open any longer.
    for (const kind of ['tick', 'active', 'visible', 'hidden'] as const)
      expect(after(state, { kind }, T + later).name, kind).toBe(locks ? 'locked' : 'unlocked');
  });
  test('five minutes, fifteen, one, and two back', () => {
    expect([IDLE, LONGEST, HIDDEN, BACKWARDS]).toEqual([300_000, 900_000, 60_000, 120_000]);
  });
  test('being active keeps it open up to fifteen minutes, not longer', () => {
    let state = unlocked();
    for (let minute = 1; minute < 15; minute++) {
      state = after(state, { kind: 'active' }, T + minute * 60_000);
      expect(state.name).toBe('unlocked');
    }
    expect(after(state, { kind: 'active' }, T + 15 * 60_000)).toEqual(locked());
  });
  test('the timer waits for the earliest of them', () => {
    expect(nextChange(unlocked())).toBe(T + IDLE);
    expect(nextChange(unlocked({ active: T + 13 * 60_000 }))).toBe(T + LONGEST);
    expect(nextChange(unlocked({ hidden: T + 1000 }))).toBe(T + 1000 + HIDDEN);
    expect(nextChange(blocked(5000))).toBe(T + 5000);
    for (const state of [none, locked(), lost]) expect(nextChange(state)).toBeNull();
  });
});

describe('wrong tries', () => {
  test('0, 0, 1, 5, 30 s, then 60 s each', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 100].map(delayAfter)).toEqual([
      0, 0, 1000, 5000, 30_000, 60_000, 60_000, 60_000
    ]);
  });
  test('one after the other, waiting each time', () => {
    let state = locked();
    let now = T;
    const waits: number[] = [];
    for (let i = 0; i < 8; i++) {
      state = after(state, { kind: 'wrong' }, now);
      waits.push(state.name === 'blocked' ? state.until - now : 0);
      // A try while it is blocked changes nothing, not even the waiting time.
      expect(after(state, { kind: 'wrong' }, now)).toEqual(
        state.name === 'blocked' ? state : expect.anything()
      );
      if (state.name === 'blocked') now = state.until;
      state = after(state, { kind: 'tick' }, now);
      expect(state).toEqual(locked(i + 1));
    }
    expect(waits).toEqual([0, 0, 1000, 5000, 30_000, 60_000, 60_000, 60_000]);
  });
  test('opening it forgets them', () => {
    const open = after(locked(6), { kind: 'unlocked', key: 'k' }, T);
    expect(after(open, { kind: 'lock', why: 'person' }, T)).toEqual(locked(0));
  });
  test('a reload goes on waiting; a clock set back waits a minute at most', () => {
    const loaded = (until: number) => ({ kind: 'loaded', keys: 1, wrong: 5, until }) as const;
    expect(after(none, loaded(T + 20_000), T)).toEqual({ name: 'blocked', until: T + 20_000, wrong: 5 });
    expect(after(none, loaded(T - 1), T)).toEqual(locked(5));
    expect(after(none, loaded(T + 86_400_000), T)).toEqual({ name: 'blocked', until: T + 60_000, wrong: 5 });
    expect(after(blocked(86_400_000), { kind: 'tick' }, T)).toEqual({
      name: 'blocked',
      until: T + 60_000,
      wrong: 4
    });
  });
});
