import { readBuilt } from '#lib/app/page-worker.ts';

/**
 * Fonts, character maps and image decoders of pdf.js as hashed files of the build: nothing is copied into
 * `static`, and the worker asks for them only when a PDF needs one (a file that embeds its fonts needs none).
 */
const fonts = import.meta.glob<string>('/node_modules/pdfjs-dist/standard_fonts/*.{pfb,ttf}', {
  query: '?url&no-inline',
  import: 'default',
  eager: true
});
const decoders = import.meta.glob<string>('/node_modules/pdfjs-dist/wasm/{jbig2,openjpeg}.wasm', {
  query: '?url&no-inline',
  import: 'default',
  eager: true
});

/** 168 addresses that only CJK text in old files needs: their list comes with the first of them. */
async function maps(): Promise<Record<string, string>> {
  return (await import('./pdf-cmaps.ts')).cmaps;
}

function found(files: Record<string, string>, filename: string): string {
  const key = Object.keys(files).find((path) => path.endsWith(`/${filename}`));
  const url = key === undefined ? undefined : files[key];
  if (url === undefined) throw new Error(`not a file of pdf.js: ${filename}`);
  return url;
}

interface Wanted {
  readonly kind: string;
  readonly filename: string;
}

/** pdf.js's door for data files (its `BinaryDataFactory` option). */
export class PdfAssets {
  async fetch({ kind, filename }: Wanted): Promise<Uint8Array> {
    const files = kind === 'cMapUrl' ? await maps() : kind === 'wasmUrl' ? decoders : fonts;
    return readBuilt(found(files, filename));
  }
}
