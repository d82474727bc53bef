// C2, the part that lies in the request: it carries the nonce, and its own signature proves possession.
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { certificateRequest, parseRequest } from '../../src/lib/pki/csr.ts';
import { nobleProvider } from '../../src/lib/pki/provider-noble.ts';
import { openBench, pem, type Bench } from './openssl.ts';
import { finish, testKey } from './workspace-ca.ts';

// OpenSSL starts slowly on a busy machine.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const NONCE = '0123456789abcdef'.repeat(4);
const code = (value: string): Error => expect.objectContaining({ name: 'PkiError', code: value }) as Error;

let bench: Bench;
beforeAll(() => {
  bench = openBench();
});
afterAll(() => bench.close());

describe('requests', () => {
  test('OpenSSL verifies ours and reads the nonce; we read it back', async () => {
    const key = await testKey();
    const der = await finish(certificateRequest({ spki: key.spki, nonce: NONCE }), key);
    bench.write('request.pem', pem('CERTIFICATE REQUEST', der));
    const text = bench.run('req', '-in', 'request.pem', '-verify', '-noout', '-text');
    expect(text).toContain(NONCE);
    const read = parseRequest(der);
    expect(read.nonce).toBe(NONCE);
    expect(read.spki).toEqual(key.spki);
    expect(nobleProvider().check([read.check])).toEqual(['valid']);
  });
  test('signed by another key than its own: invalid', async () => {
    const key = await testKey();
    const thief = await testKey();
    const der = await finish(certificateRequest({ spki: key.spki, nonce: NONCE }), thief);
    expect(nobleProvider().check([parseRequest(der).check])).toEqual(['invalid']);
  });
  test('without a nonce it says so', () => {
    bench.run('ecparam', '-name', 'secp384r1', '-genkey', '-noout', '-out', 'ec.key');
    bench.run('req', '-new', '-key', 'ec.key', '-subj', '/CN=x', '-outform', 'DER', '-out', 'plain');
    expect(parseRequest(bench.read('plain')).nonce).toBeNull();
  });
  test('bytes that are no request', () => {
    for (const bytes of [new Uint8Array(0), Uint8Array.of(0x30, 0), new Uint8Array(100)]) {
      expect(() => parseRequest(bytes)).toThrow(code('request-malformed'));
    }
  });
});
