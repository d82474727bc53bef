/** The changes a person makes: each writes its records, its bytes and the action that reports it together. */
import * as v from 'valibot';
import {
  blobsOf,
  payloadSchemas,
  type ActionKind,
  type DraftPayload,
  type Payload,
  type WireAction
} from '../domain/action.ts';
import type { Me } from '../domain/api.ts';
import { idFromBytes } from '../domain/id.ts';
import { emptyRow, forget, releaseBlobs } from './adoption.ts';
import { StoreError, type HashedBlob, type Store } from './contract.ts';
import * as effect from './effect.ts';
import type { DocumentState } from './effect.ts';
import type { OutboxRow } from './schema.ts';
import { COMMIT, write, type Room } from './transaction.ts';

/** The document as it is shown; throws `not-found`. */
export async function stateOf(room: Room, id: string): Promise<DocumentState> {
  const row = await room.db.documents.get(id);
  if (!row?.shown) throw new StoreError('not-found', id);
  const parties = await room.db.parties.where('document').equals(id).toArray();
  const revisions = await room.db.revisions.where('document').equals(id).toArray();
  return {
    document: row.shown,
    parties: parties.flatMap(({ shown }) => (shown ? [shown] : [])).sort((a, b) => a.order - b.order),
    revisions: revisions.flatMap(({ shown }) => (shown ? [shown] : []))
  };
}

/** Puts a new state beside what the server said. A party that is no longer there is hidden. */
export async function show(room: Room, state: DocumentState): Promise<void> {
  const { db } = room;
  const id = state.document.id;
  const row = (await db.documents.get(id)) ?? emptyRow(id);
  await db.documents.put({ ...row, shown: state.document });
  const present = new Set(state.parties.map((party) => party.id));
  for (const party of await db.parties.where('document').equals(id).toArray()) {
    if (present.has(party.id)) continue;
    if (party.server === null) await db.parties.delete(party.id);
    else await db.parties.put({ ...party, shown: null });
  }
  for (const party of state.parties) {
    const known = await db.parties.get(party.id);
    if (known !== undefined && known.document !== id)
      throw new StoreError('invalid', 'a party of another document');
    await db.parties.put({ id: party.id, document: id, shown: party, server: known?.server ?? null });
  }
  for (const revision of state.revisions) {
    const known = await db.revisions.get([id, revision.seq]);
    await db.revisions.put({
      document: id,
      seq: revision.seq,
      shown: revision,
      server: known?.server ?? null
    });
  }
}

async function keep(room: Room, files: readonly HashedBlob[]): Promise<void> {
  for (const { sha256, blob } of files) {
    if ((await room.db.blobs.get(sha256)) === undefined) {
      await room.db.blobs.put({ sha256, blob, sent: false, at: room.ports.now() });
    }
  }
}

async function requireBlobs(room: Room, hashes: readonly string[]): Promise<void> {
  for (const hash of hashes) {
    if ((await room.db.blobs.get(hash)) === undefined) throw new StoreError('invalid', `no bytes of ${hash}`);
  }
}

function checked<K extends ActionKind>(kind: K, payload: Payload<K>): Payload<K> {
  const result = v.safeParse(payloadSchemas[kind], payload);
  if (!result.success) {
    const issue = result.issues[0];
    throw new StoreError('invalid', `${v.getDotPath(issue) ?? ''} ${issue.message}`);
  }
  return result.output as Payload<K>;
}

interface Change<K extends ActionKind> {
  readonly id: string;
  readonly kind: K;
  readonly document: string;
  readonly baseVersion: number;
  readonly payload: Payload<K>;
}

export async function enqueue<K extends ActionKind>(room: Room, change: Change<K>): Promise<void> {
  const action: WireAction<K> = { ...change, v: 1, at: room.ports.now() };
  const blobs = blobsOf(action);
  await requireBlobs(room, blobs);
  await room.db.outbox.add({
    id: action.id,
    document: change.document,
    action,
    blobs,
    tries: 0,
    nextAttempt: 0,
    state: 'waiting'
  });
}

export function newId(room: Room): string {
  return idFromBytes(room.ports.random(15));
}

export async function createDraft(room: Room, draft: DraftPayload, original?: HashedBlob): Promise<string> {
  const payload = checked('document.create', draft);
  const id = newId(room);
  const action = newId(room);
  await write(room, COMMIT, async () => {
    const me = (await room.db.meta.get('me'))?.value as Me | undefined;
    if (me === undefined) throw new StoreError('failed', 'nobody is signed in');
    await keep(room, original ? [original] : []);
    await show(room, effect.created(id, payload, me, room.ports.now()));
    await enqueue(room, { id: action, kind: 'document.create', document: id, baseVersion: 0, payload });
  });
  return id;
}

/** Whether this entry still may be changed: it was never handed to the network. */
export function untouched(entry: OutboxRow | undefined): entry is OutboxRow {
  return entry?.state === 'waiting';
}

export async function saveDraft(
  room: Room,
  id: string,
  draft: DraftPayload,
  original?: HashedBlob
): Promise<void> {
  const payload = checked('document.save', draft);
  const action = newId(room);
  await write(room, COMMIT, async () => {
    const before = await stateOf(room, id);
    const after = effect.saved(before, payload, room.ports.now());
    await keep(room, original ? [original] : []);
    const last = (await room.db.outbox.where('document').equals(id).sortBy('order')).at(-1);
    const melts = untouched(last) && ['document.create', 'document.save'].includes(last.action.kind);
    if (!melts) {
      await show(room, after);
      const { version } = before.document;
      await enqueue(room, { id: action, kind: 'document.save', document: id, baseVersion: version, payload });
      return;
    }
    // One action for both saves: the version that it will make is the one already shown.
    await show(room, { ...after, document: { ...after.document, version: before.document.version } });
    const melted = { ...last.action, payload, at: room.ports.now() };
    const blobs = blobsOf(melted);
    await requireBlobs(room, blobs);
    await room.db.outbox.put({ ...last, action: melted, blobs });
    await releaseBlobs(room.db, new Set(last.blobs.filter((hash) => !blobs.includes(hash))));
  });
}

/** Every other action: its effect on the shown state, then its entry. */
export async function act<K extends ActionKind>(
  room: Room,
  change: { readonly kind: K; readonly document: string; readonly payload: Payload<K> },
  files: readonly HashedBlob[],
  after: (state: DocumentState, payload: Payload<K>, action: string, now: number) => DocumentState
): Promise<void> {
  const payload = checked(change.kind, change.payload);
  const id = newId(room);
  await write(room, COMMIT, async () => {
    const before = await stateOf(room, change.document);
    const state = after(before, payload, id, room.ports.now());
    await keep(room, files);
    await show(room, state);
    await enqueue(room, { ...change, id, payload, baseVersion: before.document.version });
  });
}

export async function recordSignature(
  room: Room,
  document: string,
  signature: Parameters<Store['recordSignature']>[1]
): Promise<void> {
  const head = await room.db.documents.get(document);
  const seq = (head?.shown?.head ?? -1) + 1;
  const { party, base, signed, events } = signature;
  const revision = { seq, sha256: signed.sha256, size: signed.blob.size, prevSha256: base };
  const payload = { party, revision, ...(events ? { events } : {}) };
  await act(room, { kind: 'document.sign', document, payload }, [signed], effect.signed);
}

export async function freezeDocument(
  room: Room,
  document: string,
  draft: DraftPayload,
  frozen: HashedBlob
): Promise<void> {
  if (draft.original === null) throw new StoreError('invalid', 'no pages');
  const revision = { seq: 0, sha256: frozen.sha256, size: frozen.blob.size, prevSha256: draft.original };
  await act(
    room,
    { kind: 'document.freeze', document, payload: { ...draft, revision } },
    [frozen],
    effect.frozen
  );
}

export async function deleteDraft(room: Room, id: string): Promise<void> {
  const action = newId(room);
  await write(room, COMMIT, async () => {
    const state = await stateOf(room, id);
    effect.requireDraft(state);
    const row = await room.db.documents.get(id);
    const queued = await room.db.outbox.where('document').equals(id).sortBy('order');
    const unknownToServer = row?.server === null && row.acked === 0;
    if (unknownToServer && queued.every(untouched)) {
      // The server never heard of it, so there is nothing to tell; refused tries go with what they made.
      await room.db.outbox.where('document').equals(id).delete();
      await room.db.rejected.where('document').equals(id).delete();
      await forget(room.db, id);
      return;
    }
    await room.db.documents.update(id, { shown: null });
    const { version } = state.document;
    await enqueue(room, {
      id: action,
      kind: 'document.delete',
      document: id,
      baseVersion: version,
      payload: {}
    });
  });
}
