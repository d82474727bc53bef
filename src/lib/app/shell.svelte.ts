/** The app on this device: its service worker, a new version, offline readiness, and the room it has. */
import type { Workbox } from 'workbox-window';
import type { Store } from '../store/contract.ts';

interface ShellAnswer {
  readonly missing: number;
  readonly total: number;
  readonly failed: boolean;
}

/** Milliseconds after a sign-in before heavy parts are fetched. */
const QUIET = 15_000;

export interface OfflineState {
  /** `unknown`: not asked yet, or no service worker here (a page that is neither https nor localhost). */
  readonly state: 'unknown' | 'missing' | 'fetching' | 'ready';
  /** Files that are not there. */
  readonly missing: number;
}

export class Shell {
  /** A newer version waits, or this one lost a part of itself: a reload is due. */
  update = $state(false);
  offline = $state.raw<OfflineState>({ state: 'unknown', missing: 0 });
  /** Bytes. `persisted`: the browser will not clear it by itself. */
  storage = $state.raw({ persisted: false, usage: 0, quota: 0 });
  #workbox: Workbox | null = null;
  #started = false;
  #waiting = false;
  #asked = false;
  #holds = 0;

  /** Registers the service worker; once, in the root layout. Without one the app works, online only. */
  async start(): Promise<void> {
    if (this.#started) return;
    this.#started = true;
    // A chunk that a newer deployment removed: only a reload can bring the page forward.
    addEventListener('vite:preloadError', () => {
      this.update = true;
    });
    await this.readStorage();
    if (import.meta.env.DEV || !('serviceWorker' in navigator)) return;
    const [{ Workbox }, { scriptUrl }] = await Promise.all([
      import('workbox-window'),
      import('../work/policy.ts')
    ]);
    const workbox = new Workbox(scriptUrl('/service-worker.js'), { updateViaCache: 'none' });
    workbox.addEventListener('waiting', () => {
      this.#waiting = true;
      this.update = true;
    });
    workbox.addEventListener('controlling', (event) => {
      if (this.#asked) location.reload();
      // Another tab asked for the new version: this page is of the old one.
      else if (event.isUpdate) this.update = true;
    });
    workbox.addEventListener('activated', () => void this.checkReady());
    this.#workbox = workbox;
    try {
      await workbox.register();
      await this.checkReady();
    } catch (error) {
      console.error('service worker', error);
    }
  }

  /** While something is being signed or sent: `applyUpdate` waits until all have let go. → lets go. */
  holdUpdate(): () => void {
    this.#holds += 1;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#holds -= 1;
      if (this.#holds === 0 && this.#asked) this.takeOver();
    };
  }

  /** The person asked for the new version: takes over and reloads, after what is under way. */
  applyUpdate(): void {
    this.#asked = true;
    if (this.#holds === 0) this.takeOver();
  }

  /** Lets the waiting version take over, or reloads. */
  takeOver(): void {
    if (this.#waiting) this.#workbox?.messageSkipWaiting();
    else location.reload();
  }

  /** Asks the service worker whether everything is really there. */
  async checkReady(): Promise<void> {
    await this.#ask('check');
  }

  /** Fetches what is missing for work without a network (about 11 MB). */
  async makeReady(): Promise<void> {
    this.offline = { ...this.offline, state: 'fetching' };
    await this.#ask('make-ready');
    await this.readStorage();
  }

  /**
   * The same for a member who just came in: later, when nothing else is going on, and not on a line that
   * somebody pays for by the byte. → calls it off.
   */
  makeReadyLater(): () => void {
    const { connection } = navigator as { connection?: { saveData?: boolean; type?: string } };
    if (connection?.saveData === true || connection?.type === 'cellular') return () => undefined;
    const timer = setTimeout(() => {
      if (navigator.onLine && this.offline.state === 'missing') void this.makeReady();
    }, QUIET);
    return () => clearTimeout(timer);
  }

  /** Asks the browser not to clear this site's data by itself. True when it agreed. */
  async persist(): Promise<boolean> {
    await navigator.storage?.persist?.();
    await this.readStorage();
    return this.storage.persisted;
  }

  /** Asks by itself as soon as this store holds something that is nowhere else. → calls it off. */
  persistFor(store: Pick<Store, 'watch'>): () => void {
    let asked = false;
    const precious = store
      .watch(async (reads) => (await reads.counts()).waiting > 0 || (await reads.keys()).length > 0)
      .subscribe({
        next: (some) => {
          if (!some || asked) return;
          asked = true;
          void this.persist();
        }
      });
    return () => precious.unsubscribe();
  }

  /** The number on the app's icon: what waits to be sent, and what wants a person. → takes it away. */
  badgeFor(store: Pick<Store, 'watch'>): () => void {
    if (!('setAppBadge' in navigator)) return () => undefined;
    // Refused where the app is not installed: then there is no icon to put it on.
    const show = (count: number) => void navigator.setAppBadge(count).catch(() => undefined);
    const counts = store
      .watch((reads) => reads.counts())
      .subscribe({ next: ({ waiting, rejected }) => show(waiting + rejected) });
    return () => {
      counts.unsubscribe();
      show(0);
    };
  }

  async readStorage(): Promise<void> {
    if (navigator.storage === undefined) return;
    const [persisted, { usage = 0, quota = 0 }] = await Promise.all([
      navigator.storage.persisted(),
      navigator.storage.estimate()
    ]);
    this.storage = { persisted, usage, quota };
  }

  async #ask(kind: 'check' | 'make-ready'): Promise<void> {
    const active = (await navigator.serviceWorker?.getRegistration())?.active;
    if (!active) {
      this.offline = { state: 'unknown', missing: 0 };
      return;
    }
    const { port1, port2 } = new MessageChannel();
    const answer = new Promise<ShellAnswer>((resolve) => {
      port1.onmessage = (event: MessageEvent<ShellAnswer>) => resolve(event.data);
    });
    active.postMessage({ kind }, [port2]);
    const { missing } = await answer;
    port1.close();
    this.offline = { state: missing === 0 ? 'ready' : 'missing', missing };
  }
}

export const shell = new Shell();
