// Values and marks in every script: poppler and pdf.js draw the signed file alike, as Chromium's own text
// layout draws the same words in the same font, and what is copied out of it is what was typed.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadFonts } from '../../src/cli/fonts.ts';
import { freshKey, signOnce } from '../../src/cli/signing.ts';
import { joinedSource } from '../../src/lib/bytes/joined-source.ts';
import { memorySource } from '../../src/lib/bytes/source.ts';
import type { Box, Field } from '../../src/lib/domain/field.ts';
import { HANDS } from '../../src/lib/pdf/appearance/fonts.ts';
import { openPdf } from '../../src/lib/pdf/document.ts';
import { freeze } from '../../src/lib/sign/freeze.ts';
import { plainPages } from '../vectors/plain-pages.ts';
import {
  cut,
  inkBounds,
  likeness,
  popplerPage,
  startBrowser,
  type Browser,
  type Picture
} from './pictures.ts';

const SCALE = 3;
const noto = (...packs: string[]) => packs.map((pack) => `/src/lib/fonts/${pack}.ttf`);

/** Text, the font files that Chromium may take, in order. */
const values = [
  ['Zażółć gęślą jaźń, Łódź', noto('latin')],
  ['Nguyễn Thị Hồng Ngọc, Đà Nẵng', noto('latin')],
  ['Съешь ещё мягких, Київ, ґанок', noto('latin')],
  ['Ελλάδα, Αθήνα: ταχύτητα', noto('latin')],
  ['הסכם מספר 12, תל אביב', noto('hebrew')],
  ['محمد علي، القاهرة', noto('arabic')],
  ['عقد رقم ٣٢ بتاريخ اليوم', noto('arabic')],
  ['שלום ABC בע״מ 7', noto('hebrew')],
  ['合同编号：甲方张伟', noto('hans')],
  ['臺灣國語，繁體字', noto('hant')],
  ['株式会社トウキョウ、契約書', noto('japanese')],
  ['계약서 제 3 조 서울특별시', noto('korean')]
] as const;

const place = (row: number): Box => ({ page: 1, x: 60, y: 40 + 30 * row, w: 260, h: 24 });
const markPlace = (row: number): Box => ({ page: 1, x: 340, y: 40 + 70 * row, w: 200, h: 60 });
const NAME = 'Zoë Łukasz';

const folder = mkdtempSync(join(tmpdir(), 'countersign-scripts-'));
const path = join(folder, 'signed.pdf');
let file: Uint8Array;
let poppler: Picture;
let pdfjs: Picture;
let browser: Browser;

beforeAll(async () => {
  const fields: (Field & { name: string })[] = [
    ...values.map(([text], row) => ({
      ...{ id: `t${row}`, party: 'a', kind: 'text', label: text, required: true, box: place(row) },
      name: `cs-A-text-${row + 1}`
    })),
    ...HANDS.map((hand, row) => ({
      ...{ id: hand, party: 'a', kind: 'initials', label: hand, required: true, box: markPlace(row) },
      name: `cs-A-initials-${row + 1}`
    })),
    {
      ...{ id: 's', party: 'a', kind: 'signature', label: 'Signature', required: true, box: markPlace(9) },
      name: 'cs-A-sig-1'
    }
  ] as (Field & { name: string })[];
  const source = memorySource(plainPages([{}]));
  const parties = [{ id: 'a', letter: 'A', name: 'A' }];
  const frozen = joinedSource(source, freeze(openPdf(source), { parties, fields }));
  const key = await freshKey('A', Date.now());
  const input = {
    partyLetter: 'A',
    values: Object.fromEntries(values.map(([text], row) => [`cs-A-text-${row + 1}`, text])),
    marks: Object.fromEntries(
      HANDS.map((hand, row) => [`cs-A-initials-${row + 1}`, { kind: 'typed', text: NAME, hand } as const])
    ),
    ...{ stamps: {}, signerName: 'A', reason: null, location: null, at: Date.now(), evidence: null },
    certificates: [key.certificate]
  };
  const tail = await signOnce(frozen, input, await loadFonts(), key.sign);
  file = Buffer.concat([frozen.read(0, frozen.size), tail]);
  writeFileSync(path, file);
  poppler = popplerPage(path, 72 * SCALE);
  browser = await startBrowser();
  pdfjs = await browser.pdfPage(file, SCALE);
});

afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

const textIn = (box: Box) => {
  const area = ['x', 'y', 'W', 'H'].flatMap((key, i) => [
    `-${key}`,
    String(Math.round([box.x, box.y, box.w, box.h][i] ?? 0))
  ]);
  const out = execFileSync('pdftotext', ['-r', '72', ...area, '-layout', path, '-']);
  // Marks of direction are poppler's own: they stand where it changes.
  return out
    .toString()
    .replace(/[\u200e\u200f\u202a-\u202e\s]+/g, ' ')
    .trim();
};

test.each(values.map(([text, fonts], row) => [text, fonts, row] as const))(
  '%s: both readers draw it as Chromium’s own layout does',
  async (text, fonts, row) => {
    const [one, other] = [cut(poppler, place(row), SCALE), cut(pdfjs, place(row), SCALE)];
    expect(likeness(one, other), 'poppler and pdf.js').toBeGreaterThan(0.95);
    const reference = await browser.textLine(text, fonts, 10 * SCALE);
    expect(likeness(other, reference), 'pdf.js and the layout of its own').toBeGreaterThan(0.95);
    // Inside the box, on the side where the text begins.
    const bounds = inkBounds(one);
    const right = /^[\u0590-\u08ff]/.test(text);
    const distance = right ? one.width - 1 - (bounds?.right ?? 0) : (bounds?.left ?? one.width);
    expect(distance / SCALE).toBeLessThan(5);
  }
);

const isRight = (text: string) => /[\u0590-\u08ff]/.test(text);
/** Readers put the parts of a line of two directions into an order of their own; words stay words. */
const wordsOf = (text: string) => (text.match(/[\p{L}\p{M}\p{N}\u05f4]+/gu) ?? []).sort();

test.each(values.map(([text], row) => [text, row] as const))(
  '%s: poppler’s text is what was typed',
  (text, row) => {
    const found = textIn(place(row));
    if (isRight(text)) expect(wordsOf(found)).toEqual(wordsOf(text));
    else expect(found).toBe(text);
  }
);

test('pdf.js finds the same texts', async () => {
  const found = await browser.pdfText(file);
  const letters = (text: string) =>
    wordsOf(text)
      .flatMap((word) => [...word])
      .sort()
      .join('');
  for (const [row, [text]] of values.entries()) {
    // pdf.js loses blanks between runs of two directions.
    if (isRight(text)) expect(letters(found[row] ?? '')).toBe(letters(text));
    else expect(found[row]).toBe(text);
  }
});

test.each(HANDS.map((hand, row) => [hand, row] as const))(
  'a name in the hand %s: both readers draw it alike, as the screen shows it',
  async (hand, row) => {
    const [one, other] = [cut(poppler, markPlace(row), SCALE), cut(pdfjs, markPlace(row), SCALE)];
    expect(likeness(one, other)).toBeGreaterThan(0.95);
    const width = (of: Picture) => {
      const bounds = inkBounds(of);
      if (bounds === null) throw new Error('no ink');
      return bounds.right - bounds.left;
    };
    // As large as fits into its box: 60 points high, 196 wide.
    const large = Math.round((60 / 1.3) * SCALE);
    const whole = await browser.textLine(NAME, noto(hand), large);
    expect(width(other)).toBeGreaterThan(Math.min(0.97 * width(whole), 180 * SCALE));
    const same = await browser.textLine(NAME, noto(hand), (large * width(other)) / width(whole));
    expect(likeness(other, same)).toBeGreaterThan(0.9);
    const bounds = inkBounds(other) ?? { left: 0, right: 0 };
    expect(Math.abs((bounds.left + bounds.right) / 2 / SCALE - 100)).toBeLessThan(8);
  }
);
