import { describe, expect, test } from 'vitest';
import { contract } from '../../../tests/vectors/draft.ts';
import { signedContract } from '../../../tests/vectors/signed.ts';
import { more, vector, vectors } from '../../../tests/vectors/vectors.ts';
import { writeTable } from '../../../tests/vectors/write.ts';
import { concat } from '../bytes/concat.ts';
import { memorySource } from '../bytes/source.ts';
import type { Field } from '../domain/field.ts';
import { nameFields } from '../domain/field.ts';
import { openPdf, type PdfDocument } from '../pdf/document.ts';
import { formFields, formOf } from '../pdf/fields.ts';
import { pageBoxes, rectangle, toDisplay } from '../pdf/geometry.ts';
import { PdfName, PdfRef, PdfString, type PdfDict, type PdfObject } from '../pdf/objects.ts';
import { decodeText } from '../pdf/text.ts';
import { freeze } from './freeze.ts';
import type { Layout } from './layout.ts';

const field = (party: string, kind: Field['kind'], y: number, more: Partial<Field> = {}): Field => ({
  id: `${party}${kind}${y}`,
  party,
  kind,
  box: { page: 1, x: 20, y, w: 150, h: 22 },
  label: `${kind} of ${party}`,
  required: true,
  ...more
});

const layoutOf = (fields: readonly Field[]): Layout => ({
  parties: [
    { id: 'a', letter: 'A', name: 'Ann' },
    { id: 'b', letter: 'B', name: 'Bea' }
  ],
  fields: nameFields(
    fields,
    new Map([
      ['a', 'A'],
      ['b', 'B']
    ])
  )
});

const both = layoutOf([
  field('a', 'signature', 20),
  field('a', 'stamp', 50),
  field('a', 'text', 80),
  field('a', 'checkbox', 110),
  field('a', 'choice', 140, { options: ['Monthly', 'Yearly'] }),
  field('b', 'signature', 170),
  field('b', 'date', 200),
  field('b', 'text', 230, { box: { page: 1, x: 20, y: 230, w: 150, h: 60 } }),
  field('b', 'initials', 300)
]);

function frozen(file: Uint8Array, layout: Layout = both): { doc: PdfDocument; added: number } {
  const tail = freeze(openPdf(memorySource(file)), layout);
  return { doc: openPdf(memorySource(concat(file, tail))), added: tail.length };
}

const named = (doc: PdfDocument, name: string): PdfDict => {
  const found = formFields(doc).find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no field ${name}`);
  return found.dict;
};
const word = (value: PdfObject | undefined) => (value instanceof PdfName ? value.name : value);
const texts = (doc: PdfDocument, list: PdfObject | undefined) =>
  (doc.array(list) ?? []).map((item) => (item instanceof PdfString ? decodeText(item) : ''));

test('every field is its own widget, with a label, without a value, with an appearance of its own', () => {
  const { doc } = frozen(vector('xref-table'));
  const fields = formFields(doc);
  expect(fields.map((candidate) => candidate.name)).toEqual(both.fields.map(({ name }) => name));
  const appearances = fields.flatMap(({ dict }) => {
    const normal = doc.dict(dict.get('AP'))?.get('N');
    return normal instanceof PdfRef ? [normal.num] : [];
  });
  expect(new Set(appearances).size).toBe(fields.length - 1);
  for (const { dict, widgets, name } of fields) {
    expect(widgets[0]?.dict, name).toBe(dict);
    expect(dict.has('V'), name).toBe(false);
    expect(dict.get('F'), name).toBe(4);
    expect(dict.has('TU'), name).toBe(true);
    expect(name).not.toContain('.');
  }
});

test('kinds: combo with its options, checkbox off, stamp and initials read-only, long text in lines', () => {
  const { doc } = frozen(vector('xref-table'));
  expect(word(named(doc, 'cs-A-choice-1').get('FT'))).toBe('Ch');
  expect(texts(doc, named(doc, 'cs-A-choice-1').get('Opt'))).toEqual(['Monthly', 'Yearly']);
  expect(named(doc, 'cs-A-choice-1').get('Ff')).toBe(1 << 17);
  expect(word(named(doc, 'cs-A-check-1').get('AS'))).toBe('Off');
  expect(named(doc, 'cs-A-stamp-1').get('Ff')).toBe(1);
  expect(named(doc, 'cs-B-initials-1').get('Ff')).toBe(1);
  expect(named(doc, 'cs-A-text-1').has('Ff')).toBe(false);
  expect(named(doc, 'cs-B-text-1').get('Ff')).toBe(1 << 12);
});

test('each signature locks the fields of its own party and no other', () => {
  const { doc } = frozen(vector('xref-table'));
  const lock = (name: string) => doc.dict(named(doc, name).get('Lock'));
  expect(word(lock('cs-A-sig-1')?.get('Action'))).toBe('Include');
  expect(texts(doc, lock('cs-A-sig-1')?.get('Fields'))).toEqual([
    'cs-A-stamp-1',
    'cs-A-text-1',
    'cs-A-check-1',
    'cs-A-choice-1'
  ]);
  expect(texts(doc, lock('cs-B-sig-1')?.get('Fields'))).toEqual([
    'cs-B-date-1',
    'cs-B-text-1',
    'cs-B-initials-1'
  ]);
});

test('a party’s second place for its signature is a picture that the first one locks', () => {
  const { doc } = frozen(
    vector('xref-table'),
    layoutOf([field('a', 'signature', 20), field('a', 'signature', 60)])
  );
  expect(word(named(doc, 'cs-A-sig-2').get('FT'))).toBe('Tx');
  expect(texts(doc, doc.dict(named(doc, 'cs-A-sig-1').get('Lock'))?.get('Fields'))).toEqual(['cs-A-sig-2']);
});

test('an existing form keeps its fields and loses /NeedAppearances', () => {
  const draft = contract({ form: true });
  draft.objects.set(5, String(draft.objects.get(5)).replace('/DA', '/NeedAppearances true /DA'));
  const { doc } = frozen(writeTable(draft));
  expect(formFields(doc).map(({ name }) => name)).toEqual([
    'customer',
    'agree',
    'plan',
    ...both.fields.map(({ name }) => name)
  ]);
  const form = formOf(doc);
  expect(form?.has('NeedAppearances')).toBe(false);
  expect(form?.get('SigFlags')).toBe(3);
});

describe.each([...vectors, ...more])('$name', ({ make }) => {
  // Opening AES-256 takes seconds on a machine with twenty things to do.
  test(
    'fields lie where the editor put them, are annotations of the page, and cost at most 600 bytes',
    { timeout: 30_000 },
    () => {
      const file = make();
      const { doc, added } = frozen(file);
      const page = doc.page(1);
      const boxes = pageBoxes((key) => page.inherited(key));
      const annotations = doc.array(page.dict.get('Annots')) ?? [];
      for (const { name, box } of both.fields) {
        const { x, y, w, h } = box;
        const found = formFields(doc).find((candidate) => candidate.name === name);
        expect(annotations.some((item) => item instanceof PdfRef && item.num === found?.ref.num)).toBe(true);
        const rect = rectangle(found?.dict.get('Rect'));
        const shown = rect === null ? null : toDisplay(boxes, rect);
        for (const key of ['x', 'y', 'w', 'h'] as const)
          expect(shown?.[key]).toBeCloseTo({ x, y, w, h }[key], 1);
      }
      // Encrypted strings are padded to blocks and carry their vector.
      expect(added / both.fields.length).toBeLessThan(doc.encryption === null ? 600 : 800);
    }
  );
});

test('what cannot be frozen is refused with its name', () => {
  const doc = openPdf(memorySource(vector('xref-table')));
  const one = (changed: Partial<Field>) => ({ ...both, fields: [{ ...field('a', 'text', 20), ...changed }] });
  const error = (layout: Layout) => {
    try {
      freeze(doc, layout);
      return 'none';
    } catch (caught) {
      return `${(caught as { code: string }).code}: ${(caught as Error).message}`;
    }
  };
  expect(error(one({}))).toBe('structure: field atext20 has no name');
  expect(error(one({ name: 'n', box: { page: 1, x: 500, y: 20, w: 150, h: 22 } }))).toBe(
    'structure: field n is not on page 1'
  );
  expect(error(one({ name: 'n', box: { page: 9, x: 0, y: 0, w: 9, h: 9 } }))).toBe('structure: no page 9');
  expect(error({ ...both, fields: [...both.fields, ...both.fields] })).toContain(
    'has a field cs-A-sig-1 already'
  );
});

test('a tagged file stays tagged: Form elements, object references and parent tree entries', () => {
  const draft = contract({ catalog: '/StructTreeRoot 50 0 R /MarkInfo << /Marked true >>' });
  draft.objects.set(50, '<< /Type /StructTreeRoot /K 51 0 R /ParentTree 52 0 R /ParentTreeNextKey 1 >>');
  draft.objects.set(51, '<< /Type /StructElem /S /Document /P 50 0 R /K [53 0 R] >>');
  draft.objects.set(52, '<< /Nums [0 [53 0 R]] >>');
  draft.objects.set(53, '<< /Type /StructElem /S /P /P 51 0 R /Pg 10 0 R /K 0 >>');
  const { doc } = frozen(writeTable(draft));
  const root = doc.dict(doc.catalog.get('StructTreeRoot'));
  const kids = doc.array(doc.dict(root?.get('K'))?.get('K')) ?? [];
  expect(kids).toHaveLength(1 + both.fields.length);
  expect(root?.get('ParentTreeNextKey')).toBe(1 + both.fields.length);
  const numbers = doc.array(doc.dict(root?.get('ParentTree'))?.get('Nums')) ?? [];
  formFields(doc).forEach(({ ref, dict }, index) => {
    const key = dict.get('StructParent');
    expect(key).toBe(index + 1);
    const element = doc.dict(numbers[2 * (index + 1) + 1]);
    expect(word(element?.get('S'))).toBe('Form');
    expect(doc.dict(element?.get('K'))?.get('Obj')).toEqual(ref);
  });
});

describe('a file that others signed before', () => {
  const names = (doc: PdfDocument) => formFields(doc).map(({ name }) => name);

  test('after an approval signature: signature fields only, where the editor put them', async () => {
    const { doc } = frozen(await signedContract());
    expect(names(doc)).toEqual(['Signature1', 'cs-A-sig-1', 'cs-B-sig-1']);
    expect(rectangle(named(doc, 'cs-A-sig-1').get('Rect'))).not.toBeNull();
  });

  test('after a certification: invisible ones', async () => {
    for (const docMdp of [2, 3] as const) {
      const { doc } = frozen(await signedContract({ docMdp }));
      expect(named(doc, 'cs-A-sig-1').get('Rect')).toEqual([0, 0, 0, 0]);
    }
  });

  test('after a signature that locks all fields, new ones too: refused', async () => {
    for (const locks of [
      '/Action /All',
      '/Action /Exclude /Fields [(other)]',
      '/Action /Include /Fields [(cs-A-sig-1)]'
    ]) {
      const doc = openPdf(memorySource(await signedContract({ locks })));
      expect(() => freeze(doc, both), locks).toThrow(expect.objectContaining({ code: 'docmdp-forbids' }));
    }
    const own = await signedContract({ locks: '/Action /Include /Fields [(other)]' });
    expect(names(frozen(own).doc)).toHaveLength(3);
  });

  test('after a certification that allows nothing: refused', async () => {
    const doc = openPdf(memorySource(await signedContract({ docMdp: 1 })));
    expect(() => freeze(doc, both)).toThrow(expect.objectContaining({ code: 'docmdp-forbids' }));
  });
});
