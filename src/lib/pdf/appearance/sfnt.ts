import { PdfError } from '../error.ts';

/** Metrics of a TrueType font as a /FontDescriptor wants them, in font units. */
export interface Metrics {
  readonly box: readonly [number, number, number, number];
  readonly ascent: number;
  readonly descent: number;
  /** PostScript name without what a PDF name cannot hold; `Font` when the file has none. */
  readonly name: string;
}

/** Reads `head`, `hhea` and `name` (OpenType 1.9). Throws PdfError `structure` when they are not there. */
export function readMetrics(bytes: Uint8Array): Metrics {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const table = (tag: string): number => {
    for (let i = 0; i < view.getUint16(4); i += 1) {
      const at = 12 + 16 * i;
      if (String.fromCharCode(...bytes.subarray(at, at + 4)) === tag) return view.getUint32(at + 8);
    }
    throw new PdfError('structure', `the font has no ${tag} table`);
  };
  const head = table('head');
  const hhea = table('hhea');
  return {
    box: [
      view.getInt16(head + 36),
      view.getInt16(head + 38),
      view.getInt16(head + 40),
      view.getInt16(head + 42)
    ],
    ascent: view.getInt16(hhea + 4),
    descent: view.getInt16(hhea + 6),
    name: postScriptName(bytes, view, table('name'))
  };
}

function postScriptName(bytes: Uint8Array, view: DataView, at: number): string {
  const strings = at + view.getUint16(at + 4);
  for (let i = 0; i < view.getUint16(at + 2); i += 1) {
    const record = at + 6 + 12 * i;
    if (view.getUint16(record + 6) !== 6) continue;
    const length = view.getUint16(record + 8);
    const start = strings + view.getUint16(record + 10);
    const text = String.fromCharCode(...bytes.subarray(start, start + length));
    return text.replace(/[^A-Za-z0-9-]/g, '');
  }
  return 'Font';
}
