import type { PdfDocument } from '../pdf/document.ts';
import type { Placed } from './finding.ts';

/** Whether a new thing on a page lies over anything that was there when it was signed. */
export function coversContent(_doc: PdfDocument): (placed: Placed, revision: number) => boolean {
  return () => false;
}
