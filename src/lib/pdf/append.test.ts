import { describe, expect, test } from 'vitest';
import { more, vector, vectors } from '../../../tests/vectors/vectors.ts';
import { concat } from '../bytes/concat.ts';
import { encodeLatin1 } from '../bytes/latin1.ts';
import { memorySource } from '../bytes/source.ts';
import { Appender } from './append.ts';
import { openPdf } from './document.ts';
import { PdfDict, PdfName, PdfRef, PdfStream, PdfString } from './objects.ts';

const text = (value: string) => new PdfString(encodeLatin1(value));

/** The file with a marked catalog, a new dictionary and a new stream. */
function appended(file: Uint8Array) {
  const doc = openPdf(memorySource(file));
  const appender = new Appender(doc);
  const dict = appender.add(new PdfDict().set('Note', text('a (secret) \\ note')));
  const stream = appender.add(new PdfStream(new PdfDict(), encodeLatin1('q Q')));
  appender.put(doc.catalogRef, doc.catalog.clone().set('XXMark', [dict, stream]));
  const tail = appender.finish();
  return { before: doc, tail, dict, stream, file: concat(file, tail.bytes) };
}

describe.each([...vectors, ...more])('$name', ({ make, pages }) => {
  test('an appended revision is read back, of the same kind, and the old bytes stay', () => {
    const original = make();
    const { before, dict, stream, file } = appended(original);
    const doc = openPdf(memorySource(file));
    expect(doc.repaired).toBe(false);
    expect(doc.xrefKind).toBe(before.xrefKind);
    expect(doc.trailer.get('Prev')).toBe(before.startxref);
    expect(doc.trailer.has('XRefStm')).toBe(false);
    expect(doc.revisions()).toHaveLength(before.revisions().length + 1);
    expect(doc.pageCount).toBe(pages);
    expect(doc.size).toBe(doc.trailer.get('Size'));
    expect(Buffer.compare(file.subarray(0, original.length), original)).toBe(0);
    const note = doc.dict(dict)?.get('Note');
    expect(note instanceof PdfString && note.bytes).toEqual(encodeLatin1('a (secret) \\ note'));
    const body = doc.get(stream);
    expect(body instanceof PdfStream && doc.inflate(body)).toEqual(encodeLatin1('q Q'));
  });

  test('/ID keeps its first part and renews the second', () => {
    const { before, file } = appended(make());
    const ids = (of: ReturnType<typeof openPdf>) =>
      (of.array(of.trailer.get('ID')) ?? []).map((part) =>
        part instanceof PdfString ? [...part.bytes] : null
      );
    const [first, second] = ids(openPdf(memorySource(file)));
    expect(first).toEqual(ids(before)[0]);
    expect(second).not.toEqual(ids(before)[1]);
    expect(second).toHaveLength(16);
  });
});

test('in an encrypted file the new strings and streams are not there in plain', () => {
  const plain = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
  expect(plain(appended(vector('xref-table')).tail.bytes)).toContain('secret');
  const tail = plain(appended(vector('encrypted-aes256')).tail.bytes);
  expect(tail).not.toContain('secret');
  expect(tail).not.toContain('q Q');
});

test('a file without a last line end gets one before the first new object', () => {
  const bare = vector('xref-table').subarray(0, -1);
  const { tail } = appended(bare);
  expect(tail.bytes[0]).toBe(10);
  expect(appended(vector('xref-table')).tail.bytes[0]).not.toBe(10);
});

test('bytes in front of the header: offsets count from the header, as the file does', () => {
  const file = concat(encodeLatin1('GARBAGE\n'), vector('xref-table'));
  const doc = openPdf(memorySource(appended(file).file));
  expect(doc.origin).toBe(8);
  expect(doc.startxref).toBeGreaterThan(0);
  expect(doc.catalog.has('XXMark')).toBe(true);
});

test('a broken xref is left behind: the new section lists every object and the file is sound again', () => {
  for (const name of ['xref-table', 'object-streams']) {
    const broken = vector(name);
    const at = Buffer.from(broken).lastIndexOf('startxref');
    broken.set(encodeLatin1('startxref\n7'), at);
    expect(openPdf(memorySource(broken)).startxref).toBe(-1);
    const doc = openPdf(memorySource(appended(broken).file));
    expect(doc.startxref, name).toBeGreaterThan(0);
    expect(doc.repaired, name).toBe(false);
    expect(doc.pages().length, name).toBe(doc.pageCount);
    expect(doc.trailer.has('Prev')).toBe(false);
  }
});

test('/Prev is what the file itself wrote behind startxref, even where that is the space before the section', () => {
  const file = vector('xref-table');
  const text = Buffer.from(file).toString('latin1');
  const written = Number(/startxref\n(\d+)/.exec(text)?.[1]);
  const loose = encodeLatin1(text.replace(`startxref\n${written}`, `startxref\n${written - 1}`));
  const doc = openPdf(memorySource(appended(loose).file));
  expect(doc.trailer.get('Prev')).toBe(written - 1);
  expect(doc.repaired).toBe(false);
});

test('offsets tell where a value stands, and values put as bytes are written as they are', () => {
  const doc = openPdf(memorySource(vector('encrypted-aes256')));
  const appender = new Appender(doc);
  const ref = appender.reserve();
  appender.putBytes(ref, encodeLatin1('<</Plain(text)>>'));
  const { bytes, offsets } = appender.finish();
  const at = offsets.get(ref.num) ?? -1;
  expect(Buffer.from(bytes.subarray(at, at + 16)).toString('latin1')).toBe('<</Plain(text)>>');
});

test('what was put is what get and resolve see', () => {
  const doc = openPdf(memorySource(vector('xref-table')));
  const appender = new Appender(doc);
  const ref = appender.add(new PdfName('New'));
  const chain = appender.add(ref);
  expect(appender.resolve(chain)).toEqual(new PdfName('New'));
  expect(appender.get(doc.catalogRef)).toBe(doc.catalog);
  appender.put(ref, new PdfRef(chain.num, 0));
  expect(() => appender.resolve(chain)).toThrow('circle');
});
