import { expect, test } from 'vitest';
import { ME } from '../../../tests/vectors/draft-desk.ts';
import type { Field } from '../domain/field.ts';
import {
  emptyContent,
  inside,
  lettersOf,
  line,
  onAllPages,
  readingOrder,
  resized,
  reversed,
  signedByMember,
  tidied,
  withParty
} from './draft-content.ts';

const page = { width: 595, height: 842 };
let ids = 0;
const newId = () => `i${String(++ids).padStart(14, '0')}`;
const empty = () => emptyContent(ME, newId, '2026-05-03');
const box = (x: number, y: number, w = 100, h = 20, number = 1) => ({ page: number, x, y, w, h });
const field = (id: string, at: Field['box']): Field => ({
  id,
  party: 'p',
  kind: 'text',
  box: at,
  label: id,
  required: true
});

test('a new draft has company and client, in this order, dated today', () => {
  const { parties, data } = empty();
  expect(parties.map(({ kind, order, channel, proof }) => [kind, order, channel, proof])).toEqual([
    ['company', 0, 'email', 'email'],
    ['client', 1, 'sms', 'sms']
  ]);
  expect(parties[0]?.organisation).toBe('Example Ltd');
  expect(data.date).toBe('2026-05-03');
});

test('text of one line loses controls, line ends and bidi overrides, and what is too long', () => {
  expect(line('A\u202eB\nC\u0000D', 120)).toBe('A B C D');
  expect(line('x'.repeat(200), 120)).toHaveLength(120);
  expect(line('e\u0301', 120)).toBe('é');
});

test('a box is kept inside its page', () => {
  expect(inside(box(-5, 900), page)).toEqual(box(0, 822));
  expect(inside(box(580, 10), page)).toEqual(box(495, 10));
  expect(inside(box(0, 0, 700, 900), page)).toEqual(box(0, 0, 595, 842));
});

test('an edge stops at the least size and at the border of the page', () => {
  const at = box(100, 100);
  expect(resized(at, 'text', { right: -500 }, page)).toEqual(box(100, 100, 24, 20));
  expect(resized(at, 'text', { left: 500 }, page)).toEqual(box(176, 100, 24, 20));
  expect(resized(at, 'text', { right: 900, bottom: 900 }, page)).toEqual(box(100, 100, 495, 742));
  expect(resized(at, 'text', { left: -40, top: -10 }, page)).toEqual(box(60, 90, 140, 30));
});

test('the way to a party decides how it proves who it is', () => {
  const content = empty();
  const client = content.parties[1]?.id ?? '';
  expect(withParty(content, client, { channel: 'hand' }).parties[1]).toMatchObject({
    channel: 'hand',
    proof: 'in-person',
    member: null
  });
});

test('a member who signs for the company is taken from the account, and can be taken back', () => {
  const content = empty();
  const company = content.parties[0]?.id ?? '';
  const own = signedByMember(content, company, ME);
  expect(own.parties[0]).toMatchObject({
    member: ME.user.id,
    channel: 'hand',
    proof: 'staff',
    name: 'Maria Kowalska',
    email: 'maria@company.example'
  });
  expect(signedByMember(own, company, null).parties[0]).toMatchObject({ member: null, channel: 'email' });
});

test('switching the order gives the client the letter A', () => {
  const content = empty();
  const [company, client] = content.parties;
  expect(lettersOf(content.parties).get(company?.id ?? '')).toBe('A');
  expect(lettersOf(reversed(content).parties).get(client?.id ?? '')).toBe('A');
});

test('a field is copied to every other page that can hold it', () => {
  const content = { ...empty(), fields: [field('a', box(400, 700))] };
  const copies = onAllPages(
    content,
    'a',
    [page, { width: 420, height: 595 }, { width: 50, height: 50 }],
    newId
  ).fields;
  expect(copies.map((copy) => copy.box)).toEqual([box(400, 700), box(320, 575, 100, 20, 2)]);
  expect(new Set(copies.map(({ id }) => id)).size).toBe(2);
});

test('fields are read page by page, line by line, left to right', () => {
  const order = readingOrder([
    field('d', box(10, 10, 10, 10, 2)),
    field('c', box(10, 300)),
    field('b', box(200, 98)),
    field('a', box(10, 100))
  ]);
  expect(order.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd']);
});

test('before freezing blanks go, empty addresses go, numbers become E.164', () => {
  const content = empty();
  const [company, client] = content.parties.map(({ id }) => id);
  let written = withParty(content, company ?? '', { name: ' Ann ', email: ' a@b.example ', phone: '' });
  written = withParty(written, client ?? '', { phone: '0048 600-100-200', email: '' });
  const { parties } = tidied({ ...written, title: ' T ' });
  expect(parties[0]).toMatchObject({ name: 'Ann', email: 'a@b.example' });
  expect(parties[0]).not.toHaveProperty('phone');
  expect(parties[1]).toMatchObject({ phone: '+48600100200' });
  expect(parties[1]).not.toHaveProperty('email');
});
