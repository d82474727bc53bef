import type { KeyLockKind } from '../domain/api.ts';
import { memberKey, passkeysOffered, type MemberKey, type NewLock } from './member-key.svelte.ts';
import { PassphraseChoice } from './passphrase.svelte.ts';

/** A lock being chosen for a key: by what the workspace allows and this browser can (`security.md` K1). */
export class LockChoice {
  readonly words = new PassphraseChoice();
  readonly #key: Pick<MemberKey, 'minimum' | 'newPasskey'>;
  readonly #passkeys: () => boolean;
  #kind = $state<KeyLockKind>('passphrase');

  constructor(key: Pick<MemberKey, 'minimum' | 'newPasskey'> = memberKey, passkeys = passkeysOffered) {
    this.#key = key;
    this.#passkeys = () => passkeys();
  }

  /** What may be chosen; none where the workspace asks for a passkey and this browser has none. */
  get kinds(): readonly KeyLockKind[] {
    const passkey = this.#passkeys() ? (['passkey'] as const) : [];
    return this.#key.minimum === 'passkey' ? passkey : ['passphrase', ...passkey];
  }

  get kind(): KeyLockKind | null {
    return this.kinds.includes(this.#kind) ? this.#kind : (this.kinds[0] ?? null);
  }

  set kind(kind: KeyLockKind | null) {
    if (kind !== null) this.#kind = kind;
  }

  get good(): boolean {
    return this.kind === 'passkey' || (this.kind === 'passphrase' && this.words.good);
  }

  /** Asks the authenticator where a passkey was chosen. Throws KeyError `passkey-cancelled`, … */
  async newLock(app: string): Promise<NewLock> {
    return this.kind === 'passkey'
      ? this.#key.newPasskey(app)
      : { lock: 'passphrase', passphrase: this.words.value };
  }

  /** Forgets what was typed. */
  clear(): void {
    this.words.own = '';
    this.words.kept = false;
  }
}
