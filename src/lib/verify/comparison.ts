import { equalBytes } from '../bytes/concat.ts';
import type { PdfDocument } from '../pdf/document.ts';
import { PdfDict, PdfName, type PdfObject, PdfRef, PdfStream, PdfString } from '../pdf/objects.ts';
import { type Finding, finding } from './finding.ts';
import { type Concern, concernOf } from './concern.ts';
import { type Form, formOf } from './form.ts';
import { pageNumbers, pageNumbersAfter } from './page-numbers.ts';
import type { References } from './references.ts';

/**
 * Under which rule an object is looked at. `equal`: nothing may differ, `code` names what does. `free`: it
 * may differ, at `level`, and what hangs below is free too, as long as no other way leads there.
 */
export type Role =
  | { readonly kind: 'equal'; readonly code: string; readonly page: number | null }
  | {
      readonly kind: 'free';
      readonly code: string;
      readonly level: Finding['level'];
      readonly field: string | null;
    };

interface Task {
  readonly num: number;
  readonly role: Role;
}

const absent = (value: PdfObject | undefined): boolean => value === undefined || value === null;

/**
 * Two neighbouring revisions, walked side by side along every way that leads to an object, so that an object
 * that one way permits to change is still found by another that does not. Object numbers with a rule of
 * their own (pages, fields, catalog) are handed to `special`.
 */
export class Comparison {
  readonly findings: Finding[] = [];
  readonly oldForm: Form;
  readonly newForm: Form;
  /** Object number → page from 1, of either revision. */
  readonly oldPages: ReadonlyMap<number, number>;
  readonly newPages: ReadonlyMap<number, number>;
  private readonly concern: Concern;
  private readonly queue: Task[] = [];
  private readonly seen = new Set<string>();
  /** Numbers that some rule has looked at. */
  private readonly touched = new Set<number>();
  private readonly appearances: { readonly num: number; readonly field: string; readonly object: string }[] =
    [];
  private readonly reported = new Set<string>();

  constructor(
    readonly before: PdfDocument,
    readonly after: PdfDocument,
    references: References,
    private readonly special: (comparison: Comparison, num: number) => boolean
  ) {
    this.oldForm = formOf(before);
    this.newForm = formOf(after);
    this.oldPages = pageNumbers(before);
    this.concern = concernOf(before, after, references, {
      hasRule: (num) => this.hasRule(num),
      alsoAsked: (num) => this.appearancesOf(num)
    });
    this.newPages = pageNumbersAfter(before, after, this.concern.changed);
  }

  /** Pages, fields and the catalog: judged by a rule of their own, by whatever way they are reached. */
  private hasRule(num: number): boolean {
    return this.oldPages.has(num) || this.oldForm.byNumber.has(num) || num === this.before.catalogRef.num;
  }

  /** Objects of a field's appearance as it was: who else uses them is asked when the field changes. */
  private appearancesOf(num: number): number[] {
    const dict = this.oldForm.byNumber.has(num) ? this.before.dict(this.before.get(num)) : null;
    const appearance = dict?.get('AP') ?? null;
    const parts = [appearance, ...(this.before.dict(appearance)?.map.values() ?? [])];
    return parts.flatMap((part) => (part instanceof PdfRef ? [part.num] : []));
  }

  /** Whether an object changed, or one that it refers to (over any that has no rule of its own). */
  concerns(num: number): boolean {
    return this.concern.ways.has(num);
  }

  report(found: Finding): void {
    const key = `${found.code}|${found.object}|${found.field ?? ''}`;
    if (this.reported.has(key)) return;
    this.reported.add(key);
    this.findings.push(found);
  }

  disallow(
    code: string,
    object: string,
    message: string,
    page: number | null = null,
    field: string | null = null
  ): void {
    this.report(finding(code, 'disallowed', object, message, { page, field }));
  }

  /** The object was read from the same bytes in both revisions. */
  unchanged(num: number): boolean {
    return !this.concern.changed.has(num) && this.before.place(num) !== null;
  }

  /** The number was not in use before: what stands there now can be nothing that was signed. */
  isNew(num: number): boolean {
    return this.before.place(num) === null;
  }

  /** Says that a rule has looked at what these references lead to. */
  touch(...objects: readonly PdfObject[]): void {
    for (const object of objects) if (object instanceof PdfRef) this.touched.add(object.num);
  }

  /** An object of an appearance that a field no longer uses as it was: it must not have been shared. */
  ownAppearance(num: number, field: string, object: string): void {
    this.appearances.push({ num, field, object });
  }

  visit(num: number, role: Role): void {
    this.touched.add(num);
    if (!this.concerns(num)) return;
    const key = role.kind === 'equal' ? `${num}` : `${num}|${role.code}|${role.field ?? ''}`;
    if (this.seen.has(key)) return;
    this.seen.add(key);
    this.queue.push({ num, role });
  }

  /** Walks everything that was visited, then asks what nothing explained. */
  run(): void {
    for (let task = this.queue.pop(); task !== undefined; task = this.queue.pop()) this.look(task);
    for (const { num, field, object } of this.appearances) {
      if (this.seen.has(`${num}`)) {
        this.disallow('appearance-shared', object, `${num} 0 R is used elsewhere too`, null, field);
      }
    }
    this.explain();
  }

  /** What was there, changed, and is reached by no way: nobody sees it, and nobody had a reason to change it. */
  private explain(): void {
    for (const num of this.concern.changed) {
      if (this.touched.has(num) || this.isNew(num)) continue;
      const before = this.before.get(num);
      const type = before instanceof PdfStream ? before.dict.get('Type') : null;
      // Containers of other objects: those are compared one by one.
      if (type instanceof PdfName && (type.name === 'ObjStm' || type.name === 'XRef')) continue;
      if (
        before === null ||
        this.same(before, this.after.get(num), { kind: 'equal', code: 'unexplained', page: null })
      ) {
        continue;
      }
      this.disallow(
        'unexplained-object',
        `${num} 0 R`,
        'was replaced or freed for no reason that can be seen'
      );
    }
  }

  private look({ num, role }: Task): void {
    if (role.kind === 'equal' && this.special(this, num)) return;
    const before = this.before.get(num);
    if (this.unchanged(num)) {
      this.same(before, before, role);
      // Its container's own /Length or filter may be an object that came later.
      const entry = this.before.entry(num);
      if (entry?.kind === 'in')
        this.visit(entry.stream, { kind: 'equal', code: 'object-stream', page: null });
      return;
    }
    const after = this.after.get(num);
    if (this.same(before, after, role)) return;
    const object = `${num} 0 R`;
    if (role.kind === 'equal') this.disallow(role.code, object, 'differs from what was signed', role.page);
    else this.report(finding(role.code, role.level, object, 'was replaced', { field: role.field }));
  }

  /**
   * Whether two values are equal; references to one and the same object are equal here, and that object is
   * visited under the same role. An entry that is null counts as absent (§7.3.9).
   */
  same(a: PdfObject, b: PdfObject, role: Role): boolean {
    if (a instanceof PdfRef && b instanceof PdfRef) {
      if (a.num !== b.num || a.gen !== b.gen) {
        this.reused(b, role);
        return false;
      }
      this.visit(a.num, role);
      return true;
    }
    // One of them was made direct, or indirect: the values decide.
    if (a instanceof PdfRef) return this.same(this.before.resolve(a), b, role);
    if (b instanceof PdfRef) {
      this.reused(b, role);
      return this.same(a, this.after.resolve(b), role);
    }
    if (a === b && (a === null || typeof a !== 'object')) return true;
    if (a instanceof PdfName) return b instanceof PdfName && a.name === b.name;
    if (a instanceof PdfString) return b instanceof PdfString && equalBytes(a.bytes, b.bytes);
    if (Array.isArray(a)) {
      if (!Array.isArray(b) || a.length !== b.length) return false;
      return a.map((item, i) => this.same(item, b[i] ?? null, role)).every((equal) => equal);
    }
    if (a instanceof PdfDict) return b instanceof PdfDict && this.sameDict(a, b, role);
    if (a instanceof PdfStream && b instanceof PdfStream) {
      const dict = this.sameDict(a.dict, b.dict, role, true);
      return dict && (a === b || equalBytes(a.raw, b.raw));
    }
    return false;
  }

  /** What may change may not do so by taking over the number of something else. */
  private reused(b: PdfRef, role: Role): void {
    if (role.kind === 'equal' || this.isNew(b.num) || this.unchanged(b.num)) return;
    this.disallow('object-reused', `${b.num} 0 R`, 'was something else before', null, role.field);
  }

  /** `stream`: a written-out /Length says nothing of its own; one that is a reference decides where data ends. */
  private sameDict(a: PdfDict, b: PdfDict, role: Role, stream = false): boolean {
    let equal = a === b || b.duplicateKeys.length === 0;
    const skipped = (key: string): boolean =>
      stream && key === 'Length' && !(a.get(key) instanceof PdfRef) && !(b.get(key) instanceof PdfRef);
    for (const [key, value] of a.map) {
      if (!skipped(key) && !this.same(value, b.get(key) ?? null, role)) equal = false;
    }
    for (const [key, value] of b.map) {
      if (!skipped(key) && !absent(value) && absent(a.get(key))) equal = false;
    }
    return equal;
  }

  /** Compares two dictionaries entry by entry: `rule` takes the entries it knows, the others must be equal. */
  entries(
    a: PdfDict,
    b: PdfDict,
    object: string,
    other: (key: string) => Extract<Role, { kind: 'equal' }>,
    rule: (key: string, before: PdfObject, after: PdfObject) => boolean,
    field: string | null = null
  ): void {
    if (a !== b && b.duplicateKeys.length > 0) {
      this.disallow('duplicate-keys', object, `/${b.duplicateKeys.join(' /')} stands twice`, null, field);
    }
    for (const key of new Set([...a.map.keys(), ...b.map.keys()])) {
      const before = a.get(key) ?? null;
      const after = b.get(key) ?? null;
      if (rule(key, before, after)) continue;
      const role = other(key);
      if (!this.same(before, after, role)) {
        this.disallow(role.code, object, `/${key} differs from what was signed`, role.page, field);
      }
    }
  }
}
