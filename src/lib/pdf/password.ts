import { cbc } from '@noble/ciphers/aes.js';
import { md5 } from '@noble/hashes/legacy.js';
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { concat, equalBytes } from '../bytes/concat.ts';
import { encodeUtf8 } from '../bytes/utf8.ts';
import { rc4 } from './rc4.ts';

/** What the encryption dictionary says that a password is tried against (ISO 32000-2 §7.6.4). */
export interface PasswordRules {
  readonly revision: number;
  /** Bytes of the file key. */
  readonly keyLength: number;
  readonly owner: Uint8Array;
  readonly user: Uint8Array;
  readonly ownerKey: Uint8Array;
  readonly userKey: Uint8Array;
  /** /P as a signed 32-bit number. */
  readonly permissions: number;
  readonly firstId: Uint8Array;
  readonly encryptMetadata: boolean;
}

// §7.6.4.3.2, the 32 bytes that fill a password up.
const padding = Uint8Array.from([
  0x28, 0xbf, 0x4e, 0x5e, 0x4e, 0x75, 0x8a, 0x41, 0x64, 0x00, 0x4e, 0x56, 0xff, 0xfa, 0x01, 0x08, 0x2e, 0x2e,
  0x00, 0xb6, 0xd0, 0x68, 0x3e, 0x80, 0x2f, 0x0c, 0xa9, 0xfe, 0x64, 0x53, 0x69, 0x7a
]);

function padded(password: Uint8Array): Uint8Array {
  return concat(password, padding).subarray(0, 32);
}

/** Up to revision 4 a password is in PDFDocEncoding, which is Latin-1 for what people type. */
function legacyBytes(password: string): Uint8Array {
  return Uint8Array.from(Array.from(password, (char) => char.charCodeAt(0) & 255));
}

function xored(key: Uint8Array, by: number): Uint8Array {
  return key.map((byte) => byte ^ by);
}

/** Algorithm 2 of §7.6.4.3.2. */
function legacyKey(password: Uint8Array, rules: PasswordRules): Uint8Array {
  const p = rules.permissions;
  const bits = Uint8Array.from([p & 255, (p >> 8) & 255, (p >> 16) & 255, (p >> 24) & 255]);
  const plain =
    rules.revision >= 4 && !rules.encryptMetadata ? Uint8Array.from([255, 255, 255, 255]) : bits.slice(4);
  let key = md5(concat(padded(password), rules.owner.subarray(0, 32), bits, rules.firstId, plain));
  if (rules.revision >= 3) for (let i = 0; i < 50; i += 1) key = md5(key.subarray(0, rules.keyLength));
  return key.slice(0, rules.keyLength);
}

/** Algorithms 4, 5 and 6: is this the key of the user password? */
function fitsUser(key: Uint8Array, rules: PasswordRules): boolean {
  if (rules.revision === 2) return equalBytes(rc4(key, padding), rules.user.subarray(0, 32));
  let check = rc4(key, md5(concat(padding, rules.firstId)));
  for (let i = 1; i <= 19; i += 1) check = rc4(xored(key, i), check);
  return equalBytes(check, rules.user.subarray(0, 16));
}

function tryLegacy(password: string, rules: PasswordRules): Uint8Array | null {
  const bytes = legacyBytes(password);
  const key = legacyKey(bytes, rules);
  if (fitsUser(key, rules)) return key;
  // Algorithm 7: the owner's password opens /O, which holds the user's.
  let ownerKey = md5(padded(bytes));
  if (rules.revision >= 3) for (let i = 0; i < 50; i += 1) ownerKey = md5(ownerKey);
  ownerKey = ownerKey.slice(0, rules.keyLength);
  let user = rules.owner.subarray(0, 32);
  if (rules.revision === 2) user = rc4(ownerKey, user);
  else for (let i = 19; i >= 0; i -= 1) user = rc4(xored(ownerKey, i), user);
  const byOwner = legacyKey(user, rules);
  return fitsUser(byOwner, rules) ? byOwner : null;
}

/** Algorithm 2.B of §7.6.4.3.4 (revision 6); revision 5 is one SHA-256. */
function hardenedHash(
  password: Uint8Array,
  salt: Uint8Array,
  user: Uint8Array,
  revision: number
): Uint8Array {
  let key: Uint8Array = sha256(concat(password, salt, user));
  if (revision < 6) return key;
  for (let round = 0, last = 0; round < 64 || last > round - 32; round += 1) {
    const once = concat(password, key, user);
    const many = new Uint8Array(once.length * 64);
    for (let i = 0; i < 64; i += 1) many.set(once, i * once.length);
    const mixed = cbc(key.subarray(0, 16), key.subarray(16, 32), { disablePadding: true }).encrypt(many);
    let sum = 0;
    for (let i = 0; i < 16; i += 1) sum += mixed[i] ?? 0;
    key = sum % 3 === 0 ? sha256(mixed) : sum % 3 === 1 ? sha384(mixed) : sha512(mixed);
    last = mixed[mixed.length - 1] ?? 0;
  }
  return key.subarray(0, 32);
}

function tryModern(password: string, rules: PasswordRules): Uint8Array | null {
  const bytes = encodeUtf8(password).subarray(0, 127);
  const none = new Uint8Array(0);
  const user = rules.user.subarray(0, 48);
  const zero = new Uint8Array(16);
  // Algorithm 2.A: bytes 32..40 of /O and /U check the password, 40..48 open the file key. The user's first: it
  // is what people have, and each hash costs milliseconds.
  for (const [check, locked, extra] of [
    [rules.user, rules.userKey, none],
    [rules.owner, rules.ownerKey, user]
  ] as const) {
    const hash = hardenedHash(bytes, check.subarray(32, 40), extra, rules.revision);
    if (!equalBytes(hash, check.subarray(0, 32)) || locked.length < 32) continue;
    const key = hardenedHash(bytes, check.subarray(40, 48), extra, rules.revision);
    return cbc(key, zero, { disablePadding: true }).decrypt(locked.slice(0, 32));
  }
  return null;
}

/** The file key that this user or owner password opens, or null when it is neither. */
export function fileKey(password: string, rules: PasswordRules): Uint8Array | null {
  return rules.revision >= 5 ? tryModern(password, rules) : tryLegacy(password, rules);
}
