// Inputs of `npm run fuzz` that once ended in a fault, with what it was. Run with every `npm test`.

export interface FailedSeed {
  readonly base: string;
  readonly seed: number;
  readonly was: string;
}

export const failedSeeds: readonly FailedSeed[] = [
  { base: 'object-streams', seed: 2583, was: 'a /Length of 0.5 was read as an offset: RangeError' },
  {
    base: 'object-streams-signed',
    seed: 2120,
    was: 'a broken member of an object stream was an error, not null'
  },
  {
    base: 'xref-table-signed',
    seed: 17,
    was: 'the run itself counted a signature of an older revision as its own'
  },
  {
    base: 'xref-table-signed',
    seed: 500_809,
    was: 'a former revision whose /Root is no dictionary made the whole file unreadable'
  }
];
