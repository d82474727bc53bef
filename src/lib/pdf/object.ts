import type { ByteSource } from '../bytes/source.ts';
import { Meter } from './budget.ts';
import type { Encryption } from './crypt.ts';
import { PdfError } from './error.ts';
import type { Lexer } from './lexer.ts';
import { PdfDict, type PdfObject, PdfStream, PdfString } from './objects.ts';
import { type Extent, objectHeader, Parser, withWindow } from './parser.ts';

/** One indirect object as it stands in the file. */
export interface Located {
  readonly num: number;
  readonly gen: number;
  readonly value: PdfObject;
  /** File offsets of its first byte and just behind its last (`endobj`, when there is one). */
  readonly start: number;
  readonly end: number;
  /** The writer's /Length was wrong, or `endstream` or `endobj` is missing. */
  readonly faulty: boolean;
  /** Bytes taken from the budget for its values; whoever drops them gives these back. */
  readonly cost: number;
}

/** What reading an object needs from the document around it. */
export interface ObjectContext extends Extent {
  /** Null for xref streams, /Encrypt itself and plain files. */
  readonly encryption: Encryption | null;
  /** The number behind an indirect /Length; null when it cannot be had. */
  length(object: PdfObject | undefined): number | null;
}

function literally(lexer: Lexer, word: string): boolean {
  for (let i = 0; i < word.length; i += 1) if (lexer.peek(i) !== word.charCodeAt(i)) return false;
  lexer.pos += word.length;
  return true;
}

/** File offset of `word` at or after `from`, or -1. */
export function findWord(source: ByteSource, word: string, from: number, end: number): number {
  const size = 65536;
  const first = word.charCodeAt(0);
  for (let at = from; at < end; at += size) {
    const bytes = source.read(at, Math.min(size + word.length - 1, end - at));
    for (
      let i = bytes.indexOf(first);
      i >= 0 && i + word.length <= bytes.length;
      i = bytes.indexOf(first, i + 1)
    ) {
      let same = 1;
      while (same < word.length && bytes[i + same] === word.charCodeAt(same)) same += 1;
      if (same === word.length) return at + i;
    }
  }
  return -1;
}

function dataOf(
  context: ObjectContext,
  dict: PdfDict,
  start: number
): { length: number; end: number; faulty: boolean } {
  const { source, end } = context;
  const length = context.length(dict.get('Length'));
  if (length !== null && length >= 0 && start + length <= end) {
    const after = withWindow(context, start + length, (lexer) => {
      // One end-of-line marker belongs here; some writers leave none, some leave two.
      while (lexer.peek() === 13 || lexer.peek() === 10 || lexer.peek() === 32) lexer.pos += 1;
      return literally(lexer, 'endstream') ? lexer.offset : -1;
    });
    if (after >= 0) return { length, end: after, faulty: false };
  }
  const found = findWord(source, 'endstream', start, end);
  if (found < 0) throw new PdfError('syntax', 'stream without an end', start);
  const tail = source.read(Math.max(start, found - 2), Math.min(2, found - start));
  let cut = 0;
  if (tail[tail.length - 1] === 10) cut = tail[tail.length - 2] === 13 ? 2 : 1;
  else if (tail[tail.length - 1] === 13) cut = 1;
  return { length: found - start - cut, end: found + 9, faulty: true };
}

/**
 * Reads "num gen obj … endobj" at a file offset: parsed, decrypted, a stream's data located by /Length or,
 * where that is wrong, by `endstream`, but not read. Throws PdfError `syntax`, `limit` or `xref` (no object
 * stands there).
 */
export function readObject(context: ObjectContext, offset: number): Located {
  if (offset < 0 || offset >= context.end) throw new PdfError('xref', 'an object outside the file', offset);
  return context.budget.attempt(() => readHere(context, offset));
}

function readHere(context: ObjectContext, offset: number): Located {
  const { source, limits, budget, encryption } = context;
  const meter = new Meter(budget);
  const head = withWindow(context, offset, (lexer) => {
    // A window that was too small: what was parsed in it is dropped.
    meter.release();
    lexer.skip();
    const start = lexer.offset;
    const header = objectHeader(lexer);
    if (header === null) throw new PdfError('xref', 'no object stands here', offset);
    lexer.skip();
    // "2 0 obj endobj" is null.
    const empty = literally(lexer, 'endobj');
    const value = empty ? null : new Parser(lexer, limits, meter).object();
    lexer.skip();
    const ended = empty || literally(lexer, 'endobj');
    let data = -1;
    if (!ended && value instanceof PdfDict && literally(lexer, 'stream')) {
      if (lexer.peek() === 13) lexer.pos += 1;
      if (lexer.peek() === 10) lexer.pos += 1;
      data = lexer.offset;
    }
    return { ...header, start, value, ended, data, end: lexer.offset };
  });
  meter.settle();
  const { num, gen, start } = head;
  const plain = decrypted(head.value, encryption, num, gen);
  const base = { num, gen, start, cost: meter.taken };
  if (head.data < 0 || !(plain instanceof PdfDict)) {
    return { ...base, value: plain, end: head.end, faulty: !head.ended };
  }
  const data = dataOf(context, plain, head.data);
  const raw = (): Uint8Array => {
    const bytes = source.read(head.data, data.length);
    if (encryption === null) return bytes;
    // What is read, and what decrypting copies.
    return budget.during(2 * bytes.length, () => encryption.decryptStream(bytes, num, gen, plain));
  };
  const close = withWindow(context, data.end, (lexer) => {
    lexer.skip();
    return literally(lexer, 'endobj') ? lexer.offset : -1;
  });
  return {
    ...base,
    value: new PdfStream(plain, raw),
    end: close < 0 ? data.end : close,
    faulty: data.faulty || close < 0
  };
}

/** All strings decrypted, but never /Contents of a signature dictionary (§7.6.2). */
function decrypted(value: PdfObject, encryption: Encryption | null, num: number, gen: number): PdfObject {
  if (encryption === null) return value;
  const walk = (object: PdfObject): PdfObject => {
    if (object instanceof PdfString) {
      return new PdfString(encryption.decryptString(object.bytes, num, gen), object.hex);
    }
    if (Array.isArray(object)) return object.map(walk);
    if (!(object instanceof PdfDict)) return object;
    const signature = object.has('ByteRange');
    const map = new Map<string, PdfObject>();
    for (const [key, item] of object.map) map.set(key, signature && key === 'Contents' ? item : walk(item));
    return new PdfDict(map, object.duplicateKeys);
  };
  return walk(value);
}
