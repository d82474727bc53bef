import fc from 'fast-check';
import { deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { contract, latin1 } from '../../../tests/vectors/draft.ts';
import { vector, vectors, more } from '../../../tests/vectors/vectors.ts';
import { appendTable, lastXref, writeStream, writeTable } from '../../../tests/vectors/write.ts';
import { memorySource, type ByteSource } from '../bytes/source.ts';
import { openPdf, type PdfDocument } from './document.ts';
import { PdfError } from './error.ts';
import type { Limits } from './limits.ts';
import { PdfDict, PdfStream } from './objects.ts';

const open = (file: Uint8Array, limits: Partial<Limits> = {}): PdfDocument =>
  openPdf(memorySource(file), { limits });
const bytes = (text: string): Uint8Array => latin1(text);
const textOf = (file: Uint8Array): string => Buffer.from(file).toString('latin1');

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return error instanceof PdfError ? error.code : String(error);
  }
  return 'nothing thrown';
}

function pageText(doc: PdfDocument, n: number): string {
  const content = doc.resolve(doc.page(n).dict.get('Contents'));
  return content instanceof PdfStream ? textOf(doc.inflate(content)) : '';
}

describe('file structures (ISO 32000-2 §7.5)', () => {
  test.each([...vectors, ...more].filter(({ name }) => name !== 'scan'))(
    '$name opens whole',
    ({ make, pages }) => {
      const file = make();
      const doc = open(file);
      expect(doc.repaired).toBe(false);
      expect(doc.pageCount).toBe(pages);
      expect(doc.pages()).toHaveLength(pages);
      expect(pageText(doc, pages)).toContain(`Page ${pages} of ${pages}`);
      expect(doc.revisions().at(-1)?.end).toBe(file.length);
    }
  );

  test('the kind of the newest section and the place for new numbers', () => {
    expect(open(vector('xref-table')).xrefKind).toBe('table');
    expect(open(vector('object-streams')).xrefKind).toBe('stream');
    const doc = open(vector('xref-table'));
    expect(doc.startxref).toBe(lastXref(vector('xref-table')));
    for (const num of doc.numbers()) expect(num).toBeLessThan(doc.size);
  });

  test('a linearized file is one revision of two sections', () => {
    const doc = open(vector('linearized'));
    expect(doc.revisions()).toHaveLength(1);
    expect(doc.sections).toHaveLength(2);
  });

  test('an older revision is seen as it was', () => {
    const first = writeTable(contract());
    const changed = { dict: '', data: bytes('BT /F1 11 Tf (Page 1 of 1 changed) Tj ET') };
    const file = appendTable(first, new Map([[11, changed]]), { root: 1, size: 13 });
    const doc = open(file);
    expect(doc.revisions().map(({ end }) => end)).toEqual([first.length, file.length]);
    expect(pageText(doc, 1)).toContain('changed');
    expect(pageText(doc.at(first.length), 1)).toContain('Services contract');
    expect(pageText(doc.at(file.length), 1)).toContain('changed');
    expect(codeOf(() => doc.at(10))).toBe('structure');
  });

  test('an object whose bytes came after a revision is not there in it', () => {
    const draft = writeTable(contract());
    const promise = `${String(draft.length).padStart(10, '0')} 00000 n`;
    const promised = bytes(textOf(draft).replace('0000000000 00000 f', promise));
    const doc = open(appendTable(promised, new Map([[5, '(late)']]), { root: 1, size: 13 }));
    expect(doc.get(5)).not.toBeNull();
    expect(doc.entry(5)).toEqual(doc.at(draft.length).entry(5));
    expect(doc.at(draft.length).get(5)).toBeNull();
    expect(doc.sharesObject(doc.at(draft.length), 5)).toBe(false);
  });
});

describe('reading lazily', () => {
  test('opening a large file and one page reads a small part of it', () => {
    const file = vector('many-pages');
    let read = 0;
    const source: ByteSource = {
      size: file.length,
      read: (offset, length) => {
        const part = file.subarray(offset, Math.min(file.length, offset + length));
        read += part.length;
        return part;
      }
    };
    const doc = openPdf(source);
    const n = doc.pageCount;
    expect(doc.page(n).dict).toBeInstanceOf(PdfDict);
    expect(read).toBeLessThan(file.length / 2 + 300_000);
  });
});

describe('repair', () => {
  test('a wrong startxref: the file opens and says that it was repaired', () => {
    const file = bytes(textOf(vector('xref-table')).replace(/startxref\n\d+/, 'startxref\n77777777'));
    const doc = open(file);
    expect(doc.repaired).toBe(true);
    expect(doc.pageCount).toBe(3);
    expect(doc.revisions()).toEqual([]);
  });

  test('object streams are found by the scan too', () => {
    const file = bytes(textOf(vector('object-streams')).replace(/startxref\n\d+/, 'startxref\n3'));
    expect(open(file).pages()).toHaveLength(2);
  });

  test('a stream with a wrong /Length ends at endstream, and the object is named', () => {
    const text = textOf(writeTable(contract()));
    const file = bytes(
      text.replace(
        /11 0 obj\n<< {2}\/Length (\d)/,
        (all, digit: string) => all.slice(0, -1) + (digit === '9' ? '8' : '9')
      )
    );
    const doc = open(file);
    expect(pageText(doc, 1)).toContain('Page 1 of 1');
    expect(doc.faults).toEqual([11]);
  });

  test('what is no PDF is called so', () => {
    expect(codeOf(() => open(bytes('just some text')))).toBe('not-a-pdf');
    expect(codeOf(() => open(new Uint8Array(0)))).toBe('not-a-pdf');
  });
});

describe('loops and limits end with their code (security P1)', () => {
  test('sections that lead to each other', () => {
    const text = textOf(writeTable(contract()));
    const start = lastXref(bytes(text));
    const looped = bytes(text.replace('/Root', `/Prev ${start} /Root`));
    const doc = open(looped);
    expect(doc.repaired).toBe(true);
    expect(doc.pageCount).toBe(1);
  });

  test('a page tree that leads to itself', () => {
    const draft = contract();
    draft.objects.set(2, '<< /Type /Pages /Kids [2 0 R] /Count 1 /MediaBox [0 0 9 9] >>');
    expect(codeOf(() => open(writeTable(draft)).pages())).toBe('structure');
    expect(codeOf(() => open(writeTable(draft)).page(1))).toBe('structure');
  });

  test('a page tree that is too deep, and too many pages', () => {
    const draft = contract();
    draft.objects.set(2, '<< /Type /Pages /Kids [20 0 R] /Count 1 /MediaBox [0 0 9 9] >>');
    draft.objects.set(20, '<< /Type /Pages /Kids [21 0 R] /Count 1 >>');
    draft.objects.set(21, '<< /Type /Pages /Kids [10 0 R] /Count 1 >>');
    expect(codeOf(() => open(writeTable(draft), { pageTreeDepth: 2 }).pages())).toBe('limit');
    expect(codeOf(() => open(vector('xref-table'), { pages: 2 }).pages())).toBe('limit');
  });

  test('references that lead to each other', () => {
    const draft = contract();
    draft.objects.set(20, '21 0 R');
    draft.objects.set(21, '20 0 R');
    const doc = open(writeTable(draft));
    expect(codeOf(() => doc.resolve(doc.get(20)))).toBe('structure');
  });

  test('a stream whose /Length is itself', () => {
    const draft = contract({ catalog: '/Odd 20 0 R' });
    const text = textOf(writeTable(draft)).replace(
      'xref\n',
      '20 0 obj\n<< /Length 20 0 R >>\nstream\nabc\nendstream\nendobj\nxref\n'
    );
    const at = text.indexOf('20 0 obj');
    const doc = open(
      appendTable(
        bytes(text.replace(/startxref\n\d+/, `startxref\n${text.indexOf('\nxref\n') + 1}`)),
        new Map([[30, 'null']]),
        { root: 1, size: 31 }
      )
    );
    expect(at).toBeGreaterThan(0);
    expect(codeOf(() => doc.get(20))).toBe('nothing thrown');
  });

  test('file size, objects, revisions', () => {
    const file = vector('xref-table');
    expect(codeOf(() => open(file, { fileSize: 100 }))).toBe('limit');
    expect(codeOf(() => open(file, { objects: 3 }))).toBe('limit');
    let grown = writeTable(contract());
    for (let i = 0; i < 5; i += 1)
      grown = appendTable(grown, new Map([[20 + i, 'null']]), { root: 1, size: 30 });
    expect(codeOf(() => open(grown, { revisions: 3 }))).toBe('limit');
    expect(open(grown).revisions()).toHaveLength(6);
  });

  test('an object stream that promises too many objects, and one that inflates to too much', () => {
    const file = writeStream(contract(), { objectStreams: true });
    expect(codeOf(() => open(file, { objectStreamCount: 1 }))).toBe('limit');
    expect(codeOf(() => open(file, { inflatedStructure: 20 }))).toBe('limit');
  });

  test('a bomb in a page ends at the limit of one stream', () => {
    const draft = contract();
    draft.objects.set(11, {
      dict: '/Filter /FlateDecode',
      data: new Uint8Array(deflateSync(new Uint8Array(5_000_000)))
    });
    const doc = open(writeTable(draft), { inflatedStream: 1_000_000 });
    expect(codeOf(() => pageText(doc, 1))).toBe('limit');
  });
});

test('whatever is done to the bytes, only PdfError comes out', () => {
  const files = ['xref-table', 'object-streams', 'hybrid', 'encrypted-aes256'].map(vector);
  const touch = (doc: PdfDocument): void => {
    doc.revisions();
    doc.pages();
    for (const num of doc.numbers()) {
      const value = doc.get(num);
      if (value instanceof PdfStream) doc.inflate(value);
    }
  };
  fc.assert(
    fc.property(
      fc.constantFrom(...files),
      fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 12 }),
      fc.option(fc.nat(), { nil: null }),
      (file, edits, cut) => {
        const broken = Uint8Array.from(file);
        for (const [at, value] of edits) broken[at % broken.length] = value;
        const part = cut === null ? broken : broken.subarray(0, cut % broken.length);
        try {
          touch(open(part, { inflatedTotal: 4_000_000 }));
        } catch (error) {
          if (!(error instanceof PdfError)) throw error;
        }
      }
    ),
    { numRuns: 250 }
  );
});
