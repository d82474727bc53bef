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

/** Runs several askings side by side, so that each round of all of them is one question. */
export function* together<T>(all: readonly Asking<T>[]): Asking<T[]> {
  const results: T[] = [];
  const waiting = all.map((asking, index) => ({ asking, index, state: asking.next() }));
  for (;;) {
    const open = waiting.filter((entry) => {
      if (entry.state.done === true) results[entry.index] = entry.state.value;
      return entry.state.done !== true;
    });
    if (open.length === 0) return results;
    const questions = open.map(({ state }) => state.value as Question);
    const answer: Answer = yield {
      hashes: questions.flatMap((question) => question.hashes),
      digests: questions.flatMap((question) => question.digests),
      checks: questions.flatMap((question) => question.checks)
    };
    let h = 0;
    let d = 0;
    let c = 0;
    open.forEach((entry, i) => {
      const question = questions[i];
      if (question === undefined) return;
      const own: Answer = {
        hashes: answer.hashes.slice(h, (h += question.hashes.length)),
        digests: answer.digests.slice(d, (d += question.digests.length)),
        checks: answer.checks.slice(c, (c += question.checks.length))
      };
      entry.state = entry.asking.next(own);
    });
  }
}

export const nothing: Question = { hashes: [], digests: [], checks: [] };
