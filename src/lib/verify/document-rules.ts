import { PdfError } from '../pdf/error.ts';
import type { PdfDocument } from '../pdf/document.ts';
import { PdfDict, PdfName, type PdfObject, PdfRef, PdfStream, PdfString } from '../pdf/objects.ts';
import { equalBytes } from '../bytes/concat.ts';
import { compareAnnotations } from './annotation-rules.ts';
import { Comparison, type Role } from './comparison.ts';
import { compareField, compareNewField, compareStrays } from './field-rules.ts';
import type { FormNode } from './form.ts';
import { type Finding, finding } from './finding.ts';
import { References } from './references.ts';

const equal = (code: string, page: number | null = null): Extract<Role, { kind: 'equal' }> => ({
  kind: 'equal',
  code,
  page
});

/** Entries of a trailer that only say where things are (§7.5.5, §7.5.8.2). */
const technical = new Set([
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
  // ISO/TS 32004: a seal over the file as it is, which every later revision has to renew.
  'AuthCode'
]);

const catalogCodes: Readonly<Record<string, string>> = {
  Pages: 'page-tree',
  OpenAction: 'actions',
  AA: 'actions',
  Names: 'names',
  OCProperties: 'layers',
  Perms: 'permissions',
  StructTreeRoot: 'structure-tree'
};

/**
 * Everything that differs between two neighbouring revisions, each difference named and levelled.
 * `references`: of a file that holds both, made once for all its steps.
 */
export function compareRevisions(
  before: PdfDocument,
  after: PdfDocument,
  references: References = new References(before, before)
): Finding[] {
  let found: readonly Finding[] = [];
  try {
    const c = new Comparison(before, after, references, special);
    found = c.findings;
    compareTrailer(c);
    c.run();
    comparePageOrder(c);
  } catch (error) {
    // A revision that cannot be read is never a permitted one.
    if (!(error instanceof PdfError)) throw error;
    return [...found, finding('unreadable', 'disallowed', 'file', error.message)];
  }
  return [...found];
}

function compareTrailer(c: Comparison): void {
  const [a, b] = [c.before.trailer, c.after.trailer];
  c.entries(
    a,
    b,
    'trailer',
    () => equal('trailer'),
    (key, x, y) => {
      if (technical.has(key)) return true;
      if (key === 'ID') return compareId(c, x, y);
      if (key === 'Info') {
        compareInfo(c, x, y);
        return true;
      }
      if (key === 'Root') {
        compareRoot(c);
        return true;
      }
      // A word of the first writer's own that a later writer does not repeat.
      return y === null && !(x instanceof PdfRef);
    }
  );
}

/** §14.4: the first part should stay; nothing hangs on it but the key of an encrypted file. */
function compareId(c: Comparison, x: PdfObject, y: PdfObject): boolean {
  const first = c.before.resolve(c.before.array(x)?.[0]);
  const now = c.after.resolve(c.after.array(y)?.[0]);
  if (
    first === null ||
    (first instanceof PdfString && now instanceof PdfString && equalBytes(first.bytes, now.bytes))
  ) {
    return true;
  }
  if (c.before.encryption !== null) return false;
  c.report(finding('identifier', 'lta', 'trailer', '/ID'));
  return true;
}

function compareInfo(c: Comparison, x: PdfObject, y: PdfObject): void {
  const role: Role = { kind: 'free', code: 'document-information', level: 'lta', field: null };
  if (!c.same(x, y, role)) c.report(finding('document-information', 'lta', 'trailer', '/Info'));
}

function compareRoot(c: Comparison): void {
  if (c.before.catalogRef.num !== c.after.catalogRef.num) {
    c.disallow('catalog-replaced', 'trailer', 'another object is the catalog');
  }
  c.touch(c.before.catalogRef, ...c.oldForm.refs());
  compareCatalog(c, c.before.catalog, c.after.catalog);
}

function compareCatalog(c: Comparison, a: PdfDict, b: PdfDict): void {
  const object = `${c.after.catalogRef.num} ${c.after.catalogRef.gen} R`;
  // Pages first, so that what they show is named after them and not after a way that also leads there.
  for (const num of c.oldPages.keys()) c.visit(num, equal('page-tree', c.oldPages.get(num) ?? null));
  c.entries(
    a,
    b,
    object,
    (key) => equal(catalogCodes[key] ?? 'catalog-entry'),
    (key, x, y) => {
      switch (key) {
        case 'AcroForm':
          compareForm(c, x, y, object);
          return true;
        case 'DSS':
          return compareDss(c, x, y, object);
        case 'Extensions':
        case 'Version':
          if (!c.same(x, y, { kind: 'free', code: 'version', level: 'lta', field: null })) {
            c.report(finding('version', 'lta', object, `/${key}`));
          }
          return true;
        case 'Metadata':
          return compareMetadata(c, x, y, object);
        default:
          return false;
      }
    }
  );
}

function compareMetadata(c: Comparison, x: PdfObject, y: PdfObject, object: string): boolean {
  if (c.same(x, y, { kind: 'free', code: 'metadata', level: 'lta', field: null })) return true;
  const stream = c.after.resolve(y);
  const subtype = stream instanceof PdfStream ? c.after.resolve(stream.dict.get('Subtype')) : null;
  if (!(subtype instanceof PdfName) || subtype.name !== 'XML') return false;
  c.report(finding('metadata', 'lta', object, '/Metadata'));
  return true;
}

const dssKeys = new Set(['Type', 'Certs', 'CRLs', 'OCSPs', 'VRI']);

/** §12.8.4.3: proof may be added and rewritten, but not taken away as a whole. */
function compareDss(c: Comparison, x: PdfObject, y: PdfObject, object: string): boolean {
  const [a, b] = [c.before.dict(x), c.after.dict(y)];
  if (
    c.same(x, y, { kind: 'free', code: 'validation-data', level: 'lta', field: null }) &&
    !(x instanceof PdfRef)
  ) {
    return true;
  }
  if (a === null && b === null) return true;
  if (b === null || (a?.has('VRI') === true && !b.has('VRI'))) {
    c.disallow('validation-data-removed', object, 'the proof that the file carried was removed');
    return true;
  }
  if ([...b.map.keys()].some((key) => !dssKeys.has(key) && !(a?.has(key) ?? false))) return false;
  c.touch(x, y);
  if (!(x instanceof PdfRef && c.unchanged(x.num)))
    c.report(finding('validation-data', 'lta', object, '/DSS'));
  return true;
}

/** §12.7.3: the form itself. Fields are compared by name, not by place in an array. */
function compareForm(c: Comparison, x: PdfObject, y: PdfObject, root: string): void {
  const [a, b] = [c.before.dict(x), c.after.dict(y)];
  if (b === null) {
    if (a !== null)
      c.disallow('form-removed', root, 'the form was taken out: its signatures would not be found');
    return;
  }
  const object = y instanceof PdfRef ? `${y.num} ${y.gen} R` : root;
  c.touch(x, y);
  c.entries(
    a ?? new PdfDict(),
    b,
    object,
    () => equal('form-entry'),
    (key, p, q) => {
      switch (key) {
        case 'Fields':
          c.touch(p, q);
          compareStrays(c, p, q, object);
          compareFields(c, object);
          return true;
        case 'DR':
          compareAdded(c, p, q, object, 2);
          return true;
        case 'SigFlags':
        case 'NeedAppearances':
          if (!c.same(p, q, equal('form-entry'))) c.report(finding('form-flags', 'lta', object, `/${key}`));
          return true;
        case 'DA':
          // A standard look may be given where there was none, not changed for fields that rely on it.
          return p === null;
        default:
          return false;
      }
    }
  );
}

/** Resources of the form: more may come, what is there stays. `levels` of dictionaries may grow. */
function compareAdded(c: Comparison, p: PdfObject, q: PdfObject, object: string, levels: number): void {
  const [a, b] = [c.before.dict(p), c.after.dict(q)];
  c.touch(p, q);
  if (a === null && b !== null) {
    c.report(finding('form-resources', 'lta', object, '/DR'));
    return;
  }
  if (levels === 0 || a === null || b === null) {
    if (!c.same(p, q, equal('form-resources-changed'))) c.disallow('form-resources-changed', object, '/DR');
    return;
  }
  for (const [key, value] of a.map) {
    if (c.before.dict(value) !== null) compareAdded(c, value, b.get(key) ?? null, object, levels - 1);
    else if (!c.same(value, b.get(key) ?? null, equal('form-resources-changed'))) {
      c.disallow('form-resources-changed', object, `/DR ${key}`);
    }
  }
  if ([...b.map.keys()].some((key) => !a.has(key))) c.report(finding('form-resources', 'lta', object, '/DR'));
}

function compareFields(c: Comparison, object: string): void {
  const { oldForm, newForm } = c;
  if (newForm.broken.length > oldForm.broken.length) {
    c.disallow('form-broken', object, newForm.broken[oldForm.broken.length] ?? '');
  }
  if (newForm.twice.length > oldForm.twice.length)
    c.disallow('field-name-twice', object, newForm.twice.join(', '));
  // By number first: two fields may have one name, and both must stay what they were.
  const counterpart = (node: FormNode): FormNode | undefined => {
    if (node.ref === null) return newForm.byName.get(node.name);
    const found = newForm.byNumber.get(node.ref.num);
    return found === undefined || found.widget ? undefined : found.node;
  };
  for (const before of oldForm.nodes) {
    const after = counterpart(before);
    if (after === undefined || after.name !== before.name) {
      c.disallow('field-removed', object, `field ${before.name} is gone`, null, before.name);
    } else if (isConcerned(c, before)) compareField(c, before, after);
  }
  for (const node of newForm.nodes) {
    const old = node.ref === null ? oldForm.byName.has(node.name) : oldForm.byNumber.has(node.ref.num);
    if (!old) compareNewField(c, node);
  }
}

/** A field without a number of its own is part of what names it, which is compared here too. */
function isConcerned(c: Comparison, { ref, widgets }: FormNode): boolean {
  return [ref, ...widgets.map((widget) => widget.ref)].some((one) => one === null || c.concerns(one.num));
}

/** Objects with a rule of their own, by whatever way they were reached. */
function special(c: Comparison, num: number): boolean {
  const page = c.oldPages.get(num);
  if (page !== undefined) {
    comparePage(c, num, page);
    return true;
  }
  // Fields and their widgets were compared by name.
  if (c.oldForm.byNumber.has(num)) return true;
  // The catalog is compared from the trailer.
  return num === c.before.catalogRef.num;
}

const pageCodes: Readonly<Record<string, string>> = {
  Contents: 'page-content',
  Resources: 'page-resources',
  Parent: 'page-tree'
};

/**
 * Which pages came, went or changed places: that the tree differs says it to programs only. A removed or moved
 * page has its number before, an added one its number after.
 */
function comparePageOrder(c: Comparison): void {
  const { oldPages, newPages } = c;
  if (oldPages === newPages) return;
  for (const [num, page] of oldPages) {
    if (!newPages.has(num)) c.disallow('page-removed', `${num} 0 R`, 'no longer a page of the file', page);
  }
  for (const [num, page] of newPages) {
    if (!oldPages.has(num)) c.disallow('page-added', `${num} 0 R`, `is page ${page} now`, page);
  }
  // Both in the order of their pages: where the common ones differ, a page stands where another stood.
  const kept = [...oldPages.keys()].filter((num) => newPages.has(num));
  const now = [...newPages.keys()].filter((num) => oldPages.has(num));
  kept.forEach((num, i) => {
    if (now[i] !== num)
      c.disallow('page-moved', `${num} 0 R`, `is page ${newPages.get(num) ?? 0} now`, oldPages.get(num));
  });
}

function comparePage(c: Comparison, num: number, page: number): void {
  const [a, b] = [c.before.dict(c.before.get(num)), c.after.dict(c.after.get(num))];
  const object = `${num} 0 R`;
  if (a === null || b === null) {
    c.disallow('page-removed', object, 'the page is gone', page);
    return;
  }
  c.entries(
    a,
    b,
    object,
    (key) => equal(pageCodes[key] ?? 'page-entry', page),
    (key, x, y) => {
      if (key !== 'Annots') return false;
      compareAnnotations(c, x, y, object, page);
      return true;
    }
  );
}
