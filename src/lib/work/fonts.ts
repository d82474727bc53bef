import { fontFiles } from '../pdf/appearance/font-files.ts';
import type { FontSet } from '../pdf/appearance/fonts.ts';
import { loadHarfBuzz } from '../pdf/appearance/harfbuzz.ts';

async function bytesOf(url: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

let loading: Promise<FontSet> | null = null;

/** The signing fonts, fetched once; a failed fetch (offline before they were stored) is tried again. */
export function loadFonts(): Promise<FontSet> {
  loading ??= load().catch((error: unknown) => {
    loading = null;
    throw Object.assign(new Error(`fonts: ${String(error)}`), { code: 'fonts' });
  });
  return loading;
}

async function load(): Promise<FontSet> {
  const [shaping, subsetting, text, script] = await Promise.all([
    bytesOf(fontFiles.shaping),
    bytesOf(fontFiles.subsetting),
    bytesOf(fontFiles.text),
    bytesOf(fontFiles.script)
  ]);
  const harfbuzz = await loadHarfBuzz(shaping, subsetting);
  return { text: harfbuzz.face(text), script: harfbuzz.face(script) };
}
