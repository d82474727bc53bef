/**
 * Sends what this device did and fetches what others did. One tab of an identity leads (it holds a lock for
 * its whole life); the others only show its state and wake it.
 *
 *   waiting for the lock → leading: [ send → pull → sleep ]* → stopped
 *                                     ↑ nudge (new work), hurry (online again, asked), change (live feed)
 *   401 anywhere: sleeps until `resume`.
 */
import type { ActionResult } from '../domain/api.ts';
import { ServerRefusal } from './failure.ts';
import type { Faults } from './faults.ts';
import { backoff, outcomeOf, outcomeOfFailure } from './outcome.ts';
import { BATCH, planRound, type Upload } from './plan.ts';
import { Patience } from './patience.ts';
import type { Channel, Clock, Locks, QueuedAction, Queue, Random, Remote, RunnerState } from './ports.ts';

export interface RunnerPorts {
  readonly queue: Queue;
  readonly remote: Remote;
  readonly clock: Clock;
  readonly random: Random;
  readonly faults: Faults;
  readonly locks: Locks;
  readonly channel: Channel;
  /** False while nobody may pull: a party whose session ended can still send (`contracts.md`). */
  readonly mayPull: () => boolean;
  /** This tab leads from now on: it opens the live feed. */
  readonly onLead?: () => void;
  /** Hears of every failure that is no answer of the server: for logs and tests. */
  readonly onDefect?: (error: unknown) => void;
}

/** The live feed may be cut without a word: ask anyway this often. */
const POLL = 60_000;
const UPLOADS = 3;
/** Other bytes than their name says: perhaps the way, perhaps the disk. */
const HASH_TRIES = 3;

export class Runner {
  readonly #ports: RunnerPorts;
  readonly #ended = new AbortController();
  readonly #uploads = new Map<string, Promise<void>>();
  readonly #watchers = new Set<(state: RunnerState) => void>();
  #state: RunnerState = { online: true, signIn: false, sending: false };
  #leading = false;
  #work: Promise<void> = Promise.resolve();
  #wake: (() => void) | null = null;
  #woken = false;
  #eager = false;
  #wantPull = true;
  #pulledAt = 0;
  /** Sending and fetching wait apart: one that fails must not keep the other from working. */
  readonly #sending: Patience;
  readonly #pulling: Patience;
  /** The time that a server asked for. */
  readonly #silence: Patience;

  constructor(ports: RunnerPorts) {
    this.#ports = ports;
    this.#sending = new Patience(ports.clock, ports.random);
    this.#pulling = new Patience(ports.clock, ports.random);
    this.#silence = new Patience(ports.clock, ports.random);
  }

  get state(): RunnerState {
    return this.#state;
  }

  get leading(): boolean {
    return this.#leading;
  }

  /** Calls back at each change of `state`. → ends it. */
  onState(call: (state: RunnerState) => void): () => void {
    this.#watchers.add(call);
    return () => this.#watchers.delete(call);
  }

  /** Waits for its turn to lead under this name, then works until `stop`. */
  start(name: string): void {
    const { channel, locks } = this.#ports;
    const deaf = channel.listen((message) => {
      if (message.kind === 'state' && !this.#leading) this.#take(message.state);
      if (message.kind === 'wake' && this.#leading) this.#hurryHere();
    });
    this.#ended.signal.addEventListener('abort', deaf);
    this.#work = locks
      .hold(name, this.#ended.signal, () => this.#lead())
      .catch((error: unknown) => {
        if (!this.#ended.signal.aborted) this.#ports.onDefect?.(error);
      });
  }

  /** Ends after the request that is under way. */
  async stop(): Promise<void> {
    this.#ended.abort();
    this.#stir();
    await this.#work;
    await Promise.allSettled(this.#uploads.values());
  }

  /** There is new work; waiting times stay. */
  nudge(): void {
    this.#stir();
  }

  /** Try at once: the network is back, the tab is seen again, or a person asks. */
  hurry(): void {
    if (this.#leading) this.#hurryHere();
    else if (!this.#ended.signal.aborted) this.#ports.channel.post({ kind: 'wake' });
  }

  /** Somebody else changed something. */
  change(): void {
    this.#wantPull = true;
    this.#stir();
  }

  /** A session is there again. */
  resume(): void {
    this.#show({ signIn: false });
    this.#hurryHere();
  }

  #hurryHere(): void {
    this.#eager = true;
    this.#wantPull = true;
    this.#sending.hurry();
    this.#pulling.hurry();
    this.#stir();
  }

  async #lead(): Promise<void> {
    this.#leading = true;
    this.#ports.onLead?.();
    try {
      while (!this.#ended.signal.aborted) {
        this.#woken = false;
        await this.#sleep(await this.#turn());
      }
    } finally {
      this.#leading = false;
    }
  }

  /** One round. → milliseconds until the next. */
  async #turn(): Promise<number> {
    const { clock } = this.#ports;
    if (this.#state.signIn) return POLL;
    const now = clock.now();
    if (now - this.#pulledAt >= POLL || now < this.#pulledAt) this.#wantPull = true;
    let send = this.#sending.until;
    if (this.#may(this.#sending)) {
      await this.#guard(this.#sending, async () => {
        send = now + (await this.#sendRound(now));
      });
      send = Math.max(send, this.#sending.until);
    }
    const pulls = () => this.#wantPull && this.#ports.mayPull();
    if (pulls() && this.#may(this.#pulling)) await this.#guard(this.#pulling, () => this.#pull());
    const pull = pulls() ? this.#pulling.until : now + POLL;
    return Math.max(0, Math.max(this.#silence.until, Math.min(send, pull)) - clock.now());
  }

  #may(patience: Patience): boolean {
    if (this.#ended.signal.aborted || this.#state.signIn) return false;
    return Math.max(patience.until, this.#silence.until) <= this.#ports.clock.now();
  }

  /** A failure of this device itself (its disk, a defect): told, and tried again later. */
  async #guard(patience: Patience, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!this.#ended.signal.aborted) this.#ports.onDefect?.(error);
      patience.failed();
    }
  }

  async #sendRound(now: number): Promise<number> {
    const { queue } = this.#ports;
    const queued = await queue.queued();
    const eager = this.#eager;
    const sent = new Set<string>();
    const blobs = new Map<string, Blob>();
    for (const sha256 of new Set(queued.flatMap((entry) => entry.blobs))) {
      const found = await queue.blobToSend(sha256);
      if (found === 'sent') sent.add(sha256);
      else if (found !== 'missing') blobs.set(sha256, found);
    }
    const limit = Math.max(1, BATCH >> Math.min(6, this.#sending.failures));
    const plan = planRound({ queued, now, eager, limit, sent: (sha256) => sent.has(sha256) });
    for (const upload of plan.uploads) await this.#upload(upload, blobs.get(upload.sha256));
    let wait = plan.next === null ? POLL : Math.min(POLL, plan.next - now);
    if (plan.batch.length + plan.uploads.length === 0) this.#eager = false;
    if (plan.batch.length > 0) {
      this.#show({ sending: true });
      await this.#sendBatch(plan.batch);
      this.#show({ sending: this.#uploads.size > 0 });
      // There may be more than one batch, or something new behind what was just sent.
      wait = 0;
    }
    return Math.max(0, wait);
  }

  /** Starts to send bytes beside everything else; the loop goes on and is woken when they are there. */
  async #upload({ action, sha256 }: Upload, blob: Blob | undefined): Promise<void> {
    if (this.#uploads.has(sha256) || this.#uploads.size >= UPLOADS) return;
    const { queue } = this.#ports;
    if (blob === undefined) {
      // Cannot happen by our own writes; a damaged disk can.
      await queue.refuse(action.action.id, { status: 0, code: 'blob-missing', blob: sha256 });
      this.#stir();
      return;
    }
    const work = this.#guard(this.#sending, () => this.#putBlob(action, sha256, blob)).finally(() => {
      this.#uploads.delete(sha256);
      this.#show({ sending: this.#uploads.size > 0 });
      this.#stir();
    });
    this.#uploads.set(sha256, work);
    this.#show({ sending: true });
  }

  async #putBlob(entry: QueuedAction, sha256: string, blob: Blob): Promise<void> {
    const { queue, remote, faults } = this.#ports;
    const { id } = entry.action;
    await faults.at('blob.before-send');
    try {
      await remote.putBlob(sha256, blob);
    } catch (error) {
      const outcome = outcomeOfFailure(error);
      if (outcome === 'sign-in') return this.#show({ signIn: true });
      const refused = error instanceof ServerRefusal ? error : null;
      const again = refused?.code === 'hash-mismatch' && entry.tries + 1 < HASH_TRIES;
      if (outcome === 'refused' && !again && refused !== null) {
        await queue.refuse(id, { status: refused.status, code: refused.code, blob: sha256 });
        return;
      }
      await this.#postpone([entry]);
      return this.#failed(this.#sending, error);
    }
    await faults.at('blob.sent');
    await queue.blobSent(sha256);
    this.#reached(this.#sending);
  }

  async #sendBatch(planned: readonly QueuedAction[]): Promise<void> {
    const { queue, remote, faults } = this.#ports;
    const batch = await queue.markSending(planned.map(({ action }) => action.id));
    if (batch.length === 0) return;
    await faults.at('action.before-send');
    let answer;
    try {
      answer = await remote.sendActions(batch.map(({ action }) => action));
    } catch (error) {
      return this.#batchFailed(batch, error);
    }
    await faults.at('action.answered');
    this.#reached(this.#sending);
    const results = new Map(answer.results.map((result) => [result.id, result]));
    const final: ActionResult[] = [];
    const later: QueuedAction[] = [];
    const halted = new Set<string>();
    for (const entry of batch) {
      const result = results.get(entry.action.id);
      const outcome = result === undefined ? 'retry' : outcomeOf(result.status, result.code);
      if (result !== undefined && (outcome === 'done' || outcome === 'refused')) final.push(result);
      else if (outcome === 'sign-in') this.#show({ signIn: true });
      else if (outcome !== 'behind' || !halted.has(entry.document)) later.push(entry);
      if (outcome !== 'done') halted.add(entry.document);
      if (outcome === 'bytes') for (const sha256 of entry.blobs) await queue.blobNotSent(sha256);
    }
    await queue.settle(final, answer.now);
    await this.#postpone(later);
    if (final.length > 0) this.#wantPull = true;
  }

  async #batchFailed(batch: readonly QueuedAction[], error: unknown): Promise<void> {
    const outcome = outcomeOfFailure(error);
    if (outcome === 'sign-in') return this.#show({ signIn: true });
    const [first] = batch;
    if (outcome === 'refused' && error instanceof ServerRefusal && first !== undefined) {
      // The request was refused, not yet an action: alone each gets its own answer.
      if (batch.length === 1) {
        await this.#ports.queue.refuse(first.action.id, { status: error.status, code: error.code });
        return;
      }
      for (const entry of batch) {
        if (!this.#may(this.#sending)) return;
        const queued = await this.#ports.queue.queued();
        const head = queued.find(({ document }) => document === entry.document);
        if (head?.action.id === entry.action.id) await this.#sendBatch([entry]);
      }
      return;
    }
    await this.#postpone(batch);
    this.#failed(this.#sending, error);
  }

  async #postpone(entries: readonly QueuedAction[]): Promise<void> {
    const { queue, clock, random } = this.#ports;
    if (entries.length > 0) this.#eager = false;
    for (const { action, tries } of entries) {
      await queue.postpone([action.id], clock.now() + backoff(tries + 1, random));
    }
  }

  async #pull(): Promise<void> {
    const { queue, remote } = this.#ports;
    this.#wantPull = false;
    this.#pulledAt = this.#ports.clock.now();
    for (;;) {
      const { cursor } = await queue.position();
      let page;
      try {
        page = await remote.changes(cursor);
      } catch (error) {
        this.#wantPull = true;
        if (outcomeOfFailure(error) !== 'sign-in') this.#failed(this.#pulling, error);
        // A party's session ended: its link still sends (`mayPull` says no from now on).
        else if (this.#ports.mayPull()) this.#show({ signIn: true });
        return;
      }
      this.#reached(this.#pulling);
      const restarted = (await queue.applyChanges(page)) === 'restarted';
      // A page that promises more but does not move on would be asked for without end.
      if (!restarted && (!page.more || page.cursor <= cursor)) return;
      if (this.#ended.signal.aborted) return;
    }
  }

  #reached(patience: Patience): void {
    patience.succeeded();
    this.#show({ online: true });
  }

  /** A request failed as a whole. */
  #failed(patience: Patience, error: unknown): void {
    patience.failed();
    const refusal = error instanceof ServerRefusal ? error : null;
    if (refusal?.retryAfter) this.#silence.keep(refusal.retryAfter);
    this.#show({ online: refusal !== null });
  }

  #show(change: Partial<RunnerState>): void {
    this.#take({ ...this.#state, ...change });
    if (!this.#leading || this.#ended.signal.aborted) return;
    this.#ports.channel.post({ kind: 'state', state: this.#state });
  }

  #take(state: RunnerState): void {
    const { online, signIn, sending } = this.#state;
    if (state.online === online && state.signIn === signIn && state.sending === sending) return;
    this.#state = state;
    for (const call of this.#watchers) call(state);
  }

  #stir(): void {
    this.#woken = true;
    this.#wake?.();
  }

  async #sleep(milliseconds: number): Promise<void> {
    if (milliseconds <= 0 || this.#woken || this.#ended.signal.aborted) return;
    await new Promise<void>((done) => {
      const cancel = this.#ports.clock.after(milliseconds, () => end());
      const end = () => {
        this.#wake = null;
        cancel();
        done();
      };
      this.#wake = end;
    });
  }
}
