import { describe, expect, test } from 'vitest';
import { columnLayout } from '../../src/cli/column.ts';
import { loadFonts } from '../../src/cli/fonts.ts';
import { freshKey, sampleInput, signOnce } from '../../src/cli/signing.ts';
import { joinedSource } from '../../src/lib/bytes/joined-source.ts';
import { memorySource, type ByteSource } from '../../src/lib/bytes/source.ts';
import { openPdf } from '../../src/lib/pdf/document.ts';
import { freeze } from '../../src/lib/sign/freeze.ts';
import { prepareSignature } from '../../src/lib/sign/signature.ts';
import { manyObjects, manyPacked, manyPages } from '../vectors/large.ts';

const AT = Date.UTC(2026, 5, 1);

/** Remembers how much was read, and the largest piece. */
function counting(
  source: ByteSource
): ByteSource & { read: ByteSource['read']; readonly seen: { bytes: number; most: number } } {
  const seen = { bytes: 0, most: 0 };
  return {
    size: source.size,
    seen,
    read: (offset, length) => {
      const bytes = source.read(offset, length);
      seen.bytes += bytes.length;
      seen.most = Math.max(seen.most, bytes.length);
      return bytes;
    }
  };
}

/** What freezing and signing for party A cost: objects parsed, object streams inflated, bytes read. */
async function costOf(file: Uint8Array) {
  const fonts = await loadFonts();
  const layout = columnLayout(openPdf(memorySource(file)), 2);
  const before = openPdf(counting(memorySource(file)));
  const frozen = joinedSource(memorySource(file), freeze(before, layout));
  const { certificate } = await freshKey('Party A', AT);
  const source = counting(frozen);
  const doc = openPdf(source);
  prepareSignature(doc, sampleInput(layout, 'A', certificate, AT), fonts);
  return {
    freeze: { ...before.work },
    sign: { ...doc.work },
    read: source.seen,
    fields: layout.fields.length
  };
}

describe('G3: the cost of signing follows what is touched', () => {
  /** Levels of the page tree in these files, the page included. */
  const DEPTH = 3;

  test('300 and 200,000 objects cost the same, behind a table and in object streams, and none of these is inflated', async () => {
    const small = await costOf(manyObjects(300));
    expect(small.sign.objects).toBeLessThanOrEqual(16 + DEPTH + small.fields);
    expect(small.freeze.objects).toBeLessThanOrEqual(16 + DEPTH);
    for (const make of [manyObjects, manyPacked]) {
      const large = await costOf(make(200_000));
      expect(large.sign.objects, make.name).toBe(small.sign.objects);
      expect(large.freeze.objects, make.name).toBe(small.freeze.objects);
      expect(large.sign.objectStreams + large.freeze.objectStreams, make.name).toBe(0);
    }
  }, 30_000);

  test('one object of an object stream inflates that one', () => {
    const doc = openPdf(memorySource(manyPacked(2_000)));
    doc.get(7);
    doc.get(8);
    expect(doc.work.objectStreams).toBe(1);
    doc.get(500);
    expect(doc.work.objectStreams).toBe(2);
  });

  test('2,000 pages: signing does not look for the page', async () => {
    const cost = await costOf(manyPages(2_000));
    expect(cost.sign.objects).toBeLessThanOrEqual(16 + DEPTH + cost.fields);
  });

  test('beyond the xref a large file is not read, and nothing of the size of the file at once', async () => {
    const file = manyObjects(50_000);
    const { read } = await costOf(file);
    const table = 20 * 50_001;
    // The end of the file is looked at for startxref; every object is read by a window of 4 KB.
    expect(read.bytes).toBeLessThan(3 * table + 1_000_000);
    expect(read.most).toBeLessThan(table + 100);
  }, 30_000);
});

test('what is signed is the file as it is and a tail: nothing of it is copied', async () => {
  const file = manyObjects(300);
  const fonts = await loadFonts();
  const layout = columnLayout(openPdf(memorySource(file)), 1);
  const tail = freeze(openPdf(memorySource(file)), layout);
  expect(tail.length).toBeLessThan(16_000);
  const { certificate, sign } = await freshKey('Party A', AT);
  const whole = joinedSource(memorySource(file), tail);
  const signed = await signOnce(whole, sampleInput(layout, 'A', certificate, AT), fonts, sign);
  expect(signed.length).toBeLessThan(64_000);
});
