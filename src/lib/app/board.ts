import type { Stage } from '../domain/document.ts';
import type { PartyRecord } from '../domain/party.ts';
import type { LocalDocument } from '../store/contract.ts';

/** Columns from left to right. */
export const STAGES: readonly Stage[] = ['draft', 'company', 'client', 'completed', 'stopped'];

export interface BoardFilter {
  /** Only what this member prepared or has to sign. */
  readonly mine: boolean;
  /** Id of a team, '' for all. */
  readonly team: string;
  readonly text: string;
}

export interface Column {
  readonly stage: Stage;
  readonly documents: readonly LocalDocument[];
}

export interface Waiting {
  readonly party: PartyRecord;
  /** UTC milliseconds. */
  readonly since: number;
}

/** Whose turn it is in a document that has been sent, else null. */
export function waitingFor({ document, parties }: LocalDocument): Waiting | null {
  if (document.turn === null || (document.stage !== 'company' && document.stage !== 'client')) return null;
  const party = parties.find(({ id }) => id === document.turn);
  return party === undefined ? null : { party, since: document.turnSince };
}

/** The turn of a member of the workspace, who signs in the app. */
export function isTurnOf(local: LocalDocument, user: string): boolean {
  return waitingFor(local)?.party.member === user;
}

/** Case and accents do not count: "muller" finds "Müller". */
function plain(text: string): string {
  return text
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase();
}

function matches(local: LocalDocument, filter: BoardFilter, user: string): boolean {
  const { document, parties } = local;
  if (filter.mine && document.owner !== user && !parties.some((party) => party.member === user)) return false;
  if (filter.team !== '' && document.team !== filter.team) return false;
  const words = plain(filter.text).split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const { counterparty, number, amount } = document.data;
  const hay = plain(
    [
      document.title,
      counterparty,
      number,
      amount,
      document.ownerName,
      ...parties.flatMap((party) => [party.name, party.organisation])
    ].join('\n')
  );
  return words.every((word) => hay.includes(word));
}

/** Who waits longest stands on top; everything else newest first. */
function inOrder(stage: Stage, documents: LocalDocument[]): LocalDocument[] {
  return stage === 'company' || stage === 'client'
    ? documents.sort((a, b) => a.document.turnSince - b.document.turnSince)
    : documents.sort((a, b) => b.document.updated - a.document.updated);
}

/** All columns, empty ones too. `user`: the member whose board it is. */
export function boardColumns(
  documents: readonly LocalDocument[],
  filter: BoardFilter,
  user: string
): readonly Column[] {
  const shown = documents.filter((local) => matches(local, filter, user));
  return STAGES.map((stage) => ({
    stage,
    documents: inOrder(
      stage,
      shown.filter(({ document }) => document.stage === stage)
    )
  }));
}

/** What a manager wants to know first: how many wait for somebody, and which waits longest. */
export function boardSummary(columns: readonly Column[]): {
  readonly waiting: number;
  readonly oldest: (Waiting & { readonly local: LocalDocument }) | null;
} {
  const waiting = columns.flatMap(({ documents }) =>
    documents.flatMap((local) => {
      const turn = waitingFor(local);
      return turn === null ? [] : [{ ...turn, local }];
    })
  );
  return {
    waiting: waiting.length,
    oldest: waiting.reduce<(typeof waiting)[number] | null>(
      (oldest, next) => (oldest === null || next.since < oldest.since ? next : oldest),
      null
    )
  };
}
