import * as v from 'valibot';
import { fromBase64, toBase64 } from '../bytes/base64.ts';
import { encodeUtf8 } from '../bytes/utf8.ts';
import { jcs, type Json } from '../domain/jcs.ts';
import { ALGORITHMS } from './algorithm.ts';
import { KeyError } from './error.ts';

const base64 = v.pipe(v.string(), v.regex(/^[A-Za-z0-9+/]+={0,2}$/));
const keyId = v.pipe(v.string(), v.regex(/^[a-z0-9]{15}$/));

/** Argon2id; m in KiB. */
const argon2id = v.strictObject({
  name: v.literal('argon2id'),
  m: v.number(),
  t: v.number(),
  p: v.number()
});
/** Read only: what is written here is Argon2id (`security.md` K2). */
const pbkdf2 = v.strictObject({ name: v.literal('pbkdf2-sha256'), iterations: v.number() });
/** The 32 bytes that a passkey's PRF gives for the salt, through HKDF. `credential`: its id. */
const prf = v.strictObject({ name: v.literal('webauthn-prf'), credential: base64 });

/** `spki`: SubjectPublicKeyInfo, base64 DER. */
const named = { id: keyId, spki: base64 };
/** `wrapped`: PKCS#8 under AES-256-GCM. */
const sealed = { salt: base64, iv: base64, wrapped: base64 };
const current = { v: v.literal(2), ...named, alg: v.picklist(ALGORITHMS), ...sealed };

const passphraseSchema = v.strictObject({
  ...current,
  lock: v.literal('passphrase'),
  kdf: v.variant('name', [argon2id, pbkdf2])
});
const passkeySchema = v.strictObject({ ...current, lock: v.literal('passkey'), kdf: prf });
/** Inside a backup file only; its own kind of lock, so that it cannot pass as a record of the store. */
const backupSchema = v.strictObject({ ...current, lock: v.literal('backup'), kdf: argon2id });

const first = {
  v: v.literal(1),
  ...named,
  alg: v.literal('ES256'),
  /** UTC milliseconds. */
  created: v.pipe(v.number(), v.integer())
};
/** As version 1 wrote it; opens for as long as somebody has one, in a store or in a backup file. */
const firstSchema = v.strictObject({ ...first, lock: v.literal('passphrase'), kdf: argon2id, ...sealed });

const openSchema = v.strictObject({
  ...first,
  lock: v.literal('none'),
  /** Non-extractable CryptoKey: structured clone keeps it in IndexedDB without showing its bytes to scripts. */
  privateKey: v.custom<CryptoKey>((value) => Object.prototype.toString.call(value) === '[object CryptoKey]')
});

const storedSchema = v.union([passphraseSchema, passkeySchema, firstSchema]);
const fileSchema = v.union([backupSchema, firstSchema]);

/** A key under a passphrase or a passkey: plain JSON (`security.md` K5). */
export type LockedKeyRecord = v.InferOutput<typeof storedSchema>;
/** A key as it lies in a backup file. */
export type BackupRecord = v.InferOutput<typeof fileSchema>;
/** Anything that is wrapped. */
export type WrappedKey = LockedKeyRecord | BackupRecord;
/** What this version writes. */
export type NewRecord = Extract<WrappedKey, { v: 2 }>;
/** A one-time key of a party, deleted when its document ends (K6). */
export type OpenKeyRecord = v.InferOutput<typeof openSchema>;
/** What the store keeps; can be structured-cloned. */
export type KeyRecord = LockedKeyRecord | OpenKeyRecord;
export type Kdf = WrappedKey['kdf'];
export type Argon2 = v.InferOutput<typeof argon2id>;

const LOCKS: readonly unknown[] = ['none', 'passphrase', 'passkey', 'backup'];

/** Throws KeyError `lock-unknown` for what a newer version may have written (K8), else `record`. */
function refuse(value: unknown, issues: readonly { message: string }[]): never {
  const { v: version, lock } = (value ?? {}) as { v?: unknown; lock?: unknown };
  const newer = typeof version === 'number' && version > 2;
  if (newer || (typeof lock === 'string' && !LOCKS.includes(lock))) {
    throw new KeyError('lock-unknown', `v ${String(version)}, lock ${String(lock)}`);
  }
  throw new KeyError('record', issues.map((issue) => issue.message).join('; '));
}

function parse<T>(schema: v.GenericSchema<unknown, T>, value: unknown): T {
  const result = v.safeParse(schema, value);
  return result.success ? result.output : refuse(value, result.issues);
}

/** Checks a record that comes from the store. Throws KeyError `record`, `lock-unknown`. */
export const parseRecord = (value: unknown): KeyRecord => parse(v.union([storedSchema, openSchema]), value);
/** The same for one that must be locked. */
export const parseLockedRecord = (value: unknown): LockedKeyRecord => parse(storedSchema, value);
/** The same for the key inside a backup file. */
export const parseBackupRecord = (value: unknown): BackupRecord => parse(fileSchema, value);

/**
 * What AES-GCM authenticates beside the key: every other member, canonical (RFC 8785), so that none can be
 * changed. Version 1 named its use in it too, since a backup had the same kind of lock as a record.
 */
export function additionalData(
  record: Omit<WrappedKey, 'wrapped'>,
  use: 'record' | 'backup'
): Uint8Array<ArrayBuffer> {
  const { v: version, id, spki, alg, lock, kdf, salt, iv } = record;
  const members: Json = { v: version, id, spki, alg, lock, kdf: { ...kdf }, salt, iv };
  const former: Json = 'created' in record ? { created: Number(record.created), use } : {};
  return Uint8Array.from(encodeUtf8(jcs({ ...members, ...former })));
}

/** Bytes of a base64 member. Throws KeyError `record`. */
export function memberBytes(text: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(fromBase64(text));
  } catch {
    throw new KeyError('record', 'not base64');
  }
}

export const memberText = (bytes: ArrayBuffer | Uint8Array): string =>
  toBase64(bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes));
