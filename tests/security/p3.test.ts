// P3: before sending, what a file may do, hide or look like elsewhere is named; nothing of it is removed.
import { expect, test } from 'vitest';
import { concat } from '../../src/lib/bytes/concat.ts';
import { memorySource } from '../../src/lib/bytes/source.ts';
import { openPdf } from '../../src/lib/pdf/document.ts';
import { freeze } from '../../src/lib/sign/freeze.ts';
import { nameFields } from '../../src/lib/domain/field.ts';
import { summarize } from '../../src/lib/work/summary.ts';
import { contract, type Body } from '../vectors/draft.ts';
import { orderForm } from '../vectors/form.ts';
import { vector } from '../vectors/vectors.ts';
import { writeTable } from '../vectors/write.ts';

const noticesIn = (file: Uint8Array) =>
  Object.fromEntries(summarize(openPdf(memorySource(file))).notices.map(({ code, names }) => [code, names]));

interface Told {
  readonly catalog?: string;
  readonly page?: string;
  readonly objects?: Readonly<Record<number, Body>>;
}
function made({ catalog = '', page = '', objects = {} }: Told): Uint8Array {
  const draft = contract({ catalog, page });
  for (const [number, body] of Object.entries(objects)) draft.objects.set(Number(number), body);
  return writeTable(draft);
}

test.each<[string, Told, Record<string, string[]>]>([
  ['nothing', {}, {}],
  ['JavaScript by name', { catalog: '/Names << /JavaScript << /Names [] >> >>' }, { javascript: [] }],
  ['JavaScript of a page', { page: '/AA << /O << /S /JavaScript /JS (1) >> >>' }, { javascript: [] }],
  [
    'a launch after another action',
    { catalog: '/OpenAction << /S /GoTo /Next [<< /S /Launch /F (x.exe) >>] >>' },
    { launch: [] }
  ],
  ['a launch behind a link', { page: '/Annots [<< /Subtype /Link /A << /S /Launch >> >>]' }, { launch: [] }],
  [
    'JavaScript in a bookmark below another',
    {
      catalog: '/Outlines << /First 60 0 R >>',
      objects: {
        60: '<< /Title (A) /First 61 0 R >>',
        61: '<< /Title (B) /A << /S /JavaScript /JS (1) >> /Next 60 0 R >>'
      }
    },
    { javascript: [] }
  ],
  [
    'sending a form',
    { page: '/Annots [<< /Subtype /Widget /A << /S /SubmitForm /F (https://x) >> >>]' },
    { 'submit-form': [] }
  ],
  ['fetching data', { catalog: '/OpenAction << /S /ImportData /F (a.fdf) >>' }, { 'submit-form': [] }],
  [
    'attached files by name',
    {
      catalog: '/Names << /EmbeddedFiles << /Kids [60 0 R] >> >>',
      objects: { 60: '<< /Names [(a) << /UF (price list.xls) >>] >>' }
    },
    { 'embedded-files': ['price list.xls'] }
  ],
  [
    'a file pinned to a page',
    { page: '/Annots [<< /Subtype /FileAttachment /FS << /F (old.doc) >> >>]' },
    { 'embedded-files': ['old.doc'] }
  ],
  ['files of the document', { catalog: '/AF [<< /UF (data.xml) >>]' }, { 'embedded-files': ['data.xml'] }],
  ['video', { page: '/Annots [<< /Subtype /Screen >>]' }, { 'rich-media': [] }],
  ['3D', { page: '/Annots [<< /Subtype /3D >>]' }, { 'rich-media': [] }],
  ['a sound that plays', { catalog: '/OpenAction << /S /Rendition >>' }, { 'rich-media': [] }],
  [
    'layers',
    {
      catalog: '/OCProperties << /OCGs [60 0 R 61 0 R] /D << >> >>',
      objects: { 60: '<< /Name (Draft) >>', 61: '<< /Name (Final) >>' }
    },
    { layers: ['Draft', 'Final'] }
  ],
  ['XFA', { catalog: '/AcroForm << /Fields [] /XFA [] >>' }, { xfa: [] }],
  [
    'fonts that are not in the file, also inside a drawing',
    {
      page: '/Resources << /Font << /A 60 0 R /B 61 0 R /C 62 0 R >> /XObject << /X 63 0 R >> >>',
      objects: {
        60: '<< /Type /Font /Subtype /TrueType /BaseFont /ABCDEF+Garamond /FontDescriptor << /FontName /Garamond >> >>',
        61: '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold >>',
        62: '<< /Type /Font /Subtype /TrueType /BaseFont /Carried /FontDescriptor << /FontFile2 3 0 R >> >>',
        63: {
          dict: '/Type /XObject /Subtype /Form /BBox [0 0 1 1] /Resources << /Font << /D 64 0 R >> /XObject << /X 63 0 R >> >>',
          data: new Uint8Array()
        },
        64: '<< /Type /Font /Subtype /Type0 /BaseFont /SimSun /DescendantFonts [<< /FontDescriptor << >> >>] >>'
      }
    },
    { 'missing-fonts': ['Garamond', 'SimSun'] }
  ]
])('%s', (_, told, expected) => {
  expect(noticesIn(made(told))).toEqual(expected);
});

test('values that only some viewers draw', () => {
  expect(noticesIn(writeTable(orderForm()))).toEqual({ 'undrawn-values': ['customer', 'total'] });
});

test('encryption and repairs', () => {
  expect(noticesIn(vector('encrypted-rc4'))).toEqual({ encrypted: [] });
  const broken = vector('xref-table');
  broken.set(new TextEncoder().encode('startxref\n7'), Buffer.from(broken).lastIndexOf('startxref'));
  expect(noticesIn(broken)).toEqual({ repaired: [] });
});

test('none of it is removed by freeze', () => {
  const file = made({
    catalog:
      '/Names << /JavaScript << /Names [] >> /EmbeddedFiles << /Names [] >> >> /OCProperties << /OCGs [60 0 R] >>' +
      ' /AcroForm << /Fields [] /XFA [] >> /OpenAction << /S /Launch /F (x.exe) >>',
    page: '/Annots [<< /Subtype /Screen >>]',
    objects: { 60: '<< /Name (Draft) >>' }
  });
  const before = noticesIn(file);
  const field = {
    id: 's',
    party: 'a',
    kind: 'signature' as const,
    box: { page: 1, x: 20, y: 20, w: 100, h: 40 },
    label: 'Signature',
    required: true
  };
  const fields = nameFields([field], new Map([['a', 'A']]));
  const tail = freeze(openPdf(memorySource(file)), {
    parties: [{ id: 'a', letter: 'A', name: 'Ann' }],
    fields
  });
  expect(Object.keys(before).sort()).toEqual([
    'embedded-files',
    'javascript',
    'launch',
    'layers',
    'rich-media',
    'xfa'
  ]);
  expect(noticesIn(concat(file, tail))).toEqual(before);
});
