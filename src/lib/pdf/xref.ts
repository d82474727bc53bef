import { PdfError } from './error.ts';
import { decodeStream } from './filters.ts';
import { type Lexer, isSpace } from './lexer.ts';
import { type Budget, limitError, type Limits } from './limits.ts';
import { type ObjectContext, readObject } from './object.ts';
import { PdfDict, PdfName, PdfStream, type PdfObject } from './objects.ts';
import { Parser, withWindow } from './parser.ts';

/** ISO 32000-2 §7.5.4 and §7.5.8: where one object is. */
export type XrefEntry =
  | { readonly kind: 'free'; readonly gen: number }
  | { readonly kind: 'at'; readonly offset: number; readonly gen: number }
  | { readonly kind: 'in'; readonly stream: number; readonly index: number };

export interface XrefSection {
  readonly kind: 'table' | 'stream';
  /** File offset that led here, as `startxref` or /Prev has it. */
  readonly stated: number;
  /** File offsets of its first byte and just behind its last (trailer dictionary, or `endobj`). */
  readonly offset: number;
  readonly end: number;
  readonly entries: ReadonlyMap<number, XrefEntry>;
  readonly trailer: PdfDict;
  /** Numbers that stand twice in it: readers do not agree which one counts. */
  readonly twice: readonly number[];
  /** Of a hybrid file: the stream that /XRefStm names, already merged into `entries`. */
  readonly hybrid: { readonly offset: number; readonly end: number } | null;
}

/** What reading the chain needs: file offsets are numbers in the file plus `origin`. */
export interface XrefContext {
  readonly object: ObjectContext;
  readonly budget: Budget;
  readonly origin: number;
}

const direct = (object: PdfObject | undefined): PdfObject => object ?? null;

function digits(lexer: Lexer): number {
  while (isSpace(lexer.peek())) lexer.pos += 1;
  let value = -1;
  for (let code = lexer.peek(); code >= 48 && code <= 57; code = lexer.peek()) {
    value = (value < 0 ? 0 : value) * 10 + code - 48;
    lexer.pos += 1;
  }
  return value;
}

function tableEntries(
  lexer: Lexer,
  limits: Limits,
  origin: number
): { entries: Map<number, XrefEntry>; twice: number[] } {
  const entries = new Map<number, XrefEntry>();
  const twice: number[] = [];
  for (;;) {
    lexer.skip();
    const code = lexer.peek();
    if (code < 48 || code > 57) return { entries, twice };
    let first = digits(lexer);
    const count = digits(lexer);
    if (count < 0) throw lexer.error('xref subsection without a count');
    if (entries.size + count > limits.objects) throw limitError('objects', limits.objects, lexer.offset);
    for (let i = 0; i < count; i += 1) {
      const offset = digits(lexer);
      const gen = digits(lexer);
      while (isSpace(lexer.peek())) lexer.pos += 1;
      const kind = lexer.peek();
      if (offset < 0 || gen < 0 || (kind !== 0x6e && kind !== 0x66)) {
        throw new PdfError('xref', 'malformed xref entry', lexer.offset);
      }
      lexer.pos += 1;
      // A table that counts from 1 but begins with the head of the free list means 0.
      if (i === 0 && first === 1 && kind === 0x66 && gen === 65535 && offset === 0) first = 0;
      // The first of two entries for a number in one section is the one viewers keep.
      if (entries.has(first + i)) {
        twice.push(first + i);
        continue;
      }
      entries.set(
        first + i,
        kind === 0x66 || offset === 0 ? { kind: 'free', gen } : { kind: 'at', offset: offset + origin, gen }
      );
    }
  }
}

function readTable(context: XrefContext, offset: number): XrefSection {
  const { source, end, limits } = context.object;
  return withWindow(source, offset, end, limits, (lexer) => {
    lexer.next();
    const { entries, twice } = tableEntries(lexer, limits, context.origin);
    const word = lexer.next();
    if (word.kind !== 'word' || word.value !== 'trailer') {
      throw new PdfError('xref', 'xref table without a trailer', lexer.offset);
    }
    const trailer = new Parser(lexer, limits).object();
    if (!(trailer instanceof PdfDict)) throw new PdfError('xref', 'trailer is no dictionary', lexer.offset);
    return {
      kind: 'table',
      stated: offset,
      offset,
      end: lexer.offset,
      entries,
      trailer,
      twice,
      hybrid: null
    };
  });
}

function streamEntries(
  bytes: Uint8Array,
  dict: PdfDict,
  context: XrefContext
): { entries: Map<number, XrefEntry>; twice: number[] } {
  const { limits } = context.object;
  const numbers = (key: string): number[] | null => {
    const value = dict.get(key);
    if (!Array.isArray(value)) return null;
    return value.map((item) => (typeof item === 'number' && Number.isInteger(item) && item >= 0 ? item : -1));
  };
  const [w0 = -1, w1 = -1, w2 = -1] = numbers('W') ?? [];
  const width = w0 + w1 + w2;
  if (Math.min(w0, w1, w2) < 0 || Math.max(w0, w1, w2) > 8 || width === 0) {
    throw new PdfError('xref', 'xref stream with an impossible /W');
  }
  const size = dict.get('Size');
  const index = numbers('Index') ?? [0, typeof size === 'number' ? size : 0];
  const entries = new Map<number, XrefEntry>();
  const twice: number[] = [];
  let at = 0;
  const field = (bytesWide: number, standard: number): number => {
    if (bytesWide === 0) return standard;
    let value = 0;
    for (let i = 0; i < bytesWide; i += 1) value = value * 256 + (bytes[at++] ?? 0);
    return value;
  };
  for (let pair = 0; pair + 1 < index.length; pair += 2) {
    const first = index[pair] ?? -1;
    const count = index[pair + 1] ?? -1;
    if (first < 0 || count < 0) throw new PdfError('xref', 'xref stream with an impossible /Index');
    if (entries.size + count > limits.objects) throw limitError('objects', limits.objects);
    for (let num = first; num < first + count; num += 1) {
      if (at + width > bytes.length) return { entries, twice };
      const kind = field(w0, 1);
      const second = field(w1, 0);
      const third = field(w2, 0);
      if (entries.has(num)) {
        twice.push(num);
        continue;
      }
      if (kind === 0) entries.set(num, { kind: 'free', gen: third });
      else if (kind === 1) entries.set(num, { kind: 'at', offset: second + context.origin, gen: third });
      else if (kind === 2) entries.set(num, { kind: 'in', stream: second, index: third });
    }
  }
  return { entries, twice };
}

function readStream(context: XrefContext, offset: number): XrefSection {
  const located = readObject({ ...context.object, encryption: null }, offset);
  const stream = located.value;
  const type = stream instanceof PdfStream ? stream.dict.get('Type') : undefined;
  if (!(stream instanceof PdfStream) || !(type instanceof PdfName) || type.name !== 'XRef') {
    throw new PdfError('xref', 'no xref section stands here', offset);
  }
  const bytes = decodeStream(stream.dict, stream.raw, context.budget, direct, true);
  const { entries, twice } = streamEntries(bytes, stream.dict, context);
  return {
    kind: 'stream',
    stated: offset,
    offset,
    end: located.end,
    entries,
    trailer: stream.dict,
    twice,
    hybrid: null
  };
}

/** Writers that count a line end too few or too many miss the word `xref` by a byte or two; -1 when not near. */
function nearbyTable(context: XrefContext, offset: number): number {
  const from = Math.max(0, offset - 2);
  const text = String.fromCharCode(...context.object.source.read(from, 8));
  const at = text.indexOf('xref');
  return at < 0 || at > 4 ? -1 : from + at;
}

/** One section, table or stream, with what its /XRefStm adds (§7.5.8.4). */
export function readSection(context: XrefContext, offset: number): XrefSection {
  const { source, end, limits } = context.object;
  if (offset < 0 || offset >= end) throw new PdfError('xref', 'xref section outside the file', offset);
  const start = withWindow(source, offset, end, limits, (lexer) => {
    lexer.skip();
    const at = lexer.offset;
    const word = lexer.peek() === 0x78 ? lexer.next() : null;
    return { at, table: word?.kind === 'word' && word.value === 'xref' };
  });
  if (!start.table) {
    const near = nearbyTable(context, offset);
    return near < 0
      ? { ...readStream(context, start.at), stated: offset }
      : { ...readTable(context, near), stated: offset };
  }
  const section = { ...readTable(context, start.at), stated: offset };
  const extra = section.trailer.get('XRefStm');
  if (typeof extra !== 'number') return section;
  const hidden = readStream(context, extra + context.origin);
  const entries = new Map(section.entries);
  const twice = [...section.twice, ...hidden.twice];
  for (const [num, entry] of hidden.entries) {
    const known = entries.get(num);
    // What the table frees may be an object that only readers of xref streams shall see.
    if (known === undefined || known.kind === 'free') entries.set(num, entry);
    else if (entry.kind !== 'at' || known.kind !== 'at' || entry.offset !== known.offset) twice.push(num);
  }
  return { ...section, entries, twice, hybrid: { offset: hidden.offset, end: hidden.end } };
}

/**
 * The chain of sections, newest first, from `startxref` over every /Prev. Throws PdfError `xref` (a section
 * is not where it should be, a loop) or `limit`.
 */
export function readChain(context: XrefContext, startxref: number): XrefSection[] {
  const { limits } = context.object;
  const sections: XrefSection[] = [];
  const seen = new Set<number>();
  for (let offset: number | null = startxref; offset !== null;) {
    if (seen.has(offset)) throw new PdfError('xref', 'xref sections form a loop', offset);
    seen.add(offset);
    // A linearized file spends two sections on one revision.
    if (sections.length > limits.revisions + 1) throw limitError('revisions', limits.revisions, offset);
    const section: XrefSection = readSection(context, offset);
    sections.push(section);
    const previous: PdfObject | undefined = section.trailer.get('Prev');
    offset = typeof previous === 'number' && previous > 0 ? previous + context.origin : null;
  }
  return sections;
}
