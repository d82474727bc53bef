import { expect, test } from 'vitest';
import { daysIn } from './plan.ts';

test.each([
  ['2, 5, 10', [2, 5, 10]],
  ['10 5;2,', [2, 5, 10]],
  ['3, 3', [3]],
  ['', []],
  ['0, 2', null],
  ['two', null],
  ['-1', null],
  ['366', null],
  ['1 2 3 4 5 6 7 8 9 10 11', null]
])('%j', (written, days) => expect(daysIn(written)).toEqual(days));
