// Locks for tests of keys: a passkey's without an authenticator, so that nothing waits for Argon2id.
import { vi } from 'vitest';
import { toBase64 } from '../../src/lib/bytes/base64.ts';
import type { NewLock, Secret } from '../../src/lib/keys/lock.ts';

export const PASSPHRASE = 'amber tulip canoe orbit velvet mango';
export const OTHER = 'six quite different words for backup';
export const byPassphrase = (passphrase: string): Secret => ({ kind: 'passphrase', passphrase });

/** What an authenticator would give: 32 bytes of its own for the salt. */
export function aPasskey(fill = 7): { lock: NewLock; secret: Secret } {
  const prf = new Uint8Array(32).fill(fill);
  const salt = crypto.getRandomValues(new Uint8Array(32));
  const credential = toBase64(Uint8Array.of(1, 2, 3, fill));
  return { lock: { lock: 'passkey', prf, salt, credential }, secret: { kind: 'passkey', prf } };
}

/** Matches a KeyError of this code. */
export const code = (value: string): object => ({ name: 'KeyError', code: value });

/** Argon2id is slow on purpose, and slower on a busy machine. */
export const patient = (): void => void vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
