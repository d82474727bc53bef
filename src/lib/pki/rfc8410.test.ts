import { expect, test } from 'vitest';
import { fromBase64 } from '../bytes/base64.ts';
import { parseCertificate } from './certificate.ts';
import { webProvider } from './provider-web.ts';
import { parseSpki } from './spki.ts';

// RFC 8410 §10.1 and §10.2: a public key, and a certificate of an X25519 key that this key signed.
const KEY = fromBase64('MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=');
const CERTIFICATE = fromBase64(
  'MIIBLDCB36ADAgECAghWAUdKKo3DMDAFBgMrZXAwGTEXMBUGA1UEAwwOSUVURiBUZX' +
    'N0IERlbW8wHhcNMTYwODAxMTIxOTI0WhcNNDAxMjMxMjM1OTU5WjAZMRcwFQYDVQQD' +
    'DA5JRVRGIFRlc3QgRGVtbzAqMAUGAytlbgMhAIUg8AmJMKdUdIt93LQ+91oNvzoNJj' +
    'ga9OukqY6qm05qo0UwQzAPBgNVHRMBAf8EBTADAQEAMA4GA1UdDwEBAAQEAwIDCDAg' +
    'BgNVHQ4BAQAEFgQUmx9e7e0EM4Xk97xiPFl1uQvIuzswBQYDK2VwA0EAryMB/t3J5v' +
    '/BzKc9dNZIpDmAgs3babFOTQbs+BolzlDUwsPrdGxO3YNGhW7Ibz3OGhhlxXrCe1Cg' +
    'w1AH9efZBw=='
);

test('the key of §10.1 is Ed25519, and signed the certificate of §10.2', async () => {
  expect(parseSpki(KEY)).toMatchObject({ kind: 'ed25519' });
  const certificate = parseCertificate(CERTIFICATE);
  expect(new Date(certificate.notAfter).toISOString()).toBe('2040-12-31T23:59:59.000Z');
  const check = {
    scheme: { kind: 'ed25519' },
    spki: KEY,
    signed: { message: certificate.tbs },
    signature: certificate.signature
  } as const;
  const spoilt = { ...check, signed: { message: certificate.tbs.slice(1) } };
  expect(await webProvider.check([check, spoilt])).toEqual(['valid', 'invalid']);
});
