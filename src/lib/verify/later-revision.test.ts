import { beforeAll, describe, expect, test } from 'vitest';
import { contract as plainContract, latin1 } from '../../../tests/vectors/draft.ts';
import {
  type TwoParties,
  append,
  appendWith,
  codes,
  edited,
  fieldNumber,
  judge,
  signedByTwo,
  warned
} from '../../../tests/vectors/two-parties.ts';
import { lastXref, writeTable } from '../../../tests/vectors/write.ts';
import { concat } from '../bytes/concat.ts';
import { memorySource } from '../bytes/source.ts';
import { openPdf } from '../pdf/document.ts';
import { PdfDict, PdfRef } from '../pdf/objects.ts';

let contract: TwoParties['contract'];
let original: TwoParties['original'];
beforeAll(async () => {
  ({ contract, original } = await signedByTwo());
});

describe('what was appended after the last signature', () => {
  const page = 10;
  const content = 11;

  test('swapped page content: changed, with the page and the object', async () => {
    const swapped = append(
      contract,
      new Map([[content, { dict: '', data: latin1('BT /F1 11 Tf (The fee is 9.00 EUR) Tj ET') }]])
    );
    const report = await judge(swapped);
    expect(report.verdict).toBe('changed');
    for (const { changes } of report.signatures) {
      expect(changes).toMatchObject({ level: 'disallowed', permitted: false });
      expect(changes.items).toContainEqual(
        expect.objectContaining({ code: 'page-content', object: `${content} 0 R`, page: 1, revision: 4 })
      );
    }
    expect(report.signatures.map(({ integrity }) => integrity)).toEqual(['intact', 'intact']);
  });

  test('other resources, another size, a page more, a page less', async () => {
    const doc = openPdf(memorySource(contract));
    const cases: [string, Map<number, string>][] = [
      ['page-resources', new Map([[page, edited(doc, page, (d) => d.set('Resources', new PdfDict()))]])],
      ['page-entry', new Map([[page, edited(doc, page, (d) => d.set('MediaBox', [0, 0, 100, 100]))]])],
      [
        'page-tree',
        new Map([[2, edited(doc, 2, (d) => d.set('Kids', [new PdfRef(page, 0)]).set('Count', 1))]])
      ],
      ['page-content', new Map([[page, edited(doc, page, (d) => d.set('Contents', new PdfRef(13, 0)))]])],
      ['actions', new Map([[1, edited(doc, 1, (d) => d.set('OpenAction', [new PdfRef(page, 0)]))]])],
      ['layers', new Map([[1, edited(doc, 1, (d) => d.set('OCProperties', new PdfDict()))]])],
      ['form-removed', new Map([[1, edited(doc, 1, (d) => d.map.delete('AcroForm'))]])]
    ];
    for (const [code, objects] of cases) {
      const report = await judge(append(contract, objects));
      expect([report.verdict, codes(report)], code).toEqual(['changed', expect.arrayContaining([code])]);
      expect(report.signatures).toHaveLength(2);
    }
  });

  test('a page that was removed, added or moved is named with its number', async () => {
    const doc = openPdf(memorySource(contract));
    const pages = [10, 12, 14].map((num) => new PdfRef(num, 0));
    const added = new Map([
      [2, edited(doc, 2, (d) => d.set('Kids', [new PdfRef(600, 0), ...pages]).set('Count', 4))],
      [600, edited(doc, 12, () => undefined)]
    ]);
    const cases: [Map<number, string>, [string, number, string][]][] = [
      [
        new Map([[2, edited(doc, 2, (d) => d.set('Kids', pages.slice(1)).set('Count', 2))]]),
        [['page-removed', 1, '10 0 R']]
      ],
      [added, [['page-added', 1, '600 0 R']]],
      [
        new Map([[2, edited(doc, 2, (d) => d.set('Kids', [...pages].reverse()))]]),
        [
          ['page-moved', 1, '10 0 R'],
          ['page-moved', 3, '14 0 R']
        ]
      ]
    ];
    for (const [objects, wanted] of cases) {
      const [first] = (await judge(append(contract, objects))).signatures;
      const found = first?.changes.items.filter(({ code }) => /^page-(removed|added|moved)$/.test(code));
      expect(found?.map(({ code, page, object }) => [code, page, object])).toEqual(wanted);
      expect(found?.every(({ permitted }) => !permitted)).toBe(true);
    }
  });

  test('a removed form does not hide the signatures', async () => {
    const doc = openPdf(memorySource(contract));
    const report = await judge(
      append(contract, new Map([[1, edited(doc, 1, (d) => d.map.delete('AcroForm'))]]))
    );
    expect(report.signatures.map(({ field }) => field)).toEqual(['cs-A-sig-1', 'cs-B-sig-1']);
    expect(warned(report)).toContain('signature-hidden');
  });

  test('a change says where it can be seen, as the page is displayed', async () => {
    const doc = openPdf(memorySource(contract));
    const field = fieldNumber(doc, 'cs-A-text-1');
    const report = await judge(
      append(contract, new Map([[field, edited(doc, field, (d) => d.set('V', 7))]]))
    );
    const item = report.signatures[0]?.changes.items.find(({ code }) => code === 'field-locked');
    // The command puts the text field of the first party under its signature, 200 × 24 at the left edge.
    expect(item).toMatchObject({
      page: 1,
      field: 'cs-A-text-1',
      box: { page: 1, x: 0, y: 64, w: 200, h: 24 }
    });
  });

  test("another value in a party's field, although filling in is permitted", async () => {
    const doc = openPdf(memorySource(contract));
    const field = fieldNumber(doc, 'cs-A-text-1');
    const report = await judge(
      append(contract, new Map([[field, edited(doc, field, (d) => d.set('V', 7))]]))
    );
    expect(report.verdict).toBe('changed');
    expect(codes(report)).toContain('field-locked');
  });

  test('bytes that no revision accounts for, before and after the last line', async () => {
    const behind = await judge(concat(contract, latin1('\n999 0 obj\n(evil)\nendobj\n')));
    expect([behind.verdict, warned(behind)]).toEqual(['changed', ['cut-inside-revision']]);
    const noise = await judge(concat(contract, latin1('\n<script>\n')));
    expect([noise.verdict, warned(noise)]).toEqual(['changed', ['unaccounted-bytes']]);
    const blank = await judge(concat(contract, latin1('\n\n  \n')));
    expect(blank.verdict).toBe('changed-as-permitted');
    const hidden = concat(contract, latin1('11 0 obj\n(evil)\nendobj\n'));
    const inside = appendWith(hidden, contract, '');
    expect([(await judge(inside)).verdict, warned(await judge(inside))]).toEqual([
      'changed',
      ['unaccounted-bytes']
    ]);
  });

  test('a second startxref that leads to another world', async () => {
    const other = concat(contract, latin1(`startxref\n${lastXref(original)}\n%%EOF\n`));
    const report = await judge(other);
    expect(report.verdict === 'unsigned' || report.verdict === 'changed').toBe(true);
    expect(warned(report)).not.toEqual([]);
  });

  test('an object number that is freed, or named twice in one list', async () => {
    const freed = appendWith(contract, contract, `${content} 1\n0000000000 00001 f \n`);
    expect([(await judge(freed)).verdict, codes(await judge(freed))]).toEqual([
      'changed',
      expect.arrayContaining(['page-content'])
    ]);
    const doc = openPdf(memorySource(contract));
    const offset = String(doc.locate(content)?.start ?? 0).padStart(10, '0');
    const other = String(doc.locate(13)?.start ?? 0).padStart(10, '0');
    const twice = appendWith(
      contract,
      contract,
      `${content} 1\n${offset} 00000 n \n${content} 1\n${other} 00000 n \n`
    );
    expect([(await judge(twice)).verdict, warned(await judge(twice))]).toEqual(['changed', ['xref-twice']]);
  });

  test('the same bytes named again are no change', async () => {
    const doc = openPdf(memorySource(contract));
    const offset = String(doc.locate(content)?.start ?? 0).padStart(10, '0');
    const again = appendWith(contract, contract, `${content} 1\n${offset} 00000 n \n`);
    expect((await judge(again)).verdict).toBe('changed-as-permitted');
  });

  test('the xref leads an object elsewhere into what was signed (shadow replace)', async () => {
    const doc = openPdf(memorySource(contract));
    const other = String(doc.locate(13)?.start ?? 0).padStart(10, '0');
    const moved = await judge(appendWith(contract, contract, `${content} 1\n${other} 00000 n \n`));
    expect(moved.verdict).toBe('changed');
  });
});

describe('objects whose bytes come later', () => {
  test('what the signed xref only promised is a change when it is delivered', async () => {
    const draft = plainContract();
    draft.objects.set(10, '<< /Type /Page /Parent 2 0 R /Contents [11 0 R 5 0 R] >>');
    const promising = async (offset: number): Promise<Uint8Array> => {
      const entry = `${String(offset).padStart(10, '0')} 00000 n`;
      const base = latin1(
        Buffer.from(writeTable(draft)).toString('latin1').replace('0000000000 00000 f', entry)
      );
      return (await signedByTwo(base)).contract;
    };
    // Serial numbers differ in length, so the promise lies a little behind the end, and blanks lead there.
    const offset = (await promising(999_999)).length + 40;
    const signed = await promising(offset);
    expect((await judge(signed)).verdict).toBe('changed-as-permitted');
    const blanks = latin1(' '.repeat(offset - signed.length));
    const delivered = append(concat(signed, blanks), new Map([[5, { dict: '', data: latin1('BT ET') }]]));
    expect(openPdf(memorySource(delivered)).entry(5)).toMatchObject({ offset });
    expect([(await judge(delivered)).verdict, codes(await judge(delivered))]).toEqual([
      'changed',
      expect.arrayContaining(['page-content'])
    ]);
  });
});
