// A contract that two parties signed, what an attacker appends to it, and what the verifier says of it.
import { loadFonts } from '../../src/cli/fonts.ts';
import { signForAll } from '../../src/cli/signing.ts';
import { concat } from '../../src/lib/bytes/concat.ts';
import { memorySource } from '../../src/lib/bytes/source.ts';
import { openPdf, type PdfDocument } from '../../src/lib/pdf/document.ts';
import { PdfDict, type PdfObject } from '../../src/lib/pdf/objects.ts';
import { ByteWriter, writeObject } from '../../src/lib/pdf/serialize.ts';
import { webProvider } from '../../src/lib/pki/provider-web.ts';
import type { Report } from '../../src/lib/verify/report.ts';
import { verifyFile } from '../../src/lib/verify/verify.ts';
import { latin1 } from './draft.ts';
import { vector } from './vectors.ts';
import { appendTable, lastXref } from './write.ts';

/** When it was signed, and is judged. */
export const NOW = Date.UTC(2026, 5, 1);
export const judge = (file: Uint8Array): Promise<Report> =>
  verifyFile('a.pdf', memorySource(file), webProvider, { now: NOW });
export const codes = (report: Report): string[] =>
  report.signatures.flatMap(({ changes }) => changes.items.map(({ code }) => code));
export const warned = (report: Report): string[] => report.warnings.map(({ code }) => code);

export interface TwoParties {
  /** Both signed this. */
  readonly contract: Uint8Array;
  /** How it came. */
  readonly original: Uint8Array;
  /** Where its revisions end, but the original's. */
  readonly ends: readonly number[];
}

export async function signedByTwo(original: Uint8Array = vector('xref-table')): Promise<TwoParties> {
  const { tails, revisions } = await signForAll(memorySource(original), 2, await loadFonts(), () => NOW);
  return { contract: concat(original, ...tails), original, ends: revisions.map(({ end }) => end) };
}

/** The object's own text, with an edit: what an attacker writes into a revision of his own. */
export function edited(doc: PdfDocument, num: number, edit: (dict: PdfDict) => void): string {
  const value = doc.get(num);
  if (!(value instanceof PdfDict)) throw new Error(`${num} is no dictionary`);
  const dict = value.clone();
  edit(dict);
  const out = new ByteWriter();
  writeObject(out, dict);
  return Buffer.from(out.take()).toString('latin1');
}

export function append(
  file: Uint8Array,
  objects: ReadonlyMap<number, string | { dict: string; data: Uint8Array }>
): Uint8Array {
  return appendTable(file, objects, { root: 1, size: 500 });
}

/** A hand-made revision: table lines as given, the /Prev of `file`. */
export function appendWith(bytes: Uint8Array, file: Uint8Array, lines: string): Uint8Array {
  const root = openPdf(memorySource(file)).trailer;
  const out = new ByteWriter();
  const trailer = new PdfDict(
    new Map<string, PdfObject>([...root.map].filter(([key]) => ['Root', 'Info', 'ID', 'Size'].includes(key)))
  );
  writeObject(out, trailer.set('Prev', lastXref(file)));
  const dict = Buffer.from(out.take()).toString('latin1');
  const text = `xref\n0 1\n0000000000 65535 f \n${lines}trailer\n${dict}\nstartxref\n${bytes.length}\n%%EOF\n`;
  return concat(bytes, latin1(text));
}

export function fieldNumber(doc: PdfDocument, name: string): number {
  for (const num of doc.numbers()) {
    const value = doc.get(num);
    const title = value instanceof PdfDict ? value.get('T') : undefined;
    if (title instanceof Object && 'bytes' in title && Buffer.from(title.bytes).toString('latin1') === name)
      return num;
  }
  throw new Error(`no field ${name}`);
}
