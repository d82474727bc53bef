import { beforeAll, expect, test } from 'vitest';
import { vector } from '../../../../tests/vectors/vectors.ts';
import { loadFonts } from '../../../cli/fonts.ts';
import { concat } from '../../bytes/concat.ts';
import { decodeLatin1 } from '../../bytes/latin1.ts';
import { memorySource } from '../../bytes/source.ts';
import { Appender } from '../append.ts';
import { openPdf } from '../document.ts';
import { PdfDict, PdfStream } from '../objects.ts';
import { EmbeddedFont } from './embedded-font.ts';
import type { FontSet } from './fonts.ts';
import { readMetrics } from './sfnt.ts';
import { checkGlyphs, layText, normalText, showText } from './text.ts';

let fonts: FontSet;
beforeAll(async () => {
  fonts = await loadFonts();
});

const line = { width: 500, height: 20, size: 10, multiline: false };
const lay = (text: string, area: Partial<typeof line> = {}) =>
  layText(fonts.text, text, { ...line, ...area }, 'f');

/** The text that the operators show, read back through the embedded font's own /ToUnicode. */
function readBack(
  text: string,
  face = fonts.text
): { shown: string; font: PdfDict; doc: ReturnType<typeof openPdf> } {
  const file = vector('xref-table');
  const appender = new Appender(openPdf(memorySource(file)));
  const font = new EmbeddedFont(appender, face);
  const laid = layText(face, text, { ...line, width: 5000 }, 'f');
  const content = showText(font, laid, { width: 5000, height: 20 }, { inset: 2, align: 'left' });
  const { ref } = font;
  font.finish();
  const doc = openPdf(memorySource(concat(file, appender.finish().bytes)));
  const dict = doc.dict(ref) ?? new PdfDict();
  const map = doc.resolve(dict.get('ToUnicode'));
  const unicode = new Map<string, string>();
  const source = map instanceof PdfStream ? decodeLatin1(doc.inflate(map)) : '';
  for (const [, code = '', units = ''] of source.matchAll(/<([0-9a-f]{4})><([0-9a-f]+)>\n?/g)) {
    unicode.set(code, String.fromCharCode(...(units.match(/.{4}/g) ?? []).map((unit) => parseInt(unit, 16))));
  }
  const codes = [...content.matchAll(/<([0-9a-f]+)>/g)].flatMap(([, hex = '']) => hex.match(/.{4}/g) ?? []);
  return { shown: codes.map((code) => unicode.get(code) ?? '').join(''), font: dict, doc };
}

test('Latin, Cyrillic and Greek are read back as they were typed, ligatures and shared shapes too', () => {
  for (const text of [
    'Zażółć gęślą jaźń, Łódź',
    'Привет, договір',
    'Ελλάδα, Αθήνα',
    'A Α А same shape, three letters',
    'office fluffy ffi',
    '1 200,00 € – “ok”'
  ]) {
    expect(readBack(text).shown, text).toBe(text);
  }
  expect(readBack('Ann Łódzka', fonts.script).shown).toBe('Ann Łódzka');
});

test('a decomposed accent is composed; odd spaces and line ends are ordinary ones', () => {
  expect(normalText('e\u0301')).toBe('é');
  expect(normalText('a\u00a0b\tc\r\nd\u2028e')).toBe('a b c\nd\ne');
  expect(readBack('Z\u0307').shown).toBe('Ż');
});

test('the embedded font holds the outline of every glyph that is shown', () => {
  const { font, doc } = readBack('ĄĘŁ Привет Ωψ');
  const descendant = doc.dict(doc.array(font.get('DescendantFonts'))?.[0]);
  const map = doc.resolve(descendant?.get('CIDToGIDMap'));
  const file = doc.resolve(doc.dict(descendant?.get('FontDescriptor'))?.get('FontFile2'));
  if (!(map instanceof PdfStream) || !(file instanceof PdfStream)) throw new Error('no font file');
  const gids = doc.inflate(map);
  const lengths = glyphLengths(doc.inflate(file));
  const full = glyphLengths(fonts.text.bytes);
  expect(gids.length).toBeGreaterThan(20);
  for (let i = 2; i < gids.length; i += 2) {
    const gid = ((gids[i] ?? 0) << 8) | (gids[i + 1] ?? 0);
    expect(gid).toBeGreaterThan(0);
    // A space has no outline in the original either.
    expect((lengths[gid] ?? 0) > 0, `glyph ${gid}`).toBe((full[gid] ?? 0) > 0);
  }
});

/** Length of each glyph by `loca`. */
function glyphLengths(font: Uint8Array): number[] {
  const view = new DataView(font.buffer, font.byteOffset, font.byteLength);
  const table = (tag: string) => {
    for (let i = 0; i < view.getUint16(4); i += 1) {
      const at = 12 + 16 * i;
      if (decodeLatin1(font.subarray(at, at + 4)) === tag) return view.getUint32(at + 8);
    }
    throw new Error(tag);
  };
  const [head, loca, count] = [table('head'), table('loca'), view.getUint16(table('maxp') + 4)];
  const long = view.getInt16(head + 50) === 1;
  const at = (i: number) => (long ? view.getUint32(loca + 4 * i) : 2 * view.getUint16(loca + 2 * i));
  return Array.from({ length: count }, (_, i) => at(i + 1) - at(i));
}

test('a character without a glyph is named with its code point', () => {
  expect(() => checkGlyphs(fonts.text, 'Łódź', 'f')).not.toThrow();
  expect(() => checkGlyphs(fonts.text, 'a\u{1f600}b', 'name')).toThrow(
    'name: no glyph for "\u{1f600}" (U+1F600)'
  );
  expect(() => checkGlyphs(fonts.script, 'Ελλάδα', 'signature')).toThrow('U+0395');
});

test('text shrinks until it fits, and no further than it can be read', () => {
  expect(lay('short').size).toBe(10);
  expect(lay('a value that is a little long', { width: 100 }).size).toBeLessThan(10);
  expect(() => lay('a value that is much too long for this', { width: 60 })).toThrow(
    expect.objectContaining({ code: 'does-not-fit' })
  );
  expect(lay('tiny by wish', { size: 4, width: 60, height: 6 }).size).toBe(4);
});

test('lines break at spaces and line ends, and stay inside the area', () => {
  const laid = lay('one two three four five six seven\neight', { multiline: true, width: 80, height: 60 });
  expect(laid.lines.map(({ text }) => text).join('|')).toBe('one two three|four five six|seven|eight');
  for (const { width } of laid.lines)
    expect((width * laid.size) / fonts.text.unitsPerEm).toBeLessThanOrEqual(80);
  expect(() => lay('x'.repeat(80), { multiline: true, width: 60, height: 60 })).toThrow('does not fit');
  expect(lay('a\nb').lines.map(({ text }) => text)).toEqual(['a b']);
});

test('metrics of the fonts that ship', () => {
  expect(readMetrics(fonts.text.bytes).name).toBe('NotoSans-Regular');
  expect(readMetrics(fonts.script.bytes).name).toBe('Caveat-Medium');
  expect(readMetrics(fonts.text.bytes).ascent).toBeGreaterThan(0);
});
