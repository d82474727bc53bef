import { decodeLatin1 } from '../bytes/latin1.ts';
import { PdfError } from './error.ts';
import { decodeStream } from './filters.ts';
import { limitError } from './limits.ts';
import { type ObjectContext, readObject } from './object.ts';
import { PdfDict, PdfName, PdfRef, PdfStream } from './objects.ts';
import { Parser, withWindow } from './parser.ts';
import type { XrefContext, XrefEntry, XrefSection } from './xref.ts';

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
  readonly entries: Map<number, XrefEntry>;
  /** File offsets just behind the word `trailer`. */
  readonly trailers: number[];
}

function scan(context: ObjectContext): Scan {
  const entries = new Map<number, XrefEntry>();
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
      entries.set(head.num, { kind: 'at', offset: from + head.start, gen: head.gen });
    }
    for (let i = bytes.indexOf(0x74); i >= 0; i = bytes.indexOf(0x74, i + 1)) {
      if (bytes[i + 1] !== 0x72 || bytes[i + 6] !== 0x72) continue;
      if (String.fromCharCode(...bytes.subarray(i, i + 7)) === 'trailer') trailers.push(from + i + 7);
    }
  }
  return { entries, trailers };
}

/** The members of every object stream, unless the scan saw the object itself. */
function addMembers(context: XrefContext, entries: Map<number, XrefEntry>): PdfDict | null {
  let xrefDict: PdfDict | null = null;
  const places = [...entries].filter(([, entry]) => entry.kind === 'at');
  for (const [num, entry] of places) {
    if (entry.kind !== 'at') continue;
    let stream: PdfStream;
    try {
      const type = withWindow(
        context.object.source,
        entry.offset,
        context.object.end,
        context.object.limits,
        (lexer) => {
          lexer.next();
          lexer.next();
          lexer.next();
          const dict = new Parser(lexer, context.object.limits).object();
          return dict instanceof PdfDict ? dict.get('Type') : null;
        }
      );
      if (!(type instanceof PdfName) || (type.name !== 'ObjStm' && type.name !== 'XRef')) continue;
      const value = readObject(context.object, entry.offset).value;
      if (!(value instanceof PdfStream)) continue;
      stream = value;
      if (type.name === 'XRef') {
        if (stream.dict.get('Root') instanceof PdfRef) xrefDict = stream.dict;
        continue;
      }
      const bytes = decodeStream(stream.dict, stream.raw, context.budget, (o) => o ?? null, true);
      const text = decodeLatin1(bytes.subarray(0, 1 << 20));
      const count = stream.dict.get('N');
      const numbers = text
        .split(/[\s\0]+/, typeof count === 'number' ? 2 * count + 2 : 0)
        .filter((word) => word !== '');
      for (let i = 0; 2 * i + 1 < numbers.length && i < (typeof count === 'number' ? count : 0); i += 1) {
        const member = Number(numbers[2 * i]);
        if (!Number.isInteger(member)) break;
        if (!entries.has(member)) entries.set(member, { kind: 'in', stream: num, index: i });
      }
    } catch (error) {
      // One broken object must not cost the others; limits end the whole read.
      if (!(error instanceof PdfError) || error.code === 'limit') throw error;
    }
  }
  return xrefDict;
}

/**
 * Rebuilds one section by a scan for "num gen obj" (the last of a number wins) and the last trailer with a
 * /Root. What comes out is good enough to show and to freeze anew, never to call a signature unchanged.
 * Throws PdfError `not-a-pdf` or `limit`.
 */
export function repairXref(context: XrefContext): XrefSection {
  const { entries, trailers } = scan(context.object);
  if (entries.size === 0) throw new PdfError('not-a-pdf', 'no objects in this file');
  const xrefDict = addMembers(context, entries);
  let trailer: PdfDict | null = null;
  for (const offset of trailers) {
    try {
      const found = withWindow(
        context.object.source,
        offset,
        context.object.end,
        context.object.limits,
        (lexer) => new Parser(lexer, context.object.limits).object()
      );
      if (found instanceof PdfDict && found.get('Root') instanceof PdfRef) trailer = found;
    } catch (error) {
      if (!(error instanceof PdfError)) throw error;
    }
  }
  trailer ??= xrefDict;
  if (trailer === null) {
    const root = findCatalog(context.object, entries);
    if (root === null) throw new PdfError('structure', 'no document catalog in this file');
    trailer = new PdfDict(new Map([['Root', root]]));
  }
  return {
    kind: 'table',
    stated: -1,
    offset: -1,
    end: context.object.end,
    entries,
    trailer,
    twice: [],
    hybrid: null
  };
}

function findCatalog(context: ObjectContext, entries: ReadonlyMap<number, XrefEntry>): PdfRef | null {
  for (const [num, entry] of entries) {
    if (entry.kind !== 'at') continue;
    try {
      const { value } = readObject(context, entry.offset);
      const type = value instanceof PdfDict ? value.get('Type') : undefined;
      if (type instanceof PdfName && type.name === 'Catalog') return new PdfRef(num, entry.gen);
    } catch (error) {
      if (!(error instanceof PdfError) || error.code === 'limit') throw error;
    }
  }
  return null;
}
