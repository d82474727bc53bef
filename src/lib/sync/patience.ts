import { backoff } from './outcome.ts';
import type { Clock, Random } from './ports.ts';

/** When one kind of request may be made again after it failed. */
export class Patience {
  readonly #clock: Clock;
  readonly #random: Random;
  #failures = 0;
  #from = 0;
  #until = 0;

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  /** Failures in a row. */
  get failures(): number {
    return this.#failures;
  }

  /** UTC milliseconds before which it waits; 0 when the clock was set back meanwhile: nobody knows then. */
  get until(): number {
    return this.#clock.now() < this.#from ? 0 : this.#until;
  }

  failed(): void {
    this.#failures += 1;
    this.keep(backoff(this.#failures, this.#random));
  }

  /** Waits so many milliseconds from now. */
  keep(milliseconds: number): void {
    this.#from = this.#clock.now();
    this.#until = this.#from + milliseconds;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#until = 0;
  }

  /** Ask at once; what failed before still counts. */
  hurry(): void {
    this.#until = 0;
  }
}
