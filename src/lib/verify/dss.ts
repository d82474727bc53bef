import { PdfError } from '../pdf/error.ts';
import type { PdfDocument } from '../pdf/document.ts';
import { type PdfObject, PdfStream } from '../pdf/objects.ts';

/** Validation data of a file (ISO 32000-2 §12.8.4.3): bytes as they are, nothing of it trusted. */
export interface ValidationData {
  readonly certificates: readonly Uint8Array[];
  readonly crls: readonly Uint8Array[];
}

/** `security.md` P1: items, and bytes of all together. */
const MAX_ITEMS = 200;
const MAX_BYTES = 16 << 20;

/** Reads /DSS of a revision; items that cannot be read are left out. */
export function readDss(doc: PdfDocument): ValidationData | null {
  const dss = doc.dict(doc.catalog.get('DSS'));
  if (dss === null) return null;
  let left = MAX_BYTES;
  const streams = (object: PdfObject | undefined): Uint8Array[] => {
    const found: Uint8Array[] = [];
    for (const item of (doc.array(object) ?? []).slice(0, MAX_ITEMS)) {
      const stream = doc.resolve(item);
      if (!(stream instanceof PdfStream)) continue;
      try {
        const bytes = doc.inflate(stream);
        left -= bytes.length;
        if (left >= 0) found.push(bytes);
      } catch (error) {
        if (!(error instanceof PdfError)) throw error;
      }
    }
    return found;
  };
  return { certificates: streams(dss.get('Certs')), crls: streams(dss.get('CRLs')) };
}
