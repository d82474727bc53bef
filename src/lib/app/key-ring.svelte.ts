import type { KeyLockKind } from '../domain/api.ts';
import { KeyError } from '../keys/error.ts';
import type { KeyHome, Stored } from './key-home.ts';
import { KeyLock, type Tries } from './key-lock.svelte.ts';

/**
 * `none → uncertified → ready`. A key is made and kept without any network; its certificate comes with the
 * first moment the server answers. Signing works with `ready`, and with `uncertified` only where the file may
 * carry a self-signed certificate.
 */
export type MemberKeyState = 'loading' | 'none' | 'uncertified' | 'ready';

const STRENGTH: Readonly<Record<string, number>> = { passphrase: 1, passkey: 2 };

/** Which keys of the member lie on this device, which of them signs, and the lock around it. */
export class KeyRing {
  readonly #home: () => KeyHome;
  readonly lock: KeyLock;
  /** Own key first, then imported ones, newest first. */
  all = $state.raw<readonly Stored[]>([]);
  /** When a backup file was last made of the own key, UTC milliseconds; null: never. */
  backedUp = $state<number | null>(null);
  /** Until when the PIN opens the chosen key again; null: there is none. */
  pinUntil = $state<number | null>(null);
  #chosen = $state<string | null>(null);
  #loaded = $state(false);

  constructor(home: () => KeyHome) {
    this.#home = home;
    this.lock = new KeyLock({
      now: () => home().now(),
      close: (forget) => {
        if (forget) this.pinUntil = null;
        void home()
          .vault()
          .then((door) => door.lock(forget))
          .catch(() => undefined);
      },
      tries: async () => (await home().meta('x-key-tries')) as Tries | undefined,
      keepTries: (tries) => home().setMeta('x-key-tries', tries),
      tell: () => home().tellLocked()
    });
  }

  get home(): KeyHome {
    return this.#home();
  }

  get state(): MemberKeyState {
    if (!this.#loaded) return 'loading';
    if (this.stored === null) return 'none';
    return this.stored.certificate === null ? 'uncertified' : 'ready';
  }

  /** The key that signs: the chosen one, else the member's own. */
  get stored(): Stored | null {
    return this.all.find(({ id }) => id === this.#chosen) ?? this.all[0] ?? null;
  }

  /** The member's own key, as the workspace certified it; null where there are imported ones only. */
  get own(): Stored | null {
    return this.all.find(({ origin }) => origin !== 'imported') ?? null;
  }

  get unlocked(): boolean {
    const { state } = this.lock;
    return state.name === 'unlocked' && state.key === this.stored?.id;
  }

  /** The weakest lock that the workspace allows (`security.md` K1). */
  get minimum(): KeyLockKind {
    return this.home.minimum();
  }

  /** Whether a key's lock is weaker than the workspace now asks for: it needs another before it signs again. */
  tooWeak(key: Stored | null): boolean {
    return key !== null && (STRENGTH[key.record.lock] ?? 0) < (STRENGTH[this.minimum] ?? 0);
  }

  /** Throws KeyError `lock-weak`. */
  requireStrength(lock: string): void {
    if ((STRENGTH[lock] ?? 0) < (STRENGTH[this.minimum] ?? 0))
      throw new KeyError('lock-weak', `the workspace asks for ${this.minimum}`);
  }

  /** Reads them from the store; call again after another member signed in. */
  async load(): Promise<void> {
    const kept = (await this.home.keys()).filter((key) => key.document === null) as Stored[];
    const imported = (key: Stored) => Number(key.origin === 'imported');
    // The newest own one: after a re-enrolment the older is superseded (C4).
    this.all = kept.sort((a, b) => imported(a) - imported(b) || b.created - a.created);
    const backups = (await this.home.meta('x-key-backups')) as Record<string, number> | undefined;
    this.backedUp = backups?.[this.own?.id ?? ''] ?? null;
    await this.lock.load(this.all.length);
    this.#loaded = true;
  }

  /** Signs with another of the keys from now on; null: with the member's own. */
  choose(id: string | null): void {
    if (id !== null) this.pinUntil = null;
    this.#chosen = id;
  }

  /** Keeps a key, new or changed. */
  async keep(key: Stored): Promise<void> {
    await this.home.putKey(key);
    await this.load();
  }

  /** Takes a key off this device. */
  async remove(id: string): Promise<void> {
    if (this.stored?.id === id) this.lock.tell({ kind: 'lock', why: 'person' });
    await this.home.deleteKey(id);
    if (this.#chosen === id) this.#chosen = null;
    await this.load();
  }

  /** The key that signs. Throws an error with code `no-key`. */
  required(): Stored {
    if (this.stored === null) throw Object.assign(new Error('no key on this device'), { code: 'no-key' });
    return this.stored;
  }
}
