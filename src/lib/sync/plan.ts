import { LONGEST_WAIT } from './outcome.ts';
import type { QueuedAction } from './ports.ts';

/** Most actions in one request (`domain/api.ts`). */
export const BATCH = 50;

export interface Upload {
  readonly action: QueuedAction;
  readonly sha256: string;
}

export interface Plan {
  /** To send now, each document's in order. */
  readonly batch: readonly QueuedAction[];
  /** Bytes that must go first. */
  readonly uploads: readonly Upload[];
  /** UTC milliseconds of the next entry that waits for its time, or null. */
  readonly next: number | null;
}

export interface PlanInput {
  readonly queued: readonly QueuedAction[];
  readonly now: number;
  /** Waiting times are over (`online`, return to the tab, a person asked). */
  readonly eager: boolean;
  readonly limit: number;
  readonly sent: (sha256: string) => boolean;
}

/** A time further away than any waiting time was written before the clock was set back. */
function waits(nextAttempt: number, now: number): boolean {
  return nextAttempt > now && nextAttempt <= now + 2 * LONGEST_WAIT;
}

/**
 * What may go now. Order holds within a document: nothing passes an action that waits for its bytes or its
 * time. Between documents those that failed least go first, so that one that always fails starves none.
 */
export function planRound(input: PlanInput): Plan {
  const documents = new Map<string, QueuedAction[]>();
  for (const entry of input.queued) {
    const list = documents.get(entry.document);
    if (list === undefined) documents.set(entry.document, [entry]);
    else list.push(entry);
  }
  const batch: QueuedAction[] = [];
  const uploads: Upload[] = [];
  let next: number | null = null;
  for (const list of [...documents.values()].sort((a, b) => (a[0]?.tries ?? 0) - (b[0]?.tries ?? 0))) {
    for (const entry of list) {
      if (!input.eager && waits(entry.nextAttempt, input.now)) {
        next = Math.min(next ?? Infinity, entry.nextAttempt);
        break;
      }
      const missing = entry.blobs.find((sha256) => !input.sent(sha256));
      if (missing !== undefined) {
        uploads.push({ action: entry, sha256: missing });
        break;
      }
      if (batch.length >= input.limit) break;
      batch.push(entry);
    }
  }
  return { batch, uploads, next };
}
