/** What the server did not take: a person takes it away, tries it again, or lets it go. */
import type { DraftPayload, Payload, WireAction } from '../domain/action.ts';
import { adopt, forget, releaseBlobs } from './adoption.ts';
import { enqueue, newId, show, stateOf } from './commit.ts';
import { StoreError, type HashedBlob, type RejectedEntry } from './contract.ts';
import * as effect from './effect.ts';
import { COMMIT, write, type Room } from './transaction.ts';

async function entryOf(room: Room, id: string): Promise<RejectedEntry> {
  const entry = await room.db.rejected.get(id);
  if (entry === undefined) throw new StoreError('not-found', id);
  return entry;
}

export async function exportRejected(room: Room, id: string): Promise<{ json: Blob; files: HashedBlob[] }> {
  const entry = await entryOf(room, id);
  const rows = await room.db.blobs.bulkGet([...entry.blobs]);
  const files = rows.flatMap((row) => (row ? [{ sha256: row.sha256, blob: row.blob }] : []));
  const { action, status, code, at } = entry;
  const text = JSON.stringify({ action, refused: { status, code, at } }, null, 2);
  return { json: new Blob([text], { type: 'application/json' }), files };
}

type Effect = (state: effect.DocumentState, action: string, now: number) => effect.DocumentState;

function effectOf(action: WireAction): Effect | null {
  switch (action.kind) {
    case 'document.create':
      return null;
    case 'document.save':
      return (state, _, now) => effect.saved(state, action.payload as DraftPayload, now);
    case 'document.freeze':
      return (state, id, now) => effect.frozen(state, action.payload as Payload<'document.freeze'>, id, now);
    case 'document.send':
      return (state, _, now) => effect.sent(state, now);
    case 'document.sign':
      return (state, id, now) => effect.signed(state, action.payload as Payload<'document.sign'>, id, now);
    case 'document.decline':
      return (state, _, now) => effect.declined(state, action.payload as Payload<'document.decline'>, now);
    case 'document.void':
      return (state, _, now) =>
        effect.voided(state, (action.payload as Payload<'document.void'>).reason, now);
    case 'document.extend':
      return (state, _, now) => effect.extended(state, action.payload as Payload<'document.extend'>, now);
    case 'document.delegate':
    case 'party.update':
      return (state) => effect.reached(state, action.payload as Payload<'party.update'>);
    case 'party.remind':
      return (state) => effect.reminded(state, action.payload as Payload<'party.remind'>);
    case 'document.delete':
      return (state) => {
        effect.requireDraft(state);
        return state;
      };
  }
}

/** The entry and those behind it that were refused for its sake only. */
async function chainOf(room: Room, id: string): Promise<RejectedEntry[]> {
  const first = await entryOf(room, id);
  const later = (await room.db.rejected.where('document').equals(first.document).sortBy('order')).filter(
    ({ order }) => order > first.order
  );
  const end = later.findIndex(({ code }) => code !== 'earlier-failed');
  return [first, ...(end < 0 ? later : later.slice(0, end))];
}

/**
 * Queues it again under a new id, with what was refused behind it. What the server knows is the new base, so
 * it throws when the change no longer fits there (`base-moved`: the file has to be signed again). A draft
 * that the server never took is shown as it was made, and goes as it was.
 */
export async function retryRejected(room: Room, id: string): Promise<void> {
  await write(room, COMMIT, async () => {
    for (const { id: old, action, document } of await chainOf(room, id)) {
      const again = newId(room);
      const { kind, payload } = action;
      const after = effectOf(action);
      if (await homeless(room, document)) {
        await enqueue(room, { id: again, kind, document, baseVersion: action.baseVersion, payload });
      } else {
        if (after === null) throw new StoreError('invalid', 'the server has this document');
        const before = await stateOf(room, document);
        await show(room, after(before, again, room.ports.now()));
        if (kind === 'document.delete') await room.db.documents.update(document, { shown: null });
        await enqueue(room, { id: again, kind, document, baseVersion: before.document.version, payload });
      }
      await room.db.rejected.delete(old);
    }
  });
}

/** The server never heard of this document. */
async function homeless(room: Room, document: string): Promise<boolean> {
  const row = await room.db.documents.get(document);
  return row !== undefined && row.server === null && row.acked === 0;
}

export async function discardRejected(room: Room, id: string): Promise<void> {
  await write(room, null, async () => {
    const entry = await entryOf(room, id);
    await room.db.rejected.delete(id);
    const queued = await room.db.outbox.where('document').equals(entry.document).count();
    const left = await room.db.rejected.where('document').equals(entry.document).count();
    // A draft that the server never took has no other home than its refused creation.
    if (queued + left === 0 && (await homeless(room, entry.document))) await forget(room.db, entry.document);
    else await adopt(room.db, entry.document);
    await releaseBlobs(room.db, new Set(entry.blobs));
  });
}
