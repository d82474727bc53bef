import * as v from 'valibot';
import { fromBase64, toBase64 } from '../bytes/base64.ts';
import { encodeUtf8 } from '../bytes/utf8.ts';
import { jcs } from '../domain/jcs.ts';
import { KeyError } from './error.ts';

const base64 = v.pipe(v.string(), v.regex(/^[A-Za-z0-9+/]+={0,2}$/));
const shared = {
  v: v.literal(1),
  id: v.pipe(v.string(), v.regex(/^[a-z0-9]{15}$/)),
  /** SubjectPublicKeyInfo, base64 DER. */
  spki: base64,
  alg: v.literal('ES256'),
  /** UTC milliseconds. */
  created: v.pipe(v.number(), v.integer())
};

const lockedSchema = v.strictObject({
  ...shared,
  lock: v.literal('passphrase'),
  /** Argon2id; m in KiB. */
  kdf: v.strictObject({ name: v.literal('argon2id'), m: v.number(), t: v.number(), p: v.number() }),
  salt: base64,
  iv: base64,
  /** PKCS#8 under AES-256-GCM. */
  wrapped: base64
});

const openSchema = v.strictObject({
  ...shared,
  lock: v.literal('none'),
  /** Non-extractable CryptoKey: structured clone keeps it in IndexedDB without showing its bytes to scripts. */
  privateKey: v.custom<CryptoKey>((value) => Object.prototype.toString.call(value) === '[object CryptoKey]')
});

/** A key under a passphrase: plain JSON (`security.md` K5). */
export type LockedKeyRecord = v.InferOutput<typeof lockedSchema>;
/** A one-time key of a party, deleted when its document ends (K6). */
export type OpenKeyRecord = v.InferOutput<typeof openSchema>;
/** What the store keeps; can be structured-cloned. */
export type KeyRecord = LockedKeyRecord | OpenKeyRecord;
export type Kdf = LockedKeyRecord['kdf'];

/** Checks a record that comes from a store or a file. Throws KeyError `record`. */
export function parseRecord(value: unknown): KeyRecord {
  const result = v.safeParse(v.variant('lock', [lockedSchema, openSchema]), value);
  if (!result.success) throw new KeyError('record', result.issues.map((issue) => issue.message).join('; '));
  return result.output;
}

/** The same for a value that must be a locked record. */
export function parseLockedRecord(value: unknown): LockedKeyRecord {
  const record = parseRecord(value);
  if (record.lock !== 'passphrase') throw new KeyError('record', 'not a key under a passphrase');
  return record;
}

/**
 * What AES-GCM authenticates beside the key: every other member, canonical, so that no member can be changed.
 * `use` keeps a backup from passing as a record of the store and the other way round.
 */
export function additionalData(
  record: Omit<LockedKeyRecord, 'wrapped'>,
  use: 'record' | 'backup'
): Uint8Array<ArrayBuffer> {
  const { v: version, id, spki, alg, created, lock, kdf, salt, iv } = record;
  return Uint8Array.from(encodeUtf8(jcs({ use, v: version, id, spki, alg, created, lock, kdf, salt, iv })));
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
