/** How the server's word replaces what this device showed in advance. Runs inside the caller's transaction. */
import type { Change } from '../domain/api.ts';
import { blobsOf } from '../domain/action.ts';
import type { DocumentRecord, RevisionRecord } from '../domain/document.ts';
import type { PartyRecord } from '../domain/party.ts';
import { signingDraftKey } from './contract.ts';
import type { CountersignDatabase, DocumentRow } from './schema.ts';

export function emptyRow(id: string): DocumentRow {
  return { id, shown: null, server: null, acked: 0, gone: false };
}

/** Notes one change beside what is shown. → the document it belongs to, or null when it concerns nothing here. */
export async function note(db: CountersignDatabase, change: Change): Promise<string | null> {
  switch (change.collection) {
    case 'documents':
      return noteDocument(db, change.id, change.record as DocumentRecord | null);
    case 'parties':
      return noteParty(db, change.id, change.record as PartyRecord | null);
    case 'revisions':
      return noteRevision(db, change.id, change.record as RevisionRecord | null);
  }
}

export async function noteDocument(
  db: CountersignDatabase,
  id: string,
  record: DocumentRecord | null
): Promise<string | null> {
  const row = await db.documents.get(id);
  if (record === null) {
    if (row === undefined) return null;
    await db.documents.put({ ...row, server: null, gone: true });
    return id;
  }
  const known = row ?? emptyRow(id);
  // Answers may come out of order: an older record never replaces a newer one.
  if (known.server !== null && known.server.version > record.version) return id;
  await db.documents.put({ ...known, server: record, gone: false });
  return id;
}

async function noteParty(db: CountersignDatabase, id: string, record: PartyRecord | null) {
  const row = await db.parties.get(id);
  if (record === null) {
    if (row === undefined) return null;
    await db.parties.put({ ...row, server: null });
    return row.document;
  }
  await db.parties.put({ id, document: record.document, shown: row?.shown ?? null, server: record });
  return record.document;
}

async function noteRevision(db: CountersignDatabase, id: string, record: RevisionRecord | null) {
  // Revisions are immutable; they only go with their document.
  if (record === null) return null;
  const row = await db.revisions.get([record.document, record.seq]);
  await db.revisions.put({
    document: record.document,
    seq: record.seq,
    shown: row?.shown ?? null,
    server: { ...record, id }
  });
  return record.document;
}

/**
 * Shows what the server says, if nothing of this device is on its way: with unsent actions the local state
 * stays, and a record older than the last answer is a late one.
 */
export async function adopt(db: CountersignDatabase, id: string): Promise<void> {
  if ((await db.outbox.where('document').equals(id).count()) > 0) return;
  const row = await db.documents.get(id);
  if (row === undefined) return;
  if (row.gone) return forget(db, id);
  if (row.server === null || row.server.version < row.acked) return;
  await db.documents.put({ ...row, shown: row.server });
  const parties = await db.parties.where('document').equals(id).toArray();
  for (const party of parties) {
    if (party.server === null) await db.parties.delete(party.id);
    else await db.parties.put({ ...party, shown: party.server });
  }
  const revisions = await db.revisions.where('document').equals(id).toArray();
  for (const revision of revisions) {
    if (revision.server === null) await db.revisions.delete([id, revision.seq]);
    else await db.revisions.put({ ...revision, shown: revision.server });
  }
  if (row.server.stage === 'completed' || row.server.stage === 'stopped') {
    // K6: a one-time key is not needed any more once the server knows the end.
    await db.keys.where('document').equals(id).delete();
    await dropTurns(db, id);
  }
}

/** Half-done input of every turn: nobody signs this document any more. */
async function dropTurns(db: CountersignDatabase, id: string): Promise<void> {
  await db.drafts.where('key').startsWith(signingDraftKey(id, '')).delete();
}

/** Removes a document and what only it needed. Refused actions and their bytes stay. */
export async function forget(db: CountersignDatabase, id: string): Promise<void> {
  const row = await db.documents.get(id);
  const revisions = await db.revisions.where('document').equals(id).toArray();
  const hashes = new Set<string>();
  for (const record of [row?.shown, row?.server]) if (record?.original) hashes.add(record.original);
  for (const { shown, server } of revisions) {
    for (const record of [shown, server]) if (record) hashes.add(record.sha256).add(record.prevSha256);
  }
  await db.documents.delete(id);
  await db.parties.where('document').equals(id).delete();
  await db.revisions.where('document').equals(id).delete();
  await db.keys.where('document').equals(id).delete();
  await dropTurns(db, id);
  await releaseBlobs(db, hashes);
}

/** Deletes those of `hashes` that no record and no action names any more. */
export async function releaseBlobs(db: CountersignDatabase, hashes: ReadonlySet<string>): Promise<void> {
  if (hashes.size === 0) return;
  const needed = new Set<string>();
  await db.outbox.each((entry) => entry.blobs.forEach((hash) => needed.add(hash)));
  await db.rejected.each((entry) => blobsOf(entry.action).forEach((hash) => needed.add(hash)));
  await db.documents.each(({ shown, server }) => {
    for (const record of [shown, server]) if (record?.original) needed.add(record.original);
  });
  await db.revisions.each(({ shown, server }) => {
    for (const record of [shown, server]) if (record) needed.add(record.sha256);
  });
  await db.blobs.bulkDelete([...hashes].filter((hash) => !needed.has(hash)));
}
