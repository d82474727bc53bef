// C4: P-256 or P-384 on the curve only; serials of 16 random bytes, positive, unique.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { readWhole } from '../../src/lib/asn1/ber.ts';
import { der } from '../../src/lib/asn1/der.ts';
import { readInteger } from '../../src/lib/asn1/values.ts';
import { serialFrom } from '../../src/lib/pki/authority.ts';
import { parseRequest } from '../../src/lib/pki/csr.ts';
import { openBench, type Bench } from './openssl.ts';
import { testKey, testPerson, testWorkspace } from './workspace-ca.ts';

// OpenSSL starts slowly on a busy machine.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let bench: Bench;
beforeAll(() => {
  bench = openBench();
});
afterAll(() => bench.close());

describe('serials', () => {
  test('100,000 are unique, positive and 16 octets in DER', () => {
    const random = randomBytes(1_600_000);
    const seen = new Set<string>();
    for (let i = 0; i < 100_000; i++) {
      const serial = serialFrom(random.subarray(16 * i, 16 * i + 16));
      const first = serial[0] ?? 0;
      if (serial.length !== 16 || first === 0 || first > 0x7f) throw new Error(`serial ${i}`);
      seen.add(Buffer.from(serial).toString('hex'));
    }
    expect(seen.size).toBe(100_000);
  });
  test('the worst first bytes become positive and stay 16 octets', () => {
    for (const first of [0x00, 0x80, 0xff, 0x7f, 0x01]) {
      const serial = serialFrom(Uint8Array.of(first, ...new Uint8Array(15)));
      const element = readWhole(der(0x02, serial));
      expect(element.contentEnd - element.contentStart).toBe(16);
      expect(readInteger(element) > 0n).toBe(true);
    }
  });
  test('too few random bytes are refused', () => {
    for (const size of [0, 8, 15, 17]) {
      expect(() => serialFrom(new Uint8Array(size))).toThrow(
        expect.objectContaining({ code: 'serial' }) as Error
      );
    }
  });
});

describe('keys', () => {
  const request = (...make: string[]): Uint8Array => {
    bench.run(...make, '-out', 'key.pem');
    bench.run('req', '-new', '-key', 'key.pem', '-subj', '/CN=x', '-outform', 'DER', '-out', 'request');
    return bench.read('request');
  };
  const refused = expect.objectContaining({ name: 'PkiError', code: 'key' }) as Error;

  test.each(['secp521r1', 'secp256k1', 'brainpoolP256r1', 'secp224r1'])('%s is refused', (curve) => {
    expect(() => parseRequest(request('ecparam', '-name', curve, '-genkey', '-noout'))).toThrow(refused);
  });
  test('RSA and Ed25519 are refused', () => {
    expect(() =>
      parseRequest(request('genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'))
    ).toThrow(refused);
    expect(() => parseRequest(request('genpkey', '-algorithm', 'ed25519'))).toThrow(refused);
  });
  test.each(['prime256v1', 'secp384r1'])('%s is taken', (curve) => {
    expect(parseRequest(request('ecparam', '-name', curve, '-genkey', '-noout')).spki.length).toBeGreaterThan(
      90
    );
  });
  test('a point off the curve, and a second spelling of a point, are refused', () => {
    const good = request('ecparam', '-name', 'prime256v1', '-genkey', '-noout');
    const { spki } = parseRequest(good);
    const at = Buffer.from(good).indexOf(Buffer.from(spki)) + spki.length - 1;
    const bad = Uint8Array.from(good);
    bad[at] = (bad[at] ?? 0) ^ 1;
    expect(() => parseRequest(bad)).toThrow(refused);
    bench.run('ec', '-in', 'key.pem', '-conv_form', 'compressed', '-out', 'short.pem');
    bench.run('req', '-new', '-key', 'short.pem', '-subj', '/CN=x', '-outform', 'DER', '-out', 'short');
    expect(() => parseRequest(bench.read('short'))).toThrow(refused);
  });
  test('the builder itself takes no point off the curve', async () => {
    const workspace = await testWorkspace(Date.UTC(2026, 0, 2));
    const key = await testKey();
    const spki = Uint8Array.from(key.spki);
    spki[spki.length - 1] = (spki[spki.length - 1] ?? 0) ^ 1;
    await expect(testPerson(workspace, { ...key, spki })).rejects.toMatchObject({ code: 'key' });
  });
});
