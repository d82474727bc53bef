import { PdfError } from '../pdf/error.ts';
import type { PdfDocument } from '../pdf/document.ts';
import { Lexer, type Token } from '../pdf/lexer.ts';
import { PdfDict, PdfName, type PdfObject, PdfStream, PdfString } from '../pdf/objects.ts';

/** What the codes of a font stand for; null for a code that nothing explains. */
export type FontText = (code: number) => string | null;

const MAX_CODES = 70_000;

/** Windows-1252 from 0x80 (Annex D.2, WinAnsiEncoding); blank where nothing is defined. */
const WINDOWS = '€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ';

/** Names of Annex D whose glyph is not one letter long; others are named `uni20AC` or not judged. */
const NAMED: Readonly<Record<string, string>> = {
  space: ' ',
  zero: '0',
  one: '1',
  two: '2',
  three: '3',
  four: '4',
  five: '5',
  six: '6',
  seven: '7',
  eight: '8',
  nine: '9',
  period: '.',
  comma: ',',
  hyphen: '-',
  minus: '−',
  plus: '+',
  slash: '/',
  colon: ':',
  Euro: '€',
  bullet: '•'
};

function utf16(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i + 1 < bytes.length; i += 2)
    text += String.fromCharCode(((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0));
  return text;
}

function codeOf(token: Token): number {
  if (token.kind !== 'string') return -1;
  return token.value.bytes.reduce((value, byte) => value * 256 + byte, 0);
}

/** The last unit of a text, moved on: `bfrange` counts from its first value (§9.10.3). */
function counted(first: string, by: number): string {
  return first.slice(0, -1) + String.fromCharCode(first.charCodeAt(first.length - 1) + by);
}

/** Reads a ToUnicode CMap: `bfchar` and `bfrange`. */
function readCMap(bytes: Uint8Array): FontText {
  const known = new Map<number, string>();
  const lexer = new Lexer(bytes, 0, true, 1 << 20);
  const put = (code: number, text: string): void => {
    if (code >= 0 && known.size < MAX_CODES) known.set(code, text);
  };
  let mode = '';
  for (let token = lexer.next(); token.kind !== 'end'; token = lexer.next()) {
    if (token.kind === 'word') {
      if (token.value.startsWith('begin') || token.value.startsWith('end')) mode = token.value;
      continue;
    }
    if (token.kind !== 'string') continue;
    if (mode === 'beginbfchar') {
      const to = lexer.next();
      if (to.kind === 'string') put(codeOf(token), utf16(to.value.bytes));
    } else if (mode === 'beginbfrange') {
      const [low, high, to] = [codeOf(token), codeOf(lexer.next()), lexer.next()];
      if (to.kind === 'string') {
        const first = utf16(to.value.bytes);
        for (let code = low; code <= high && code - low < 65536; code += 1)
          put(code, counted(first, code - low));
      } else if (to.kind === 'word' && to.value === '[') {
        let code = low;
        for (let item = lexer.next(); item.kind === 'string'; item = lexer.next(), code += 1)
          put(code, utf16(item.value.bytes));
      }
    }
  }
  return (code) => known.get(code) ?? null;
}

function named(name: string): string | null {
  if (/^[A-Za-z]$/.test(name)) return name;
  const code = /^uni([0-9A-F]{4})$/.exec(name)?.[1] ?? /^u([0-9A-F]{4,6})$/.exec(name)?.[1];
  return code === undefined ? (NAMED[name] ?? null) : String.fromCodePoint(Number.parseInt(code, 16));
}

function windows(code: number): string | null {
  if (code >= 0x80 && code < 0xa0) return WINDOWS.charAt(code - 0x80).trim() || null;
  return code < 32 ? null : String.fromCharCode(code);
}

/** Where the standard encodings agree: ASCII but for the two quotes. */
function ascii(code: number): string | null {
  return code < 32 || code > 126 || code === 39 || code === 96 ? null : String.fromCharCode(code);
}

function simple(doc: PdfDocument, font: PdfDict): FontText | null {
  const encoding = doc.resolve(font.get('Encoding'));
  const base = encoding instanceof PdfDict ? doc.resolve(encoding.get('BaseEncoding')) : encoding;
  const family = doc.resolve(font.get('BaseFont'));
  // Symbol fonts, and subsets without a word about their codes, draw what they like.
  if (family instanceof PdfName && /Symbol|Dingbats/i.test(family.name)) return null;
  const bare = base === null && (!(family instanceof PdfName) || family.name.includes('+'));
  if (bare) return null;
  const from: FontText = base instanceof PdfName && base.name === 'WinAnsiEncoding' ? windows : ascii;
  const differences = new Map<number, string | null>();
  let code = 0;
  const list: readonly PdfObject[] =
    encoding instanceof PdfDict ? (doc.array(encoding.get('Differences')) ?? []) : [];
  for (const item of list) {
    if (typeof item === 'number') code = item;
    else if (item instanceof PdfName) differences.set(code++, named(item.name));
  }
  return (one) => (differences.has(one) ? (differences.get(one) ?? null) : from(one));
}

/**
 * How text drawn with a font reads: by its /ToUnicode, else by a simple font's encoding (§9.10.2). Null when
 * neither says it; a Type 3 font without /ToUnicode draws whatever its file pleases.
 */
export function fontText(doc: PdfDocument, font: PdfDict | null): FontText | null {
  if (font === null) return null;
  const map = doc.resolve(font.get('ToUnicode'));
  try {
    if (map instanceof PdfStream) return readCMap(doc.inflate(map));
  } catch (error) {
    if (error instanceof PdfError) return null;
    throw error;
  }
  const subtype = doc.resolve(font.get('Subtype'));
  const name = subtype instanceof PdfName ? subtype.name : '';
  return name === 'Type1' || name === 'TrueType' || name === 'MMType1' ? simple(doc, font) : null;
}

/** The text of a string drawn with a font; null when one of its codes says nothing. */
export function readText(read: FontText, string: PdfString, bytes: number): string | null {
  let text = '';
  for (let i = 0; i + bytes <= string.bytes.length; i += bytes) {
    const code =
      bytes === 2 ? ((string.bytes[i] ?? 0) << 8) | (string.bytes[i + 1] ?? 0) : (string.bytes[i] ?? 0);
    const one = read(code);
    if (one === null) return null;
    text += one;
  }
  return text;
}
