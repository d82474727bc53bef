// Files that somebody signed before: what is offered, what is refused with which code, and that the earlier
// signature stays valid for the reference tools (`contracts.md`, "An uploaded file that is already signed").
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
import { webProvider } from '../../src/lib/pki/provider-web.ts';
import { freeze } from '../../src/lib/sign/freeze.ts';
import { verifyFile } from '../../src/lib/verify/verify.ts';
import { summarize } from '../../src/lib/work/summary.ts';
import { signedContract, type SignedOptions } from '../vectors/signed.ts';
import { judgeAll, objections } from './judges.ts';

const folder = mkdtempSync(join(tmpdir(), 'countersign-signed-uploads-'));
afterAll(() => rmSync(folder, { recursive: true }));

const PARTIES = [
  { id: 'A', letter: 'A', name: 'Ann' },
  { id: 'B', letter: 'B', name: 'Bea' }
];

/** A field for a party: a new one, or the file's own empty `Signature2`. */
function place(party: string, own: boolean): Field {
  const y = party === 'A' ? 300 : 400;
  return {
    id: `${party}${own}`,
    party,
    kind: 'signature',
    box: { page: 1, x: 320, y, w: 180, h: 50 },
    label: `Signature of ${party}`,
    required: true,
    ...(own ? { existing: { name: 'Signature2', type: 'signature' as const } } : {})
  };
}

/** Freezes and signs for each of the places in order. Throws PdfError. */
async function signed(original: Uint8Array, places: readonly Field[]): Promise<Uint8Array> {
  const source = memorySource(original);
  const fields = nameFields(places, new Map(PARTIES.map(({ id, letter }) => [id, letter])));
  let whole = joinedSource(source, freeze(openPdf(source), { parties: PARTIES, fields }));
  for (const { name = '', party } of fields) {
    const key = await freshKey(party, Date.now());
    const input = {
      partyLetter: party,
      own: [name],
      values: {},
      marks: { [name]: { kind: 'typed' as const, text: `Party ${party}` } },
      stamps: {},
      signerName: `Party ${party}`,
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

interface Row {
  readonly what: string;
  readonly file: SignedOptions;
  /** What new signature fields come to: seen, made without being seen, or the code of the refusal. */
  readonly fresh: 'visible' | 'invisible' | 'docmdp-forbids';
  /** Why the file's own empty signature field is not offered; null: it is. */
  readonly own: 'locked' | null;
}

const ROWS: readonly Row[] = [
  { what: 'approval', file: {}, fresh: 'visible', own: null },
  { what: 'certified, nothing allowed', file: { docMdp: 1 }, fresh: 'docmdp-forbids', own: 'locked' },
  { what: 'certified, forms allowed', file: { docMdp: 2 }, fresh: 'invisible', own: null },
  { what: 'certified, comments allowed', file: { docMdp: 3 }, fresh: 'invisible', own: null },
  { what: 'FieldMDP All', file: { locks: '/Action /All' }, fresh: 'docmdp-forbids', own: 'locked' },
  {
    what: 'FieldMDP Include of a text field',
    file: { locks: '/Action /Include /Fields [(note)]' },
    fresh: 'visible',
    own: null
  },
  {
    what: 'FieldMDP Include of the empty signature field',
    file: { locks: '/Action /Include /Fields [(Signature2)]' },
    fresh: 'visible',
    own: 'locked'
  },
  {
    what: 'FieldMDP Exclude of the empty signature field',
    file: { locks: '/Action /Exclude /Fields [(Signature2)]' },
    fresh: 'docmdp-forbids',
    own: null
  },
  { what: 'Lock All', file: { lock: '/Action /All' }, fresh: 'docmdp-forbids', own: 'locked' },
  { what: 'Lock Include', file: { lock: '/Action /Include /Fields [(note)]' }, fresh: 'visible', own: null },
  {
    what: 'Lock Exclude',
    file: { lock: '/Action /Exclude /Fields [(Signature2)]' },
    fresh: 'docmdp-forbids',
    own: null
  },
  {
    what: 'Lock with P 1',
    file: { lock: '/Action /Include /Fields [(note)] /P 1' },
    fresh: 'docmdp-forbids',
    own: 'locked'
  },
  {
    what: 'certified, forms allowed, FieldMDP Include',
    file: { docMdp: 2, locks: '/Action /Include /Fields [(note)]' },
    fresh: 'invisible',
    own: null
  }
];

/** What came of one try: the signed file and the judges' word, or the code of the refusal. */
interface Outcome {
  readonly code: string | null;
  readonly bytes: Uint8Array;
  objections: string[];
}

const outcomes = new Map<string, Outcome>();

async function tried(places: readonly Field[], original: Uint8Array): Promise<Outcome> {
  try {
    return { code: null, bytes: await signed(original, places), objections: [] };
  } catch (error) {
    return { code: (error as { code: string }).code, bytes: new Uint8Array(), objections: [] };
  }
}

// The tools start once for all files.
beforeAll(async () => {
  for (const { what, file } of ROWS) {
    // An empty signature field left over is one more that pdfsig calls not valid.
    const [bare, roomy] = [await signedContract(file), await signedContract({ ...file, empty: true })];
    outcomes.set(`${what} fresh`, await tried([place('A', false), place('B', false)], bare));
    outcomes.set(`${what} own`, await tried([place('A', true)], roomy));
  }
  const made = [...outcomes].filter(([, { code }]) => code === null);
  const paths = made.map(([key, { bytes }]) => {
    const path = join(folder, `${key.replace(/\W+/g, '-')}.pdf`);
    writeFileSync(path, bytes);
    return path;
  });
  const words = await judgeAll(paths);
  made.forEach(([key, outcome], index) => {
    const word = words[index];
    outcome.objections =
      word === undefined ? ['nobody judged'] : objections(word, key.endsWith('fresh') ? 3 : 2);
  });
});

/** The outcome, which all judges and our own verifier accept. */
async function accepted(key: string): Promise<Uint8Array> {
  const outcome = outcomes.get(key);
  expect([outcome?.code, outcome?.objections]).toEqual([null, []]);
  const bytes = outcome?.bytes ?? new Uint8Array();
  const report = await verifyFile(key, memorySource(bytes), webProvider, { now: Date.now(), roots: [] });
  expect(['unchanged', 'changed-as-permitted']).toContain(report.verdict);
  return bytes;
}

describe.each(ROWS)('$what', ({ what, file, fresh, own }) => {
  test('says what it offers', async () => {
    const original = await signedContract({ ...file, empty: true });
    const { fields, certified, closed } = summarize(openPdf(memorySource(original)));
    const refusals = Object.fromEntries(fields.map(({ name, refusal }) => [name, refusal]));
    expect(refusals).toEqual({ Signature1: 'signed', Signature2: own, note: 'file-signed' });
    if (fresh === 'docmdp-forbids') expect(certified === 1 || closed).toBe(true);
    else expect([closed, certified === null]).toEqual([false, fresh === 'visible']);
  });

  test('new signature fields', async () => {
    if (fresh === 'docmdp-forbids') {
      expect(outcomes.get(`${what} fresh`)?.code).toBe('docmdp-forbids');
      return;
    }
    const bytes = await accepted(`${what} fresh`);
    const made = formFields(openPdf(memorySource(bytes))).find(({ name }) => name === 'cs-A-sig-1');
    expect(made?.dict.get('Rect')).toEqual(fresh === 'visible' ? [320, 492, 500, 542] : [0, 0, 0, 0]);
  });

  test('the empty signature field of the file', async () => {
    const forbids = file.docMdp === 1 || (file.lock ?? '').includes('/P 1');
    if (own === null) await accepted(`${what} own`);
    else expect(outcomes.get(`${what} own`)?.code).toBe(forbids ? 'docmdp-forbids' : 'field-refused');
  });
});

test('a text field of a signed file cannot be given to anybody', async () => {
  const note: Field = { ...place('A', false), kind: 'text', existing: { name: 'note', type: 'text' } };
  const bytes = await signedContract({ empty: true });
  // Signature fields only: the value would go into the signature's picture, never into the signed form.
  const file = await signed(bytes, [place('A', false)]);
  expect(formFields(openPdf(memorySource(file))).find(({ name }) => name === 'note')?.value).toBeNull();
  const { fields } = summarize(openPdf(memorySource(bytes)));
  expect(fields.find(({ name }) => name === note.existing?.name)?.offer).toBeNull();
});
