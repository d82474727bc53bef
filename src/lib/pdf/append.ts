import { sha256 } from '@noble/hashes/sha2.js';
import type { PdfDocument } from './document.ts';
import { PdfError } from './error.ts';
import { PdfDict, PdfName, PdfRef, PdfStream, PdfString, type PdfObject } from './objects.ts';
import { ByteWriter, writeObject } from './serialize.ts';

interface Entry {
  readonly ref: PdfRef;
  readonly value: PdfObject | Uint8Array;
}

/** One line of the new section: an object at an offset as written, or inside an object stream. */
interface Line {
  readonly kind: 1 | 2;
  /** Offset, or number of the object stream. */
  readonly where: number;
  /** Generation, or index in the object stream. */
  readonly which: number;
}

export interface Tail {
  /** What is appended; the file is the source followed by this. */
  readonly bytes: Uint8Array;
  /** Offset in `bytes` of an object's value, just behind `n g obj\n`. */
  readonly offsets: ReadonlyMap<number, number>;
}

/** Keys of a trailer that describe one cross-reference section and not the document (§7.5.8.2). */
const SECTION_KEYS = [
  'Size',
  'Prev',
  'XRefStm',
  'Type',
  'W',
  'Index',
  'Length',
  'Filter',
  'DecodeParms',
  'DL',
  'F',
  'FFilter',
  'FDecodeParms'
];

/**
 * One incremental update (§7.5.6): collects changed and new objects, then writes them with a cross-reference
 * section of the same kind as the file's last one. The file itself is neither copied nor changed. Where the
 * file's own cross-reference was broken, the new section lists every object and leaves the broken one out.
 */
export class Appender {
  readonly #entries = new Map<number, Entry>();
  #next: number;

  constructor(readonly doc: PdfDocument) {
    this.#next = Math.max(1, doc.size);
  }

  /** A number for an object whose value comes later through `put`. */
  reserve(): PdfRef {
    return new PdfRef(this.#next++, 0);
  }

  add(value: PdfObject): PdfRef {
    const ref = this.reserve();
    this.put(ref, value);
    return ref;
  }

  /** Sets the value of an existing or reserved object. */
  put(ref: PdfRef, value: PdfObject): void {
    this.#entries.set(ref.num, { ref, value });
  }

  /** The value's bytes as they must stand in the file: the caller has encrypted what must be. */
  putBytes(ref: PdfRef, value: Uint8Array): void {
    this.#entries.set(ref.num, { ref, value });
  }

  /** The value as this update leaves it: what was put, else what the file has. */
  get(ref: PdfRef): PdfObject {
    const entry = this.#entries.get(ref.num);
    if (entry === undefined) return this.doc.get(ref);
    return entry.value instanceof Uint8Array ? null : entry.value;
  }

  resolve(object: PdfObject | undefined): PdfObject {
    let value = object ?? null;
    for (let hops = 0; value instanceof PdfRef; hops += 1) {
      if (hops > 32) throw new PdfError('structure', 'references in a circle');
      value = this.get(value);
    }
    return value;
  }

  /** Writes the update. May be called once. */
  finish(): Tail {
    const { doc } = this;
    const out = new ByteWriter();
    // Offsets count from the header, which need not be the first byte.
    const base = doc.source.size - doc.origin;
    const last = doc.source.read(doc.source.size - 1, 1)[0];
    if (last !== 10 && last !== 13) out.text('\n');
    const offsets = new Map<number, number>();
    const lines = this.#formerLines();
    for (const [num, { ref, value }] of [...this.#entries].sort(([a], [b]) => a - b)) {
      lines.set(num, { kind: 1, where: base + out.size, which: ref.gen });
      out.text(`${num} ${ref.gen} obj\n`);
      offsets.set(num, out.size);
      this.#writeValue(out, ref, value);
      out.text('\nendobj\n');
    }
    const packed = [...lines.values()].some((line) => line.kind === 2);
    if (packed || (doc.startxref >= 0 && doc.xrefKind === 'stream')) this.#writeStream(out, base, lines);
    else this.#writeTable(out, base, lines);
    return { bytes: out.take(), offsets };
  }

  /** Every object of a file whose cross-reference was repaired; nothing of a sound one. */
  #formerLines(): Map<number, Line> {
    const lines = new Map<number, Line>();
    const { doc } = this;
    if (doc.startxref >= 0) return lines;
    for (const num of doc.numbers()) {
      const entry = doc.entry(num);
      if (entry?.kind === 'at')
        lines.set(num, { kind: 1, where: entry.offset - doc.origin, which: entry.gen });
      if (entry?.kind === 'in') lines.set(num, { kind: 2, where: entry.stream, which: entry.index });
    }
    return lines;
  }

  #writeValue(out: ByteWriter, ref: PdfRef, value: PdfObject | Uint8Array): void {
    const { encryption } = this.doc;
    if (value instanceof Uint8Array) out.bytes(value);
    else if (encryption === null || encryption.ref?.num === ref.num) writeObject(out, value);
    else {
      const plain =
        value instanceof PdfStream
          ? new PdfStream(value.dict, encryption.encryptStream(value.raw, ref.num, ref.gen))
          : value;
      writeObject(out, plain, (bytes) => encryption.encryptString(bytes, ref.num, ref.gen));
    }
  }

  #trailer(size: number, salt: Uint8Array): PdfDict {
    const { doc } = this;
    const trailer = doc.trailer.clone();
    for (const key of SECTION_KEYS) trailer.map.delete(key);
    const former = doc.resolve(doc.trailer.get('ID') ?? null);
    const seed = new ByteWriter().text(`${doc.source.size}/${doc.startxref}/`).bytes(salt).take();
    const renewed = new PdfString(sha256(seed).slice(0, 16), true);
    const first = Array.isArray(former) && former[0] instanceof PdfString ? former[0] : renewed;
    trailer.set('Size', size).set('ID', [new PdfString(first.bytes, true), renewed]);
    if (doc.startxref >= 0) trailer.set('Prev', this.#previous());
    return trailer;
  }

  /** The number as the file itself writes it: pyHanko compares the two, and some files point at the space before. */
  #previous(): number {
    const revisions = this.doc.revisions();
    const written = revisions[revisions.length - 1]?.startxref ?? -1;
    return written >= 0 ? written : this.doc.startxref - this.doc.origin;
  }

  #writeTable(out: ByteWriter, base: number, lines: ReadonlyMap<number, Line>): void {
    const start = base + out.size;
    out.text('xref\n');
    for (const run of consecutive(lines)) {
      out.text(`${run[0]} ${run.length}\n`);
      for (const num of run) {
        const { where, which } = lines.get(num) ?? { where: 0, which: 0 };
        out.text(`${String(where).padStart(10, '0')} ${String(which).padStart(5, '0')} n \n`);
      }
    }
    out.text('trailer\n');
    writeObject(out, this.#trailer(this.#next, out.take()));
    out.text(`\nstartxref\n${start}\n%%EOF\n`);
  }

  #writeStream(out: ByteWriter, base: number, lines: Map<number, Line>): void {
    const start = base + out.size;
    const ref = this.reserve();
    lines.set(ref.num, { kind: 1, where: start, which: 0 });
    const width = start < 0x1000000 ? 3 : start < 0x100000000 ? 4 : 5;
    const runs = consecutive(lines);
    const rows = new Uint8Array(lines.size * (width + 3));
    let at = 0;
    for (const num of runs.flat()) {
      const { kind, where, which } = lines.get(num) ?? { kind: 1, where: 0, which: 0 };
      rows[at++] = kind;
      for (let byte = width - 1; byte >= 0; byte -= 1) rows[at++] = Math.floor(where / 256 ** byte) & 255;
      rows[at++] = which >> 8;
      rows[at++] = which & 255;
    }
    const dict = this.#trailer(this.#next, out.take())
      .set('Type', new PdfName('XRef'))
      .set('W', [1, width, 2])
      .set(
        'Index',
        runs.flatMap((run) => [run[0] ?? 0, run.length])
      );
    out.text(`${ref.num} 0 obj\n`);
    // §7.5.8.2: neither the stream nor the strings of its dictionary are encrypted.
    writeObject(out, new PdfStream(dict, rows));
    out.text(`\nendobj\nstartxref\n${start}\n%%EOF\n`);
  }
}

/** The numbers ascending, cut into runs without a gap. */
function consecutive(lines: ReadonlyMap<number, Line>): number[][] {
  const runs: number[][] = [];
  for (const number of [...lines.keys()].sort((a, b) => a - b)) {
    const run = runs[runs.length - 1];
    if (run !== undefined && run[run.length - 1] === number - 1) run.push(number);
    else runs.push([number]);
  }
  return runs;
}
