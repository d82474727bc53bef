import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Budget } from './budget.ts';
import { memorySource } from '../bytes/source.ts';
import { PdfError } from './error.ts';
import { Lexer } from './lexer.ts';
import { defaultLimits } from './limits.ts';
import { PdfDict, PdfName, type PdfObject, PdfRef, PdfString } from './objects.ts';
import { Parser, withWindow } from './parser.ts';
import { ByteWriter, writeObject } from './serialize.ts';

function parse(text: string, limits = defaultLimits): PdfObject {
  return new Parser(new Lexer(Buffer.from(text, 'latin1'), 0, true, limits.stringLength), limits).object();
}

function codeOf(text: string, limits = defaultLimits): string {
  try {
    parse(text, limits);
  } catch (error) {
    return error instanceof PdfError ? `${error.code}` : String(error);
  }
  return 'nothing thrown';
}

/** How a string was spelled is not part of its value. */
function plain(object: PdfObject): unknown {
  if (object instanceof PdfString) return { bytes: [...object.bytes] };
  if (Array.isArray(object)) return object.map(plain);
  return object instanceof PdfDict ? [...object.map].map(([key, value]) => [key, plain(value)]) : object;
}

const string = (object: PdfObject): string =>
  object instanceof PdfString ? Buffer.from(object.bytes).toString('latin1') : 'no string';

describe('objects (ISO 32000-2 §7.3)', () => {
  test('numbers, also those that real files misspell', () => {
    expect(['1', '-17', '+4', '.5', '-.002', '4.', '--5', '1.2.3'].map((text) => parse(text))).toEqual([
      1, -17, 4, 0.5, -0.002, 4, -5, 1.2
    ]);
  });

  test('strings: escapes, nesting, line ends, octal, hexadecimal', () => {
    expect(string(parse('(a\\(b\\)\\n\\053\\53x(in)\\\r\nend\r\n)'))).toBe('a(b)\n++x(in)end\n');
    expect(string(parse('<48 6 5 6c 6C6F7>'))).toBe('Hellop');
    expect(codeOf('<48zz>')).toBe('syntax');
    expect(codeOf('(never ends')).toBe('syntax');
  });

  test('names with #, dictionaries without spaces, references, comments', () => {
    const dict = parse('<</A#20B/C/D<</E[1 0 R 2 3]>>%x\n/F null/G>>');
    if (!(dict instanceof PdfDict)) throw new Error('no dictionary');
    expect(dict.get('A B')).toEqual(new PdfName('C'));
    expect(dict.get('D')).toEqual(new PdfDict(new Map([['E', [new PdfRef(1, 0), 2, 3]]])));
    expect(dict.get('G')).toBeNull();
  });

  test('a key that stands twice keeps its last value and is listed', () => {
    const dict = parse('<</A 1/B 2/A 3>>');
    expect(dict instanceof PdfDict && [dict.get('A'), dict.duplicateKeys]).toEqual([3, ['A']]);
  });

  test('nesting and string limits end with their code (security P1)', () => {
    expect(codeOf('['.repeat(101) + ']'.repeat(101))).toBe('limit');
    expect(codeOf('['.repeat(100) + ']'.repeat(100))).toBe('nothing thrown');
    expect(codeOf(`(${'x'.repeat(20)})`, { ...defaultLimits, stringLength: 10 })).toBe('limit');
    expect(codeOf(`<${'00'.repeat(20)}>`, { ...defaultLimits, stringLength: 10 })).toBe('limit');
  });

  test('an object larger than the first window is read by larger ones', () => {
    const long = `[(${'y'.repeat(100_000)}) 7]`;
    const source = memorySource(Buffer.from(long, 'latin1'));
    const array = withWindow(
      { source, end: source.size, limits: defaultLimits, budget: new Budget(defaultLimits, source.size) },
      0,
      (lexer) => new Parser(lexer, defaultLimits).object()
    );
    expect(Array.isArray(array) && array[1]).toBe(7);
  });

  test('reads back what the writer wrote', () => {
    const leaf = fc.oneof(
      fc.constant(null),
      fc.boolean(),
      fc.integer({ min: -1e9, max: 1e9 }),
      fc
        .string({ maxLength: 8, unit: fc.integer({ min: 33, max: 126 }).map((c) => String.fromCharCode(c)) })
        .map((s) => new PdfName(s)),
      fc.uint8Array({ maxLength: 20 }).map((b) => new PdfString(Uint8Array.from(b))),
      fc.tuple(fc.nat(99), fc.nat(3)).map(([num, gen]) => new PdfRef(num, gen))
    );
    const tree = fc.letrec<{ node: PdfObject }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.array(tie('node'), { maxLength: 4 }),
        fc
          .array(fc.tuple(fc.stringMatching(/^[A-Za-z]{1,6}$/), tie('node')), { maxLength: 4 })
          .map((entries) => new PdfDict(new Map(entries)))
      )
    })).node;
    fc.assert(
      fc.property(tree, (object) => {
        const out = new ByteWriter();
        writeObject(out, object);
        expect(plain(parse(Buffer.from(out.take()).toString('latin1')))).toEqual(plain(object));
      })
    );
  });
});
