import { expect, test } from 'vitest';
import type { Field } from '../domain/field.ts';
import { toHex } from '../bytes/hex.ts';
import { selfSignedCertificate, serialFrom } from '../pki/authority.ts';
import type { Layout, SignInput } from '../sign/layout.ts';
import { pdfWork, WorkError } from './pdf-client.ts';

const page = '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> >>';
const bodies = ['<< /Type /Catalog /Pages 2 0 R >>', '<< /Type /Pages /Count 1 /Kids [3 0 R] >>', page];

/** A one-page PDF; Node's builders of `tests/vectors` do not run in a browser. */
function onePage(comment = ''): Blob {
  let text = `%PDF-1.7\n%${comment}\n`;
  const offsets = bodies.map((body, index) => {
    const at = text.length;
    text += `${index + 1} 0 obj\n${body}\nendobj\n`;
    return `${String(at).padStart(10, '0')} 00000 n \n`;
  });
  const start = text.length;
  text += `xref\n0 4\n0000000000 65535 f \n${offsets.join('')}`;
  return new Blob([`${text}trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`]);
}

const field = (kind: Field['kind'], name: string, y: number, h: number): Field => ({
  id: name,
  party: 'a',
  kind,
  box: { page: 1, x: 40, y, w: 200, h },
  label: name,
  required: true,
  name
});
const layout: Layout = {
  parties: [{ id: 'a', letter: 'A', name: 'Ann' }],
  fields: [field('signature', 'cs-A-sig-1', 40, 60), field('text', 'cs-A-text-1', 120, 24)]
};

async function signer() {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  const pair = await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify']);
  const spki = new Uint8Array(await crypto.subtle.exportKey('spki', pair.publicKey));
  const signBytes = async (bytes: Uint8Array) =>
    new Uint8Array(
      await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, pair.privateKey, Uint8Array.from(bytes))
    );
  const serial = serialFrom(crypto.getRandomValues(new Uint8Array(16)));
  const now = Date.now();
  const certificate = selfSignedCertificate({
    name: 'Ann',
    organization: '',
    email: null,
    spki,
    serial,
    now
  });
  return { certificate: certificate.finish(await signBytes(certificate.bytes)), signBytes };
}

const input = (certificate: Uint8Array, text: string): SignInput => ({
  partyLetter: 'A',
  values: { 'cs-A-text-1': text },
  marks: { 'cs-A-sig-1': { kind: 'typed', text: 'Ann Example' } },
  stamps: {},
  signerName: 'Ann Example',
  reason: null,
  location: null,
  at: Date.now(),
  evidence: null,
  certificates: [certificate]
});

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: unknown) => error as WorkError
  );

test('a file is summed up, frozen, signed and verified in the worker; the old bytes stay', async () => {
  const work = pdfWork();
  const file = onePage();
  const summary = await work.summary(file);
  expect(summary).toMatchObject({ size: file.size, signatures: 0, notices: [], fields: [] });
  expect(summary.pages).toMatchObject([{ page: 1, width: 595, height: 842 }]);

  const frozen = await work.freeze(file, layout);
  expect((await work.summary(frozen.blob)).fields.map(({ name, kind }) => [name, kind])).toEqual([
    ['cs-A-sig-1', 'signature'],
    ['cs-A-text-1', 'text']
  ]);

  const { certificate, signBytes } = await signer();
  const signed = await work.sign(frozen.blob, input(certificate, 'Zażółć gęślą jaźń'), signBytes);
  expect(signed.report.verdict).toBe('unchanged');
  expect(signed.size).toBe(signed.blob.size);
  const bytes = new Uint8Array(await signed.blob.arrayBuffer());
  expect(bytes.subarray(0, file.size)).toEqual(new Uint8Array(await file.arrayBuffer()));
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  expect(signed.sha256).toBe([...digest].map((byte) => byte.toString(16).padStart(2, '0')).join(''));

  const report = await work.verify('signed.pdf', signed.blob);
  expect(report.signatures).toMatchObject([{ field: 'cs-A-sig-1', integrity: 'intact', coverage: 'file' }]);
});

test('one changed byte: the verifier says broken', async () => {
  const work = pdfWork();
  const { certificate, signBytes } = await signer();
  const frozen = await work.freeze(onePage(), layout);
  const { blob } = await work.sign(frozen.blob, input(certificate, 'Agreed'), signBytes);
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const at = new TextDecoder('latin1').decode(bytes).indexOf('595 842');
  bytes[at] = 0x36;
  expect((await work.verify('x.pdf', new Blob([bytes]))).verdict).toBe('broken');
});

test('errors cross the border with their code: bad files, missing glyphs, keys that refuse', async () => {
  const work = pdfWork();
  expect(await failure(work.summary(new Blob(['hello'])))).toMatchObject({ code: 'not-a-pdf' });
  const { certificate, signBytes } = await signer();
  const frozen = await work.freeze(onePage(), layout);
  const missing = await failure(work.sign(frozen.blob, input(certificate, '😀'), signBytes));
  expect(missing).toBeInstanceOf(WorkError);
  expect(missing).toMatchObject({ code: 'glyph-missing' });
  expect(missing?.message).toContain('U+1F600');
  const refuses = () => Promise.reject(Object.assign(new Error('no'), { code: 'wrong-passphrase' }));
  expect(await failure(work.sign(frozen.blob, input(certificate, 'x'), refuses))).toMatchObject({
    code: 'wrong-passphrase'
  });
});

test('a signature by another key than the certificate’s never leaves the worker', async () => {
  const work = pdfWork();
  const { certificate } = await signer();
  const other = await signer();
  const frozen = await work.freeze(onePage(), layout);
  expect(await failure(work.sign(frozen.blob, input(certificate, 'x'), other.signBytes))).toMatchObject({
    code: 'self-check'
  });
});

test('closing ends what is under way, and the next task starts a new worker', async () => {
  const work = pdfWork();
  const pending = failure(work.summary(onePage()));
  work.close();
  expect(await pending).toMatchObject({ code: 'worker' });
  expect((await work.summary(onePage())).pages).toHaveLength(1);
});

test('a file that is too large for memory is signed in pieces, and its digests are right', async () => {
  const work = pdfWork();
  const { certificate, signBytes } = await signer();
  const frozen = await work.freeze(onePage('x'.repeat(33 * 1024 * 1024)), layout);
  const signed = await work.sign(frozen.blob, input(certificate, 'Text'), signBytes);
  const whole = await crypto.subtle.digest('SHA-256', await signed.blob.arrayBuffer());
  expect(signed.sha256).toBe(toHex(new Uint8Array(whole)));
  // Read anew by a task that knows none of the digests.
  const report = await work.verify('large.pdf', signed.blob);
  expect(report.signatures[0]).toMatchObject({ integrity: 'intact', coverage: 'file' });
});
