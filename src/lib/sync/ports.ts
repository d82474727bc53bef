/** The doors the runner talks to. store/ is a Queue, remote/ a Remote; tests bring their own. */
import type { ActionResult, ActionsResponse, ChangesResponse } from '../domain/api.ts';
import type { WireAction } from '../domain/action.ts';

export interface QueuedAction {
  readonly action: WireAction;
  readonly document: string;
  readonly blobs: readonly string[];
  readonly tries: number;
  /** UTC milliseconds. */
  readonly nextAttempt: number;
}

/** The durable queue. Every method is one transaction. */
export interface Queue {
  /** All unsent actions, oldest first. */
  queued(): Promise<readonly QueuedAction[]>;
  /**
   * They are about to be handed to the network: from now on they are never changed. → those that are still
   * there, as they are now: a person may have changed or removed one since it was read.
   */
  markSending(ids: readonly string[]): Promise<readonly QueuedAction[]>;
  /** Not before `until`; counts a try. */
  postpone(ids: readonly string[], until: number): Promise<void>;
  blobToSend(sha256: string): Promise<Blob | 'sent' | 'missing'>;
  blobSent(sha256: string): Promise<void>;
  /** The server says it does not have it: send it again. */
  blobNotSent(sha256: string): Promise<void>;
  /** Takes over final results (2xx and refusals): removal of the action and its effect together. */
  settle(results: readonly ActionResult[], now: number): Promise<void>;
  /** Refused without an answer of its own. With `blob` only if the action still names these bytes. */
  refuse(id: string, reason: { status: number; code: string; blob?: string }): Promise<void>;
  position(): Promise<{ cursor: number; epoch: string | null }>;
  /** `restarted`: the server's epoch is another one; nothing was applied, pull again from the start. */
  applyChanges(page: ChangesResponse): Promise<'applied' | 'restarted'>;
}

/** Throws ServerRefusal or Unreachable (`failure.ts`), nothing else. */
export interface Remote {
  putBlob(sha256: string, blob: Blob): Promise<void>;
  sendActions(actions: readonly WireAction[]): Promise<ActionsResponse>;
  changes(since: number): Promise<ChangesResponse>;
}

export interface Clock {
  /** UTC milliseconds of this device. */
  now(): number;
  /** Calls back once; → cancel. */
  after(milliseconds: number, call: () => void): () => void;
}

/** From 0 up to but not with 1. */
export type Random = () => number;

/** Who may send: one tab. `hold` waits for its turn, then runs `work` until the signal ends it. */
export interface Locks {
  hold(name: string, signal: AbortSignal, work: () => Promise<void>): Promise<void>;
}

/** Tells the other tabs. */
export interface Channel {
  post(message: ChannelMessage): void;
  listen(hear: (message: ChannelMessage) => void): () => void;
}

export type ChannelMessage =
  { readonly kind: 'wake' } | { readonly kind: 'state'; readonly state: RunnerState };

/** What the runner knows beyond the counts in the store. */
export interface RunnerState {
  /** The last request got an answer of ours. */
  readonly online: boolean;
  /** 401: waits for a sign-in. */
  readonly signIn: boolean;
  readonly sending: boolean;
}
