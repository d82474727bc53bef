import { version } from '../../../package.json';
import type { DocumentRecord } from '../domain/document.ts';
import type { PartyRecord } from '../domain/party.ts';
import type { Mark, Picture } from '../sign/layout.ts';
import { signingDraftKey, type Mark as KeptMark, type Store } from '../store/contract.ts';
import type { Server } from '../remote/server.ts';
import { faults } from './faults.ts';
import { browserFamily } from './signing-evidence.ts';
import { stamperOf } from './signing-time.ts';
import type { SigningIdentity, SigningPorts } from './signing-work.ts';
import type { MarkMemory, Remembered, SigningDraft } from './signing.svelte.ts';

/** What differs between a party by link, a member and a hand-over. */
export interface SigningSeat {
  readonly store: Store;
  readonly document: DocumentRecord;
  readonly party: PartyRecord;
  file(sha256: string): Promise<Blob>;
  identity(): Promise<SigningIdentity>;
  readonly server: Pick<Server, 'timestampRoom' | 'timestamp'>;
  online(): boolean;
  /** Called when the signature is durable; the screen that began it may be gone by then. */
  committed?(): void;
}

/** The outside of a signature on this page: the worker, the store, the clock, the browser. */
export function signingPorts(seat: SigningSeat): SigningPorts {
  const { store, document, party } = seat;
  return {
    work: {
      // The worker's client comes with the first signature: opening the page costs nothing of it.
      sign: async (...task) => (await import('../work/pdf-client.ts')).pdfWork().sign(...task),
      coverage: async (texts) => (await import('../work/pdf-client.ts')).pdfWork().coverage(texts)
    },
    file: (sha256) => seat.file(sha256),
    identity: () => seat.identity(),
    stamper: () => stamperOf(seat.server, seat.online()),
    commit: async (base, signed, events) => {
      await store.recordSignature(document.id, { party: party.id, base, signed, events });
      seat.committed?.();
    },
    sha256: async (bytes) =>
      new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>)),
    now: () => Date.now(),
    monotonic: () => performance.now(),
    serverTime: async () => (await store.meta('serverTime')) ?? null,
    online: () => seat.online(),
    zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    app: { version, browser: browserFamily(navigator.userAgent) },
    fault: (point) => faults.at(point)
  };
}

/** Half-done input of a party's turn, in the store of whoever signs. */
export function signingDraft(store: Store, document: string, party: string): SigningDraft {
  const key = signingDraftKey(document, party);
  return {
    load: () => store.draft(key),
    keep: (value) => store.keepDraft(key, value)
  };
}

interface MarkShelf {
  marks(): Promise<KeptMark[]>;
  putMark(mark: KeptMark): Promise<void>;
  deleteMark(id: string): Promise<void>;
}

/** Marks kept for `person`: on a shared device another person's signature is never offered. */
export function markMemory(shelf: MarkShelf, person: string): MarkMemory {
  const id = (kind: keyof Remembered) => `${kind}:${person}`;
  return {
    recall: async () => {
      const marks = await shelf.marks();
      const value = <T>(kind: keyof Remembered) =>
        marks.find((mark) => mark.id === id(kind))?.value as T | undefined;
      const signature = value<Mark>('signature');
      const initials = value<Mark>('initials');
      const stamp = value<Picture>('stamp');
      return { ...(signature && { signature }), ...(initials && { initials }), ...(stamp && { stamp }) };
    },
    remember: (kind, value) => shelf.putMark({ id: id(kind), kind, value, at: Date.now() }),
    forget: (kind) => shelf.deleteMark(id(kind))
  };
}
