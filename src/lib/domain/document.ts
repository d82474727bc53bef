import type { Field } from './field.ts';
import type { PartyRecord } from './party.ts';

/** `product.md`, "Words". `stopped` carries its reason. */
export type Stage = 'draft' | 'company' | 'client' | 'completed' | 'stopped';
export type StopReason = 'declined' | 'expired' | 'voided';

/** Facts about the contract that the board and messages show. Money is a string with its currency. */
export interface DocumentData {
  readonly counterparty: string;
  readonly number: string;
  /** `YYYY-MM-DD`. */
  readonly date: string;
  readonly amount: string;
}

/** Which template made the document and with what; null for an uploaded PDF. */
export interface TemplateUse {
  readonly id: string;
  readonly version: number;
  readonly values: Readonly<Record<string, unknown>>;
}

export interface DocumentRecord {
  readonly id: string;
  /** User id of the member who prepared it. */
  readonly owner: string;
  readonly ownerName: string;
  readonly team: string | null;
  readonly title: string;
  readonly data: DocumentData;
  readonly stage: Stage;
  readonly stopReason: StopReason | null;
  readonly stopNote: string;
  /** Party whose turn it is, null when it is nobody's. */
  readonly turn: string | null;
  /** UTC milliseconds since when it is that party's turn (or since the last change of stage). */
  readonly turnSince: number;
  /** Grows by one with each accepted action; an action names the version it was made on. */
  readonly version: number;
  /** Seq of the newest revision; -1 before freeze. */
  readonly head: number;
  readonly fields: readonly Field[];
  /** SHA-256 (hex) of the bytes before freeze; null while a template draft has no pages yet. */
  readonly original: string | null;
  readonly template: TemplateUse | null;
  /** UTC milliseconds when it stops by itself while it is open; absent: never, or not sent yet. */
  readonly expires?: number;
  /** Newest event of the document's chain when the server told this record; absent before it heard of it. */
  readonly chain?: { readonly seq: number; readonly hash: string };
  readonly created: number;
  readonly updated: number;
}

/** `contracts.md`: 0 is the frozen layout, then each signature, timestamp and archive appended. */
export type RevisionKind = 'freeze' | 'signature' | 'timestamp' | 'archive';

export interface RevisionRecord {
  readonly id: string;
  readonly document: string;
  readonly seq: number;
  readonly kind: RevisionKind;
  /** Hex, of the whole file up to and with this revision. */
  readonly sha256: string;
  readonly size: number;
  /** Hex; the original's for seq 0. */
  readonly prevSha256: string;
  /** Party that signed; null for freeze, timestamp, archive. */
  readonly party: string | null;
  readonly at: number;
}

/**
 * The revision that a signature over the file `sha256` follows: the newest, or an earlier one when the server
 * only appended timestamps since. They hold nothing that a person made, so they are no reason to sign again.
 * Null: somebody signed meanwhile, or the file is none of this document's.
 */
export function baseOf<R extends Pick<RevisionRecord, 'seq' | 'kind' | 'sha256'>>(
  revisions: readonly R[],
  sha256: string
): R | null {
  const newestFirst = [...revisions].sort((a, b) => b.seq - a.seq);
  for (const revision of newestFirst) {
    if (revision.sha256 === sha256) return revision;
    if (revision.kind !== 'timestamp') return null;
  }
  return null;
}

export interface TurnState {
  readonly stage: Stage;
  readonly turn: string | null;
}

type TurnParty = Pick<PartyRecord, 'id' | 'order' | 'kind' | 'status'>;

/**
 * Where a frozen and sent document stands: the first party in order that has not signed has the turn; the
 * stage is its side's (a witness shows under company, a viewer never has a turn). Nobody left: completed.
 */
export function turnOf(parties: readonly TurnParty[]): TurnState {
  const next = parties
    .filter((party) => party.kind !== 'viewer' && party.status !== 'signed')
    .sort((a, b) => a.order - b.order)[0];
  if (next === undefined) return { stage: 'completed', turn: null };
  return { stage: next.kind === 'client' ? 'client' : 'company', turn: next.id };
}

/** Letter of a party by its place in the order: A, B, … Z. */
export function letterOf(order: number): string {
  if (order < 0 || order > 25) throw new RangeError('at most 26 parties');
  return String.fromCharCode(65 + order);
}
