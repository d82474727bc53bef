// What a reader is told of the changes: each once, as the strictest signature sees it, and where it lies.
import { expect, test } from 'vitest';
import { memorySource } from '#lib/bytes/source.ts';
import { webProvider } from '#lib/pki/provider-web.ts';
import { verifyFile } from '#lib/verify/verify.ts';
import { attacks } from '../../../../tests/vectors/attacks/attacks.ts';
import { NOW, twoParty } from '../../../../tests/vectors/attacks/scene.ts';
import { changeSentence } from '#lib/app/report-words.ts';
import { marksOf } from './changes.ts';

const judge = async (bytes: Uint8Array) =>
  verifyFile('a.pdf', memorySource(bytes), webProvider, { now: NOW });

async function attacked(family: string, name: string) {
  const attack = attacks.find((one) => one.family === family && one.name === name);
  if (attack === undefined) throw new Error(`no attack ${family}, ${name}`);
  return judge(await attack.make(true));
}

test('another page content: one mark for both signatures, on its page, first in the list', async () => {
  const [first, ...others] = marksOf(await attacked('incremental saving', 'a whole revision'));
  expect(first).toMatchObject({
    number: 1,
    page: 1,
    permitted: false,
    where: 'page 1',
    what: ['what stands on the page was changed'],
    objects: ['11 0 R']
  });
  expect(others.every(({ permitted }) => permitted)).toBe(true);
});

test('an honest file has marks for what the second party filled in and signed, all of them allowed', async () => {
  const marks = marksOf(await judge(await twoParty()));
  expect(marks.every(({ permitted, page, box }) => permitted && page === 1 && box !== null)).toBe(true);
  expect(marks.map(({ where }) => where)).toEqual([
    'page 1, field “cs-B-sig-1”',
    'page 1, field “cs-B-text-1”'
  ]);
});

test('every change of every attack has a sentence of its own', async () => {
  const other = changeSentence('a code nobody knows');
  for (const attack of attacks) {
    const report = await judge(await attack.make(true));
    for (const { code } of report.signatures.flatMap(({ changes }) => changes.items))
      expect(changeSentence(code), `${attack.family}: ${code}`).not.toBe(other);
  }
});
