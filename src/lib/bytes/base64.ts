const standard = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const urlSafe = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

function encode(bytes: Uint8Array, alphabet: string, pad: string): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const a = bytes[i] ?? 0;
    const b = bytes[i + 1] ?? 0;
    const c = bytes[i + 2] ?? 0;
    text += alphabet.charAt(a >> 2) + alphabet.charAt(((a & 3) << 4) | (b >> 4));
    text += i + 1 < bytes.length ? alphabet.charAt(((b & 15) << 2) | (c >> 6)) : pad;
    text += i + 2 < bytes.length ? alphabet.charAt(c & 63) : pad;
  }
  return text;
}

function decode(text: string, alphabet: string): Uint8Array {
  if (text.length % 4 === 1) throw new RangeError('base64 of an impossible length');
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let bits = 0;
  let held = 0;
  let at = 0;
  for (let i = 0; i < text.length; i += 1) {
    const value = alphabet.indexOf(text.charAt(i));
    if (value < 0) throw new RangeError('not a base64 character');
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[at] = (held >> bits) & 255;
      at += 1;
    }
  }
  // One text for each value, so that a statement cannot be re-spelled (`security.md` E1).
  if ((held & ((1 << bits) - 1)) !== 0) throw new RangeError('base64 with stray bits at its end');
  return bytes;
}

/** RFC 4648 §4, padded, no line breaks. */
export function toBase64(bytes: Uint8Array): string {
  return encode(bytes, standard, '=');
}

/** RFC 4648 §4; white space is skipped (PEM), padding must be whole. Throws RangeError. */
export function fromBase64(text: string): Uint8Array {
  const packed = text.replace(/[ \t\r\n]/g, '');
  if (packed.length % 4 !== 0) throw new RangeError('base64 without its padding');
  return decode(packed.replace(/={1,2}$/, ''), standard);
}

/** RFC 4648 §5, without padding. */
export function toBase64Url(bytes: Uint8Array): string {
  return encode(bytes, urlSafe, '');
}

/** RFC 4648 §5, without padding, strict. Throws RangeError. */
export function fromBase64Url(text: string): Uint8Array {
  return decode(text, urlSafe);
}
