import { KeyError } from '../keys/error.ts';

/** A press that is older than this, milliseconds, was for something else. */
const FRESH = 60_000;

/**
 * One press, one signing (`security.md` K5): remembers the newest press of a person until something is signed
 * for it. Presses that a script makes are not trusted by the browser, and do not count.
 */
export class Activation {
  readonly #now: () => number;
  #at: number | null = null;

  constructor(page: Pick<EventTarget, 'addEventListener'> | null, now: () => number) {
    this.#now = now;
    const heard = (event: Event): void => this.heard(event);
    for (const kind of ['click', 'keydown']) page?.addEventListener(kind, heard, { capture: true });
  }

  heard(event: Event): void {
    const pressed = event.type === 'click' || ['Enter', ' '].includes((event as KeyboardEvent).key);
    const active = globalThis.navigator?.userActivation?.isActive ?? true;
    if (pressed && event.isTrusted && active) this.#at = this.#now();
  }

  /** Spends the press. Throws KeyError `activation` when there is none, or it was spent already. */
  take(): void {
    const at = this.#at;
    this.#at = null;
    if (at === null || this.#now() - at > FRESH || this.#now() < at)
      throw new KeyError('activation', 'nobody pressed anything for this');
  }
}

export const activation = new Activation(typeof window === 'undefined' ? null : window, () =>
  performance.now()
);
