/** Messages in the order they came. `next` waits for one that nobody has taken yet, without polling. */
export class Arrivals<T> {
  readonly all: T[] = [];
  readonly #taken = new Set<T>();
  readonly #waiting = new Set<() => void>();

  constructor(private readonly what: string) {}

  add(message: T): void {
    this.all.push(message);
    for (const look of [...this.#waiting]) look();
  }

  /** The oldest message that fits and was not taken before; rejects after `limit` milliseconds. */
  next(fits: (message: T) => boolean, limit = 30_000): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(look);
        reject(
          new Error(`no such ${this.what} within ${limit} ms; there: ${JSON.stringify(this.all, null, 1)}`)
        );
      }, limit);
      const look = (): void => {
        const found = this.all.find((message) => !this.#taken.has(message) && fits(message));
        if (found === undefined) return;
        this.#taken.add(found);
        this.#waiting.delete(look);
        clearTimeout(timer);
        resolve(found);
      };
      this.#waiting.add(look);
      look();
    });
  }
}
