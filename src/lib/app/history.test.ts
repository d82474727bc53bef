import { expect, test } from 'vitest';
import type { EventRow } from '../domain/api.ts';
import type { LocalDocument } from '../store/contract.ts';
import { tell } from './history.ts';

const local = {
  document: { owner: 'u1', ownerName: 'Olga Owner' },
  parties: [
    { id: 'p1', name: 'Dan Director', organisation: 'Acme', member: 'u2' },
    { id: 'p2', name: '', organisation: 'Beta GmbH', member: null }
  ]
} as unknown as LocalDocument;
const me = { id: 'u3', name: 'Me Myself' };

const line = (kind: string, actor: string, data: EventRow['data'] = {}) =>
  tell({ seq: 0, kind, actor, at: 0, data, prev: '', hash: '' }, local, me);

test.each([
  ['created', 'users:u1', {}, 'Olga Owner created the document'],
  ['sent', 'users:u3', {}, 'Me Myself sent it'],
  ['opened', 'parties:p1', {}, 'Dan Director opened the document'],
  ['signed', 'parties:p2', { party: 'p2' }, 'Beta GmbH signed'],
  ['signed', 'users:u2', { party: 'p1' }, 'Dan Director signed'],
  ['message-sent', 'server', { party: 'p1', kind: 'code' }, 'A one-time code was sent to Dan Director'],
  ['message-sent', 'server', { party: 'p1', kind: 'turn' }, 'Dan Director was asked to sign'],
  ['message-sent', 'server', { party: '', kind: 'completed' }, 'The final document was sent to Olga Owner'],
  ['message-failed', 'server', { party: 'p2', kind: 'turn' }, 'A message to Beta GmbH failed'],
  ['completed', 'server', {}, 'Everybody has signed']
])('%s by %s %j', (kind, actor, data, sentence) => expect(line(kind, actor, data)).toBe(sentence));

test('who signed in person stands first, and whose device it was beside it', () => {
  expect(line('signed', 'users:u1', { party: 'p2' })).toBe("Beta GmbH signed on Olga Owner's device");
});

test('a kind that this version does not know is told by its own word', () => {
  expect(line('notarised', 'parties:p1')).toBe('notarised (Dan Director)');
});

test('a member who is neither me, the owner nor a party is somebody', () => {
  expect(line('voided', 'users:u9')).toBe('Somebody voided it');
});
