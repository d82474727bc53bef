import { describe, expect, test } from 'vitest';
import { XrefEntries, type XrefEntry } from './xref-entries.ts';
import { XrefIndex } from './xref-index.ts';
import type { XrefSection } from './xref.ts';

const at = (offset: number): XrefEntry => ({ kind: 'at', offset, gen: 0 });
function section(lines: Record<number, XrefEntry>, run: [number, number] | null = null): XrefSection {
  const entries = new XrefEntries();
  if (run !== null) entries.addRun({ first: run[0], count: run[1], at: (i) => at(10_000 + i) });
  for (const [num, entry] of Object.entries(lines)) entries.add(Number(num), entry);
  return { entries } as XrefSection;
}

describe('where every object is', () => {
  const index = new XrefIndex([
    section({ 3: at(300), 5: { kind: 'free', gen: 1 } }),
    section({ 3: at(200), 7: { kind: 'in', stream: 5, index: 2 } }),
    section({ 1: at(100), 3: at(100), 5: at(150) }, [10, 80])
  ]);
  test('the newest section that names a number counts, also when it frees it', () => {
    expect(index.get(3)).toEqual(at(300));
    expect(index.get(5)).toEqual({ kind: 'free', gen: 1 });
    expect(index.get(7)).toEqual({ kind: 'in', stream: 5, index: 2 });
    expect(index.get(89)).toEqual(at(10_079));
    expect(index.get(90)).toBeUndefined();
    expect(index.end).toBe(90);
  });
  test('entries tells every number once, as get does', () => {
    const told = [...index.entries()];
    expect(told.map(([num]) => num).sort((a, b) => a - b)).toEqual([
      1,
      3,
      5,
      7,
      ...Array.from({ length: 80 }, (_, i) => 10 + i)
    ]);
    for (const [num, entry] of told) expect(entry).toEqual(index.get(num));
  });
  test('different numbers are counted, not lines', () => {
    expect(index.exceeds(83)).toBe(true);
    expect(index.exceeds(84)).toBe(false);
  });
  test('a large section between small ones is asked in its turn', () => {
    const large = section({}, [0, 5_000]);
    const layered = new XrefIndex([section({ 2: at(2) }), large, section({ 2: at(9), 6_000: at(6) })]);
    expect([2, 3, 6_000].map((num) => layered.get(num))).toEqual([at(2), at(10_003), at(6)]);
    expect([...layered.entries()].filter(([num]) => num === 2)).toEqual([[2, at(2)]]);
  });
});
