import { describe, expect, test } from 'vitest';
import { latin1 } from '../../../tests/vectors/draft.ts';
import { signedContract } from '../../../tests/vectors/signed.ts';
import { append, codes, edited, judge, warned } from '../../../tests/vectors/two-parties.ts';
import { memorySource } from '../bytes/source.ts';
import { openPdf } from '../pdf/document.ts';
import { PdfDict, PdfRef } from '../pdf/objects.ts';
import type { Report } from './report.ts';

describe('files that other software signed', () => {
  test.each([1, 2, 3] as const)(
    'certified with P=%s: a changed field of the form is judged by it',
    async (docMdp) => {
      const file = await signedContract({ docMdp });
      expect(await judge(file)).toMatchObject({
        verdict: 'unchanged',
        signatures: [{ docMdp, kind: 'certification' }]
      });
    }
  );

  test('a comment after P=3: permitted beside the text, not over it (evil annotation attack)', async () => {
    const comment = async (docMdp: 1 | 2 | 3 | undefined, rect: string): Promise<Report> => {
      const file = await signedContract(docMdp === undefined ? {} : { docMdp });
      const doc = openPdf(memorySource(file));
      const annots = (d: PdfDict): PdfDict => d.set('Annots', [new PdfRef(6, 0), new PdfRef(40, 0)]);
      const note = `<< /Type /Annot /Subtype /FreeText /Rect [${rect}] /DA (/F1 9 Tf) /Contents (n) >>`;
      return judge(
        append(
          file,
          new Map([
            [10, edited(doc, 10, annots)],
            [40, note]
          ])
        )
      );
    };
    const beside = '10 10 100 40';
    const over = '250 755 400 775';
    expect(await comment(3, beside)).toMatchObject({ verdict: 'changed-as-permitted' });
    const covering = await comment(3, over);
    expect([covering.verdict, codes(covering)]).toEqual([
      'changed',
      expect.arrayContaining(['covers-content'])
    ]);
    expect((await comment(2, beside)).verdict).toBe('changed');
    expect((await comment(1, beside)).verdict).toBe('changed');
    expect((await comment(undefined, beside)).verdict).toBe('changed');
  });

  test('a new visible signature field: beside the text after an approval, never over it, never after P=2 (sneaky signature attack)', async () => {
    const field = async (docMdp: 2 | undefined, rect: string): Promise<Report> => {
      const file = await signedContract(docMdp === undefined ? {} : { docMdp });
      const doc = openPdf(memorySource(file));
      const picture = { dict: '/Type /XObject /Subtype /Form /BBox [0 0 9 9]', data: latin1('0 0 9 9 re f') };
      const objects = new Map<number, string | typeof picture>([
        [5, edited(doc, 5, (d) => d.set('Fields', [new PdfRef(6, 0), new PdfRef(40, 0)]))],
        [10, edited(doc, 10, (d) => d.set('Annots', [new PdfRef(6, 0), new PdfRef(40, 0)]))],
        [
          40,
          `<< /Type /Annot /Subtype /Widget /FT /Sig /T (new) /Rect [${rect}] /F 4 /P 10 0 R /AP << /N 41 0 R >> >>`
        ],
        [41, picture]
      ]);
      return judge(append(file, objects));
    };
    expect((await field(undefined, '10 10 100 40')).verdict).toBe('changed-as-permitted');
    const over = await field(undefined, '250 755 400 775');
    expect([over.verdict, codes(over)]).toEqual(['changed', expect.arrayContaining(['covers-content'])]);
    const certified = await field(2, '10 10 100 40');
    expect([certified.verdict, codes(certified)]).toEqual([
      'changed',
      expect.arrayContaining(['new-visible-field'])
    ]);
    expect((await field(2, '0 0 0 0')).verdict).toBe('changed-as-permitted');
  });

  test('a signature whose object stands again in a later revision keeps one name and gets a warning', async () => {
    const file = await signedContract();
    const doc = openPdf(memorySource(file));
    const again = append(file, new Map([[7, edited(doc, 7, (d) => d.set('Name', null))]]));
    expect(['changed', 'broken']).toContain((await judge(again)).verdict);
  });

  test('two /Contents in one dictionary, and a range that is not the hole, are never valid', async () => {
    const file = await signedContract();
    const text = Buffer.from(file).toString('latin1');
    const twice = latin1(text.replace('/Name (Other)', '/Contents<00>'));
    expect((await judge(twice)).signatures[0]).toMatchObject({ coverage: 'invalid' });
    expect(warned(await judge(twice))).toContain('contents-twice');
    const [range = ''] = /\[0 \d+ \d+ \d+ *\]/.exec(text) ?? [];
    const wider = text.replace(
      range,
      range.replace(/\[0 (\d+)/, (_, n: string) => `[0 ${Number(n) - 1}`)
    );
    expect((await judge(latin1(wider))).signatures[0]).toMatchObject({
      coverage: 'invalid',
      integrity: 'broken'
    });
  });
});
