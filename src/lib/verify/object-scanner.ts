import type { ByteSource } from '../bytes/source.ts';
import { isSpace } from '../pdf/lexer.ts';
import { PdfError } from '../pdf/error.ts';
import type { PdfObject } from '../pdf/objects.ts';
import type { PdfDocument } from '../pdf/document.ts';
import { scanObject } from './reference-scan.ts';

const CHUNK = 1 << 18;
/** What may stand between a stream's data and the end of its `endobj`. */
const CLOSING = 32;

/** One object that any reader reads alike. */
export interface ScannedObject {
  /** File offset of its number. */
  readonly start: number;
  /** File offset behind its `endobj`. */
  readonly end: number;
  readonly isStream: boolean;
  /** A dictionary with /Kids or /Pages: it may be part of a tree of pages. */
  readonly branches: boolean;
  /** Where it ends hangs on another object: its /Length. */
  readonly hangs: boolean;
}

function behind(bytes: Uint8Array, at: number, word: string): number {
  for (let i = 0; i < word.length; i += 1) if (bytes[at + i] !== word.charCodeAt(i)) return -1;
  return at + word.length;
}

/** Reads the tokens of objects piece by piece; asked in the order of their offsets it reads a file once. */
export class ObjectScanner {
  private base = 0;
  private bytes: Uint8Array = new Uint8Array(0);

  constructor(private readonly source: ByteSource) {}

  /**
   * Calls `found` with every number that the object at `offset` refers to; `again` says that it starts anew.
   * Null when the object is not plain, or does not end inside `view`: then only a real reader can say.
   */
  scan(
    view: PdfDocument,
    offset: number,
    num: number,
    found: (target: number) => void,
    again: () => void
  ): ScannedObject | null {
    let scanned = scanObject(this.bytes, offset - this.base, num, found);
    let size = CHUNK;
    while (
      scanned.kind === 'more' &&
      (this.base !== offset || this.base + this.bytes.length < this.source.size)
    ) {
      again();
      this.base = offset;
      this.bytes = this.source.read(offset, size);
      size *= 8;
      scanned = scanObject(this.bytes, 0, num, found);
    }
    if (scanned.kind !== 'scanned') return null;
    const isStream = scanned.length !== null;
    const stop = this.base + scanned.end;
    const end = scanned.length === null ? stop : this.streamEnd(view, stop, scanned.length);
    if (end < 0 || end > view.end) return null;
    const hangs = scanned.length !== null && 'object' in scanned.length;
    return { start: this.base + scanned.start, end, isStream, branches: scanned.branches, hangs };
  }

  /** Behind the `endobj` of a stream whose data ends where its /Length says, inside the view; else -1. */
  private streamEnd(
    view: PdfDocument,
    start: number,
    length: { readonly bytes: number } | { readonly object: number }
  ): number {
    let size: PdfObject;
    try {
      size = 'bytes' in length ? length.bytes : view.get(length.object);
    } catch (error) {
      if (error instanceof PdfError) return -1;
      throw error;
    }
    if (typeof size !== 'number' || !Number.isInteger(size) || size < 0) return -1;
    const from = start + size;
    if (from + CLOSING > view.end) return -1;
    const near = from - this.base + CLOSING <= this.bytes.length;
    const bytes = near
      ? this.bytes.subarray(from - this.base, from - this.base + CLOSING)
      : this.source.read(from, CLOSING);
    let at = 0;
    while (bytes[at] === 10 || bytes[at] === 13 || bytes[at] === 32) at += 1;
    at = behind(bytes, at, 'endstream');
    if (at < 0 || !isSpace(bytes[at] ?? -1)) return -1;
    while (isSpace(bytes[at] ?? -1)) at += 1;
    const end = behind(bytes, at, 'endobj');
    return end < 0 ? -1 : from + end;
  }
}
