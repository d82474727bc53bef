import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { FontSet } from '#lib/pdf/appearance/fonts.ts';
import { loadHarfBuzz } from '#lib/pdf/appearance/harfbuzz.ts';

/** A file of an installed package; works from the bundle in `build/cli` as well. */
function packageFile(name: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(readFileSync(createRequire(import.meta.url).resolve(name)));
}

let loaded: Promise<FontSet> | null = null;

/** The fonts that the app signs with, from the packages it is built from. */
export function loadFonts(): Promise<FontSet> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<FontSet> {
  const harfbuzz = await loadHarfBuzz(
    packageFile('harfbuzzjs/dist/harfbuzz.wasm'),
    packageFile('harfbuzzjs/dist/harfbuzz-subset.wasm')
  );
  return {
    text: harfbuzz.face(packageFile('@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf')),
    script: harfbuzz.face(packageFile('@expo-google-fonts/caveat/500Medium/Caveat_500Medium.ttf'))
  };
}
