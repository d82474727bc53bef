import { expect, test } from 'vitest';
import type { MessageState } from '../domain/api.ts';
import { problemOf } from './message-words.ts';
import { Trial } from './trial.svelte.ts';

const state = (change: Partial<MessageState>): MessageState => ({
  status: 'waiting',
  at: 0,
  problem: '',
  error: '',
  kept: false,
  ...change
});

function trialOver(states: MessageState[]) {
  let asked = 0;
  let waited = 0;
  const server = {
    trial: () => Promise.resolve('one'),
    trialState: () => Promise.resolve(states[Math.min(asked++, states.length - 1)] ?? state({}))
  };
  const trial = new Trial(
    () => server,
    (ms) => {
      waited += ms;
      return Promise.resolve();
    }
  );
  return { trial, asked: () => asked, waited: () => waited };
}

test('a trial is looked after until the server knows how it went', async () => {
  const { trial, asked } = trialOver([state({}), state({}), state({ status: 'failed', problem: 'login' })]);
  await trial.start({ channel: 'email' });
  expect([trial.state?.problem, trial.busy, asked()]).toEqual(['login', false, 3]);
  expect(problemOf(trial.state ?? state({}))).toContain('password');
});

test('a mail server that keeps silent is not waited for without end', async () => {
  const { trial, waited } = trialOver([state({})]);
  await trial.start({ channel: 'email' });
  expect([trial.state?.status, trial.busy]).toEqual(['waiting', false]);
  expect(waited()).toBeLessThan(30_000);
});

test('what is tried again by itself says so', () => {
  expect(problemOf({ status: 'waiting', problem: 'later' })).toMatch(/tried again/);
  expect(problemOf({ status: 'failed', problem: 'later' })).not.toMatch(/tried again/);
  expect(problemOf({ status: 'sent', problem: '' })).toBe('');
});
