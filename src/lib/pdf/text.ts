import { decodeUtf8 } from '../bytes/utf8.ts';
import type { PdfString } from './objects.ts';

/** PDFDocEncoding where it differs from Latin-1 (ISO 32000-2, D.3); 0 where nothing is defined. */
const DIFFERENT: Readonly<Record<number, string>> = {
  0x18: '\u02d8\u02c7\u02c6\u02d9\u02dd\u02db\u02da\u02dc',
  0x80: '\u2022\u2020\u2021\u2026\u2014\u2013\u0192\u2044\u2039\u203a\u2212\u2030\u201e\u201c\u201d\u2018',
  0x90: '\u2019\u201a\u2122\ufb01\ufb02\u0141\u0152\u0160\u0178\u017d\u0131\u0142\u0153\u0161\u017e\ufffd',
  0xa0: '\u20ac'
};

/** What a text string (§7.9.2.2) says: UTF-16BE or UTF-8 by its mark, else PDFDocEncoding. */
export function decodeText({ bytes }: PdfString): string {
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return utf16(bytes.subarray(2), 0);
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return utf16(bytes.subarray(2), 1);
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
    const text = decodeUtf8(bytes.subarray(3));
    if (text !== null) return text;
  }
  let text = '';
  for (const byte of bytes) {
    const row = DIFFERENT[byte < 0x20 ? 0x18 : byte & 0xf0];
    const column = byte < 0x20 ? byte - 0x18 : byte & 15;
    text += (column >= 0 ? row?.charAt(column) : '') || String.fromCharCode(byte);
  }
  return text;
}

/** `high` is the index of the high byte in each pair: 0 big-endian, 1 little-endian. */
function utf16(bytes: Uint8Array, high: 0 | 1): string {
  let text = '';
  for (let i = 0; i + 1 < bytes.length; i += 2) {
    text += String.fromCharCode(((bytes[i + high] ?? 0) << 8) | (bytes[i + 1 - high] ?? 0));
  }
  return text;
}
