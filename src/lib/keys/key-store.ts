import { idFromBytes } from '../domain/id.ts';
import { KeyError } from './error.ts';
import { deriveNewWrappingKey, deriveWrappingKey } from './kdf.ts';
import { passphraseWeakness } from './passphrase.ts';
import {
  additionalData,
  memberBytes,
  memberText,
  parseRecord,
  type KeyRecord,
  type LockedKeyRecord,
  type OpenKeyRecord
} from './record.ts';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGNING = { name: 'ECDSA', hash: 'SHA-256' } as const;

/** How a new key is locked: `none` for a party's one-time key, `passphrase` for a member's. */
export type Lock = { readonly lock: 'none' } | { readonly lock: 'passphrase'; readonly passphrase: string };

/** A key that can sign now. It holds no bytes of the private key, and lives in memory only. */
export interface UnlockedKey {
  readonly id: string;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
  readonly lock: KeyRecord['lock'];
  /**
   * ECDSA P-256 with SHA-256 over `bytes` (signed attributes, a request, a statement: the bytes themselves, not
   * their digest). Raw r‖s, 64 bytes.
   */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}

export interface NewKey {
  /** For the store to keep. */
  readonly record: KeyRecord;
  readonly key: UnlockedKey;
}

/** Whether this page may make and use keys: https or localhost (`security.md` K7). */
export function canMakeKeys(): boolean {
  return globalThis.isSecureContext !== false && globalThis.crypto?.subtle !== undefined;
}

function requireSecureContext(): void {
  if (!canMakeKeys()) throw new KeyError('insecure-context', 'keys need https or localhost');
}

/** An opened key around a CryptoKey, which stays inside. */
export function unlocked(
  id: string,
  spki: Uint8Array,
  lock: KeyRecord['lock'],
  privateKey: CryptoKey
): UnlockedKey {
  return {
    id,
    spki,
    lock,
    sign: async (bytes) =>
      new Uint8Array(await crypto.subtle.sign(SIGNING, privateKey, Uint8Array.from(bytes)))
  };
}

/** Signs once and verifies against the public key of the record: what was opened is what the record says (K5). */
async function proven(key: UnlockedKey): Promise<UnlockedKey> {
  const challenge = crypto.getRandomValues(new Uint8Array(32));
  const signature = await key.sign(challenge);
  const valid = await crypto.subtle
    .importKey('spki', Uint8Array.from(key.spki), ALGORITHM, false, ['verify'])
    .then((publicKey) => crypto.subtle.verify(SIGNING, publicKey, Uint8Array.from(signature), challenge))
    .catch(() => false);
  if (!valid) throw new KeyError('spki-mismatch', 'the record names another key');
  return key;
}

/** Opens the wrapped key; a failure is a wrong passphrase or an altered record, which look the same. */
async function unwrap(
  record: LockedKeyRecord,
  wrappingKey: CryptoKey,
  use: 'record' | 'backup',
  extractable: boolean
): Promise<CryptoKey> {
  const opening = {
    name: 'AES-GCM',
    iv: memberBytes(record.iv),
    additionalData: additionalData(record, use)
  };
  const wrapped = memberBytes(record.wrapped);
  const privateKey = await crypto.subtle
    .unwrapKey('pkcs8', wrapped, wrappingKey, opening, ALGORITHM, extractable, ['sign'])
    .catch(() => {
      throw new KeyError('wrong-passphrase', 'the passphrase does not open this key');
    });
  await proven(unlocked(record.id, memberBytes(record.spki), record.lock, privateKey));
  return privateKey;
}

/**
 * Wraps an extractable private key under a new passphrase, and reads it back: the key returned is the
 * non-extractable one out of what was written. Throws KeyError `passphrase-weak`.
 */
export async function lockKey(
  privateKey: CryptoKey,
  members: Pick<LockedKeyRecord, 'id' | 'spki' | 'created'>,
  passphrase: string,
  use: 'record' | 'backup'
): Promise<{ readonly record: LockedKeyRecord; readonly privateKey: CryptoKey }> {
  const weakness = passphraseWeakness(passphrase);
  if (weakness !== null) throw new KeyError('passphrase-weak', weakness);
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const { key, kdf } = await deriveNewWrappingKey(passphrase, salt);
  const open = {
    v: 1,
    alg: 'ES256',
    lock: 'passphrase',
    ...members,
    kdf,
    salt: memberText(salt),
    iv: memberText(iv)
  } as const;
  const wrapped = await crypto.subtle.wrapKey('pkcs8', privateKey, key, {
    name: 'AES-GCM',
    iv,
    additionalData: additionalData(open, use)
  });
  const record = { ...open, wrapped: memberText(wrapped) };
  return { record, privateKey: await unwrap(record, key, use, false) };
}

/** Unwraps the private key. `extractable` only inside a backup or a restore, for the length of the call. */
export async function openLock(
  record: LockedKeyRecord,
  passphrase: string,
  use: 'record' | 'backup',
  extractable: boolean
): Promise<CryptoKey> {
  requireSecureContext();
  const salt = memberBytes(record.salt);
  if (salt.length !== 16 || memberBytes(record.iv).length !== 12) {
    throw new KeyError('record', 'a salt or IV of another length');
  }
  if (passphrase === '') throw new KeyError('wrong-passphrase', 'no passphrase');
  return unwrap(record, await deriveWrappingKey(passphrase, salt, record.kdf), use, extractable);
}

/**
 * Makes a key on this device. `now`: UTC milliseconds. Throws KeyError: `insecure-context`, `passphrase-weak`.
 */
export async function createKey(lock: Lock, now: number): Promise<NewKey> {
  requireSecureContext();
  const pair = await crypto.subtle.generateKey(ALGORITHM, lock.lock === 'passphrase', ['sign', 'verify']);
  const spki = new Uint8Array(await crypto.subtle.exportKey('spki', pair.publicKey));
  const members = {
    id: idFromBytes(crypto.getRandomValues(new Uint8Array(15))),
    spki: memberText(spki),
    created: now
  };
  if (lock.lock === 'none') {
    const record: OpenKeyRecord = {
      v: 1,
      alg: 'ES256',
      lock: 'none',
      ...members,
      privateKey: pair.privateKey
    };
    return { record, key: unlocked(members.id, spki, 'none', pair.privateKey) };
  }
  const { record, privateKey } = await lockKey(pair.privateKey, members, lock.passphrase, 'record');
  return { record, key: unlocked(members.id, spki, 'passphrase', privateKey) };
}

/**
 * Opens a record of the store. Throws KeyError: `record`, `kdf-floor`, `wrong-passphrase` (also for an altered
 * record), `spki-mismatch`, `insecure-context`.
 */
export async function unlock(record: unknown, passphrase = ''): Promise<UnlockedKey> {
  requireSecureContext();
  const known = parseRecord(record);
  const spki = memberBytes(known.spki);
  if (known.lock === 'none') return proven(unlocked(known.id, spki, 'none', known.privateKey));
  const privateKey = await openLock(known, passphrase, 'record', false);
  return unlocked(known.id, spki, 'passphrase', privateKey);
}
