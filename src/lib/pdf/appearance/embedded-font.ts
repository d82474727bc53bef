import { sha256 } from '@noble/hashes/sha2.js';
import { encodeLatin1 } from '../../bytes/latin1.ts';
import type { Appender } from '../append.ts';
import { deflate } from '../deflate.ts';
import { PdfDict, PdfName, PdfStream, PdfString, type PdfRef } from '../objects.ts';
import type { Face } from './harfbuzz.ts';
import { readMetrics } from './sfnt.ts';

interface Character {
  readonly glyph: number;
  /** What the glyph stands for where it is used, for /ToUnicode. */
  readonly text: string;
}

/**
 * One font of one revision: every appearance that uses it adds its glyphs, then it is written once, cut to
 * them (ISO 32000-2 §9.7.4, CIDFontType2 in Identity-H). A CID is a glyph together with the text it stands
 * for, because one glyph may be Latin A here and Greek Alpha there, and copied text must stay true.
 */
export class EmbeddedFont {
  readonly #cids = new Map<string, number>();
  readonly #characters: Character[] = [{ glyph: 0, text: '' }];
  #ref: PdfRef | null = null;

  constructor(
    private readonly appender: Appender,
    readonly face: Face
  ) {}

  get ref(): PdfRef {
    return (this.#ref ??= this.appender.reserve());
  }

  /** The two-byte code of a glyph that stands for `text`. */
  code(glyph: number, text: string): number {
    const key = `${glyph} ${text}`;
    const known = this.#cids.get(key);
    if (known !== undefined) return known;
    const cid = this.#characters.length;
    this.#characters.push({ glyph, text });
    this.#cids.set(key, cid);
    return cid;
  }

  /** Writes the font when any appearance used it. */
  finish(): void {
    if (this.#ref === null) return;
    const { appender, face } = this;
    const thousandth = (units: number) => Math.round((units * 1000) / face.unitsPerEm);
    const metrics = readMetrics(face.bytes);
    const file = face.subset(new Set(this.#characters.map(({ glyph }) => glyph)));
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
    const map = new Uint8Array(this.#characters.length * 2);
    this.#characters.forEach(({ glyph }, cid) => {
      map[2 * cid] = glyph >> 8;
      map[2 * cid + 1] = glyph & 255;
    });
    const descendant = new PdfDict()
      .set('Type', new PdfName('Font'))
      .set('Subtype', new PdfName('CIDFontType2'))
      .set('BaseFont', name)
      .set(
        'CIDSystemInfo',
        new PdfDict().set('Registry', ascii('Adobe')).set('Ordering', ascii('Identity')).set('Supplement', 0)
      )
      .set('FontDescriptor', appender.add(descriptor))
      .set('W', [0, this.#characters.map(({ glyph }) => thousandth(face.advance(glyph)))])
      .set('CIDToGIDMap', appender.add(packed(map)));
    appender.put(
      this.#ref,
      new PdfDict()
        .set('Type', new PdfName('Font'))
        .set('Subtype', new PdfName('Type0'))
        .set('BaseFont', name)
        .set('Encoding', new PdfName('Identity-H'))
        .set('DescendantFonts', [appender.add(descendant)])
        .set('ToUnicode', appender.add(packed(encodeLatin1(this.#toUnicode()))))
    );
  }

  /** §9.10.3: each code with its text in UTF-16. */
  #toUnicode(): string {
    const hex = (value: number) => value.toString(16).padStart(4, '0');
    const lines = this.#characters.flatMap(({ text }, cid) => {
      let units = '';
      for (let i = 0; i < text.length; i += 1) units += hex(text.charCodeAt(i));
      return units === '' ? [] : [`<${hex(cid)}><${units}>`];
    });
    const blocks: string[] = [];
    for (let i = 0; i < lines.length; i += 100) {
      const block = lines.slice(i, i + 100);
      blocks.push(`${block.length} beginbfchar\n${block.join('\n')}\nendbfchar\n`);
    }
    return (
      '/CIDInit/ProcSet findresource begin\n12 dict begin\nbegincmap\n/CMapName/X def\n/CMapType 2 def\n' +
      `1 begincodespacerange\n<0000><ffff>\nendcodespacerange\n${blocks.join('')}` +
      'endcmap\nCMapName currentdict/CMap defineresource pop\nend\nend'
    );
  }
}

const ascii = (text: string): PdfString => new PdfString(encodeLatin1(text));

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
