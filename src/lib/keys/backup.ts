import * as v from 'valibot';
import { decodeUtf8, encodeUtf8 } from '../bytes/utf8.ts';
import { KeyError } from './error.ts';
import { lockKey, openLock, unlocked, type Lock, type NewKey } from './key-store.ts';
import { memberBytes, parseLockedRecord, parseRecord, type OpenKeyRecord } from './record.ts';

const FORMAT = 'countersign-key-backup';
const MAX_SIZE = 65_536;

const fileSchema = v.strictObject({
  format: v.literal(FORMAT),
  v: v.literal(1),
  /** What the key is for, so that a person who finds the file knows what it is. */
  kind: v.picklist(['person', 'root']),
  /** Locked like a record of the store, under the backup's own passphrase and marked as a backup. */
  key: v.unknown(),
  /** Base64 DER, the key's own certificate first; may be empty. */
  certificates: v.array(v.string())
});

export interface BackupInput {
  readonly kind: 'person' | 'root';
  readonly certificates: readonly string[];
}

/**
 * A file with the key of `record` under a passphrase of its own (`security.md` K7). The key is extractable only
 * inside this call. Throws what `unlock` throws, `passphrase-weak`, and `not-exportable` for one-time keys.
 */
export async function backUp(
  record: unknown,
  passphrase: string,
  backupPassphrase: string,
  input: BackupInput
): Promise<Uint8Array> {
  const known = parseRecord(record);
  if (known.lock !== 'passphrase') throw new KeyError('not-exportable', 'a one-time key stays where it is');
  const privateKey = await openLock(known, passphrase, 'record', true);
  const { id, spki, created } = known;
  const { record: key } = await lockKey(privateKey, { id, spki, created }, backupPassphrase, 'backup');
  const file = { format: FORMAT, v: 1, kind: input.kind, certificates: input.certificates, key };
  return encodeUtf8(`${JSON.stringify(file, null, 2)}\n`);
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

export interface RestoredKey extends NewKey {
  readonly kind: 'person' | 'root';
  readonly certificates: readonly string[];
}

/**
 * Restores a key on this device under a new lock. Throws KeyError: `record`, `kdf-floor`, `wrong-passphrase`,
 * `passphrase-weak`, `insecure-context`.
 */
export async function restoreBackup(
  bytes: Uint8Array,
  backupPassphrase: string,
  lock: Lock
): Promise<RestoredKey> {
  const file = readBackup(bytes);
  const locked = parseLockedRecord(file.key);
  const { id, spki, created } = locked;
  const about = { kind: file.kind, certificates: file.certificates };
  if (lock.lock === 'none') {
    const privateKey = await openLock(locked, backupPassphrase, 'backup', false);
    const record: OpenKeyRecord = { v: 1, alg: 'ES256', lock: 'none', id, spki, created, privateKey };
    return { record, key: unlocked(id, memberBytes(spki), 'none', privateKey), ...about };
  }
  const extractable = await openLock(locked, backupPassphrase, 'backup', true);
  const { record, privateKey } = await lockKey(extractable, { id, spki, created }, lock.passphrase, 'record');
  return { record, key: unlocked(id, memberBytes(spki), 'passphrase', privateKey), ...about };
}
