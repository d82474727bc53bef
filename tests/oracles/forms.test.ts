// The form of somebody else, filled and signed by two parties, before the reference tools; and what they see.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadFonts } from '../../src/cli/fonts.ts';
import { freshKey, signOnce } from '../../src/cli/signing.ts';
import { joinedSource } from '../../src/lib/bytes/joined-source.ts';
import { memorySource } from '../../src/lib/bytes/source.ts';
import { nameFields, type Field } from '../../src/lib/domain/field.ts';
import { openPdf } from '../../src/lib/pdf/document.ts';
import { formFields } from '../../src/lib/pdf/fields.ts';
import { PdfName, PdfString } from '../../src/lib/pdf/objects.ts';
import { decodeText } from '../../src/lib/pdf/text.ts';
import { webProvider } from '../../src/lib/pki/provider-web.ts';
import { formEntries } from '../../src/lib/sign/existing.ts';
import { freeze } from '../../src/lib/sign/freeze.ts';
import { verifyFile } from '../../src/lib/verify/verify.ts';
import { writeEncrypted } from '../vectors/encrypt.ts';
import { orderForm } from '../vectors/form.ts';
import { writeStream, writeTable } from '../vectors/write.ts';
import { judge, objections } from './judges.ts';

const folder = mkdtempSync(join(tmpdir(), 'countersign-forms-'));
afterAll(() => rmSync(folder, { recursive: true }));

const VALUES: Readonly<Record<'A' | 'B', Readonly<Record<string, string>>>> = {
  A: {
    customer: 'Łódzka Spółka',
    'order.iban': 'LT12345678',
    'order.copies': '3',
    agree: 'On',
    plan: 'y',
    country: 'pl'
  },
  B: { 'order.note': 'Deliver on\nMonday morning', colour: 'Green', other: 'Pigeon', buyer: 'Bea' }
};
const parties = (['A', 'B'] as const).map((letter) => ({ id: letter, letter, name: `Party ${letter}` }));

async function signed(original: Uint8Array): Promise<Uint8Array> {
  const source = memorySource(original);
  const doc = openPdf(source);
  const entries = new Map(formEntries(doc, doc.pages()).map((entry) => [entry.field.name, entry]));
  const given = (party: string, name: string): Field => {
    const { existing, box, label, options } = entries.get(name) ?? {};
    if (!existing || !box) throw new Error(`${name} is not offered`);
    const kind = existing.type === 'radio' ? 'choice' : existing.type;
    return {
      id: name,
      party,
      kind,
      box,
      label: label ?? '',
      required: false,
      options: options ?? [],
      existing
    };
  };
  const fresh: Field = {
    id: 'sig',
    party: 'A',
    kind: 'signature',
    box: { page: 1, x: 300, y: 300, w: 180, h: 50 },
    label: 'Signature of A',
    required: true
  };
  const layout = {
    parties,
    fields: nameFields(
      [
        fresh,
        ...Object.keys(VALUES.A).map((name) => given('A', name)),
        ...Object.keys(VALUES.B).map((name) => given('B', name)),
        given('B', 'Signature1')
      ],
      new Map(parties.map(({ id, letter }) => [id, letter]))
    )
  };
  let whole = joinedSource(source, freeze(doc, layout));
  for (const { letter, name } of parties) {
    const key = await freshKey(name, Date.now());
    const own = layout.fields.filter(({ party }) => party === letter).map((field) => field.name ?? '');
    const place = letter === 'A' ? 'cs-A-sig-1' : 'Signature1';
    const input = {
      partyLetter: letter,
      own,
      values: VALUES[letter],
      marks: { [place]: { kind: 'typed' as const, text: name } },
      stamps: {},
      signerName: name,
      reason: null,
      location: null,
      at: Date.now(),
      evidence: null,
      certificates: [key.certificate]
    };
    whole = joinedSource(whole, await signOnce(whole, input, await loadFonts(), key.sign));
  }
  return whole.read(0, whole.size);
}

describe.each([
  ['cross-reference table', () => writeTable(orderForm())],
  ['object streams', () => writeStream(orderForm())],
  ['encrypted', () => writeEncrypted(orderForm(), 'aes256')]
] as const)('%s', (name, make) => {
  const file = join(folder, `${name.replaceAll(' ', '-')}.pdf`);
  let bytes: Uint8Array;
  beforeAll(async () => {
    bytes = await signed(make());
    writeFileSync(file, bytes);
  });

  test('every judge accepts both signatures', async () => {
    expect(objections(await judge(file), 2)).toEqual([]);
  });

  test('our verifier finds what each party filled in, and nothing else', async () => {
    const report = await verifyFile('form.pdf', memorySource(bytes), webProvider, {
      now: Date.now(),
      roots: []
    });
    expect(report.verdict).toBe('changed-as-permitted');
    expect(report.signatures.map(({ integrity, coverage }) => [integrity, coverage])).toEqual([
      ['intact', 'revision'],
      ['intact', 'file']
    ]);
  });

  test('values are those that were given, in the form’s own terms', () => {
    const fields = new Map(formFields(openPdf(memorySource(bytes))).map((field) => [field.name, field]));
    for (const [field, value] of Object.entries({ ...VALUES.A, ...VALUES.B })) {
      const written = fields.get(field)?.value;
      const text =
        written instanceof PdfString ? decodeText(written) : written instanceof PdfName ? written.name : '';
      expect(text.replaceAll('\r', '\n'), field).toBe(value);
    }
    // Every given field is locked, and nobody else's is.
    expect((fields.get('customer')?.flags ?? 0) & 1).toBe(1);
    expect((fields.get('order.note')?.flags ?? 0) & 1).toBe(1);
    expect((fields.get('secret')?.flags ?? 0) & 1).toBe(0);
  });

  test('readers see them: text once a place, the comb by its cells, what a choice shows', () => {
    const text = execFileSync('pdftotext', ['-layout', file, '-']).toString();
    expect(text).toContain('Łódzka Spółka');
    expect(text).toContain('Poland');
    expect(text).toContain('Pigeon');
    expect(text.replace(/\s/g, '')).toContain('LT12345678');
    expect(text).toMatch(/Deliver on/);
    expect(text).toMatch(/Monday morning/);
    expect(text).toMatch(/3\s+3/);
  });
});
