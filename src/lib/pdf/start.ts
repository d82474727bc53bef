import type { ByteSource } from '../bytes/source.ts';

function matches(bytes: Uint8Array, at: number, word: string): boolean {
  for (let i = 0; i < word.length; i += 1) if (bytes[at + i] !== word.charCodeAt(i)) return false;
  return true;
}

/** File offset of `%PDF-` in the first 1,024 bytes, or -1 (ISO 32000-2 §7.5.2, as viewers read it). */
export function findHeader(source: ByteSource): number {
  const bytes = source.read(0, 1024);
  for (let i = bytes.indexOf(0x25); i >= 0; i = bytes.indexOf(0x25, i + 1))
    if (matches(bytes, i, '%PDF-')) return i;
  return -1;
}

/** File offset of the last `startxref` before `end`, or -1; walks back through the whole file if it must. */
export function lastStartxref(source: ByteSource, end: number): number {
  const size = 65536;
  for (let to = end; to > 0; to -= size) {
    const from = Math.max(0, to - size);
    const bytes = source.read(from, Math.min(end, to + 8) - from);
    for (let i = bytes.lastIndexOf(0x73); i >= 0; i = i === 0 ? -1 : bytes.lastIndexOf(0x73, i - 1)) {
      if (matches(bytes, i, 'startxref')) return from + i;
    }
  }
  return -1;
}

/** The number behind the last `startxref` of the file, as written, or null (§7.5.5). */
export function findStart(source: ByteSource): number | null {
  const at = lastStartxref(source, source.size);
  if (at < 0) return null;
  const bytes = source.read(at + 9, 64);
  const text = String.fromCharCode(...bytes);
  const digits = /^[\s\0]*(\d{1,15})/.exec(text)?.[1];
  return digits === undefined ? null : Number(digits);
}
