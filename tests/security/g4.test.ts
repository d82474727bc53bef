// Performance goal G4: bytes that a revision adds, counted.
import { beforeAll, describe, expect, test } from 'vitest';
import { loadFonts } from '../../src/cli/fonts.ts';
import { signOnce } from '../../src/cli/signing.ts';
import { joinedSource } from '../../src/lib/bytes/joined-source.ts';
import { memorySource, type ByteSource } from '../../src/lib/bytes/source.ts';
import type { Field } from '../../src/lib/domain/field.ts';
import type { FontSet } from '../../src/lib/pdf/appearance/fonts.ts';
import { openPdf } from '../../src/lib/pdf/document.ts';
import { freeze } from '../../src/lib/sign/freeze.ts';
import type { Mark, SignInput } from '../../src/lib/sign/layout.ts';
import { vector } from '../vectors/vectors.ts';
import { testKey, testPerson, testWorkspace, type TestKey } from './workspace-ca.ts';

type Named = Field & { readonly name: string };
const field = (kind: Field['kind'], name: string, row: number): Named => ({
  ...{ id: name, party: name[3] ?? '', kind, name, label: 'Company name', required: true },
  box: { page: 1, x: 40, y: 20 + 30 * row, w: 200, h: kind === 'signature' ? 28 : 24 }
});
/** For each party a signature and so many text fields. */
const fieldsOf = (texts: number) =>
  ['A', 'B'].flatMap((letter, party) => [
    ...Array.from({ length: texts }, (_, i) => field('text', `cs-${letter}-text-${i + 1}`, 7 * party + i)),
    field('signature', `cs-${letter}-sig-1`, 7 * party + 5)
  ]);
const parties = ['A', 'B'].map((letter) => ({ id: letter, letter, name: letter }));

let fonts: FontSet;
let key: TestKey;
let chain: Uint8Array[];
beforeAll(async () => {
  const workspace = await testWorkspace(Date.now());
  key = await testKey();
  const person = await testPerson(workspace, key, { name: 'Ann Example' });
  chain = [person.der, workspace.issuing.der];
  fonts = await loadFonts();
});

const inputOf = (letter: string, values: readonly string[], mark?: Mark): SignInput => ({
  partyLetter: letter,
  values: Object.fromEntries(values.map((value, i) => [`cs-${letter}-text-${i + 1}`, value])),
  marks: mark === undefined ? {} : { [`cs-${letter}-sig-1`]: mark },
  ...{ stamps: {}, signerName: 'Ann Example', reason: null, location: null, at: Date.now(), evidence: null },
  certificates: chain
});

describe.each(['xref-table', 'object-streams'])('%s', (name) => {
  const source = memorySource(vector(name));
  const frozenWith = (texts: number) =>
    joinedSource(source, freeze(openPdf(source), { parties, fields: fieldsOf(texts) }));
  const tail = (from: ByteSource, ...of: Parameters<typeof inputOf>) =>
    signOnce(from, inputOf(...of), fonts, key.sign);
  const added = async (...of: Parameters<typeof inputOf>) =>
    (await tail(frozenWith(of[1].length), ...of)).length;

  test('freeze: at most 600 bytes a field', () => {
    for (const texts of [1, 5]) {
      const fields = fieldsOf(texts);
      expect(freeze(openPdf(source), { parties, fields }).length / fields.length).toBeLessThan(600);
    }
  });

  test('a signature with one filled field and a chain of two: at most 4.5 KB, and 450 bytes a further field', async () => {
    const one = await added('A', ['Agreed by Ann']);
    expect(one).toBeLessThan(4_500);
    const five = await added('A', [
      'Agreed by Ann',
      'Example LLC',
      'Main Street 7',
      'Springfield',
      '2026-05-03'
    ]);
    expect((five - one) / 4).toBeLessThan(450);
  });

  test('the same for whoever signs second', async () => {
    const frozen = frozenWith(1);
    const first = joinedSource(frozen, await tail(frozen, 'A', ['Agreed']));
    expect((await tail(first, 'B', ['Größe 12 € “ok”'])).length).toBeLessThan(4_500);
  });

  test('a mark adds its own picture and no more than 60 bytes', async () => {
    const outlines = [
      Array.from({ length: 240 }, (_, i) => Math.round(400 + 300 * Math.sin(i / (1 + (i % 2)))))
    ];
    const drawn: Mark = { kind: 'drawn', drawing: { width: 800, height: 800, outlines } };
    const bytes = await tail(frozenWith(1), 'A', ['x'], drawn);
    const plain = await added('A', ['x']);
    const written = Buffer.from(bytes).toString('latin1');
    const streams = [...written.matchAll(/\/Length (\d+)>>\nstream/g)].map(([, length]) => Number(length));
    expect(bytes.length - plain - Math.max(...streams)).toBeLessThan(60);
  });

  test('a value that needs an embedded font costs the font: 1.4 KB and 90 bytes a letter', async () => {
    const plain = await added('A', ['Lodz, Krakow']);
    const polish = 'Łódź, Kraków';
    const letters = new Set(polish).size;
    expect((await added('A', [polish])) - plain).toBeLessThan(1_400 + 90 * letters);
    // Once for the revision, not for each field.
    expect((await added('A', [polish, polish])) - (await added('A', [polish]))).toBeLessThan(480);
  });
});
