import { children, inner, list, members, octets, raw, readWhole, Tag, type Element } from '../asn1/ber.ts';
import { AsnError } from '../asn1/error.ts';
import { readOid, readSmallInteger, readText } from '../asn1/values.ts';
import { equalBytes } from '../bytes/concat.ts';
import { hashOf, hashLength, parseAlgorithm, type Algorithm } from './algorithm.ts';
import { PkiError } from './error.ts';
import {
  authenticate,
  decryptWithPassword,
  deriveAll,
  hmacHash,
  pbkdf2Key,
  readDecrypted,
  RoundBudget,
  spell,
  type Deriving,
  type Password
} from './password-encryption.ts';
import { derivePkcs12, KDF_HASHES, type KdfHash } from './pkcs12-kdf.ts';

/** What belongs to a key or certificate by the file's own word (RFC 7292 §4.2). */
interface Labels {
  readonly friendlyName: string | null;
  /** Ties a key to its certificate. */
  readonly localKeyId: Uint8Array | null;
}

/** A PKCS#12 file, opened. */
export interface Pkcs12 {
  /** Private keys, PrivateKeyInfo in DER or BER (RFC 5208). */
  readonly keys: readonly (Labels & { readonly pkcs8: Uint8Array })[];
  /** X.509 certificates. */
  readonly certificates: readonly (Labels & { readonly der: Uint8Array })[];
  /** Whether a MAC by the password covers the contents. */
  readonly authenticated: boolean;
}

export interface Pkcs12Limits {
  /** Of one derivation; all together three times as many. */
  readonly rounds: number;
  /** Size of the file in bytes. */
  readonly size: number;
  /** Keys and certificates together. */
  readonly bags: number;
}

/** `security.md` P1. */
export const PKCS12_LIMITS: Pkcs12Limits = { rounds: 10_000_000, size: 4 * 1024 * 1024, bags: 200 };

/** Object identifiers of RFC 7292 and PKCS#7, RFC 9579. */
export const Pkcs12Oid = {
  data: '1.2.840.113549.1.7.1',
  encryptedData: '1.2.840.113549.1.7.6',
  keyBag: '1.2.840.113549.1.12.10.1.1',
  shroudedKeyBag: '1.2.840.113549.1.12.10.1.2',
  certificateBag: '1.2.840.113549.1.12.10.1.3',
  safeContentsBag: '1.2.840.113549.1.12.10.1.6',
  x509Certificate: '1.2.840.113549.1.9.22.1',
  friendlyName: '1.2.840.113549.1.9.20',
  localKeyId: '1.2.840.113549.1.9.21',
  pbmac1: '1.2.840.113549.1.5.14'
} as const;

const isKdfHash = (hash: string | null): hash is KdfHash => hash !== null && hash in KDF_HASHES;

/** One MAC's key and hash, for one spelling of the password. */
function* macKey(
  algorithm: Algorithm,
  password: Password,
  salt: Uint8Array,
  rounds: number,
  budget: RoundBudget
): Deriving<{ key: Uint8Array; hash: KdfHash }> {
  if (algorithm.oid === Pkcs12Oid.pbmac1) {
    // RFC 9579 §5: salt and rounds of MacData are not used.
    if (algorithm.parameters === null) throw new PkiError('p12-malformed', 'PBMAC1 without parameters');
    const walk = members(algorithm.parameters);
    const kdf = parseAlgorithm(walk.next(Tag.sequence));
    const hash = hmacHash(parseAlgorithm(walk.next(Tag.sequence)));
    return { key: yield* pbkdf2Key(kdf, password, hashLength(hash), budget), hash };
  }
  const hash = hashOf(algorithm);
  if (!isKdfHash(hash)) throw new PkiError('p12-unsupported', `MAC ${algorithm.oid}`);
  const spent = budget.spend(rounds);
  const key = derivePkcs12({
    hash,
    password: password.bmp,
    salt,
    rounds: spent,
    purpose: 3,
    length: hashLength(hash)
  });
  return { key, hash };
}

/** The spelling of the password that the MAC over `bytes` knows; null when none does (RFC 7292 §5.1). */
function* provenPassword(
  macData: Element,
  bytes: Uint8Array,
  passwords: readonly Password[],
  budget: RoundBudget
): Deriving<Password | null> {
  const walk = members(macData);
  const info = members(walk.next(Tag.sequence));
  const algorithm = parseAlgorithm(info.next(Tag.sequence));
  const expected = octets(info.next(Tag.octetString, 0x24));
  const salt = octets(walk.next(Tag.octetString, 0x24));
  const rounds = walk.optional(Tag.integer);
  for (const password of passwords) {
    const { key, hash } = yield* macKey(
      algorithm,
      password,
      salt,
      rounds === null ? 1 : readSmallInteger(rounds),
      budget
    );
    if (equalBytes(authenticate(hash, key, bytes), expected)) return password;
  }
  return null;
}

/** ContentInfo: its type and what is in it. */
function contentInfo(element: Element): { readonly type: string; readonly value: Element } {
  const walk = members(element);
  const type = readOid(walk.next(Tag.oid));
  return { type, value: inner(walk.next(0xa0)) };
}

/** Contents of one part of the AuthenticatedSafe (RFC 7292 §4.1), decrypted. */
function* safeContents(part: Element, password: Password, budget: RoundBudget): Deriving<Element> {
  const { type, value } = contentInfo(part);
  if (type === Pkcs12Oid.data) return readWhole(octets(value));
  if (type !== Pkcs12Oid.encryptedData) throw new PkiError('p12-unsupported', `contents of type ${type}`);
  const walk = members(value);
  walk.next(Tag.integer);
  const encrypted = members(walk.next(Tag.sequence));
  encrypted.next(Tag.oid);
  const algorithm = parseAlgorithm(encrypted.next(Tag.sequence));
  const data = octets(encrypted.next(0x80, 0xa0));
  return readDecrypted(yield* decryptWithPassword(algorithm, data, password, budget));
}

function labels(attributes: Element | null): Labels {
  const found: { friendlyName: string | null; localKeyId: Uint8Array | null } = {
    friendlyName: null,
    localKeyId: null
  };
  for (const attribute of attributes === null ? [] : list(attributes, Tag.set)) {
    const walk = members(attribute);
    const type = readOid(walk.next(Tag.oid));
    const [value] = list(walk.next(Tag.set), Tag.set);
    if (value === undefined) continue;
    if (type === Pkcs12Oid.friendlyName) found.friendlyName = readText(value);
    else if (type === Pkcs12Oid.localKeyId) found.localKeyId = octets(value);
  }
  return found;
}

interface Collected {
  readonly keys: (Labels & { pkcs8: Uint8Array })[];
  readonly certificates: (Labels & { der: Uint8Array })[];
}

/** SafeBags (RFC 7292 §4.2), with bags in bags. CRLs and secrets are passed over. */
function* collectBags(
  contents: Element,
  password: Password,
  budget: RoundBudget,
  limits: Pkcs12Limits,
  into: Collected,
  depth = 0
): Deriving<void> {
  if (depth > 8) throw new PkiError('p12-limit', 'bags nested too deep');
  for (const bag of list(contents)) {
    if (into.keys.length + into.certificates.length >= limits.bags)
      throw new PkiError('p12-limit', `more than ${limits.bags} keys and certificates`);
    const walk = members(bag);
    const type = readOid(walk.next(Tag.oid));
    const value = inner(walk.next(0xa0));
    const own = labels(walk.optional(Tag.set));
    if (type === Pkcs12Oid.keyBag) into.keys.push({ ...own, pkcs8: raw(value).slice() });
    else if (type === Pkcs12Oid.shroudedKeyBag) {
      const shroud = members(value);
      const algorithm = parseAlgorithm(shroud.next(Tag.sequence));
      const data = octets(shroud.next(Tag.octetString, 0x24));
      const pkcs8 = yield* decryptWithPassword(algorithm, data, password, budget);
      readDecrypted(pkcs8);
      into.keys.push({ ...own, pkcs8: pkcs8.slice() });
    } else if (type === Pkcs12Oid.certificateBag) {
      const certificate = members(value);
      if (readOid(certificate.next(Tag.oid)) === Pkcs12Oid.x509Certificate)
        into.certificates.push({ ...own, der: octets(inner(certificate.next(0xa0))).slice() });
    } else if (type === Pkcs12Oid.safeContentsBag)
      yield* collectBags(value, password, budget, limits, into, depth + 1);
  }
}

/** Whether some part of the file opens with the password although its MAC does not: then it was damaged. */
function* opensInside(parts: readonly Element[], password: Password, budget: RoundBudget): Deriving<boolean> {
  try {
    for (const part of parts) {
      if (contentInfo(part).type !== Pkcs12Oid.encryptedData) continue;
      return list(yield* safeContents(part, password, budget)).length > 0;
    }
    return false;
  } catch (error) {
    if (error instanceof AsnError || error instanceof PkiError) return false;
    throw error;
  }
}

function* open(bytes: Uint8Array, password: string, limits: Pkcs12Limits): Deriving<Pkcs12> {
  const walk = members(readWhole(bytes));
  const version = readSmallInteger(walk.next(Tag.integer));
  if (version !== 3) throw new PkiError('p12-unsupported', `version ${version}`);
  const { type, value } = contentInfo(walk.next(Tag.sequence));
  if (type !== Pkcs12Oid.data) throw new PkiError('p12-unsupported', 'protected by a key, not a password');
  const safe = octets(value);
  const parts = children(readWhole(safe));
  const macData = walk.optional(Tag.sequence);
  walk.end();

  const budget = new RoundBudget(limits.rounds);
  const passwords = spell(password);
  const [first] = passwords;
  if (first === undefined) throw new RangeError('no password');
  const proven = macData === null ? first : yield* provenPassword(macData, safe, passwords, budget);
  if (proven === null) {
    throw (yield* opensInside(parts, first, budget))
      ? new PkiError('p12-malformed', 'the password opens it, but it was changed')
      : new PkiError('p12-password', 'wrong password');
  }
  const into: Collected = { keys: [], certificates: [] };
  for (const part of parts) {
    yield* collectBags(yield* safeContents(part, proven, budget), proven, budget, limits, into);
  }
  return { ...into, authenticated: macData !== null };
}

/**
 * Opens a PKCS#12 file (RFC 7292, BER or DER; RFC 9579), asking for the keys that PBKDF2 derives on its way:
 * `parsePkcs12` answers at once, `openPkcs12` of pkcs12-web.ts by WebCrypto. Throws PkiError `p12-malformed`,
 * `p12-password`, `p12-unsupported`, `p12-limit`.
 */
export function* opening(
  bytes: Uint8Array,
  password: string,
  limits: Pkcs12Limits = PKCS12_LIMITS
): Deriving<Pkcs12> {
  if (bytes.length > limits.size) throw new PkiError('p12-limit', `longer than ${limits.size} bytes`);
  try {
    return yield* open(bytes, password, limits);
  } catch (error) {
    if (error instanceof AsnError) throw new PkiError('p12-malformed', `${error.message} at ${error.offset}`);
    throw error;
  }
}

/** Opens a PKCS#12 file without WebCrypto; the same errors. */
export function parsePkcs12(bytes: Uint8Array, password: string, limits?: Pkcs12Limits): Pkcs12 {
  return deriveAll(opening(bytes, password, limits));
}
