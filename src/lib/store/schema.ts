import { Dexie, type EntityTable, type Table } from 'dexie';
import type { WireAction } from '../domain/action.ts';
import type { DocumentRecord, RevisionRecord } from '../domain/document.ts';
import { databaseName, type Identity } from '../domain/identity.ts';
import type { PartyRecord } from '../domain/party.ts';
import type { Mark, OutboxState, RejectedEntry, StoredKey } from './contract.ts';

/**
 * A record twice: as the screen shows it, and as the server last gave it. They differ while an action on the
 * document waits for the network; when the last one is settled, `server` becomes `shown` (`adoption.ts`).
 * `shown: null` hides a record (a deleted draft); `server: null` means the server never told of it.
 */
export interface DocumentRow {
  readonly id: string;
  readonly shown: DocumentRecord | null;
  readonly server: DocumentRecord | null;
  /** Version that the last answered action produced: an older record of the server is a late one. */
  readonly acked: number;
  /** The server said that it is deleted, or no longer ours. */
  readonly gone: boolean;
}

export interface PartyRow {
  readonly id: string;
  readonly document: string;
  readonly shown: PartyRecord | null;
  readonly server: PartyRecord | null;
}

export interface RevisionRow {
  readonly document: string;
  readonly seq: number;
  readonly shown: RevisionRecord | null;
  readonly server: RevisionRecord | null;
}

export interface BlobRow {
  readonly sha256: string;
  readonly blob: Blob;
  /** The server has it. */
  readonly sent: boolean;
  readonly at: number;
}

export interface OutboxRow {
  readonly order: number;
  readonly id: string;
  readonly document: string;
  readonly action: WireAction;
  readonly blobs: readonly string[];
  readonly tries: number;
  readonly nextAttempt: number;
  readonly state: OutboxState;
}

export interface DraftRow {
  readonly key: string;
  readonly value: unknown;
  readonly at: number;
}

export interface MetaRow {
  readonly key: string;
  readonly value: unknown;
}

/** Grows with each change; old `version()` blocks are never edited, each has a fixture in the tests. */
export const SCHEMA_VERSION = 1;

// Long stacks and console noise on localhost, where `npm start` serves real people too.
Dexie.debug = false;

export class CountersignDatabase extends Dexie {
  declare documents: EntityTable<DocumentRow, 'id'>;
  declare parties: EntityTable<PartyRow, 'id'>;
  declare revisions: Table<RevisionRow, [string, number]>;
  declare blobs: EntityTable<BlobRow, 'sha256'>;
  declare outbox: EntityTable<OutboxRow, 'order'>;
  declare rejected: EntityTable<RejectedEntry, 'id'>;
  declare keys: EntityTable<StoredKey, 'id'>;
  declare marks: EntityTable<Mark, 'id'>;
  declare drafts: EntityTable<DraftRow, 'key'>;
  declare meta: EntityTable<MetaRow, 'key'>;

  constructor(identity: Identity) {
    // strict: what a screen calls stored survives a power cut, not only a closed tab.
    super(databaseName(identity), { chromeTransactionDurability: 'strict' });
    this.version(1).stores({
      documents: 'id',
      parties: 'id, document',
      revisions: '[document+seq], document',
      blobs: 'sha256',
      outbox: '++order, &id, document',
      rejected: 'id, document',
      keys: 'id, document',
      marks: 'id',
      drafts: 'key',
      meta: 'key'
    });
  }
}
