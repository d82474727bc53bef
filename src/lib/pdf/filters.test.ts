import { deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { PdfError } from './error.ts';
import { decodeAscii85, decodeAsciiHex, decodeRunLength, decodeStream } from './filters.ts';
import { Budget } from './budget.ts';
import { defaultLimits } from './limits.ts';
import { decodeLzw } from './lzw.ts';
import { PdfDict, PdfName, type PdfObject } from './objects.ts';
import { undoPredictor } from './predictor.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));
const text = (data: Uint8Array): string => Buffer.from(data).toString('latin1');
const direct = (object: PdfObject | undefined): PdfObject => object ?? null;

function decode(filter: PdfObject, data: Uint8Array, limits = {}): Uint8Array {
  const dict = new PdfDict(new Map<string, PdfObject>([['Filter', filter]]));
  return decodeStream(dict, data, new Budget({ ...defaultLimits, ...limits }, data.length), direct);
}

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return error instanceof PdfError ? error.code : String(error);
  }
  return 'nothing thrown';
}

describe('filters (ISO 32000-2 §7.4)', () => {
  test('ASCIIHex: white space skipped, odd last digit, end mark', () => {
    expect(text(decodeAsciiHex(bytes('48 65\n6C6c 6F7>zz')))).toBe('Hellop');
    expect(codeOf(() => decodeAsciiHex(bytes('4x')))).toBe('filter');
  });

  test('ASCII85: the usual example, z, a group that is not full', () => {
    const leviathan =
      '9jqo^BlbD-BleB1DJ+*+F(f,q/0JhKF<GL>Cj@.4Gp$d7F!,L7@<6@)/0JDEF<G%<+EV:2F!,O<DJ+*.@<*K0@<6L(Df-\\0Ec5e;DffZ(EZee.~>';
    expect(text(decodeAscii85(bytes(leviathan), 1000))).toBe(
      'Man is distinguished, not only by his reason, but by this singular passion from other an'
    );
    expect([...decodeAscii85(bytes('z!!~>'), 10)]).toEqual([0, 0, 0, 0, 0]);
    expect(codeOf(() => decodeAscii85(bytes('zzzzzz~>'), 10))).toBe('limit');
  });

  test('RunLength: copies, repeats, ends at 128', () => {
    expect(text(decodeRunLength(Uint8Array.of(2, 65, 66, 67, 254, 68, 128, 1), 100))).toBe('ABCDDD');
    expect(codeOf(() => decodeRunLength(Uint8Array.of(129, 1), 100))).toBe('limit');
  });

  test('LZW: the example of §7.4.4.2', () => {
    const packed = Uint8Array.of(0x80, 0x0b, 0x60, 0x50, 0x22, 0x0c, 0x0c, 0x85, 0x01);
    expect([...decodeLzw(packed, 100, 1)]).toEqual([45, 45, 45, 45, 45, 65, 45, 45, 45, 66]);
    expect(codeOf(() => decodeLzw(packed, 5, 1))).toBe('limit');
    expect(codeOf(() => decodeLzw(Uint8Array.of(0x80, 0x7f, 0xff), 100, 1))).toBe('filter');
  });

  test('PNG predictors: every kind of row', () => {
    const rows = Uint8Array.of(0, 1, 2, 3, 1, 1, 1, 1, 2, 1, 1, 1, 3, 1, 1, 1, 4, 1, 1, 1);
    const parameters: Record<string, number> = { Predictor: 15, Columns: 3 };
    const out = undoPredictor(rows, (key, standard) => parameters[key] ?? standard);
    expect([...out]).toEqual([1, 2, 3, 1, 2, 3, 2, 3, 4, 2, 3, 4, 3, 4, 5]);
  });

  test('TIFF predictor: 8 bits with three colours, and 4 bits', () => {
    const eight: Record<string, number> = { Predictor: 2, Columns: 2, Colors: 3 };
    const rgb = undoPredictor(Uint8Array.of(1, 2, 3, 1, 1, 1), (key, standard) => eight[key] ?? standard);
    expect([...rgb]).toEqual([1, 2, 3, 2, 3, 4]);
    const four: Record<string, number> = { Predictor: 2, Columns: 4, BitsPerComponent: 4 };
    const gray = undoPredictor(Uint8Array.of(0x11, 0x11), (key, standard) => four[key] ?? standard);
    expect([...gray]).toEqual([0x12, 0x34]);
  });

  test('several filters are undone in their order', () => {
    const packed = bytes(`${deflateSync(bytes('both')).toString('hex')}>`);
    expect(text(decode([new PdfName('ASCIIHexDecode'), new PdfName('FlateDecode')], packed))).toBe('both');
  });

  test('images and unknown filters are refused by code', () => {
    expect(codeOf(() => decode(new PdfName('DCTDecode'), bytes('')))).toBe('filter');
    expect(codeOf(() => decode(new PdfName('Nonsense'), bytes('')))).toBe('filter');
  });
});

describe('limits on streams (security P1)', () => {
  const flate = new PdfName('FlateDecode');

  test('more filters than four', () => {
    expect(codeOf(() => decode([flate, flate, flate, flate, flate], bytes('')))).toBe('limit');
  });

  test('one stream, the whole file, and the ratio', () => {
    const packed = new Uint8Array(deflateSync(new Uint8Array(100_000)));
    expect(codeOf(() => decode(flate, packed, { inflatedStream: 50_000 }))).toBe('limit');
    expect(codeOf(() => decode(flate, packed, { inflatedTotal: 50_000 }))).toBe('limit');
    expect(codeOf(() => decode(flate, packed, { ratio: 100, ratioFrom: 1000 }))).toBe('limit');
    expect(decode(flate, packed)).toHaveLength(100_000);
  });
});
