/** Whether this app can be put on the device's home screen, and whether it is there already. */
interface InstallEvent extends Event {
  prompt(): Promise<{ readonly outcome: 'accepted' | 'dismissed' }>;
}

const LATER = 'countersign-install-later';

/** iPhone and iPad; an iPad says it is a Mac with a touch screen. */
export function isIos(browser: Pick<Navigator, 'userAgent' | 'maxTouchPoints'> = navigator): boolean {
  const { userAgent, maxTouchPoints } = browser;
  return /iPhone|iPad|iPod/.test(userAgent) || (/Macintosh/.test(userAgent) && maxTouchPoints > 1);
}

export class Install {
  #event = $state.raw<InstallEvent | null>(null);
  #installed = $state(false);
  #later = $state(false);
  readonly #ios: boolean;

  constructor(page: Window | null, ios: boolean) {
    this.#ios = ios;
    if (page === null) return;
    const { standalone } = page.navigator as { standalone?: boolean };
    this.#installed = standalone === true || page.matchMedia('(display-mode: standalone)').matches;
    try {
      this.#later = page.localStorage.getItem(LATER) !== null;
    } catch {
      // Blocked storage: it is offered again.
    }
    // Our own button asks, after the first signature: not the browser's bar at any time.
    page.addEventListener('beforeinstallprompt', (event) => {
      event.preventDefault();
      this.#event = event as InstallEvent;
    });
    page.addEventListener('appinstalled', () => {
      this.#installed = true;
    });
  }

  get installed(): boolean {
    return this.#installed;
  }

  /** `prompt`: the browser asks; `ios`: by hand, in the share menu; null: not here, done, or not now. */
  get way(): 'prompt' | 'ios' | null {
    if (this.#installed || this.#later) return null;
    if (this.#event !== null) return 'prompt';
    return this.#ios ? 'ios' : null;
  }

  /** iOS clears the storage of a site that is no app after seven days without a visit. */
  get mayBeCleared(): boolean {
    return this.#ios && !this.#installed;
  }

  /** Shows the browser's own question; once for each time that the browser offers it. */
  async ask(): Promise<void> {
    const event = this.#event;
    this.#event = null;
    if ((await event?.prompt())?.outcome === 'accepted') this.#installed = true;
  }

  /** Not offered on this device again. */
  later(): void {
    this.#later = true;
    try {
      localStorage.setItem(LATER, '1');
    } catch {
      // Blocked storage: offered again in the next visit.
    }
  }
}

export const install = new Install(
  typeof window === 'undefined' ? null : window,
  typeof navigator !== 'undefined' && isIos()
);
