import { Meter, type Budget } from './budget.ts';
import { PdfError } from './error.ts';
import { decodeStream } from './filters.ts';
import { limitError, type Limits } from './limits.ts';
import type { PdfObject, PdfStream } from './objects.ts';
import { lexerOver, Parser } from './parser.ts';

/** Number and offset of one place, and its slot in the map of what was parsed. */
const PLACE_BYTES = 64;

/** What stands in one object stream; objects are parsed when they are asked for. */
export interface Members {
  /** Object number of each place. */
  readonly numbers: readonly number[];
  at(index: number): PdfObject;
  /** Bytes taken from the budget so far; whoever drops the members gives these back. */
  cost(): number;
}

/**
 * Reads the head of an object stream (ISO 32000-2 §7.5.7): N pairs "number offset", then the objects.
 * Throws PdfError `structure`, `filter` or `limit`.
 */
export function readMembers(
  stream: PdfStream,
  budget: Budget,
  limits: Limits,
  resolve: (object: PdfObject | undefined) => PdfObject
): Members {
  const count = resolve(stream.dict.get('N'));
  const first = resolve(stream.dict.get('First'));
  const whole = (value: PdfObject): value is number => typeof value === 'number' && Number.isInteger(value);
  if (!whole(count) || !whole(first)) throw new PdfError('structure', 'object stream without /N or /First');
  if (count > limits.objectStreamCount) throw limitError('objects in one stream', limits.objectStreamCount);
  return budget.attempt(() => membersOf(stream, count, first, budget, limits, resolve));
}

function membersOf(
  stream: PdfStream,
  count: number,
  first: number,
  budget: Budget,
  limits: Limits,
  resolve: (object: PdfObject | undefined) => PdfObject
): Members {
  const bytes = decodeStream(stream.dict, stream.raw, budget, resolve, true);
  const places = Math.max(0, count) * PLACE_BYTES;
  budget.take(places);
  let cost = bytes.length + places;
  const header = lexerOver(bytes.subarray(0, Math.max(0, first)), limits);
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
      const lexer = lexerOver(bytes, limits);
      lexer.pos = first + (offsets[index] ?? 0);
      const meter = new Meter(budget);
      const value = budget.attempt(() => {
        const object = new Parser(lexer, limits, meter).object();
        meter.settle();
        return object;
      });
      cost += meter.taken;
      parsed.set(index, value);
      return value;
    },
    cost: () => cost
  };
}
