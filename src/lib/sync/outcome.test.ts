import { describe, expect, test } from 'vitest';
import { ServerRefusal, Unreachable } from './failure.ts';
import { backoff, outcomeOf, outcomeOfFailure } from './outcome.ts';

describe('the outcome of an action', () => {
  test.each([
    [200, 'ok', 'done'],
    [201, 'ok', 'done'],
    [401, 'sign-in', 'sign-in'],
    [403, 'forbidden', 'refused'],
    [404, 'not-found', 'refused'],
    [408, '', 'retry'],
    [409, 'version', 'refused'],
    [413, 'too-large', 'refused'],
    [422, 'cms', 'refused'],
    [422, 'blob-missing', 'bytes'],
    [409, 'blob-missing', 'bytes'],
    [424, 'earlier-failed', 'behind'],
    [429, 'rate-limited', 'retry'],
    [500, 'internal', 'retry'],
    [503, '', 'retry'],
    [0, '', 'retry'],
    [302, '', 'retry']
  ])('of %i %s is %s', (status, code, outcome) => {
    expect(outcomeOf(status, code)).toBe(outcome);
  });
});

describe('the outcome of a failed request', () => {
  test.each([
    [new Unreachable('offline'), 'retry'],
    [new TypeError('a defect of ours'), 'retry'],
    [new ServerRefusal(401, 'sign-in'), 'sign-in'],
    [new ServerRefusal(404, 'not-found'), 'retry'],
    [new ServerRefusal(405, 'unknown'), 'retry'],
    [new ServerRefusal(413, 'too-large'), 'refused'],
    [new ServerRefusal(400, 'bad-request'), 'refused'],
    [new ServerRefusal(429, 'rate-limited'), 'retry'],
    [new ServerRefusal(502, 'internal'), 'retry']
  ])('%s is %s', (error, outcome) => {
    expect(outcomeOfFailure(error)).toBe(outcome);
  });
});

describe('the time until the next try', () => {
  test('doubles from one second to a minute', () => {
    const times = [1, 2, 3, 4, 5, 6, 7, 8, 1000].map((tries) => backoff(tries, () => 0.5) / 1000);
    expect(times).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
  });

  test('is spread by 30 % to each side', () => {
    expect(backoff(1, () => 0)).toBe(700);
    expect(backoff(1, () => 1)).toBe(1300);
    expect(backoff(9, () => 1)).toBe(78_000);
  });
});
