import { AsnConvert } from '@peculiar/asn1-schema';
import { ContentInfo, SignedData as PeculiarSignedData } from '@peculiar/asn1-cms';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openBench, pem, type Bench } from '../../../tests/security/openssl.ts';
import {
  testKey,
  testPerson,
  testWorkspace,
  type TestKey,
  type TestWorkspace
} from '../../../tests/security/workspace-ca.ts';
import { equalBytes } from '../bytes/concat.ts';
import type { Certificate } from '../pki/certificate.ts';
import type { CheckAnswer } from '../pki/check.ts';
import { hashBytes } from '../pki/hash.ts';
import { nobleProvider } from '../pki/provider-noble.ts';
import { buildSignedAttributes, buildSignedData, signedDataSize } from './build.ts';
import { CmsError } from './error.ts';
import { parseSignedData } from './signed-data.ts';
import { judgeSigner, signerCertificate, type SignerProblem } from './signer.ts';

// OpenSSL starts slowly on a busy machine.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const NOW = Date.UTC(2026, 4, 6, 7, 8, 9);
const CONTENT = Uint8Array.from(Buffer.from('%PDF-1.7 what the ByteRange covers'));
const at = ['-attime', String(NOW / 1000)];

let bench: Bench;
let workspace: TestWorkspace;
let key: TestKey;
let leaf: Certificate;
beforeAll(async () => {
  bench = openBench();
  workspace = await testWorkspace(NOW);
  key = await testKey();
  leaf = await testPerson(workspace, key);
  bench.write('content', CONTENT);
  bench.write('root.pem', pem('CERTIFICATE', workspace.root.der));
});
afterAll(() => bench.close());

/** Signature over CONTENT as the app makes it. */
async function build(signer: TestKey, certificate: Certificate): Promise<Uint8Array> {
  const hash = signer.spki.length > 100 ? 'SHA-384' : 'SHA-256';
  const attributes = buildSignedAttributes({
    digest: hashBytes(hash, CONTENT),
    certificate: certificate.der
  });
  const signature = await signer.sign(attributes);
  return buildSignedData({ attributes, signature, certificates: [certificate.der, workspace.issuing.der] });
}

/** What the verifier does with one signer of a container. */
function judge(
  cms: Uint8Array,
  content = CONTENT,
  index = 0
): { answers: CheckAnswer[]; problems: readonly SignerProblem[] } {
  const data = parseSignedData(cms);
  const signer = data.signers[index];
  if (signer === undefined) throw new Error('no such signer');
  const certificate = signerCertificate(data, signer);
  if (certificate === null || signer.digest === null) throw new Error('nothing to judge with');
  const contentDigest = hashBytes(signer.digest, data.content ?? content);
  const { checks, problems } = judgeSigner({ data, signer, certificate, contentDigest });
  return { answers: nobleProvider().check(checks), problems };
}

const verify = (...more: string[]): boolean =>
  bench.accepts('cms', '-verify', '-binary', '-inform', 'DER', '-in', 'cms', '-content', 'content', ...more);

describe('what we build', () => {
  test('OpenSSL verifies it with the root alone, and not over other content', async () => {
    bench.write('cms', await build(key, leaf));
    const trusted = ['-CAfile', 'root.pem', '-purpose', 'any', ...at];
    expect(verify(...trusted)).toBe(true);
    expect(verify(...trusted, '-cades')).toBe(true);
    bench.write('other', 'x');
    expect(
      bench.accepts(
        'cms',
        '-verify',
        '-binary',
        '-inform',
        'DER',
        '-in',
        'cms',
        '-content',
        'other',
        ...trusted
      )
    ).toBe(false);
  });
  test('P-384 signs with SHA-384', async () => {
    const key384 = await testKey('P-384');
    const cms = await build(key384, await testPerson(workspace, key384));
    bench.write('cms', cms);
    expect(verify('-CAfile', 'root.pem', '-purpose', 'any', ...at)).toBe(true);
    expect(judge(cms)).toEqual({ answers: ['valid'], problems: [] });
    expect(parseSignedData(cms).signers[0]?.digest).toBe('SHA-384');
  });
  test('exactly the PAdES attributes, no signing-time, DER, in SET OF order', async () => {
    const data = parseSignedData(await build(key, leaf));
    const [signer] = data.signers;
    expect(data.isDer).toBe(true);
    expect(data.content).toBeNull();
    expect(signer?.attributes?.attributes.map((attribute) => attribute.oid)).toEqual([
      '1.2.840.113549.1.9.3',
      '1.2.840.113549.1.9.4',
      '1.2.840.113549.1.9.16.2.47'
    ]);
    expect(signer?.attributes?.forms.length).toBe(1);
    expect(signer?.attributes?.signingTime).toBeNull();
    expect(signer?.scheme).toEqual({ kind: 'ecdsa', hash: 'SHA-256' });
  });
  test('leaf and issuing authority are inside, the root is not', async () => {
    const data = parseSignedData(await build(key, leaf));
    expect(data.certificates.length).toBe(2);
    for (const one of [leaf, workspace.issuing]) {
      expect(data.certificates.some((certificate) => equalBytes(certificate, one.der))).toBe(true);
    }
  });
  test('another reader of CMS sees the same', async () => {
    const info = AsnConvert.parse(await build(key, leaf), ContentInfo);
    const theirs = AsnConvert.parse(info.content, PeculiarSignedData);
    expect(theirs.signerInfos.length).toBe(1);
    expect(new Uint8Array(theirs.signerInfos[0]?.sid.issuerAndSerialNumber?.serialNumber ?? [])).toEqual(
      Uint8Array.from(leaf.serial)
    );
    expect(theirs.encapContentInfo.eContent).toBeUndefined();
    expect(theirs.certificates?.length).toBe(2);
  });
  test('the size said before is never too small, and at most a few bytes too large', async () => {
    const certificates = [leaf.der, workspace.issuing.der];
    const size = signedDataSize(certificates);
    for (let i = 0; i < 40; i++) {
      const built = await build(key, leaf);
      expect(built.length).toBeLessThanOrEqual(size);
      expect(built.length).toBeGreaterThan(size - 10);
    }
  });
  test('without a certificate there is no signer to name', () => {
    const input = { attributes: new Uint8Array(2), signature: new Uint8Array(64), certificates: [] };
    expect(() => buildSignedData(input)).toThrow(CmsError);
  });
});

describe('what the verifier finds', () => {
  test('our own is valid without a remark; over other content its digest differs', async () => {
    const cms = await build(key, leaf);
    expect(judge(cms)).toEqual({ answers: ['valid'], problems: [] });
    expect(judge(cms, Uint8Array.of(1)).problems).toEqual(['digest-mismatch']);
  });
  test('another certificate for the same key, serial and issuer is not the one that was signed', async () => {
    const twin = await testPerson(workspace, key, { serial: leaf.serial, name: 'Somebody Else' });
    const cms = await build(key, leaf);
    const data = parseSignedData(cms);
    const [signer] = data.signers;
    if (signer === undefined) throw new Error('no signer');
    const contentDigest = hashBytes('SHA-256', CONTENT);
    const { problems } = judgeSigner({ data, signer, certificate: twin, contentDigest });
    expect(problems).toEqual(['certificate-mismatch']);
    expect(
      signerCertificate({ ...data, certificates: [twin.der, ...data.certificates] }, signer)?.subject.text
    ).toBe(leaf.subject.text);
  });
  test('any one byte changed inside the signer’s part is noticed', async () => {
    const cms = await build(key, leaf);
    const start = parseSignedData(cms).certificates.reduce((sum, one) => sum + one.length, 0);
    fc.assert(
      fc.property(
        fc.integer({ min: start + 90, max: cms.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        (i, mask) => {
          const changed = Uint8Array.from(cms);
          changed[i] = (changed[i] ?? 0) ^ mask;
          let sound: boolean;
          try {
            const found = judge(changed);
            sound = found.answers.includes('valid') && found.problems.length === 0;
          } catch {
            sound = false;
          }
          // Where it holds after all, the signer's part says the same: a letter of the issuer's name in the
          // other case, which names compare alike (RFC 5280 §7.1), or a byte before that part.
          if (!sound) return;
          const [before, after] = [cms, changed].map((bytes) => parseSignedData(bytes).signers[0]);
          expect(after?.signature).toEqual(before?.signature);
          expect(after?.attributes?.forms).toEqual(before?.attributes?.forms);
          expect(after?.digest).toBe(before?.digest);
          expect(after?.scheme).toEqual(before?.scheme);
        }
      ),
      { numRuns: 150 }
    );
  });
  test('a version that does not go with the signer’s identifier is odd', async () => {
    const cms = await build(key, leaf);
    const [signer] = parseSignedData(cms).signers;
    const name = signer?.sid.kind === 'serial' ? signer.sid.issuer.der : new Uint8Array(0);
    // SignerInfo: version 02 01 01, then the SEQUENCE of issuer and serial, two bytes before the name.
    const at = Buffer.from(cms).lastIndexOf(Buffer.from(name)) - 3;
    expect([...cms.subarray(at - 2, at + 1)]).toEqual([2, 1, 1]);
    const changed = Uint8Array.from(cms);
    changed[at] = 3;
    expect(judge(changed)).toEqual({ answers: ['valid'], problems: ['signer-version'] });
  });
  test('padding behind the container is left alone', async () => {
    const cms = await build(key, leaf);
    const padded = new Uint8Array(cms.length + 500);
    padded.set(cms);
    expect(parseSignedData(padded).length).toBe(cms.length);
    expect(judge(padded).answers).toEqual(['valid']);
  });
  test.each([
    ['nothing', new Uint8Array(0), 'malformed'],
    ['zeros', new Uint8Array(64), 'malformed'],
    ['text', Uint8Array.from(Buffer.from('hello, world')), 'malformed']
  ])('%s is no container', (_name, bytes, code) => {
    expect(() => parseSignedData(bytes)).toThrow(
      expect.objectContaining({ name: 'CmsError', code }) as Error
    );
  });
  test('cut anywhere it is malformed, with an offset', async () => {
    const cms = await build(key, leaf);
    for (let length = 0; length < cms.length; length += 37) {
      try {
        parseSignedData(cms.subarray(0, length));
        expect.unreachable();
      } catch (error) {
        expect(error).toBeInstanceOf(CmsError);
        expect((error as CmsError).code).toBe('malformed');
        expect((error as CmsError).offset).toBeGreaterThanOrEqual(0);
      }
    }
  });
});

describe('containers of OpenSSL', () => {
  beforeAll(() => {
    bench.run(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      'rsa.key',
      '-out',
      'rsa.crt',
      '-subj',
      '/CN=Rsa Signer',
      '-days',
      '2'
    );
    bench.run('ecparam', '-name', 'brainpoolP256r1', '-genkey', '-noout', '-out', 'ec.key');
    bench.run(
      'req',
      '-x509',
      '-new',
      '-key',
      'ec.key',
      '-out',
      'ec.crt',
      '-subj',
      '/CN=Ec Signer',
      '-days',
      '2'
    );
  });
  const sign = (...options: string[]): Uint8Array => {
    bench.run('cms', '-sign', '-binary', '-in', 'content', '-outform', 'DER', '-out', 'made', ...options);
    return bench.read('made');
  };
  const rsa = ['-signer', 'rsa.crt', '-inkey', 'rsa.key'];
  const plain = { answers: ['valid'], problems: ['certificate-attribute-missing'] };

  test('RSA, detached', () => expect(judge(sign(...rsa, '-md', 'sha512'))).toEqual(plain));
  test('RSA-PSS', () => {
    const cms = sign(...rsa, '-keyopt', 'rsa_padding_mode:pss', '-md', 'sha384');
    expect(parseSignedData(cms).signers[0]?.scheme).toMatchObject({
      kind: 'rsa-pss',
      hash: 'SHA-384',
      mgfHash: 'SHA-384'
    });
    expect(judge(cms)).toEqual(plain);
  });
  test('brainpool', () => expect(judge(sign('-signer', 'ec.crt', '-inkey', 'ec.key'))).toEqual(plain));
  test('content inside', () => {
    const cms = sign(...rsa, '-nodetach');
    expect(parseSignedData(cms).content).toEqual(CONTENT);
    expect(judge(cms)).toEqual(plain);
  });
  test('BER of indefinite length', () => {
    const cms = sign(...rsa, '-nodetach', '-stream', '-indef');
    expect(cms[1]).toBe(0x80);
    const data = parseSignedData(cms);
    expect(data.isDer).toBe(false);
    expect(data.length).toBe(cms.length);
    expect(judge(cms)).toEqual(plain);
  });
  test('no signed attributes: the signature covers the content', () => {
    const cms = sign(...rsa, '-noattr');
    expect(judge(cms)).toEqual(plain);
    expect(judge(cms, Uint8Array.of(1)).answers).toEqual(['invalid']);
  });
  test('signer named by key identifier', () => {
    const cms = sign(...rsa, '-keyid');
    expect(parseSignedData(cms).signers[0]?.sid.kind).toBe('key');
    expect(judge(cms)).toEqual(plain);
  });
  test('several signers are all told', () => {
    const cms = sign(...rsa, '-signer', 'ec.crt', '-inkey', 'ec.key');
    const data = parseSignedData(cms);
    expect(data.signers.length).toBe(2);
    const names = data.signers.map((signer) => signerCertificate(data, signer)?.subject.text);
    expect([...names].sort()).toEqual(['CN=Ec Signer', 'CN=Rsa Signer']);
    expect([judge(cms, CONTENT, 0), judge(cms, CONTENT, 1)]).toEqual([plain, plain]);
  });
  test('signing-certificate attribute, signing-time', () => {
    const cms = sign(...rsa, '-cades');
    const attributes = parseSignedData(cms).signers[0]?.attributes;
    expect(attributes?.signingCertificate?.hash).toBe('SHA-256');
    expect(Math.abs((attributes?.signingTime ?? 0) - Date.now())).toBeLessThan(60_000);
    expect(judge(cms)).toEqual({ answers: ['valid'], problems: [] });
  });
  test('other CMS contents are named', () => {
    bench.run('cms', '-data_create', '-binary', '-in', 'content', '-outform', 'DER', '-out', 'data');
    expect(() => parseSignedData(bench.read('data'))).toThrow(
      expect.objectContaining({ code: 'not-signed-data' }) as Error
    );
    bench.run('crl2pkcs7', '-nocrl', '-certfile', 'rsa.crt', '-outform', 'DER', '-out', 'bag');
    expect(() => parseSignedData(bench.read('bag'))).toThrow(
      expect.objectContaining({ code: 'no-signer' }) as Error
    );
  });
});
