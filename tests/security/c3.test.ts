// C3: subject, SAN and extensions of a request are ignored; the certificate comes from the server's own row.
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { parseRequest } from '../../src/lib/pki/csr.ts';
import { nobleProvider } from '../../src/lib/pki/provider-noble.ts';
import { openBench, type Bench } from './openssl.ts';
import { testPerson, testWorkspace } from './workspace-ca.ts';
import { testKey } from './workspace-ca.ts';

// OpenSSL starts slowly on a busy machine.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let bench: Bench;
beforeAll(() => {
  bench = openBench();
});
afterAll(() => bench.close());

/** A request by OpenSSL that asks for everything it must not get. */
function greedyRequest(): Uint8Array {
  bench.write(
    'greedy.cnf',
    `[req]
prompt = no
distinguished_name = dn
attributes = attributes
req_extensions = wishes
[dn]
CN = Somebody Else
O = Example Bank
[attributes]
challengePassword = ${'ab'.repeat(32)}
[wishes]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
extendedKeyUsage = serverAuth,emailProtection
subjectAltName = DNS:bank.example,email:boss@bank.example
`
  );
  bench.run('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', 'greedy.key');
  bench.run(
    'req',
    '-new',
    '-key',
    'greedy.key',
    '-config',
    'greedy.cnf',
    '-outform',
    'DER',
    '-out',
    'greedy'
  );
  return bench.read('greedy');
}

test('a request that asks for another name, CA:true or serverAuth gets its own row’s values', async () => {
  const request = parseRequest(greedyRequest());
  expect(nobleProvider().check([request.check])).toEqual(['valid']);
  expect(request.nonce).toBe('ab'.repeat(32));

  const workspace = await testWorkspace(Date.UTC(2026, 0, 2));
  const row = { name: 'Anna Elkina', organization: 'Example LLC', email: 'anna@example.com' };
  const key = { ...(await testKey()), spki: request.spki };
  const certificate = await testPerson(workspace, key, { ...row, kind: 'party' });
  expect(certificate.subject.text).toBe('CN=Anna Elkina,O=Example LLC');
  expect(certificate.alternativeNames).toEqual([{ kind: 'email', value: 'anna@example.com' }]);
  expect(certificate.basicConstraints).toEqual({ ca: false, pathLength: null });
  expect(certificate.keyUsage).toEqual(['digitalSignature', 'contentCommitment']);
  expect(certificate.extendedKeyUsage).toEqual(['1.3.6.1.5.5.7.3.36', '1.3.6.1.4.1.311.10.3.12']);
  expect(Buffer.from(certificate.der).toString('latin1')).not.toMatch(/bank|Somebody/);
});

test('nothing that a request says can be read from what the server gets to see', () => {
  expect(Object.keys(parseRequest(greedyRequest())).sort()).toEqual(['check', 'nonce', 'spki']);
});
