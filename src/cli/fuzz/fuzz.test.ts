import { describe, expect, test } from 'vitest';
import { failedSeeds } from '../../../tests/vectors/failed-seeds.ts';
import { mutate, randomBy } from './mutate.ts';
import { Workbench, type Input } from './work.ts';

const bench = new Workbench();
const input = (base: string, seed: number | null): Input => ({ base, path: null, password: null, seed });

/** Longest time for one input, milliseconds: ten times what the slowest takes on a busy machine. */
const LIMIT = 10_000;

async function faultsOf(inputs: readonly Input[]): Promise<string[]> {
  const faults: string[] = [];
  for (const one of inputs) {
    const since = performance.now();
    const { fault } = await bench.run(one);
    if (fault !== null) faults.push(`${one.base} seed ${one.seed}: ${fault.step}: ${fault.message}`);
    if (performance.now() - since > LIMIT) faults.push(`${one.base} seed ${one.seed}: too slow`);
  }
  return faults;
}

describe('fuzz: read, freeze, sign, verify', () => {
  test('every file as it is, and 500 mutated ones: a typed error or a valid signature', async () => {
    const names = await bench.names();
    const inputs = Array.from({ length: 500 }, (_, i) => {
      const seed = 20_261_124 + i;
      return input(names[Math.floor(randomBy(seed)() * names.length)] ?? '', seed);
    });
    expect(await faultsOf([...names.map((name) => input(name, null)), ...inputs])).toEqual([]);
  }, 300_000);

  test('every input that once failed', async () => {
    expect(await faultsOf(failedSeeds.map(({ base, seed }) => input(base, seed)))).toEqual([]);
  }, 30_000);
});

test('one seed gives one file, another one another', () => {
  const file = Uint8Array.from({ length: 4_000 }, (_, i) => i % 251);
  expect(mutate(file, 7)).toEqual(mutate(file, 7));
  const different = Array.from({ length: 50 }, (_, seed) => Buffer.from(mutate(file, seed)).toString('hex'));
  expect(new Set(different).size).toBeGreaterThan(40);
});
