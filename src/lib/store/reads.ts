import type { LocalDocument, MetaValues, OutboxEntry, Reads, RejectedEntry } from './contract.ts';
import type { CountersignDatabase, DocumentRow, OutboxRow, PartyRow, RevisionRow } from './schema.ts';
import { space } from './space.ts';
import { read } from './transaction.ts';

interface Parts {
  readonly parties: readonly PartyRow[];
  readonly revisions: readonly RevisionRow[];
  readonly outbox: readonly OutboxRow[];
  readonly rejected: readonly RejectedEntry[];
}

function assemble(row: DocumentRow, parts: Parts): LocalDocument | undefined {
  if (row.shown === null) return undefined;
  return {
    document: row.shown,
    parties: parts.parties.flatMap(({ shown }) => (shown ? [shown] : [])).sort((a, b) => a.order - b.order),
    revisions: parts.revisions.flatMap(({ shown }) => (shown ? [shown] : [])).sort((a, b) => a.seq - b.seq),
    unsent: parts.outbox.length,
    unsentKinds: parts.outbox.map(({ action }) => action.kind),
    rejected: parts.rejected
  };
}

function byDocument<T extends { readonly document: string }>(rows: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const group = groups.get(row.document);
    if (group === undefined) groups.set(row.document, [row]);
    else group.push(row);
  }
  return groups;
}

/** Reads over one database; inside `watch` they also say what to watch. */
export class DatabaseReads implements Reads {
  readonly #db: CountersignDatabase;

  constructor(db: CountersignDatabase) {
    this.#db = db;
  }

  documents(): Promise<LocalDocument[]> {
    const db = this.#db;
    return read(async () => {
      const rows = await db.documents.toArray();
      const parties = byDocument(await db.parties.toArray());
      const revisions = byDocument(await db.revisions.toArray());
      const outbox = byDocument(await db.outbox.orderBy('order').toArray());
      const rejected = byDocument(await db.rejected.toArray());
      return rows
        .flatMap((row) => {
          const whole = assemble(row, {
            parties: parties.get(row.id) ?? [],
            revisions: revisions.get(row.id) ?? [],
            outbox: outbox.get(row.id) ?? [],
            rejected: rejected.get(row.id) ?? []
          });
          return whole === undefined ? [] : [whole];
        })
        .sort((a, b) => b.document.updated - a.document.updated);
    });
  }

  document(id: string): Promise<LocalDocument | undefined> {
    const db = this.#db;
    return read(async () => {
      const row = await db.documents.get(id);
      // All are read even when the row is missing: a watching query must hear of any of them.
      const parts = {
        parties: await db.parties.where('document').equals(id).toArray(),
        revisions: await db.revisions.where('document').equals(id).toArray(),
        outbox: await db.outbox.where('document').equals(id).sortBy('order'),
        rejected: await db.rejected.where('document').equals(id).toArray()
      };
      return row === undefined ? undefined : assemble(row, parts);
    });
  }

  async blob(sha256: string): Promise<Blob | undefined> {
    return (await read(() => this.#db.blobs.get(sha256)))?.blob;
  }

  keys() {
    return read(() => this.#db.keys.toArray());
  }

  marks() {
    return read(() => this.#db.marks.toArray());
  }

  async draft(key: string): Promise<unknown> {
    return (await read(() => this.#db.drafts.get(key)))?.value;
  }

  async meta<K extends keyof MetaValues>(key: K): Promise<MetaValues[K] | undefined> {
    const row = await read(() => this.#db.meta.get(String(key)));
    return row?.value as MetaValues[K] | undefined;
  }

  outbox(): Promise<OutboxEntry[]> {
    return read(() => this.#db.outbox.orderBy('order').toArray());
  }

  rejected(): Promise<RejectedEntry[]> {
    return read(() => this.#db.rejected.toArray());
  }

  space() {
    return space({ db: this.#db });
  }

  counts() {
    return read(async () => {
      const oldest = await this.#db.outbox.orderBy('order').first();
      return {
        waiting: await this.#db.outbox.count(),
        rejected: await this.#db.rejected.count(),
        oldestWaiting: oldest?.action.at ?? null
      };
    });
  }
}
