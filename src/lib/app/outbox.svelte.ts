import type { LocalDocument, OutboxEntry, RejectedEntry } from '../store/contract.ts';
import { live } from './live.svelte.ts';
import { member } from './member.svelte.ts';

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

  discard(entry: RejectedEntry): Promise<void> {
    return member.store.discardRejected(entry.id);
  }

  sendNow(): void {
    void member.syncNow();
  }
}
