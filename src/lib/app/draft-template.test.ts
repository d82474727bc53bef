import { expect, test } from 'vitest';
import { ME } from '../../../tests/vectors/draft-desk.ts';
import type { Field } from '../domain/field.ts';
import { ID_PATTERN } from '../domain/id.ts';
import { consultancyTemplate } from '../templates/consultancy.ts';
import type { LaidPlace } from '../templates/places.ts';
import type { TemplateValues } from '../templates/template.ts';
import { emptyContent } from './draft-content.ts';
import { emptyValues, missingValues, placeId, withPlaces, withValues } from './draft-template.ts';

let ids = 0;
const newId = () => `i${String(++ids).padStart(14, '0')}`;
const content = () => emptyContent(ME, newId, '2026-05-03');
const start = () => emptyValues(consultancyTemplate, '2026-05-03', 'Example Ltd');

test('an empty form has today, the workspace and one empty row', () => {
  expect(start()).toMatchObject({ date: '2026-05-03', companyName: 'Example Ltd', currency: 'EUR' });
  expect(start()['services']).toEqual([{ description: '', quantity: '', unit: '', price: '' }]);
});

test('says what is still needed, and a half-filled row is', () => {
  expect(missingValues(consultancyTemplate, start())).toEqual([
    'number',
    'place',
    'until',
    'companyAddress',
    'director',
    'counterparty',
    'clientAddress',
    'services'
  ]);
  const row = { description: 'Advice', quantity: '2', unit: 'hour', price: '60' };
  const rows = (...services: Record<string, string>[]): TemplateValues => ({ ...start(), services });
  expect(missingValues(consultancyTemplate, rows(row))).not.toContain('services');
  expect(missingValues(consultancyTemplate, rows(row, { ...row, price: ' ' }))).toContain('services');
});

test('title, board data and people follow the form until a person writes something else', () => {
  const values = { ...start(), number: '7/2026', counterparty: 'Client Ltd', director: 'Ann' };
  const first = withValues(content(), consultancyTemplate, values);
  expect(first.title).toBe('Consultancy services contract No. 7/2026');
  expect(first.data).toMatchObject({ counterparty: 'Client Ltd', number: '7/2026', date: '2026-05-03' });
  expect(first.parties.map(({ name }) => name)).toEqual(['Ann', 'Client Ltd']);
  const second = withValues(first, consultancyTemplate, { ...values, director: 'Anna' });
  expect(second.parties[0]?.name).toBe('Anna');
  const own = { ...second, parties: second.parties.map((party) => ({ ...party, name: 'Somebody' })) };
  const third = withValues(own, consultancyTemplate, { ...values, director: 'Anne' });
  expect(third.parties[0]?.name).toBe('Somebody');
});

const place = (name: string, y: number): LaidPlace => ({
  name,
  kind: 'signature',
  label: name,
  required: true,
  page: 1,
  x: 50,
  y,
  w: 200,
  h: 60
});

test('places become fields of their party, and a new layout moves them instead of doubling them', () => {
  const empty = content();
  const first = withPlaces(empty, [place('company-signature-1', 600), place('client-signature-1', 600)]);
  expect(first.fields.map(({ party }) => party)).toEqual(empty.parties.map(({ id }) => id));
  const added = { ...first, fields: [...first.fields, { ...(first.fields[0] as Field), id: newId() }] };
  const second = withPlaces(added, [place('company-signature-1', 640)]);
  expect(second.fields.map(({ box }) => box.y)).toEqual([640, 600]);
  expect(second.fields[0]?.id).toBe(first.fields[0]?.id);
});

test('ids of places are ids, and differ', () => {
  const names = [
    'company-signature-1',
    'client-signature-1',
    'client-text-1',
    'client-date-1',
    'company-stamp-1'
  ];
  for (const name of names) expect(placeId(name)).toMatch(ID_PATTERN);
  expect(new Set(names.map(placeId)).size).toBe(names.length);
});
