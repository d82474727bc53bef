import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contract } from '../../../tests/vectors/draft.ts';
import { writeEncrypted } from '../../../tests/vectors/encrypt.ts';
import { writeStream, writeTable } from '../../../tests/vectors/write.ts';
import { concat } from '../bytes/concat.ts';
import { memorySource } from '../bytes/source.ts';
import { Appender } from './append.ts';
import { openPdf } from './document.ts';
import { defaultLimits } from './limits.ts';
import { PdfDict, PdfName, type PdfObject, PdfRef, PdfStream, PdfString } from './objects.ts';
import { lexerOver, Parser } from './parser.ts';
import { ByteWriter, writeObject } from './serialize.ts';

/** Any character of one byte but NUL, `#`, delimiters and white space among them. */
const someName = fc
  .array(fc.integer({ min: 1, max: 255 }), { maxLength: 12 })
  .map((codes) => String.fromCharCode(...codes));
const number = fc.oneof(
  fc.integer(),
  fc.integer({ min: -(2 ** 45), max: 2 ** 45 }),
  // What four decimals say exactly.
  fc.integer({ min: -1_000_000, max: 1_000_000 }).map((n) => n / 16)
);

const { value } = fc.letrec<{ value: PdfObject; leaf: PdfObject }>((tie) => ({
  leaf: fc.oneof(
    fc.constant(null),
    fc.boolean(),
    number,
    someName.map((text) => new PdfName(text)),
    fc.tuple(fc.uint8Array({ maxLength: 40 }), fc.boolean()).map(([bytes, hex]) => new PdfString(bytes, hex)),
    fc
      .tuple(fc.integer({ min: 1, max: 9_999 }), fc.integer({ min: 0, max: 65_535 }))
      .map(([n, g]) => new PdfRef(n, g))
  ),
  value: fc.oneof(
    { depthSize: 'medium', maxDepth: 6 },
    tie('leaf'),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.array(fc.tuple(someName, tie('value')), { maxLength: 5 }).map((items) => new PdfDict(new Map(items)))
  )
}));

/** Something that two equal objects share, whatever classes they are of. */
function shape(object: PdfObject): unknown {
  if (object instanceof PdfName) return ['name', object.name];
  if (object instanceof PdfString) return ['string', object.hex, ...object.bytes];
  if (object instanceof PdfRef) return ['ref', object.num, object.gen];
  if (Array.isArray(object)) return ['array', ...object.map(shape)];
  if (object instanceof PdfDict) return ['dict', ...[...object.map].map(([key, item]) => [key, shape(item)])];
  if (object instanceof PdfStream) return ['stream', ...object.raw];
  return Object.is(object, -0) ? 0 : object;
}

function written(object: PdfObject): Uint8Array {
  const out = new ByteWriter();
  writeObject(out, object);
  return out.take();
}

const parsed = (bytes: Uint8Array): PdfObject =>
  new Parser(lexerOver(bytes, defaultLimits), defaultLimits).object();

describe('what is written is what is read (ISO 32000-2 §7.3)', () => {
  test('any object: names with # and delimiters, strings of any bytes, nesting', () => {
    fc.assert(
      fc.property(value, (object) => {
        expect(shape(parsed(written(object)))).toEqual(shape(object));
      }),
      { numRuns: 500 }
    );
  });

  test('as deep as the limit says, and no deeper', () => {
    const nested = (levels: number): PdfObject => (levels === 0 ? 1 : [nested(levels - 1)]);
    expect(shape(parsed(written(nested(100))))).toEqual(shape(nested(100)));
    expect(() => parsed(written(nested(101)))).toThrow('levels of nesting: more than 100');
  });
});

describe('appending (ISO 32000-2 §7.5.6)', () => {
  const files: readonly (readonly [string, Uint8Array])[] = [
    ['a table', writeTable(contract())],
    ['an xref stream', writeStream(contract())],
    ['object streams', writeStream(contract(), { objectStreams: true })],
    ['a table, RC4', writeEncrypted(contract(), 'rc4')],
    ['a table, AES-128', writeEncrypted(contract(), 'aes128')],
    ['object streams, AES-256', writeEncrypted(contract(), 'aes256', 'stream')]
  ];
  /** One change: a new object or another value for one that was added before; a stream, or none. */
  const change = fc.record({
    which: fc.nat(),
    fresh: fc.boolean(),
    value,
    data: fc.option(fc.uint8Array({ maxLength: 60 }), { nil: null })
  });
  const revisions = fc.array(fc.array(change, { minLength: 1, maxLength: 4 }), {
    minLength: 1,
    maxLength: 4
  });

  test.each(files)(
    '%s: every earlier prefix stays, and every object is read back equal in every revision',
    (name, first) => {
      fc.assert(
        fc.property(revisions, (steps) => {
          let file = first;
          const now = new Map<number, PdfObject>();
          const states: { end: number; objects: Map<number, PdfObject> }[] = [];
          for (const step of steps) {
            const before = file;
            const appender = new Appender(openPdf(memorySource(file)));
            for (const { which, fresh, value: plain, data } of step) {
              const object =
                data === null ? plain : new PdfStream(new PdfDict(new Map([['Odd', plain]])), data);
              const known = [...now.keys()];
              const ref =
                fresh || known.length === 0
                  ? appender.reserve()
                  : new PdfRef(known[which % known.length] ?? 0, 0);
              appender.put(ref, object);
              now.set(ref.num, object);
            }
            file = concat(file, appender.finish().bytes);
            expect(Buffer.compare(file.subarray(0, before.length), before)).toBe(0);
            states.push({ end: file.length, objects: new Map(now) });
          }
          const doc = openPdf(memorySource(file));
          expect(doc.repaired).toBe(false);
          expect(
            doc
              .revisions()
              .slice(-states.length)
              .map(({ end }) => end)
          ).toEqual(states.map(({ end }) => end));
          for (const { end, objects } of states) {
            const view = doc.at(end);
            for (const [num, object] of objects)
              expect(shape(view.get(num)), `${num} at ${end}`).toEqual(shape(object));
          }
          expect(doc.pageCount).toBe(1);
        }),
        { numRuns: name.includes('AES-256') ? 4 : 25 }
      );
    },
    30_000
  );
});
