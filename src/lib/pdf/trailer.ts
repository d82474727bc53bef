import { type Encryption, openEncryption } from './crypt.ts';
import { PdfError } from './error.ts';
import { PdfDict, type PdfObject, PdfRef, PdfString } from './objects.ts';
import type { XrefSection } from './xref.ts';

/** What reading a trailer needs of a document. */
export interface TrailerSource {
  readonly trailer: PdfDict;
  resolve(object: PdfObject | undefined): PdfObject;
}

/** Every trailer should repeat these (§7.5.5); where the newest does not, the one before it still speaks. */
export function wholeTrailer(sections: readonly XrefSection[]): PdfDict {
  const trailer = sections[0]?.trailer.clone() ?? new PdfDict();
  for (const key of ['Root', 'Info', 'ID', 'Encrypt']) {
    const value = sections.find((section) => section.trailer.has(key))?.trailer.get(key);
    if (value !== undefined) trailer.set(key, value);
  }
  return trailer;
}

/** Opens /Encrypt of a document with a password; null when it has none. Throws PdfError `encrypted-…`. */
export function readEncryption(doc: TrailerSource, password: string): Encryption | null {
  const value = doc.trailer.get('Encrypt');
  if (value === undefined || value === null) return null;
  const dict = doc.resolve(value);
  if (!(dict instanceof PdfDict)) throw new PdfError('encrypted-unsupported', '/Encrypt is no dictionary');
  // /CF holds dictionaries of dictionaries, no more; what goes deeper leads in a circle.
  const deep = (object: PdfObject, levels: number): PdfObject => {
    const own = doc.resolve(object);
    if (!(own instanceof PdfDict) || levels === 0) return own;
    return new PdfDict(new Map([...own.map].map(([key, item]) => [key, deep(item, levels - 1)])));
  };
  const resolved = deep(dict, 4);
  const id = doc.resolve(doc.trailer.get('ID'));
  const first = doc.resolve(Array.isArray(id) ? id[0] : null);
  return openEncryption(
    value instanceof PdfRef ? value : null,
    resolved instanceof PdfDict ? resolved : dict,
    first instanceof PdfString ? first.bytes : new Uint8Array(0),
    password
  );
}
