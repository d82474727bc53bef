import { encodeUtf8 } from '../bytes/utf8.ts';
import { KeyError } from './error.ts';
import { argon2, SMALL } from './kdf.ts';
import type { LockedKeyRecord } from './record.ts';

const TRIES = 5;
/** Milliseconds: twelve hours. */
export const PIN_AGE = 43_200_000;
/** A clock that went back further than this is not believed. */
const BACKWARDS = 120_000;

/** Six digits that are neither one digit again and again nor a run: those are tried first. */
export function pinWeak(pin: string): boolean {
  if (!/^[0-9]{6}$/.test(pin)) return true;
  const steps = [...pin].slice(1).map((digit, i) => Number(digit) - Number(pin[i]));
  return [-1, 0, 1].some((step) => steps.every((one) => one === step));
}

const under = (bytes: Uint8Array, usage: 'encrypt' | 'decrypt') =>
  crypto.subtle.importKey('raw', Uint8Array.from(bytes), 'AES-GCM', false, [usage]);

/**
 * A PIN for one browser session (`security.md` K3). What it opens, the wrapped key-encryption key, lies in the
 * memory of the keys worker and nowhere else: six digits would not hold a minute against a copy of a disk.
 * `live → off` after five wrong tries, twelve hours, or a clock that was set back.
 */
export class SessionPin {
  readonly record: LockedKeyRecord;
  /** UTC milliseconds. */
  readonly until: number;
  readonly #salt: Uint8Array;
  readonly #iv: Uint8Array<ArrayBuffer>;
  readonly #wrapped: ArrayBuffer;
  #left = TRIES;

  private constructor(
    record: LockedKeyRecord,
    until: number,
    salt: Uint8Array,
    iv: Uint8Array<ArrayBuffer>,
    wrapped: ArrayBuffer
  ) {
    this.record = record;
    this.until = until;
    this.#salt = salt;
    this.#iv = iv;
    this.#wrapped = wrapped;
  }

  /** Throws KeyError `pin-weak`. */
  static async make(pin: string, record: LockedKeyRecord, kek: Uint8Array, now: number): Promise<SessionPin> {
    if (pinWeak(pin)) throw new KeyError('pin-weak', 'six digits that are not a row');
    const salt = crypto.getRandomValues(new Uint8Array(16));
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const key = await under(await argon2(encodeUtf8(pin), salt, SMALL), 'encrypt');
    const wrapped = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, Uint8Array.from(kek));
    return new SessionPin(record, now + PIN_AGE, salt, iv, wrapped);
  }

  live(now: number): boolean {
    return this.#left > 0 && now < this.until && now >= this.until - PIN_AGE - BACKWARDS;
  }

  /** The key-encryption key. Throws KeyError `wrong-pin`, and `pin-off` once no try or time is left. */
  async open(pin: string, now: number): Promise<Uint8Array> {
    if (!this.live(now)) throw new KeyError('pin-off', 'the PIN has ended');
    // Counted before it is tried: two tries at once are two tries.
    this.#left--;
    const key = await under(await argon2(encodeUtf8(pin), this.#salt, SMALL), 'decrypt');
    const kek = await crypto.subtle
      .decrypt({ name: 'AES-GCM', iv: this.#iv }, key, this.#wrapped)
      .catch(() => {
        throw this.#left > 0
          ? new KeyError('wrong-pin', `${this.#left} tries left`)
          : new KeyError('pin-off', 'wrong five times');
      });
    this.#left = TRIES;
    return new Uint8Array(kek);
  }
}
