import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openBench, type Bench } from '../../../tests/security/openssl.ts';
import { memorySource } from '../bytes/source.ts';
import { toHex } from '../bytes/hex.ts';
import type { Check, CheckAnswer, HashName, SignatureScheme } from './check.ts';
import { hashBytes } from './hash.ts';
import { nobleProvider } from './provider-noble.ts';
import { hashesOfBlob, hashesOfBytes, hashesOfSource, webProvider } from './provider-web.ts';

// OpenSSL starts slowly on a busy machine.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

/** Our name → OpenSSL's. */
const HASHES: Record<HashName, string[]> = {
  MD5: ['-md5'],
  'SHA-1': ['-sha1'],
  'SHA-224': ['-sha224'],
  'SHA-256': ['-sha256'],
  'SHA-384': ['-sha384'],
  'SHA-512': ['-sha512'],
  'SHA3-256': ['-sha3-256'],
  'SHA3-384': ['-sha3-384'],
  'SHA3-512': ['-sha3-512'],
  'SHAKE256-512': ['-shake256', '-xoflen', '64'],
  'SHAKE256-912': ['-shake256', '-xoflen', '114']
};
const NAMES = Object.keys(HASHES) as HashName[];
const MESSAGE = Uint8Array.from(Buffer.from('The parties agree as follows. '.repeat(40)));

let bench: Bench;
beforeAll(() => {
  bench = openBench();
  bench.write('message', MESSAGE);
});
afterAll(() => bench.close());

const noble = nobleProvider();

/** Both providers must agree, on the message and on its digest. */
async function judge(check: Check): Promise<CheckAnswer> {
  const [web] = await webProvider.check([check]);
  const [sync] = noble.check([check]);
  expect(web).toBe(sync);
  if ('message' in check.signed && 'hash' in check.scheme) {
    const digest = hashBytes(check.scheme.hash, check.signed.message);
    expect(noble.check([{ ...check, signed: { digest } }])).toEqual([sync]);
    expect(await webProvider.check([{ ...check, signed: { digest } }])).toEqual([sync]);
  }
  return sync ?? 'unsupported';
}

/** Signs MESSAGE by OpenSSL. */
function sign(key: string, ...options: string[]): Pick<Check, 'spki' | 'signature' | 'signed'> {
  bench.run('pkey', '-in', key, '-pubout', '-outform', 'DER', '-out', 'spki');
  bench.run(...options);
  return { spki: bench.read('spki'), signature: bench.read('signature'), signed: { message: MESSAGE } };
}
const dgst = (key: string, hash: HashName, ...options: string[]) =>
  sign(key, 'dgst', ...HASHES[hash], '-sign', key, ...options, '-out', 'signature', 'message');

function flip(bytes: Uint8Array, at: number): Uint8Array {
  const changed = Uint8Array.from(bytes);
  changed[at] = (changed[at] ?? 0) ^ 1;
  return changed;
}

async function expectOnlyTruthAccepted(check: Check): Promise<void> {
  expect(await judge(check)).toBe('valid');
  expect(await judge({ ...check, signed: { message: flip(MESSAGE, 7) } })).toBe('invalid');
  for (const at of [check.signature.length - 1, Math.floor(check.signature.length / 2)]) {
    expect(await judge({ ...check, signature: flip(check.signature, at) })).toBe('invalid');
  }
  expect(await judge({ ...check, signature: check.signature.subarray(1) })).toBe('invalid');
  expect(await judge({ ...check, signature: new Uint8Array(0) })).toBe('invalid');
}

describe('hashes', () => {
  test.each(NAMES)('%s is OpenSSL’s, in memory and over ranges', async (name) => {
    const ours = (start: number, end: number) => bench.write('part', MESSAGE.subarray(start, end));
    ours(0, MESSAGE.length);
    bench.run('dgst', ...HASHES[name], '-binary', '-out', 'digest', 'part');
    const digest = toHex(bench.read('digest'));
    expect(toHex(await webProvider.hash(name, MESSAGE))).toBe(digest);
    expect(toHex(noble.hash(name, MESSAGE))).toBe(digest);
    const request = { hash: name, ranges: [[0, 100] as const, [100, MESSAGE.length - 100] as const] };
    const once = await hashesOfSource(memorySource(MESSAGE))([request]);
    const often = await hashesOfBlob(new Blob([MESSAGE]))([request, request, request, request]);
    expect([...once, ...often].map(toHex)).toEqual(Array(5).fill(digest));
  });
  test('around the hole of a signature, whose bytes are as they were afterwards', async () => {
    const bytes = MESSAGE.slice();
    const ranges = [[0, 100] as const, [300, MESSAGE.length - 300] as const];
    const requests = (['SHA-256', 'SHA-1', 'SHA-512'] as const).map((hash) => ({ hash, ranges }));
    const answers = hashesOfBytes(bytes)(requests);
    expect(bytes).toEqual(MESSAGE);
    const covered = bench.write('part', Buffer.concat([MESSAGE.subarray(0, 100), MESSAGE.subarray(300)]));
    const expected = requests.map(({ hash }) => {
      bench.run('dgst', ...HASHES[hash], '-binary', '-out', 'digest', covered);
      return toHex(bench.read('digest'));
    });
    expect((await answers).map(toHex)).toEqual(expected);
  });
  test('a digest that is asked for twice is made once', async () => {
    const source = memorySource(MESSAGE);
    const asked = vi.spyOn(crypto.subtle, 'digest');
    const whole = { hash: 'SHA-256', ranges: [[0, MESSAGE.length]] } as const;
    const part = { hash: 'SHA-256', ranges: [[0, 10]] } as const;
    const digests = await hashesOfSource(source)([whole, part, whole]);
    expect(asked).toHaveBeenCalledTimes(2);
    asked.mockRestore();
    expect(digests[2]).toEqual(digests[0]);
    expect(digests[1]).not.toEqual(digests[0]);
  });
  test('above 32 MB in pieces, the same digest', async () => {
    const large = new Uint8Array(33 * 1024 * 1024 + 5).map((_, i) => i * 7);
    const ranges = [[1, 10] as const, [100, large.length - 100] as const];
    const request = { hash: 'SHA-256', ranges } as const;
    const [pieces = MESSAGE] = await hashesOfSource(memorySource(large))([request]);
    bench.write('large', Buffer.concat([large.subarray(1, 11), large.subarray(100)]));
    bench.run('dgst', '-sha256', '-binary', '-out', 'digest', 'large');
    expect(toHex(pieces)).toBe(toHex(bench.read('digest')));
  });
  test('a range behind the end is refused, not cut', async () => {
    const request = { hash: 'SHA-256', ranges: [[0, MESSAGE.length + 1]] } as const;
    await expect(hashesOfSource(memorySource(MESSAGE))([request])).rejects.toThrow(RangeError);
    await expect(hashesOfBlob(new Blob([MESSAGE]))([request])).rejects.toThrow(RangeError);
  });
});

describe('ECDSA signed by OpenSSL', () => {
  test.each([
    ['P-256', 'prime256v1'],
    ['P-384', 'secp384r1'],
    ['P-521', 'secp521r1'],
    ['secp256k1', 'secp256k1'],
    ['brainpoolP256r1', 'brainpoolP256r1'],
    ['brainpoolP384r1', 'brainpoolP384r1'],
    ['brainpoolP512r1', 'brainpoolP512r1']
  ])('%s', async (_name, curve) => {
    bench.run('ecparam', '-name', curve, '-genkey', '-noout', '-out', 'ec.pem');
    for (const hash of ['SHA-256', 'SHA-512', 'SHA3-384'] as const) {
      const scheme: SignatureScheme = { kind: 'ecdsa', hash };
      await expectOnlyTruthAccepted({ scheme, ...dgst('ec.pem', hash) });
    }
  });
  test('a compressed point is the same key', async () => {
    bench.run('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', 'ec.pem');
    const signed = dgst('ec.pem', 'SHA-256');
    bench.run(
      'ec',
      '-in',
      'ec.pem',
      '-pubout',
      '-conv_form',
      'compressed',
      '-outform',
      'DER',
      '-out',
      'spki'
    );
    const spki = bench.read('spki');
    expect(spki.length).toBe(59);
    expect(await judge({ scheme: { kind: 'ecdsa', hash: 'SHA-256' }, ...signed, spki })).toBe('valid');
  });
  test('a point off the curve is invalid, a curve that is not known unsupported', async () => {
    bench.run('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', 'ec.pem');
    const signed = dgst('ec.pem', 'SHA-256');
    const scheme: SignatureScheme = { kind: 'ecdsa', hash: 'SHA-256' };
    expect(await judge({ scheme, ...signed, spki: flip(signed.spki, signed.spki.length - 1) })).toBe(
      'invalid'
    );
    bench.run('ecparam', '-name', 'secp224r1', '-genkey', '-noout', '-out', 'ec224.pem');
    expect(await judge({ scheme, ...dgst('ec224.pem', 'SHA-256') })).toBe('unsupported');
  });
});

describe('RSA signed by OpenSSL', () => {
  beforeAll(() => {
    for (const bits of ['1024', '2048', '3072', '1025']) {
      bench.run(
        'genpkey',
        '-algorithm',
        'RSA',
        '-pkeyopt',
        `rsa_keygen_bits:${bits}`,
        '-out',
        `rsa${bits}.pem`
      );
    }
    bench.run('genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:512', '-out', 'rsa512.pem');
    bench.run('genpkey', '-algorithm', 'RSA-PSS', '-pkeyopt', 'rsa_keygen_bits:2048', '-out', 'rsapss.pem');
  });
  test.each(NAMES.filter((name) => !name.startsWith('SHAKE')))('PKCS#1 v1.5 with %s', async (hash) => {
    await expectOnlyTruthAccepted({ scheme: { kind: 'rsa-pkcs1', hash }, ...dgst('rsa2048.pem', hash) });
  });
  test('PKCS#1 with another hash named than the one used', async () => {
    const signed = dgst('rsa3072.pem', 'SHA-256');
    expect(await judge({ scheme: { kind: 'rsa-pkcs1', hash: 'SHA-384' }, ...signed })).toBe('invalid');
  });
  test.each([
    ['SHA-256', 'SHA-256', 32],
    ['SHA-1', 'SHA-1', 20],
    ['SHA-512', 'SHA-256', 0],
    ['SHA-384', 'SHA-384', 100],
    ['SHA3-256', 'SHA3-512', 32]
  ] as const)('PSS with %s, MGF1 %s, salt of %d', async (hash, mgfHash, saltLength) => {
    for (const key of ['rsa2048.pem', 'rsa1025.pem', 'rsapss.pem'] as const) {
      if (key === 'rsa1025.pem' && saltLength === 100) continue;
      const options = [
        ...['-sigopt', 'rsa_padding_mode:pss', '-sigopt', `rsa_pss_saltlen:${saltLength}`],
        ...['-sigopt', `rsa_mgf1_md:${HASHES[mgfHash][0]?.slice(1) ?? ''}`]
      ];
      const scheme: SignatureScheme = { kind: 'rsa-pss', hash, mgfHash, saltLength };
      await expectOnlyTruthAccepted({ scheme, ...dgst(key, hash, ...options) });
      const other: SignatureScheme = { ...scheme, saltLength: saltLength + 1 };
      expect(await judge({ scheme: other, ...dgst(key, hash, ...options) })).toBe('invalid');
    }
  });
  test('a key for PSS only does not sign by PKCS#1, a key of 512 bits is not computed with', async () => {
    const scheme: SignatureScheme = { kind: 'rsa-pkcs1', hash: 'SHA-256' };
    bench.run('pkey', '-in', 'rsapss.pem', '-pubout', '-outform', 'DER', '-out', 'spki');
    const spki = bench.read('spki');
    expect(await judge({ scheme, ...dgst('rsa2048.pem', 'SHA-256'), spki })).toBe('invalid');
    expect(
      await judge({ scheme: { kind: 'rsa-pkcs1', hash: 'SHA-1' }, ...dgst('rsa512.pem', 'SHA-1') })
    ).toBe('unsupported');
  });
  test('a forged padding with the digest early and garbage behind is invalid', async () => {
    // Bleichenbacher 2006: a verifier that parses from the left accepts 00 01 ff… 00 DigestInfo garbage.
    bench.run(
      'genpkey',
      '-algorithm',
      'RSA',
      '-pkeyopt',
      'rsa_keygen_bits:3072',
      '-pkeyopt',
      'rsa_keygen_pubexp:3',
      '-out',
      'rsa3.pem'
    );
    bench.run('pkey', '-in', 'rsa3.pem', '-pubout', '-outform', 'DER', '-out', 'spki');
    const digest = toHex(hashBytes('SHA-1', MESSAGE));
    const head = `0001ffffffffffffffff003021300906052b0e03021a05000414${digest}`;
    const target = BigInt(`0x${head.padEnd(768, '0')}`) + (1n << 2600n);
    let low = 0n;
    let high = 1n << 1024n;
    while (low < high) {
      const middle = (low + high) >> 1n;
      if (middle ** 3n < target) low = middle + 1n;
      else high = middle;
    }
    const signature = Uint8Array.from(Buffer.from(low.toString(16).padStart(768, '0'), 'hex'));
    expect(
      (low ** 3n)
        .toString(16)
        .padStart(768, '0')
        .slice(0, head.length - 8)
    ).toBe(head.slice(0, -8));
    const check = { spki: bench.read('spki'), signature, signed: { message: MESSAGE } };
    expect(await judge({ scheme: { kind: 'rsa-pkcs1', hash: 'SHA-1' }, ...check })).toBe('invalid');
  });
});

describe('DSA and Edwards curves signed by OpenSSL', () => {
  test.each([
    [1024, 160, 'SHA-1'],
    [2048, 256, 'SHA-256'],
    [2048, 224, 'SHA-512']
  ] as const)(
    'DSA %d/%d with %s',
    async (p, q, hash) => {
      const sizes = ['-pkeyopt', `dsa_paramgen_bits:${p}`, '-pkeyopt', `dsa_paramgen_q_bits:${q}`];
      bench.run('genpkey', '-genparam', '-algorithm', 'DSA', ...sizes, '-out', 'dsaparam');
      bench.run('genpkey', '-paramfile', 'dsaparam', '-out', 'dsa.pem');
      await expectOnlyTruthAccepted({ scheme: { kind: 'dsa', hash }, ...dgst('dsa.pem', hash) });
    },
    60_000
  );
  test.each(['ed25519', 'ed448'] as const)('%s', async (kind) => {
    bench.run('genpkey', '-algorithm', kind, '-out', 'ed.pem');
    const signed = sign(
      'ed.pem',
      'pkeyutl',
      '-sign',
      '-inkey',
      'ed.pem',
      '-rawin',
      '-in',
      'message',
      '-out',
      'signature'
    );
    await expectOnlyTruthAccepted({ scheme: { kind }, ...signed });
    const digest = hashBytes('SHA-512', MESSAGE);
    expect(await judge({ scheme: { kind }, ...signed, signed: { digest } })).toBe('unsupported');
  });
});

test('a key of another kind, a broken key and no key are invalid or unsupported, never an exception', async () => {
  bench.run('genpkey', '-algorithm', 'ed25519', '-out', 'ed.pem');
  const signed = sign(
    'ed.pem',
    'pkeyutl',
    '-sign',
    '-inkey',
    'ed.pem',
    '-rawin',
    '-in',
    'message',
    '-out',
    'signature'
  );
  const schemes: SignatureScheme[] = [
    { kind: 'ecdsa', hash: 'SHA-256' },
    { kind: 'rsa-pkcs1', hash: 'SHA-256' },
    { kind: 'rsa-pss', hash: 'SHA-256', mgfHash: 'SHA-256', saltLength: 32 },
    { kind: 'dsa', hash: 'SHA-256' },
    { kind: 'ed448' }
  ];
  for (const scheme of schemes) {
    expect(await judge({ scheme, ...signed })).toBe('invalid');
    expect(await judge({ scheme, ...signed, spki: new Uint8Array(0) })).toBe('invalid');
    expect(await judge({ scheme, ...signed, spki: signed.spki.subarray(0, 20) })).toBe('invalid');
  }
});
