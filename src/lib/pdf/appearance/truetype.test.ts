import { beforeAll, expect, test } from 'vitest';
import { loadFonts } from '../../../cli/fonts.ts';
import { HAN_PACKS, HANDS, type FontSet, type PackId } from './fonts.ts';
import { TrueType } from './truetype.ts';

let fonts: FontSet;
beforeAll(async () => {
  fonts = await loadFonts();
});

const program = (pack: PackId): TrueType => {
  const found = fonts.face(pack)?.program;
  if (found === null || found === undefined) throw new Error(`${pack} has no program`);
  return found;
};
const glyphOf = (pack: PackId, text: string): number => {
  const id = fonts.face(pack)?.shape(text, 0, text.length, false)[0]?.id;
  if (id === undefined) throw new Error(`no glyph for ${text}`);
  return id;
};
/** An outline may have a byte more behind it: offsets are even. */
const same = (cut: Uint8Array, whole: Uint8Array) => {
  expect(cut.subarray(0, whole.length)).toEqual(whole);
  expect(cut.length - whole.length).toBeLessThan(2);
};
const plain = (id: number, width = 500) => ({ parts: [{ id, x: 0, y: 0 }], width });

test('a cut font has the outlines it was asked for under their new numbers, with the widths given', () => {
  const latin = program('latin');
  const ids = ['W', 'a', 'r', 's'].map((letter) => glyphOf('latin', letter));
  const cut = new TrueType(
    latin.cut([plain(0), ...ids.map((id, i) => plain(id, 100 + i)), plain(ids[0] ?? 0, 7)])
  );
  expect(cut.count).toBe(6);
  ids.forEach((id, i) => {
    same(cut.glyph(i + 1), latin.glyph(id));
    expect(cut.advance(i + 1)).toBe(100 + i);
  });
  same(cut.glyph(5), latin.glyph(ids[0] ?? 0));
  expect(cut.glyph(99)).toHaveLength(0);
});

test('the parts of a composite glyph come along behind, renumbered', () => {
  const latin = program('latin');
  const letter = glyphOf('latin', 'ź');
  const outline = latin.glyph(letter);
  // Below zero: made of parts (OpenType, glyf).
  expect(outline[0]).toBe(0xff);
  const cut = new TrueType(latin.cut([plain(0), plain(letter)]));
  expect(cut.count).toBeGreaterThan(2);
  const first = ((outline[12] ?? 0) << 8) | (outline[13] ?? 0);
  const renumbered = ((cut.glyph(1)[12] ?? 0) << 8) | (cut.glyph(1)[13] ?? 0);
  expect(renumbered).toBe(2);
  same(cut.glyph(renumbered), latin.glyph(first));
});

test('a letter and a mark become one glyph, its bounds around both', () => {
  const latin = program('latin');
  const [a, b] = [glyphOf('latin', 'o'), glyphOf('latin', 'x')];
  const parts = [
    { id: a, x: 0, y: 0 },
    { id: b, x: 100, y: 900 }
  ];
  const cut = new TrueType(latin.cut([plain(0), { parts, width: 605 }]));
  const box = (bytes: Uint8Array) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    return [2, 4, 6, 8].map((at) => view.getInt16(at));
  };
  const [left = 0, bottom = 0] = box(latin.glyph(a));
  const [, , right = 0, top = 0] = box(latin.glyph(b));
  expect(box(cut.glyph(1))).toEqual([
    left,
    bottom,
    Math.max(right + 100, box(latin.glyph(a))[2] ?? 0),
    top + 900
  ]);
  expect(cut.count).toBe(4);
  expect(cut.advance(1)).toBe(605);
});

test('the fonts that ship: their names, and nothing to instruct', () => {
  expect(program('latin').metrics.name).toBe('NotoSans-Regular');
  expect(program('caveat').metrics.name).toBe('Caveat-Medium');
  expect(program('hebrew').metrics.ascent).toBeGreaterThan(0);
  expect(() => new TrueType(new Uint8Array(12))).toThrow(expect.objectContaining({ code: 'structure' }));
});

test('every hand writes Polish, Czech, German, French and Spanish names', () => {
  for (const hand of HANDS) {
    for (const letter of 'ĄĆĘŁŃÓŚŹŻąćęłńóśźżČĎĚŇŘŠŤŮŽčďěňřšťůžÄÖÜßÀÂÇÉÈÊËÎÏÔÛŸñáíóúÑ-’. ')
      expect(fonts.face(hand)?.has(letter.codePointAt(0) ?? 0), `${hand}: ${letter}`).toBe(true);
  }
});

test('the table of Han characters says what the packs have', () => {
  let differ = 0;
  for (let code = 0x2e80; code <= 0x2a700; code += code >= 0xfaff && code < 0x20000 ? 0x20000 - code : 1) {
    const packs = fonts.han(code) ?? 0;
    if (code > 0x9fff && code < 0xf900) continue;
    HAN_PACKS.forEach((pack, bit) => {
      const face = fonts.face(pack);
      if ((face?.has(code) ?? false) !== ((packs >> bit) & 1) > 0) differ += 1;
    });
  }
  expect(differ).toBe(0);
  // More than the common sets: a character of names, and one of Hong Kong.
  expect(fonts.han('𠮷'.codePointAt(0) ?? 0)).toBeGreaterThan(0);
  expect(fonts.han('𨋢'.codePointAt(0) ?? 0)).toBeGreaterThan(0);
});
