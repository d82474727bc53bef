import { describe, expect, test } from 'vitest';
import { plainPages } from '../../../tests/vectors/plain-pages.ts';
import { appendTable } from '../../../tests/vectors/write.ts';
import { memorySource } from '../bytes/source.ts';
import { openPdf, type PdfDocument } from '../pdf/document.ts';
import { pageNumbers, pageNumbersAfter } from './page-numbers.ts';

// Catalog 1, tree 2, font 3, pages 4, 6 and 8 with contents behind each.
const FILE = plainPages([{}, {}, {}]);

/** The file before and after an update, and what the later view says its pages are. */
function after(update: Record<number, string>, watch: (doc: PdfDocument) => void = () => undefined) {
  const numbers = Object.keys(update).map(Number);
  const bytes = appendTable(FILE, new Map(numbers.map((num) => [num, update[num] ?? ''])), {
    root: 1,
    size: 10
  });
  const later = openPdf(memorySource(bytes));
  const [first] = later.revisions();
  if (first === undefined) throw new Error('no revision');
  watch(later);
  return [...pageNumbersAfter(later.of(first), later, new Set(numbers))];
}
const SAME = [
  [4, 1],
  [6, 2],
  [8, 3]
];

describe('pages of a later revision', () => {
  test('a changed page stays the page it was, and the tree is not walked again', () => {
    const page = '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 10 10] >>';
    let asked = 0;
    const numbers = after({ 6: page, 5: '(new contents)' }, (doc) => {
      const get = doc.get.bind(doc);
      doc.get = (ref: Parameters<typeof get>[0]) => {
        asked += 1;
        return get(ref);
      };
    });
    expect(numbers).toEqual(SAME);
    expect(asked).toBe(1);
  });
  test.each([
    [
      'a tree with another order',
      { 2: '<< /Type /Pages /Kids [8 0 R 4 0 R] /Count 2 >>' },
      [
        [8, 1],
        [4, 2]
      ]
    ],
    [
      'a page that became a branch',
      { 6: '<< /Type /Pages /Kids [8 0 R] >>' },
      [
        [4, 1],
        [8, 2]
      ]
    ],
    [
      'the same without its /Type',
      { 6: '<< /Kids [8 0 R] >>' },
      [
        [4, 1],
        [8, 2]
      ]
    ],
    [
      'a page that is none any more',
      { 4: 'null' },
      [
        [6, 1],
        [8, 2]
      ]
    ],
    ['a catalog that names another tree', { 1: '<< /Type /Catalog /Pages 8 0 R >>' }, [[8, 1]]],
    ['a catalog that names the same', { 1: '<< /Type /Catalog /Pages 2 0 R /Lang (en) >>' }, SAME],
    [
      'a /Type elsewhere, which makes it a branch',
      { 6: '<< /Type 9 0 R /Kids [] >>', 9: '/Pages' },
      [
        [4, 1],
        [8, 2]
      ]
    ]
  ])('%s', (_, update, expected) => {
    expect(after(update as Record<number, string>)).toEqual(expected);
  });
  test('a tree that loops is read as far as it goes', () => {
    const loop = appendTable(FILE, new Map([[6, '<< /Type /Pages /Kids [2 0 R 4 0 R] >>']]), {
      root: 1,
      size: 10
    });
    expect([...pageNumbers(openPdf(memorySource(loop)))]).toEqual([
      [4, 1],
      [8, 2]
    ]);
  });
});
