import { PdfError } from '../error.ts';

/** Metrics as a /FontDescriptor wants them, in font units. */
export interface Metrics {
  readonly box: readonly [number, number, number, number];
  readonly ascent: number;
  readonly descent: number;
  /** PostScript name without what a PDF name cannot hold; `Font` when the file has none. */
  readonly name: string;
}

/** A glyph moved by font units. */
export interface Part {
  readonly id: number;
  readonly x: number;
  readonly y: number;
}

/** What a PDF reader needs of a CID font's program (ISO 32000-2 §9.9, Table 124), in the order of their tags. */
const NEEDED = ['glyf', 'head', 'hhea', 'hmtx', 'loca', 'maxp'] as const;
/** Flags of a component of a composite glyph (OpenType, `glyf`). */
const WORDS = 0x1;
const OFFSETS = 0x2;
const SCALE = 0x8;
const MORE = 0x20;
const TWO_SCALES = 0x40;
const MATRIX = 0x80;

/**
 * A TrueType font (OpenType 1.9, `glyf` outlines) without instructions, as the build cuts them. The program
 * that goes into a file is written here and not by HarfBuzz's subsetter: with glyphs renumbered to the codes
 * of the text it is smaller, needs no /CIDToGIDMap, and no signer loads 680 KB for it.
 */
export class TrueType {
  readonly #view: DataView;
  readonly #tables = new Map<string, Uint8Array>();
  readonly #long: boolean;
  readonly #advances: number;
  /** Number of glyphs. */
  readonly count: number;
  readonly unitsPerEm: number;

  /** Throws PdfError `structure` when a table is missing. */
  constructor(readonly bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let i = 0; i < this.#view.getUint16(4); i += 1) {
      const at = 12 + 16 * i;
      const start = this.#view.getUint32(at + 8);
      const tag = String.fromCharCode(...bytes.subarray(at, at + 4));
      this.#tables.set(tag, bytes.subarray(start, start + this.#view.getUint32(at + 12)));
    }
    this.#long = word(this.#table('head'), 50) === 1;
    this.unitsPerEm = word(this.#table('head'), 18);
    this.#advances = word(this.#table('hhea'), 34);
    this.count = word(this.#table('maxp'), 4);
  }

  #table(tag: string): Uint8Array {
    const table = this.#tables.get(tag);
    if (table === undefined) throw new PdfError('structure', `the font has no ${tag} table`);
    return table;
  }

  get metrics(): Metrics {
    const head = this.#table('head');
    const hhea = this.#table('hhea');
    return {
      box: [signed(head, 36), signed(head, 38), signed(head, 40), signed(head, 42)],
      ascent: signed(hhea, 4),
      descent: signed(hhea, 6),
      name: postScriptName(this.#table('name'))
    };
  }

  /** A glyph's outline; empty for a blank. */
  glyph(id: number): Uint8Array {
    const loca = this.#table('loca');
    const at = (i: number) => (this.#long ? long(loca, 4 * i) : 2 * word(loca, 2 * i));
    return id < this.count ? this.#table('glyf').subarray(at(id), at(id + 1)) : new Uint8Array(0);
  }

  /** Font units, as the font's own table says. */
  advance(id: number): number {
    return word(this.#table('hmtx'), 4 * Math.min(id, this.#advances - 1));
  }

  #bearing(id: number): number {
    const hmtx = this.#table('hmtx');
    return id < this.#advances
      ? word(hmtx, 4 * id + 2)
      : word(hmtx, 4 * this.#advances + 2 * (id - this.#advances));
  }

  /**
   * A font whose glyph `i` shows the parts of `wanted[i]` and advances by its width. One glyph may stand under
   * several numbers; the parts of composite glyphs follow behind.
   */
  cut(wanted: readonly { readonly parts: readonly Part[]; readonly width: number }[]): Uint8Array {
    const known = new Map<number, number>();
    const glyphs = wanted.map(({ parts, width }, index): Numbered => {
      const [first] = parts;
      const plain = parts.length === 1 && first !== undefined && first.x === 0 && first.y === 0;
      if (!plain) return { outline: this.#composite(parts), width, bearing: null };
      if (!known.has(first.id)) known.set(first.id, index);
      return { outline: this.glyph(first.id).slice(), width, bearing: this.#bearing(first.id) };
    });
    // The list grows while parts are found.
    for (let i = 0; i < glyphs.length; i += 1) {
      const { outline } = glyphs[i] ?? { outline: new Uint8Array(0) };
      for (const at of partsOf(outline)) {
        const id = word(outline, at);
        let number = known.get(id);
        if (number === undefined) {
          const part = {
            outline: this.glyph(id).slice(),
            width: this.advance(id),
            bearing: this.#bearing(id)
          };
          number = glyphs.push(part) - 1;
          known.set(id, number);
        }
        setWord(outline, at, number);
      }
    }
    const count = glyphs.length;
    return font({
      ...this.#outlines(glyphs.map(({ outline }) => outline)),
      hhea: changed(this.#table('hhea'), 34, count),
      // Without a shift of its own an outline begins where its bounds say.
      hmtx: words(glyphs.flatMap(({ outline, width, bearing }) => [width, bearing ?? signed(outline, 2)])),
      // A composite glyph may now have composite parts.
      maxp: changed(changed(this.#table('maxp'), 4, count), 30, word(this.#table('maxp'), 30) + 1)
    });
  }

  /** A composite glyph (OpenType, `glyf`) of these parts, by their numbers in this font. */
  #composite(parts: readonly Part[]): Uint8Array {
    const drawn = parts.filter(({ id }) => this.glyph(id).length > 0);
    if (drawn.length === 0) return new Uint8Array(0);
    const bounds = drawn.map(({ id, x, y }) => {
      const outline = this.glyph(id);
      return [signed(outline, 2) + x, signed(outline, 4) + y, signed(outline, 6) + x, signed(outline, 8) + y];
    });
    const corner = (axis: number, pick: (...values: number[]) => number) =>
      pick(...bounds.map((box) => box[axis] ?? 0)) & 0xffff;
    const head = [0xffff, corner(0, Math.min), corner(1, Math.min), corner(2, Math.max), corner(3, Math.max)];
    const entries = drawn.flatMap(({ id, x, y }, index) => [
      WORDS | OFFSETS | (index === drawn.length - 1 ? 0 : MORE),
      id,
      x & 0xffff,
      y & 0xffff
    ]);
    return words([...head, ...entries]);
  }

  #outlines(outlines: readonly Uint8Array[]): Record<'glyf' | 'head' | 'loca', Uint8Array> {
    const offsets = [0];
    for (const outline of outlines)
      offsets.push((offsets[offsets.length - 1] ?? 0) + outline.length + (outline.length % 2));
    const size = offsets[offsets.length - 1] ?? 0;
    const glyf = new Uint8Array(size);
    outlines.forEach((outline, i) => glyf.set(outline, offsets[i] ?? 0));
    const short = size < 0x20000;
    const loca = words(
      short
        ? offsets.map((offset) => offset / 2)
        : offsets.flatMap((offset) => [offset >>> 16, offset & 0xffff])
    );
    // The check sum of the whole file is not looked at inside a PDF.
    const head = changed(changed(changed(this.#table('head'), 50, short ? 0 : 1), 8, 0), 10, 0);
    return { glyf, head, loca };
  }
}

interface Numbered {
  readonly outline: Uint8Array;
  readonly width: number;
  /** Null: where the outline begins. */
  readonly bearing: number | null;
}

const word = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
const long = (bytes: Uint8Array, at: number): number => word(bytes, at) * 0x10000 + word(bytes, at + 2);
const signed = (bytes: Uint8Array, at: number): number => (word(bytes, at) << 16) >> 16;

function setWord(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >> 8;
  bytes[at + 1] = value & 255;
}

function changed(table: Uint8Array, at: number, value: number): Uint8Array {
  const copy = table.slice();
  setWord(copy, at, value);
  return copy;
}

function words(values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 2);
  values.forEach((value, i) => setWord(bytes, 2 * i, value));
  return bytes;
}

/** Where in a composite glyph the numbers of its parts stand. */
function partsOf(outline: Uint8Array): number[] {
  const found: number[] = [];
  if (outline.length < 14 || signed(outline, 0) >= 0) return found;
  for (let at = 10, flags = MORE; (flags & MORE) !== 0 && at + 4 <= outline.length;) {
    flags = word(outline, at);
    found.push(at + 2);
    at += 4 + ((flags & WORDS) !== 0 ? 4 : 2);
    if ((flags & MATRIX) !== 0) at += 8;
    else if ((flags & TWO_SCALES) !== 0) at += 4;
    else if ((flags & SCALE) !== 0) at += 2;
  }
  return found;
}

/** A font file of these tables (OpenType, "Table Directory"), each on a border of four bytes. */
function font(tables: Record<(typeof NEEDED)[number], Uint8Array>): Uint8Array {
  const padded = (size: number) => size + ((4 - (size % 4)) % 4);
  const count = NEEDED.length;
  const size = NEEDED.reduce((sum, tag) => sum + padded(tables[tag].length), 12 + 16 * count);
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  const power = Math.floor(Math.log2(count));
  view.setUint32(0, 0x10000);
  [count, 16 * 2 ** power, power, 16 * (count - 2 ** power)].forEach((value, i) =>
    view.setUint16(4 + 2 * i, value)
  );
  let at = 12 + 16 * count;
  NEEDED.forEach((tag, i) => {
    const table = tables[tag];
    const entry = 12 + 16 * i;
    for (let c = 0; c < 4; c += 1) bytes[entry + c] = tag.charCodeAt(c);
    bytes.set(table, at);
    let sum = 0;
    for (let offset = at; offset < at + table.length; offset += 4) sum = (sum + view.getUint32(offset)) >>> 0;
    view.setUint32(entry + 4, sum);
    view.setUint32(entry + 8, at);
    view.setUint32(entry + 12, table.length);
    at += padded(table.length);
  });
  return bytes;
}

function postScriptName(table: Uint8Array): string {
  const strings = word(table, 4);
  for (let i = 0; i < word(table, 2); i += 1) {
    const record = 6 + 12 * i;
    if (word(table, record + 6) !== 6) continue;
    const start = strings + word(table, record + 10);
    const text = String.fromCharCode(...table.subarray(start, start + word(table, record + 8)));
    return text.replace(/[^A-Za-z0-9-]/g, '');
  }
  return 'Font';
}
