import { describe, expect, test } from 'vitest';
import { ORDER_FORM, orderForm } from '../../../tests/vectors/form.ts';
import { signedContract } from '../../../tests/vectors/signed.ts';
import { writeTable } from '../../../tests/vectors/write.ts';
import { concat } from '../bytes/concat.ts';
import { memorySource } from '../bytes/source.ts';
import { nameFields, type Field } from '../domain/field.ts';
import { openPdf, type PdfDocument } from '../pdf/document.ts';
import { formFields } from '../pdf/fields.ts';
import { PdfRef, PdfString } from '../pdf/objects.ts';
import { decodeText } from '../pdf/text.ts';
import { formEntries, type FormEntry } from './existing.ts';
import { freeze } from './freeze.ts';

const open = (file: Uint8Array): PdfDocument => openPdf(memorySource(file));
const form = writeTable(orderForm());
const entriesOf = (file: Uint8Array): FormEntry[] => {
  const doc = open(file);
  return formEntries(doc, doc.pages());
};
const entry = (name: string, file = form): FormEntry => {
  const found = entriesOf(file).find(({ field }) => field.name === name);
  if (found === undefined) throw new Error(`no field ${name}`);
  return found;
};
const parties = [
  { id: 'a', letter: 'A', name: 'Ann' },
  { id: 'b', letter: 'B', name: 'Bea' }
];
const letters = new Map(parties.map(({ id, letter }) => [id, letter]));
const given = (name: string, party: string): Field => {
  const { existing, box, label, options } = entry(name);
  if (existing === null || box === null) throw new Error(`${name} is not offered`);
  const kind = existing.type === 'radio' ? 'choice' : existing.type;
  return { id: name, party, kind, box, label, required: false, options, existing };
};
const signature = (party: string, y: number): Field => ({
  id: `sig${party}`,
  party,
  kind: 'signature',
  box: { page: 1, x: 300, y, w: 150, h: 40 },
  label: 'Signature',
  required: true
});
const freezing =
  (fields: readonly Field[], file = form) =>
  () =>
    freeze(open(file), { parties, fields: nameFields(fields, letters) });
const both = [signature('a', 300), signature('b', 400)];

describe('what a form offers', () => {
  test('text, comb, several lines, choices, buttons and empty signature fields', () => {
    expect(entriesOf(form).map(({ field }) => field.name)).toEqual(ORDER_FORM);
    const offered = entriesOf(form).filter(({ refusal }) => refusal === null);
    expect(offered.map(({ existing }) => existing?.type)).toEqual(
      'text text text text checkbox radio choice choice choice text signature'.split(' ')
    );
    expect(entry('customer')).toMatchObject({
      label: 'Customer name',
      required: true,
      firstOnly: false,
      box: { page: 1, x: 40, y: 124, w: 150, h: 18 },
      existing: { value: 'Beta' }
    });
    expect(entry('order.note').existing).toEqual({ name: 'order.note', type: 'text', multiline: true });
    expect(entry('order.iban').existing).toMatchObject({ comb: true, maxLength: 10 });
    expect(entry('agree')).toMatchObject({ options: ['On'], firstOnly: false });
    expect(entry('colour').options).toEqual(['Red', 'Green', 'Blue']);
  });

  test('a radio group is one choice with a place for each state, in words', () => {
    expect(entry('plan')).toMatchObject({
      firstOnly: true,
      options: ['m', 'y'],
      box: { x: 40, y: 370, w: 12, h: 12 },
      existing: {
        states: ['m', 'y'],
        labels: ['Monthly', 'Yearly'],
        places: [{ x: 80, y: 370, w: 12, h: 12 }]
      }
    });
  });

  test('what is kept and what is shown of a choice; one that takes other text', () => {
    expect(entry('country')).toMatchObject({
      options: ['lt', 'pl'],
      existing: { labels: ['Lithuania', 'Poland'] }
    });
    expect(entry('other').existing).toEqual({ name: 'other', type: 'choice', editable: true });
  });

  test('what it does not offer, and why', () => {
    const refused = entriesOf(form).flatMap(({ field, refusal }) => (refusal ? [[field.name, refusal]] : []));
    expect(refused).toEqual([
      ['print', 'button'],
      ['total', 'read-only'],
      ['secret', 'kind']
    ]);
  });

  test.each([
    [
      '/Rect [40 60 220 110]',
      '/Rect [40 60 220 110] /Lock << /Type /SigFieldLock /Action /All >>',
      'Signature1',
      'prescribes'
    ],
    ['/T (customer)', '/T (buyer)', 'buyer', 'name'],
    ['/F 4 /FT /Tx /T (buyer)', '/F 6 /FT /Tx /T (buyer)', 'buyer', 'no-place'],
    ['/Ff 131072 /T (country)', '/Ff 2228224 /T (country)', 'country', 'kind'],
    ['/Opt [(Red) (Green) (Blue)]', '', 'colour', 'kind'],
    ['/AP << /N << /On 50 0 R /Off 51 0 R >> >>', '', 'agree', 'kind'],
    ['/Ff 4096', '/Ff 33554432', 'order.note', 'kind']
  ])('%s → %s: %s is refused (%s)', (from, to, name, refusal) => {
    const draft = orderForm();
    for (const [number, body] of draft.objects)
      if (typeof body === 'string' && body.includes(from)) draft.objects.set(number, body.replace(from, to));
    expect(entry(name, writeTable(draft)).refusal).toBe(refusal);
  });

  test('a signed file offers nothing but empty signature fields', async () => {
    const names = entriesOf(await signedContract()).map(({ refusal }) => refusal);
    expect(names).toEqual(['signed']);
  });
});

describe('freeze', () => {
  test('leaves what was given as it is, and locks it by its party’s signature', () => {
    const fields = [...both, given('customer', 'a'), given('order.note', 'b'), given('buyer', 'b')];
    const doc = open(concat(form, freezing(fields)()));
    const found = new Map(formFields(doc).map((field) => [field.name, field]));
    expect([...found.keys()]).toEqual([...ORDER_FORM, 'cs-A-sig-1', 'cs-B-sig-1']);
    const locked = (name: string) =>
      (doc.array(doc.dict(found.get(name)?.dict.get('Lock'))?.get('Fields')) ?? []).map((item) =>
        item instanceof PdfString ? decodeText(item) : ''
      );
    expect(locked('cs-A-sig-1')).toEqual(['customer']);
    expect(locked('cs-B-sig-1')).toEqual(['order.note', 'buyer']);
    expect(decodeText(found.get('customer')?.value as PdfString)).toBe('Beta');
    // A widget without /P gets it, so that whoever fills it knows the page.
    expect(found.get('buyer')?.dict.get('P')).toEqual(new PdfRef(10, 0));
    expect(found.get('customer')?.dict.has('AP')).toBe(false);
  });

  test('an existing signature field signs for its party, before its new ones', () => {
    const fields = [signature('a', 300), given('Signature1', 'a'), given('agree', 'a'), signature('b', 400)];
    const doc = open(concat(form, freezing(fields)()));
    const found = new Map(formFields(doc).map((field) => [field.name, field]));
    expect(found.get('cs-A-sig-1')?.type).toBe('Tx');
    const fieldsLocked = doc.array(doc.dict(found.get('Signature1')?.dict.get('Lock'))?.get('Fields')) ?? [];
    expect(fieldsLocked.map((item) => decodeText(item as PdfString))).toEqual(['cs-A-sig-1', 'agree']);
  });

  test.each([
    ['radio groups only for who signs first', [...both, given('plan', 'b')], 'plan'],
    [
      'fields with two widgets only for who signs first',
      [...both, given('order.copies', 'b')],
      'order.copies'
    ],
    ['no field twice', [...both, given('buyer', 'a'), given('buyer', 'b')], 'buyer'],
    [
      'nothing that is not offered',
      [...both, { ...given('buyer', 'a'), existing: { name: 'total', type: 'text' as const } }],
      'total'
    ],
    [
      'nothing of another type',
      [...both, { ...given('buyer', 'a'), existing: { name: 'agree', type: 'text' as const } }],
      'agree'
    ],
    [
      'nothing that is not there',
      [...both, { ...given('buyer', 'a'), existing: { name: 'nobody', type: 'text' as const } }],
      'nobody'
    ]
  ])('%s', (_, fields, name) => {
    expect(freezing(fields)).toThrow(expect.objectContaining({ code: 'field-refused' }) as Error);
    expect(freezing(fields)).toThrow(name);
  });

  test('radio groups and two widgets for who signs first', () => {
    expect(freezing([...both, given('plan', 'a'), given('order.copies', 'a')])).not.toThrow();
  });
});
