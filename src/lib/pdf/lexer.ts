import { hexValue } from '../bytes/hex.ts';
import { PdfError } from './error.ts';
import { limitError } from './limits.ts';
import { PdfName, PdfString } from './objects.ts';

/** Thrown when a window ends inside a token and the file goes on: the reader takes a larger window. */
export const NEED_MORE = Symbol('need more bytes');

export type Token =
  | { readonly kind: 'number'; readonly value: number; readonly integer: boolean }
  | { readonly kind: 'name'; readonly value: PdfName }
  | { readonly kind: 'string'; readonly value: PdfString }
  | { readonly kind: 'word'; readonly value: string }
  | { readonly kind: 'end' };

/** Class of a byte (ISO 32000-2 §7.2.3): 1 white space, 2 delimiter, 0 regular. */
export const classes: Uint8Array = new Uint8Array(256);
for (const code of [0, 9, 10, 12, 13, 32]) classes[code] = 1;
for (const char of '()<>[]{}/%') classes[char.charCodeAt(0)] = 2;

export function isSpace(code: number): boolean {
  return code >= 0 && classes[code] === 1;
}

export function isRegular(code: number): boolean {
  return code >= 0 && classes[code] === 0;
}

/** Tokens of ISO 32000-2 §7.2 and §7.3 over a window of the file. Offsets in errors are the file's. */
export class Lexer {
  /** Index into the window. */
  pos = 0;

  /** `final`: the window reaches the end of the data; `base`: file offset of its first byte. */
  constructor(
    readonly bytes: Uint8Array,
    readonly base: number,
    readonly final: boolean,
    private readonly stringLimit: number,
    private readonly nameLimit = 4096
  ) {}

  /** File offset of the next byte. */
  get offset(): number {
    return this.base + this.pos;
  }

  /** Byte at `pos + ahead`, -1 behind the end of the data. */
  peek(ahead = 0): number {
    const at = this.pos + ahead;
    if (at < this.bytes.length) return this.bytes[at] ?? -1;
    if (!this.final) throw NEED_MORE;
    return -1;
  }

  error(message: string): PdfError {
    return new PdfError('syntax', message, this.offset);
  }

  /** Skips white space and comments. */
  skip(): void {
    for (;;) {
      const code = this.peek();
      if (isSpace(code)) this.pos += 1;
      else if (code === 0x25) {
        while (this.peek() !== -1 && this.peek() !== 10 && this.peek() !== 13) this.pos += 1;
      } else return;
    }
  }

  next(): Token {
    this.skip();
    const code = this.peek();
    switch (code) {
      case -1:
        return { kind: 'end' };
      case 0x2f:
        return { kind: 'name', value: this.name() };
      case 0x28:
        return { kind: 'string', value: this.literal() };
      case 0x3c:
        if (this.peek(1) !== 0x3c) return { kind: 'string', value: this.hex() };
        this.pos += 2;
        return { kind: 'word', value: '<<' };
      case 0x3e:
        if (this.peek(1) === 0x3e) {
          this.pos += 2;
          return { kind: 'word', value: '>>' };
        }
        this.pos += 1;
        return { kind: 'word', value: '>' };
      case 0x5b:
      case 0x5d:
      case 0x7b:
      case 0x7d:
      case 0x29:
        this.pos += 1;
        return { kind: 'word', value: String.fromCharCode(code) };
      default:
        return this.numberOrWord();
    }
  }

  private numberOrWord(): Token {
    const start = this.pos;
    let value = 0;
    let digits = true;
    for (let code = this.peek(); isRegular(code); code = this.peek()) {
      this.pos += 1;
      if (code >= 48 && code <= 57) value = value * 10 + code - 48;
      else digits = false;
    }
    // Fifteen digits are exact; what is longer goes the slow way.
    if (digits && this.pos > start && this.pos - start <= 15) return { kind: 'number', value, integer: true };
    const text = String.fromCharCode(...this.bytes.subarray(start, Math.min(this.pos, start + 128)));
    const first = text.charCodeAt(0);
    if ((first >= 48 && first <= 57) || first === 43 || first === 45 || first === 46) {
      if (/^[+-]?\d+$/.test(text)) return { kind: 'number', value: Number(text), integer: true };
      // "--5", "1.2.3" and "4-5" stand in real files; readers take what is readable as a number.
      const read = /^[+-]*(\d*\.?\d*)/.exec(text);
      const found = read?.[1] ?? '';
      if (read !== null && /^[+\-.\d]*$/.test(text)) {
        const size = found === '' || found === '.' ? 0 : Number(found);
        return { kind: 'number', value: first === 45 ? -size : size, integer: false };
      }
    }
    return { kind: 'word', value: text };
  }

  /** The generation of "gen R" when that stands here, behind the number of a reference; else -1, and nothing is read. */
  reference(): number {
    const back = this.pos;
    this.skip();
    let gen = -1;
    for (let code = this.peek(); code >= 48 && code <= 57; code = this.peek()) {
      gen = Math.max(0, gen) * 10 + code - 48;
      this.pos += 1;
    }
    if (gen >= 0 && !isRegular(this.peek())) {
      this.skip();
      if (this.peek() === 0x52 && !isRegular(this.peek(1))) {
        this.pos += 1;
        return gen;
      }
    }
    this.pos = back;
    return -1;
  }

  private name(): PdfName {
    this.pos += 1;
    let text = '';
    for (let code = this.peek(); isRegular(code); code = this.peek()) {
      this.pos += 1;
      if (code === 0x23) {
        const high = hexValue(this.peek());
        const low = high < 0 ? -1 : hexValue(this.peek(1));
        if (low >= 0) {
          code = (high << 4) | low;
          this.pos += 2;
        }
      }
      text += String.fromCharCode(code);
      if (text.length > this.nameLimit) throw limitError('characters of a name', this.nameLimit, this.offset);
    }
    return new PdfName(text);
  }

  private checked(bytes: number): number {
    if (bytes > this.stringLimit) throw limitError('bytes of a string', this.stringLimit, this.offset);
    return bytes;
  }

  private hex(): PdfString {
    this.pos += 1;
    const start = this.pos;
    const end = this.bytes.indexOf(0x3e, start);
    this.pos = end < 0 ? this.bytes.length : end;
    if (end < 0 && !this.final) throw NEED_MORE;
    let digits = 0;
    for (let i = start; i < this.pos; i += 1) {
      const code = this.bytes[i] ?? 0;
      if (hexValue(code) >= 0) digits += 1;
      else if (!isSpace(code)) throw this.error('hexadecimal string with another character');
    }
    if (end < 0) throw this.error('hexadecimal string without an end');
    const out = new Uint8Array(this.checked((digits + 1) >> 1));
    let at = 0;
    for (let i = start; i < this.pos; i += 1) {
      const value = hexValue(this.bytes[i] ?? 0);
      if (value < 0) continue;
      out[at >> 1] = at % 2 === 0 ? value << 4 : (out[at >> 1] ?? 0) | value;
      at += 1;
    }
    this.pos += 1;
    return new PdfString(out, true);
  }

  private literal(): PdfString {
    this.pos += 1;
    const start = this.pos;
    // Once to find the end, so that no more is allocated than the string has bytes.
    const { bytes } = this;
    let plain = true;
    let at = start;
    for (let depth = 1; depth > 0; at += 1) {
      if (at >= bytes.length) {
        this.pos = bytes.length;
        if (!this.final) throw NEED_MORE;
        throw this.error('string without an end');
      }
      const code = bytes[at];
      if (code === 0x29) depth -= 1;
      else if (code === 0x28) depth += 1;
      else if (code === 13) plain = false;
      else if (code === 0x5c) {
        plain = false;
        at += 1;
      }
    }
    this.pos = at;
    const end = this.pos - 1;
    if (plain) return new PdfString(this.bytes.slice(start, start + this.checked(end - start)), false);
    // An escape makes one byte of up to four.
    const out = new Uint8Array(Math.min(end - start, this.stringLimit + 1));
    let size = 0;
    this.pos = start;
    while (this.pos < end) {
      let code = this.peek();
      this.pos += 1;
      if (code === 0x5c) code = this.escape();
      else if (code === 13) {
        if (this.peek() === 10) this.pos += 1;
        code = 10;
      }
      if (code >= 0) out[size++] = code;
      this.checked(size);
    }
    this.pos = end + 1;
    return new PdfString(size === out.length ? out : out.slice(0, size), false);
  }

  /** Behind a backslash (§7.3.4.2); -1 when it stands for nothing. */
  private escape(): number {
    const code = this.peek();
    if (code >= 48 && code <= 55) {
      let value = 0;
      for (let digits = 0; digits < 3 && this.peek() >= 48 && this.peek() <= 55; digits += 1) {
        value = value * 8 + this.peek() - 48;
        this.pos += 1;
      }
      return value & 255;
    }
    if (code !== -1) this.pos += 1;
    switch (code) {
      case 0x6e:
        return 10;
      case 0x72:
        return 13;
      case 0x74:
        return 9;
      case 0x62:
        return 8;
      case 0x66:
        return 12;
      case 13:
        if (this.peek() === 10) this.pos += 1;
        return -1;
      case 10:
        return -1;
      default:
        return code;
    }
  }
}
