import { idFromBytes } from '../domain/id.ts';
import { SCHEMES, verifies, type KeyAlgorithm } from './algorithm.ts';
import { KeyError } from './error.ts';
import { memberBytes, memberText, parseRecord, type KeyRecord, type OpenKeyRecord } from './record.ts';

/** A key that can sign now. It holds no bytes of the private key, and lives in memory only. */
export interface UnlockedKey {
  readonly id: string;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
  readonly alg: KeyAlgorithm;
  readonly lock: KeyRecord['lock'];
  /**
   * Signs `bytes` (signed attributes, a request, a statement: the bytes themselves, not their digest) as `alg`
   * says. ECDSA: raw r‖s; RSA: the signature as it is.
   */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}

/** Whether this page may make and use keys: https or localhost (`security.md` K7). */
export function canMakeKeys(): boolean {
  return globalThis.isSecureContext !== false && globalThis.crypto?.subtle !== undefined;
}

/** Throws KeyError `insecure-context`. */
export function requireSecureContext(): void {
  if (!canMakeKeys()) throw new KeyError('insecure-context', 'keys need https or localhost');
}

/** Fifteen letters and digits, as the server names rows. */
export const newKeyId = (): string => idFromBytes(crypto.getRandomValues(new Uint8Array(15)));

function opened(record: OpenKeyRecord, spki: Uint8Array): UnlockedKey {
  const { id, alg, lock, privateKey } = record;
  const { signing } = SCHEMES[alg];
  const sign = async (bytes: Uint8Array): Promise<Uint8Array> =>
    new Uint8Array(await crypto.subtle.sign(signing, privateKey, Uint8Array.from(bytes)));
  return { id, spki, alg, lock, sign };
}

export interface OneTimeKey {
  /** For the store to keep. */
  readonly record: OpenKeyRecord;
  readonly key: UnlockedKey;
}

/**
 * Makes a party's key for one document (`security.md` K6): not under a lock, and it never leaves this browser.
 * `now`: UTC milliseconds. Throws KeyError `insecure-context`.
 */
export async function createOneTimeKey(now: number): Promise<OneTimeKey> {
  requireSecureContext();
  const pair = (await crypto.subtle.generateKey(SCHEMES.ES256.key, false, [
    'sign',
    'verify'
  ])) as CryptoKeyPair;
  const spki = new Uint8Array(await crypto.subtle.exportKey('spki', pair.publicKey));
  const record: OpenKeyRecord = {
    v: 1,
    id: newKeyId(),
    spki: memberText(spki),
    alg: 'ES256',
    created: now,
    lock: 'none',
    privateKey: pair.privateKey
  };
  return { record, key: opened(record, spki) };
}

/**
 * Opens a one-time key of the store. Throws KeyError: `record`, `locked` for a member's key, `spki-mismatch`,
 * `insecure-context`.
 */
export async function openOneTimeKey(value: unknown): Promise<UnlockedKey> {
  requireSecureContext();
  const record = parseRecord(value);
  if (record.lock !== 'none') throw new KeyError('locked', 'a member’s key opens in the keys worker only');
  const spki = memberBytes(record.spki);
  const key = opened(record, spki);
  const challenge = crypto.getRandomValues(new Uint8Array(32));
  if (!(await verifies(record.alg, spki, challenge, await key.sign(challenge))))
    throw new KeyError('spki-mismatch', 'the record names another key');
  return key;
}
