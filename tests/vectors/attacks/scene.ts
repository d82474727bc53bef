// What the attack families are built from: files that honest parties signed, and the pens of an attacker.
import { loadFonts } from '../../../src/cli/fonts.ts';
import { signForAll } from '../../../src/cli/signing.ts';
import { concat } from '../../../src/lib/bytes/concat.ts';
import { memorySource } from '../../../src/lib/bytes/source.ts';
import { openPdf, type PdfDocument } from '../../../src/lib/pdf/document.ts';
import { PdfDict, type PdfObject } from '../../../src/lib/pdf/objects.ts';
import { ByteWriter, writeObject } from '../../../src/lib/pdf/serialize.ts';
import { contract, latin1, type Body, type Draft } from '../draft.ts';
import { signedContract, type SignedOptions } from '../signed.ts';
import { appendTable, lastXref, writeStream, writeTable } from '../write.ts';

export const NOW = Date.UTC(2026, 5, 1);
/** Of every draft of `contract()`: catalog, page tree, font, first page, its content, the second page's. */
export const CATALOG = 1;
export const PAGES = 2;
export const FONT = 3;
export const PAGE = 10;
export const CONTENT = 11;
export const SECOND_PAGE = 12;
export const SECOND_CONTENT = 13;
/** Higher than every number in these files. */
export const SIZE = 600;

/** One way to deceive. `evil: false` builds the same file as an honest writer would. */
export interface Attack {
  readonly family: string;
  readonly name: string;
  make(evil: boolean): Promise<Uint8Array>;
}

const signed = new Map<string, Promise<Uint8Array>>();

/** Signs once and keeps it: every attack of a run starts from the same honest bytes. */
function once(key: string, make: () => Promise<Uint8Array>): Promise<Uint8Array> {
  let file = signed.get(key);
  if (file === undefined) signed.set(key, (file = make()));
  return file;
}

async function byTwo(base: Uint8Array): Promise<Uint8Array> {
  const { tails } = await signForAll(memorySource(base), 2, await loadFonts(), () => NOW);
  return concat(base, ...tails);
}

/** A contract of two pages that two parties signed. */
export const twoParty = (): Promise<Uint8Array> =>
  once('table', () => byTwo(writeTable(contract({ pages: 2 }))));
/** The same with object streams. */
export const twoPartyStreams = (): Promise<Uint8Array> =>
  once('streams', () => byTwo(writeStream(contract({ pages: 2 }), { objectStreams: true })));
/** Signed once by other software; `docMdp` certifies. */
export const other = (options: SignedOptions = {}): Promise<Uint8Array> =>
  once(JSON.stringify(options), () => signedContract(options));

/** A draft with something prepared in it, signed by two parties: what shadow attacks begin with. */
export async function prepared(change: (draft: Draft) => void, structure = writeTable): Promise<Uint8Array> {
  const draft = contract({ pages: 2 });
  change(draft);
  return byTwo(structure(draft));
}

export const open = (file: Uint8Array): PdfDocument => openPdf(memorySource(file));
export const textOf = (file: Uint8Array): string => Buffer.from(file).toString('latin1');

/** An object's own text with an edit. */
export function edited(file: Uint8Array, num: number, edit: (dict: PdfDict) => void): string {
  const value = open(file).get(num);
  if (!(value instanceof PdfDict)) throw new Error(`${num} is no dictionary`);
  const dict = value.clone();
  edit(dict);
  return written(dict);
}

export function written(object: PdfObject): string {
  const out = new ByteWriter();
  writeObject(out, object);
  return Buffer.from(out.take()).toString('latin1');
}

/** What an attacker wants people to read. */
export const evilText = (fee = '9.00'): Body => ({
  dict: '',
  data: latin1(`BT /F1 11 Tf 1 0 0 1 260 720 Tm (The fee is ${fee} EUR a month.) Tj ET\n`)
});

/** One more revision with a table. */
export function append(
  file: Uint8Array,
  objects: Readonly<Record<number, Body>>,
  trailer?: string
): Uint8Array {
  const map = new Map(Object.entries(objects).map(([num, body]) => [Number(num), body] as const));
  return appendTable(file, map, { root: CATALOG, size: SIZE, ...(trailer === undefined ? {} : { trailer }) });
}

/** What an honest archive adds: proof, and nothing that anybody sees. */
export function archived(file: Uint8Array): Uint8Array {
  return append(file, {
    [CATALOG]: edited(file, CATALOG, (dict) => dict.set('DSS', new PdfDict().set('Certs', [])))
  });
}

/** Object number of the field with this name. */
export function fieldNumber(file: Uint8Array, name: string): number {
  const doc = open(file);
  for (const num of doc.numbers()) {
    const value = doc.get(num);
    const title = value instanceof PdfDict ? value.get('T') : undefined;
    if (title instanceof Object && 'bytes' in title && Buffer.from(title.bytes).toString('latin1') === name)
      return num;
  }
  throw new Error(`no field ${name}`);
}

/** A revision that is only a table with these lines: the attacker brings no object of his own. */
export function tableOnly(
  file: Uint8Array,
  lines: string,
  entries: Readonly<Record<string, PdfObject>> = {},
  /** What stands between the file and the table. */
  between: Uint8Array = new Uint8Array(0)
): Uint8Array {
  const trailer = new PdfDict(
    new Map([...open(file).trailer.map].filter(([key]) => ['Root', 'Info', 'ID', 'Size'].includes(key)))
  );
  trailer.set('Prev', lastXref(file));
  for (const [key, value] of Object.entries(entries)) trailer.set(key, value);
  const start = file.length + between.length;
  const table = `xref\n0 1\n0000000000 65535 f \n${lines}trailer\n${written(trailer)}\nstartxref\n${start}\n%%EOF\n`;
  return concat(file, between, latin1(table));
}

/** A table's line: object `num` stands at `offset`. */
export const lineAt = (num: number, offset: number): string =>
  `${num} 1\n${String(offset).padStart(10, '0')} 00000 n \n`;
export const lineFree = (num: number): string => `${num} 1\n0000000000 00001 f \n`;
export const offsetOf = (file: Uint8Array, num: number): number => open(file).locate(num)?.start ?? -1;
