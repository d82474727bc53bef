import { answerCheck } from './answer.ts';
import type { Check, CheckAnswer, HashName } from './check.ts';
import { hashBytes } from './hash.ts';

/** The same questions as `CryptoProvider`'s, answered at once: for the server's hooks and for tests. */
export interface SyncCryptoProvider {
  hash(name: HashName, bytes: Uint8Array): Uint8Array;
  check(checks: readonly Check[]): CheckAnswer[];
}

/**
 * A provider of noble alone. `sha256`: the engine's own, where it has one; PocketBase's is a thousand times
 * faster than JavaScript there.
 */
export function nobleProvider(
  native: { readonly sha256?: (bytes: Uint8Array) => Uint8Array } = {}
): SyncCryptoProvider {
  const hash = (name: HashName, bytes: Uint8Array): Uint8Array =>
    name === 'SHA-256' && native.sha256 !== undefined ? native.sha256(bytes) : hashBytes(name, bytes);
  return { hash, check: (checks) => checks.map((question) => answerCheck(question, hash)) };
}
