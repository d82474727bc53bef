import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openBench, type Bench } from '../../../tests/security/openssl.ts';
import { finish, serial, testKey } from '../../../tests/security/workspace-ca.ts';
import { parseCertificate } from '../pki/certificate.ts';
import { selfSignedCertificate } from '../pki/authority.ts';
import { hashBytes } from '../pki/hash.ts';
import { nobleProvider } from '../pki/provider-noble.ts';
import { buildSignedAttributes, buildSignedData, signedDataSize } from './build.ts';
import { parseSignedData } from './signed-data.ts';
import { judgeSigner, signerCertificate } from './signer.ts';
import { parseTimestamp } from './timestamp.ts';

// OpenSSL starts slowly on a busy machine.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const SETTINGS = `
[tsa]
default_tsa = one
[one]
serial = serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
ess_cert_id_alg = sha1
ordering = yes
[extensions]
extendedKeyUsage = critical,timeStamping
`;

let bench: Bench;
beforeAll(() => {
  bench = openBench();
  bench.write('serial', '01\n');
  bench.write('tsa.cnf', SETTINGS);
  bench.run(
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    'tsa.key',
    '-out',
    'tsa.crt',
    '-subj',
    '/CN=Time Authority',
    '-days',
    '2',
    '-extensions',
    'extensions',
    '-config',
    bench.write('req.cnf', `[req]\ndistinguished_name=dn\n[dn]\n${SETTINGS}`)
  );
});
afterAll(() => bench.close());

function token(value: Uint8Array, ...options: string[]): Uint8Array {
  bench.write('value', value);
  bench.run('ts', '-query', '-data', 'value', '-sha256', '-cert', '-out', 'query', ...options);
  bench.run(
    'ts',
    '-reply',
    '-config',
    'tsa.cnf',
    '-queryfile',
    'query',
    '-signer',
    'tsa.crt',
    '-inkey',
    'tsa.key',
    '-token_out',
    '-out',
    'token'
  );
  return bench.read('token');
}

describe('time-stamp tokens (RFC 3161) of OpenSSL', () => {
  test('time, imprint, policy and nonce are read, the signature is judged like any other', () => {
    const value = Uint8Array.of(1, 2, 3);
    const stamp = parseTimestamp(token(value));
    expect(Math.abs(stamp.time - Date.now())).toBeLessThan(60_000);
    expect(stamp.imprint).toEqual({ hash: 'SHA-256', digest: hashBytes('SHA-256', value) });
    expect(stamp.policy).toBe('1.2.3.4.1');
    expect(stamp.nonce).not.toBeNull();
    const [signer] = stamp.data.signers;
    if (signer === undefined || signer.digest === null) throw new Error('no signer');
    const certificate = signerCertificate(stamp.data, signer);
    if (certificate === null) throw new Error('no certificate');
    expect(certificate.extendedKeyUsage).toEqual(['1.3.6.1.5.5.7.3.8']);
    const contentDigest = hashBytes(signer.digest, stamp.content);
    const certificateDigest = hashBytes('SHA-1', certificate.der);
    const judged = judgeSigner({ data: stamp.data, signer, certificate, contentDigest, certificateDigest });
    expect(judged.problems).toEqual([]);
    expect(nobleProvider().check(judged.checks)).toEqual(['valid']);
    const wrong = judgeSigner({
      data: stamp.data,
      signer,
      certificate,
      contentDigest,
      certificateDigest: new Uint8Array(20)
    });
    expect(wrong.problems).toEqual(['certificate-mismatch']);
  });
  test('without a nonce', () =>
    expect(parseTimestamp(token(Uint8Array.of(9), '-no_nonce')).nonce).toBeNull());
  test('a signature over something else is no token', async () => {
    bench.write('content', 'x');
    bench.run(
      'cms',
      '-sign',
      '-binary',
      '-nodetach',
      '-in',
      'content',
      '-outform',
      'DER',
      '-out',
      'made',
      '-signer',
      'tsa.crt',
      '-inkey',
      'tsa.key'
    );
    expect(() => parseTimestamp(bench.read('made'))).toThrow(
      expect.objectContaining({ code: 'not-a-timestamp' }) as Error
    );
  });
  test('in a signature it stands as unsigned attribute, within the size that was reserved', async () => {
    const key = await testKey();
    const own = selfSignedCertificate({
      spki: key.spki,
      name: 'A',
      organization: '',
      email: null,
      serial: serial(),
      now: Date.now()
    });
    const certificate = parseCertificate(await finish(own, key));
    const attributes = buildSignedAttributes({ digest: new Uint8Array(32), certificate: certificate.der });
    const signature = await key.sign(attributes);
    const certificates = [certificate.der];
    const plain = parseSignedData(buildSignedData({ attributes, signature, certificates }));
    const timestamp = token(plain.signers[0]?.signature ?? new Uint8Array(0));
    const stamped = buildSignedData({ attributes, signature, certificates, timestamp });
    expect(stamped.length).toBeLessThanOrEqual(
      signedDataSize(certificates, { timestampRoom: timestamp.length })
    );
    const [signer] = parseSignedData(stamped).signers;
    expect(signer?.timestampTokens).toEqual([timestamp]);
    expect(parseTimestamp(signer?.timestampTokens[0] ?? timestamp).imprint.digest).toEqual(
      hashBytes('SHA-256', signer?.signature ?? new Uint8Array(0))
    );
  });
});
