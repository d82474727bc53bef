// Signatures of old kinds, made by OpenSSL, each beside a twin of which one byte was changed (ISO 32000-2 §12.8.3).
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openBench, type Bench } from '../../../tests/security/openssl.ts';
import { contract } from '../../../tests/vectors/draft.ts';
import { signObject } from '../../../tests/vectors/signed.ts';
import { children, inner, raw, readWhole } from '../asn1/ber.ts';
import { octetString } from '../asn1/der.ts';
import { concat } from '../bytes/concat.ts';
import { toHex } from '../bytes/hex.ts';
import { memorySource } from '../bytes/source.ts';
import { webProvider } from '../pki/provider-web.ts';
import { verifyFile } from './verify.ts';

// OpenSSL starts slowly on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let bench: Bench;
let certificate: Uint8Array;
beforeAll(() => {
  bench = openBench();
  const subject = ['-subj', '/CN=Other Software', '-days', '2'];
  bench.run('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'key', '-out', 'crt', ...subject);
  bench.run('x509', '-in', 'crt', '-outform', 'DER', '-out', 'crt.der');
  certificate = bench.read('crt.der');
});
afterAll(() => bench.close());

const cms = (content: Uint8Array, ...options: string[]): Uint8Array => {
  bench.write('content', content);
  const key = ['-signer', 'crt', '-inkey', 'key'];
  bench.run(
    'cms',
    '-sign',
    '-binary',
    '-in',
    'content',
    '-outform',
    'DER',
    '-out',
    'made',
    ...key,
    ...options
  );
  return bench.read('made');
};
const sha1 = (bytes: Uint8Array): Uint8Array => Uint8Array.from(createHash('sha1').update(bytes).digest());
const pkcs1 = (covered: Uint8Array): Uint8Array => {
  bench.write('content', covered);
  bench.run('dgst', '-sha1', '-sign', 'key', '-out', 'made', 'content');
  return octetString(bench.read('made'));
};

/** One invisible signature field. */
function draftOfField() {
  const draft = contract({ catalog: '/AcroForm 5 0 R' });
  draft.objects.set(5, '<< /Fields [6 0 R] /SigFlags 3 >>');
  const widget = '/Type /Annot /Subtype /Widget /Rect [0 0 0 0] /F 132 /P 10 0 R';
  draft.objects.set(6, `<< ${widget} /FT /Sig /T (Signature1) /V 7 0 R >>`);
  draft.objects.set(10, '<< /Type /Page /Parent 2 0 R /Contents 11 0 R /Annots [6 0 R] >>');
  return draft;
}

/** The same with outer lengths that are not said (X.690 §8.1.3.6), as streaming signers write them. */
function indefinite(der: Uint8Array): Uint8Array {
  const open = (tag: number, ...parts: Uint8Array[]) =>
    concat(Uint8Array.of(tag, 0x80), ...parts, new Uint8Array(2));
  const [type, content] = children(readWhole(der));
  if (type === undefined || content === undefined) throw new Error('no ContentInfo');
  const inside = children(inner(content)).map(raw);
  return open(0x30, raw(type), open(0xa0, open(0x30, ...inside)));
}

async function judge(file: Uint8Array) {
  const { verdict, signatures } = await verifyFile('', memorySource(file), webProvider, { now: Date.now() });
  return { verdict, told: signatures.map((one) => [one.kind, one.integrity, one.coverage, one.weak.join()]) };
}

test.each([
  ['adbe.pkcs7.sha1', 'SHA-1', (covered: Uint8Array) => cms(sha1(covered), '-nodetach', '-md', 'sha1')],
  ['adbe.x509.rsa_sha1', 'SHA-1', pkcs1],
  ['adbe.pkcs7.detached', '', (covered: Uint8Array) => indefinite(cms(covered))]
] as const)('%s', async (subFilter, weak, make) => {
  const cert = subFilter === 'adbe.x509.rsa_sha1' ? `/Cert <${toHex(certificate)}>` : '';
  const file = await signObject(draftOfField(), `/SubFilter /${subFilter} ${cert}`, 4096, make);
  const told = (integrity: string) => [['approval', integrity, 'file', weak]];
  expect(await judge(file)).toEqual({ verdict: 'unchanged', told: told('intact') });
  const changed = Uint8Array.from(file);
  changed[Buffer.from(file).indexOf('Tj')] = 0x74;
  expect(await judge(changed)).toEqual({ verdict: 'broken', told: told('broken') });
});
