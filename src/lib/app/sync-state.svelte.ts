import { databaseName } from '../domain/identity.ts';
import type { Server } from '../remote/server.ts';
import type { Store } from '../store/contract.ts';
import { browserChannel, browserClock, browserLocks } from '../sync/platform.ts';
import { Runner } from '../sync/runner.ts';
import { faults } from './faults.ts';

/** One word for the dot; `attention` and `sign-in` want a person. */
export type SyncWord = 'saved' | 'waiting' | 'attention' | 'sign-in';

const FEED_RETRY = 30_000;
/** What lies unsent for longer may be lost: a browser may clear a site that was not opened for a week. */
const OVERDUE = 3 * 86_400_000;

export interface SyncOptions {
  readonly mayPull: () => boolean;
  /** Opens the live feed; → ends it. Absent: none (parties). */
  readonly feed?: (changed: () => void) => Promise<() => void>;
}

/** The runner of one open store, and what screens show of it. */
export class SyncState {
  waiting = $state(0);
  rejected = $state(0);
  /** Device time of the oldest unsent action, or null. */
  oldestWaiting = $state<number | null>(null);
  sending = $state(false);
  #reached = $state(true);
  #connected = $state(true);
  #signIn = $state(false);
  #runner: Runner | null = null;
  #endings: (() => void)[] = [];

  get state(): SyncWord {
    if (this.#signIn) return 'sign-in';
    if (this.rejected > 0) return 'attention';
    return this.waiting > 0 ? 'waiting' : 'saved';
  }

  /** The last request reached the server, and the browser knows of no cut. */
  get online(): boolean {
    return this.#reached && this.#connected;
  }

  /** Something has not been sent for more than three days. `now`: UTC milliseconds. */
  overdue(now: number): boolean {
    return this.oldestWaiting !== null && now - this.oldestWaiting > OVERDUE;
  }

  start(store: Store, server: Server, options: SyncOptions): void {
    const name = `${databaseName(store.identity)}-sync`;
    const runner = new Runner({
      queue: store,
      remote: server,
      clock: browserClock,
      random: Math.random,
      faults,
      locks: browserLocks,
      channel: browserChannel(name),
      mayPull: options.mayPull,
      onLead: () => this.#listen(runner, options),
      onDefect: (error) => console.error('sync', error)
    });
    this.#runner = runner;
    this.#endings.push(
      runner.onState(({ online, signIn, sending }) => {
        this.#reached = online;
        this.#signIn = signIn;
        this.sending = sending;
      })
    );
    const counts = store
      .watch((reads) => reads.counts())
      .subscribe({
        next: ({ waiting, rejected, oldestWaiting }) => {
          const more = waiting > this.waiting;
          this.waiting = waiting;
          this.rejected = rejected;
          this.oldestWaiting = oldestWaiting;
          if (more) runner.nudge();
        }
      });
    this.#endings.push(() => counts.unsubscribe());
    this.#watchConnection(runner);
    runner.start(name);
  }

  /** Try at once. */
  hurry(): void {
    this.#runner?.hurry();
  }

  /** A session is there again. */
  resume(): void {
    this.#signIn = false;
    this.#runner?.resume();
  }

  async stop(): Promise<void> {
    for (const end of this.#endings.splice(0)) end();
    await this.#runner?.stop();
    this.#runner = null;
    Object.assign(this, { waiting: 0, rejected: 0, oldestWaiting: null, sending: false });
    this.#signIn = false;
  }

  #watchConnection(runner: Runner): void {
    this.#connected = navigator.onLine;
    const connection = () => {
      this.#connected = navigator.onLine;
      if (navigator.onLine) runner.hurry();
    };
    const seen = () => {
      if (document.visibilityState === 'visible') runner.hurry();
    };
    addEventListener('online', connection);
    addEventListener('offline', connection);
    document.addEventListener('visibilitychange', seen);
    this.#endings.push(() => {
      removeEventListener('online', connection);
      removeEventListener('offline', connection);
      document.removeEventListener('visibilitychange', seen);
    });
  }

  /** Tries until the feed is open once; from then on the SDK reconnects by itself. */
  #listen(runner: Runner, { feed }: SyncOptions): void {
    if (feed === undefined) return;
    let ended = false;
    let end: (() => void) | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const open = async () => {
      try {
        end = await feed(() => runner.change());
        if (ended) end();
      } catch {
        if (!ended) timer = setTimeout(() => void open(), FEED_RETRY);
      }
    };
    this.#endings.push(() => {
      ended = true;
      clearTimeout(timer);
      end?.();
    });
    void open();
  }
}
