import type { Face } from '../pdf/appearance/face.ts';
import { fontFiles, shapingFile } from '../pdf/appearance/font-files.ts';
import { FontNeeded, type FontPart, type FontSet, type PackId } from '../pdf/appearance/fonts.ts';
import { packsOfHan } from '../pdf/appearance/han-table.ts';
import { loadHarfBuzz, type HarfBuzz } from '../pdf/appearance/harfbuzz.ts';
import { readBuilt } from './built-file.ts';

/** The packs fetched so far. One that failed (offline before it was kept) is tried again when next needed. */
class FetchedFonts implements FontSet {
  readonly #faces = new Map<PackId, Face>();
  readonly #coming = new Map<FontPart, Promise<void>>();
  #shaper: Promise<HarfBuzz> | null = null;
  #han: Uint8Array | null = null;

  face(pack: PackId): Face | null {
    return this.#faces.get(pack) ?? null;
  }

  han(codePoint: number): number | null {
    return this.#han === null ? null : packsOfHan(this.#han, codePoint);
  }

  bring(part: FontPart): Promise<void> {
    let coming = this.#coming.get(part);
    if (coming === undefined) {
      coming = this.#fetch(part);
      this.#coming.set(part, coming);
      coming.catch(() => this.#coming.delete(part));
    }
    return coming;
  }

  async #fetch(part: FontPart): Promise<void> {
    if (part === 'han-coverage') {
      this.#han = await readBuilt(fontFiles[part]);
      return;
    }
    this.#shaper ??= readBuilt(shapingFile).then(loadHarfBuzz);
    this.#shaper.catch(() => (this.#shaper = null));
    const [shaper, bytes] = await Promise.all([this.#shaper, readBuilt(fontFiles[part])]);
    this.#faces.set(part, shaper.face(bytes));
  }
}

const fetched = new FetchedFonts();

/**
 * Runs what draws, fetching each font that it asks for and starting it anew, so that nobody has to know
 * beforehand which packs a text needs. Throws what `draw` throws; PdfError `font-pack`, which names the pack
 * and the character, when one of them is neither kept on this device nor to be fetched.
 */
export async function withFonts<T>(draw: (fonts: FontSet) => T): Promise<T> {
  for (;;) {
    try {
      return draw(fetched);
    } catch (error) {
      if (!(error instanceof FontNeeded)) throw error;
      try {
        await fetched.bring(error.part);
      } catch {
        throw error;
      }
    }
  }
}

/** What signing mostly needs, fetched ahead. Throws an error with code `fonts`. */
export async function prepareFonts(): Promise<void> {
  try {
    await Promise.all([fetched.bring('latin'), fetched.bring('caveat')]);
  } catch (error) {
    throw Object.assign(new Error(`fonts: ${String(error)}`), { code: 'fonts' });
  }
}
