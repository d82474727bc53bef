import { memberKey, type MemberKey, type Secret } from './member-key.svelte.ts';
import { codeOf } from './sentences.ts';

/** What is asked for: nothing while the key is open, `passkey` by the button itself; `weak`: another lock first. */
export type UnlockWay = 'weak' | 'open' | 'passphrase' | 'passkey' | 'pin';

/**
 * A key about to be opened by a person: what they typed, and what went wrong. `fresh`: for what shows the key
 * itself (backup, export, another lock) the lock is asked for even while the key is open, and no PIN does.
 */
export class Unlocking {
  readonly #key: MemberKey;
  readonly fresh: boolean;
  passphrase = $state('');
  pin = $state('');
  /** The person wants a PIN for this session, and the one they chose. */
  keepPin = $state(false);
  newPin = $state('');
  /** The PIN would do, but the person wants the passphrase or passkey. */
  other = $state(false);
  /** Code of why it did not open, else null. */
  problem = $state<string | null>(null);

  constructor({ fresh = false } = {}, key: MemberKey = memberKey) {
    this.fresh = fresh;
    this.#key = key;
  }

  get way(): UnlockWay {
    if (this.#key.tooWeak(this.#key.stored) && !this.fresh) return 'weak';
    if (this.#key.unlocked && !this.fresh) return 'open';
    if (this.#key.pinUntil !== null && !this.fresh && !this.other) return 'pin';
    return this.#key.stored?.record.lock === 'passkey' ? 'passkey' : 'passphrase';
  }

  /** Whether the button may be pressed. */
  get ready(): boolean {
    if (this.#key.lock.state.name === 'blocked') return false;
    const pinChosen = !this.keepPin || this.fresh || this.newPin.length === 6;
    switch (this.way) {
      case 'weak':
        return false;
      case 'open':
        return true;
      case 'pin':
        return this.pin.length === 6;
      case 'passkey':
        return pinChosen;
      case 'passphrase':
        return this.passphrase !== '' && pinChosen;
    }
  }

  /** The lock's own secret: the passphrase as typed, or the passkey's answer. Throws KeyError. */
  async secret(): Promise<Secret> {
    if (this.#key.stored?.record.lock === 'passkey') return this.#key.askPasskey();
    return { kind: 'passphrase', passphrase: this.passphrase };
  }

  /** Opens the key as the fields say. False: `problem` says why not. */
  open(): Promise<boolean> {
    return this.run(() => this.openOrThrow());
  }

  /** Runs what needs the secret; keeps its error's code in `problem`. */
  async run(work: () => Promise<void>): Promise<boolean> {
    this.problem = null;
    try {
      await work();
      return true;
    } catch (error) {
      this.problem = codeOf(error) || 'unknown';
      return false;
    }
  }

  /** The same; throws what is in the way. */
  async openOrThrow(): Promise<void> {
    const { way, pin } = this;
    this.pin = '';
    if (way === 'open') return;
    if (way === 'pin') await this.#key.unlockByPin(pin);
    else await this.#key.unlock(await this.secret(), this.keepPin ? this.newPin : undefined);
    this.clear();
  }

  /** Forgets what was typed. */
  clear(): void {
    this.passphrase = this.pin = this.newPin = '';
    this.keepPin = this.other = false;
    this.problem = null;
  }
}
