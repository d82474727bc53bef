import { expect, test } from 'vitest';
import { ago, bytes, date, span } from './times.ts';

test.each([
  [0, 'just now'],
  [59_999, 'just now'],
  [60_000, '1 minute'],
  [3_600_000, '1 hour'],
  [86_399_999, '23 hours'],
  [2 * 86_400_000, '2 days']
])('%i ms is %s', (ms, words) => expect(span(ms).replace('\u00a0', ' ')).toBe(words));

test('a date of a document reads like one, anything else stays', () => {
  expect(date('2026-11-20')).toBe('20 Nov 2026');
  expect(date('next week')).toBe('next week');
  expect(date('')).toBe('');
});

test('how long ago', () => {
  expect(ago(10)).toBe('just now');
  expect(ago(2 * 3_600_000).replace('\u00a0', ' ')).toBe('2 hours ago');
});

test('sizes', () => {
  expect(bytes(38_120)).toBe('38 kB');
  expect(bytes(1_250_000)).toBe('1.3 MB');
});
