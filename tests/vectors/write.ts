// Writes drafts in every file structure of ISO 32000-2 §7.5: what readers must open and the signer append to.
import { deflateSync } from 'node:zlib';
import { latin1, type Body, type Draft } from './draft.ts';

/** Changes a body on its way into the file (encryption); `number` is the object's. */
export type Transform = (body: Body, number: number) => Body;

export interface WriteOptions {
  /** `1.7` when absent. */
  readonly version?: string;
  /** Entries added to the trailer (`/Encrypt 99 0 R`). */
  readonly trailer?: string;
  readonly transform?: Transform;
}

const ID = '<00112233445566778899aabbccddeeff>';

/** Collects pieces and knows the offset of the next one. */
class Output {
  readonly #pieces: Uint8Array[] = [];
  size = 0;
  add(piece: string | Uint8Array): void {
    const bytes = typeof piece === 'string' ? latin1(piece) : piece;
    this.#pieces.push(bytes);
    this.size += bytes.length;
  }
  /** Writes one object and returns where it starts. */
  object(number: number, body: Body): number {
    const start = this.size;
    this.add(`${number} 0 obj\n`);
    if (typeof body === 'string') this.add(`${body}\nendobj\n`);
    else {
      this.add(`<< ${body.dict} /Length ${body.data.length} >>\nstream\n`);
      this.add(body.data);
      this.add('\nendstream\nendobj\n');
    }
    return start;
  }
  bytes(): Uint8Array {
    return Uint8Array.from(Buffer.concat(this.#pieces));
  }
}

const header = (version: string) => `%PDF-${version}\n%\u00e2\u00e3\u00cf\u00d3\n`;
const numbers = (draft: Draft) => [...draft.objects.keys()].sort((a, b) => a - b);
const sizeOf = (draft: Draft) => numbers(draft).reduce((most, n) => Math.max(most, n), 0) + 1;
const bodyOf = (draft: Draft, number: number, options: WriteOptions): Body => {
  const body = draft.objects.get(number) ?? 'null';
  return options.transform ? options.transform(body, number) : body;
};
const trailerOf = (draft: Draft, options: WriteOptions, size = sizeOf(draft)) =>
  `/Size ${size} /Root ${draft.root} 0 R${draft.info === null ? '' : ` /Info ${draft.info} 0 R`}` +
  ` /ID [${ID} ${ID}] ${options.trailer ?? ''}`;

/** Lines of a cross-reference table (§7.5.4) for these objects; everything between them is free. */
function tableSection(offsets: ReadonlyMap<number, number>, first: number, end: number): string {
  let text = `${first} ${end - first}\n`;
  for (let number = first; number < end; number++) {
    const offset = offsets.get(number);
    text +=
      offset === undefined
        ? `0000000000 ${number === 0 ? '65535' : '00000'} f \n`
        : `${String(offset).padStart(10, '0')} 00000 n \n`;
  }
  return text;
}

/** Subsections for the objects that have an offset, and for no other. */
function runs(offsets: ReadonlyMap<number, number>): string {
  const known = [...offsets.keys()].sort((a, b) => a - b);
  return known.map((number) => tableSection(offsets, number, number + 1)).join('');
}

/** One cross-reference table. */
export function writeTable(draft: Draft, options: WriteOptions = {}): Uint8Array {
  const out = new Output();
  out.add(header(options.version ?? '1.7'));
  const offsets = new Map<number, number>();
  for (const number of numbers(draft))
    offsets.set(number, out.object(number, bodyOf(draft, number, options)));
  const start = out.size;
  out.add(`xref\n${tableSection(offsets, 0, sizeOf(draft))}`);
  out.add(`trailer\n<< ${trailerOf(draft, options)} >>\nstartxref\n${start}\n%%EOF\n`);
  return out.bytes();
}

/** Rows of a cross-reference stream (§7.5.8) with /W [1 4 2]. */
function rows(entries: readonly (readonly [number, number, number])[]): Uint8Array {
  const data = Buffer.alloc(entries.length * 7);
  entries.forEach(([type, a, b], index) => {
    data.writeUInt8(type, index * 7);
    data.writeUInt32BE(a, index * 7 + 1);
    data.writeUInt16BE(b, index * 7 + 5);
  });
  return data;
}

export interface StreamOptions extends WriteOptions {
  /** Puts what may go there into one object stream (§7.5.7). */
  readonly objectStreams?: boolean;
}

/** One cross-reference stream, with or without an object stream. */
export function writeStream(draft: Draft, options: StreamOptions = {}): Uint8Array {
  const out = new Output();
  out.add(header(options.version ?? '1.7'));
  const holder = sizeOf(draft);
  const xref = holder + (options.objectStreams ? 1 : 0);
  const entries: [number, number, number][] = Array.from({ length: xref + 1 }, (_, number) => [
    0,
    0,
    number === 0 ? 65535 : 0
  ]);
  const packed: [number, string][] = [];
  const encryptDict = /\/Encrypt (\d+) 0 R/.exec(options.trailer ?? '')?.[1];
  for (const number of numbers(draft)) {
    const plain = draft.objects.get(number);
    if (options.objectStreams && typeof plain === 'string' && String(number) !== encryptDict) {
      entries[number] = [2, holder, packed.length];
      packed.push([number, plain]);
    } else entries[number] = [1, out.object(number, bodyOf(draft, number, options)), 0];
  }
  if (options.objectStreams) {
    const stream = objectStream(packed);
    entries[holder] = [1, out.object(holder, options.transform?.(stream, holder) ?? stream), 0];
  }
  const start = out.size;
  entries[xref] = [1, start, 0];
  out.object(xref, {
    dict: `/Type /XRef /W [1 4 2] /Filter /FlateDecode ${trailerOf(draft, options, xref + 1)}`,
    data: deflateSync(rows(entries))
  });
  out.add(`startxref\n${start}\n%%EOF\n`);
  return out.bytes();
}

function objectStream(packed: readonly (readonly [number, string])[]): Body {
  let offset = 0;
  const index: string[] = [];
  for (const [number, body] of packed) {
    index.push(`${number} ${offset}`);
    offset += body.length + 1;
  }
  const head = `${index.join(' ')}\n`;
  const data = latin1(head + packed.map(([, body]) => `${body}\n`).join(''));
  return {
    dict: `/Type /ObjStm /N ${packed.length} /First ${head.length} /Filter /FlateDecode`,
    data: deflateSync(data)
  };
}

/** A hybrid-reference file (§7.5.8.4): a table, and /XRefStm for objects that old readers do not see. */
export function writeHybrid(draft: Draft, hidden: readonly number[]): Uint8Array {
  const out = new Output();
  out.add(header('1.5'));
  const offsets = new Map<number, number>();
  const holder = sizeOf(draft);
  const xref = holder + 1;
  for (const number of numbers(draft)) {
    if (!hidden.includes(number)) offsets.set(number, out.object(number, bodyOf(draft, number, {})));
  }
  const packed = hidden.map((number) => [number, String(draft.objects.get(number))] as const);
  const holderAt = out.object(holder, objectStream(packed));
  offsets.set(holder, holderAt);
  const streamAt = out.size;
  offsets.set(xref, streamAt);
  const entries = hidden.map((_, index) => [2, holder, index] as const);
  out.object(xref, {
    dict:
      `/Type /XRef /W [1 4 2] /Size ${xref + 1} /Root ${draft.root} 0 R` +
      ` /Index [${hidden.map((number) => `${number} 1`).join(' ')}]`,
    data: rows(entries)
  });
  const start = out.size;
  // Hidden objects have no line at all: poppler takes a line that calls them free at its word.
  const section = tableSection(offsets, 0, 1) + runs(offsets);
  out.add(`xref\n${section}`);
  out.add(
    `trailer\n<< ${trailerOf(draft, {}, xref + 1)} /XRefStm ${streamAt} >>\nstartxref\n${start}\n%%EOF\n`
  );
  return out.bytes();
}

/**
 * The shape of a linearized file (Annex F): parameter dictionary first, the first page's objects and their
 * xref before the rest, which has the lower numbers. The hint stream is a place-holder.
 */
export function writeLinearized(draft: Draft, firstPage: readonly number[]): Uint8Array {
  const early = [draft.root, ...firstPage];
  const late = numbers(draft).filter((number) => !early.includes(number));
  const renumbered = new Map([...late, ...early].map((number, index) => [number, index + 1]));
  const body = (number: number): Body => renumber(bodyOf(draft, number, {}), renumbered);
  const first = late.length + 1;
  const parameters = first + early.length;
  const hints = parameters + 1;
  const size = hints + 1;
  const pages = [...draft.objects.values()].filter((text) => /\/Type \/Page\b/.test(String(text))).length;
  const named = { root: renumbered.get(draft.root) ?? 0, info: renumbered.get(draft.info ?? 0) ?? 0 };
  const hintBody: Body = { dict: '/S 36', data: new Uint8Array(60) };
  const wide = (n: number) => String(n).padStart(10, '0');

  // Two passes: what stands in front names offsets behind it, so those numbers have a fixed width.
  let facts = {
    length: 0,
    hintsAt: 0,
    hintsLength: 0,
    pageEnd: 0,
    main: 0,
    offsets: new Map<number, number>()
  };
  let out = new Output();
  for (let pass = 0; pass < 2; pass++) {
    out = new Output();
    const offsets = new Map<number, number>();
    out.add(header('1.5'));
    const dict =
      `/Linearized 1 /L ${wide(facts.length)} /H [${wide(facts.hintsAt)} ${wide(facts.hintsLength)}]` +
      ` /O ${renumbered.get(firstPage[0] ?? 0)} /E ${wide(facts.pageEnd)} /N ${pages} /T ${wide(facts.main + 9)}`;
    offsets.set(parameters, out.object(parameters, `<< ${dict} >>`));
    const firstXref = out.size;
    out.add(`xref\n${tableSection(fill(facts.offsets, first, size), first, size)}`);
    out.add(`trailer\n<< /Size ${size} /Root ${named.root} 0 R /Info ${named.info} 0 R /ID [${ID} ${ID}]`);
    out.add(` /Prev ${wide(facts.main)} >>\nstartxref\n0\n%%EOF\n`);
    offsets.set(named.root, out.object(named.root, body(draft.root)));
    offsets.set(hints, out.object(hints, hintBody));
    const hintsLength = out.size - (offsets.get(hints) ?? 0) - 1;
    for (const old of firstPage) {
      const number = renumbered.get(old) ?? 0;
      offsets.set(number, out.object(number, body(old)));
    }
    const pageEnd = out.size;
    for (const old of late) {
      const number = renumbered.get(old) ?? 0;
      offsets.set(number, out.object(number, body(old)));
    }
    const main = out.size;
    out.add(`xref\n${tableSection(offsets, 0, first)}trailer\n<< /Size ${first} >>\n`);
    out.add(`startxref\n${firstXref}\n%%EOF\n`);
    const hintsAt = offsets.get(hints) ?? 0;
    facts = { length: out.size, hintsAt, hintsLength, pageEnd, main, offsets };
  }
  return out.bytes();
}

/** Every number of the section, so that its length is the same in both passes. */
function fill(offsets: ReadonlyMap<number, number>, first: number, end: number): Map<number, number> {
  const filled = new Map<number, number>();
  for (let number = first; number < end; number++) filled.set(number, offsets.get(number) ?? 0);
  return filled;
}

function renumber(body: Body, map: ReadonlyMap<number, number>): Body {
  const text = (dict: string) =>
    dict.replace(/(\d+) 0 R/g, (_, number: string) => `${map.get(Number(number)) ?? 0} 0 R`);
  return typeof body === 'string' ? text(body) : { ...body, dict: text(body.dict) };
}

/**
 * Appends one revision with a cross-reference table: changed and new objects as they are given. For tests
 * that tamper; nothing of the app writes with it. `previous` is the former `startxref` value.
 */
export function appendTable(
  file: Uint8Array,
  objects: ReadonlyMap<number, Body>,
  options: { readonly root: number; readonly size: number; readonly trailer?: string }
): Uint8Array {
  const out = new Output();
  out.add(file);
  const lines: string[] = [];
  for (const [number, body] of [...objects].sort(([a], [b]) => a - b)) {
    const offset = out.object(number, body);
    lines.push(tableSection(new Map([[number, offset]]), number, number + 1));
  }
  const start = out.size;
  out.add(`xref\n${lines.join('')}`);
  out.add(
    `trailer\n<< /Size ${options.size} /Root ${options.root} 0 R /Prev ${lastXref(file)}` +
      ` /ID [${ID} <ffeeddccbbaa99887766554433221100>] ${options.trailer ?? ''} >>\nstartxref\n${start}\n%%EOF\n`
  );
  return out.bytes();
}

/** The number behind the last `startxref`. */
export function lastXref(file: Uint8Array): number {
  const text = Buffer.from(file.subarray(-2048)).toString('latin1');
  return Number(/startxref\s+(\d+)\s+%%EOF\s*$/.exec(text)?.[1] ?? Number.NaN);
}
