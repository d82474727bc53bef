// Files that qpdf encrypted, in every revision of the standard security handler: read, frozen, signed, and
// read again by qpdf and poppler.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { loadFonts } from '../../src/cli/fonts.ts';
import { signForAll } from '../../src/cli/signing.ts';
import { concat } from '../../src/lib/bytes/concat.ts';
import { memorySource } from '../../src/lib/bytes/source.ts';
import { openPdf, type PdfDocument } from '../../src/lib/pdf/document.ts';
import { PdfError } from '../../src/lib/pdf/error.ts';
import { formFields } from '../../src/lib/pdf/fields.ts';
import { PdfStream, PdfString } from '../../src/lib/pdf/objects.ts';
import { decodeText } from '../../src/lib/pdf/text.ts';
import { webProvider } from '../../src/lib/pki/provider-web.ts';
import { verifyFile } from '../../src/lib/verify/verify.ts';
import { identityFile, MESSAGE } from '../vectors/crypt-filters.ts';
import { contract, latin1 } from '../vectors/draft.ts';
import { writeTable } from '../vectors/write.ts';

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'encrypted-'));
afterAll(() => rmSync(folder, { recursive: true }));

const XMP = '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"/>';

interface Kind {
  readonly name: string;
  /** /R of the dictionary. */
  readonly revision: number;
  /** Arguments between the passwords and `--`. */
  readonly arguments: readonly string[];
  readonly plainMetadata?: boolean;
  readonly objectStreams?: boolean;
}

const kinds: readonly Kind[] = [
  { name: 'RC4, 40 bits', revision: 2, arguments: ['40'] },
  { name: 'RC4, 128 bits', revision: 3, arguments: ['128', '--use-aes=n'] },
  { name: 'RC4 by a crypt filter', revision: 4, arguments: ['128', '--use-aes=n', '--force-V4'] },
  { name: 'AES-128', revision: 4, arguments: ['128', '--use-aes=y'] },
  {
    name: 'AES-128, metadata in plain',
    revision: 4,
    arguments: ['128', '--use-aes=y', '--cleartext-metadata'],
    plainMetadata: true
  },
  { name: 'AES-128, object streams', revision: 4, arguments: ['128', '--use-aes=y'], objectStreams: true },
  { name: 'AES-256 of Acrobat 9', revision: 5, arguments: ['256', '--force-R5'] },
  { name: 'AES-256', revision: 6, arguments: ['256'] },
  {
    name: 'AES-256, metadata in plain',
    revision: 6,
    arguments: ['256', '--cleartext-metadata'],
    plainMetadata: true
  },
  { name: 'AES-256, object streams', revision: 6, arguments: ['256'], objectStreams: true }
];

function plainFile(): Uint8Array {
  const draft = contract({ catalog: '/Metadata 40 0 R' });
  draft.objects.set(40, { dict: '/Type /Metadata /Subtype /XML', data: latin1(XMP) });
  return writeTable(draft);
}

async function encrypted(
  { arguments: words, objectStreams }: Kind,
  user: string,
  owner: string
): Promise<Uint8Array> {
  const [from, to] = [join(folder, 'plain.pdf'), join(folder, 'encrypted.pdf')];
  writeFileSync(from, plainFile());
  const streams = objectStreams === true ? 'generate' : 'disable';
  await run('qpdf', [
    '--allow-weak-crypto',
    `--object-streams=${streams}`,
    '--encrypt',
    user,
    owner,
    ...words,
    '--',
    from,
    to
  ]);
  return new Uint8Array(readFileSync(to));
}

const open = (file: Uint8Array, password?: string): PdfDocument => openPdf(memorySource(file), { password });

/** Title, metadata and page content. */
function contentOf(doc: PdfDocument) {
  const text = (stream: unknown) =>
    stream instanceof PdfStream ? Buffer.from(doc.inflate(stream)).toString('latin1') : '';
  const title = doc.resolve(doc.dict(doc.trailer.get('Info'))?.get('Title'));
  return {
    title: title instanceof PdfString ? decodeText(title) : '',
    metadata: text(doc.resolve(doc.catalog.get('Metadata'))),
    page: text(doc.resolve(doc.page(1).dict.get('Contents')))
  };
}

describe.each(kinds)('$name', (kind) => {
  // Up to revision 4 passwords are in PDFDocEncoding, which has no such letters.
  const secret = kind.revision < 5 ? 'user' : 'zażółć';

  test('is read with the user and the owner password, and with no other', async () => {
    const file = await encrypted(kind, secret, 'the owner');
    const plain = contentOf(open(plainFile()));
    expect(plain.page).toContain('Services contract');
    for (const given of [secret, 'the owner']) {
      const doc = open(file, given);
      expect(doc.encryption?.dict.get('R')).toBe(kind.revision);
      expect(contentOf(doc), given).toEqual(plain);
      expect(doc.repaired).toBe(false);
    }
    for (const given of [undefined, 'The owner']) {
      expect(() => open(file, given)).toThrow(
        expect.objectContaining({ code: 'encrypted-password' }) as PdfError
      );
    }
    const visible = Buffer.from(file).toString('latin1').includes('xpacket');
    expect(visible && kind.objectStreams !== true).toBe(kind.plainMetadata === true);
  });

  test('is repaired when its cross-reference is broken', async () => {
    const file = await encrypted(kind, 'user', 'the owner');
    const text = Buffer.from(file)
      .toString('latin1')
      .replace(/startxref\s+\d+/g, 'startxref\n3');
    const doc = open(latin1(text), 'user');
    expect(doc.repaired).toBe(true);
    expect(contentOf(doc).page).toContain('Services contract');
  });

  test('is frozen and signed with its encryption kept', async () => {
    const file = await encrypted(kind, secret, 'the owner');
    const { tails } = await signForAll(memorySource(file), 2, await loadFonts(), () => Date.UTC(2026, 5, 1), {
      password: secret
    });
    const signed = concat(file, ...tails);
    expect(Buffer.compare(signed.subarray(0, file.length), file)).toBe(0);
    expect(Buffer.from(concat(...tails)).toString('latin1')).not.toContain('Agreed by');

    const report = await verifyFile('signed.pdf', memorySource(signed), webProvider, {
      now: Date.UTC(2026, 5, 2),
      password: secret
    });
    expect(report.signatures.map(({ integrity, coverage }) => [integrity, coverage])).toEqual([
      ['intact', 'revision'],
      ['intact', 'file']
    ]);
    expect(report.verdict).toBe('changed-as-permitted');

    const [path, plain] = [join(folder, 'signed.pdf'), join(folder, 'decrypted.pdf')];
    writeFileSync(path, signed);
    await run('qpdf', ['--check', `--password=${secret}`, path]);
    await run('qpdf', ['--decrypt', '--object-streams=disable', `--password=${secret}`, path, plain]);
    const doc = open(new Uint8Array(readFileSync(plain)));
    const values = Object.fromEntries(
      formFields(doc).map(({ name, value }) => [name, value instanceof PdfString ? decodeText(value) : ''])
    );
    expect(values['cs-A-text-1']).toBe('Agreed by Party A');
    const { stdout } = await run('pdfsig', ['-nocert', '-upw', secret, path]);
    expect(stdout.match(/Signature is Valid/g), stdout).toHaveLength(2);
  });
});

test('a stream that its own crypt filter leaves in plain', async () => {
  const doc = open(identityFile());
  const stream = doc.get(20);
  expect(stream instanceof PdfStream && Buffer.from(doc.inflate(stream)).toString('latin1')).toBe(MESSAGE);
  const path = join(folder, 'identity.pdf');
  writeFileSync(path, identityFile());
  const { stdout } = await run('qpdf', ['--show-object=20', '--filtered-stream-data', path], {
    encoding: 'latin1'
  });
  expect(stdout).toBe(MESSAGE);
});
