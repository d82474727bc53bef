import { createSubscriber } from 'svelte/reactivity';
import type { Watched } from '../store/contract.ts';

/** A watched query as Svelte state: `const list = live(store.watch((r) => r.documents()), [])`. */
export interface Live<T> {
  /** The newest result; the initial value until the first one came. */
  readonly current: T;
  /** The first result is there. */
  readonly ready: boolean;
  /** What the last run threw, else null. */
  readonly error: unknown;
}

/**
 * Runs while an effect or template reads it, and stops with the last reader, so nothing is to be closed.
 * Outside of effects `current` keeps the last value seen.
 */
export function live<T>(watched: Watched<T>, initial: T): Live<T> {
  let current = initial;
  let ready = false;
  let failure: unknown = null;
  const subscribe = createSubscriber((update) => {
    const subscription = watched.subscribe({
      next(value) {
        current = value;
        ready = true;
        failure = null;
        update();
      },
      error(error) {
        failure = error;
        update();
      }
    });
    return () => subscription.unsubscribe();
  });
  return {
    get current() {
      subscribe();
      return current;
    },
    get ready() {
      subscribe();
      return ready;
    },
    get error() {
      subscribe();
      return failure;
    }
  };
}
