import { beforeAll, describe, expect, test } from 'vitest';
import { contract } from '../../../tests/vectors/draft.ts';
import { signedContract } from '../../../tests/vectors/signed.ts';
import { more, vector, vectors } from '../../../tests/vectors/vectors.ts';
import { writeTable } from '../../../tests/vectors/write.ts';
import { loadFonts } from '../../cli/fonts.ts';
import { freshKey, sampleStamp, type FreshKey } from '../../cli/signing.ts';
import { concat } from '../bytes/concat.ts';
import { encodeUtf8 } from '../bytes/utf8.ts';
import { memorySource } from '../bytes/source.ts';
import { nameFields, type Field } from '../domain/field.ts';
import type { FontSet } from '../pdf/appearance/fonts.ts';
import { openPdf, type PdfDocument } from '../pdf/document.ts';
import { formFields } from '../pdf/fields.ts';
import { inflate } from '../pdf/inflate.ts';
import { PdfDict, PdfName, PdfRef, PdfStream, PdfString, type PdfObject } from '../pdf/objects.ts';
import { decodeText } from '../pdf/text.ts';
import { webProvider } from '../pki/provider-web.ts';
import { verifyFile } from '../verify/verify.ts';
import { freeze } from './freeze.ts';
import type { SignInput } from './layout.ts';
import { prepareSignature } from './signature.ts';

const NOW = Date.UTC(2026, 5, 1, 12);
const field = (party: string, kind: Field['kind'], y: number, more: Partial<Field> = {}): Field => ({
  id: `${party}${kind}${y}`,
  party,
  kind,
  box: { page: 1, x: 20, y, w: 150, h: 22 },
  label: kind,
  required: true,
  ...more
});
const layout = {
  parties: [],
  fields: nameFields(
    [
      field('A', 'signature', 20),
      field('A', 'stamp', 50),
      field('A', 'text', 80),
      field('A', 'checkbox', 110),
      field('A', 'choice', 140, { options: ['Monthly', 'Yearly'] }),
      field('A', 'initials', 170),
      field('B', 'signature', 200),
      field('B', 'text', 230)
    ],
    new Map([
      ['A', 'A'],
      ['B', 'B']
    ])
  )
};

let fonts: FontSet;
let ann: FreshKey;
beforeAll(async () => {
  [fonts, ann] = await Promise.all([loadFonts(), freshKey('Ann', NOW)]);
});

const evidence = '{"v":1,"text":"/Contents <00> /ByteRange [0 1 2 3] ()\\\\ endobj"}';
const inputOf = (partyLetter: string, changed: Partial<SignInput> = {}): SignInput => ({
  partyLetter,
  values: {},
  marks: {},
  stamps: {},
  signerName: 'Ann Łódzka',
  reason: null,
  location: null,
  at: NOW,
  evidence: null,
  certificates: [ann.certificate],
  ...changed
});
const full = (): SignInput =>
  inputOf('A', {
    values: { 'cs-A-text-1': 'Zażółć', 'cs-A-check-1': 'Yes', 'cs-A-choice-1': 'Yearly' },
    marks: {
      'cs-A-sig-1': { kind: 'drawn', drawing: { width: 30, height: 10, outlines: [[0, 0, 30, 5, 0, 10]] } },
      'cs-A-initials-1': { kind: 'typed', text: 'AŁ' }
    },
    stamps: { 'cs-A-stamp-1': sampleStamp() },
    reason: 'Agreed',
    location: 'Vilnius',
    evidence
  });

async function sign(file: Uint8Array, input: SignInput): Promise<Uint8Array> {
  const prepared = prepareSignature(openPdf(memorySource(file)), input, fonts);
  const covered = concat(file, ...prepared.covered);
  const digest = new Uint8Array(await crypto.subtle.digest(prepared.hash, Uint8Array.from(covered)));
  return concat(file, prepared.finish(await ann.sign(prepared.attributes(digest))));
}
const frozen = (file: Uint8Array) => concat(file, freeze(openPdf(memorySource(file)), layout));
const read = (file: Uint8Array) => openPdf(memorySource(file));
const dictOf = (doc: PdfDocument, name: string) =>
  formFields(doc).find((candidate) => candidate.name === name)?.dict ?? new PdfDict();
const valueOf = (doc: PdfDocument, name: string) => doc.dict(dictOf(doc, name).get('V')) ?? new PdfDict();
const said = (value: PdfObject | undefined) =>
  value instanceof PdfString ? decodeText(value) : value instanceof PdfName ? value.name : value;
const appearanceOf = (doc: PdfDocument, name: string) => doc.dict(dictOf(doc, name).get('AP'))?.get('N');
const methods = (doc: PdfDocument, name: string) =>
  (doc.array(valueOf(doc, name).get('Reference')) ?? []).map((item) =>
    said(doc.dict(item)?.get('TransformMethod'))
  );
const error = (input: SignInput, file = frozen(vector('xref-table'))) => {
  try {
    prepareSignature(read(file), input, fonts);
    return 'none';
  } catch (caught) {
    return `${(caught as { code: string }).code}: ${(caught as Error).message}`;
  }
};

test('values, pictures and locks of the party are written; nothing of the other party is', async () => {
  const before = read(frozen(vector('xref-table')));
  const doc = read(await sign(frozen(vector('xref-table')), full()));
  expect(said(dictOf(doc, 'cs-A-text-1').get('V'))).toBe('Zażółć');
  expect(said(dictOf(doc, 'cs-A-choice-1').get('V'))).toBe('Yearly');
  expect(said(dictOf(doc, 'cs-A-check-1').get('V'))).toBe('Yes');
  expect(said(dictOf(doc, 'cs-A-check-1').get('AS'))).toBe('Yes');
  expect(said(dictOf(doc, 'cs-A-stamp-1').get('V'))).toMatch(/^Stamp of Ann Łódzka, sha256 [0-9a-f]{64}$/);
  expect(said(dictOf(doc, 'cs-A-initials-1').get('V'))).toBe('Initials of Ann Łódzka');
  for (const { name } of layout.fields) {
    const dict = dictOf(doc, name ?? '');
    if (name?.startsWith('cs-B')) expect(dict.map, name).toEqual(dictOf(before, name).map);
    else if (name !== 'cs-A-sig-1')
      expect([dict.get('Ff'), dict.get('F')], name).toEqual([expect.anything(), 132]);
    for (const key of ['Rect', 'TU', 'MK', 'T', 'DA']) {
      expect(dict.get(key), `${name} ${key}`).toEqual(dictOf(before, name ?? '').get(key));
    }
  }
});

test('a field left blank is locked too and gets a new appearance; a blank checkbox keeps its own', async () => {
  const start = frozen(vector('xref-table'));
  const doc = read(await sign(start, inputOf('A')));
  for (const name of ['cs-A-text-1', 'cs-A-choice-1', 'cs-A-stamp-1', 'cs-A-initials-1']) {
    expect(dictOf(doc, name).has('V'), name).toBe(false);
    expect(appearanceOf(doc, name), name).not.toEqual(appearanceOf(read(start), name));
    expect(Number(dictOf(doc, name).get('Ff')) & 1, name).toBe(1);
  }
  expect(said(dictOf(doc, 'cs-A-check-1').get('AS'))).toBe('Off');
  expect(appearanceOf(doc, 'cs-A-check-1')).toEqual(appearanceOf(read(start), 'cs-A-check-1'));
});

test('the first signature certifies with P=2, the second approves; each locks its own fields', async () => {
  const one = await sign(frozen(vector('xref-table')), full());
  const doc = read(await sign(one, inputOf('B', { values: { 'cs-B-text-1': 'yes' } })));
  expect(methods(doc, 'cs-A-sig-1')).toEqual(['DocMDP', 'FieldMDP']);
  expect(methods(doc, 'cs-B-sig-1')).toEqual(['FieldMDP']);
  expect(doc.dict(doc.catalog.get('Perms'))?.get('DocMDP')).toEqual(dictOf(doc, 'cs-A-sig-1').get('V'));
  const [, lock] = doc.array(valueOf(doc, 'cs-A-sig-1').get('Reference')) ?? [];
  expect(doc.dict(lock)?.get('Data')).toEqual(doc.catalogRef);
  const names = (doc.array(doc.dict(doc.dict(lock)?.get('TransformParams'))?.get('Fields')) ?? []).map(said);
  expect(names).toEqual(
    layout.fields.flatMap(({ name, party, kind }) => (party === 'A' && kind !== 'signature' ? [name] : []))
  );
});

test('the signature dictionary says who, why, where, when in UTC, with what; evidence is a packed string', async () => {
  const doc = read(await sign(frozen(vector('xref-table')), full()));
  const value = valueOf(doc, 'cs-A-sig-1');
  expect(
    ['Type', 'Filter', 'SubFilter', 'Name', 'Reason', 'Location', 'M'].map((key) => said(value.get(key)))
  ).toEqual([
    'Sig',
    'Adobe.PPKLite',
    'ETSI.CAdES.detached',
    'Ann Łódzka',
    'Agreed',
    'Vilnius',
    "D:20260601120000+00'00'"
  ]);
  const packed = value.get('XXCountersign');
  expect(packed instanceof PdfString && inflate(packed.bytes, 1 << 16)).toEqual(encodeUtf8(evidence));
  expect(packed instanceof PdfString && packed.hex).toBe(false);
});

describe.each([...vectors, ...more])('$name', ({ make }) => {
  test(
    'two parties sign; our verifier finds both intact, whole and nothing changed but forms',
    { timeout: 60_000 },
    async () => {
      const one = await sign(frozen(make()), full());
      const two = await sign(one, inputOf('B', { values: { 'cs-B-text-1': 'Agreed' } }));
      const report = await verifyFile('x', memorySource(two), webProvider, { now: NOW });
      expect(
        report.signatures.map(({ field: name, integrity, coverage, changes }) => [
          name,
          integrity,
          coverage,
          changes.level
        ])
      ).toEqual([
        ['cs-A-sig-1', 'intact', 'revision', 'form'],
        ['cs-B-sig-1', 'intact', 'file', 'none']
      ]);
      expect(report.verdict).toBe('changed-as-permitted');
    }
  );
});

test.each([
  ['/Action /All', ['All', null]],
  ['/Action /Exclude /Fields [(open)]', ['Exclude', ['open']]],
  ['/Action /Include /Fields [(a) (b)]', ['Include', ['a', 'b']]]
] as const)(
  'a signature field of the form with %s locks just that, and is shown by its kid',
  async (lock, said_) => {
    const draft = contract({ catalog: '/AcroForm 5 0 R' });
    draft.objects.set(5, '<< /Fields [6 0 R] /SigFlags 3 >>');
    draft.objects.set(6, `<< /FT /Sig /T (theirs) /Kids [7 0 R] /Lock << /Type /SigFieldLock ${lock} >> >>`);
    draft.objects.set(
      7,
      '<< /Type /Annot /Subtype /Widget /Parent 6 0 R /Rect [300 600 450 640] /F 4 /P 10 0 R >>'
    );
    draft.objects.set(10, '<< /Type /Page /Parent 2 0 R /Contents 11 0 R /Annots [7 0 R] >>');
    const marks = { theirs: { kind: 'typed', text: 'Ann' } } as const;
    const doc = read(await sign(writeTable(draft), inputOf('A', { own: ['theirs'], marks })));
    const [, reference] = doc.array(valueOf(doc, 'theirs').get('Reference')) ?? [];
    const parameters = doc.dict(doc.dict(reference)?.get('TransformParams'));
    expect([
      said(parameters?.get('Action')),
      doc.array(parameters?.get('Fields'))?.map(said) ?? null
    ]).toEqual(said_);
    expect(dictOf(doc, 'theirs').has('AP')).toBe(false);
    expect(doc.dict(doc.get(7))?.has('AP')).toBe(true);
  }
);

test('in an encrypted file names and evidence are not in plain, /Contents is, and no FieldMDP is written', async () => {
  const start = frozen(vector('encrypted-aes256'));
  const file = await sign(start, full());
  const tail = Buffer.from(file.subarray(start.length)).toString('latin1');
  expect(tail).not.toContain('(Vilnius)');
  expect(tail).toContain('/Contents<308');
  expect(methods(read(file), 'cs-A-sig-1')).toEqual(['DocMDP']);
  expect(said(valueOf(read(file), 'cs-A-sig-1').get('Location'))).toBe('Vilnius');
});

test('a file signed before: stamp and text go into the picture of the signature, which approves', async () => {
  const doc = read(await sign(frozen(await signedContract()), full()));
  const form = doc.resolve(appearanceOf(doc, 'cs-A-sig-1'));
  const forms =
    form instanceof PdfStream ? doc.dict(doc.dict(form.dict.get('Resources'))?.get('XObject')) : null;
  expect([...(forms?.map.keys() ?? [])]).toEqual(['P0', 'P1', 'P2']);
  expect(doc.catalog.has('Perms')).toBe(false);
  expect(methods(doc, 'cs-A-sig-1')).toEqual([]);
});

test('what cannot be drawn or placed is refused by name before anything is signed', async () => {
  const text = (value: string) => inputOf('A', { values: { 'cs-A-text-1': value } });
  expect(error(text('ok \u{1f600}'))).toBe('glyph-missing: cs-A-text-1: no glyph for "\u{1f600}" (U+1F600)');
  expect(error(text('x'.repeat(200)))).toContain('does-not-fit: cs-A-text-1');
  expect(error(inputOf('A', { values: { 'cs-A-choice-1': 'Weekly' } }))).toContain(
    'structure: cs-A-choice-1'
  );
  expect(error(inputOf('A', { values: { 'cs-B-text-1': 'x' } }))).toBe('field-missing: no field cs-B-text-1');
  expect(error(inputOf('C'))).toBe('field-missing: no empty signature field of party C');
  const bad = { kind: 'jpeg', bytes: Uint8Array.of(1, 2), width: 1, height: 1 } as const;
  expect(error(inputOf('A', { stamps: { 'cs-A-stamp-1': bad } }))).toBe('image: not a JPEG');
  const signed = await sign(frozen(vector('xref-table')), inputOf('A'));
  expect(error(inputOf('A'), signed)).toBe('field-missing: no empty signature field of party A');
});

test('objects read to sign do not grow with the file', () => {
  const touched = (file: Uint8Array) => {
    let bytes = 0;
    const source = memorySource(frozen(file));
    const counting = {
      size: source.size,
      read: (at: number, length: number) => ((bytes += length), source.read(at, length))
    };
    prepareSignature(openPdf(counting), inputOf('B'), fonts);
    return bytes;
  };
  expect(touched(vector('scan'))).toBeLessThan(touched(vector('xref-table')) + 300_000);
});

test('bytes added: small for what they carry', async () => {
  const start = frozen(vector('xref-table'));
  const blank = (await sign(start, inputOf('B'))).length - start.length;
  const filled =
    (await sign(start, inputOf('B', { values: { 'cs-B-text-1': 'Agreed' } }))).length - start.length;
  expect(blank).toBeLessThan(3_200);
  expect(filled - blank).toBeLessThan(2_600);
});

test('references stay what they were: the value is a reference, nothing is freed', async () => {
  const start = frozen(vector('xref-table'));
  const doc = read(await sign(start, full()));
  expect(dictOf(doc, 'cs-A-sig-1').get('V') instanceof PdfRef).toBe(true);
  for (const number of read(start).numbers()) {
    if (read(start).get(number) !== null) expect(doc.get(number), String(number)).not.toBeNull();
  }
});
