import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openBench, type Bench } from '../../../tests/security/openssl.ts';
import { aPasskey, code } from '../../../tests/security/key-secrets.ts';
import { fromBase64 } from '../bytes/base64.ts';
import { parseCertificate } from '../pki/certificate.ts';
import { algorithmOf, verifies } from './algorithm.ts';
import { exportPkcs12, importPkcs12 } from './imported.ts';
import { Vault } from './vault.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
const ATTRIBUTES = Uint8Array.of(0x31, 0x02, 0x05, 0x00);
const { lock, secret } = aPasskey();

let bench: Bench;
beforeAll(() => {
  bench = openBench();
});
afterAll(() => bench.close());

/** A PKCS#12 file that OpenSSL made around a key of its own. */
function foreign(...newkey: string[]): Uint8Array {
  bench.run('genpkey', ...newkey, '-out', 'k.pem');
  bench.run('req', '-x509', '-key', 'k.pem', '-out', 'c.pem', '-days', '30', '-subj', '/CN=Foreign Person');
  bench.run(
    'pkcs12',
    '-export',
    '-inkey',
    'k.pem',
    '-in',
    'c.pem',
    '-out',
    'f.p12',
    '-passout',
    'pass:theirs'
  );
  return bench.read('f.p12');
}
const ec = (curve: string) => ['-algorithm', 'EC', '-pkeyopt', `ec_paramgen_curve:${curve}`];
const rsa = (kind: string, bits: number) => ['-algorithm', kind, '-pkeyopt', `rsa_keygen_bits:${bits}`];

describe('keys of a PKCS#12 file', () => {
  test.each([
    ['ES256', ec('P-256')],
    ['ES384', ec('P-384')],
    ['ES512', ec('P-521')],
    ['RS256', rsa('RSA', 2048)],
    ['PS256', rsa('RSA-PSS', 2048)]
  ] as const)('%s lies under our lock, signs, and goes out again', async (alg, newkey) => {
    const [imported] = await importPkcs12(foreign(...newkey), 'theirs', lock);
    if (imported === undefined) throw new Error('no key');
    const { record, certificates } = imported;
    expect(record).toMatchObject({ v: 2, alg, lock: 'passkey' });
    const leaf = parseCertificate(certificates[0] ?? new Uint8Array());
    expect(fromBase64(record.spki)).toEqual(leaf.spki);
    const vault = new Vault(() => 0);
    await vault.unlock(record, secret);
    const ticket = await vault.grant(record.id, [{ kind: 'document', name: 'Contract' }]);
    const signature = await vault.sign(ticket, ATTRIBUTES);
    expect(await verifies(alg, leaf.spki, ATTRIBUTES, signature)).toBe(true);
    expect(await verifies(alg, leaf.spki, Uint8Array.of(0x31), signature)).toBe(false);
    const file = await exportPkcs12(record, secret, 'a new password', {
      certificates,
      name: 'Mine',
      rounds: 1000
    });
    bench.write('out.p12', file);
    const text = bench.run('pkcs12', '-in', 'out.p12', '-nodes', '-passin', 'pass:a new password');
    expect(text).toContain('BEGIN PRIVATE KEY');
    expect(text).toContain('friendlyName: Mine');
  });

  test('a wrong password, no file, and keys that cannot sign here are refused by code', async () => {
    const file = foreign(...ec('P-256'));
    await expect(importPkcs12(file, 'ours', lock)).rejects.toMatchObject({ code: 'p12-password' });
    await expect(importPkcs12(Uint8Array.of(1, 2, 3), '', lock)).rejects.toMatchObject({
      code: 'p12-malformed'
    });
    expect(() => algorithmOf(parseCertificate(weak()).spki)).toThrow(
      expect.objectContaining(code('unsupported'))
    );
  });

  test('nothing goes out by another secret, or without a certificate', async () => {
    const [imported] = await importPkcs12(foreign(...ec('P-256')), 'theirs', lock);
    if (imported === undefined) throw new Error('no key');
    const { record, certificates } = imported;
    const wrong = aPasskey(9).secret;
    await expect(exportPkcs12(record, wrong, 'x', { certificates, name: '' })).rejects.toMatchObject(
      code('wrong-passkey')
    );
    await expect(exportPkcs12(record, secret, 'x', { certificates: [], name: '' })).rejects.toMatchObject(
      code('no-key-inside')
    );
  });
});

/** DER of a certificate for a key on a curve that WebCrypto does not know. */
function weak(): Uint8Array {
  bench.run('genpkey', ...ec('secp256k1'), '-out', 'w.pem');
  bench.run(...['req', '-x509', '-key', 'w.pem', '-outform', 'DER', '-out', 'w.der', '-subj', '/CN=W']);
  return bench.read('w.der');
}
