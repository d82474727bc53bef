import { describe, expect, test } from 'vitest';
import { contract, latin1 } from '../../../tests/vectors/draft.ts';
import { writeTable } from '../../../tests/vectors/write.ts';
import { memorySource } from '../bytes/source.ts';
import { openPdf } from '../pdf/document.ts';
import { type ContentBox, contentBoxes } from './content-boxes.ts';

function boxes(
  content: string,
  extra: Record<number, string | { dict: string; data: Uint8Array }> = {}
): ContentBox[] {
  const draft = contract();
  draft.objects.set(11, { dict: '', data: latin1(content) });
  for (const [num, body] of Object.entries(extra)) draft.objects.set(Number(num), body);
  const found = contentBoxes(openPdf(memorySource(writeTable(draft))), 1);
  if (found === null) throw new Error('not read');
  return found.map(({ what, box }) => ({
    what,
    box: box.map((n) => Math.round(n)) as unknown as ContentBox['box']
  }));
}

describe('what a page paints (ISO 32000-2 §8, §9)', () => {
  test('paths, under matrices and clips, only when painted', () => {
    expect(boxes('10 20 30 40 re f')).toEqual([{ what: 'path', box: [10, 20, 40, 60] }]);
    expect(boxes('q 2 0 0 2 5 5 cm 10 10 m 20 30 l S Q 1 1 m 2 2 l n')).toEqual([
      { what: 'path', box: [25, 25, 45, 65] }
    ]);
    expect(boxes('0 0 20 20 re W n 10 10 100 100 re f')).toEqual([{ what: 'path', box: [10, 10, 20, 20] }]);
    expect(boxes('0 0 20 20 re W n 50 50 10 10 re f')).toEqual([]);
  });

  test('text where it stands, by its size; invisible text and blanks are nothing', () => {
    const [line] = boxes('BT /F1 10 Tf 100 200 Td (abcd) Tj ET');
    expect(line?.what).toBe('text');
    expect(line?.box[0]).toBe(100);
    expect(line?.box[1]).toBe(198);
    expect(line?.box[2]).toBeGreaterThan(115);
    expect(line?.box[3]).toBe(208);
    expect(boxes('BT /F1 10 Tf 3 Tr 100 200 Td (abcd) Tj ET')).toEqual([]);
    expect(boxes('BT /F1 10 Tf 100 200 Td (   ) Tj ET')).toEqual([]);
    const two = boxes('BT /F1 10 Tf 12 TL 0 100 Td (a) Tj T* (b) Tj [(c) -5000 (d)] TJ ET');
    expect(two.map(({ box }) => box[1])).toEqual([98, 86, 86, 86]);
  });

  test('images, also inline and inside forms; one that fills the page is background', () => {
    const image = {
      dict: '/Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray',
      data: latin1('x')
    };
    const page =
      '<< /Type /Page /Parent 2 0 R /Contents 11 0 R /Resources << /XObject << /I 20 0 R /F 21 0 R >> >> >>';
    const form = {
      dict: '/Type /XObject /Subtype /Form /BBox [0 0 50 50] /Matrix [1 0 0 1 100 100] /Resources << /XObject << /I 20 0 R >> >>',
      data: latin1('q 80 0 0 20 0 0 cm /I Do Q')
    };
    const extra = { 10: page, 20: image, 21: form };
    expect(boxes('q 30 0 0 40 10 10 cm /I Do Q', extra)).toEqual([{ what: 'image', box: [10, 10, 40, 50] }]);
    expect(boxes('/F Do', extra)).toEqual([{ what: 'image', box: [100, 100, 150, 120] }]);
    expect(boxes('q 595 0 0 842 0 0 cm /I Do Q', extra)).toEqual([]);
    expect(boxes('q 5 0 0 5 1 1 cm BI /W 1 /H 1 /BPC 8 /CS /G ID x EI Q 7 7 1 1 re f')).toEqual([
      { what: 'image', box: [1, 1, 6, 6] },
      { what: 'path', box: [7, 7, 8, 8] }
    ]);
  });

  test('what cannot be read to its end is null: nobody knows what it covers', () => {
    const draft = contract();
    draft.objects.set(11, { dict: '', data: latin1('10 10 m (never ends') });
    expect(contentBoxes(openPdf(memorySource(writeTable(draft))), 1)).toBeNull();
    const page = '<< /Type /Page /Parent 2 0 R /Contents 11 0 R /Resources << /XObject << /F 21 0 R >> >> >>';
    draft.objects.set(10, page);
    draft.objects.set(11, { dict: '', data: latin1('/F Do') });
    draft.objects.set(21, {
      dict: '/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /F 21 0 R >> >>',
      data: latin1('/F Do')
    });
    expect(contentBoxes(openPdf(memorySource(writeTable(draft))), 1)).toBeNull();
  });
});
