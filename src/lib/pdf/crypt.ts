import { cbc, gcm } from '@noble/ciphers/aes.js';
import { hmac } from '@noble/hashes/hmac.js';
import { md5 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { concat } from '../bytes/concat.ts';
import { PdfError } from './error.ts';
import { PdfDict, PdfName, type PdfObject, type PdfRef, PdfString } from './objects.ts';
import { fileKey } from './password.ts';
import { rc4 } from './rc4.ts';

/** How one kind of data is encrypted: `none` is /Identity, `gcm` ISO/TS 32003. */
type Method = 'none' | 'rc4' | 'aes128' | 'aes256' | 'gcm';

const sAlT = Uint8Array.from([0x73, 0x41, 0x6c, 0x54]);

/**
 * The standard security handler of ISO 32000-2 §7.6, revisions 2 to 6 (and 7, AES-GCM), opened with one
 * password. Every method takes the number and generation of the object that holds the data; data in object
 * streams is not encrypted on its own.
 */
export class Encryption {
  constructor(
    /** Null when the dictionary stands in the trailer itself. */
    readonly ref: PdfRef | null,
    readonly dict: PdfDict,
    readonly encryptMetadata: boolean,
    private readonly key: Uint8Array,
    private readonly strings: Method,
    private readonly streams: Method,
    private readonly filters: ReadonlyMap<string, Method>
  ) {}

  decryptString(bytes: Uint8Array, num: number, gen: number): Uint8Array {
    return this.decrypt(this.strings, bytes, num, gen);
  }

  /** `dict` is the stream's: its own crypt filter and its /Type decide. */
  decryptStream(bytes: Uint8Array, num: number, gen: number, dict: PdfDict): Uint8Array {
    return this.decrypt(this.streamMethod(dict), bytes, num, gen);
  }

  encryptString(bytes: Uint8Array, num: number, gen: number): Uint8Array {
    return this.encrypt(this.strings, bytes, num, gen);
  }

  /** For a stream without /Crypt filter that is neither metadata nor an xref stream. */
  encryptStream(bytes: Uint8Array, num: number, gen: number): Uint8Array {
    return this.encrypt(this.streams, bytes, num, gen);
  }

  private streamMethod(dict: PdfDict): Method {
    const type = dict.get('Type');
    if (type instanceof PdfName) {
      if (type.name === 'XRef') return 'none';
      if (type.name === 'Metadata' && !this.encryptMetadata) return 'none';
    }
    const filter = dict.get('Filter');
    const first = Array.isArray(filter) ? filter[0] : filter;
    if (!(first instanceof PdfName) || first.name !== 'Crypt') return this.streams;
    const parameters = dict.get('DecodeParms');
    const own = Array.isArray(parameters) ? parameters[0] : parameters;
    const name = own instanceof PdfDict ? own.get('Name') : undefined;
    return (name instanceof PdfName ? this.filters.get(name.name) : undefined) ?? 'none';
  }

  /** Algorithm 1 of §7.6.3.2: the key of one object; AES-256 uses the file key as it is. */
  private objectKey(method: Method, num: number, gen: number): Uint8Array {
    if (method === 'aes256' || method === 'gcm') return this.key;
    const own = Uint8Array.from([
      num & 255,
      (num >> 8) & 255,
      (num >> 16) & 255,
      gen & 255,
      (gen >> 8) & 255
    ]);
    const salt = method === 'aes128' ? sAlT : sAlT.subarray(4);
    return md5(concat(this.key, own, salt)).slice(0, Math.min(16, this.key.length + 5));
  }

  private decrypt(method: Method, bytes: Uint8Array, num: number, gen: number): Uint8Array {
    if (method === 'none') return bytes;
    const key = this.objectKey(method, num, gen);
    if (method === 'rc4') return rc4(key, bytes);
    if (method === 'gcm') {
      if (bytes.length < 28) throw new PdfError('structure', 'encrypted data too short');
      try {
        return gcm(key, bytes.slice(0, 12)).decrypt(bytes.subarray(12));
      } catch {
        throw new PdfError('structure', 'encrypted data was changed');
      }
    }
    // What does not fill a block cannot be decrypted; viewers drop it, and so does this.
    const whole = bytes.length - (bytes.length % 16);
    if (whole < 32) return new Uint8Array(0);
    const plain = cbc(key, bytes.slice(0, 16), { disablePadding: true }).decrypt(bytes.subarray(16, whole));
    const pad = plain[plain.length - 1] ?? 0;
    return pad >= 1 && pad <= 16 ? plain.subarray(0, plain.length - pad) : plain;
  }

  /**
   * The initialisation vector is a keyed hash over place and content, so that the pure rooms need no
   * randomness: unpredictable without the file key, equal only for equal data of one object.
   */
  private encrypt(method: Method, bytes: Uint8Array, num: number, gen: number): Uint8Array {
    if (method === 'none') return bytes;
    const key = this.objectKey(method, num, gen);
    if (method === 'rc4') return rc4(key, bytes);
    const place = Uint8Array.from([
      num & 255,
      (num >> 8) & 255,
      (num >> 16) & 255,
      num >>> 24,
      gen & 255,
      gen >> 8
    ]);
    const mixed = hmac(sha256, this.key, concat(place, bytes));
    if (method === 'gcm') return concat(mixed.subarray(0, 12), gcm(key, mixed.slice(0, 12)).encrypt(bytes));
    const iv = mixed.slice(0, 16);
    return concat(iv, cbc(key, iv).encrypt(bytes));
  }
}

function bytesOf(object: PdfObject | undefined): Uint8Array {
  return object instanceof PdfString ? object.bytes : new Uint8Array(0);
}

function numberOf(object: PdfObject | undefined, standard: number): number {
  return typeof object === 'number' ? object : standard;
}

function methodOf(name: string, filters: PdfDict | null): Method {
  if (name === 'Identity') return 'none';
  const filter = filters?.get(name);
  const kind = filter instanceof PdfDict ? filter.get('CFM') : undefined;
  switch (kind instanceof PdfName ? kind.name : 'None') {
    case 'V2':
      return 'rc4';
    case 'AESV2':
      return 'aes128';
    case 'AESV3':
      return 'aes256';
    case 'AESV4':
      return 'gcm';
    case 'None':
      return 'none';
    default:
      throw new PdfError('encrypted-unsupported', 'unknown crypt filter method');
  }
}

function keyLengthOf(dict: PdfDict, version: number, filters: PdfDict | null): number {
  if (version === 1) return 5;
  if (version >= 5) return 32;
  let bits = numberOf(dict.get('Length'), version === 4 ? 128 : 40);
  if (version === 4) {
    // Some writers give /Length in the crypt filter only, some in bytes.
    const standard = filters?.get('StdCF');
    const own = standard instanceof PdfDict ? numberOf(standard.get('Length'), 16) : 16;
    if (dict.get('Length') === undefined) bits = own < 40 ? own * 8 : own;
  }
  if (bits < 40) bits *= 8;
  if (bits < 40 || bits > 128 || bits % 8 !== 0) throw new PdfError('encrypted-unsupported', 'key length');
  return bits / 8;
}

/**
 * Opens the /Encrypt dictionary (its references resolved by the caller) with a user or owner password.
 * Throws PdfError `encrypted-unsupported` (another handler, an unknown version) or `encrypted-password`.
 */
export function openEncryption(
  ref: PdfRef | null,
  dict: PdfDict,
  firstId: Uint8Array,
  password: string
): Encryption {
  const handler = dict.get('Filter');
  if (!(handler instanceof PdfName) || handler.name !== 'Standard') {
    throw new PdfError('encrypted-unsupported', 'not the standard security handler');
  }
  const version = numberOf(dict.get('V'), 0);
  const revision = numberOf(dict.get('R'), 0);
  if (![1, 2, 4, 5, 6].includes(version) || revision < 2 || revision > 7) {
    throw new PdfError('encrypted-unsupported', `security handler version ${version}, revision ${revision}`);
  }
  const cf = dict.get('CF');
  const filters = cf instanceof PdfDict ? cf : null;
  const encryptMetadata = dict.get('EncryptMetadata') !== false;
  const key = fileKey(password, {
    revision,
    keyLength: keyLengthOf(dict, version, filters),
    owner: bytesOf(dict.get('O')),
    user: bytesOf(dict.get('U')),
    ownerKey: bytesOf(dict.get('OE')),
    userKey: bytesOf(dict.get('UE')),
    permissions: numberOf(dict.get('P'), 0) | 0,
    firstId,
    encryptMetadata
  });
  if (key === null) throw new PdfError('encrypted-password', 'this password does not open the file');
  if (version < 4) return new Encryption(ref, dict, encryptMetadata, key, 'rc4', 'rc4', new Map());
  const named = (entry: string): Method => {
    const name = dict.get(entry);
    return methodOf(name instanceof PdfName ? name.name : 'Identity', filters);
  };
  const methods = new Map<string, Method>();
  for (const name of filters?.map.keys() ?? []) methods.set(name, methodOf(name, filters));
  return new Encryption(ref, dict, encryptMetadata, key, named('StrF'), named('StmF'), methods);
}
