import { encodeLatin1 } from '../bytes/latin1.ts';
import { encodeUtf8 } from '../bytes/utf8.ts';
import { PdfError } from './error.ts';
import { PdfDict, PdfName, PdfRef, PdfStream, PdfString, type PdfObject } from './objects.ts';

/** Encrypts the bytes of one string of the object that is being written; null in a plain file. */
export type StringCipher = ((bytes: Uint8Array) => Uint8Array) | null;

/** Bytes under construction; knows how many there are. */
export class ByteWriter {
  readonly #pieces: Uint8Array[] = [];
  size = 0;
  /** Latin-1 text. */
  text(text: string): this {
    return this.bytes(encodeLatin1(text));
  }
  bytes(bytes: Uint8Array): this {
    this.#pieces.push(bytes);
    this.size += bytes.length;
    return this;
  }
  take(): Uint8Array {
    const whole = new Uint8Array(this.size);
    let at = 0;
    for (const piece of this.#pieces) {
      whole.set(piece, at);
      at += piece.length;
    }
    return whole;
  }
}

/** §7.3.3: never an exponent; four decimals are a 140,000th of an inch. */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) throw new PdfError('structure', `cannot be written: ${value}`);
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return value === 0 ? '0' : String(value);
  const text = value.toFixed(4).replace(/0+$/, '').replace(/\.$/, '');
  return text === '-0' ? '0' : text;
}

const REGULAR = /^[!"$&'*+,\-.0-9:;=?@A-Z\\^_`a-z|~]$/;

/** §7.3.5: everything that is not a regular character becomes `#xx`. */
export function nameText(name: string): string {
  let text = '/';
  for (const character of name) {
    if (REGULAR.test(character)) text += character;
    else {
      const code = character.charCodeAt(0);
      const bytes = code < 256 ? [code] : encodeUtf8(character);
      for (const byte of bytes) text += `#${byte.toString(16).padStart(2, '0')}`;
    }
  }
  return text;
}

/** §7.3.4.2, with `\`, `(`, `)` and CR escaped: a bare CR would be read as a line feed. */
export function literalString(bytes: Uint8Array): Uint8Array {
  let extra = 0;
  for (const byte of bytes) if (byte === 92 || byte === 40 || byte === 41 || byte === 13) extra += 1;
  const out = new Uint8Array(bytes.length + extra + 2);
  let at = 0;
  out[at++] = 40;
  for (const byte of bytes) {
    if (byte === 92 || byte === 40 || byte === 41) out[at++] = 92;
    if (byte === 13) {
      out[at++] = 92;
      out[at++] = 114;
    } else out[at++] = byte;
  }
  out[at] = 41;
  return out;
}

const hexDigits = '0123456789abcdef';

/** §7.3.4.3 */
export function hexString(bytes: Uint8Array): string {
  let text = '<';
  for (const byte of bytes) text += hexDigits.charAt(byte >> 4) + hexDigits.charAt(byte & 15);
  return `${text}>`;
}

/** A text string (§7.9.2.2): ASCII as it is, anything else as UTF-16BE with its mark. */
export function textString(text: string): PdfString {
  if (/^[\x20-\x7e\n\r\t]*$/.test(text)) return new PdfString(encodeLatin1(text));
  const bytes = new Uint8Array(2 + 2 * text.length);
  bytes[0] = 0xfe;
  bytes[1] = 0xff;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    bytes[2 + 2 * i] = code >> 8;
    bytes[3 + 2 * i] = code & 255;
  }
  return new PdfString(bytes);
}

/** A date (§7.9.4) in UTC with its zone, from UTC milliseconds. */
export function dateString(at: number): PdfString {
  const iso = new Date(at).toISOString();
  return new PdfString(encodeLatin1(`D:${iso.slice(0, 19).replace(/[-:T]/g, '')}+00'00'`));
}

/**
 * Writes one object's value (§7.3). Strings go through `cipher`; a stream's `raw` bytes are written as they
 * are (`append.ts` encrypts them) and its /Length is set to what is written.
 */
export function writeObject(out: ByteWriter, object: PdfObject, cipher: StringCipher = null): void {
  if (object === null) out.text('null');
  else if (typeof object === 'boolean') out.text(String(object));
  else if (typeof object === 'number') out.text(numberText(object));
  else if (object instanceof PdfName) out.text(nameText(object.name));
  else if (object instanceof PdfString) writeString(out, object, cipher);
  else if (object instanceof PdfRef) out.text(`${object.num} ${object.gen} R`);
  else if (Array.isArray(object)) writeArray(out, object, cipher);
  else if (object instanceof PdfDict) writeDict(out, object, cipher);
  else writeStream(out, object, cipher);
}

function writeString(out: ByteWriter, { bytes, hex }: PdfString, cipher: StringCipher): void {
  const written = cipher === null ? bytes : cipher(bytes);
  if (hex) out.text(hexString(written));
  else out.bytes(literalString(written));
}

function writeArray(out: ByteWriter, items: readonly PdfObject[], cipher: StringCipher): void {
  out.text('[');
  items.forEach((item, index) => {
    if (index > 0) out.text(' ');
    writeObject(out, item, cipher);
  });
  out.text(']');
}

function writeDict(out: ByteWriter, dict: PdfDict, cipher: StringCipher): void {
  out.text('<<');
  for (const [key, value] of dict.map) {
    out.text(nameText(key));
    // A value that begins with its own delimiter needs no space: 20 bytes a field.
    if (!delimited(value)) out.text(' ');
    writeObject(out, value, cipher);
  }
  out.text('>>');
}

function delimited(value: PdfObject): boolean {
  return (
    Array.isArray(value) || value instanceof PdfName || value instanceof PdfString || value instanceof PdfDict
  );
}

function writeStream(out: ByteWriter, { dict, raw }: PdfStream, cipher: StringCipher): void {
  writeDict(out, dict.clone().set('Length', raw.length), cipher);
  out.text('\nstream\n').bytes(raw).text('\nendstream');
}
