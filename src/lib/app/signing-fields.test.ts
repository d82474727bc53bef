import { describe, expect, it } from 'vitest';
import type { Field, FieldKind } from '../domain/field.ts';
import {
  filledWith,
  isFilled,
  isMissing,
  localDay,
  neededFields,
  nextOpen,
  offeredValues,
  openFields,
  ownFields,
  ownValues,
  toggled,
  troubleOf,
  type Filled,
  type OwnField
} from './signing-fields.ts';

const nothing: Filled = { values: {}, marks: {}, stamps: {} };
const mark = { kind: 'typed', text: 'Karl' } as const;

function field(name: string, kind: FieldKind, more: Partial<Field> = {}): OwnField {
  return {
    id: name,
    name,
    party: 'b',
    kind,
    box: { page: 1, x: 50, y: 100, w: 100, h: 20 },
    label: name,
    required: true,
    ...more
  };
}
const box = (page: number, x: number, y: number) => ({ page, x, y, w: 100, h: 20 });

describe('ownFields', () => {
  it('gives the fields of one party, in reading order', () => {
    const fields = [
      field('last', 'text', { box: box(2, 10, 10) }),
      field('right', 'text', { box: box(1, 300, 98) }),
      field('other', 'text', { party: 'a', box: box(1, 0, 0) }),
      field('left', 'text', { box: box(1, 20, 101) }),
      field('top', 'text', { box: box(1, 200, 20) })
    ];
    expect(ownFields(fields, 'b').map((own) => own.name)).toEqual(['top', 'left', 'right', 'last']);
  });

  it('takes a tall signature beside a short date as one line by their lower edges', () => {
    const fields = [
      field('date', 'date', { box: { page: 1, x: 300, y: 140, w: 80, h: 20 } }),
      field('sig', 'signature', { box: { page: 1, x: 50, y: 100, w: 200, h: 60 } })
    ];
    expect(ownFields(fields, 'b').map((own) => own.name)).toEqual(['sig', 'date']);
  });
});

describe('offers', () => {
  it('puts today into date fields only', () => {
    const fields = [field('d', 'date'), field('t', 'text')];
    expect(offeredValues(fields, '2026-05-03')).toEqual({ d: '2026-05-03' });
  });

  it('takes the day of the device, not of Greenwich', () => {
    expect(localDay(new Date(2026, 0, 9, 23, 59).getTime())).toBe('2026-01-09');
    expect(localDay(new Date(2026, 0, 9, 0, 1).getTime())).toBe('2026-01-09');
  });
});

describe('openFields', () => {
  it('asks for what is needed and empty', () => {
    const fields = [field('t', 'text'), field('o', 'text', { required: false }), field('s', 'stamp')];
    expect(openFields(fields, nothing).map((open) => open.name)).toEqual(['t', 's']);
  });

  it('asks for a signature even when it is marked optional', () => {
    const fields = [field('sig', 'signature', { required: false })];
    expect(openFields(fields, nothing)).toHaveLength(1);
    expect(openFields(fields, { ...nothing, marks: { sig: mark } })).toHaveLength(0);
  });

  it('takes blanks for empty and an unticked box for missing', () => {
    expect(isFilled(field('t', 'text'), { ...nothing, values: { t: '  ' } })).toBe(false);
    expect(isFilled(field('c', 'checkbox'), { ...nothing, values: { c: '' } })).toBe(false);
    expect(isFilled(field('c', 'checkbox'), { ...nothing, values: { c: 'Yes' } })).toBe(true);
  });

  it('keeps a field open while its value cannot stand, also an optional one', () => {
    const fields = [field('n', 'number', { required: false })];
    expect(openFields(fields, { ...nothing, values: { n: 'many' } })).toHaveLength(1);
    expect(openFields(fields, { ...nothing, values: { n: '1 200,50' } })).toHaveLength(0);
  });
});

describe('troubleOf', () => {
  it.each([
    ['date', '2026-02-28', null],
    ['date', '2026-02-30', 'date'],
    ['date', '3 May', 'date'],
    ['number', '-12.5', null],
    ['number', '12 kg', 'number'],
    ['choice', 'red', null],
    ['choice', 'pink', 'choice'],
    ['text', 'anything', null],
    ['number', '', null]
  ] as const)('%s %s → %s', (kind, value, trouble) => {
    expect(troubleOf(field('f', kind, { options: ['red', 'blue'] }), value)).toBe(trouble);
  });
});

describe('nextOpen', () => {
  const fields = [field('a', 'text'), field('b', 'text'), field('c', 'text')];

  it('goes forward, then round to what was passed over', () => {
    expect(nextOpen(fields, nothing, null)?.name).toBe('a');
    expect(nextOpen(fields, nothing, 'a')?.name).toBe('b');
    expect(nextOpen(fields, { ...nothing, values: { b: 'x', c: 'x' } }, 'c')?.name).toBe('a');
  });

  it('is null when everything is filled', () => {
    expect(nextOpen(fields, { ...nothing, values: { a: '1', b: '2', c: '3' } }, 'a')).toBeNull();
  });
});

describe('ownValues', () => {
  it('lists every typed field, blank ones too, and no marks', () => {
    const fields = [field('t', 'text'), field('o', 'text'), field('sig', 'signature')];
    expect(ownValues(fields, { t: ' Warsaw ', stray: 'x' })).toEqual({ t: 'Warsaw', o: '' });
  });
});

describe('checkboxes that are one question', () => {
  const fields = [
    field('m', 'checkbox', { group: 'g' }),
    field('y', 'checkbox', { group: 'g', box: box(1, 50, 130) }),
    field('n', 'checkbox', { required: false })
  ];

  it('ticks one and clears the others', () => {
    const once = filledWith(fields, { n: 'Yes' }, 'm', 'Yes');
    expect(once).toEqual({ m: 'Yes', y: '', n: 'Yes' });
    expect(filledWith(fields, once, 'y', 'Yes')).toEqual({ m: '', y: 'Yes', n: 'Yes' });
    expect(filledWith(fields, once, 'n', '')).toEqual({ m: 'Yes', y: '', n: '' });
  });

  it('needs one answer, not each', () => {
    const [first, second] = fields as [OwnField, OwnField];
    expect(openFields(fields, nothing)).toEqual([first]);
    expect(neededFields(fields)).toEqual([first]);
    const answered = { ...nothing, values: { y: 'Yes' } };
    expect(openFields(fields, answered)).toEqual([]);
    expect(isMissing(fields, first, answered)).toBe(false);
    expect(isMissing(fields, second, nothing)).toBe(true);
  });
});

describe('fields of the uploaded form', () => {
  const text = field('a', 'text', { existing: { name: 'a', type: 'text', maxLength: 4, value: 'Beta' } });

  it('offers what its author put in', () => {
    expect(offeredValues([text], '2026-05-03')).toEqual({ a: 'Beta' });
  });

  it('takes no more characters than have room, whatever they cost in code units', () => {
    expect(troubleOf(text, '1234')).toBeNull();
    expect(troubleOf(text, '12345')).toBe('too-long');
    expect(troubleOf(text, '𝒜𝒜𝒜𝒜')).toBeNull();
  });

  it('ticks a checkbox by the state that the file gave it', () => {
    const tick = field('c', 'checkbox', { options: ['On'], existing: { name: 'c', type: 'checkbox' } });
    expect(toggled(tick, '')).toBe('On');
    expect(toggled(tick, 'On')).toBe('');
    expect(toggled(field('own', 'checkbox'), undefined)).toBe('Yes');
  });

  it('takes other text only where the choice says so', () => {
    const choice = (editable: boolean) =>
      field('d', 'choice', { options: ['Post'], existing: { name: 'd', type: 'choice', editable } });
    expect(troubleOf(choice(true), 'Pigeon')).toBeNull();
    expect(troubleOf(choice(false), 'Pigeon')).toBe('choice');
  });
});
