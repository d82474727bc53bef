// The standard security handler (ISO 32000-2 §7.6.4) with the empty user password, for vectors only.
import { createCipheriv, createHash } from 'node:crypto';
import { latin1, type Body, type Draft } from './draft.ts';
import { writeStream, writeTable } from './write.ts';

export type Cipher = 'aes256' | 'aes128' | 'rc4';

const PAD = Buffer.from('28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A', 'hex');
const ID = Buffer.from('00112233445566778899aabbccddeeff', 'hex');
const PERMISSIONS = -4;
const OWNER = 'owner';

const md5 = (...parts: Uint8Array[]) => createHash('md5').update(Buffer.concat(parts)).digest();
const sha256 = (...parts: Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest();
const hex = (bytes: Uint8Array) => `<${Buffer.from(bytes).toString('hex')}>`;

function rc4(key: Uint8Array, data: Uint8Array): Buffer {
  const state = Array.from({ length: 256 }, (_, index) => index);
  let j = 0;
  for (let i = 0; i < 256; i++) {
    j = (j + (state[i] ?? 0) + (key[i % key.length] ?? 0)) & 255;
    [state[i], state[j]] = [state[j] ?? 0, state[i] ?? 0];
  }
  let a = 0;
  let b = 0;
  return Buffer.from(
    data.map((byte) => {
      a = (a + 1) & 255;
      b = (b + (state[a] ?? 0)) & 255;
      [state[a], state[b]] = [state[b] ?? 0, state[a] ?? 0];
      return byte ^ (state[((state[a] ?? 0) + (state[b] ?? 0)) & 255] ?? 0);
    })
  );
}

function aesCbc(key: Uint8Array, data: Uint8Array, seed: number): Buffer {
  const iv = md5(Buffer.from([seed & 255, seed >> 8]));
  const cipher = createCipheriv(key.length === 32 ? 'aes-256-cbc' : 'aes-128-cbc', key, iv);
  return Buffer.concat([iv, cipher.update(data), cipher.final()]);
}

/** Algorithm 2.B, the hash of revision 6. */
function hash2B(password: Uint8Array, salt: Uint8Array, user: Uint8Array): Buffer {
  let key = sha256(password, salt, user);
  for (let round = 0, last = 0; round < 64 || last > round - 32; round++) {
    const block = Buffer.concat([password, key, user]);
    const repeated = Buffer.concat(Array.from({ length: 64 }, () => block));
    const cipher = createCipheriv('aes-128-cbc', key.subarray(0, 16), key.subarray(16, 32));
    cipher.setAutoPadding(false);
    const e = cipher.update(repeated);
    const sum = e.subarray(0, 16).reduce((total, byte) => total + byte, 0) % 3;
    key = createHash(['sha256', 'sha384', 'sha512'][sum] ?? 'sha256')
      .update(e)
      .digest();
    last = e[e.length - 1] ?? 0;
  }
  return key.subarray(0, 32);
}

const ecb = (key: Uint8Array, data: Uint8Array) => {
  const cipher = createCipheriv('aes-256-ecb', key, null);
  cipher.setAutoPadding(false);
  return cipher.update(data);
};
const cbcNoPad = (key: Uint8Array, data: Uint8Array) => {
  const cipher = createCipheriv('aes-256-cbc', key, Buffer.alloc(16));
  cipher.setAutoPadding(false);
  return cipher.update(data);
};

/** File key and /Encrypt dictionary for AES-256 (revision 6). */
function aes256(): { key: Buffer; dict: string } {
  const key = sha256(latin1('file key of the vector'));
  const none = Buffer.alloc(0);
  const salts = sha256(latin1('salts of the vector'));
  const [uv, uk, ov, ok] = [0, 8, 16, 24].map((at) => salts.subarray(at, at + 8)) as [
    Buffer,
    Buffer,
    Buffer,
    Buffer
  ];
  const owner = Buffer.from(OWNER);
  const U = Buffer.concat([hash2B(none, uv, none), uv, uk]);
  const UE = cbcNoPad(hash2B(none, uk, none), key);
  const O = Buffer.concat([hash2B(owner, ov, U), ov, ok]);
  const OE = cbcNoPad(hash2B(owner, ok, U), key);
  const perms = Buffer.alloc(16);
  perms.writeInt32LE(PERMISSIONS, 0);
  perms.writeInt32LE(-1, 4);
  perms.write('Tadb', 8, 'latin1');
  perms.write('vect', 12, 'latin1');
  return {
    key,
    dict:
      `<< /Filter /Standard /V 5 /R 6 /Length 256 /P ${PERMISSIONS} /U ${hex(U)} /UE ${hex(UE)} /O ${hex(O)}` +
      ` /OE ${hex(OE)} /Perms ${hex(ecb(key, perms))} /StmF /StdCF /StrF /StdCF` +
      ' /CF << /StdCF << /CFM /AESV3 /AuthEvent /DocOpen /Length 32 >> >> >>'
  };
}

/** The same for 128-bit keys: RC4 (revision 3) or AES (revision 4). */
function bits128(cipher: 'rc4' | 'aes128'): { key: Buffer; dict: string } {
  let ownerKey = md5(Buffer.concat([Buffer.from(OWNER), PAD]).subarray(0, 32));
  for (let round = 0; round < 50; round++) ownerKey = md5(ownerKey);
  const twenty = (key: Buffer, data: Uint8Array) => {
    let out: Buffer = Buffer.from(data);
    for (let round = 0; round < 20; round++)
      out = rc4(
        key.map((byte) => byte ^ round),
        out
      );
    return out;
  };
  const O = twenty(ownerKey, PAD);
  const permissions = Buffer.alloc(4);
  permissions.writeInt32LE(PERMISSIONS);
  let key = md5(PAD, O, permissions, ID);
  for (let round = 0; round < 50; round++) key = md5(key);
  const U = Buffer.concat([twenty(key, md5(PAD, ID)), Buffer.alloc(16)]);
  const common = `/Length 128 /P ${PERMISSIONS} /O ${hex(O)} /U ${hex(U)}`;
  return {
    key,
    dict:
      cipher === 'rc4'
        ? `<< /Filter /Standard /V 2 /R 3 ${common} >>`
        : `<< /Filter /Standard /V 4 /R 4 ${common} /StmF /StdCF /StrF /StdCF` +
          ' /CF << /StdCF << /CFM /AESV2 /AuthEvent /DocOpen /Length 16 >> >> >>'
  };
}

/**
 * The draft encrypted with the empty user password (owner password `owner`), behind a table, or behind an
 * xref stream with an object stream. Strings must be simple: `(…)` without escapes, or hex.
 */
export function writeEncrypted(draft: Draft, cipher: Cipher, kind: 'table' | 'stream' = 'table'): Uint8Array {
  const { key, dict } = cipher === 'aes256' ? aes256() : bits128(cipher);
  const number = Math.max(...draft.objects.keys()) + 1;
  const objects = new Map(draft.objects).set(number, dict);
  const encrypt = (bytes: Uint8Array, object: number): Uint8Array => {
    if (cipher === 'aes256') return aesCbc(key, bytes, object * 31 + bytes.length);
    const tail = Buffer.from([object & 255, (object >> 8) & 255, (object >> 16) & 255, 0, 0]);
    const objectKey = md5(key, tail, cipher === 'aes128' ? latin1('sAlT') : Buffer.alloc(0));
    return cipher === 'rc4' ? rc4(objectKey, bytes) : aesCbc(objectKey, bytes, object * 31 + bytes.length);
  };
  const strings = (text: string, object: number) =>
    text.replace(/\(([^()\\]*)\)/g, (_, inner: string) => hex(encrypt(latin1(inner), object)));
  const transform = (body: Body, object: number): Body => {
    if (object === number) return body;
    if (typeof body === 'string') return strings(body, object);
    return { dict: strings(body.dict, object), data: encrypt(body.data, object) };
  };
  const options = {
    version: cipher === 'aes256' ? '2.0' : '1.7',
    trailer: `/Encrypt ${number} 0 R`,
    transform
  };
  const whole = { ...draft, objects };
  return kind === 'table'
    ? writeTable(whole, options)
    : writeStream(whole, { ...options, objectStreams: true });
}
