import init, {
  TypstCompilerBuilder,
  type TypstCompiler
} from '@myriaddreamin/typst-ts-web-compiler/pkg/typst_ts_web_compiler.mjs';
import { checkCoverage } from '../coverage.ts';
import { TemplateError } from '../error.ts';
import { charactersOf, type Merged } from '../merge.ts';
import type { LaidPlace } from '../places.ts';
import { LAYOUT_PROGRAM } from './layout-program.ts';

export interface LaidOut {
  readonly pdf: Uint8Array;
  readonly places: readonly LaidPlace[];
}

const MAIN = '/main.typ';
/** Diagnostics as full objects; 2 = "unix" text lines. */
const DIAGNOSTICS = 3;

/**
 * Typst in WebAssembly, kept to six calls so that another binding can take its place (`templates.md` §8).
 * `wasm`: the compiler's bytes or a Response of them; `fonts`: TrueType bytes (Typst ignores WOFF silently).
 */
export class Typst {
  private constructor(
    private readonly compiler: TypstCompiler,
    private readonly fonts: readonly Uint8Array[]
  ) {}

  static async start(wasm: BufferSource | Response, fonts: readonly Uint8Array[]): Promise<Typst> {
    await init({ module_or_path: wasm });
    const builder = new TypstCompilerBuilder();
    builder.set_dummy_access_model();
    for (const font of fonts) await builder.add_raw_font(font);
    return new Typst(await builder.build(), fonts);
  }

  /** Draws merged data. Throws `glyph-missing` (named) or `layout-failed`; never a page with boxes for letters. */
  layOut(merged: Merged, encode: (text: string) => Uint8Array): LaidOut {
    checkCoverage(charactersOf(merged), this.fonts);
    this.compiler.add_source(MAIN, LAYOUT_PROGRAM);
    this.compiler.map_shadow('/data.json', encode(JSON.stringify(merged)));
    const outcome = this.compiler.compile(MAIN, null, 'pdf', DIAGNOSTICS) as {
      result?: Uint8Array;
      diagnostics?: { message?: string; severity?: string }[];
    };
    if (!(outcome.result instanceof Uint8Array) || outcome.result.length === 0) {
      const why = (outcome.diagnostics ?? []).map((d) => d.message ?? String(d)).join('; ');
      throw new TemplateError('layout-failed', why || 'no pages came out');
    }
    const places = JSON.parse(this.compiler.query(MAIN, null, '<place>', 'value')) as LaidPlace[];
    return { pdf: outcome.result, places };
  }
}
