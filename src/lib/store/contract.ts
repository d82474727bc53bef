/** What the local database holds and what may be done with it. `store.ts` opens one. */
import type { ActionResult, ChangesResponse, Me } from '../domain/api.ts';
import type { ActionKind, DraftPayload, Reached, WireAction } from '../domain/action.ts';
import type { DocumentRecord, RevisionRecord } from '../domain/document.ts';
import type { Identity } from '../domain/identity.ts';
import type { PartyRecord } from '../domain/party.ts';

export type StoreErrorCode =
  | 'not-found'
  | 'not-draft'
  | 'already-frozen'
  | 'not-frozen'
  | 'not-open'
  | 'not-your-turn'
  /** The file grew since it was opened: `base` is no longer the newest revision. */
  | 'base-moved'
  /** The payload breaks its schema (`domain/action.ts`); nothing was written. */
  | 'invalid'
  /** The disk is full. Nothing of this commit was written, everything before it is still there. */
  | 'full'
  /** The database was written by a newer version of the app; it is open for reading only. */
  | 'newer'
  /** Another tab upgrades the database: reload. */
  | 'closed'
  | 'failed';

/** Nothing of the refused commit was written. `detail` is for logs; the sentence goes by `code`. */
export class StoreError extends Error {
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, detail = '', options?: ErrorOptions) {
    super(detail === '' ? code : `${code}: ${detail}`, options);
    this.name = 'StoreError';
    this.code = code;
  }
}

/** Bytes and their SHA-256 (lower-case hex). A blob is stored as it is, never as a copied buffer. */
export interface HashedBlob {
  readonly sha256: string;
  readonly blob: Blob;
}

/**
 * `waiting`: never handed to the network, or failed and to be tried at `nextAttempt`. `sending`: handed to
 * the network at least once; it may be on the server already, so it is never changed, only sent again.
 */
export type OutboxState = 'waiting' | 'sending';

export interface OutboxEntry {
  /** Place in the queue over all documents; grows. */
  readonly order: number;
  readonly action: WireAction;
  readonly document: string;
  /** SHA-256 names of blobs that must be on the server first. */
  readonly blobs: readonly string[];
  readonly tries: number;
  /** UTC milliseconds; 0 = at once. */
  readonly nextAttempt: number;
  readonly state: OutboxState;
}

/** An action the server did not take. Kept until a person exports or discards it, never deleted silently. */
export interface RejectedEntry {
  /** The action's id. */
  readonly id: string;
  /** Its place in the queue it came from. */
  readonly order: number;
  readonly action: WireAction;
  readonly document: string;
  readonly blobs: readonly string[];
  readonly status: number;
  /** ServerErrorCode, or `earlier-failed` for those queued behind a refused one. */
  readonly code: string;
  /** 409: somebody else was first. */
  readonly conflict: boolean;
  /** The server's document at a conflict, else null. */
  readonly current: DocumentRecord | null;
  readonly at: number;
}

/** A key of this device. `record` is keys/ KeyRecord (may hold a non-extractable CryptoKey). */
export interface StoredKey<R = unknown> {
  readonly id: string;
  /** The one document it may be used for (one-time key, deleted when that ends, K6); null for a member's. */
  readonly document: string | null;
  /** The party it signs as; null for a member's. */
  readonly party: string | null;
  readonly record: R;
  /** DER of the leaf; null until it is certified. */
  readonly certificate: Uint8Array | null;
  /** DER, issuer first, root last. */
  readonly chain: readonly Uint8Array[];
  /** The server's statement about this key, compact JWS (`domain/proof.ts`); comes with the certificate. */
  readonly proof?: string;
  readonly created: number;
  /** A key from a PKCS#12 file, with that file's certificates; absent for keys made here. */
  readonly origin?: 'imported';
}

/** A drawn, typed or uploaded mark kept for the next time; `value` is any structured clone (strokes, bytes). */
export interface Mark {
  readonly id: string;
  readonly kind: 'signature' | 'initials' | 'stamp';
  readonly value: unknown;
  readonly at: number;
}

export interface MetaValues {
  readonly cursor: number;
  readonly epoch: string;
  readonly me: Me;
  /** PocketBase auth token of a member. A party's session is never stored (L7). */
  readonly auth: string;
  readonly workspace: string;
  /** The server's clock when last heard, and this device's at that moment. */
  readonly serverTime: { readonly server: number; readonly device: number };
  readonly [extra: `x-${string}`]: unknown;
}

/**
 * Where half-done input of a party's turn lies in `drafts`. It outlives the signature, until the server has that
 * one: whoever must sign again on another base finds everything filled in.
 */
export const signingDraftKey = (document: string, party: string): string => `sign:${document}:${party}`;

/** A document as a screen shows it: with what this device did and the server does not know yet. */
export interface LocalDocument {
  readonly document: DocumentRecord;
  /** In signing order. */
  readonly parties: readonly PartyRecord[];
  /** By seq. */
  readonly revisions: readonly RevisionRecord[];
  /** Actions that wait for the network. */
  readonly unsent: number;
  readonly unsentKinds: readonly ActionKind[];
  readonly rejected: readonly RejectedEntry[];
}

/** Anything with `subscribe`; Svelte's `live()` in `app/live.svelte.ts` reads it. */
export interface Watched<T> {
  subscribe(observer: { next(value: T): void; error?(error: unknown): void }): { unsubscribe(): void };
}

/** Files of documents on this device. */
export interface StoredSpace {
  readonly files: number;
  readonly bytes: number;
  /** Those that the server has too and that nothing here waits for. */
  readonly droppable: number;
  readonly droppableBytes: number;
  /** Not on the server yet. */
  readonly unsentBytes: number;
}

export interface Reads {
  /** Newest change first. */
  documents(): Promise<LocalDocument[]>;
  document(id: string): Promise<LocalDocument | undefined>;
  /** The bytes, or undefined when this device does not hold them (fetch them, then `keepBlob`). */
  blob(sha256: string): Promise<Blob | undefined>;
  keys(): Promise<StoredKey[]>;
  marks(): Promise<Mark[]>;
  draft(key: string): Promise<unknown>;
  meta<K extends keyof MetaValues>(key: K): Promise<MetaValues[K] | undefined>;
  outbox(): Promise<OutboxEntry[]>;
  rejected(): Promise<RejectedEntry[]>;
  /** Numbers for the sync dot. */
  counts(): Promise<{ waiting: number; rejected: number; oldestWaiting: number | null }>;
  space(): Promise<StoredSpace>;
}

export interface Store extends Reads {
  readonly identity: Identity;
  /** True when a newer version of the app wrote the database: every write throws `newer`. */
  readonly readOnly: boolean;

  /** Runs `query` now and whenever what it read has changed, in this tab or another. */
  watch<T>(query: (reads: Reads) => Promise<T>): Watched<T>;

  // Commits: each one transaction of records, blobs and the action that reports them. Throw StoreError.

  /** A new draft of the member in `meta.me`. `original` is needed when `draft.original` names it. → its id */
  createDraft(draft: DraftPayload, original?: HashedBlob): Promise<string>;
  /**
   * The draft, whole, in place of the former. Saves that were not sent yet melt into one. `original` when
   * the bytes are new.
   */
  saveDraft(document: string, draft: DraftPayload, original?: HashedBlob): Promise<void>;
  /** Revision 0. Fields of `draft` carry their names; parties get their letters from their order. */
  freezeDocument(document: string, draft: DraftPayload, frozen: HashedBlob): Promise<void>;
  /** Hands a frozen document to its first party. */
  sendDocument(document: string, message?: string): Promise<void>;
  /** `base`: SHA-256 of the file that was signed; it must still be the newest but for timestamps (`base-moved`). */
  recordSignature(
    document: string,
    signature: {
      readonly party: string;
      readonly base: string;
      readonly signed: HashedBlob;
      /** What the device tells, signed by the same key (`domain/event.ts`). */
      readonly events?: string | null;
    }
  ): Promise<void>;
  declineDocument(document: string, party: string, reason: string): Promise<void>;
  voidDocument(document: string, reason: string): Promise<void>;
  /** Another day to end on, UTC milliseconds; 0: never. */
  extendDocument(document: string, expires: number): Promise<void>;
  /** The party that has the turn hands it to somebody else. */
  delegateDocument(document: string, party: string, to: Reached): Promise<void>;
  /** Another name or address of a party that has not signed. */
  updateParty(document: string, party: string, to: Reached): Promise<void>;
  remindParty(document: string, party: string): Promise<void>;
  /** A draft that was never frozen. One the server never heard of disappears without an action. */
  deleteDraft(document: string): Promise<void>;

  // Things of this device only.

  /** Keeps bytes that came from the server; refuses (`invalid`) when they do not hash to their name. */
  keepBlob(file: HashedBlob): Promise<void>;
  putKey(key: StoredKey): Promise<void>;
  deleteKey(id: string): Promise<void>;
  /** One-time keys of a document that has ended, unless something of it is still unsent (K6). */
  dropKeysOf(document: string): Promise<void>;
  putMark(mark: Mark): Promise<void>;
  deleteMark(id: string): Promise<void>;
  /** Half-done input that must survive a closed tab: `key` like `sign:<document>`; any structured value. */
  keepDraft(key: string, value: unknown): Promise<void>;
  dropDraft(key: string): Promise<void>;
  setMeta<K extends keyof MetaValues>(key: K, value: MetaValues[K]): Promise<void>;
  dropMeta(key: keyof MetaValues): Promise<void>;

  /** Removes files that the server has and nothing here waits for; keys and unsent work never. → bytes */
  dropSynced(): Promise<number>;

  // What was refused.

  /** JSON of the action and its reason, and the files it carried: what a person can take away. */
  exportRejected(id: string): Promise<{ json: Blob; files: HashedBlob[] }>;
  /** Queues it, and what was refused only because of it, again as new actions on the server's present version. */
  retryRejected(id: string): Promise<void>;
  /** A person said so. */
  discardRejected(id: string): Promise<void>;

  /** Writes records as the server gave them, for a party's session (`sign/session`, `GET party`). */
  adopt(
    document: DocumentRecord,
    parties: readonly PartyRecord[],
    revisions: readonly RevisionRecord[]
  ): Promise<void>;

  // For the runner (`sync/ports.ts`, Queue).

  queued(): Promise<OutboxEntry[]>;
  markSending(ids: readonly string[]): Promise<OutboxEntry[]>;
  postpone(ids: readonly string[], until: number): Promise<void>;
  blobToSend(sha256: string): Promise<Blob | 'sent' | 'missing'>;
  blobSent(sha256: string): Promise<void>;
  blobNotSent(sha256: string): Promise<void>;
  settle(results: readonly ActionResult[], now: number): Promise<void>;
  refuse(id: string, reason: { status: number; code: string; blob?: string }): Promise<void>;
  position(): Promise<{ cursor: number; epoch: string | null }>;
  applyChanges(page: ChangesResponse): Promise<'applied' | 'restarted'>;

  /**
   * What may be fetched again, and the session, go; keys, marks, drafts and everything unsent or refused
   * stay (signing out).
   */
  clearSynced(): Promise<void>;
  /** Ends connections; the data stays. */
  close(): void;
  /** Removes the whole database (sign-out, after the person agreed to lose or has nothing unsent). */
  destroy(): Promise<void>;
}
