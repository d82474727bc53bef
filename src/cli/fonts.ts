import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Face } from '#lib/pdf/appearance/face.ts';
import type { FontSet, PackId } from '#lib/pdf/appearance/fonts.ts';
import { packsOfHan } from '#lib/pdf/appearance/han-table.ts';
import { loadHarfBuzz, type HarfBuzz } from '#lib/pdf/appearance/harfbuzz.ts';

/** A file of an installed package or of this one; works from the bundle in `build/cli` as well. */
function packageFile(name: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(readFileSync(createRequire(import.meta.url).resolve(name)));
}

let loaded: Promise<FontSet> | null = null;

/** The fonts that the app signs with; a pack is read when a text first needs it. */
export function loadFonts(): Promise<FontSet> {
  loaded ??= loadHarfBuzz(packageFile('harfbuzzjs/dist/harfbuzz.wasm')).then(
    (harfbuzz) => new Fonts(harfbuzz)
  );
  return loaded;
}

class Fonts implements FontSet {
  readonly #faces = new Map<PackId, Face>();
  #han: Uint8Array | null = null;

  constructor(private readonly harfbuzz: HarfBuzz) {}

  face(pack: PackId): Face {
    let face = this.#faces.get(pack);
    if (face === undefined) {
      face = this.harfbuzz.face(packageFile(`#lib/fonts/${pack}.ttf`));
      this.#faces.set(pack, face);
    }
    return face;
  }

  han(codePoint: number): number {
    this.#han ??= packageFile('#lib/fonts/han-coverage.bin');
    return packsOfHan(this.#han, codePoint);
  }
}
