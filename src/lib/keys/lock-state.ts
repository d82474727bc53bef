/**
 * Whether the member's key is open, as a table of transitions without clock or effect (`security.md` K4):
 * `none → locked ⇄ unlocked → (hidden) → locked`, `locked → blocked(until) → locked`, any → `lost`.
 * Times are UTC milliseconds; every event tells the time.
 */
export type LockState =
  | { readonly name: 'none' }
  /** `wrong`: tries in a row that failed. */
  | { readonly name: 'locked'; readonly wrong: number }
  | {
      readonly name: 'unlocked';
      readonly key: string;
      readonly since: number;
      /** When the person last did something here. */
      readonly active: number;
      /** Since when the page is out of sight; null while it is seen. */
      readonly hidden: number | null;
      /** Newest time that was told: a clock that goes back is noticed. */
      readonly seen: number;
    }
  | { readonly name: 'blocked'; readonly until: number; readonly wrong: number }
  /** What was stored does not open any more, or the passkey is gone: only a backup or a new key helps. */
  | { readonly name: 'lost' };

export type LockEvent =
  /** Read from the store: `keys` is how many there are, `wrong` and `until` what storage kept of tries. */
  | { readonly kind: 'loaded'; readonly keys: number; readonly wrong: number; readonly until: number }
  | { readonly kind: 'unlocked'; readonly key: string }
  | { readonly kind: 'wrong' }
  | { readonly kind: 'active' | 'hidden' | 'visible' | 'tick' }
  /** `tab`: another tab locked. */
  | { readonly kind: 'lock'; readonly why: 'person' | 'pagehide' | 'sign-out' | 'hand-over' | 'tab' }
  | { readonly kind: 'lost' };

const MINUTE = 60_000;
/** Idle for so long, milliseconds, and it locks. */
export const IDLE = 5 * MINUTE;
/** Open for so long, whatever happens. */
export const LONGEST = 15 * MINUTE;
/** Out of sight for so long. */
export const HIDDEN = MINUTE;
/** The clock went back by more than this. */
export const BACKWARDS = 2 * MINUTE;
/** Waiting time after the nth wrong try in a row, milliseconds; the last one counts for all after it. */
export const DELAYS: readonly number[] = [0, 0, 1000, 5000, 30_000, MINUTE];

const LOCKED: LockState = { name: 'locked', wrong: 0 };

export const delayAfter = (wrong: number): number => DELAYS[Math.min(wrong, DELAYS.length) - 1] ?? 0;

function expired(state: Extract<LockState, { name: 'unlocked' }>, now: number): boolean {
  return (
    now - state.active >= IDLE ||
    now - state.since >= LONGEST ||
    (state.hidden !== null && now - state.hidden >= HIDDEN) ||
    state.seen - now > BACKWARDS
  );
}

/** A time to wait until, that cannot be longer than the longest delay: a clock may have been set back. */
function blocked(until: number, wrong: number, now: number): LockState {
  if (until <= now) return { name: 'locked', wrong };
  return { name: 'blocked', until: Math.min(until, now + MINUTE), wrong };
}

/** The state after `event` at `now`. What an event cannot mean in a state leaves it as it is. */
export function after(state: LockState, event: LockEvent, now: number): LockState {
  if (event.kind === 'loaded') {
    if (event.keys === 0) return { name: 'none' };
    if (state.name === 'unlocked' || state.name === 'lost') return state;
    return blocked(event.until, event.wrong, now);
  }
  if (state.name === 'none') return state;
  if (event.kind === 'lost') return { name: 'lost' };
  switch (state.name) {
    case 'lost':
      return event.kind === 'unlocked' ? opened(event.key, now) : state;
    case 'blocked':
      return blocked(state.until, state.wrong, now);
    case 'locked': {
      if (event.kind === 'unlocked') return opened(event.key, now);
      if (event.kind !== 'wrong') return state;
      const wrong = state.wrong + 1;
      return blocked(now + delayAfter(wrong), wrong, now);
    }
    case 'unlocked': {
      if (event.kind === 'lock' || expired(state, now)) return LOCKED;
      if (event.kind === 'unlocked') return opened(event.key, now);
      const seen = Math.max(state.seen, now);
      if (event.kind === 'active') return { ...state, active: now, seen };
      if (event.kind === 'hidden') return { ...state, hidden: state.hidden ?? now, seen };
      if (event.kind === 'visible') return { ...state, hidden: null, seen };
      return { ...state, seen };
    }
  }
}

const opened = (key: string, now: number): LockState => ({
  name: 'unlocked',
  key,
  since: now,
  active: now,
  hidden: null,
  seen: now
});

/** When the state changes by itself, or null: what a timer waits for. */
export function nextChange(state: LockState): number | null {
  if (state.name === 'blocked') return state.until;
  if (state.name !== 'unlocked') return null;
  const ends = [state.active + IDLE, state.since + LONGEST];
  if (state.hidden !== null) ends.push(state.hidden + HIDDEN);
  return Math.min(...ends);
}
