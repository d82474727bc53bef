/**
 * The device is in somebody else's hands (`security.md` H2): one document, one party, no way out but the
 * member's passphrase. The flag lies in the member's `meta` table; a copy in localStorage is read before the
 * first paint, without opening a database, so that a reload, a deep link and a second tab stay inside too.
 */
export interface HandoverFlag {
  readonly document: string;
  readonly party: string;
  /** UTC milliseconds. */
  readonly since: number;
}

/** Where the flag is kept for good: the member's `meta` table. */
export interface HandoverMeta {
  read(): Promise<HandoverFlag | null>;
  write(flag: HandoverFlag | null): Promise<void>;
}

/** The quick copy: localStorage in the page, a fake in tests. */
export interface HandoverMirror {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

export const HANDOVER_KEY = 'countersign-handover';

function parse(text: string | null): HandoverFlag | null {
  if (text === null) return null;
  try {
    const flag = JSON.parse(text) as Partial<HandoverFlag> | null;
    if (typeof flag?.document !== 'string' || typeof flag.party !== 'string') return null;
    return { document: flag.document, party: flag.party, since: Number(flag.since) || 0 };
  } catch {
    return null;
  }
}

export class HandoverGuard {
  #mirror: HandoverMirror | null;
  #flag = $state.raw<HandoverFlag | null>(null);

  constructor(mirror: HandoverMirror | null) {
    this.#mirror = mirror;
    this.#flag = parse(mirror?.getItem(HANDOVER_KEY) ?? null);
  }

  /** The hand-over that goes on, or null: then the device is with its member. */
  get active(): HandoverFlag | null {
    return this.#flag;
  }

  /** The only page that may be open during a hand-over, or null when there is none. */
  get home(): string | null {
    return this.#flag === null ? null : `/documents/${this.#flag.document}/sign`;
  }

  /** Path to go to instead of `pathname`, or null when it may stay. Called by the root layout. */
  redirectFor(pathname: string): string | null {
    const home = this.home;
    if (home === null) return null;
    return pathname.replace(/\/$/, '') === home ? null : home;
  }

  /** Takes over what `meta` says when the member's database has been opened; it is the one that counts. */
  async restore(meta: HandoverMeta): Promise<void> {
    this.#set(await meta.read());
  }

  /** Locks the device in. `meta` first: a tab killed between the two writes is found by `restore`. */
  async begin(flag: HandoverFlag, meta: HandoverMeta): Promise<void> {
    await meta.write(flag);
    this.#set(flag);
  }

  /** Gives the device back. The caller has checked the member's passphrase. */
  async end(meta: HandoverMeta): Promise<void> {
    await meta.write(null);
    this.#set(null);
  }

  /** Another tab began or ended a hand-over (`storage` event of the window). */
  heard(event: Pick<StorageEvent, 'key' | 'newValue'>): void {
    if (event.key === HANDOVER_KEY) this.#flag = parse(event.newValue);
    // localStorage.clear() tells no key.
    if (event.key === null) this.#flag = null;
  }

  #set(flag: HandoverFlag | null): void {
    this.#flag = flag;
    if (flag === null) this.#mirror?.removeItem(HANDOVER_KEY);
    else this.#mirror?.setItem(HANDOVER_KEY, JSON.stringify(flag));
  }
}

/** The page's guard. Absent localStorage (prerendering, blocked storage) leaves only `restore`. */
function pageMirror(): HandoverMirror | null {
  try {
    return typeof localStorage === 'undefined' ? null : localStorage;
  } catch {
    return null;
  }
}

export const handover = new HandoverGuard(pageMirror());
