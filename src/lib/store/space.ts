/** What the files of documents take on this device, and how much of it may go without losing anything. */
import type { StoredSpace } from './contract.ts';
import type { CountersignDatabase } from './schema.ts';
import { read, write, type Room } from './transaction.ts';

/**
 * Names of bytes that the server has and that nothing on this device waits for: not one of an unsent or refused
 * step, nor any of a draft or of a document that has such a step, since work on it may go on without a network.
 */
async function droppable(db: CountersignDatabase): Promise<Set<string>> {
  const held = new Set<string>();
  const busy = new Set<string>();
  for (const rows of [await db.outbox.toArray(), await db.rejected.toArray()]) {
    for (const { document, blobs } of rows) {
      busy.add(document);
      for (const sha256 of blobs) held.add(sha256);
    }
  }
  await db.documents.each(({ id, shown, server }) => {
    if (shown?.stage === 'draft') busy.add(id);
    if (!busy.has(id)) return;
    for (const record of [shown, server]) if (record?.original) held.add(record.original);
  });
  await db.revisions.each(({ document, shown, server }) => {
    if (!busy.has(document)) return;
    for (const record of [shown, server]) if (record) held.add(record.sha256).add(record.prevSha256);
  });
  const free = new Set<string>();
  await db.blobs.each(({ sha256, sent }) => {
    if (sent && !held.has(sha256)) free.add(sha256);
  });
  return free;
}

/** Sizes are those of the files; what the browser adds around them it does not tell. */
export function space({ db }: Pick<Room, 'db'>): Promise<StoredSpace> {
  return read(async () => {
    const free = await droppable(db);
    const found = { files: 0, bytes: 0, droppable: 0, droppableBytes: 0, unsentBytes: 0 };
    await db.blobs.each(({ sha256, blob, sent }) => {
      found.files += 1;
      found.bytes += blob.size;
      if (!sent) found.unsentBytes += blob.size;
      if (!free.has(sha256)) return;
      found.droppable += 1;
      found.droppableBytes += blob.size;
    });
    return found;
  });
}

/** Removes what may go; it is fetched again when somebody opens it. → bytes */
export async function dropSynced(room: Room): Promise<number> {
  let bytes = 0;
  await write(room, null, async () => {
    const free = [...(await droppable(room.db))];
    for (const row of await room.db.blobs.bulkGet(free)) bytes += row?.blob.size ?? 0;
    await room.db.blobs.bulkDelete(free);
  });
  return bytes;
}
