import '../../../app.css';
import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import type { LocalDocument } from '#lib/app/local.ts';
import { member } from '#lib/app/member.svelte.ts';
import type { Me } from '#lib/domain/api.ts';
import type { Stage } from '#lib/domain/document.ts';
import BoardColumn from './BoardColumn.svelte';

const HOUR = 3_600_000;

function local(stage: Stage, more: Partial<LocalDocument> = {}, about: object = {}): LocalDocument {
  const party = { id: 'p', document: 'd', order: 0, letter: 'A', name: 'Ann Müller', organisation: 'Acme' };
  return {
    document: {
      id: 'd',
      owner: 'me',
      ownerName: 'Me',
      team: null,
      title: 'Office lease',
      data: { counterparty: 'Harbour GmbH', number: '', date: '', amount: '6,250.00 EUR' },
      stage,
      stopReason: null,
      stopNote: '',
      turn: 'p',
      turnSince: Date.now() - 50 * HOUR,
      version: 1,
      head: 0,
      fields: [],
      original: null,
      template: null,
      created: 0,
      updated: Date.now() - 3 * HOUR,
      ...about
    },
    parties: [
      {
        ...party,
        kind: 'company',
        channel: 'email',
        proof: 'email',
        language: 'en',
        member: null,
        status: 'turn',
        signedAt: null
      }
    ],
    revisions: [],
    unsent: 0,
    unsentKinds: [],
    rejected: [],
    ...more
  };
}
const show = (stage: Stage, documents: LocalDocument[]) =>
  render(BoardColumn, { column: { stage, documents } });

test('a column says its stage and how many it holds, an empty one too', async () => {
  await show('company', [local('company')]);
  await expect.element(page.getByRole('heading', { level: 2 })).toHaveTextContent('With the company 1');
  await show('stopped', []);
  await expect.element(page.getByText('Nothing here')).toBeVisible();
});

test('a card says what it is, for how much, and whose turn it is since when', async () => {
  await show('company', [local('company')]);
  const card = page.getByRole('article');
  for (const words of ['Office lease', 'Harbour GmbH', '6,250.00 EUR', 'Ann Müller · 2 days'])
    await expect.element(card).toHaveTextContent(words);
  await expect
    .element(page.getByRole('link', { name: 'Office lease' }))
    .toHaveAttribute('href', '/documents/d');
});

test('my own turn stands out by words, not only by colour', async () => {
  member.me = { user: { id: 'me', name: 'Me', email: '' } } as Me;
  const mine = local('company');
  await show('company', [{ ...mine, parties: mine.parties.map((party) => ({ ...party, member: 'me' })) }]);
  await expect.element(page.getByRole('article')).toHaveTextContent('Your turn · 2 days');
  member.me = null;
});

test('a draft opens in the editor, a frozen one on its page', async () => {
  await show('draft', [local('draft', {}, { head: -1 })]);
  await expect.element(page.getByRole('link')).toHaveAttribute('href', '/documents/d/edit');
  await expect.element(page.getByRole('article')).toHaveTextContent('Edited 3 hours ago');
});

test('what is not sent, and what was refused, is marked', async () => {
  await show('client', [local('client', { unsent: 2 })]);
  await expect.element(page.getByText('Will be sent')).toBeVisible();
  await show('client', [local('client', { unsent: 2, rejected: [{}] as never })]);
  await expect.element(page.getByText('Needs you')).toBeVisible();
});

test('a stopped one says how it ended', async () => {
  await show('stopped', [
    local('stopped', {}, { stopReason: 'declined', turnSince: Date.UTC(2026, 4, 3, 12) })
  ]);
  await expect.element(page.getByRole('article')).toHaveTextContent('Declined 3 May 2026');
});
