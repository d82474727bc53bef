import { PdfError } from '../error.ts';

/**
 * A small door to HarfBuzz's two WebAssembly modules (`harfbuzzjs/dist/harfbuzz.wasm` shapes,
 * `harfbuzz-subset.wasm` cuts). Its own JavaScript finds its files by `import.meta.url`, which no bundler of
 * ours keeps; so whoever draws brings the bytes: the worker by fetch, Node from the package.
 */
export interface HarfBuzz {
  /** A TrueType font from its file's bytes. */
  face(bytes: Uint8Array): Face;
}

export interface Glyph {
  readonly id: number;
  /** Index into the text (UTF-16 units) of the first character it stands for. */
  readonly cluster: number;
  /** Font units. */
  readonly advance: number;
  readonly dx: number;
  readonly dy: number;
}

export interface Face {
  readonly bytes: Uint8Array;
  readonly unitsPerEm: number;
  /** Whether the font has a glyph for a code point. */
  has(codePoint: number): boolean;
  /** Glyphs from left to right. */
  shape(text: string): Glyph[];
  /** Advance of a glyph as the font's metrics table has it, in font units. */
  advance(glyph: number): number;
  /** The font with these glyphs and no other, under the ids they had; only what a PDF reader needs. */
  subset(glyphs: ReadonlySet<number>): Uint8Array;
}

type Call = (...parameters: number[]) => number;
type Exports = Record<string, Call> & { readonly memory: WebAssembly.Memory };

/** HB_SUBSET_FLAGS: no hinting, keep glyph ids, no closure over layout (the glyphs are shaped already). */
const SUBSET_FLAGS = 0x1 | 0x2 | 0x200;
const GLYPH_SET = 0;
const DROP_TABLES = 3;
/** HB_MEMORY_MODE_WRITABLE: the bytes lie in the module's own memory and stay there. */
const WRITABLE = 2;
/** Every character keeps its own cluster, so that a glyph can say which characters it shows. */
const CLUSTER_CHARACTERS = 2;
const UNNEEDED = [
  'GSUB',
  'GPOS',
  'GDEF',
  'BASE',
  'STAT',
  'MATH',
  'DSIG',
  'gasp',
  'name',
  'post',
  'OS/2',
  'cmap',
  'kern',
  'meta',
  'HVAR',
  'MVAR',
  'avar',
  'fvar',
  'gvar'
];

const tag = (name: string): number =>
  [...name.padEnd(4)].reduce((value, character) => (value << 8) | character.charCodeAt(0), 0) >>> 0;

/** Compiles both modules. Throws what WebAssembly throws when the bytes are not theirs. */
export async function loadHarfBuzz(shaping: BufferSource, subsetting: BufferSource): Promise<HarfBuzz> {
  const memory: { grow: ((bytes: number) => number) | null } = { grow: null };
  const refuse = () => {
    throw new PdfError('structure', 'HarfBuzz gave up');
  };
  const shaper = await WebAssembly.instantiate(shaping, {
    wasi_snapshot_preview1: { proc_exit: refuse },
    env: {
      _abort_js: refuse,
      _emscripten_runtime_keepalive_clear: () => {},
      _setitimer_js: () => 0,
      emscripten_resize_heap: (size: number) => memory.grow?.(size >>> 0) ?? 0
    }
  });
  const cutter = await WebAssembly.instantiate(subsetting, {});
  const shape = shaper.instance.exports as unknown as Exports;
  const cut = cutter.instance.exports as unknown as Exports;
  memory.grow = (bytes) => {
    try {
      shape.memory.grow(Math.ceil((bytes - shape.memory.buffer.byteLength) / 65536));
      return 1;
    } catch {
      return 0;
    }
  };
  call(shape, '__wasm_call_ctors');
  call(cut, '_initialize');
  return { face: (bytes) => new WasmFace(shape, cut, bytes) };
}

function call(exports: Exports, name: string, ...parameters: number[]): number {
  const found = exports[name];
  if (found === undefined) throw new PdfError('structure', `HarfBuzz has no ${name}`);
  return found(...parameters);
}

/** A face inside a module's memory. */
function createFace(exports: Exports, bytes: Uint8Array): number {
  const at = call(exports, 'malloc', bytes.length);
  new Uint8Array(exports.memory.buffer, at, bytes.length).set(bytes);
  const blob = call(exports, 'hb_blob_create', at, bytes.length, WRITABLE, 0, 0);
  return call(exports, 'hb_face_create', blob, 0);
}

class WasmFace implements Face {
  readonly unitsPerEm: number;
  readonly #font: number;
  readonly #out: number;
  #cutFace = 0;

  constructor(
    private readonly hb: Exports,
    private readonly cutter: Exports,
    readonly bytes: Uint8Array
  ) {
    const face = createFace(hb, bytes);
    this.unitsPerEm = call(hb, 'hb_face_get_upem', face);
    this.#font = call(hb, 'hb_font_create', face);
    this.#out = call(hb, 'malloc', 16);
  }

  has(codePoint: number): boolean {
    return call(this.hb, 'hb_font_get_nominal_glyph', this.#font, codePoint, this.#out) !== 0;
  }

  advance(glyph: number): number {
    return call(this.hb, 'hb_font_get_glyph_h_advance', this.#font, glyph);
  }

  shape(text: string): Glyph[] {
    const { hb } = this;
    const units = call(hb, 'malloc', Math.max(2, text.length * 2));
    const view = new Uint16Array(hb.memory.buffer, units, text.length);
    for (let i = 0; i < text.length; i += 1) view[i] = text.charCodeAt(i);
    const buffer = call(hb, 'hb_buffer_create');
    try {
      call(hb, 'hb_buffer_set_cluster_level', buffer, CLUSTER_CHARACTERS);
      call(hb, 'hb_buffer_add_utf16', buffer, units, text.length, 0, text.length);
      call(hb, 'hb_buffer_guess_segment_properties', buffer);
      call(hb, 'hb_shape', this.#font, buffer, 0, 0);
      const count = call(hb, 'hb_buffer_get_length', buffer);
      const infos = call(hb, 'hb_buffer_get_glyph_infos', buffer, 0);
      const positions = call(hb, 'hb_buffer_get_glyph_positions', buffer, 0);
      const info = new Uint32Array(hb.memory.buffer, infos, count * 5);
      const position = new Int32Array(hb.memory.buffer, positions, count * 5);
      return Array.from({ length: count }, (_, i) => ({
        id: info[i * 5] ?? 0,
        cluster: info[i * 5 + 2] ?? 0,
        advance: position[i * 5] ?? 0,
        dx: position[i * 5 + 2] ?? 0,
        dy: position[i * 5 + 3] ?? 0
      }));
    } finally {
      call(hb, 'hb_buffer_destroy', buffer);
      call(hb, 'free', units);
    }
  }

  subset(glyphs: ReadonlySet<number>): Uint8Array {
    const { cutter } = this;
    this.#cutFace ||= createFace(cutter, this.bytes);
    const input = call(cutter, 'hb_subset_input_create_or_fail');
    try {
      call(cutter, 'hb_subset_input_set_flags', input, SUBSET_FLAGS);
      const wanted = call(cutter, 'hb_subset_input_set', input, GLYPH_SET);
      for (const glyph of glyphs) call(cutter, 'hb_set_add', wanted, glyph);
      const dropped = call(cutter, 'hb_subset_input_set', input, DROP_TABLES);
      for (const name of UNNEEDED) call(cutter, 'hb_set_add', dropped, tag(name));
      const face = call(cutter, 'hb_subset_or_fail', this.#cutFace, input);
      if (face === 0) throw new PdfError('structure', 'the font cannot be cut');
      const blob = call(cutter, 'hb_face_reference_blob', face);
      const length = call(cutter, 'hb_blob_get_length', blob);
      const data = call(cutter, 'hb_blob_get_data', blob, 0);
      const bytes = new Uint8Array(cutter.memory.buffer, data, length).slice();
      call(cutter, 'hb_blob_destroy', blob);
      call(cutter, 'hb_face_destroy', face);
      return bytes;
    } finally {
      call(cutter, 'hb_subset_input_destroy', input);
    }
  }
}
