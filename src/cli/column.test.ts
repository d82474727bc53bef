import { expect, test } from 'vitest';
import { contract } from '../../tests/vectors/draft.ts';
import { signedContract } from '../../tests/vectors/signed.ts';
import { vector } from '../../tests/vectors/vectors.ts';
import { writeTable } from '../../tests/vectors/write.ts';
import { memorySource } from '../lib/bytes/source.ts';
import { openPdf } from '../lib/pdf/document.ts';
import { columnLayout } from './column.ts';

const layout = (file: Uint8Array, parties = 2) => columnLayout(openPdf(memorySource(file)), parties);

test('a column at the left edge of page 1: 200 × 24 points, signature and stamp 200 × 60', () => {
  expect(
    layout(vector('xref-table')).fields.map(({ name, box }) => [name, box.page, box.x, box.y, box.w, box.h])
  ).toEqual([
    ['cs-A-sig-1', 1, 0, 0, 200, 60],
    ['cs-A-text-1', 1, 0, 64, 200, 24],
    ['cs-A-stamp-1', 1, 0, 92, 200, 60],
    ['cs-B-sig-1', 1, 0, 156, 200, 60],
    ['cs-B-text-1', 1, 0, 220, 200, 24]
  ]);
});

test('a widget in the way is passed by; a full column goes on in the next', () => {
  const draft = contract({ form: true });
  draft.objects.set(6, String(draft.objects.get(6)).replace('[300 600 450 620]', '[50 772 90 832]'));
  expect(layout(writeTable(draft)).fields[0]?.box).toMatchObject({ x: 0, y: 71 });
  const many = layout(vector('xref-table'), 12).fields;
  expect(new Set(many.map(({ box }) => box.x))).toEqual(new Set([0, 204]));
});

test('a page too small for the column gets smaller fields inside it', () => {
  const file = writeTable(contract({ mediaBox: '[0 0 150 100]' }));
  for (const { box } of layout(file).fields) {
    expect(box.x + box.w).toBeLessThanOrEqual(150.01);
    expect(box.y + box.h).toBeLessThanOrEqual(100.01);
  }
});

test('in a file that was signed before, signature fields lie over nothing that the page shows', async () => {
  const draft = await signedContract();
  const { fields } = layout(draft);
  const signatures = fields.filter(({ kind }) => kind === 'signature');
  expect(signatures.map(({ box }) => [box.x, box.y])).toEqual([
    [0, 0],
    [0, 64]
  ]);
  // The text of the vector begins 260 points from the left and 74 below the top; moved left, it is in the way.
  const text = Buffer.from(draft).toString('latin1').replaceAll('1 0 0 1 260 ', '1 0 0 1 010 ');
  const moved = layout(Uint8Array.from(Buffer.from(text, 'latin1'))).fields.filter(
    ({ kind }) => kind === 'signature'
  );
  for (const { box } of moved) expect(box.y + box.h <= 75 || box.y >= 140, JSON.stringify(box)).toBe(true);
});

test('a box and a page that are asked for, the rest in the column there', () => {
  const file = vector('many-pages');
  const boxes = [{ x: 300, y: 400, w: 120, h: 40 }];
  const { fields } = columnLayout(openPdf(memorySource(file)), 2, { page: 2, boxes });
  expect(fields.map(({ name, box }) => [name, box.page, box.x, box.y])).toEqual([
    ['cs-A-sig-1', 2, 300, 400],
    ['cs-A-text-1', 2, 0, 0],
    ['cs-A-stamp-1', 2, 0, 28],
    ['cs-B-sig-1', 2, 0, 92],
    ['cs-B-text-1', 2, 0, 156]
  ]);
});

test('a box over a widget, over another box or outside of the page is refused', () => {
  const code = (
    file: Uint8Array,
    page: number,
    ...boxes: { x: number; y: number; w: number; h: number }[]
  ) => {
    try {
      columnLayout(openPdf(memorySource(file)), 2, { page, boxes });
      return 'taken';
    } catch (error) {
      return (error as { code?: string }).code;
    }
  };
  const [form, plain] = [vector('existing-form'), vector('xref-table')];
  expect(code(form, 1, { x: 0, y: 0, w: 500, h: 700 })).toBe('does-not-fit');
  expect(code(plain, 1, { x: 500, y: 0, w: 200, h: 60 })).toBe('does-not-fit');
  expect(code(plain, 1, { x: 0, y: -1, w: 200, h: 60 })).toBe('does-not-fit');
  expect(code(plain, 1, { x: 9, y: 9, w: 99, h: 60 }, { x: 19, y: 19, w: 99, h: 60 })).toBe('does-not-fit');
  expect(code(plain, 1, { x: 9, y: 9, w: 99, h: 60 }, { x: 9, y: 99, w: 99, h: 60 })).toBe('taken');
  expect(code(plain, 99)).toBe('structure');
});
