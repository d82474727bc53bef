const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const URL_ALPHABET = ALPHABET.slice(0, 62) + '-_';

function write(bytes: Uint8Array, alphabet: string, padding: string): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i;
    const word = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    text += alphabet.charAt(word >> 18) + alphabet.charAt((word >> 12) & 63);
    text += left > 1 ? alphabet.charAt((word >> 6) & 63) : padding;
    text += left > 2 ? alphabet.charAt(word & 63) : padding;
  }
  return text;
}

/** Canonical only: each sequence of bytes has one text, so unused bits must be zero (RFC 4648 §3.5). */
function read(text: string, alphabet: string): Uint8Array<ArrayBuffer> {
  if (text.length % 4 === 1) throw new RangeError('not base64: length');
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let at = 0;
  let word = 0;
  let bits = 0;
  for (let i = 0; i < text.length; i++) {
    const value = alphabet.indexOf(text.charAt(i));
    if (value < 0) throw new RangeError(`not base64: character ${i}`);
    word = ((word << 6) | value) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = (word >> bits) & 0xff;
    }
  }
  if ((word & ((1 << bits) - 1)) !== 0) throw new RangeError('not base64: unused bits');
  return bytes;
}

/** Base64 with padding (RFC 4648 §4). */
export function toBase64(bytes: Uint8Array): string {
  return write(bytes, ALPHABET, '=');
}

/** Throws RangeError when the text is not the one canonical form. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  if (text.length % 4 !== 0) throw new RangeError('not base64: padding');
  return read(text.replace(/={1,2}$/, ''), ALPHABET);
}

/** Base64url without padding (RFC 4648 §5, as JWS uses it). */
export function toBase64Url(bytes: Uint8Array): string {
  return write(bytes, URL_ALPHABET, '');
}

/** Throws RangeError when the text is not the one canonical form. */
export function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  return read(text, URL_ALPHABET);
}
