import * as v from 'valibot';
import { decodeUtf8, encodeUtf8 } from '../bytes/utf8.ts';
import { KeyError } from './error.ts';
import { kekOf, openKey, sealKey, type NewLock, type Secret } from './lock.ts';
import { parseBackupRecord, parseLockedRecord, parseRecord, type LockedKeyRecord } from './record.ts';

const FORMAT = 'countersign-key-backup';
const MAX_SIZE = 65_536;

const fileSchema = v.strictObject({
  format: v.literal(FORMAT),
  v: v.literal(1),
  /** What the key is for, so that a person who finds the file knows what it is. */
  kind: v.picklist(['person', 'root']),
  /** Under the backup's own passphrase. */
  key: v.unknown(),
  /** Base64 DER, the key's own certificate first; may be empty. */
  certificates: v.array(v.string())
});

export interface BackupInput {
  readonly kind: 'person' | 'root';
  readonly certificates: readonly string[];
}

/**
 * A file with the key of `value` (a record) under a passphrase of its own (`security.md` K7), after a fresh
 * unlock by `secret`. The key is extractable only inside this call. Throws what `openKey` throws,
 * `passphrase-weak`, and `not-exportable` for one-time keys.
 */
export async function backUp(
  value: unknown,
  secret: Secret,
  backupPassphrase: string,
  { kind, certificates }: BackupInput
): Promise<Uint8Array> {
  const record = parseRecord(value);
  if (record.lock === 'none') throw new KeyError('not-exportable', 'a one-time key stays where it is');
  const privateKey = await openKey(record, await kekOf(record, secret), true);
  const lock = { lock: 'backup', passphrase: backupPassphrase } as const;
  const { record: key } = await sealKey(privateKey, record, lock);
  return encodeUtf8(`${JSON.stringify({ format: FORMAT, v: 1, kind, certificates, key }, null, 2)}\n`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Reads what a backup file says about itself, without opening it. Throws KeyError `record`. */
export function readBackup(bytes: Uint8Array): v.InferOutput<typeof fileSchema> {
  const text = bytes.length > MAX_SIZE ? null : decodeUtf8(bytes);
  const result = v.safeParse(fileSchema, text === null ? null : parseJson(text));
  if (!result.success) throw new KeyError('record', 'not a backup of a key');
  return result.output;
}

export interface RestoredKey {
  readonly record: LockedKeyRecord;
  readonly kind: 'person' | 'root';
  readonly certificates: readonly string[];
}

/**
 * Restores a key on this device under a new lock. Throws KeyError: `record`, `lock-unknown`, `kdf-floor`,
 * `wrong-passphrase`, `passphrase-weak`, `insecure-context`.
 */
export async function restoreBackup(
  bytes: Uint8Array,
  backupPassphrase: string,
  lock: NewLock
): Promise<RestoredKey> {
  const { key, kind, certificates } = readBackup(bytes);
  const sealed = parseBackupRecord(key);
  const kek = await kekOf(sealed, { kind: 'passphrase', passphrase: backupPassphrase });
  const privateKey = await openKey(sealed, kek, true, 'backup');
  return { record: (await sealKey(privateKey, sealed, lock)).record, kind, certificates };
}

/** The same key under another lock. Throws what `openKey` and `sealKey` throw. */
export async function changeLock(value: unknown, secret: Secret, lock: NewLock): Promise<LockedKeyRecord> {
  const record = parseLockedRecord(value);
  const privateKey = await openKey(record, await kekOf(record, secret), true);
  return (await sealKey(privateKey, record, lock)).record;
}
