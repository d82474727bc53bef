import { AsnConvert } from '@peculiar/asn1-schema';
import { Certificate as PeculiarCertificate } from '@peculiar/asn1-x509';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openBench, type Bench } from '../../../tests/security/openssl.ts';
import { readWhole } from '../asn1/ber.ts';
import { fromHex, toHex } from '../bytes/hex.ts';
import { hashOf, parseAlgorithm, schemeName, signatureScheme } from './algorithm.ts';
import { oid, sequence, setOf, utf8String } from '../asn1/der.ts';
import { certificateCheck, certificateSha256, parseCertificate } from './certificate.ts';
import { parseName, sameName } from './name.ts';
import { nobleProvider } from './provider-noble.ts';
import { keyName } from './spki.ts';

// OpenSSL starts slowly on a busy machine.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let bench: Bench;
beforeAll(() => {
  bench = openBench();
});
afterAll(() => bench.close());

/** A self-signed certificate by OpenSSL. */
function make(subject: string, ...options: string[]): Uint8Array {
  bench.run(
    'req',
    '-x509',
    '-nodes',
    '-keyout',
    'k',
    '-outform',
    'DER',
    '-out',
    'c',
    '-utf8',
    '-subj',
    subject,
    ...options
  );
  return bench.read('c');
}
const RSA = ['-newkey', 'rsa:2048', '-days', '3'];
const EC = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-days', '3'];

describe('certificates of OpenSSL', () => {
  test('every field, as another reader and OpenSSL tell it', () => {
    const bytes = make(
      '/C=CH/O=Büro, "A+B"/CN=# Ünal;x',
      ...EC,
      '-addext',
      'subjectAltName=email:a@example.com,DNS:x.example,IP:10.0.0.1,URI:https://x.example',
      '-addext',
      'keyUsage=critical,digitalSignature,keyAgreement,decipherOnly',
      '-addext',
      'extendedKeyUsage=timeStamping',
      '-addext',
      'nameConstraints=permitted;email:example.com'
    );
    const ours = parseCertificate(bytes);
    const theirs = AsnConvert.parse(bytes, PeculiarCertificate);
    expect(toHex(ours.serial)).toBe(toHex(new Uint8Array(theirs.tbsCertificate.serialNumber)));
    expect(ours.notBefore).toBe(theirs.tbsCertificate.validity.notBefore.getTime().getTime());
    expect(ours.notAfter).toBe(theirs.tbsCertificate.validity.notAfter.getTime().getTime());
    expect(toHex(ours.tbs)).toBe(toHex(new Uint8Array(theirs.tbsCertificateRaw ?? new ArrayBuffer(0))));
    const printed = bench.run(
      'x509',
      '-inform',
      'DER',
      '-in',
      'c',
      '-noout',
      '-subject',
      '-fingerprint',
      '-sha256',
      '-nameopt',
      'RFC2253,utf8,-esc_msb'
    );
    expect(printed).toContain(`subject=${ours.subject.text}`);
    expect(printed.replaceAll(':', '').toLowerCase()).toContain(certificateSha256(ours));
    expect(ours.keyUsage).toEqual(['digitalSignature', 'keyAgreement', 'decipherOnly']);
    expect(ours.extendedKeyUsage).toEqual(['1.3.6.1.5.5.7.3.8']);
    expect(ours.alternativeNames).toEqual([
      { kind: 'email', value: 'a@example.com' },
      { kind: 'dns', value: 'x.example' },
      { kind: 'ip', value: Uint8Array.of(10, 0, 0, 1) },
      { kind: 'uri', value: 'https://x.example' }
    ]);
    expect(ours.nameConstraints).toEqual({
      permitted: [{ kind: 'email', value: 'example.com' }],
      excluded: []
    });
    expect(keyName(ours.key)).toBe('P-256');
  });
  test.each([
    ['RSA-2048', RSA, []],
    ['RSA-2048', RSA, ['-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_pss_saltlen:32']],
    ['Ed25519', ['-newkey', 'ed25519'], []],
    ['Ed448', ['-newkey', 'ed448'], []]
  ])('%s signs itself %j %j', (name, key, options) => {
    const certificate = parseCertificate(make('/CN=x', ...key, ...options));
    expect(keyName(certificate.key)).toBe(name);
    const check = certificateCheck(certificate, certificate.spki);
    expect(check && nobleProvider().check([check])).toEqual(['valid']);
    const forged = certificate.tbs.slice();
    forged[forged.length - 3] = (forged[forged.length - 3] ?? 0) ^ 1;
    expect(check && nobleProvider().check([{ ...check, signed: { message: forged } }])).toEqual(['invalid']);
  });
  test('cut anywhere: an AsnError', () => {
    const bytes = make('/CN=x', ...EC);
    for (let length = 0; length < bytes.length; length += 11) {
      expect(() => parseCertificate(bytes.subarray(0, length))).toThrow(
        expect.objectContaining({ name: 'AsnError' }) as Error
      );
    }
  });
});

describe('names', () => {
  const name = (...pairs: [string, string][]) =>
    parseName(
      readWhole(sequence(...pairs.map(([type, value]) => setOf(sequence(oid(type), utf8String(value))))))
    );
  test('RFC 4514: order, escapes, unknown types by number', () => {
    expect(name(['2.5.4.10', 'A, B'], ['2.5.4.3', ' x ']).text).toBe('CN=\\ x\\ ,O=A\\, B');
    expect(name(['1.2.3', 'v']).text).toBe('1.2.3=v');
    expect(name(['2.5.4.3', '#a<b>\u0000']).text).toBe('CN=\\#a\\<b\\>\\00');
  });
  test('are the same without case and doubled spaces, never in another order', () => {
    expect(sameName(name(['2.5.4.3', 'Example  CA ']), name(['2.5.4.3', 'example ca']))).toBe(true);
    expect(
      sameName(name(['2.5.4.3', 'a'], ['2.5.4.10', 'b']), name(['2.5.4.10', 'b'], ['2.5.4.3', 'a']))
    ).toBe(false);
    expect(sameName(name(['2.5.4.3', 'a']), name(['2.5.4.10', 'a']))).toBe(false);
    expect(sameName(name(['2.5.4.3', 'a']), name(['2.5.4.3', 'a'], ['2.5.4.3', 'a']))).toBe(false);
  });
});

describe('algorithm identifiers', () => {
  const algorithm = (hex: string) => parseAlgorithm(readWhole(fromHex(hex)));
  const named = (dotted: string) => parseAlgorithm(readWhole(sequence(oid(dotted))));
  test.each([
    ['1.2.840.10045.4.3.2', null, 'ECDSA-SHA-256'],
    ['1.2.840.10045.2.1', 'SHA-384', 'ECDSA-SHA-384'],
    ['1.2.840.10045.4', 'SHA-384', 'ECDSA-SHA-384'],
    ['1.2.840.113549.1.1.1', 'SHA-512', 'RSA-SHA-512'],
    ['1.2.840.113549.1.1.11', 'SHA-1', 'RSA-SHA-256'],
    ['2.16.840.1.101.3.4.3.2', null, 'DSA-SHA-256'],
    ['1.3.101.112', 'SHA-512', 'Ed25519'],
    ['1.3.101.113', null, 'Ed448']
  ] as const)('%s with %s is %s', (dotted, digest, expected) => {
    const scheme = signatureScheme(named(dotted), digest);
    expect(scheme && schemeName(scheme)).toBe(expected);
  });
  test('what is not known is null, never a guess', () => {
    expect(signatureScheme(named('1.2.3.4'), 'SHA-256')).toBeNull();
    expect(signatureScheme(named('1.2.840.113549.1.1.1'))).toBeNull();
    expect(signatureScheme(named('1.2.840.113549.1.1.10'))).toBeNull();
    expect(hashOf(named('1.2.3.4'))).toBeNull();
  });
  test('RSASSA-PSS: members left out take SHA-1 and 20, those given are read', () => {
    expect(signatureScheme(algorithm('300d06092a864886f70d01010a3000'))).toEqual({
      kind: 'rsa-pss',
      hash: 'SHA-1',
      mgfHash: 'SHA-1',
      saltLength: 20
    });
  });
  test('SHAKE256 of 912 bits, as CMS with Ed448 names it', () => {
    expect(hashOf(algorithm('300f060960864801650304021202020390'))).toBe('SHAKE256-912');
    expect(hashOf(algorithm('300f060960864801650304021202020391'))).toBeNull();
  });
});
