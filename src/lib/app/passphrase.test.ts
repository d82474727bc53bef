import { expect, test } from 'vitest';
import { PassphraseChoice } from './passphrase.svelte.ts';

async function started() {
  const choice = new PassphraseChoice();
  await choice.start();
  return choice;
}

test('offered words are good once they are kept', async () => {
  const choice = await started();
  expect(choice.value.split(/[\s-]+/).length).toBeGreaterThanOrEqual(5);
  expect(choice.good).toBe(false);
  choice.kept = true;
  expect(choice.good).toBe(true);
});

test('other words are other words, and have to be kept again', async () => {
  const choice = await started();
  const first = choice.value;
  choice.kept = true;
  await choice.another();
  expect(choice.value).not.toBe(first);
  expect(choice.good).toBe(false);
});

test('an own passphrase of enough length is taken, a short one is not', async () => {
  const choice = await started();
  choice.kind = 'own';
  choice.kept = true;
  choice.own = 'too short';
  expect([choice.weakness, choice.good]).toEqual(['short', false]);
  choice.own = 'violet otters juggle 9 lamps';
  expect([choice.weakness, choice.good]).toEqual([null, true]);
});
