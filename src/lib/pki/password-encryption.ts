import { cbc } from '@noble/ciphers/aes.js';
import { hmac } from '@noble/hashes/hmac.js';
import { pbkdf2 } from '@noble/hashes/pbkdf2.js';
import { members, octets, readWhole, Tag, type Element } from '../asn1/ber.ts';
import { AsnError } from '../asn1/error.ts';
import { integer, nullValue, octetString, oid, sequence } from '../asn1/der.ts';
import { readSmallInteger } from '../asn1/values.ts';
import { encodeUtf8 } from '../bytes/utf8.ts';
import { parseAlgorithm, type Algorithm } from './algorithm.ts';
import { PkiError } from './error.ts';
import { derivePkcs12, KDF_HASHES, type KdfHash } from './pkcs12-kdf.ts';
import { decryptRc2 } from './rc2.ts';
import { decryptRc4 } from './rc4.ts';
import { decryptTripleDes } from './triple-des.ts';

/** A key to be derived by PBKDF2 with an HMAC (RFC 8018 §5.2): asked for, so that a page can use WebCrypto. */
export interface DeriveRequest {
  readonly hash: KdfHash;
  /** UTF-8. */
  readonly password: Uint8Array;
  readonly salt: Uint8Array;
  readonly rounds: number;
  /** Bytes wanted. */
  readonly length: number;
}

/** Work that asks for keys on its way. */
export type Deriving<T> = Generator<DeriveRequest, T, Uint8Array>;

/** PBKDF2 at once, without WebCrypto. */
export function derive({ hash, password, salt, rounds, length }: DeriveRequest): Uint8Array {
  return pbkdf2(KDF_HASHES[hash], password, salt, { c: rounds, dkLen: length });
}

/** HMAC of bytes (RFC 2104). */
export function authenticate(hash: KdfHash, key: Uint8Array, bytes: Uint8Array): Uint8Array {
  return hmac(KDF_HASHES[hash], key, bytes);
}

/** Runs such work without WebCrypto. */
export function deriveAll<T>(work: Deriving<T>): T {
  let step = work.next();
  while (step.done !== true) step = work.next(derive(step.value));
  return step.value;
}

/** How many rounds a file may ask for (`security.md` P1): in one derivation, and in all of them. */
export class RoundBudget {
  #left: number;
  constructor(private readonly limit: number) {
    this.#left = 3 * limit;
  }

  /** Throws PkiError `p12-limit`; `p12-malformed` for a number that is none. */
  spend(rounds: number): number {
    if (rounds < 1) throw new PkiError('p12-malformed', `${rounds} rounds`);
    this.#left -= rounds;
    if (rounds > this.limit || this.#left < 0)
      throw new PkiError('p12-limit', `${rounds} rounds, more than ${this.limit}`);
    return rounds;
  }
}

/** A password as the two generations of key files spell it. */
export interface Password {
  /** For PBES2 and PBMAC1: UTF-8. */
  readonly utf8: Uint8Array;
  /** For the older schemes: UTF-16 big-endian with a closing zero (RFC 7292 §B.1). */
  readonly bmp: Uint8Array;
}

/** Spellings of a password, the usual first: old files with an empty one differ in the closing zero. */
export function spell(password: string): Password[] {
  const utf8 = encodeUtf8(password);
  const bmp = new Uint8Array(2 * password.length + 2);
  for (let i = 0; i < password.length; i += 1) {
    bmp[2 * i] = password.charCodeAt(i) >> 8;
    bmp[2 * i + 1] = password.charCodeAt(i) & 255;
  }
  return password === ''
    ? [
        { utf8, bmp },
        { utf8, bmp: new Uint8Array(0) }
      ]
    : [{ utf8, bmp }];
}

const PBES2 = '1.2.840.113549.1.5.13';
const PBKDF2 = '1.2.840.113549.1.5.12';
const TRIPLE_DES = '1.2.840.113549.3.7';
const AES_256 = '2.16.840.1.101.3.4.1.42';
const AES: Readonly<Record<string, number>> = {
  '2.16.840.1.101.3.4.1.2': 16,
  '2.16.840.1.101.3.4.1.22': 24,
  [AES_256]: 32
};
const HMAC: Readonly<Record<string, KdfHash>> = {
  '1.2.840.113549.2.7': 'SHA-1',
  '1.2.840.113549.2.8': 'SHA-224',
  '1.2.840.113549.2.9': 'SHA-256',
  '1.2.840.113549.2.10': 'SHA-384',
  '1.2.840.113549.2.11': 'SHA-512'
};
const HMAC_SHA256 = '1.2.840.113549.2.9';

const unsupported = (what: string): PkiError => new PkiError('p12-unsupported', what);

/** The hash of an HMAC identifier. Throws PkiError `p12-unsupported`. */
export function hmacHash(algorithm: Algorithm): KdfHash {
  const hash = HMAC[algorithm.oid];
  if (hash === undefined) throw unsupported(`HMAC ${algorithm.oid}`);
  return hash;
}

function parameters(algorithm: Algorithm): Element {
  if (algorithm.parameters === null) throw new PkiError('p12-malformed', 'an algorithm without parameters');
  return algorithm.parameters;
}

/** Key of `length` bytes by the PBKDF2 that an AlgorithmIdentifier describes (RFC 8018 §A.2). */
export function* pbkdf2Key(
  algorithm: Algorithm,
  password: Password,
  length: number,
  budget: RoundBudget
): Deriving<Uint8Array> {
  if (algorithm.oid !== PBKDF2) throw unsupported(`key derivation ${algorithm.oid}`);
  const walk = members(parameters(algorithm));
  const salt = octets(walk.next(Tag.octetString, 0x24));
  const rounds = budget.spend(readSmallInteger(walk.next(Tag.integer)));
  const named = walk.optional(Tag.integer);
  const prf = walk.optional(Tag.sequence);
  if (named !== null && readSmallInteger(named) !== length)
    throw new PkiError('p12-malformed', 'the length of the key is not the one of its cipher');
  const hash = prf === null ? 'SHA-1' : hmacHash(parseAlgorithm(prf));
  return yield { hash, password: password.utf8, salt, rounds, length };
}

/** Length of the key, and what decrypts with it. */
function pbes2Cipher(algorithm: Algorithm): [number, (key: Uint8Array, data: Uint8Array) => Uint8Array] {
  const size = AES[algorithm.oid];
  if (size === undefined && algorithm.oid !== TRIPLE_DES) throw unsupported(`cipher ${algorithm.oid}`);
  const iv = octets(parameters(algorithm));
  if (size === undefined) return [24, (key, data) => decryptTripleDes(key, iv, data)];
  return [size, (key, data) => cbc(key, iv, { disablePadding: true }).decrypt(data)];
}

/** The schemes of PKCS#12 itself (RFC 7292 §C). */
const OLD: Readonly<
  Record<string, readonly [number, (key: Uint8Array, iv: Uint8Array, data: Uint8Array) => Uint8Array]>
> = {
  '1.2.840.113549.1.12.1.1': [16, (key, _, data) => decryptRc4(key, data)],
  '1.2.840.113549.1.12.1.2': [5, (key, _, data) => decryptRc4(key, data)],
  '1.2.840.113549.1.12.1.3': [24, decryptTripleDes],
  '1.2.840.113549.1.12.1.4': [16, decryptTripleDes],
  '1.2.840.113549.1.12.1.5': [16, decryptRc2],
  '1.2.840.113549.1.12.1.6': [5, decryptRc2]
};
const STREAMS = ['1.2.840.113549.1.12.1.1', '1.2.840.113549.1.12.1.2'];

/** Takes PKCS#7 padding off; what has none was decrypted by another key. */
function unpad(padded: Uint8Array, block: number): Uint8Array {
  const count = padded[padded.length - 1] ?? 0;
  const fits = count >= 1 && count <= block && count <= padded.length;
  if (!fits || padded.subarray(padded.length - count).some((byte) => byte !== count))
    throw new PkiError('p12-password', 'wrong password, or damaged');
  return padded.subarray(0, padded.length - count);
}

/**
 * Decrypts by PBES2 (RFC 8018 §6.2) or a scheme of PKCS#12 (RFC 7292 §C). Throws PkiError: `p12-unsupported`,
 * `p12-limit`, `p12-malformed`, and `p12-password` when the padding is wrong.
 */
export function* decryptWithPassword(
  algorithm: Algorithm,
  data: Uint8Array,
  password: Password,
  budget: RoundBudget
): Deriving<Uint8Array> {
  if (algorithm.oid === PBES2) {
    const walk = members(parameters(algorithm));
    const kdf = parseAlgorithm(walk.next(Tag.sequence));
    const cipher = parseAlgorithm(walk.next(Tag.sequence));
    const [size, decrypt] = pbes2Cipher(cipher);
    const key = yield* pbkdf2Key(kdf, password, size, budget);
    return unpad(
      fitting(() => decrypt(key, data)),
      cipher.oid === TRIPLE_DES ? 8 : 16
    );
  }
  const old = OLD[algorithm.oid];
  if (old === undefined) throw unsupported(`encryption ${algorithm.oid}`);
  const [size, decrypt] = old;
  const walk = members(parameters(algorithm));
  const salt = octets(walk.next(Tag.octetString, 0x24));
  const rounds = budget.spend(readSmallInteger(walk.next(Tag.integer)));
  const part = (purpose: 1 | 2, length: number): Uint8Array =>
    derivePkcs12({ hash: 'SHA-1', password: password.bmp, salt, rounds, purpose, length });
  const plain = fitting(() => decrypt(part(1, size), part(2, 8), data));
  return STREAMS.includes(algorithm.oid) ? plain : unpad(plain, 8);
}

/** Ciphers throw on lengths that do not fit, which only a damaged file has. */
function fitting<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof PkiError || error instanceof AsnError) throw error;
    throw new PkiError('p12-malformed', 'encrypted bytes of a wrong length');
  }
}

/**
 * Encrypts by PBES2 with PBKDF2-HMAC-SHA-256 and AES-256 in CBC mode. `salt` and `iv`: 16 random bytes each.
 * Gives the AlgorithmIdentifier (DER) and the encrypted bytes.
 */
export function* encryptWithPassword(
  plain: Uint8Array,
  password: Password,
  { salt, iv, rounds }: { readonly salt: Uint8Array; readonly iv: Uint8Array; readonly rounds: number }
): Deriving<{ readonly algorithm: Uint8Array; readonly data: Uint8Array }> {
  const key = yield { hash: 'SHA-256', password: password.utf8, salt, rounds, length: 32 };
  const prf = sequence(oid(HMAC_SHA256), nullValue());
  const kdf = sequence(oid(PBKDF2), sequence(octetString(salt), integer(rounds), prf));
  const cipher = sequence(oid(AES_256), octetString(iv));
  return { algorithm: sequence(oid(PBES2), sequence(kdf, cipher)), data: cbc(key, iv).encrypt(plain) };
}

/** The element that decrypted bytes hold. Another password gives bytes that hold none. */
export function readDecrypted(bytes: Uint8Array): Element {
  try {
    return readWhole(bytes);
  } catch (error) {
    if (error instanceof AsnError) throw new PkiError('p12-password', 'wrong password, or damaged');
    throw error;
  }
}
