import type { ByteSource } from '../bytes/source.ts';
import type { Budget } from './budget.ts';
import type { Encryption } from './crypt.ts';
import { PdfError } from './error.ts';
import { decodeStream } from './filters.ts';
import { limitError, type Limits } from './limits.ts';
import { type Located, type ObjectContext, readObject } from './object.ts';
import { ObjectCache } from './object-cache.ts';
import { type PdfArray, PdfDict, type PdfObject, PdfRef, PdfStream } from './objects.ts';
import { type Members, readMembers } from './object-stream.ts';
import { findPage, listPages, type PdfPage, statedCount } from './pages.ts';
import { repairXref } from './repair.ts';
import { groupRevisions, type Revision } from './revisions.ts';
import { wholeTrailer } from './trailer.ts';
import type { XrefContext, XrefSection } from './xref.ts';
import type { XrefEntries, XrefEntry } from './xref-entries.ts';
import { XrefIndex } from './xref-index.ts';

/** What reading has cost so far. */
export interface Work {
  /** Indirect objects parsed, members of object streams included. */
  objects: number;
  objectStreams: number;
}

/** Shared by the views of one file. */
export interface Shared {
  readonly source: ByteSource;
  readonly limits: Limits;
  readonly budget: Budget;
  readonly origin: number;
  readonly cache: ObjectCache;
  readonly work: Work;
  encryption: Encryption | null;
  /** Objects that could be read by a repair only. */
  faults: Set<number>;
  rescue: XrefEntries | null;
}

/** A file as one of its revisions left it; `openPdf` gives the newest. */
export class PdfDocument {
  readonly source: ByteSource;
  readonly limits: Limits;
  /** Where the header stands when offsets are counted from it: write offsets as position − origin. */
  readonly origin: number;
  readonly trailer: PdfDict;
  readonly xrefKind: 'table' | 'stream';
  /** File offset of the newest section; -1 when the xref had to be repaired. */
  readonly startxref: number;
  private readonly index: XrefIndex;
  private readonly own: Map<string, Located>;
  private readonly reading = new Set<string>();
  private grouped: Revision[] | null = null;
  private all: PdfPage[] | null = null;

  /** @internal `end`: where the data of this revision ends. */
  constructor(
    private readonly shared: Shared,
    /** Newest first. */
    readonly sections: readonly XrefSection[],
    readonly end: number,
    private readonly wholeRepair: boolean
  ) {
    this.source = shared.source;
    this.limits = shared.limits;
    this.origin = shared.origin;
    const newest = sections[0];
    if (newest === undefined) throw new PdfError('xref', 'no xref section');
    this.trailer = wholeTrailer(sections);
    this.xrefKind = newest.kind;
    this.startxref = newest.offset;
    this.own = shared.cache.view();
    this.index = new XrefIndex(sections);
    if (this.index.exceeds(this.limits.objects)) throw limitError('objects', this.limits.objects);
  }

  /** What reading this file has cost so far, all views together. */
  get work(): Readonly<Work> {
    return this.shared.work;
  }

  get encryption(): Encryption | null {
    return this.shared.encryption;
  }

  /** The xref, or any object read so far, was found by a scan and not where the file said. */
  get repaired(): boolean {
    return this.wholeRepair || this.shared.faults.size > 0;
  }

  /** Numbers of objects that were only readable by a repair. */
  get faults(): readonly number[] {
    return [...this.shared.faults];
  }

  get catalogRef(): PdfRef {
    const root = this.trailer.get('Root');
    if (root instanceof PdfRef) return root;
    throw new PdfError('structure', 'the trailer has no /Root');
  }

  get catalog(): PdfDict {
    const catalog = this.get(this.catalogRef);
    if (catalog instanceof PdfDict) return catalog;
    throw new PdfError('structure', 'the catalog is no dictionary');
  }

  /** The next free object number: one above every number in use and every /Size. */
  get size(): number {
    const size = Math.max(1, this.index.end);
    const stated = this.trailer.get('Size');
    return typeof stated === 'number' && stated <= this.limits.objects ? Math.max(size, stated) : size;
  }

  /** Every number the xref knows. */
  *numbers(): IterableIterator<number> {
    for (const [num] of this.index.entries()) yield num;
  }

  /** Every number the xref knows, with where its object is. */
  entries(): IterableIterator<[number, XrefEntry]> {
    return this.index.entries();
  }

  /** Whether the xref knows more than `limit` numbers: cheaper than counting them. */
  hasMoreNumbersThan(limit: number): boolean {
    return this.index.exceeds(limit);
  }

  entry(num: number): XrefEntry | undefined {
    return this.index.get(num);
  }

  /**
   * A text that is equal for two revisions exactly when they read the object from the same bytes; null when
   * there is no such object.
   */
  place(num: number): string | null {
    const entry = this.index.get(num);
    if (entry === undefined || entry.kind === 'free') return null;
    if (entry.kind === 'at') return entry.offset < this.end ? `${entry.offset}.${entry.gen}` : null;
    const stream = this.index.get(entry.stream);
    return stream?.kind === 'at' && stream.offset < this.end ? `${stream.offset}/${entry.index}` : null;
  }

  /**
   * Whether `other`, a view of the same file, reads this object from the same bytes, all of them inside both
   * views. An object that an older revision named but whose bytes only came later is not the same one.
   */
  sharesObject(other: PdfDocument, num: number): boolean {
    const place = this.place(num);
    if (place === null || place !== other.place(num)) return false;
    const entry = this.index.get(num);
    const home = entry?.kind === 'in' ? this.locate(entry.stream) : this.locate(num);
    return home !== null && home.end <= Math.min(this.end, other.end);
  }

  /** The object as it stands in the file, or null when it is missing, free or a member of a stream. */
  locate(num: number): Located | null {
    const entry = this.index.get(num);
    return entry?.kind === 'at' ? this.readAt(num, entry) : null;
  }

  /** The object behind a reference (or of a number, any generation); null when missing or free. */
  get(ref: PdfRef | number): PdfObject {
    const num = typeof ref === 'number' ? ref : ref.num;
    const entry = this.index.get(num);
    if (entry === undefined || entry.kind === 'free') return null;
    if (entry.kind === 'in') return typeof ref === 'number' || ref.gen === 0 ? this.member(num, entry) : null;
    if (typeof ref !== 'number' && ref.gen !== entry.gen) return null;
    return this.readAt(num, entry)?.value ?? null;
  }

  /** Follows references to something that is none; undefined and missing objects are null. */
  resolve(object: PdfObject | undefined): PdfObject {
    let value = object ?? null;
    for (let steps = 0; value instanceof PdfRef; steps += 1) {
      if (steps > this.limits.nesting) throw new PdfError('structure', 'references form a loop');
      value = this.get(value);
    }
    return value;
  }

  /** Resolved, when it is a dictionary (or a stream's), else null. */
  dict(object: PdfObject | undefined): PdfDict | null {
    const value = this.resolve(object);
    if (value instanceof PdfStream) return value.dict;
    return value instanceof PdfDict ? value : null;
  }

  /** Resolved, when it is an array, else null. */
  array(object: PdfObject | undefined): PdfArray | null {
    const value = this.resolve(object);
    return Array.isArray(value) ? value : null;
  }

  /** The stream's data through all its filters. Throws PdfError `filter` (image filters too) or `limit`. */
  inflate(stream: PdfStream): Uint8Array {
    return decodeStream(stream.dict, stream.raw, this.shared.budget, (object) => this.resolve(object));
  }

  get pageCount(): number {
    return this.all?.length ?? statedCount(this) ?? this.pages().length;
  }

  /** All pages, by the whole tree. */
  pages(): readonly PdfPage[] {
    this.all ??= listPages(this);
    return this.all;
  }

  /** Page `n`, from 1. Throws PdfError `structure` when there is none. */
  page(n: number): PdfPage {
    const page = (this.all === null ? findPage(this, n) : null) ?? this.pages()[n - 1];
    if (page === undefined) throw new PdfError('structure', `no page ${n}`);
    return page;
  }

  /** Oldest first. Empty when the xref had to be repaired: then nobody knows where a revision ends. */
  revisions(): readonly Revision[] {
    if (this.wholeRepair) return [];
    this.grouped ??= groupRevisions(this.context(null), this.sections);
    return this.grouped;
  }

  /** The file as the newest revision that ends at or before `end` (its `%%EOF`) left it. */
  at(end: number): PdfDocument {
    const revisions = this.revisions();
    for (let i = revisions.length - 1; i >= 0; i -= 1) {
      const revision = revisions[i];
      if (revision !== undefined && revision.marker <= end) return this.of(revision);
    }
    throw new PdfError('structure', 'no revision ends before this', end);
  }

  private views = new Map<Revision, PdfDocument>();

  /** The file as this revision left it; views are kept. */
  of(revision: Revision): PdfDocument {
    if (revision.index === 0) return this;
    let view = this.views.get(revision);
    if (view === undefined) {
      view = new PdfDocument(this.shared, this.sections.slice(revision.index), revision.end, false);
      this.views.set(revision, view);
    }
    return view;
  }

  private context(encryption: Encryption | null): ObjectContext {
    return {
      source: this.source,
      end: this.end,
      limits: this.limits,
      budget: this.shared.budget,
      encryption,
      length: (object) => {
        const value = object instanceof PdfRef ? this.lengthBehind(object) : object;
        return typeof value === 'number' && Number.isInteger(value) ? value : null;
      }
    };
  }

  /** An indirect /Length; a stream whose length leads to itself has none. */
  private lengthBehind(ref: PdfRef): PdfObject {
    try {
      return this.get(ref);
    } catch (error) {
      if (error instanceof PdfError && error.code === 'structure') return null;
      throw error;
    }
  }

  private readAt(num: number, entry: { offset: number; gen: number }): Located | null {
    const key = `${num}@${entry.offset}`;
    const mine = this.own.get(key);
    if (mine !== undefined) return mine;
    const known = this.shared.cache.get(key);
    // What a later view read further than this one reaches does not stand here yet.
    if (known !== undefined && known.end <= this.end) return known;
    if (this.reading.has(key)) throw new PdfError('structure', 'an object needs itself', entry.offset);
    this.reading.add(key);
    try {
      const located = this.readOrRescue(num, entry);
      if (located === null) return null;
      // Where its end hangs on another object, or on where this view ends, other views may read it otherwise.
      const indirect =
        located.value instanceof PdfStream && located.value.dict.get('Length') instanceof PdfRef;
      if (indirect || located.faulty || known !== undefined) this.own.set(key, located);
      else this.shared.cache.keep(key, located);
      return located;
    } finally {
      this.reading.delete(key);
    }
  }

  private readOrRescue(num: number, entry: { offset: number; gen: number }): Located | null {
    // /Encrypt is itself in plain (§7.6.2).
    const plain = this.shared.encryption?.ref?.num === num;
    const context = this.context(plain ? null : this.shared.encryption);
    this.shared.work.objects += 1;
    try {
      const located = readObject(context, entry.offset);
      if (located.faulty) this.shared.faults.add(num);
      if (located.num === num) return located;
    } catch (error) {
      if (!(error instanceof PdfError) || (error.code !== 'syntax' && error.code !== 'xref')) throw error;
    }
    this.shared.faults.add(num);
    const found = this.rescue().get(num);
    if (found?.kind !== 'at' || found.offset >= this.end || found.offset === entry.offset) return null;
    try {
      const located = readObject(context, found.offset);
      return located.num === num ? located : null;
    } catch (error) {
      if (error instanceof PdfError && error.code !== 'limit') return null;
      throw error;
    }
  }

  private rescue(): XrefEntries {
    this.shared.rescue ??= repairXref(this.xrefContext()).entries;
    return this.shared.rescue;
  }

  /** @internal */
  xrefContext(): XrefContext {
    return { object: this.context(this.encryption), origin: this.origin };
  }

  /**
   * A member of an object stream. Where it is not at its place, the streams that this one extends are looked
   * through too (§7.5.7); then it counts as found by a repair.
   */
  private member(num: number, entry: { stream: number; index: number }): PdfObject {
    let home: PdfObject | undefined = this.get(entry.stream);
    for (let steps = 0; home instanceof PdfStream; steps += 1) {
      if (steps > this.limits.objectStreamChain)
        throw limitError('object streams that extend each other', this.limits.objectStreamChain);
      const members = this.members(home);
      const index = members.numbers[entry.index] === num ? entry.index : members.numbers.indexOf(num);
      if (steps > 0 || index !== entry.index) this.shared.faults.add(num);
      if (index >= 0) return this.parsedMember(num, members, index);
      home = this.resolve(home.dict.get('Extends'));
    }
    this.shared.faults.add(num);
    return null;
  }

  /** What is no object is null, as it is outside of object streams. */
  private parsedMember(num: number, members: Members, index: number): PdfObject {
    this.shared.work.objects += 1;
    try {
      return members.at(index);
    } catch (error) {
      if (!(error instanceof PdfError) || error.code !== 'syntax') throw error;
      this.shared.faults.add(num);
      return null;
    }
  }

  private members(stream: PdfStream): Members {
    let members = this.shared.cache.membersOf(stream);
    if (members === undefined) {
      this.shared.work.objectStreams += 1;
      members = readMembers(stream, this.shared.budget, this.limits, (object) => this.resolve(object));
      this.shared.cache.keepMembers(stream, members);
    }
    return members;
  }
}
