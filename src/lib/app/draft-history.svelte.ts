/** Two edits of the same thing within this many milliseconds are one step of undo (typing, arrow keys). */
const TOGETHER = 900;

/** Undo and redo over immutable values; no end within the session. */
export class History<T> {
  #past = $state.raw<readonly T[]>([]);
  #present: T = $state.raw() as T;
  #future = $state.raw<readonly T[]>([]);
  #key: string | null = null;
  #at = 0;

  constructor(first: T) {
    this.#present = first;
  }

  get present(): T {
    return this.#present;
  }

  get canUndo(): boolean {
    return this.#past.length > 0;
  }

  get canRedo(): boolean {
    return this.#future.length > 0;
  }

  /** `key` names what is edited, so that a word is one step and not seven; null is always its own step. */
  commit(next: T, key: string | null, now: number): void {
    if (Object.is(next, this.#present)) return;
    const same = key !== null && key === this.#key && now - this.#at < TOGETHER;
    if (!same) this.#past = [...this.#past, this.#present];
    this.#present = next;
    this.#future = [];
    this.#key = key;
    this.#at = now;
  }

  /** A change that is nobody's edit (what loading found out): part of the step before it. */
  amend(next: T): void {
    this.#present = next;
  }

  undo(): void {
    const former = this.#past.at(-1);
    if (former === undefined) return;
    this.#past = this.#past.slice(0, -1);
    this.#future = [this.#present, ...this.#future];
    this.#present = former;
    this.#key = null;
  }

  redo(): void {
    const [next, ...rest] = this.#future;
    if (next === undefined) return;
    this.#past = [...this.#past, this.#present];
    this.#present = next;
    this.#future = rest;
    this.#key = null;
  }
}
