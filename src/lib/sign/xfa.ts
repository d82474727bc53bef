import { Appender } from '../pdf/append.ts';
import type { PdfDocument } from '../pdf/document.ts';
import { PdfError } from '../pdf/error.ts';
import { PdfRef } from '../pdf/objects.ts';
import { formerSignatures } from './former.ts';

/**
 * Takes the XFA form out of a file, when its sender asks for it: the tail of a revision whose /AcroForm has no
 * /XFA, and whose catalog does not ask for XFA to be drawn (ISO 32000-2 Annex K). The fields stay; the bytes
 * of before too. Throws PdfError `structure` without an XFA form, `docmdp-forbids` in a signed file.
 */
export function withoutXfa(doc: PdfDocument): Uint8Array {
  const written = doc.catalog.get('AcroForm');
  const form = doc.dict(written);
  if (form?.has('XFA') !== true) throw new PdfError('structure', 'the file has no XFA form');
  if (formerSignatures(doc).signed.length > 0)
    throw new PdfError('docmdp-forbids', 'the XFA form of a signed file is part of what was signed');
  const appender = new Appender(doc);
  const rest = form.clone();
  rest.map.delete('XFA');
  const catalog = doc.catalog.clone();
  catalog.map.delete('NeedsRendering');
  if (written instanceof PdfRef) appender.put(written, rest);
  else catalog.set('AcroForm', rest);
  if (!(written instanceof PdfRef) || doc.catalog.has('NeedsRendering'))
    appender.put(doc.catalogRef, catalog);
  return appender.finish().bytes;
}
