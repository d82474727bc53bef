import { expect, test } from 'vitest';
import { freeLetters, nameFields, partyLetters, tickOf, type Field } from './field.ts';

const field = (id: string, party: string, more: Partial<Field> = {}): Field => ({
  id,
  party,
  kind: 'text',
  box: { page: 1, x: 0, y: 0, w: 10, h: 10 },
  label: '',
  required: false,
  ...more
});
const letters = new Map([
  ['a', 'A'],
  ['b', 'C']
]);
const parties = [
  { id: 'b', order: 1 },
  { id: 'a', order: 0 },
  { id: 'v', order: 2 }
];

test('new fields are named by party, kind and number; existing ones keep their name', () => {
  const fields = [
    field('1', 'a'),
    field('2', 'b', { existing: { name: 'buyer.name', type: 'text' } }),
    field('3', 'a'),
    field('4', 'b', { kind: 'signature' })
  ];
  expect(nameFields(fields, letters).map(({ name }) => name)).toEqual([
    'cs-A-text-1',
    'buyer.name',
    'cs-A-text-2',
    'cs-C-sig-1'
  ]);
});

test('letters skip those whose fields are there', () => {
  expect(freeLetters(['name', 'cs-A-text-1', 'cs-C-sig-1'], 3)).toEqual(['B', 'D', 'E']);
  expect(() => freeLetters([], 27)).toThrow('no letters left');
});

test('a party has the letter of its new fields, else the first that nothing in the layout uses', () => {
  const named = nameFields([field('1', 'a'), field('2', 'b')], letters);
  expect([...partyLetters(parties, named)]).toEqual([
    ['a', 'A'],
    ['b', 'C'],
    ['v', 'B']
  ]);
  const given = field('3', 'a', { existing: { name: 'cs-A-sig-1', type: 'signature' }, name: 'cs-A-sig-1' });
  expect(partyLetters([{ id: 'a', order: 0 }], [given]).get('a')).toBe('B');
});

test('names that fit no party are refused', () => {
  const named = (id: string, party: string, name: string) => field(id, party, { name });
  expect(() => partyLetters(parties, [field('1', 'a')])).toThrow('has no name');
  expect(() =>
    partyLetters(parties, [named('1', 'a', 'cs-A-text-1'), named('2', 'a', 'cs-B-text-1')])
  ).toThrow("another party's name");
  expect(() =>
    partyLetters(parties, [named('1', 'a', 'cs-A-text-1'), named('2', 'b', 'cs-A-text-2')])
  ).toThrow('same letter');
});

test('an existing checkbox is ticked by its own state', () => {
  expect(tickOf(field('1', 'a'))).toBe('Yes');
  expect(tickOf(field('1', 'a', { options: ['On'], existing: { name: 'x', type: 'checkbox' } }))).toBe('On');
});
