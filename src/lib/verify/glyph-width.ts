import type { PdfDocument } from '../pdf/document.ts';
import { PdfDict, PdfName } from '../pdf/objects.ts';

/** How wide the codes of a font are, in thousandths of the font size. */
export interface FontWidths {
  /** 1 or 2: bytes of a code. */
  readonly bytes: number;
  width(code: number): number;
}

/** Where nothing is known: a little wider than most text. */
const USUAL = 600;

function composite(doc: PdfDocument, font: PdfDict): FontWidths {
  const descendant = doc.dict(doc.array(font.get('DescendantFonts'))?.[0]);
  const standard = doc.resolve(descendant?.get('DW'));
  const widths = new Map<number, number>();
  const items = (doc.array(descendant?.get('W')) ?? []).map((item) => doc.resolve(item));
  // §9.7.4.3: "c [w1 w2 …]" or "first last w".
  for (let i = 0; i < items.length && widths.size < 65536;) {
    const first = items[i];
    const second = items[i + 1];
    if (typeof first !== 'number') break;
    if (Array.isArray(second)) {
      second.forEach((item, k) => {
        const width = doc.resolve(item);
        if (typeof width === 'number') widths.set(first + k, width);
      });
      i += 2;
    } else {
      const width = items[i + 2];
      if (typeof second !== 'number' || typeof width !== 'number') break;
      for (let code = first; code <= second && code - first < 65536; code += 1) widths.set(code, width);
      i += 3;
    }
  }
  const fallback = typeof standard === 'number' ? standard : 1000;
  return { bytes: 2, width: (code) => widths.get(code) ?? fallback };
}

/** Reads the widths of a font dictionary (§9.6.2, §9.7.4). Predefined CMaps count as two bytes a code. */
export function fontWidths(doc: PdfDocument, font: PdfDict | null): FontWidths {
  if (font === null) return { bytes: 1, width: () => USUAL };
  const subtype = doc.resolve(font.get('Subtype'));
  if (subtype instanceof PdfName && subtype.name === 'Type0') return composite(doc, font);
  const first = doc.resolve(font.get('FirstChar'));
  const widths = (doc.array(font.get('Widths')) ?? []).map((item) => doc.resolve(item));
  const from = typeof first === 'number' ? first : 0;
  // A Type 3 font counts in its own units.
  const matrix =
    subtype instanceof PdfName && subtype.name === 'Type3' ? doc.array(font.get('FontMatrix')) : null;
  const scale = typeof matrix?.[0] === 'number' ? matrix[0] * 1000 : 1;
  return {
    bytes: 1,
    width: (code) => {
      const width = widths[code - from];
      return typeof width === 'number' ? width * scale : USUAL;
    }
  };
}
