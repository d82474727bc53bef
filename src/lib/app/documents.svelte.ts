import type { Reached } from '../domain/action.ts';
import type { DocumentHistory, EventRow, MessageRow } from '../domain/api.ts';
import type { RevisionRecord } from '../domain/document.ts';
import type { LocalDocument } from '../store/contract.ts';
import { isTurnOf, waitingFor } from './board.ts';
import { live } from './live.svelte.ts';
import { member } from './member.svelte.ts';
import { codeOf } from './sentences.ts';

/** A file of a document that can be shown: the original, or one of its revisions. */
export interface DocumentFile {
  /** Of the whole file, hex. */
  readonly sha256: string;
  /** Null for the bytes before freeze. */
  readonly revision: RevisionRecord | null;
}

/** The original first, then each revision; empty while a template draft has no pages. */
export function filesOf({ document, revisions }: LocalDocument): readonly DocumentFile[] {
  return [
    ...(document.original === null ? [] : [{ sha256: document.original, revision: null }]),
    ...revisions.map((revision) => ({ sha256: revision.sha256, revision }))
  ];
}

/** Name for a saved file: the title, without what file systems refuse. */
export function fileName(title: string, file: DocumentFile): string {
  const stem =
    title
      .replace(/[\\/:*?"<>|]+/g, ' ')
      .replace(/\s+/g, ' ')
      .trim() || 'document';
  return file.revision === null || file.revision.kind === 'freeze' ? `${stem}.pdf` : `${stem} (signed).pdf`;
}

/** What only the server knows about a document; null until it has answered. */
export class DocumentRecords {
  /** As the server told it, to be saved as a file. */
  history = $state.raw<DocumentHistory | null>(null);
  messages = $state.raw<readonly MessageRow[] | null>(null);
  /** Code of why they could not be loaded, or null. */
  problem = $state<string | null>(null);

  get events(): readonly EventRow[] | null {
    return this.history?.events ?? null;
  }

  async load(id: string): Promise<void> {
    try {
      const [history, messages] = await Promise.all([member.server.history(id), member.server.messages(id)]);
      this.history = history;
      this.messages = messages;
      this.problem = null;
    } catch (error) {
      this.problem = codeOf(error) || 'unreachable';
    }
  }

  /** Sends a message once more, then reads how it is doing. Throws what the server says. */
  async resend(id: string, message: string): Promise<void> {
    await member.server.resend(id, message);
    await this.load(id);
  }
}

/** One document on the screen: read live from this device. */
export class DocumentView {
  readonly id: string;
  readonly records = new DocumentRecords();
  readonly #live;
  /** SHA-256 of the file that is shown; the newest while nobody chose. */
  #chosen = $state<string | null>(null);

  constructor(id: string) {
    this.id = id;
    this.#live = live(
      member.store.watch((reads) => reads.document(id)),
      undefined as LocalDocument | undefined
    );
  }

  get local(): LocalDocument | undefined {
    return this.#live.current;
  }
  get ready(): boolean {
    return this.#live.ready;
  }

  readonly files = $derived.by(() => (this.local === undefined ? [] : filesOf(this.local)));
  readonly newest = $derived(this.files.at(-1) ?? null);
  readonly shown = $derived(this.files.find((file) => file.sha256 === this.#chosen) ?? this.newest);
  readonly waiting = $derived.by(() => (this.local === undefined ? null : waitingFor(this.local)));
  readonly myTurn = $derived.by(
    () => this.local !== undefined && isTurnOf(this.local, member.me?.user.id ?? '')
  );
  /** The party that has the turn signs on this device, handed over. */
  readonly handOver = $derived(
    this.waiting !== null && this.waiting.party.channel === 'hand' && this.waiting.party.member === null
  );
  readonly isDraft = $derived.by(
    () => this.local?.document.stage === 'draft' && this.local.document.head < 0
  );
  readonly canVoid = $derived.by(() => {
    const document = this.local?.document;
    return document !== undefined && document.head >= 0 && !['completed', 'stopped'].includes(document.stage);
  });

  /** It was sent, and waits for somebody. */
  readonly isOpen = $derived(['company', 'client'].includes(this.local?.document.stage ?? ''));

  show(file: DocumentFile): void {
    this.#chosen = file.sha256;
  }

  /** Its bytes, from this device or the server. */
  blob(file: DocumentFile): Promise<Blob> {
    return member.file(this.id, file.sha256);
  }
  extend(expires: number): Promise<void> {
    return member.store.extendDocument(this.id, expires);
  }
  ask(party: string, to: Reached): Promise<void> {
    return member.store.updateParty(this.id, party, to);
  }
  remind(party: string): Promise<void> {
    return member.store.remindParty(this.id, party);
  }
  stop(reason: string): Promise<void> {
    return member.store.voidDocument(this.id, reason);
  }
  remove(): Promise<void> {
    return member.store.deleteDraft(this.id);
  }
}
