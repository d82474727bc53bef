import type { PdfDocument } from '../pdf/document.ts';
import { ObjectScanner, type ScannedObject } from './object-scanner.ts';

/** Objects whose bytes could be read as plainly as any reader would, by where they stand. */
export class PlainObjects {
  private readonly known = new Map<number, { readonly num: number; readonly object: ScannedObject }>();

  keep(num: number, offset: number, object: ScannedObject): void {
    // Where a length stands elsewhere, another revision may read another one.
    if (!object.hangs) this.known.set(offset, { num, object });
  }

  /** The object as `view` reads it too, or null when only a real reader can say. */
  at(view: PdfDocument, num: number, offset: number): ScannedObject | null {
    const known = this.known.get(offset);
    return known?.num === num && known.object.end <= view.end ? known.object : null;
  }
}

/** Reads the objects of all revisions of a file, in one pass over its bytes. */
export function readPlainObjects(doc: PdfDocument): PlainObjects {
  const lines: { num: number; offset: number; view: PdfDocument }[] = [];
  for (const revision of doc.revisions()) {
    const view = doc.of(revision);
    for (const section of revision.sections) {
      for (const [num, entry] of section.entries)
        if (entry.kind === 'at' && entry.offset < view.end) lines.push({ num, offset: entry.offset, view });
    }
  }
  const plain = new PlainObjects();
  const scanner = new ObjectScanner(doc.source);
  const ignore = (): void => undefined;
  for (const { num, offset, view } of lines.sort((a, b) => a.offset - b.offset)) {
    const scanned = scanner.scan(view, offset, num, ignore, ignore);
    if (scanned !== null) plain.keep(num, offset, scanned);
  }
  return plain;
}
