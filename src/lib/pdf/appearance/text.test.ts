import { beforeAll, describe, expect, test } from 'vitest';
import { vector } from '../../../../tests/vectors/vectors.ts';
import { loadFonts } from '../../../cli/fonts.ts';
import { concat } from '../../bytes/concat.ts';
import { decodeLatin1 } from '../../bytes/latin1.ts';
import { memorySource } from '../../bytes/source.ts';
import { Appender } from '../append.ts';
import { openPdf } from '../document.ts';
import { PdfDict, PdfStream } from '../objects.ts';
import { FontNeeded, type FontSet, type Hand } from './fonts.ts';
import { RevisionFonts } from './revision-fonts.ts';
import { normalText } from './set-text.ts';
import { layComb, layText, showText, type Placement } from './text.ts';

let fonts: FontSet;
beforeAll(async () => {
  fonts = await loadFonts();
});

const choice = (hand: Hand | null = null, embed = false) => ({ fonts, hand, embed, what: 'f' });
const line = { width: 500, height: 20, size: 10, multiline: false };
const lay = (text: string, area: Partial<typeof line> = {}) => layText(text, { ...line, ...area }, choice());
const pieces = (text: string, area: Partial<typeof line> = {}) =>
  lay(text, { ...area, multiline: true }).lines.map(({ text: whole, runs }) =>
    whole.slice(Math.min(...runs.map(({ from }) => from)), Math.max(...runs.map(({ to }) => to)))
  );

interface Shown {
  /** What the operators show, by each font's own /ToUnicode, in the order of the operators. */
  readonly text: string;
  readonly content: string;
  readonly doc: ReturnType<typeof openPdf>;
  readonly fonts: readonly PdfDict[];
}

function shown(laid: ReturnType<typeof lay>, placement: Partial<Placement> = {}): Shown {
  const file = vector('xref-table');
  const appender = new Appender(openPdf(memorySource(file)));
  const revision = new RevisionFonts(appender);
  const drawn = showText(
    revision,
    laid,
    { width: 500, height: 20 },
    { inset: 2, align: 'left', ...placement }
  );
  revision.finish();
  const doc = openPdf(memorySource(concat(file, appender.finish().bytes)));
  const maps = new Map([...drawn.fonts].map(([name, ref]) => [name, unicodeOf(doc, doc.dict(ref))]));
  let text = '';
  let map: ReadonlyMap<number, string> | null | undefined;
  for (const [, name, hex, literal] of drawn.content.matchAll(
    /\/(\w+) [\d.]+ Tf|<([0-9a-f]+)>|\(((?:[^()\\]|\\.)*)\)/g
  )) {
    if (name !== undefined) map = maps.get(name);
    else if (literal !== undefined) text += literal.replace(/\\(.)/g, '$1');
    else for (const code of hex?.match(/.{4}/g) ?? []) text += map?.get(parseInt(code, 16)) ?? '';
  }
  const dicts = [...drawn.fonts.values()].map((ref) => doc.dict(ref) ?? new PdfDict());
  return { text, content: drawn.content, doc, fonts: dicts };
}

/** §9.10.3, as a reader of its own reads it: null for a font without the map. */
function unicodeOf(doc: Shown['doc'], font: PdfDict | null): ReadonlyMap<number, string> | null {
  const map = doc.resolve(font?.get('ToUnicode'));
  if (!(map instanceof PdfStream)) return null;
  const found = new Map<number, string>();
  for (const [, first = '', , list = ''] of decodeLatin1(doc.inflate(map)).matchAll(
    /<([0-9a-f]{4})><([0-9a-f]{4})>\[((?:<[0-9a-f]+>)+)\]/g
  )) {
    [...list.matchAll(/<([0-9a-f]+)>/g)].forEach(([, units = ''], i) => {
      const text = (units.match(/.{4}/g) ?? []).map((unit) => String.fromCharCode(parseInt(unit, 16)));
      found.set(parseInt(first, 16) + i, text.join(''));
    });
  }
  return found;
}

const read = (text: string, hand: Hand | null = null, embed = false) =>
  shown(layText(text, { ...line, width: 5000 }, choice(hand, embed)));

test('what is drawn reads back as it was typed, ligatures and shared shapes too', () => {
  for (const text of [
    'Zażółć gęślą jaźń, Łódź',
    'Nguyễn Thị Hồng Ngọc, Đà Nẵng',
    'Привет, договір',
    'Ελλάδα, Αθήνα',
    'A Α А same shape, three letters',
    'Łukasz: office fluffy ffi',
    '合同编号 2026-7，甲方：张伟',
    '臺灣國語',
    '契約書（株）トウキョウ',
    '계약서 서울특별시',
    '1 200,00 € – “okładka”'
  ]) {
    expect(read(text).text, text).toBe(text);
  }
  expect(read('Ann Łódzka', 'caveat').text).toBe('Ann Łódzka');
  expect(read('office', null, true).text).toBe('office');
});

test('a value of Windows’ western letters is written in the form’s Helvetica, with its metrics', () => {
  const { text, fonts: used } = read('Größe: 20 € (“ça”) \\ b');
  expect(text).toBe('Gr\u00f6\u00dfe: 20 \u0080 (\u0093\u00e7a\u0094) \\ b');
  expect(used.map((font) => font.get('BaseFont'))).toEqual([{ name: 'Helvetica' }]);
  // W is 944, i 222, a space 278 thousandths.
  expect(lay('Wi W').lines[0]?.width).toBeCloseTo(2.388);
  expect(read('Größe', null, true).fonts[0]?.get('Subtype')).toEqual({ name: 'Type0' });
});

describe('right to left', () => {
  test('letters stand from left to right as seen, numbers and Latin the right way round', () => {
    expect(read('שלום 12 abc').text).toBe('abc 12 םולש');
    expect(read('ab שלום cd').text).toBe('ab םולש cd');
    // A bracket is mirrored by its glyph; the text says what was typed.
    expect(read('(שלום)').text).toBe(')םולש(');
    expect(lay('שלום').lines[0]?.rightToLeft).toBe(true);
    expect(lay('ab שלום').lines[0]?.rightToLeft).toBe(false);
  });

  test('Arabic is joined: the glyphs are not those of the letters alone', () => {
    const glyphs = (text: string) =>
      lay(text).lines[0]?.runs.flatMap((run) => run.glyphs.map(({ id }) => id)) ?? [];
    const alone = ['م', 'ح', 'د'].flatMap(glyphs);
    expect(glyphs('محمد')).toHaveLength(4);
    expect(glyphs('محمد').filter((id) => alone.includes(id)).length).toBeLessThan(3);
    expect(read('محمد').text).toBe('دمحم');
  });

  test('marks of direction draw nothing; overrides are refused by name', () => {
    expect(read('\u200fשלום\u200f').text).toBe('םולש');
    expect(() => read('\u202eשלום')).toThrow('U+202E');
    expect(() => read('100\u202e001')).toThrow('f: no glyph for "\u202e" (U+202E)');
  });

  test('such a line begins at the right, unless the field says otherwise', () => {
    const x = (align: Placement['align']) =>
      Number(/1 0 0 1 ([\d.]+)/.exec(shown(lay('שלום'), { align }).content)?.[1]);
    expect(x('left')).toBe(2);
    expect(x('start')).toBeGreaterThan(450);
    expect(x('right')).toBe(x('start'));
  });
});

test('a decomposed accent is composed; odd spaces and line ends are ordinary ones', () => {
  expect(normalText('e\u0301')).toBe('é');
  expect(normalText('a\u00a0b\tc\r\nd\u2028e')).toBe('a b c\nd\ne');
  expect(read('Z\u0307').text).toBe('Ż');
});

test('a character without a glyph is named with its code point', () => {
  for (const [text, point] of [
    ['a\u{1f600}b', 'U+1F600'],
    ['हिन्दी', 'U+0939'],
    ['a\u0007', 'U+0007']
  ] as const) {
    expect(() => lay(text)).toThrow(expect.objectContaining({ code: 'glyph-missing' }));
    expect(() => lay(text)).toThrow(
      `f: no glyph for "${[...text].find((c) => c >= '\u0900' || c < ' ') ?? ''}" (${point})`
    );
  }
});

test('a pack that is not here is asked for by name, with the character that needs it', () => {
  const none: FontSet = { face: () => null, han: () => null };
  const asked = (text: string, hand: Hand | null = null) => {
    try {
      layText(text, line, { fonts: none, hand, embed: false, what: 'f' });
    } catch (error) {
      return error instanceof FontNeeded ? `${error.code} ${error.part} ${error.character}` : String(error);
    }
    return 'drawn';
  };
  expect(asked('Größe')).toBe('drawn');
  expect(asked('Łódź')).toBe('font-pack latin Ł');
  expect(asked('a ש')).toBe('font-pack latin a');
  expect(asked('123 ش')).toBe('font-pack arabic ش');
  expect(asked('中')).toBe('font-pack han-coverage 中');
  expect(asked('한')).toBe('font-pack korean 한');
  expect(asked('Ann', 'marck')).toBe('font-pack marck A');
});

test('each East Asian text is set in the pack of its own script, rare characters from the further pack', () => {
  const packs = (text: string) => [
    ...new Set(lay(text).lines.flatMap(({ runs }) => runs.map(({ font }) => font)))
  ];
  expect(packs('合同编号')).toEqual(['hans']);
  expect(packs('臺灣國語')).toEqual(['hant']);
  expect(packs('東京都とうきょう')).toEqual(['japanese']);
  expect(packs('계약서 大韓')).toEqual(['korean']);
  // 𠮷 of Japanese names; 㐂 of none of the common sets.
  expect(packs('𠮷田')).toEqual(['japanese']);
  expect(packs('张㐂')).toEqual(['hans', 'han']);
  expect(packs('AB 张 12')).toEqual(['latin', 'hans']);
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
  const area = { width: 80, height: 60 };
  expect(pieces('one two three four five six seven\neight', area).join('|')).toBe(
    'one two three|four five six|seven|eight'
  );
  for (const { width } of lay('one two three four five six', { ...area, multiline: true }).lines)
    expect(width * 10).toBeLessThanOrEqual(80);
  expect(() => lay('x'.repeat(80), { multiline: true, width: 60, height: 60 })).toThrow('does not fit');
  expect(lay('a\nb').lines).toHaveLength(1);
  expect(lay('a\n\nb', { multiline: true, width: 80, height: 60 }).lines).toHaveLength(3);
});

test('East Asian lines break between characters, but not before or after what forbids it', () => {
  const area = { width: 40, height: 100 };
  expect(pieces('甲方乙方合同，编号', area)).toEqual(['甲方乙方', '合同，编', '号']);
  // Four ems would end before the comma: the character goes along to the next line.
  expect(pieces('甲方乙方，合同', area)).toEqual(['甲方乙', '方，合同']);
  expect(pieces('甲乙丙「合同」', area)).toEqual(['甲乙丙', '「合同」']);
});

test('right-to-left lines break at spaces and each begins at the right', () => {
  const laid = lay('שלום עולם חדש', { multiline: true, width: 50, height: 60 });
  expect(laid.lines.length).toBeGreaterThan(1);
  expect(laid.lines.every(({ rightToLeft }) => rightToLeft)).toBe(true);
});

test('a comb has a character in the middle of each cell', () => {
  const area = { ...line, width: 100 };
  const places = (text: string, cells: number) => {
    const { content } = shown(layComb(text, cells, area, choice()), { comb: cells });
    return [...content.matchAll(/1 0 0 1 ([\d.]+) [\d.]+ Tm/g)].map(([, x]) => Number(x));
  };
  const [a = 0, b = 0, c = 0] = places('WWW', 10);
  expect(b - a).toBeCloseTo(50);
  expect(c - b).toBeCloseTo(50);
  expect(a + 9.44 / 2).toBeCloseTo(25);
  expect(() => layComb('12345', 4, area, choice())).toThrow('does not fit');
  // From the right where the text reads so.
  const hebrew = places('אבג', 4);
  expect(hebrew).toHaveLength(3);
  expect(Math.min(...hebrew)).toBeGreaterThan(125);
});
