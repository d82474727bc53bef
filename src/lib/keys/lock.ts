import { verifies, SCHEMES, type KeyAlgorithm } from './algorithm.ts';
import { newKeyId, requireSecureContext } from './key-store.ts';
import { KeyError } from './error.ts';
import { stretchNewPassphrase, stretchPassphrase, stretchPrf } from './kdf.ts';
import { passphraseWeakness } from './passphrase.ts';
import { additionalData, memberBytes, memberText, type NewRecord, type WrappedKey } from './record.ts';

/** How a key shall be locked from now on. The passkey's part comes from `passkey.ts`, in the page. */
export type NewLock =
  | { readonly lock: 'passphrase'; readonly passphrase: string }
  | {
      readonly lock: 'passkey';
      /** What the authenticator gave for `salt`, 32 bytes. */
      readonly prf: Uint8Array;
      /** 32 random bytes. */
      readonly salt: Uint8Array;
      /** Credential id, base64. */
      readonly credential: string;
    };
type AnyLock = NewLock | { readonly lock: 'backup'; readonly passphrase: string };

/** What opens a lock. */
export type Secret =
  | { readonly kind: 'passphrase'; readonly passphrase: string }
  | { readonly kind: 'passkey'; readonly prf: Uint8Array };

/** A key's name, beside what its lock adds. */
export interface KeyName {
  readonly id: string;
  /** SubjectPublicKeyInfo, base64 DER. */
  readonly spki: string;
  readonly alg: KeyAlgorithm;
}

type Kek = Uint8Array;

const wrapping = (kek: Kek, usage: 'wrapKey' | 'unwrapKey'): Promise<CryptoKey> =>
  crypto.subtle.importKey('raw', Uint8Array.from(kek), 'AES-GCM', false, [usage]);

const random = (size: number): Uint8Array<ArrayBuffer> => crypto.getRandomValues(new Uint8Array(size));

/**
 * The 32 bytes that the key is wrapped under. Throws KeyError `kdf-floor`, `record`, `wrong-passphrase` and
 * `wrong-passkey` for a secret of the wrong kind.
 */
export async function kekOf(record: WrappedKey, secret: Secret): Promise<Kek> {
  requireSecureContext();
  const salt = memberBytes(record.salt);
  const passkey = record.lock === 'passkey';
  if (salt.length !== (passkey ? 32 : 16) || memberBytes(record.iv).length !== 12) {
    throw new KeyError('record', 'a salt or IV of another length');
  }
  if (secret.kind === 'passkey') {
    if (!passkey) throw new KeyError('wrong-passkey', 'a passphrase opens this');
    return stretchPrf(secret.prf, salt);
  }
  if (passkey || secret.passphrase === '') throw new KeyError(wrongCode(record), 'no such passphrase');
  return stretchPassphrase(secret.passphrase, salt, record.kdf);
}

const wrongCode = (record: WrappedKey) => (record.lock === 'passkey' ? 'wrong-passkey' : 'wrong-passphrase');

/** Signs once and verifies against the public key of the record: what was opened is what it says (K5). */
async function prove(record: WrappedKey, privateKey: CryptoKey): Promise<void> {
  const challenge = random(32);
  const signature = await crypto.subtle.sign(SCHEMES[record.alg].signing, privateKey, challenge);
  if (!(await verifies(record.alg, memberBytes(record.spki), challenge, new Uint8Array(signature))))
    throw new KeyError('spki-mismatch', 'the record names another key');
}

/**
 * Opens what is wrapped; a failure is a wrong secret or an altered record, which look the same.
 * `extractable` only inside a backup, an export or a change of the lock, for the length of the call.
 */
export async function openKey(
  record: WrappedKey,
  kek: Kek,
  extractable: boolean,
  use: 'record' | 'backup' = 'record'
): Promise<CryptoKey> {
  const algorithm = SCHEMES[record.alg].key;
  const under = await wrapping(kek, 'unwrapKey');
  const opening = {
    name: 'AES-GCM',
    iv: memberBytes(record.iv),
    additionalData: additionalData(record, use)
  };
  const privateKey = await crypto.subtle
    .unwrapKey('pkcs8', memberBytes(record.wrapped), under, opening, algorithm, extractable, ['sign'])
    .catch(() => {
      throw new KeyError(wrongCode(record), 'this does not open the key');
    });
  await prove(record, privateKey);
  return privateKey;
}

async function newKek(lock: AnyLock): Promise<{ kek: Kek; salt: Uint8Array; kdf: NewRecord['kdf'] }> {
  if (lock.lock === 'passkey') {
    const { prf, salt, credential } = lock;
    return { kek: await stretchPrf(prf, salt), salt, kdf: { name: 'webauthn-prf', credential } };
  }
  const weakness = passphraseWeakness(lock.passphrase);
  if (weakness !== null) throw new KeyError('passphrase-weak', weakness);
  const salt = random(16);
  return { ...(await stretchNewPassphrase(lock.passphrase, salt)), salt };
}

/**
 * Wraps an extractable private key under a new lock, with a fresh IV, and opens it again: a record that does
 * not open is never handed out. Throws KeyError `passphrase-weak`, `passkey-unsupported`, `spki-mismatch`.
 */
export async function sealKey<L extends AnyLock>(
  privateKey: CryptoKey,
  { id, spki, alg }: KeyName,
  lock: L
): Promise<{ readonly record: Extract<NewRecord, { lock: L['lock'] }>; readonly privateKey: CryptoKey }> {
  const { kek, salt, kdf } = await newKek(lock);
  const iv = random(12);
  const members = { lock: lock.lock, kdf, salt: memberText(salt), iv: memberText(iv) };
  const open = { v: 2, id, spki, alg, ...members } as Omit<NewRecord, 'wrapped'>;
  const wrapped = await crypto.subtle.wrapKey('pkcs8', privateKey, await wrapping(kek, 'wrapKey'), {
    name: 'AES-GCM',
    iv,
    additionalData: additionalData(open, 'record')
  });
  const record = { ...open, wrapped: memberText(wrapped) } as Extract<NewRecord, { lock: L['lock'] }>;
  return { record, privateKey: await openKey(record, kek, false) };
}

/** A new key (ES256) under a lock. Throws KeyError `insecure-context` and what `sealKey` throws. */
export async function makeKey<L extends NewLock>(lock: L): ReturnType<typeof sealKey<L>> {
  requireSecureContext();
  const pair = (await crypto.subtle.generateKey(SCHEMES.ES256.key, true, [
    'sign',
    'verify'
  ])) as CryptoKeyPair;
  const spki = memberText(await crypto.subtle.exportKey('spki', pair.publicKey));
  return sealKey(pair.privateKey, { id: newKeyId(), spki, alg: 'ES256' }, lock);
}
