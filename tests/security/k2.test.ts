// K2: Argon2id of a passphrase, its parameters, and what is refused before anything is derived.
import { argon2id as nobleArgon2id } from '@noble/hashes/argon2.js';
import { expect, test } from 'vitest';
import { fromHex, toHex } from '../../src/lib/bytes/hex.ts';
import { fromBase64 } from '../../src/lib/bytes/base64.ts';
import { argon2, SMALL, STRONG, stretchNewPassphrase, stretchPassphrase } from '../../src/lib/keys/kdf.ts';
import { kekOf, makeKey, openKey, sealKey } from '../../src/lib/keys/lock.ts';
import { passphraseWeakness, suggestPassphrase } from '../../src/lib/keys/passphrase.ts';
import { additionalData, memberText, type LockedKeyRecord } from '../../src/lib/keys/record.ts';
import { aPasskey, byPassphrase, code, PASSPHRASE, patient } from './key-secrets.ts';

patient();
const SALT = fromHex('000102030405060708090a0b0c0d0e0f');

test('the judge gives the vector of RFC 9106 §5.3', () => {
  const tag = nobleArgon2id(new Uint8Array(32).fill(1), new Uint8Array(16).fill(2), {
    m: 32,
    t: 3,
    p: 4,
    dkLen: 32,
    key: new Uint8Array(8).fill(3),
    personalization: new Uint8Array(12).fill(4)
  });
  expect(toHex(tag)).toBe('0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659');
});

test('what we use gives the same as the judge', async () => {
  const secret = new TextEncoder().encode(PASSPHRASE);
  for (const [m, t, p] of [
    [32, 3, 4],
    [1024, 2, 1],
    [4096, 3, 1]
  ] as const) {
    const ours = await argon2(secret, SALT, { name: 'argon2id', m, t, p });
    expect(toHex(ours)).toBe(toHex(nobleArgon2id(PASSPHRASE, SALT, { m, t, p, dkLen: 32 })));
  }
});

test.each([
  { ...SMALL, m: SMALL.m - 1 },
  { ...SMALL, t: 1 },
  { ...SMALL, p: 0 },
  { ...STRONG, m: 1_048_577 },
  { ...STRONG, t: 17 },
  { ...STRONG, p: 5 },
  { ...STRONG, m: 65_536.5 },
  { ...STRONG, t: NaN },
  { name: 'pbkdf2-sha256' as const, iterations: 599_999 },
  { name: 'pbkdf2-sha256' as const, iterations: 10_000_001 }
])('parameters outside the bounds are refused on read: %j', async (kdf) => {
  await expect(stretchPassphrase(PASSPHRASE, SALT, kdf)).rejects.toMatchObject(code('kdf-floor'));
});

test('where 64 MiB are not to be had, 19 MiB and two passes are taken, and the record says so', async () => {
  const asked: number[] = [];
  const little: typeof argon2 = async (secret, salt, kdf) => {
    asked.push(kdf.m);
    if (kdf.m > SMALL.m) throw new RangeError('WebAssembly.Memory: out of memory');
    return argon2(secret, salt, kdf);
  };
  const { kek, kdf } = await stretchNewPassphrase(PASSPHRASE, SALT, little);
  expect(asked).toEqual([65_536, 19_456]);
  expect(kdf).toEqual({ name: 'argon2id', m: 19_456, t: 2, p: 1 });
  expect(kek).toEqual(await stretchPassphrase(PASSPHRASE, SALT, kdf));
});

test('a new lock: strong parameters, 16 bytes of salt, opened by a second implementation from README.md', async () => {
  const { record } = await makeKey({ lock: 'passphrase', passphrase: 'ёлка и café на берегу' });
  const { v, id, spki, alg, lock, kdf, salt, iv, wrapped } = record;
  expect(kdf).toEqual({ name: 'argon2id', m: 65_536, t: 3, p: 1 });
  expect([fromBase64(salt).length, fromBase64(iv).length]).toEqual([16, 12]);
  // Two keyboards compose accents differently; the lock is the same.
  const typed = 'ёлка и café на берегу'.normalize('NFD').normalize('NFKC');
  const secret = nobleArgon2id(typed, fromBase64(salt), { m: 65_536, t: 3, p: 1, dkLen: 32 });
  const key = await crypto.subtle.importKey('raw', Uint8Array.from(secret), 'AES-GCM', false, ['decrypt']);
  // Members in the order of RFC 8785, written by hand.
  const canonical =
    `{"alg":"${alg}","id":"${id}","iv":"${iv}","kdf":{"m":65536,"name":"argon2id","p":1,"t":3},` +
    `"lock":"${lock}","salt":"${salt}","spki":"${spki}","v":${v}}`;
  const pkcs8 = await crypto.subtle.decrypt(
    { name: 'AES-GCM', iv: Buffer.from(iv, 'base64'), additionalData: Buffer.from(canonical) },
    key,
    Buffer.from(wrapped, 'base64')
  );
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  const opened = await crypto.subtle.importKey('pkcs8', pkcs8, algorithm, true, ['sign']);
  const { x, y } = await crypto.subtle.exportKey('jwk', opened);
  const point = Buffer.from(spki, 'base64').subarray(-64);
  expect(Buffer.from(`${x ?? ''}`, 'base64url')).toEqual(point.subarray(0, 32));
  expect(Buffer.from(`${y ?? ''}`, 'base64url')).toEqual(point.subarray(32));
  const decomposed = byPassphrase('ёлка и café на берегу'.normalize('NFD'));
  expect((await openKey(record, await kekOf(record, decomposed), false)).extractable).toBe(false);
});

test('PBKDF2 of 600,000 rounds is read; nothing writes it', async () => {
  const { record } = await makeKey(aPasskey().lock);
  const kek = await kekOf(record, aPasskey().secret);
  const privateKey = await openKey(record, kek, true);
  const secret = await crypto.subtle.importKey('raw', new TextEncoder().encode(PASSPHRASE), 'PBKDF2', false, [
    'deriveKey'
  ]);
  const salt = Uint8Array.from(SALT);
  const wrapping = await crypto.subtle.deriveKey(
    { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: 600_000 },
    secret,
    { name: 'AES-GCM', length: 256 },
    false,
    ['wrapKey']
  );
  const iv = new Uint8Array(12).fill(5);
  const open = {
    ...record,
    lock: 'passphrase',
    kdf: { name: 'pbkdf2-sha256', iterations: 600_000 },
    salt: memberText(salt),
    iv: memberText(iv)
  } as const;
  const wrapped = await crypto.subtle.wrapKey('pkcs8', privateKey, wrapping, {
    name: 'AES-GCM',
    iv,
    additionalData: additionalData(open, 'record')
  });
  const foreign: LockedKeyRecord = { ...open, wrapped: memberText(wrapped) };
  await openKey(foreign, await kekOf(foreign, byPassphrase(PASSPHRASE)), false);
  const again = await sealKey(privateKey, foreign, { lock: 'passphrase', passphrase: PASSPHRASE });
  expect(again.record.kdf.name).toBe('argon2id');
});

test('a weak passphrase makes no key; the offered words are never weak', async () => {
  for (const passphrase of ['short', 'password123456', 'aaaaaaaaaaaaaaaa']) {
    await expect(makeKey({ lock: 'passphrase', passphrase })).rejects.toMatchObject(code('passphrase-weak'));
  }
  for (let i = 0; i < 50; i++) expect(passphraseWeakness(suggestPassphrase())).toBeNull();
});
