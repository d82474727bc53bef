/** Saves a draft a moment after each edit, one write after another, never two at once. */
import type { HashedBlob, Store } from '../store/contract.ts';
import { payloadOf, type DraftContent } from './draft-content.ts';

/** How long edits gather before they are written, milliseconds. */
const GATHER = 350;

interface Waiting {
  readonly content: DraftContent;
  readonly original: HashedBlob | null;
}

export class Saver {
  /** Document id, null before the first save. */
  id = $state<string | null>(null);
  state = $state<'empty' | 'waiting' | 'saved' | 'failed'>('empty');
  /** StoreErrorCode of a failed save. */
  failure = $state<string | null>(null);

  readonly #store: Pick<Store, 'createDraft' | 'saveDraft'>;
  #stored: readonly string[] = [];
  #saved: DraftContent | null = null;
  #waiting: Waiting | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(
    store: Pick<Store, 'createDraft' | 'saveDraft'>,
    stored: { id: string; content: DraftContent } | null
  ) {
    this.#store = store;
    if (stored === null) return;
    this.id = stored.id;
    this.#saved = stored.content;
    this.state = 'saved';
  }

  /** The store holds these bytes already. */
  has(sha256: string): void {
    this.#stored = [...this.#stored, sha256];
  }

  schedule(content: DraftContent, original: HashedBlob | null): void {
    // An empty sheet is not worth a draft on the board.
    if (this.#stopped || (this.id === null && content.original === null && content.template === null)) return;
    this.#waiting = { content, original };
    this.state = 'waiting';
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#write().catch(() => undefined), GATHER);
  }

  /** Writes at once and gives the id; throws StoreError. */
  async flush(content: DraftContent, original: HashedBlob | null): Promise<string> {
    this.#waiting = { content, original };
    await this.#write();
    if (this.id === null) throw Object.assign(new Error('not saved'), { code: 'failed' });
    return this.id;
  }

  /** Writes what waits at once; what fails stays in `failure`. */
  async persist(): Promise<void> {
    await this.#write().catch(() => undefined);
  }

  /** Nothing is written any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#waiting = null;
    clearTimeout(this.#timer);
    await this.#running.catch(() => undefined);
  }

  #write(): Promise<void> {
    clearTimeout(this.#timer);
    const run = this.#running.catch(() => undefined).then(() => this.#writeNow());
    this.#running = run;
    return run;
  }

  async #writeNow(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = null;
    if (waiting === null || (waiting.content === this.#saved && this.id !== null)) {
      if (this.#waiting === null && this.state === 'waiting') this.state = 'saved';
      return;
    }
    const { content, original } = waiting;
    const bytes = original !== null && !this.#stored.includes(original.sha256) ? original : undefined;
    try {
      const plain = payloadOf($state.snapshot(content) as DraftContent);
      const file = bytes === undefined ? undefined : { sha256: bytes.sha256, blob: bytes.blob };
      if (this.id === null) this.id = await this.#store.createDraft(plain, file);
      else await this.#store.saveDraft(this.id, plain, file);
      if (bytes !== undefined) this.has(bytes.sha256);
      this.#saved = content;
      this.failure = null;
      if (this.#waiting === null) this.state = 'saved';
    } catch (error) {
      const { code } = error as { code?: unknown };
      this.failure = typeof code === 'string' ? code : 'failed';
      this.state = 'failed';
      throw error;
    }
  }
}
