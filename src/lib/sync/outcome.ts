/** What an answer means for the action it answers (`offline.md`, "Runner"): by status, never by text. */
import { ServerRefusal } from './failure.ts';

export type Outcome =
  /** The server has it. */
  | 'done'
  /** Nothing is known or the server is busy: the same again, later. */
  | 'retry'
  /** Nobody is signed in: everything waits. */
  | 'sign-in'
  /** The server lost or never had the bytes: send them, then the same again. */
  | 'bytes'
  /** 424: it waits behind another action of its document. */
  | 'behind'
  /** Somebody else was first (409), or the server says no: kept for the person. */
  | 'refused';

/** Of one action's result inside an answer. */
export function outcomeOf(status: number, code: string): Outcome {
  if (status >= 200 && status < 300) return 'done';
  if (status === 401) return 'sign-in';
  if (status === 408 || status === 429 || status < 400 || status >= 500) return 'retry';
  if (code === 'blob-missing') return 'bytes';
  if (status === 424) return 'behind';
  return 'refused';
}

/** Of a request that failed as a whole; everything but a refusal of our own server is `retry`. */
export function outcomeOfFailure(error: unknown): 'retry' | 'sign-in' | 'refused' {
  if (!(error instanceof ServerRefusal)) return 'retry';
  // The routes exist on every server of ours: who says otherwise is a proxy or one that is being set up.
  if (error.status === 404 || error.status === 405) return 'retry';
  const outcome = outcomeOf(error.status, '');
  return outcome === 'sign-in' || outcome === 'refused' ? outcome : 'retry';
}

const FIRST = 1_000;
export const LONGEST_WAIT = 60_000;
const JITTER = 0.3;

/** Milliseconds until the next try after `tries` failed ones (1 or more): 1 s doubled to 60 s, ± 30 %. */
export function backoff(tries: number, random: () => number): number {
  const plain = Math.min(LONGEST_WAIT, FIRST * 2 ** Math.min(16, Math.max(0, tries - 1)));
  return Math.round(plain * (1 + JITTER * (2 * random() - 1)));
}
