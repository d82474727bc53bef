/** The durable side of sync: what the runner (`sync/runner.ts`) asks for and reports. */
import { VERSIONLESS } from '../domain/action.ts';
import type { ActionResult, ChangesResponse } from '../domain/api.ts';
import type { DocumentRecord } from '../domain/document.ts';
import { adopt, emptyRow, forget, note, noteDocument } from './adoption.ts';
import { untouched } from './commit.ts';
import { signingDraftKey, type OutboxEntry, type RejectedEntry } from './contract.ts';
import type { OutboxRow } from './schema.ts';
import { ANSWER, PULL, read, write, type Room } from './transaction.ts';

export function queued(room: Room): Promise<OutboxEntry[]> {
  return read(() => room.db.outbox.orderBy('order').toArray());
}

export function markSending(room: Room, ids: readonly string[]): Promise<OutboxEntry[]> {
  return write(room, null, async () => {
    await room.db.outbox.where('id').anyOf(ids).modify({ state: 'sending' });
    return room.db.outbox.where('id').anyOf(ids).sortBy('order');
  });
}

export function postpone(room: Room, ids: readonly string[], until: number): Promise<void> {
  return write(room, null, async () => {
    await room.db.outbox
      .where('id')
      .anyOf(ids)
      .modify((row) => {
        Object.assign(row, { tries: row.tries + 1, nextAttempt: until });
      });
  });
}

export async function blobToSend(room: Room, sha256: string): Promise<Blob | 'sent' | 'missing'> {
  const row = await read(() => room.db.blobs.get(sha256));
  if (row === undefined) return 'missing';
  return row.sent ? 'sent' : row.blob;
}

export function setBlobSent(room: Room, sha256: string, sent: boolean): Promise<void> {
  return write(room, null, async () => {
    await room.db.blobs.update(sha256, { sent });
  });
}

async function hearTime(room: Room, server: number): Promise<void> {
  await room.db.meta.put({ key: 'serverTime', value: { server, device: room.ports.now() } });
}

/** Moves an entry, and those of its document behind it, to `rejected`: they were made on what did not come. */
async function reject(
  room: Room,
  entry: OutboxRow,
  reason: { status: number; code: string; current: DocumentRecord | null }
): Promise<void> {
  const all = await room.db.outbox.where('document').equals(entry.document).sortBy('order');
  for (const row of all.filter(({ order }) => order >= entry.order)) {
    const first = row.order === entry.order;
    const rejected: RejectedEntry = {
      id: row.id,
      order: row.order,
      action: row.action,
      document: row.document,
      blobs: row.blobs,
      status: first ? reason.status : 424,
      code: first ? reason.code : 'earlier-failed',
      conflict: first && reason.status === 409,
      current: first ? reason.current : null,
      at: room.ports.now()
    };
    await room.db.rejected.put(rejected);
    await room.db.outbox.delete(row.order);
  }
}

/** The server took it: what follows on this device is moved if the version is not the one foreseen. */
async function accept(room: Room, entry: OutboxRow, version: unknown): Promise<void> {
  const { db } = room;
  await db.outbox.delete(entry.order);
  const { party } = entry.action.payload as { party?: string };
  if (entry.action.kind === 'document.sign' && party !== undefined) {
    await db.drafts.delete(signingDraftKey(entry.document, party));
    // K6: its one signature is on the server. A party without a session never hears of the document's end.
    await db.keys
      .where('document')
      .equals(entry.document)
      .filter((key) => key.party === party)
      .delete();
  }
  // Says nothing about the version, so nothing that follows may be moved by it.
  if (VERSIONLESS.includes(entry.action.kind)) return;
  const foreseen = entry.action.baseVersion + 1;
  const actual = typeof version === 'number' ? version : foreseen;
  const row = (await db.documents.get(entry.document)) ?? emptyRow(entry.document);
  const shift = actual - foreseen;
  const shown =
    row.shown === null || shift === 0 ? row.shown : { ...row.shown, version: row.shown.version + shift };
  await db.documents.put({ ...row, shown, acked: Math.max(row.acked, actual) });
  if (shift === 0) return;
  for (const later of await db.outbox.where('document').equals(entry.document).toArray()) {
    if (!untouched(later)) continue;
    const action = { ...later.action, baseVersion: later.action.baseVersion + shift };
    await db.outbox.put({ ...later, action });
  }
}

/**
 * Takes over final answers: the action leaves the queue and its effect is written in one transaction. An
 * answer to an action that is not queued any more (a repeated answer) changes nothing.
 */
export function settle(room: Room, results: readonly ActionResult[], now: number): Promise<void> {
  return write(room, ANSWER, async () => {
    for (const result of results) {
      const entry = await room.db.outbox.where('id').equals(result.id).first();
      if (entry === undefined) continue;
      if (result.status < 300) {
        await accept(room, entry, result.body['version']);
        const queue = await room.db.outbox.where('document').equals(entry.document).count();
        if (entry.action.kind === 'document.delete' && queue === 0) await forget(room.db, entry.document);
        // What it changed comes with the feed; what is shown stays until then.
        if (VERSIONLESS.includes(entry.action.kind)) continue;
      } else {
        const current = (result.body['current'] as DocumentRecord | undefined) ?? null;
        await reject(room, entry, { status: result.status, code: result.code, current });
        if (current?.id === entry.document) await noteDocument(room.db, current.id, current);
      }
      await adopt(room.db, entry.document);
    }
    await hearTime(room, now);
  });
}

export function refuse(
  room: Room,
  id: string,
  reason: { status: number; code: string; blob?: string }
): Promise<void> {
  return write(room, ANSWER, async () => {
    const entry = await room.db.outbox.where('id').equals(id).first();
    if (entry === undefined) return;
    if (reason.blob !== undefined && !entry.blobs.includes(reason.blob)) return;
    await reject(room, entry, { ...reason, current: null });
    await adopt(room.db, entry.document);
  });
}

async function metaValue<T>(room: Room, key: string): Promise<T | undefined> {
  return (await room.db.meta.get(key))?.value as T | undefined;
}

export async function position(room: Room): Promise<{ cursor: number; epoch: string | null }> {
  return read(async () => ({
    cursor: (await metaValue<number>(room, 'cursor')) ?? 0,
    epoch: (await metaValue<string>(room, 'epoch')) ?? null
  }));
}

/**
 * One page of the server's feed. Records are noted page by page and shown after the last one, so a screen
 * never sees a document without the revision that its head names.
 */
export function applyChanges(room: Room, page: ChangesResponse): Promise<'applied' | 'restarted'> {
  const { db } = room;
  return write(room, PULL, async () => {
    const epoch = await metaValue<string>(room, 'epoch');
    await db.meta.put({ key: 'epoch', value: page.epoch });
    if (epoch !== undefined && epoch !== page.epoch) {
      // A restored server (R1): its feed starts anew, and it may lack bytes that the former one had.
      await db.meta.put({ key: 'cursor', value: 0 });
      await db.blobs.toCollection().modify({ sent: false });
      return 'restarted';
    }
    const cursor = (await metaValue<number>(room, 'cursor')) ?? 0;
    // A late answer, older than what another tab has written meanwhile.
    if (page.cursor < cursor) return 'applied';
    const touched = new Set((await metaValue<string[]>(room, 'touched')) ?? []);
    for (const change of page.changes) {
      const document = await note(db, change);
      if (document !== null) touched.add(document);
    }
    if (!page.more) {
      for (const document of touched) await adopt(db, document);
      touched.clear();
    }
    await db.meta.bulkPut([
      { key: 'touched', value: [...touched] },
      { key: 'cursor', value: page.cursor }
    ]);
    await hearTime(room, page.now);
    return 'applied';
  });
}
