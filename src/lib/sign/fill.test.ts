import { beforeAll, describe, expect, test } from 'vitest';
import { loadFonts } from '../../cli/fonts.ts';
import { plainPages } from '../../../tests/vectors/plain-pages.ts';
import { concat } from '../bytes/concat.ts';
import { decodeLatin1 } from '../bytes/latin1.ts';
import { memorySource } from '../bytes/source.ts';
import { Appender } from '../pdf/append.ts';
import type { FontSet } from '../pdf/appearance/fonts.ts';
import { openPdf, type PdfDocument } from '../pdf/document.ts';
import { formFields, type FormField } from '../pdf/fields.ts';
import { PdfName, PdfStream, PdfString } from '../pdf/objects.ts';
import { decodeText } from '../pdf/text.ts';
import { fillField } from './fill.ts';
import { Filler } from './filler.ts';
import type { SignInput } from './layout.ts';

let fonts: FontSet;
beforeAll(async () => {
  fonts = await loadFonts();
});

/** One page with the form's own fields: entries of each besides what every widget has. */
function form(entries: readonly string[], page = ''): Uint8Array<ArrayBuffer> {
  const widgets = entries.map(
    (entry, i) =>
      `<</Type/Annot/Subtype/Widget/T(f${i})/Rect[100 ${700 - 40 * i} 200 ${720 - 40 * i}]/P 4 0 R ${entry}>>`
  );
  const refs = widgets.map((_, i) => `${6 + i} 0 R`).join(' ');
  const catalog = `/AcroForm <</Fields[${refs}]/DA(/Helv 10 Tf 0 g)/DR<</Font<</Helv 3 0 R>>>>>>`;
  return plainPages([{ entries: `/Annots[${refs}] ${page}` }], widgets, catalog);
}

/** The fields after they were filled, with what each draws. */
function fill(
  file: Uint8Array,
  values: Record<string, string>
): { doc: PdfDocument; fields: FormField[]; draw: (n: number) => string } {
  const before = openPdf(memorySource(file));
  const appender = new Appender(before);
  const filler = new Filler(appender, fonts);
  const input = { partyLetter: 'A', values, marks: {}, stamps: {}, signerName: 'A' } as unknown as SignInput;
  for (const field of formFields(before)) fillField(filler, field, input, before);
  filler.finish();
  const doc = openPdf(memorySource(concat(file, appender.finish().bytes)));
  const fields = formFields(doc);
  const draw = (n: number) => {
    const stream = doc.resolve(doc.dict(fields[n]?.widgets[0]?.dict.get('AP'))?.get('N'));
    return stream instanceof PdfStream ? decodeLatin1(doc.inflate(stream)) : '';
  };
  return { doc, fields, draw };
}

const places = (content: string) =>
  [...content.matchAll(/1 0 0 1 ([\d.]+) ([\d.]+) Tm/g)].map(([, x, y]) => [Number(x), Number(y)]);
const sizes = (content: string) => [...content.matchAll(/ ([\d.]+) Tf/g)].map(([, size]) => Number(size));

describe('text as its field’s author wants it', () => {
  test('left, in the middle, right', () => {
    const { draw } = fill(form(['/FT/Tx', '/FT/Tx/Q 1', '/FT/Tx/Q 2']), { f0: 'WWW', f1: 'WWW', f2: 'WWW' });
    // 28.32 points wide in a box of 100, two points from its edges.
    expect([0, 1, 2].map((n) => places(draw(n))[0]?.[0])).toEqual([2, 35.84, 69.68]);
  });

  test('size and colour of /DA, and as large as fits where it says 0', () => {
    const { draw } = fill(
      form(['/FT/Tx/DA(0 0.2 0.6 rg /Helv 8 Tf)', '/FT/Tx/DA(/Helv 0 Tf 1 g)', '/FT/Tx/DA(/Helv 0 Tf)']),
      {
        f0: 'a',
        f1: 'a',
        f2: 'a longer one that has to shrink'
      }
    );
    expect(draw(0)).toContain('BT 0 0.2 0.6 rg');
    expect(sizes(draw(0))).toEqual([8]);
    expect(draw(1)).toContain('BT 1 g');
    expect(sizes(draw(1))[0]).toBeCloseTo(20 / 1.3, 1);
    expect(sizes(draw(2))[0]).toBeLessThan(8);
  });

  test('several lines, and the cells of a comb', () => {
    const { draw, doc, fields } = fill(
      form(['/FT/Tx/Ff 4096/DA(/Helv 6 Tf 0 g)', '/FT/Tx/Ff 16777216/MaxLen 5']),
      { f0: 'one two three\nfour', f1: 'IIIII' }
    );
    expect(places(draw(0)).map(([x]) => x)).toEqual([2, 2]);
    expect(places(draw(1)).map(([x]) => x)).toEqual([8.61, 28.61, 48.61, 68.61, 88.61]);
    expect(doc.resolve(fields[1]?.dict.get('Ff'))).toBe(16777217);
    expect(() => fill(form(['/FT/Tx/Ff 16777216/MaxLen 5']), { f0: '123456' })).toThrow(
      expect.objectContaining({ code: 'does-not-fit' })
    );
  });

  test('background and border stay, with walls between cells', () => {
    const { draw } = fill(
      form(['/FT/Tx/MK<</BG[1 1 0.8]/BC[0 0 1]>>/BS<</W 2>>/Ff 16777216/MaxLen 2', '/FT/Tx/MK<</BG[0.9]>>']),
      { f0: 'ab' }
    );
    expect(draw(0)).toMatch(
      /^1 1 0.8 rg 0 0 100 20 re f 0 0 1 RG 2 w 1 1 98 18 re S 50 0 m 50 20 l S \/Tx BMC/
    );
    expect(draw(1)).toBe('0.9 g 0 0 100 20 re f');
  });

  test('turned as the widget says, else as it lies', () => {
    const { draw } = fill(form(['/FT/Tx/MK<</R 90>>', '/FT/Tx'], '/Rotate 90'), { f0: 'a', f1: 'a' });
    expect(draw(0)).toMatch(/^0 1 -1 0 100 0 cm /);
    expect(draw(1)).toMatch(/^\/Tx BMC/);
  });
});

describe('values', () => {
  const value = (field: FormField | undefined) =>
    field?.value instanceof PdfString ? decodeText(field.value) : field?.value;

  test('what stood there stays and is drawn anew where the party said nothing', () => {
    const { fields, draw } = fill(form(['/FT/Tx/V(before)', '/FT/Tx/V(before)', '/FT/Tx']), { f1: '' });
    expect(value(fields[0])).toBe('before');
    expect(draw(0)).toContain('(before)Tj');
    expect(value(fields[1])).toBe('');
    expect(draw(1)).toBe('');
    expect(fields[2]?.dict.has('V')).toBe(false);
    expect(fields.map(({ dict }) => [dict.get('Ff'), dict.get('F')])).toEqual([1, 2, 3].map(() => [1, 132]));
  });

  test('a choice keeps what is exported and shows what it is called; a list marks it', () => {
    const options = '/Opt[[(m)(monthly)][(y)(yearly)](other)]';
    const { fields, draw } = fill(
      form([`/FT/Ch/Ff 131072 ${options}`, `/FT/Ch ${options}/DA(/Helv 5 Tf 0 g)`]),
      { f0: 'y', f1: 'y' }
    );
    expect(value(fields[0])).toBe('y');
    expect(draw(0)).toContain('(yearly)Tj');
    expect(draw(1).match(/\((\w+)\)Tj/g)).toEqual(['(monthly)Tj', '(yearly)Tj', '(other)Tj']);
    expect(draw(1)).toMatch(/re f BT 0 g 1 0 0 1 [\d.]+ [\d.]+ Tm \/Helv 5 Tf \(yearly\)Tj/);
    expect(() => fill(form([`/FT/Ch/Ff 131072 ${options}`]), { f0: 'w' })).toThrow('is not offered');
    expect(() => fill(form([`/FT/Ch/Ff 393216 ${options}`]), { f0: 'w' })).not.toThrow();
  });

  test('a checkbox takes its own state and keeps its looks', () => {
    const box = '/FT/Btn/AP<</N<</ja 3 0 R/Off 3 0 R>>>>/AS/Off';
    const { fields } = fill(form([box, box, `${box}/V/ja`]), { f0: 'ja', f1: '', f2: '' });
    const states = fields.map(({ value: own, dict }) =>
      [own, dict.get('AS')].map((name) => (name instanceof PdfName ? name.name : null))
    );
    expect(states).toEqual([
      ['ja', 'ja'],
      [null, 'Off'],
      ['Off', 'Off']
    ]);
    expect(() => fill(form([box]), { f0: 'yes' })).toThrow('is not offered');
  });
});
