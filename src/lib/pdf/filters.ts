import { hexValue } from '../bytes/hex.ts';
import { PdfError } from './error.ts';
import { inflate } from './inflate.ts';
import type { Budget } from './budget.ts';
import { limitError } from './limits.ts';
import { PdfDict, PdfName, type PdfObject } from './objects.ts';
import { decodeLzw } from './lzw.ts';
import { decodeInto, freeRoom, type Room } from './output.ts';
import { undoPredictor } from './predictor.ts';

/** §7.4.2: white space skipped, `>` ends, an odd last digit counts as its first half. */
export function decodeAsciiHex(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array((bytes.length + 1) >> 1);
  let digits = 0;
  for (const code of bytes) {
    if (code === 0x3e) break;
    const value = hexValue(code);
    if (value < 0) {
      if (code <= 32) continue;
      throw new PdfError('filter', 'ASCIIHex: another character');
    }
    const at = digits >> 1;
    out[at] = digits % 2 === 0 ? value << 4 : (out[at] ?? 0) | value;
    digits += 1;
  }
  return out.subarray(0, (digits + 1) >> 1);
}

/** §7.4.3: groups of five, `z` for four zero bytes, `~>` ends. */
export function decodeAscii85(bytes: Uint8Array, limit: number, room: Room = freeRoom): Uint8Array {
  return decodeInto(Math.ceil((bytes.length * 4) / 5) + 4, limit, room, (output) => {
    let value = 0;
    let count = 0;
    const flush = (given: number): void => {
      for (let i = 0; i < given - 1; i += 1) output.byte(Math.floor(value / 256 ** (3 - i)) % 256);
    };
    for (const code of bytes) {
      if (code === 0x7e) break;
      if (code <= 32) continue;
      if (code === 0x7a && count === 0) for (let i = 0; i < 4; i += 1) output.byte(0);
      else if (code < 0x21 || code > 0x75) throw new PdfError('filter', 'ASCII85: another character');
      else {
        value = value * 85 + code - 0x21;
        count += 1;
        if (count < 5) continue;
        if (value > 0xffffffff) throw new PdfError('filter', 'ASCII85: group above 2^32');
        flush(5);
        value = 0;
        count = 0;
      }
    }
    if (count > 1) {
      for (let i = count; i < 5; i += 1) value = value * 85 + 84;
      flush(count);
    }
  });
}

/** §7.4.5: a length byte, then so many bytes, or one repeated; 128 ends. */
export function decodeRunLength(bytes: Uint8Array, limit: number, room: Room = freeRoom): Uint8Array {
  return decodeInto(bytes.length * 2, limit, room, (output) => {
    for (let i = 0; i < bytes.length;) {
      const length = bytes[i] ?? 128;
      i += 1;
      if (length === 128) return;
      if (length < 128) {
        output.copy(bytes, i, Math.min(length + 1, bytes.length - i));
        i += length + 1;
      } else {
        output.byte(bytes[i] ?? 0);
        output.repeat(1, 256 - length);
        i += 1;
      }
    }
  });
}

/** Filters whose output is an image: the caller wants the packed bytes. */
const imageFilters = new Set(['DCTDecode', 'DCT', 'JPXDecode', 'CCITTFaxDecode', 'CCF', 'JBIG2Decode']);

/** The filters of a stream in the order applied, each with its parameters (§7.3.8.2). */
export function filtersOf(
  dict: PdfDict,
  resolve: (object: PdfObject | undefined) => PdfObject
): { readonly name: string; readonly parameters: PdfDict | null }[] {
  const filter = resolve(dict.get('Filter') ?? dict.get('F'));
  const parameters = resolve(dict.get('DecodeParms') ?? dict.get('DP'));
  const names = Array.isArray(filter) ? filter : filter === null ? [] : [filter];
  return names.map((item, i) => {
    const name = resolve(item);
    const own = Array.isArray(parameters) ? resolve(parameters[i]) : i === 0 ? parameters : null;
    if (!(name instanceof PdfName)) throw new PdfError('filter', 'a filter that is no name');
    return { name: name.name, parameters: own instanceof PdfDict ? own : null };
  });
}

function decodeOnce(
  name: string,
  bytes: Uint8Array,
  number: (key: string, standard: number) => number,
  limit: number,
  lenient: boolean,
  room: Room
): Uint8Array {
  if (imageFilters.has(name)) throw new PdfError('filter', `image filter ${name}`);
  switch (name) {
    case 'FlateDecode':
    case 'Fl':
      return undoPredictor(inflate(bytes, limit, lenient, room), number);
    case 'LZWDecode':
    case 'LZW':
      return undoPredictor(decodeLzw(bytes, limit, number('EarlyChange', 1), lenient, room), number);
    case 'ASCII85Decode':
    case 'A85':
      return decodeAscii85(bytes, limit, room);
    case 'ASCIIHexDecode':
    case 'AHx':
      room.take((bytes.length + 1) >> 1);
      return decodeAsciiHex(bytes);
    case 'RunLengthDecode':
    case 'RL':
      return decodeRunLength(bytes, limit, room);
    case 'Crypt':
      return bytes;
    default:
      throw new PdfError('filter', `unknown filter ${name.slice(0, 40)}`);
  }
}

/**
 * Decodes `raw` (already decrypted) through all filters of `dict`. `structure` marks xref and object
 * streams, which have a smaller limit and no tolerance, and whose length stays taken from the budget. Throws
 * PdfError `filter` (unknown, image, broken data) or `limit`.
 */
export function decodeStream(
  dict: PdfDict,
  raw: Uint8Array,
  budget: Budget,
  resolve: (object: PdfObject | undefined) => PdfObject,
  structure = false
): Uint8Array {
  const filters = filtersOf(dict, resolve);
  if (filters.length > budget.limits.filters) throw limitError('filters on a stream', budget.limits.filters);
  const before = budget.held;
  return budget.attempt(() => {
    budget.take(raw.length);
    let bytes = raw;
    filters.forEach(({ name, parameters }, i) => {
      // What only feeds the next filter is never what anybody wants, so it has no room of its own.
      const handsOver = !structure && i === filters.length - 1;
      const allowed = budget.allowance(bytes.length, structure);
      const number = (key: string, standard: number): number => {
        const value = resolve(parameters?.get(key));
        return typeof value === 'number' ? value : standard;
      };
      const room: Room = {
        take: (size) => budget.take(size),
        give: (size) => budget.give(size),
        check: (size) => {
          if (size > budget.inflatable) budget.spend(size);
        },
        handsOver
      };
      bytes = decodeOnce(
        name,
        bytes,
        number,
        handsOver ? allowed : Math.min(allowed, budget.left),
        !structure,
        room
      );
      budget.spend(bytes.length);
    });
    // Only the result of a structure stream stays, and of it no more than its bytes.
    budget.give(budget.held - before);
    if (!structure) return bytes;
    budget.take(bytes.length);
    return bytes.buffer.byteLength > 2 * bytes.length ? bytes.slice() : bytes;
  });
}
