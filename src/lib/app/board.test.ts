import { describe, expect, test } from 'vitest';
import type { DocumentRecord, Stage } from '../domain/document.ts';
import type { PartyRecord } from '../domain/party.ts';
import type { LocalDocument } from '../store/contract.ts';
import { boardColumns, boardSummary, isTurnOf, waitingFor } from './board.ts';

const anyone = { mine: false, team: '', text: '' };

function party(id: string, more: Partial<PartyRecord> = {}): PartyRecord {
  return {
    id,
    document: 'd',
    order: 0,
    letter: 'A',
    kind: 'company',
    name: 'Ann Müller',
    organisation: 'Acme',
    channel: 'email',
    proof: 'email',
    language: 'en',
    member: null,
    status: 'waiting',
    signedAt: null,
    ...more
  };
}

function local(
  id: string,
  stage: Stage,
  more: Partial<DocumentRecord> = {},
  parties: PartyRecord[] = []
): LocalDocument {
  const document: DocumentRecord = {
    id,
    owner: 'me',
    ownerName: 'Me',
    team: null,
    title: id,
    data: { counterparty: '', number: '', date: '', amount: '' },
    stage,
    stopReason: null,
    stopNote: '',
    turn: parties[0]?.id ?? null,
    turnSince: 0,
    version: 1,
    head: 0,
    fields: [],
    original: null,
    template: null,
    created: 0,
    updated: 0,
    ...more
  };
  return { document, parties, revisions: [], unsent: 0, unsentKinds: [], rejected: [] };
}

const ids = (columns: ReturnType<typeof boardColumns>, stage: Stage) =>
  columns.find((column) => column.stage === stage)?.documents.map(({ document }) => document.id);

describe('columns', () => {
  test('are the five stages in order, empty ones too', () => {
    expect(boardColumns([], anyone, 'me').map(({ stage }) => stage)).toEqual([
      'draft',
      'company',
      'client',
      'completed',
      'stopped'
    ]);
  });

  test('whoever waits longest stands on top where somebody is waited for', () => {
    const columns = boardColumns(
      [local('late', 'client', { turnSince: 20 }), local('early', 'client', { turnSince: 10 })],
      anyone,
      'me'
    );
    expect(ids(columns, 'client')).toEqual(['early', 'late']);
  });

  test('drafts and ended ones stand newest first', () => {
    const columns = boardColumns(
      [local('old', 'draft', { updated: 1 }), local('new', 'draft', { updated: 2 })],
      anyone,
      'me'
    );
    expect(ids(columns, 'draft')).toEqual(['new', 'old']);
  });
});

describe('filters', () => {
  const others = local('theirs', 'draft', { owner: 'somebody' });
  const toSign = local('to-sign', 'company', { owner: 'somebody' }, [party('a', { member: 'me' })]);
  const own = local('own', 'draft');

  test('mine keeps what I prepared and what I have to sign', () => {
    const columns = boardColumns([others, toSign, own], { ...anyone, mine: true }, 'me');
    expect(ids(columns, 'draft')).toEqual(['own']);
    expect(ids(columns, 'company')).toEqual(['to-sign']);
  });

  test('team keeps that team only', () => {
    const columns = boardColumns(
      [local('a', 'draft', { team: 'north' }), local('b', 'draft', { team: 'south' }), own],
      { ...anyone, team: 'north' },
      'me'
    );
    expect(ids(columns, 'draft')).toEqual(['a']);
  });

  test.each(['muller', 'MÜLLER acme', '1 200', 'service'])(
    'text "%s" finds people, amounts and titles',
    (text) => {
      const found = local(
        'x',
        'company',
        {
          title: 'Service contract',
          data: { counterparty: 'Beta', number: '', date: '', amount: '1 200 EUR' }
        },
        [party('a')]
      );
      expect(ids(boardColumns([found, own], { ...anyone, text }, 'me'), 'company')).toEqual(['x']);
    }
  );

  test('every word has to be there', () => {
    expect(ids(boardColumns([own], { ...anyone, text: 'own nothing' }, 'me'), 'draft')).toEqual([]);
  });
});

describe('waiting', () => {
  const sent = local('s', 'client', { turn: 'b', turnSince: 7 }, [
    party('a', { status: 'signed' }),
    party('b', { member: 'me', name: 'Bo' })
  ]);

  test('names the party that has the turn and since when', () => {
    expect(waitingFor(sent)?.party.name).toBe('Bo');
    expect(waitingFor(sent)?.since).toBe(7);
    expect(isTurnOf(sent, 'me')).toBe(true);
    expect(isTurnOf(sent, 'somebody')).toBe(false);
  });

  test('a draft and an ended document wait for nobody', () => {
    expect(waitingFor(local('d', 'draft', {}, [party('a')]))).toBeNull();
    expect(waitingFor(local('d', 'stopped', {}, [party('a')]))).toBeNull();
  });

  test('the summary counts them and names the oldest over all columns', () => {
    const older = local('o', 'company', { turnSince: 3 }, [party('a')]);
    const summary = boardSummary(boardColumns([sent, older, local('d', 'draft')], anyone, 'me'));
    expect(summary.waiting).toBe(2);
    expect(summary.oldest?.local.document.id).toBe('o');
  });

  test('nothing waits on an empty board', () => {
    expect(boardSummary(boardColumns([], anyone, 'me'))).toEqual({ waiting: 0, oldest: null });
  });
});
