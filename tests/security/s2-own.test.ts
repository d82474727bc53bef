// S2, our own half: the picture of a field says its value, and stays in its place.
import { beforeAll, expect, test } from 'vitest';
import { loadFonts } from '../../src/cli/fonts.ts';
import { freshKey, sampleStamp, signOnce } from '../../src/cli/signing.ts';
import { joinedSource } from '../../src/lib/bytes/joined-source.ts';
import { decodeLatin1 } from '../../src/lib/bytes/latin1.ts';
import { memorySource } from '../../src/lib/bytes/source.ts';
import type { Field, FieldKind } from '../../src/lib/domain/field.ts';
import { visualText } from '../../src/lib/pdf/appearance/set-text.ts';
import { openPdf, type PdfDocument } from '../../src/lib/pdf/document.ts';
import { formFields, type FormField } from '../../src/lib/pdf/fields.ts';
import { PdfDict, PdfStream, PdfString, type PdfObject } from '../../src/lib/pdf/objects.ts';
import { decodeText } from '../../src/lib/pdf/text.ts';
import { freeze } from '../../src/lib/sign/freeze.ts';
import { webProvider } from '../../src/lib/pki/provider-web.ts';
import { verifyFile } from '../../src/lib/verify/verify.ts';
import { vector } from '../vectors/vectors.ts';

const texts = [
  '100',
  '1 000,50 €',
  'Łódź, ul. Piękna 5',
  'Nguyễn Thị Hồng Ngọc',
  'договір № 7',
  'הסכם מספר 12',
  '(ab) שלום [7]',
  'محمد علي 500',
  '合同编号 2026-7',
  '契約書 第三条',
  '계약서 제3조',
  'a\tb\u00a0c'
];
const kinds: readonly FieldKind[] = ['text', 'date', 'number', 'choice'];
const short = { text: 'text', date: 'date', number: 'number', choice: 'choice' } as Record<string, string>;

const fields: (Field & { name: string })[] = texts.flatMap((text, row) =>
  kinds.map((kind, column) => ({
    ...{ id: `${row}/${column}`, party: 'a', kind, label: text, required: true },
    ...(kind === 'choice' ? { options: ['other', text] } : {}),
    box: { page: 1, x: 20 + 140 * column, y: 20 + 40 * row, w: 130, h: 20 },
    name: `cs-A-${short[kind] ?? ''}-${row + 1}`
  }))
);
const others: (Field & { name: string })[] = (['stamp', 'signature'] as const).map((kind, row) => ({
  ...{ id: kind, party: 'a', kind, label: kind, required: true },
  box: { page: 1, x: 20 + 200 * row, y: 525, w: 150, h: 60 },
  name: kind === 'stamp' ? 'cs-A-stamp-1' : 'cs-A-sig-1'
}));

let doc: PdfDocument;
let filled: FormField[];
beforeAll(async () => {
  const source = memorySource(vector('rotated'));
  const layout = { parties: [{ id: 'a', letter: 'A', name: 'A' }], fields: [...fields, ...others] };
  const frozen = joinedSource(source, freeze(openPdf(source), layout));
  const key = await freshKey('A', Date.now());
  const values = Object.fromEntries(fields.map(({ name, label }) => [name, label]));
  const tail = await signOnce(
    frozen,
    {
      ...{ partyLetter: 'A', values, signerName: 'A', reason: null, location: null, at: Date.now() },
      marks: { 'cs-A-sig-1': { kind: 'typed', text: 'Zoë', hand: 'marck' } },
      ...{ stamps: { 'cs-A-stamp-1': sampleStamp() }, evidence: null, certificates: [key.certificate] }
    },
    await loadFonts(),
    key.sign
  );
  doc = openPdf(joinedSource(frozen, tail));
  filled = formFields(doc);
});

function look(field: FormField): PdfStream {
  const stream = doc.resolve(doc.dict(field.dict.get('AP'))?.get('N'));
  if (!(stream instanceof PdfStream)) throw new Error(`${field.name} has no appearance`);
  return stream;
}

const numbers = (value: PdfObject | undefined) => (doc.array(value) ?? []).map(Number);
const HIGH = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

/** What the operators show by the fonts' own words, in their order. */
function drawn(form: PdfStream): string {
  const named = doc.dict(doc.dict(form.dict.get('Resources'))?.get('Font')) ?? new PdfDict();
  let text = '';
  let map: ReadonlyMap<string, string> | null = null;
  const pattern = /\/(\w+) [\d.]+ Tf|<([0-9a-f]+)>|\(((?:[^()\\]|\\[^])*)\)/g;
  for (const [, font, hex, literal] of decodeLatin1(doc.inflate(form)).matchAll(pattern)) {
    if (font !== undefined) map = unicodeOf(doc.dict(named.get(font)));
    else if (hex !== undefined)
      for (const code of hex.match(/.{4}/g) ?? []) text += map?.get(code) ?? '\ufffd';
    else {
      const plain = (literal ?? '').replace(/\\([^])/g, '$1');
      text += plain.replace(/[\u0080-\u009f]/g, (code) => HIGH.charAt(code.charCodeAt(0) - 0x80));
    }
  }
  return text;
}

function unicodeOf(font: PdfDict | null): ReadonlyMap<string, string> | null {
  const stream = doc.resolve(font?.get('ToUnicode'));
  if (!(stream instanceof PdfStream)) return null;
  const found = new Map<string, string>();
  const pattern = /<([0-9a-f]{4})><[0-9a-f]{4}>\[((?:<[0-9a-f]+>)+)\]/g;
  for (const [, first = '', list = ''] of decodeLatin1(doc.inflate(stream)).matchAll(pattern)) {
    [...list.matchAll(/<([0-9a-f]+)>/g)].forEach(([, units = ''], i) => {
      const code = (parseInt(first, 16) + i).toString(16).padStart(4, '0');
      const text = (units.match(/.{4}/g) ?? []).map((unit) => String.fromCharCode(parseInt(unit, 16)));
      found.set(code, text.join(''));
    });
  }
  return found;
}

test('every text, date, number and choice shows its /V and nothing else, without a picture', () => {
  const own = filled.filter(({ name }) => /text|date|number|choice/.test(name));
  expect(own).toHaveLength(texts.length * kinds.length);
  for (const field of own) {
    const value = field.value instanceof PdfString ? decodeText(field.value) : '';
    expect(texts).toContain(value);
    expect(drawn(look(field)), `${field.name} ${value}`).toBe(visualText(value));
    expect(doc.dict(look(field).dict.get('Resources'))?.has('XObject'), field.name).toBe(false);
  }
});

test('/BBox is the size of /Rect for every field, marks and stamps too', () => {
  for (const field of filled) {
    const [left = 0, bottom = 0, right = 0, top = 0] = numbers(field.dict.get('Rect'));
    const [x, y, w = 0, h = 0] = numbers(look(field).dict.get('BBox'));
    expect([x, y]).toEqual([0, 0]);
    expect(w).toBeCloseTo(right - left, 1);
    expect(h).toBeCloseTo(top - bottom, 1);
    expect(look(field).dict.has('Matrix')).toBe(false);
  }
});

test('our own verifier finds no picture that differs from its value', async () => {
  const report = await verifyFile('', doc.source, webProvider, { now: Date.now() });
  expect(report.warnings.filter(({ code }) => code === 'appearance-differs')).toEqual([]);
  expect(report.signatures).toHaveLength(1);
});

test('as seen: a value of two directions stands as readers show it', () => {
  expect(visualText('הסכם 12')).toBe('12 םכסה');
  expect(visualText('100')).toBe('100');
  expect(visualText('a\u200fb\n c ')).toBe('ab  c');
});
