import { describe, expect, it } from 'vitest';
import type { Field, FieldKind } from '../domain/field.ts';
import {
  isFilled,
  localDay,
  nextOpen,
  offeredValues,
  openFields,
  ownFields,
  ownValues,
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
