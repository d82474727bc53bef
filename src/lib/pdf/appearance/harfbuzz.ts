import { PdfError } from '../error.ts';
import type { Face, Glyph } from './face.ts';
import { TrueType } from './truetype.ts';

/**
 * A small door to HarfBuzz's shaper (`harfbuzzjs/dist/harfbuzz.wasm`). Its own JavaScript finds its file by
 * `import.meta.url`, which no bundler of ours keeps; so whoever draws brings the bytes: the worker by fetch,
 * Node from the package.
 */
export interface HarfBuzz {
  /** A TrueType font from its file's bytes. */
  face(bytes: Uint8Array): Face;
}

type Call = (...parameters: number[]) => number;
type Exports = Record<string, Call> & { readonly memory: WebAssembly.Memory };

/** HB_MEMORY_MODE_WRITABLE: the bytes lie in the module's own memory and stay there. */
const WRITABLE = 2;
/** HB_DIRECTION_LTR, HB_DIRECTION_RTL. */
const [LEFT_TO_RIGHT, RIGHT_TO_LEFT] = [4, 5] as const;
/** Joiners and variation selectors have done their work once the text is shaped: nothing to draw. */
const REMOVE_IGNORABLES = 0x8;

/** Compiles the module. Throws what WebAssembly throws when the bytes are not its own. */
export async function loadHarfBuzz(shaping: BufferSource): Promise<HarfBuzz> {
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
  const shape = shaper.instance.exports as unknown as Exports;
  memory.grow = (bytes) => {
    try {
      shape.memory.grow(Math.ceil((bytes - shape.memory.buffer.byteLength) / 65536));
      return 1;
    } catch {
      return 0;
    }
  };
  call(shape, '__wasm_call_ctors');
  return { face: (bytes) => new WasmFace(shape, bytes) };
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
  readonly program: TrueType;

  constructor(
    private readonly hb: Exports,
    bytes: Uint8Array
  ) {
    this.program = new TrueType(bytes);
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

  shape(text: string, from: number, to: number, rightToLeft: boolean): Glyph[] {
    const { hb } = this;
    const units = call(hb, 'malloc', Math.max(2, text.length * 2));
    const view = new Uint16Array(hb.memory.buffer, units, text.length);
    for (let i = 0; i < text.length; i += 1) view[i] = text.charCodeAt(i);
    const buffer = call(hb, 'hb_buffer_create');
    try {
      call(hb, 'hb_buffer_set_flags', buffer, REMOVE_IGNORABLES);
      call(hb, 'hb_buffer_add_utf16', buffer, units, text.length, from, to - from);
      call(hb, 'hb_buffer_set_direction', buffer, rightToLeft ? RIGHT_TO_LEFT : LEFT_TO_RIGHT);
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
}
