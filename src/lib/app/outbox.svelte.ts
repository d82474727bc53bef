import type { DraftPayload, Payload } from '../domain/action.ts';
import { baseOf } from '../domain/document.ts';
import { idFromBytes } from '../domain/id.ts';
import type { LocalDocument, OutboxEntry, RejectedEntry, Store } from '../store/contract.ts';
import { live } from './live.svelte.ts';
import { member } from './member.svelte.ts';

/**
 * `choose`: two versions of a draft, both kept. `sign`: the file grew meanwhile, it is still this party's turn.
 * `none`: the document takes it no more. `retry`: as it is.
 */
export type RefusedWay = 'choose' | 'sign' | 'retry' | 'none';

export function wayOf(
  { action, conflict, current }: RejectedEntry,
  local: LocalDocument | undefined
): RefusedWay {
  if (action.kind === 'document.save' && conflict && current !== null) return 'choose';
  if (action.kind !== 'document.sign') return 'retry';
  const { party, revision } = action.payload as Payload<'document.sign'>;
  if (local === undefined || local.document.turn !== party) return 'none';
  return baseOf(local.revisions, revision.prevSha256) === null ? 'sign' : 'retry';
}

/** The refused version of a draft as a draft of its own, beside the other one. → its id */
export async function keepBoth(store: Store, entry: RejectedEntry): Promise<string> {
  const payload = entry.action.payload as DraftPayload;
  const { files } = await store.exportRejected(entry.id);
  const original = files.find(({ sha256 }) => sha256 === payload.original);
  const id = await store.createDraft(copyOf(payload), original);
  await store.discardRejected(entry.id);
  return id;
}

/** The same draft under parties of its own: an id is one party of one document. */
function copyOf(draft: DraftPayload): DraftPayload {
  const fresh = new Map(
    draft.parties.map(({ id }) => [id, idFromBytes(crypto.getRandomValues(new Uint8Array(15)))])
  );
  const of = (id: string) => fresh.get(id) ?? id;
  return {
    ...draft,
    parties: draft.parties.map((party) => ({ ...party, id: of(party.id) })),
    fields: draft.fields.map((field) => ({ ...field, party: of(field.party) }))
  };
}

/** The device's outbox on the screen: what waits, and what the server did not take. */
export class Outbox {
  readonly #waiting = live(
    member.store.watch((reads) => reads.outbox()),
    [] as OutboxEntry[]
  );
  readonly #rejected = live(
    member.store.watch((reads) => reads.rejected()),
    [] as RejectedEntry[]
  );
  readonly #documents = live(
    member.store.watch((reads) => reads.documents()),
    [] as LocalDocument[]
  );

  get ready(): boolean {
    return this.#waiting.ready && this.#rejected.ready;
  }
  get waiting(): readonly OutboxEntry[] {
    return this.#waiting.current;
  }
  get rejected(): readonly RejectedEntry[] {
    return this.#rejected.current;
  }

  title(document: string): string {
    return this.#documents.current.find((local) => local.document.id === document)?.document.title ?? '';
  }

  /** What a person can take away: the step and its reason as JSON, and the files it carried. */
  async export(entry: RejectedEntry): Promise<{ name: string; blob: Blob }[]> {
    const { json, files } = await member.store.exportRejected(entry.id);
    const stem = `countersign-${entry.action.kind}-${entry.id}`;
    return [
      { name: `${stem}.json`, blob: json },
      ...files.map((file, i) => ({ name: `${stem}-${i + 1}.pdf`, blob: file.blob }))
    ];
  }

  async retry(entry: RejectedEntry): Promise<void> {
    await member.store.retryRejected(entry.id);
    this.sendNow();
  }

  /** What can be done with a refused step, beside taking its payload away (see `wayOf`). */
  wayOf(entry: RejectedEntry): RefusedWay {
    return wayOf(
      entry,
      this.#documents.current.find(({ document }) => document.id === entry.document)
    );
  }

  keepBoth(entry: RejectedEntry): Promise<string> {
    return keepBoth(member.store, entry);
  }

  discard(entry: RejectedEntry): Promise<void> {
    return member.store.discardRejected(entry.id);
  }

  sendNow(): void {
    void member.syncNow();
  }
}
