import { PdfError } from '../pdf/error.ts';
import type { PdfDocument } from '../pdf/document.ts';
import { type PdfObject, PdfStream } from '../pdf/objects.ts';

/** Validation data of a file (ISO 32000-2 §12.8.4.3): bytes as they are, nothing of it trusted. */
export interface ValidationData {
  readonly certificates: readonly Uint8Array[];
  readonly crls: readonly Uint8Array[];
  readonly ocsps: readonly Uint8Array[];
  /** Items past the limits, which nobody read: what they would have said is missing, and that must be told. */
  readonly leftOut: number;
}

export const noValidationData: ValidationData = { certificates: [], crls: [], ocsps: [], leftOut: 0 };

/** `security.md` P1: items of a kind, and bytes of all together. */
export const MAX_ITEMS = 200;
const MAX_BYTES = 16 << 20;

/** Reads /DSS of a revision; streams that cannot be read are left out, they hold no certificate. */
export function readDss(
  doc: PdfDocument,
  limits = { items: MAX_ITEMS, bytes: MAX_BYTES }
): ValidationData | null {
  const dss = doc.dict(doc.catalog.get('DSS'));
  if (dss === null) return null;
  let left = limits.bytes;
  let leftOut = 0;
  const streams = (object: PdfObject | undefined): Uint8Array[] => {
    const found: Uint8Array[] = [];
    const items = doc.array(object) ?? [];
    leftOut += Math.max(0, items.length - limits.items);
    for (const item of items.slice(0, limits.items)) {
      const stream = doc.resolve(item);
      if (!(stream instanceof PdfStream)) continue;
      if (left <= 0) {
        leftOut += 1;
        continue;
      }
      try {
        const bytes = doc.inflate(stream);
        left -= bytes.length;
        if (left >= 0) found.push(bytes);
        else leftOut += 1;
      } catch (error) {
        if (!(error instanceof PdfError)) throw error;
      }
    }
    return found;
  };
  const [certificates, crls, ocsps] = ['Certs', 'CRLs', 'OCSPs'].map((key) => streams(dss.get(key)));
  return { certificates: certificates ?? [], crls: crls ?? [], ocsps: ocsps ?? [], leftOut };
}

/** Whether a revision carries what says that nothing was revoked: certificates alone do not (EN 319 142-1). */
export function hasRevocationData(doc: PdfDocument): boolean {
  const dss = doc.dict(doc.catalog.get('DSS'));
  return ['CRLs', 'OCSPs'].some((key) => (doc.array(dss?.get(key)) ?? []).length > 0);
}
