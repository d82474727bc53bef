/**
 * The database of one identity on this device. Screens read it and never the network; sync/ fills and empties
 * it. Start at `contract.ts`; the changes are in `commit.ts`, what the server says in `adoption.ts`.
 */
import { liveQuery } from 'dexie';
import type { ActionResult, ChangesResponse } from '../domain/api.ts';
import type { DraftPayload, Reached } from '../domain/action.ts';
import type { DocumentRecord, RevisionRecord } from '../domain/document.ts';
import type { Identity } from '../domain/identity.ts';
import type { PartyRecord } from '../domain/party.ts';
import { adopt, note, releaseBlobs } from './adoption.ts';
import { hashBlob } from './blobs.ts';
import * as commit from './commit.ts';
import { StoreError } from './contract.ts';
import type { HashedBlob, Mark, MetaValues, Reads, Store, StoredKey, Watched } from './contract.ts';
import * as effect from './effect.ts';
import { platform, type StorePorts } from './port.ts';
import * as queue from './queue.ts';
import { DatabaseReads } from './reads.ts';
import * as refused from './refused.ts';
import { CountersignDatabase, SCHEMA_VERSION } from './schema.ts';
import { dropSynced } from './space.ts';
import { read, write, type Room } from './transaction.ts';

export type * from './contract.ts';
export { StoreError } from './contract.ts';

/** A one-time key of a document that never ended is no use after this long (K6). */
const ONE_TIME_KEY_DAYS = 30;

/** Opens, and makes when it is not there, the database of this identity. Throws StoreError. */
export async function openStore(identity: Identity, ports: Partial<StorePorts> = {}): Promise<Store> {
  const db = new CountersignDatabase(identity);
  // Another tab wants to upgrade: let it, and fail here with `closed` instead of blocking it for ever.
  // `false` keeps Dexie's own handler from it, which would open the old version again at the next read.
  db.on('versionchange', () => {
    db.close();
    return false;
  });
  await read(() => db.open());
  // Dexie opens a newer database too; its tables may mean something else there.
  const readOnly = db.backendDB().version > SCHEMA_VERSION * 10;
  const room: Room = { db, readOnly, ports: { ...platform, ...ports } };
  if (!readOnly) {
    const oldest = room.ports.now() - ONE_TIME_KEY_DAYS * 86_400_000;
    await write(room, null, async () => {
      await db.keys.filter((key) => key.document !== null && key.created < oldest).delete();
    });
  }
  return new DatabaseStore(identity, room);
}

class DatabaseStore extends DatabaseReads implements Store {
  readonly identity: Identity;
  readonly readOnly: boolean;
  readonly #room: Room;

  constructor(identity: Identity, room: Room) {
    super(room.db);
    this.identity = identity;
    this.readOnly = room.readOnly;
    this.#room = room;
  }

  watch<T>(query: (reads: Reads) => Promise<T>): Watched<T> {
    const observable = liveQuery(() => query(this));
    return {
      subscribe: (observer) =>
        observable.subscribe({
          next: (value) => observer.next(value),
          error: (error: unknown) => observer.error?.(error)
        })
    };
  }

  createDraft(draft: DraftPayload, original?: HashedBlob) {
    return commit.createDraft(this.#room, draft, original);
  }

  saveDraft(document: string, draft: DraftPayload, original?: HashedBlob) {
    return commit.saveDraft(this.#room, document, draft, original);
  }

  freezeDocument(document: string, draft: DraftPayload, frozen: HashedBlob) {
    return commit.freezeDocument(this.#room, document, draft, frozen);
  }

  /** `message`: the sender's own words for the mails about it. */
  sendDocument(document: string, message = '') {
    const payload = message === '' ? {} : { message };
    const change = { kind: 'document.send', document, payload } as const;
    return commit.act(this.#room, change, [], (state, _payload, _action, now) => effect.sent(state, now));
  }

  recordSignature(
    document: string,
    signature: { readonly party: string; readonly base: string; readonly signed: HashedBlob }
  ) {
    return commit.recordSignature(this.#room, document, signature);
  }

  declineDocument(document: string, party: string, reason: string) {
    const change = { kind: 'document.decline', document, payload: { party, reason } } as const;
    return commit.act(this.#room, change, [], (state, payload, _action, now) =>
      effect.declined(state, payload, now)
    );
  }

  voidDocument(document: string, reason: string) {
    const change = { kind: 'document.void', document, payload: { reason } } as const;
    return commit.act(this.#room, change, [], (state, payload, _action, now) =>
      effect.voided(state, payload.reason, now)
    );
  }

  extendDocument(document: string, expires: number) {
    const change = { kind: 'document.extend', document, payload: { expires } } as const;
    return commit.act(this.#room, change, [], (state, payload, _action, now) =>
      effect.extended(state, payload, now)
    );
  }

  delegateDocument(document: string, party: string, to: Reached) {
    const change = { kind: 'document.delegate', document, payload: { party, to } } as const;
    return commit.act(this.#room, change, [], effect.reached);
  }

  updateParty(document: string, party: string, to: Reached) {
    const change = { kind: 'party.update', document, payload: { party, to } } as const;
    return commit.act(this.#room, change, [], effect.reached);
  }

  remindParty(document: string, party: string) {
    const change = { kind: 'party.remind', document, payload: { party } } as const;
    return commit.act(this.#room, change, [], effect.reminded);
  }

  deleteDraft(document: string) {
    return commit.deleteDraft(this.#room, document);
  }

  async keepBlob({ sha256, blob }: HashedBlob): Promise<void> {
    if ((await hashBlob(blob)).sha256 !== sha256) throw new StoreError('invalid', 'the bytes are others');
    const at = this.#room.ports.now();
    await this.#write(() => this.#room.db.blobs.put({ sha256, blob, sent: true, at }));
  }

  putKey(key: StoredKey) {
    return this.#write(() => this.#room.db.keys.put(key));
  }

  deleteKey(id: string) {
    return this.#write(() => this.#room.db.keys.delete(id));
  }

  dropKeysOf(document: string) {
    const { db } = this.#room;
    return this.#write(async () => {
      const unsent = await db.outbox.where('document').equals(document).count();
      if (unsent === 0) await db.keys.where('document').equals(document).delete();
    });
  }

  putMark(mark: Mark) {
    return this.#write(() => this.#room.db.marks.put(mark));
  }

  deleteMark(id: string) {
    return this.#write(() => this.#room.db.marks.delete(id));
  }

  keepDraft(key: string, value: unknown) {
    return this.#write(() => this.#room.db.drafts.put({ key, value, at: this.#room.ports.now() }));
  }

  dropDraft(key: string) {
    return this.#write(() => this.#room.db.drafts.delete(key));
  }

  setMeta<K extends keyof MetaValues>(key: K, value: MetaValues[K]) {
    return this.#write(() => this.#room.db.meta.put({ key: String(key), value }));
  }

  dropMeta(key: keyof MetaValues) {
    return this.#write(() => this.#room.db.meta.delete(String(key)));
  }

  dropSynced() {
    return dropSynced(this.#room);
  }

  exportRejected(id: string) {
    return refused.exportRejected(this.#room, id);
  }

  retryRejected(id: string) {
    return refused.retryRejected(this.#room, id);
  }

  discardRejected(id: string) {
    return refused.discardRejected(this.#room, id);
  }

  async adopt(
    document: DocumentRecord,
    parties: readonly PartyRecord[],
    revisions: readonly RevisionRecord[]
  ): Promise<void> {
    const { db } = this.#room;
    await this.#write(async () => {
      await note(db, { seq: 0, collection: 'documents', id: document.id, record: document });
      for (const record of parties) await note(db, { seq: 0, collection: 'parties', id: record.id, record });
      for (const record of revisions) {
        await note(db, { seq: 0, collection: 'revisions', id: record.id, record });
      }
      await adopt(db, document.id);
    });
  }

  queued() {
    return queue.queued(this.#room);
  }

  markSending(ids: readonly string[]) {
    return queue.markSending(this.#room, ids);
  }

  postpone(ids: readonly string[], until: number) {
    return queue.postpone(this.#room, ids, until);
  }

  blobToSend(sha256: string) {
    return queue.blobToSend(this.#room, sha256);
  }

  blobSent(sha256: string) {
    return queue.setBlobSent(this.#room, sha256, true);
  }

  blobNotSent(sha256: string) {
    return queue.setBlobSent(this.#room, sha256, false);
  }

  settle(results: readonly ActionResult[], now: number) {
    return queue.settle(this.#room, results, now);
  }

  refuse(id: string, reason: { status: number; code: string; blob?: string }) {
    return queue.refuse(this.#room, id, reason);
  }

  position() {
    return queue.position(this.#room);
  }

  applyChanges(page: ChangesResponse) {
    return queue.applyChanges(this.#room, page);
  }

  async clearSynced(): Promise<void> {
    const { db } = this.#room;
    await this.#write(async () => {
      const unsent = new Set((await db.outbox.toArray()).map((entry) => entry.document));
      for (const entry of await db.rejected.toArray()) unsent.add(entry.document);
      const keep = (row: { readonly document: string }) => unsent.has(row.document);
      await db.documents.filter((row) => !unsent.has(row.id)).delete();
      await db.parties.filter((row) => !keep(row)).delete();
      await db.revisions.filter((row) => !keep(row)).delete();
      await releaseBlobs(db, new Set(await db.blobs.toCollection().primaryKeys()));
      await db.meta.bulkDelete(['auth', 'cursor', 'epoch', 'touched']);
    });
  }

  close(): void {
    this.#room.db.close();
  }

  async destroy(): Promise<void> {
    await this.#room.db.delete();
  }

  async #write(work: () => PromiseLike<unknown>): Promise<void> {
    await write(this.#room, null, async () => {
      await work();
    });
  }
}
