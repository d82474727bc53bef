import { argon2id as nobleArgon2id } from '@noble/hashes/argon2.js';
import { argon2id } from 'hash-wasm';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { fromBase64 } from '../bytes/base64.ts';
import { fromHex, toHex } from '../bytes/hex.ts';
import { deriveWrappingKey, SMALL, STRONG } from './kdf.ts';
import { createKey, unlock, type UnlockedKey } from './key-store.ts';
import { additionalData, type LockedKeyRecord } from './record.ts';

// Argon2id is slow on purpose, and slower on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const PASSPHRASE = 'amber tulip canoe orbit velvet mango';
const NOW = Date.UTC(2026, 4, 6);
const code = (value: string): object => expect.objectContaining({ name: 'KeyError', code: value }) as object;

/** Whether WebCrypto, given only the public key, accepts what the key signs. */
async function signs(key: UnlockedKey): Promise<boolean> {
  const message = Uint8Array.of(1, 2, 3);
  const signature = await key.sign(message);
  expect(signature.length).toBe(64);
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  const publicKey = await crypto.subtle.importKey('spki', Uint8Array.from(key.spki), algorithm, false, [
    'verify'
  ]);
  return crypto.subtle.verify(
    { name: 'ECDSA', hash: 'SHA-256' },
    publicKey,
    Uint8Array.from(signature),
    message
  );
}

let locked: LockedKeyRecord;
beforeAll(async () => {
  const { record } = await createKey({ lock: 'passphrase', passphrase: PASSPHRASE }, NOW);
  if (record.lock !== 'passphrase') throw new Error('not locked');
  locked = record;
});

describe('Argon2id (RFC 9106)', () => {
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
    for (const [m, t, p] of [
      [32, 3, 4],
      [1024, 2, 1],
      [4096, 3, 1]
    ] as const) {
      const salt = fromHex('000102030405060708090a0b0c0d0e0f');
      const ours = await argon2id({
        password: PASSPHRASE,
        salt,
        memorySize: m,
        iterations: t,
        parallelism: p,
        hashLength: 32,
        outputType: 'hex'
      });
      expect(ours).toBe(toHex(nobleArgon2id(PASSPHRASE, salt, { m, t, p, dkLen: 32 })));
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
    { ...STRONG, t: NaN }
  ])('parameters outside the bounds are refused: m $m, t $t, p $p', async (kdf) => {
    await expect(deriveWrappingKey(PASSPHRASE, new Uint8Array(16), kdf)).rejects.toEqual(code('kdf-floor'));
  });
});

describe('a key under a passphrase', () => {
  test('opens and signs', async () => expect(await signs(await unlock(locked, PASSPHRASE))).toBe(true));
  test('its record is plain JSON with the strong parameters and nothing of the passphrase', () => {
    expect(JSON.parse(JSON.stringify(locked))).toEqual(locked);
    expect(locked).toMatchObject({ v: 1, alg: 'ES256', lock: 'passphrase', created: NOW, kdf: STRONG });
    expect(fromBase64(locked.salt).length).toBe(16);
    expect(fromBase64(locked.iv).length).toBe(12);
    expect(JSON.stringify(locked)).not.toContain('amber');
  });
  test('a second implementation opens it from the description in README.md', async () => {
    const { v, id, spki, alg, created, lock, kdf, salt, iv, wrapped } = locked;
    const secret = nobleArgon2id(PASSPHRASE.normalize('NFKC'), fromBase64(salt), {
      m: kdf.m,
      t: kdf.t,
      p: kdf.p,
      dkLen: 32
    });
    const key = await crypto.subtle.importKey('raw', Uint8Array.from(secret), 'AES-GCM', false, ['decrypt']);
    // Members in the order of RFC 8785, written by hand.
    const canonical =
      `{"alg":"${alg}","created":${created},"id":"${id}","iv":"${iv}",` +
      `"kdf":{"m":${kdf.m},"name":"argon2id","p":${kdf.p},"t":${kdf.t}},"lock":"${lock}",` +
      `"salt":"${salt}","spki":"${spki}","use":"record","v":${v}}`;
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
  });
  test('a wrong passphrase is a typed error', async () => {
    await expect(unlock(locked, `${PASSPHRASE} `)).rejects.toEqual(code('wrong-passphrase'));
    await expect(unlock(locked)).rejects.toEqual(code('wrong-passphrase'));
  });
  test('two keyboards that compose accents differently open the same lock', async () => {
    const passphrase = 'ёлка и café на берегу';
    const { record } = await createKey({ lock: 'passphrase', passphrase: passphrase.normalize('NFC') }, NOW);
    expect(await signs(await unlock(record, passphrase.normalize('NFD')))).toBe(true);
  });
  test('two keys of one passphrase share neither salt nor IV, and any member changed is refused', async () => {
    const other = await createKey({ lock: 'passphrase', passphrase: PASSPHRASE }, NOW);
    if (other.record.lock !== 'passphrase') throw new Error('not locked');
    expect(other.record.salt).not.toBe(locked.salt);
    expect(other.record.iv).not.toBe(locked.iv);
    const changes: Partial<LockedKeyRecord>[] = [
      { id: other.record.id },
      { spki: other.record.spki },
      { created: NOW + 1 },
      { kdf: { ...STRONG, t: 4 } },
      { kdf: SMALL },
      { salt: other.record.salt },
      { iv: other.record.iv }
    ];
    const authenticated = (record: LockedKeyRecord) => toHex(additionalData(record, 'record'));
    for (const change of changes) {
      expect(authenticated({ ...locked, ...change })).not.toBe(authenticated(locked));
    }
    for (const change of [
      { created: NOW + 1 },
      { spki: other.record.spki },
      { wrapped: other.record.wrapped }
    ]) {
      await expect(unlock({ ...locked, ...change }, PASSPHRASE)).rejects.toEqual(code('wrong-passphrase'));
    }
    expect(authenticated({ ...locked })).not.toBe(toHex(additionalData(locked, 'backup')));
  });
  test('shapes that are no record are refused', async () => {
    for (const change of [
      { v: 2 },
      { alg: 'ES384' },
      { lock: 'pin' },
      { id: 'x' },
      { salt: 'not base64!' },
      { salt: 'AAAA' },
      { iv: 'AAAA' },
      { more: 1 },
      { kdf: { name: 'pbkdf2', m: 1, t: 600_000, p: 1 } }
    ]) {
      await expect(unlock({ ...locked, ...change }, PASSPHRASE)).rejects.toEqual(code('record'));
    }
    for (const value of [null, undefined, 5, 'x', [], {}]) {
      await expect(unlock(value, PASSPHRASE)).rejects.toEqual(code('record'));
    }
  });
  test('a weak passphrase makes no key', async () => {
    for (const passphrase of ['short', 'password123456', 'aaaaaaaaaaaaaaaa']) {
      await expect(createKey({ lock: 'passphrase', passphrase }, NOW)).rejects.toEqual(
        code('passphrase-weak')
      );
    }
  });
});
