import { Meter } from './budget.ts';
import { PdfError } from './error.ts';
import { limitError } from './limits.ts';
import { type ObjectContext, readObject } from './object.ts';
import { readMembers } from './object-stream.ts';
import { PdfDict, PdfName, type PdfObject, PdfRef, PdfStream } from './objects.ts';
import { Parser, withWindow } from './parser.ts';
import type { XrefContext, XrefSection } from './xref.ts';
import { XrefEntries } from './xref-entries.ts';

const isDigit = (code: number): boolean => code >= 48 && code <= 57;
const isBlank = (code: number): boolean =>
  code === 32 || code === 13 || code === 10 || code === 9 || code === 0;

/** Reads "num gen " backwards from just before `obj`; null when it is not there. */
function before(bytes: Uint8Array, at: number): { num: number; gen: number; start: number } | null {
  let i = at - 1;
  const number = (): number => {
    const blankFrom = i;
    while (i >= 0 && isBlank(bytes[i] ?? 0)) i -= 1;
    if (blankFrom === i) return -1;
    const end = i + 1;
    while (i >= 0 && isDigit(bytes[i] ?? 0)) i -= 1;
    if (i + 1 === end || end - i > 11) return -1;
    return Number(String.fromCharCode(...bytes.subarray(i + 1, end)));
  };
  const gen = number();
  const num = gen < 0 ? -1 : number();
  return num < 0 ? null : { num, gen, start: i + 1 };
}

interface Scan {
  readonly entries: XrefEntries;
  /** File offsets just behind the word `trailer`. */
  readonly trailers: number[];
}

function scan(context: ObjectContext): Scan {
  const entries = new XrefEntries(context.budget);
  const trailers: number[] = [];
  const size = 1 << 20;
  const overlap = 32;
  for (let at = 0; at < context.end; at += size) {
    const from = Math.max(0, at - overlap);
    const bytes = context.source.read(from, Math.min(at + size, context.end) - from);
    // "j" is rare in text and data alike, so native indexOf does most of the walking.
    for (let i = bytes.indexOf(0x6a); i >= 0; i = bytes.indexOf(0x6a, i + 1)) {
      if (bytes[i - 1] !== 0x62 || bytes[i - 2] !== 0x6f) continue;
      const head = before(bytes, i - 2);
      if (head === null) continue;
      if (entries.size > context.limits.objects)
        throw limitError('objects', context.limits.objects, from + i);
      entries.put(head.num, { kind: 'at', offset: from + head.start, gen: head.gen });
    }
    for (let i = bytes.indexOf(0x74); i >= 0; i = bytes.indexOf(0x74, i + 1)) {
      if (bytes[i + 1] !== 0x72 || bytes[i + 6] !== 0x72) continue;
      if (String.fromCharCode(...bytes.subarray(i, i + 7)) === 'trailer') trailers.push(from + i + 7);
    }
  }
  return { entries, trailers };
}

/** The object at a place, parsed for a look: nothing of it stays counted. Null when there is none. */
function glance(context: ObjectContext, offset: number, skip: number): PdfObject {
  const meter = new Meter(context.budget);
  try {
    return withWindow(context, offset, (lexer) => {
      meter.release();
      for (let i = 0; i < skip; i += 1) lexer.next();
      return new Parser(lexer, context.limits, meter).object();
    });
  } catch (error) {
    // One broken object must not cost the others; limits end the whole read.
    if (!(error instanceof PdfError) || error.code === 'limit') throw error;
    return null;
  } finally {
    meter.release();
  }
}

/** Tokens of "num gen obj". */
const HEAD = 3;

function typeOf(object: PdfObject): string {
  const type = object instanceof PdfDict ? object.get('Type') : undefined;
  return type instanceof PdfName ? type.name : '';
}

/** The numbers of an object stream; none when it cannot be read. */
function memberNumbers(context: ObjectContext, offset: number): readonly number[] {
  const { budget, limits } = context;
  const before = budget.held;
  try {
    const { value } = readObject(context, offset);
    if (!(value instanceof PdfStream)) return [];
    return readMembers(value, budget, limits, (o) => (o instanceof PdfRef ? null : (o ?? null))).numbers;
  } catch (error) {
    if (!(error instanceof PdfError) || error.code === 'limit') throw error;
    return [];
  } finally {
    budget.give(Math.max(0, budget.held - before));
  }
}

interface Kinds {
  readonly catalog: PdfRef | null;
  readonly xref: PdfDict | null;
}

/** Adds the members of every object stream, unless the scan saw the object itself; finds catalog and xref stream. */
function addMembers({ object }: XrefContext, entries: XrefEntries): Kinds {
  let catalog: PdfRef | null = null;
  let xref: PdfDict | null = null;
  for (const [num, entry] of [...entries]) {
    if (entry.kind !== 'at') continue;
    const dict = glance(object, entry.offset, HEAD);
    const type = typeOf(dict);
    if (type === 'Catalog') catalog ??= new PdfRef(num, entry.gen);
    if (type === 'XRef' && dict instanceof PdfDict && dict.get('Root') instanceof PdfRef) xref = dict;
    if (type !== 'ObjStm') continue;
    memberNumbers(object, entry.offset).forEach((member, index) => {
      if (!entries.has(member)) entries.add(member, { kind: 'in', stream: num, index });
    });
  }
  return { catalog, xref };
}

/** The last trailer that leads to a catalog, in as many as there may be revisions. */
function lastTrailer({ object }: XrefContext, trailers: readonly number[]): PdfDict | null {
  for (const offset of trailers.slice(-object.limits.revisions).reverse()) {
    const found = glance(object, offset, 0);
    if (found instanceof PdfDict && found.get('Root') instanceof PdfRef) return found;
  }
  return null;
}

/**
 * Rebuilds one section by a scan for "num gen obj" (the last of a number wins) and the last trailer with a
 * /Root. What comes out is good enough to show and to freeze anew, never to call a signature unchanged.
 * Throws PdfError `not-a-pdf` or `limit`.
 */
export function repairXref(context: XrefContext): XrefSection {
  const { entries, trailers } = scan(context.object);
  if (entries.size === 0) throw new PdfError('not-a-pdf', 'no objects in this file');
  const { catalog, xref } = addMembers(context, entries);
  const trailer =
    lastTrailer(context, trailers) ?? xref ?? (catalog === null ? null : new PdfDict().set('Root', catalog));
  if (trailer === null) throw new PdfError('structure', 'no document catalog in this file');
  return { kind: 'table', stated: -1, offset: -1, end: context.object.end, entries, trailer, hybrid: null };
}
