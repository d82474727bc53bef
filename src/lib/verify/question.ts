import type { Check, CheckAnswer, HashName, HashRequest } from '../pki/check.ts';

/** What a verification must know to go on. Answers stand in the order of the questions. */
export interface Question {
  /** Digests over ranges of the file. */
  readonly hashes: readonly HashRequest[];
  /** Digests over bytes in memory. */
  readonly digests: readonly { readonly hash: HashName; readonly bytes: Uint8Array }[];
  readonly checks: readonly Check[];
}

export interface Answer {
  readonly hashes: readonly Uint8Array[];
  readonly digests: readonly Uint8Array[];
  readonly checks: readonly CheckAnswer[];
}

/** A stage that asks and goes on with the answers; a whole verification is such stages in a row. */
export type Asking<T> = Generator<Question, T, Answer>;

/** What each of some askings will give. */
type Results<T extends readonly Asking<unknown>[]> = {
  -readonly [K in keyof T]: T[K] extends Asking<infer R> ? R : never;
};

/**
 * Runs several askings side by side, so that each round of all of them is one question. Their results stand in
 * their order, each of its own type.
 */
export function* together<T extends readonly Asking<unknown>[]>(all: readonly [...T]): Asking<Results<T>> {
  const running = all.map((asking) => ({ asking, state: asking.next() }));
  for (;;) {
    const open = running.flatMap(({ state }, i) => (state.done === true ? [] : [{ i, asked: state.value }]));
    if (open.length === 0) return running.map(({ state }) => state.value) as Results<T>;
    const answer: Answer = yield {
      hashes: open.flatMap(({ asked }) => asked.hashes),
      digests: open.flatMap(({ asked }) => asked.digests),
      checks: open.flatMap(({ asked }) => asked.checks)
    };
    let [h, d, c] = [0, 0, 0];
    for (const { i, asked } of open) {
      const own: Answer = {
        hashes: answer.hashes.slice(h, (h += asked.hashes.length)),
        digests: answer.digests.slice(d, (d += asked.digests.length)),
        checks: answer.checks.slice(c, (c += asked.checks.length))
      };
      const one = running[i];
      if (one !== undefined) one.state = one.asking.next(own);
    }
  }
}

export const nothing: Question = { hashes: [], digests: [], checks: [] };
