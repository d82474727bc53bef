// Signatures at the edges of X9.62/SEC 1, RFC 8017 and RFC 8032: made here with known private keys, judged by
// both providers and by the OpenSSL inside Node.
import { createHash, createPublicKey, generateKeyPairSync, verify as nodeVerify } from 'node:crypto';
import { ed25519 } from '@noble/curves/ed25519.js';
import { p256, p384, p521 } from '@noble/curves/nist.js';
import { describe, expect, test } from 'vitest';
import { bitString, der, integer, nullValue, octetString, oid, sequence } from '../asn1/der.ts';
import { concat } from '../bytes/concat.ts';
import { fromHex } from '../bytes/hex.ts';
import type { Check, CheckAnswer, HashName, SignatureScheme } from './check.ts';
import { inverse, power, toBytes, toNumber } from './modular.ts';
import { Oid } from './oid.ts';
import { nobleProvider } from './provider-noble.ts';
import { webProvider } from './provider-web.ts';

const MESSAGE = Uint8Array.from(Buffer.from('123400'));
const noble = nobleProvider();
type Verdict = 'valid' | 'invalid';

async function judge(
  scheme: SignatureScheme,
  spki: Uint8Array,
  signature: Uint8Array,
  message: Uint8Array = MESSAGE
): Promise<CheckAnswer | 'disagree'> {
  const question: Check = { scheme, spki, signed: { message }, signature };
  const [web] = await webProvider.check([question]);
  const [sync] = noble.check([question]);
  return web === sync && web !== undefined ? web : 'disagree';
}

function openssl(
  spki: Uint8Array,
  hash: string | null,
  signature: Uint8Array,
  options: object = {}
): Verdict {
  try {
    const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
    return nodeVerify(hash, MESSAGE, { key, ...options }, signature) ? 'valid' : 'invalid';
  } catch {
    return 'invalid';
  }
}
const digestOf = (hash: string, bytes: Uint8Array) =>
  Uint8Array.from(createHash(hash).update(bytes).digest());

describe.each([
  ['P-256', p256, '1.2.840.10045.3.1.7', 'SHA-256', 'sha256'],
  ['P-384', p384, '1.3.132.0.34', 'SHA-384', 'sha384'],
  ['P-521', p521, '1.3.132.0.35', 'SHA-512', 'sha512']
] as const)('ECDSA on %s', (_, curve, name, hash, nodeHash) => {
  const scheme: SignatureScheme = { kind: 'ecdsa', hash };
  const n = curve.Point.Fn.ORDER;
  const secret = curve.utils.randomSecretKey();
  const d = toNumber(secret);
  const spkiOf = (point: Uint8Array) => sequence(sequence(oid(Oid.ecPublicKey), oid(name)), bitString(point));
  const point = curve.getPublicKey(secret, false);
  const spki = spkiOf(point);
  const digest = digestOf(nodeHash, MESSAGE);
  const raw = curve.sign(digest, secret, { prehash: false, lowS: false });
  const half = raw.length / 2;
  const r = toNumber(raw.subarray(0, half));
  const s = toNumber(raw.subarray(half));
  /** Two's complement, also of what is below zero. */
  const signed = (value: bigint): Uint8Array =>
    value >= 0n ? integer(value) : der(2, toBytes((1n << BigInt(8 * (half + 1))) + value, half + 1));
  const pair = (a: bigint, b: bigint) => sequence(signed(a), signed(b));
  const body = concat(integer(r), integer(s));
  const padded = (value: bigint) => der(2, Uint8Array.of(0), integer(value).subarray(2));
  const longForm = (tag: number, content: Uint8Array) =>
    concat(Uint8Array.of(tag, 0x82, content.length >> 8, content.length & 255), content);
  // u1·G + u2·Q is the point at infinity when z + r·d = 0 mod n.
  const z = toNumber(digest) % n;
  const vanishing = ((n - z) * (inverse(d, n) ?? 0n)) % n;

  const cases: readonly (readonly [string, Uint8Array, Verdict])[] = [
    ['as signed', pair(r, s), 'valid'],
    ['s and n − s are both valid', pair(r, n - s), 'valid'],
    ['r = 0', pair(0n, s), 'invalid'],
    ['s = 0', pair(r, 0n), 'invalid'],
    ['both 0', pair(0n, 0n), 'invalid'],
    ['r = n', pair(n, s), 'invalid'],
    ['s = n', pair(r, n), 'invalid'],
    ['r = n + 1', pair(n + 1n, s), 'invalid'],
    ['r + n', pair(r + n, s), 'invalid'],
    ['s + n', pair(r, s + n), 'invalid'],
    ['r negative', pair(-r, s), 'invalid'],
    ['s negative', pair(r, -s), 'invalid'],
    ['r − n', pair(r - n, s), 'invalid'],
    ['r and s are 1', pair(1n, 1n), 'invalid'],
    ['r and s are n − 1', pair(n - 1n, n - 1n), 'invalid'],
    ['r and s changed places', pair(s, r), 'invalid'],
    ['the point at infinity', pair(vanishing, s), 'invalid'],
    ['r far too long', pair(r + (1n << 4096n), s), 'invalid'],
    ['a leading zero before r', sequence(padded(r), integer(s)), 'invalid'],
    ['a leading zero before s', sequence(integer(r), padded(s)), 'invalid'],
    ['a length in long form', longForm(0x30, body), 'invalid'],
    [
      'an integer’s length in long form',
      sequence(longForm(2, integer(r).subarray(2)), integer(s)),
      'invalid'
    ],
    ['indefinite length', concat(Uint8Array.of(0x30, 0x80), body, Uint8Array.of(0, 0)), 'invalid'],
    ['a byte behind it', concat(pair(r, s), Uint8Array.of(0)), 'invalid'],
    ['something behind s', sequence(body, nullValue()), 'invalid'],
    ['a third integer', sequence(body, integer(1)), 'invalid'],
    ['s is missing', sequence(integer(r)), 'invalid'],
    ['both are missing', sequence(), 'invalid'],
    ['r is empty', sequence(der(2), integer(s)), 'invalid'],
    ['r is an octet string', sequence(octetString(toBytes(r, half)), integer(s)), 'invalid'],
    ['a set', der(0x31, body), 'invalid'],
    ['cut off', pair(r, s).subarray(0, -1), 'invalid'],
    ['nothing', new Uint8Array(0), 'invalid'],
    ['r and s without DER', raw, 'invalid']
  ];
  test.each(cases)('%s', async (_name, signature, expected) => {
    expect(await judge(scheme, spki, signature)).toBe(expected);
    expect(openssl(spki, nodeHash, signature)).toBe(expected);
  });

  test('a key that is infinity, no point, or has coordinates above the field', async () => {
    const p = curve.Point.Fp.ORDER;
    const x = toNumber(point.subarray(1, 1 + half));
    const forged = [
      Uint8Array.of(0),
      new Uint8Array(point.length),
      concat(Uint8Array.of(4), new Uint8Array(2 * half)),
      point.subarray(0, -1),
      concat(point, Uint8Array.of(0)),
      concat(Uint8Array.of(4), toBytes(p, half), point.subarray(1 + half)),
      concat(Uint8Array.of(5), toBytes(x, half))
    ];
    for (const key of forged) {
      expect(await judge(scheme, spkiOf(key), pair(r, s))).toBe('invalid');
      expect(openssl(spkiOf(key), nodeHash, pair(r, s))).toBe('invalid');
    }
  });
});

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
const rsaSpki = Uint8Array.from(publicKey.export({ format: 'der', type: 'spki' }));
const jwk = privateKey.export({ format: 'jwk' });
const big = (text = '') => toNumber(Uint8Array.from(Buffer.from(text, 'base64url')));
const [n, d] = [big(jwk.n), big(jwk.d)];
const SIZE = 128;
/** What the private key makes of an encoded message. */
const seal = (encoded: Uint8Array): Uint8Array => toBytes(power(toNumber(encoded) % n, d, n), SIZE);

describe('RSASSA-PKCS1-v1_5', () => {
  const scheme: SignatureScheme = { kind: 'rsa-pkcs1', hash: 'SHA-256' };
  const digest = digestOf('sha256', MESSAGE);
  const [SHA256, SHA1] = ['2.16.840.1.101.3.4.2.1', '1.3.14.3.2.26'];
  const info = (bytes = digest, algorithm = SHA256, parameters: Uint8Array = nullValue()) =>
    sequence(sequence(oid(algorithm), parameters), octetString(bytes));
  const head = (type: number, fill: number, byte = 0xff) =>
    concat(Uint8Array.of(0, type), new Uint8Array(fill).fill(byte), Uint8Array.of(0));
  const whole = (t: Uint8Array) => concat(head(1, SIZE - 3 - t.length), t);
  const garbage = (length: number) => new Uint8Array(length).fill(0x5a);
  const t = info();
  const fill = SIZE - 3 - t.length;
  const good = seal(whole(t));
  const oneWrong = whole(t);
  oneWrong[20] = 0xfe;
  const noZero = whole(t);
  noZero[fill + 2] = 0xff;
  const shorter = digest.subarray(1);

  const cases: readonly (readonly [string, Uint8Array, Verdict])[] = [
    ['as signed', good, 'valid'],
    ['block type 2', seal(concat(head(2, fill), t)), 'invalid'],
    ['block type 0', seal(concat(head(0, fill, 0), t)), 'invalid'],
    ['one padding byte is fe', seal(oneWrong), 'invalid'],
    ['no zero behind the padding', seal(noZero), 'invalid'],
    ['eight bytes of padding, garbage behind', seal(concat(head(1, 8), t, garbage(fill - 8))), 'invalid'],
    ['garbage before the digest info', seal(concat(head(1, 8), garbage(fill - 8), t)), 'invalid'],
    ['no padding at all', seal(concat(head(1, 0), t, garbage(fill))), 'invalid'],
    ['garbage inside the digest info', seal(whole(sequence(t.subarray(2), garbage(3)))), 'invalid'],
    ['garbage as parameters', seal(whole(info(digest, SHA256, octetString(garbage(9))))), 'invalid'],
    ['the identifier of SHA-1', seal(whole(info(digest, SHA1))), 'invalid'],
    ['another digest', seal(whole(info(digestOf('sha256', Uint8Array.of(1))))), 'invalid'],
    ['a digest cut short', seal(whole(info(shorter))), 'invalid'],
    ['a bare digest', seal(whole(digest)), 'invalid'],
    ['a length in long form', seal(whole(concat(Uint8Array.of(0x30, 0x81), t.subarray(1)))), 'invalid'],
    ['a leading zero: one byte too long', concat(Uint8Array.of(0), good), 'invalid'],
    ['a byte behind it', concat(good, Uint8Array.of(0)), 'invalid'],
    ['one byte too short', good.subarray(1), 'invalid'],
    ['s = 0', new Uint8Array(SIZE), 'invalid'],
    ['s = 1', toBytes(1n, SIZE), 'invalid'],
    ['s = n − 1', toBytes(n - 1n, SIZE), 'invalid'],
    ['s = n', toBytes(n, SIZE), 'invalid'],
    ['s + n', toBytes(toNumber(good) + n, SIZE + 1), 'invalid'],
    ['nothing', new Uint8Array(0), 'invalid']
  ];
  test.each(cases)('%s', async (_name, signature, expected) => {
    expect(await judge(scheme, rsaSpki, signature)).toBe(expected);
    expect(openssl(rsaSpki, 'sha256', signature)).toBe(expected);
  });
  test('without the NULL: allowed by RFC 8017 §9.2 note 2; OpenSSL does not take it', async () => {
    const signature = seal(whole(info(digest, SHA256, new Uint8Array(0))));
    expect(await judge(scheme, rsaSpki, signature)).toBe('valid');
  });
});

describe('RSASSA-PSS', () => {
  const xor = (a: Uint8Array, b: Uint8Array) => Uint8Array.from(a, (byte, i) => byte ^ (b[i] ?? 0));
  function mgf1(hash: string, seed: Uint8Array, length: number): Uint8Array {
    const pieces = [0, 1, 2, 3, 4, 5, 6, 7].map((i) => digestOf(hash, concat(seed, toBytes(BigInt(i), 4))));
    return concat(...pieces).subarray(0, length);
  }
  interface Encoding {
    hash: string;
    mgf: string;
    salt: number;
    trailer: number;
    first: number;
    separator: number;
    prefix: number;
    top: number;
  }
  /** EMSA-PSS (RFC 8017 §9.1.1), with any of its parts wrong. */
  function encode(wrong: Partial<Encoding> = {}): Uint8Array {
    const all = {
      hash: 'sha256',
      mgf: 'sha256',
      salt: 32,
      trailer: 0xbc,
      first: 0,
      separator: 1,
      prefix: 8,
      top: 0
    };
    const made: Encoding = { ...all, ...wrong };
    const salt = new Uint8Array(made.salt).fill(7);
    const h = digestOf(made.hash, concat(new Uint8Array(made.prefix), digestOf(made.hash, MESSAGE), salt));
    const length = SIZE - h.length - 1;
    const block = concat(new Uint8Array(length - salt.length - 1), Uint8Array.of(made.separator), salt);
    block[1] = made.first === 0 ? (block[1] ?? 0) : made.first;
    const masked = xor(block, mgf1(made.mgf, h, length));
    masked[0] = ((masked[0] ?? 0) & 0x7f) | made.top;
    return concat(masked, h, Uint8Array.of(made.trailer));
  }
  const scheme: SignatureScheme = { kind: 'rsa-pss', hash: 'SHA-256', mgfHash: 'SHA-256', saltLength: 32 };
  const good = seal(encode());
  const cases: readonly (readonly [string, Uint8Array, Verdict])[] = [
    ['as signed', good, 'valid'],
    ['a salt of 31', seal(encode({ salt: 31 })), 'invalid'],
    ['a salt of 33', seal(encode({ salt: 33 })), 'invalid'],
    ['no salt', seal(encode({ salt: 0 })), 'invalid'],
    ['the trailer bd', seal(encode({ trailer: 0xbd })), 'invalid'],
    ['the trailer of X9.31', seal(encode({ trailer: 0xcc })), 'invalid'],
    ['MGF1 with SHA-1', seal(encode({ mgf: 'sha1' })), 'invalid'],
    ['another hash', seal(encode({ hash: 'sha1' })), 'invalid'],
    ['padding that is not zero', seal(encode({ first: 1 })), 'invalid'],
    ['the separator 02', seal(encode({ separator: 2 })), 'invalid'],
    ['seven zeros before the digest', seal(encode({ prefix: 7 })), 'invalid'],
    ['a leading zero: one byte too long', concat(Uint8Array.of(0), good), 'invalid'],
    ['one byte too short', good.subarray(0, -1), 'invalid'],
    ['s = 0', new Uint8Array(SIZE), 'invalid'],
    ['s = n', toBytes(n, SIZE), 'invalid'],
    ['s + n', toBytes(toNumber(good) + n, SIZE + 1), 'invalid']
  ];
  test.each(cases)('%s', async (_name, signature, expected) => {
    expect(await judge(scheme, rsaSpki, signature)).toBe(expected);
    const padding = { padding: 6, saltLength: 32 };
    expect(openssl(rsaSpki, 'sha256', signature, padding)).toBe(expected);
  });
  test('a bit above the modulus’ length', async () => {
    // Only a modulus that large lets such a number through at all; else it is above the modulus.
    const encoded = encode({ top: 0x80 });
    const signature = seal(encoded);
    expect(await judge(scheme, rsaSpki, signature)).toBe('invalid');
  });
});

describe('Ed25519', () => {
  const scheme: SignatureScheme = { kind: 'ed25519' };
  const spkiOf = (point: Uint8Array) => sequence(sequence(oid(Oid.ed25519)), bitString(point));
  const secret = ed25519.utils.randomSecretKey();
  const spki = spkiOf(ed25519.getPublicKey(secret));
  const good = ed25519.sign(MESSAGE, secret);
  const L = ed25519.Point.Fn.ORDER;
  const little = (value: bigint) => toBytes(value, 32).reverse();
  const R = good.subarray(0, 32);
  const s = toNumber(Uint8Array.from(good.subarray(32)).reverse());
  const changed = (at: number, bit: number) =>
    Uint8Array.from(good, (byte, i) => (i === at ? byte ^ bit : byte));
  const p = 2n ** 255n - 19n;
  const cases: readonly (readonly [string, Uint8Array, Verdict])[] = [
    ['as signed', good, 'valid'],
    ['s + L', concat(R, little(s + L)), 'invalid'],
    ['s = L', concat(R, little(L)), 'invalid'],
    ['s + 8·L', concat(R, little(s + 8n * L)), 'invalid'],
    ['s = 0', concat(R, new Uint8Array(32)), 'invalid'],
    ['the top bit of s', changed(63, 0x80), 'invalid'],
    ['the sign of R', changed(31, 0x80), 'invalid'],
    ['R above the field', concat(little(p + 1n), little(s)), 'invalid'],
    ['R all ones', concat(new Uint8Array(32).fill(255), little(s)), 'invalid'],
    ['63 bytes', good.subarray(0, 63), 'invalid'],
    ['65 bytes', concat(good, Uint8Array.of(0)), 'invalid'],
    ['nothing', new Uint8Array(0), 'invalid']
  ];
  test.each(cases)('%s', async (_name, signature, expected) => {
    expect(await judge(scheme, spki, signature)).toBe(expected);
    expect(openssl(spki, null, signature)).toBe(expected);
  });
  test('keys of small order, above the field, or of another length prove nothing', async () => {
    const one = concat(Uint8Array.of(1), new Uint8Array(31));
    // With the neutral element as key, R = s·B holds for every message: anybody can make it.
    const forged = concat(ed25519.Point.BASE.multiply(5n).toBytes(), little(5n));
    const keys = [one, new Uint8Array(32), little(p - 1n), little(p + 1n), little(p), one.subarray(1)];
    for (const key of [...keys, concat(one, Uint8Array.of(0))])
      expect(await judge(scheme, spkiOf(key), forged)).toBe('invalid');
  });
});

describe('known answers', () => {
  test.each([
    [
      '',
      'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b'
    ],
    [
      '72',
      '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00'
    ]
  ])('RFC 8032 §7.1, message %j', async (message, key, signature) => {
    const spki = sequence(sequence(oid(Oid.ed25519)), bitString(fromHex(key)));
    expect(await judge({ kind: 'ed25519' }, spki, fromHex(signature), fromHex(message))).toBe('valid');
  });
  test.each([
    [
      'SHA-256',
      'efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716',
      'f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8'
    ]
  ] as const)('RFC 6979 §A.2.5 with %s', async (hash: HashName, r, s) => {
    const point = concat(
      Uint8Array.of(4),
      fromHex('60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6'),
      fromHex('7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299')
    );
    const spki = sequence(sequence(oid(Oid.ecPublicKey), oid('1.2.840.10045.3.1.7')), bitString(point));
    const signature = sequence(integer(BigInt(`0x${r}`)), integer(BigInt(`0x${s}`)));
    const message = Uint8Array.from(Buffer.from('sample'));
    expect(await judge({ kind: 'ecdsa', hash }, spki, signature, message)).toBe('valid');
  });
});
