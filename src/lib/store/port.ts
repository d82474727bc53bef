/** Doors of the platform that the store takes as parameters; tests bring their own. */
export type StorePoint =
  | 'store.before-commit'
  | 'store.writing'
  | 'store.committed'
  | 'answer.before-commit'
  | 'answer.committed'
  | 'pull.before-commit'
  | 'pull.committed';

export interface StorePorts {
  /** UTC milliseconds. */
  readonly now: () => number;
  readonly random: (length: number) => Uint8Array;
  /** `sync/faults.ts`: where tests stop the program. */
  readonly at: (point: StorePoint) => Promise<void> | void;
}

export const platform: StorePorts = {
  now: () => Date.now(),
  random: (length) => crypto.getRandomValues(new Uint8Array(length)),
  at: () => undefined
};
