import { KeyError } from '../keys/error.ts';
import { after, nextChange, type LockEvent, type LockState } from '../keys/lock-state.ts';

/** What storage keeps of wrong tries: it stops fingers, not whoever copies the disk (`security.md` K4). */
export interface Tries {
  readonly wrong: number;
  /** UTC milliseconds; 0: no waiting. */
  readonly until: number;
}

/** The outside of the lock; exchanged in tests. */
export interface LockPorts {
  now(): number;
  /** Closes what is open in the keys worker; `forget`: the PIN too. */
  close(forget: boolean): void;
  tries(): Promise<Tries | undefined>;
  keepTries(tries: Tries): Promise<void>;
  /** Tells the other tabs of this browser. */
  tell(): void;
}

type Why = Extract<LockEvent, { kind: 'lock' }>['why'];
/** After these the PIN does not open it again. */
const FINAL: readonly Why[] = ['sign-out', 'hand-over'];

/** The member's lock in this tab: the table of `keys/lock-state.ts` with its timer, storage and other tabs. */
export class KeyLock {
  readonly #ports: LockPorts;
  state = $state.raw<LockState>({ name: 'none' });
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(ports: LockPorts) {
    this.#ports = ports;
  }

  /** Reads what is left of wrong tries. `keys`: how many there are. */
  async load(keys: number): Promise<void> {
    const { wrong, until } = (await this.#ports.tries()) ?? { wrong: 0, until: 0 };
    this.tell({ kind: 'loaded', keys, wrong, until });
  }

  tell(event: LockEvent): void {
    const before = this.state;
    const state = after(before, event, this.#ports.now());
    this.state = state;
    const locked = before.name === 'unlocked' && state.name !== 'unlocked';
    const final = event.kind === 'lock' && FINAL.includes(event.why);
    if (locked || final) this.#ports.close(final);
    clearTimeout(this.#timer);
    const next = nextChange(state);
    if (next === null) return;
    this.#timer = setTimeout(() => this.tell({ kind: 'tick' }), Math.max(0, next - this.#ports.now()));
  }

  /** Locks now, in the other tabs too where a person or the app meant it. */
  lock(why: Why): void {
    this.tell({ kind: 'lock', why });
    if (why !== 'pagehide' && why !== 'tab') this.#ports.tell();
  }

  /**
   * Runs one try to open key `id`; null: it is opened for that work only, and closed after it. Throws KeyError
   * `blocked` while it has to be waited for; a wrong secret is counted, kept, and thrown on.
   */
  async attempt<T>(id: string | null, open: () => Promise<T>): Promise<T> {
    this.tell({ kind: 'tick' });
    if (this.state.name === 'blocked') throw new KeyError('blocked', 'too many wrong tries');
    try {
      const value = await open();
      if (id !== null) {
        this.tell({ kind: 'unlocked', key: id });
        await this.#keep();
      }
      return value;
    } catch (error) {
      const code = error instanceof KeyError ? error.code : '';
      if (code === 'wrong-passphrase' || code === 'wrong-pin') {
        // A wrong passphrase while the key is open counts as well: it is locked first.
        if (this.state.name === 'unlocked') this.tell({ kind: 'lock', why: 'person' });
        this.tell({ kind: 'wrong' });
        await this.#keep();
      } else if (code === 'record' || code === 'spki-mismatch' || code === 'kdf-floor') {
        this.tell({ kind: 'lost' });
      }
      throw error;
    }
  }

  async #keep(): Promise<void> {
    const { state } = this;
    const wrong = 'wrong' in state ? state.wrong : 0;
    await this.#ports.keepTries({ wrong, until: state.name === 'blocked' ? state.until : 0 });
  }

  /** Follows the page: what the person does, whether it is seen, and other tabs. Returns the way to stop. */
  watch(page: Window, channel: BroadcastChannel | null): () => void {
    const ending = new AbortController();
    const { signal } = ending;
    const on = (target: EventTarget, kinds: string[], heard: () => void): void => {
      for (const kind of kinds)
        target.addEventListener(kind, heard, { signal, capture: true, passive: true });
    };
    on(page, ['pointerdown', 'keydown'], () => this.tell({ kind: 'active' }));
    on(page.document, ['visibilitychange'], () =>
      this.tell({ kind: page.document.visibilityState === 'hidden' ? 'hidden' : 'visible' })
    );
    on(page, ['pagehide'], () => this.lock('pagehide'));
    // Timers stand still while a device sleeps.
    on(page, ['focus', 'pageshow'], () => this.tell({ kind: 'tick' }));
    if (channel !== null) on(channel, ['message'], () => this.lock('tab'));
    return () => {
      ending.abort();
      clearTimeout(this.#timer);
    };
  }
}
