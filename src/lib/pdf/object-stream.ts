import { PdfError } from './error.ts';
import { decodeStream } from './filters.ts';
import { Lexer } from './lexer.ts';
import { type Budget, limitError, type Limits } from './limits.ts';
import type { PdfObject, PdfStream } from './objects.ts';
import { Parser } from './parser.ts';

/** What stands in one object stream; objects are parsed when they are asked for. */
export interface Members {
  /** Object number of each place. */
  readonly numbers: readonly number[];
  at(index: number): PdfObject;
}

/**
 * Reads an object stream (ISO 32000-2 §7.5.7): N pairs "number offset", then the objects. Throws PdfError
 * `structure`, `filter` or `limit`.
 */
export function readMembers(
  stream: PdfStream,
  budget: Budget,
  limits: Limits,
  resolve: (object: PdfObject | undefined) => PdfObject
): Members {
  const count = resolve(stream.dict.get('N'));
  const first = resolve(stream.dict.get('First'));
  if (typeof count !== 'number' || typeof first !== 'number') {
    throw new PdfError('structure', 'object stream without /N or /First');
  }
  if (count > limits.objectStreamCount) throw limitError('objects in one stream', limits.objectStreamCount);
  const bytes = decodeStream(stream.dict, stream.raw, budget, resolve, true);
  const header = new Lexer(bytes.subarray(0, first), 0, true, limits.stringLength);
  const numbers: number[] = [];
  const offsets: number[] = [];
  for (let i = 0; i < count; i += 1) {
    const num = header.next();
    const offset = header.next();
    if (num.kind !== 'number' || offset.kind !== 'number') break;
    numbers.push(num.value);
    offsets.push(offset.value);
  }
  const parsed = new Map<number, PdfObject>();
  return {
    numbers,
    at: (index) => {
      const known = parsed.get(index);
      if (known !== undefined) return known;
      const lexer = new Lexer(bytes, 0, true, limits.stringLength);
      lexer.pos = first + (offsets[index] ?? 0);
      const value = new Parser(lexer, limits).object();
      parsed.set(index, value);
      return value;
    }
  };
}
