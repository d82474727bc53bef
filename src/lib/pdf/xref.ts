import { Meter } from './budget.ts';
import { PdfError } from './error.ts';
import { decodeStream } from './filters.ts';
import { type Lexer, isSpace } from './lexer.ts';
import { limitError } from './limits.ts';
import { type ObjectContext, readObject } from './object.ts';
import { PdfDict, PdfName, PdfStream, type PdfObject } from './objects.ts';
import { Parser, withWindow } from './parser.ts';
import { XrefEntries, type XrefEntry } from './xref-entries.ts';

export type { XrefEntry };

export interface XrefSection {
  readonly kind: 'table' | 'stream';
  /** File offset that led here, as `startxref` or /Prev has it. */
  readonly stated: number;
  /** File offsets of its first byte and just behind its last (trailer dictionary, or `endobj`). */
  readonly offset: number;
  readonly end: number;
  readonly entries: XrefEntries;
  readonly trailer: PdfDict;
  /** Of a hybrid file: the stream that /XRefStm names, already merged into `entries`. */
  readonly hybrid: { readonly offset: number; readonly end: number } | null;
}

/** What reading the chain needs: file offsets are numbers in the file plus `origin`. */
export interface XrefContext {
  readonly object: ObjectContext;
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

/** Bytes of one line as §7.5.4 wants it: ten digits, a space, five, a space, n or f, a line end of two. */
const LINE = 20;

/** Whether all lines are exactly so long and so written: then counting bytes and reading words come to the same. */
function areWhole(bytes: Uint8Array, count: number): boolean {
  if (bytes.length < count * LINE) return false;
  for (let at = 0; at < count * LINE; at += LINE) {
    for (let i = at; i < at + 16; i += 1) {
      const code = bytes[i] ?? 0;
      if (i === at + 10 ? code !== 32 : code < 48 || code > 57) return false;
    }
    const kind = bytes[at + 17];
    if (bytes[at + 16] !== 32 || (kind !== 0x6e && kind !== 0x66)) return false;
    const [one, two] = [bytes[at + 18], bytes[at + 19]];
    if ((one !== 32 && one !== 13) || (two !== 10 && two !== 13)) return false;
  }
  return true;
}

function numberAt(bytes: Uint8Array, at: number, length: number): number {
  let value = 0;
  for (let i = at; i < at + length; i += 1) value = value * 10 + (bytes[i] ?? 48) - 48;
  return value;
}

function tableEntry(offset: number, gen: number, free: boolean, origin: number): XrefEntry {
  return free || offset === 0 ? { kind: 'free', gen } : { kind: 'at', offset: offset + origin, gen };
}

/** Reads one line's words, however they are spaced; null when they are none. */
function looseLine(lexer: Lexer): { offset: number; gen: number; free: boolean } | null {
  const offset = digits(lexer);
  const gen = digits(lexer);
  while (isSpace(lexer.peek())) lexer.pos += 1;
  const kind = lexer.peek();
  if (offset < 0 || gen < 0 || (kind !== 0x6e && kind !== 0x66)) return null;
  lexer.pos += 1;
  return { offset, gen, free: kind === 0x66 };
}

/** The head of the free list: a table that counts it as 1 means 0. */
function isFreeHead(context: ObjectContext, at: number): boolean {
  const line = withWindow(context, at, looseLine);
  return line !== null && line.free && line.gen === 65535 && line.offset === 0;
}

/** Adds the lines of one subsection and returns the file offset behind them. */
function readSubsection(
  context: XrefContext,
  entries: XrefEntries,
  head: { first: number; count: number; at: number }
): number {
  const { source, end, budget } = context.object;
  const { count, at } = head;
  const first = head.first === 1 && count > 0 && isFreeHead(context.object, at) ? 0 : head.first;
  if (at + count * LINE <= end) {
    const bytes = budget.during(count * LINE, () => {
      const lines = source.read(at, count * LINE);
      return areWhole(lines, count) ? lines : null;
    });
    if (bytes !== null) {
      budget.take(count * LINE);
      entries.addRun({
        first,
        count,
        at: (i) =>
          tableEntry(
            numberAt(bytes, i * LINE, 10),
            numberAt(bytes, i * LINE + 11, 5),
            bytes[i * LINE + 17] === 0x66,
            context.origin
          )
      });
      return at + count * LINE;
    }
  }
  let from = at;
  for (let i = 0; i < count;) {
    // Some lines at a time, so that a table of words in no columns is not read again for each larger window.
    const to = Math.min(count, i + 1024);
    from = withWindow(context.object, from, (lexer) => {
      const lines: XrefEntry[] = [];
      for (let k = i; k < to; k += 1) {
        const line = looseLine(lexer);
        if (line === null) throw new PdfError('xref', 'malformed xref entry', lexer.offset);
        lines.push(tableEntry(line.offset, line.gen, line.free, context.origin));
      }
      lines.forEach((entry, k) => entries.add(first + i + k, entry));
      return lexer.offset;
    });
    i = to;
  }
  return from;
}

/** The heads and lines of a table up to the word `trailer`, from just behind `xref`. */
function tableEntries(context: XrefContext, from: number): { entries: XrefEntries; end: number } {
  const { limits, budget } = context.object;
  const entries = new XrefEntries(budget);
  let lines = 0;
  for (let at = from; ;) {
    const head = withWindow(context.object, at, (lexer) => {
      lexer.skip();
      const code = lexer.peek();
      if (code < 48 || code > 57) return null;
      const first = digits(lexer);
      const count = digits(lexer);
      if (count < 0) throw lexer.error('xref subsection without a count');
      while (isSpace(lexer.peek())) lexer.pos += 1;
      return { first, count, at: lexer.offset };
    });
    if (head === null) return { entries, end: at };
    lines += head.count;
    if (lines > limits.objects) throw limitError('objects', limits.objects, head.at);
    at = readSubsection(context, entries, head);
  }
}

function readTable(context: XrefContext, offset: number): XrefSection {
  const { limits, budget } = context.object;
  const { entries, end: after } = tableEntries(context, offset + 'xref'.length);
  const meter = new Meter(budget);
  return withWindow(context.object, after, (lexer) => {
    meter.release();
    const word = lexer.next();
    if (word.kind !== 'word' || word.value !== 'trailer') {
      throw new PdfError('xref', 'xref table without a trailer', lexer.offset);
    }
    const trailer = new Parser(lexer, limits, meter).object();
    meter.settle();
    if (!(trailer instanceof PdfDict)) throw new PdfError('xref', 'trailer is no dictionary', lexer.offset);
    return { kind: 'table', stated: offset, offset, end: lexer.offset, entries, trailer, hybrid: null };
  });
}

function streamEntries(bytes: Uint8Array, dict: PdfDict, context: XrefContext): XrefEntries {
  const { limits, budget } = context.object;
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
  const entries = new XrefEntries(budget);
  const field = (from: number, bytesWide: number, standard: number): number => {
    if (bytesWide === 0) return standard;
    let value = 0;
    for (let i = from; i < from + bytesWide; i += 1) value = value * 256 + (bytes[i] ?? 0);
    return value;
  };
  const entryAt = (at: number): XrefEntry | undefined => {
    const kind = field(at, w0, 1);
    const second = field(at + w0, w1, 0);
    const third = field(at + w0 + w1, w2, 0);
    if (kind === 0) return { kind: 'free', gen: third };
    if (kind === 1) return { kind: 'at', offset: second + context.origin, gen: third };
    return kind === 2 ? { kind: 'in', stream: second, index: third } : undefined;
  };
  let at = 0;
  let lines = 0;
  for (let pair = 0; pair + 1 < index.length; pair += 2) {
    const first = index[pair] ?? -1;
    const stated = index[pair + 1] ?? -1;
    if (first < 0 || stated < 0) throw new PdfError('xref', 'xref stream with an impossible /Index');
    lines += stated;
    if (lines > limits.objects) throw limitError('objects', limits.objects);
    const from = at;
    const count = Math.min(stated, Math.floor((bytes.length - from) / width));
    entries.addRun({ first, count, at: (i) => entryAt(from + i * width) });
    if (count < stated) return entries;
    at += count * width;
  }
  return entries;
}

function readStream(context: XrefContext, offset: number): XrefSection {
  const located = readObject({ ...context.object, encryption: null }, offset);
  const stream = located.value;
  const type = stream instanceof PdfStream ? stream.dict.get('Type') : undefined;
  if (!(stream instanceof PdfStream) || !(type instanceof PdfName) || type.name !== 'XRef') {
    throw new PdfError('xref', 'no xref section stands here', offset);
  }
  const bytes = decodeStream(stream.dict, stream.raw, context.object.budget, direct, true);
  const entries = streamEntries(bytes, stream.dict, context);
  return {
    kind: 'stream',
    stated: offset,
    offset,
    end: located.end,
    entries,
    trailer: stream.dict,
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
  if (offset < 0 || offset >= context.object.end)
    throw new PdfError('xref', 'xref section outside the file', offset);
  const start = withWindow(context.object, offset, (lexer) => {
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
  if (typeof extra !== 'number' || !Number.isInteger(extra)) return section;
  const hidden = readStream(context, extra + context.origin);
  section.entries.addHidden(hidden.entries);
  return { ...section, hybrid: { offset: hidden.offset, end: hidden.end } };
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
    const leads = typeof previous === 'number' && Number.isInteger(previous) && previous > 0;
    offset = leads ? previous + context.origin : null;
  }
  return sections;
}
