// A file one stream of which its own crypt filter leaves in plain (ISO 32000-2 §7.4.10, §7.6.6).
import { contract, latin1 } from './draft.ts';
import { writeEncrypted } from './encrypt.ts';

/** As long as an AES-128 stream of 48 bytes: initialisation vector, data, a block of padding. */
export const MESSAGE = 'This stream stands in plain in an encrypted file.'.padEnd(80, '.');

/** AES-128 everywhere, but object 20 names /Identity: its plain data stands where the encrypted stood. */
export function identityFile(): Uint8Array {
  const draft = contract({ catalog: '/Note 20 0 R' });
  draft.objects.set(20, {
    dict: '/Filter /Crypt /DecodeParms << /Type /CryptFilterDecodeParms /Name /Identity >>',
    data: latin1('x'.repeat(48))
  });
  const file = writeEncrypted(draft, 'aes128');
  const text = Buffer.from(file).toString('latin1');
  file.set(
    latin1(MESSAGE),
    text.indexOf('stream\n', text.indexOf('/CryptFilterDecodeParms')) + 'stream\n'.length
  );
  return file;
}
