import { describe, expect, test } from 'vitest';
import { contract } from '../../../tests/vectors/draft.ts';
import { type Cipher, writeEncrypted } from '../../../tests/vectors/encrypt.ts';
import { memorySource } from '../bytes/source.ts';
import { openPdf } from './document.ts';
import { PdfError } from './error.ts';
import { PdfDict, PdfStream, PdfString } from './objects.ts';
import { rc4 } from './rc4.ts';

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
const bytes = (value: string): Uint8Array => Uint8Array.from(Buffer.from(value, 'latin1'));

test('RC4 gives the published vectors', () => {
  expect(Buffer.from(rc4(bytes('Key'), bytes('Plaintext'))).toString('hex')).toBe('bbf316e8d940af0ad3');
  expect(Buffer.from(rc4(bytes('Wiki'), bytes('pedia'))).toString('hex')).toBe('1021bf0420');
});

describe.each<Cipher>(['rc4', 'aes128', 'aes256'])('the standard security handler with %s', (cipher) => {
  const file = writeEncrypted(contract(), cipher);

  test.each([undefined, 'owner'])('opens with password %s: strings and streams are plain', (password) => {
    const doc = openPdf(memorySource(file), { password });
    const info = doc.dict(doc.trailer.get('Info'));
    const title = doc.resolve(info?.get('Title') ?? info?.get('Producer'));
    expect(title instanceof PdfString && text(title.bytes)).toMatch(/^[\x20-\x7e]+$/);
    const content = doc.resolve(doc.page(1).dict.get('Contents'));
    expect(content instanceof PdfStream && text(doc.inflate(content))).toContain('Services contract');
  });

  test('says of a wrong password that it is wrong', () => {
    const open = (): unknown => openPdf(memorySource(file), { password: 'wrong' });
    expect(open).toThrow(expect.objectContaining({ code: 'encrypted-password' }));
  });

  test('encrypts what it can decrypt, differently for other objects and contents', () => {
    const { encryption } = openPdf(memorySource(file));
    if (encryption === null) throw new Error('not encrypted');
    for (const plain of ['', 'a', 'sixteen bytes ok', 'a little more than one block']) {
      const closed = encryption.encryptString(bytes(plain), 12, 0);
      expect(text(encryption.decryptString(closed, 12, 0))).toBe(plain);
      const data = encryption.encryptStream(bytes(plain), 7, 0);
      expect(text(encryption.decryptStream(data, 7, 0, new PdfDict()))).toBe(plain);
    }
    const one = encryption.encryptString(bytes('same'), 12, 0);
    expect(one).not.toEqual(encryption.encryptString(bytes('same'), 13, 0));
    expect(encryption.encryptString(bytes('same'), 12, 0)).toEqual(one);
  });
});

test('another handler is refused by its code', () => {
  const file = Buffer.from(writeEncrypted(contract(), 'rc4'))
    .toString('latin1')
    .replace('/Standard', '/Foreign_');
  expect(() => openPdf(memorySource(bytes(file)))).toThrow(
    expect.objectContaining({ name: 'PdfError', code: 'encrypted-unsupported' }) as PdfError
  );
});
