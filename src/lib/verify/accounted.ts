import { isSpace } from '../pdf/lexer.ts';
import type { PdfDocument } from '../pdf/document.ts';
import type { Revision } from '../pdf/revisions.ts';

/** White space and comments only; a comment that names an object is none that a repairing viewer skips. */
function isFiller(doc: PdfDocument, from: number, to: number): boolean {
  if (to - from > 1 << 20) return false;
  const bytes = doc.source.read(from, to - from);
  for (let i = 0; i < bytes.length; i += 1) {
    const code = bytes[i] ?? 0;
    if (isSpace(code)) continue;
    if (code !== 0x25) return false;
    const start = i;
    while (i < bytes.length && bytes[i] !== 10 && bytes[i] !== 13) i += 1;
    const line = String.fromCharCode(...bytes.subarray(start, Math.min(i, start + 4096)));
    if (i - start > 4096 || /obj|xref|trailer/.test(line)) return false;
  }
  return true;
}

/** Where an object stands and ends, as a view reads it; null when there is none. */
export type Place = (
  view: PdfDocument,
  num: number,
  offset: number
) => { readonly start: number; readonly end: number } | null;

const located: Place = (view, num) => view.locate(num);

/** The pieces of a revision that its own xref accounts for: objects, sections, the closing lines. */
function pieces(doc: PdfDocument, revision: Revision, placeOf: Place): [number, number][] {
  const found: [number, number][] = [];
  const view = doc.of(revision);
  for (const section of revision.sections) {
    found.push([section.offset, section.end]);
    if (section.hybrid !== null) found.push([section.hybrid.offset, section.hybrid.end]);
    for (const [num, entry] of section.entries) {
      if (entry.kind !== 'at' || entry.offset < revision.start || entry.offset >= revision.end) continue;
      const place = placeOf(view, num, entry.offset);
      if (place !== null) found.push([place.start, place.end]);
    }
  }
  if (revision.closing >= 0) found.push([revision.closing, revision.marker]);
  return found.sort((a, b) => a[0] - b[0]);
}

/**
 * File offset of the first byte of a later revision that no xref accounts for, or -1. Such bytes are what
 * repairing viewers show and strict readers never see. `placeOf`: what is known of the objects already.
 */
export function firstUnaccounted(doc: PdfDocument, revision: Revision, placeOf = located): number {
  let at = revision.start;
  for (const [start, end] of pieces(doc, revision, placeOf)) {
    if (start > at && !isFiller(doc, at, start)) return at;
    at = Math.max(at, end);
  }
  return isFiller(doc, at, Math.max(at, revision.end)) ? -1 : at;
}

/** What follows the last revision: nothing but white space, the start of a revision that was cut, or anything. */
export function tailOf(doc: PdfDocument): { readonly kind: 'blank' | 'cut' | 'other'; readonly at: number } {
  const revisions = doc.revisions();
  const at = revisions[revisions.length - 1]?.end ?? doc.source.size;
  const size = 65536;
  for (let from = at; from < doc.source.size; from += size) {
    const bytes = doc.source.read(from, size);
    const first = bytes.findIndex((byte) => !isSpace(byte));
    if (first < 0) continue;
    const text = String.fromCharCode(...bytes.subarray(first, first + 64));
    return {
      kind: /^\d+\s+\d+\s+obj/.test(text) || text.startsWith('xref') ? 'cut' : 'other',
      at: from + first
    };
  }
  return { kind: 'blank', at };
}
