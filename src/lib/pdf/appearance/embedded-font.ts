import { sha256 } from '@noble/hashes/sha2.js';
import { encodeLatin1 } from '../../bytes/latin1.ts';
import type { Appender } from '../append.ts';
import { deflate } from '../deflate.ts';
import { PdfDict, PdfName, PdfStream, PdfString, type PdfArray, type PdfRef } from '../objects.ts';
import type { Face, Glyph } from './face.ts';
import type { DrawnFont, Shown } from './revision-fonts.ts';
import type { Part, TrueType } from './truetype.ts';

interface Character {
  readonly parts: readonly Part[];
  /** Font units. */
  readonly width: number;
  /** What it stands for where it is used, for /ToUnicode. */
  readonly text: string;
}

/**
 * One font of one revision, cut to what is shown (ISO 32000-2 §9.7.4, CIDFontType2 in Identity-H). A CID is a
 * glyph together with the text it stands for, because one glyph may be Latin A here and Greek Alpha there, and
 * copied text must stay true; a letter with its marks becomes a glyph of its own, so that readers find words.
 * The font program has its glyphs in that order.
 */
export class EmbeddedFont implements DrawnFont {
  readonly #cids = new Map<string, number>();
  readonly #characters: Character[] = [{ parts: [{ id: 0, x: 0, y: 0 }], width: 0, text: '' }];
  readonly ref: PdfRef;

  constructor(
    private readonly appender: Appender,
    private readonly face: Face,
    private readonly program: TrueType,
    readonly name: string
  ) {
    this.ref = appender.reserve();
  }

  show(glyphs: readonly Glyph[], text: string): Shown {
    // The widest is the letter itself: where it stands is where the code stands, and its marks go along.
    let [at, shift, width] = [0, 0, -1];
    const placed = glyphs.map(({ id, dx, dy, advance }) => {
      const part = { id, x: at + dx, y: dy };
      const own = this.face.advance(id);
      if (own > width) [shift, width] = [part.x, own];
      at += advance;
      return part;
    });
    const parts = placed.map(({ id, x, y }) => ({ id, x: x - shift, y }));
    const key = `${parts.map(({ id, x, y }) => `${id},${x},${y}`).join(' ')} ${text}`;
    let code = this.#cids.get(key);
    if (code === undefined) {
      code = this.#characters.push({ parts, width, text }) - 1;
      this.#cids.set(key, code);
    }
    return { code, shift, width };
  }

  string(codes: readonly number[]): string {
    return `<${codes.map(hex).join('')}>`;
  }

  finish(): void {
    const { appender, face, program } = this;
    const thousandth = (units: number) => Math.round((units * 1000) / face.unitsPerEm);
    const { metrics } = program;
    const file = program.cut(this.#characters);
    const name = new PdfName(`${subsetTag(file)}+${metrics.name}`);
    const descriptor = new PdfDict()
      .set('Type', new PdfName('FontDescriptor'))
      .set('FontName', name)
      .set('Flags', 4)
      .set('FontBBox', metrics.box.map(thousandth))
      .set('ItalicAngle', 0)
      .set('Ascent', thousandth(metrics.ascent))
      .set('Descent', thousandth(metrics.descent))
      .set('CapHeight', thousandth(metrics.ascent))
      .set('StemV', 80)
      .set('FontFile2', appender.add(packed(file, new PdfDict().set('Length1', file.length))));
    const descendant = new PdfDict()
      .set('Type', new PdfName('Font'))
      .set('Subtype', new PdfName('CIDFontType2'))
      .set('BaseFont', name)
      .set(
        'CIDSystemInfo',
        new PdfDict().set('Registry', ascii('Adobe')).set('Ordering', ascii('Identity')).set('Supplement', 0)
      )
      .set('FontDescriptor', appender.add(descriptor))
      .set('CIDToGIDMap', new PdfName('Identity'));
    const widths = this.#characters.map(({ width }) => thousandth(width));
    // §9.7.4.3: a width that is not listed is 1000, as East Asian characters are.
    const listed = listWidths(widths);
    if (listed.length > 0) descendant.set('W', listed);
    appender.put(
      this.ref,
      new PdfDict()
        .set('Type', new PdfName('Font'))
        .set('Subtype', new PdfName('Type0'))
        .set('BaseFont', name)
        .set('Encoding', new PdfName('Identity-H'))
        .set('DescendantFonts', [appender.add(descendant)])
        .set('ToUnicode', appender.add(packed(encodeLatin1(this.#toUnicode()))))
    );
  }

  /** §9.10.3: ranges of codes with the text of each in UTF-16; no range crosses a border of 256 codes. */
  #toUnicode(): string {
    const texts = this.#characters.map(({ text }) => {
      let units = '';
      for (let i = 0; i < text.length; i += 1) units += hex(text.charCodeAt(i));
      return units;
    });
    const ranges: string[] = [];
    for (let cid = 1; cid < texts.length;) {
      let end = cid;
      if (texts[cid] === '') {
        cid += 1;
        continue;
      }
      while (end + 1 < texts.length && (end + 1) % 256 !== 0 && end - cid < 99 && texts[end + 1] !== '')
        end += 1;
      const list = texts.slice(cid, end + 1).map((units) => `<${units}>`);
      ranges.push(`<${hex(cid)}><${hex(end)}>[${list.join('')}]`);
      cid = end + 1;
    }
    const blocks: string[] = [];
    for (let i = 0; i < ranges.length; i += 100) {
      const block = ranges.slice(i, i + 100);
      blocks.push(`${block.length} beginbfrange\n${block.join('\n')}\nendbfrange\n`);
    }
    return (
      '/CIDInit/ProcSet findresource begin\n12 dict begin\nbegincmap\n/CMapName/X def\n/CMapType 2 def\n' +
      `1 begincodespacerange\n<0000><ffff>\nendcodespacerange\n${blocks.join('')}` +
      'endcmap\nCMapName currentdict/CMap defineresource pop\nend\nend'
    );
  }
}

const hex = (value: number): string => value.toString(16).padStart(4, '0');
const ascii = (text: string): PdfString => new PdfString(encodeLatin1(text));

/** Runs of widths other than the default, each with its first code. */
function listWidths(widths: readonly number[]): PdfArray {
  const listed: PdfArray = [];
  for (let cid = 0; cid < widths.length;) {
    if (widths[cid] === 1000) {
      cid += 1;
      continue;
    }
    let end = cid;
    while (end < widths.length && widths[end] !== 1000) end += 1;
    listed.push(cid, widths.slice(cid, end));
    cid = end;
  }
  return listed;
}

/** A stream with Flate, or as it is when that is shorter. */
export function packed(data: Uint8Array, dict: PdfDict = new PdfDict()): PdfStream {
  const small = deflate(data);
  if (small.length + 20 >= data.length) return new PdfStream(dict, data);
  return new PdfStream(dict.set('Filter', new PdfName('FlateDecode')), small);
}

/** §9.9.2: six upper-case letters, different for different subsets. */
function subsetTag(file: Uint8Array): string {
  return String.fromCharCode(
    ...sha256(file)
      .subarray(0, 6)
      .map((byte) => 65 + (byte % 26))
  );
}
