// S2: a field's picture must say its value. People read the picture, programs the value.
import { beforeAll, describe, expect, test } from 'vitest';
import { loadFonts } from '../../src/cli/fonts.ts';
import { signForAll } from '../../src/cli/signing.ts';
import { concat } from '../../src/lib/bytes/concat.ts';
import { memorySource } from '../../src/lib/bytes/source.ts';
import { PdfDict, PdfName, PdfRef, PdfString } from '../../src/lib/pdf/objects.ts';
import { webProvider } from '../../src/lib/pki/provider-web.ts';
import type { Report } from '../../src/lib/verify/report.ts';
import { verifyFile } from '../../src/lib/verify/verify.ts';
import { append, edited, fieldNumber, NOW, open, prepared, twoParty } from '../vectors/attacks/scene.ts';
import { contract, latin1, type Draft } from '../vectors/draft.ts';
import { writeTable } from '../vectors/write.ts';

const judge = (file: Uint8Array): Promise<Report> =>
  verifyFile('a.pdf', memorySource(file), webProvider, { now: NOW });
const differing = async (file: Uint8Array): Promise<string[]> =>
  (await judge(file)).warnings
    .filter(({ code }) => code === 'appearance-differs')
    .map(({ message }) => message);

const shown = (text: string, more = '') => ({
  dict: '/Type /XObject /Subtype /Form /BBox [0 0 200 24] /Resources << /Font << /Helv 3 0 R >> >>',
  data: latin1(`/Tx BMC BT /Helv 10 Tf 0 g 2 6 Td (${text}) Tj ET EMC ${more}`)
});

let signed: Uint8Array;
beforeAll(async () => {
  signed = await twoParty();
});

/** Our field with another picture, as a hostile client would write it. */
function drawn(name: string, body: ReturnType<typeof shown>): Uint8Array {
  const field = fieldNumber(signed, name);
  return append(signed, {
    [field]: edited(signed, field, (dict) => dict.set('AP', new PdfDict().set('N', new PdfRef(500, 0)))),
    500: body
  });
}

describe('our own fields', () => {
  test('as our signer writes them: nothing to say', async () => {
    expect(await differing(signed)).toEqual([]);
  });

  test('/V 100 drawn as 1000 is named with field and page', async () => {
    const field = fieldNumber(signed, 'cs-A-text-1');
    const file = append(signed, {
      [field]: edited(signed, field, (dict) =>
        dict.set('V', new PdfString(latin1('100'))).set('AP', new PdfDict().set('N', new PdfRef(500, 0)))
      ),
      500: shown('1000')
    });
    expect(await differing(file)).toEqual(['field cs-A-text-1, page 1 (text)']);
  });

  test.each([
    ['text', shown('Agreed by Party B')],
    ['text', shown('')],
    [
      'cut',
      { ...shown('Agreed by Party A'), data: latin1('BT /Helv 10 Tf 180 6 Td (Agreed by Party A) Tj ET') }
    ],
    ['image', { ...shown('Agreed by Party A', 'q 9 0 0 9 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID 0 EI Q') }],
    ['size', { ...shown('Agreed by Party A'), dict: shown('').dict.replace('200 24', '2000 24') }]
  ])('a picture that differs by its %s', async (why, body) => {
    expect(await differing(drawn('cs-A-text-1', body))).toEqual([`field cs-A-text-1, page 1 (${why})`]);
  });

  test('a stamp with another image than the one whose hash its value names', async () => {
    const field = fieldNumber(signed, 'cs-A-stamp-1');
    const doc = open(signed);
    const value = doc.dict(doc.get(field))?.get('V');
    expect(value instanceof PdfString && Buffer.from(value.bytes).toString('latin1')).toMatch(
      /, sha256 [0-9a-f]{64}$/
    );
    const other = {
      dict: '/Type /XObject /Subtype /Form /BBox [0 0 200 60] /Resources << /XObject << /Im 501 0 R >> >>',
      data: latin1('q 60 0 0 60 0 0 cm /Im Do Q')
    };
    const image = {
      dict: '/Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceRGB',
      data: latin1('abc')
    };
    const file = append(drawn('cs-A-stamp-1', other), { 501: image });
    expect(await differing(file)).toEqual(['field cs-A-stamp-1, page 1 (image)']);
    expect(await differing(drawn('cs-A-stamp-1', { ...other, data: latin1('') }))).toEqual([
      'field cs-A-stamp-1, page 1 (image)'
    ]);
  });
});

/** A form of other software, with one field; signed by two parties over it. */
function form(field: string, body: ReturnType<typeof shown>, more = ''): Promise<Uint8Array> {
  return prepared((draft: Draft) => {
    draft.objects.set(1, '<< /Type /Catalog /Pages 2 0 R /AcroForm 340 0 R >>');
    draft.objects.set(
      340,
      `<< /Fields [341 0 R] /DR << /Font << /Helv 3 0 R >> >> /DA (/Helv 10 Tf 0 g) ${more} >>`
    );
    draft.objects.set(
      341,
      `<< /Type /Annot /Subtype /Widget /T (fee) /F 4 /P 10 0 R /Rect [300 600 450 620] /AP << /N 342 0 R >> ${field} >>`
    );
    draft.objects.set(342, body);
    draft.objects.set(10, '<< /Type /Page /Parent 2 0 R /Contents 11 0 R /Annots [341 0 R] >>');
    draft.objects.set(344, '<< /S /JavaScript /JS (AFNumber_Format\\(2\\)) >>');
  });
}

describe('fields of other software', () => {
  test('whose picture says another value are named', async () => {
    expect(await differing(await form('/FT /Tx /V (1200)', shown('12000')))).toEqual([
      'field fee, page 1 (text)'
    ]);
    expect(
      await differing(await form('/FT /Ch /Ff 131072 /V (b) /Opt [[(a) (Ann)] [(b) (Bob)]]', shown('Ann')))
    ).toEqual(['field fee, page 1 (text)']);
  });

  test.each<[string, string, ReturnType<typeof shown>, string?]>([
    ['the value as it is', '/FT /Tx /V (12 00)', shown('1200')],
    ['a value that nobody drew yet', '/FT /Tx /V (1200)', shown('')],
    ['no value, a hint drawn', '/FT /Tx', shown('your fee')],
    ['a value that a script formats', '/FT /Tx /V (1200) /AA << /F 344 0 R >>', shown('1,200.00')],
    ['a password', '/FT /Tx /Ff 8192 /V (1200)', shown('****')],
    ['the shown half of a choice', '/FT /Ch /Ff 131072 /V (b) /Opt [[(a) (Ann)] [(b) (Bob)]]', shown('Bob')],
    ['a list box with all its choices', '/FT /Ch /V (b) /Opt [(a) (b)]', shown('a b')],
    [
      'a font that says nothing of its codes',
      '/FT /Tx /V (1200)',
      { ...shown('x'), dict: shown('').dict.replace('3 0 R', '<< /Type /Font /Subtype /Type3 >>') }
    ]
  ])('%s: nothing to say', async (_, field, body, more) => {
    expect(await differing(await form(field, body, more))).toEqual([]);
  });

  test('a box that is ticked by its picture only', async () => {
    const draft = contract({ form: true });
    const { tails } = await signForAll(memorySource(writeTable(draft)), 2, await loadFonts(), () => NOW);
    const file = concat(writeTable(draft), ...tails);
    expect(await differing(file)).toEqual([]);
    const ticked = append(file, { 7: edited(file, 7, (dict) => dict.set('AS', new PdfName('Yes'))) });
    expect(await differing(ticked)).toEqual(['field agree, page 1 (state)']);
  });
});
