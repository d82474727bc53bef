import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadFonts } from '../../cli/fonts.ts';
import { signForAll } from '../../cli/signing.ts';
import { contract as plainContract, latin1 } from '../../../tests/vectors/draft.ts';
import { signedContract } from '../../../tests/vectors/signed.ts';
import { appendTable, lastXref, writeTable } from '../../../tests/vectors/write.ts';
import { vector } from '../../../tests/vectors/vectors.ts';
import { concat, equalBytes as sameBytes } from '../bytes/concat.ts';
import { parseSignedData } from '../cms/signed-data.ts';
import { memorySource } from '../bytes/source.ts';
import { openPdf, type PdfDocument } from '../pdf/document.ts';
import { PdfDict, type PdfObject, PdfRef } from '../pdf/objects.ts';
import { ByteWriter, writeObject } from '../pdf/serialize.ts';
import { nobleProvider } from '../pki/provider-noble.ts';
import { webProvider } from '../pki/provider-web.ts';
import type { Report } from './report.ts';
import { findSignatures } from './signatures.ts';
import { verifyFile, verifyFileSync } from './verify.ts';

const NOW = Date.UTC(2026, 5, 1);
const judge = (file: Uint8Array): Promise<Report> =>
  verifyFile('a.pdf', memorySource(file), webProvider, { now: NOW });
const codes = (report: Report): string[] =>
  report.signatures.flatMap(({ changes }) => changes.items.map(({ code }) => code));
const warned = (report: Report): string[] => report.warnings.map(({ code }) => code);

/** Two parties signed this; `original` is how it came, `ends` where its revisions end. */
let contract: Uint8Array;
let original: Uint8Array;
let ends: number[];

async function signAgain(): Promise<Uint8Array> {
  const { tails } = await signForAll(memorySource(original), 2, await loadFonts(), () => NOW);
  return concat(original, ...tails);
}

/** An ECDSA value takes two bytes more or less: one whose room is not filled to the last. */
async function paddedContract(): Promise<Uint8Array> {
  for (let file = contract; ; file = await signAgain()) {
    const [, newest] = findSignatures(openPdf(memorySource(file)));
    const contents = newest?.contents ?? new Uint8Array(0);
    if (parseSignedData(contents).length < contents.length - 1) return file;
  }
}

beforeAll(async () => {
  original = vector('xref-table');
  const { tails, revisions } = await signForAll(memorySource(original), 2, await loadFonts(), () => NOW);
  contract = concat(original, ...tails);
  ends = revisions.map(({ end }) => end);
});

/** The object's own text, with an edit: what an attacker writes into a revision of his own. */
function edited(doc: PdfDocument, num: number, edit: (dict: PdfDict) => void): string {
  const value = doc.get(num);
  if (!(value instanceof PdfDict)) throw new Error(`${num} is no dictionary`);
  const dict = value.clone();
  edit(dict);
  const out = new ByteWriter();
  writeObject(out, dict);
  return Buffer.from(out.take()).toString('latin1');
}

function append(
  file: Uint8Array,
  objects: ReadonlyMap<number, string | { dict: string; data: Uint8Array }>
): Uint8Array {
  return appendTable(file, objects, { root: 1, size: 500 });
}

describe('a contract that two parties signed', () => {
  test('nothing changed but what each party filled in and signed', async () => {
    const report = await judge(contract);
    expect(report.verdict).toBe('changed-as-permitted');
    expect(report.read).toBe('ok');
    expect(report.warnings).toEqual([]);
    expect(report.revisions.map(({ kind }) => kind)).toEqual([
      'original',
      'freeze',
      'signature',
      'signature'
    ]);
    expect(report.revisions.map(({ end }) => end)).toEqual([original.length, ...ends]);
    const [first, second] = report.signatures;
    expect(first).toMatchObject({
      kind: 'certification',
      integrity: 'intact',
      coverage: 'revision',
      docMdp: 2,
      profile: 'PAdES-B-B',
      digest: 'SHA-256',
      algorithm: 'ECDSA P-256',
      weak: [],
      claimedTime: '2026-06-01T00:00:00.000Z',
      trust: { status: 'unknown', why: 'no-roots' },
      changes: { level: 'form', permitted: true }
    });
    expect(second).toMatchObject({
      kind: 'approval',
      coverage: 'file',
      changes: { level: 'none', permitted: true }
    });
  });

  test('the synchronous driver with noble says the same', async () => {
    const options = { now: NOW };
    expect(verifyFileSync('a.pdf', memorySource(contract), nobleProvider(), options)).toEqual(
      await judge(contract)
    );
  });

  test('a root that the reader added makes its signature trusted, and only that', async () => {
    const report = await judge(contract);
    const certificates = findSignatures(openPdf(memorySource(contract))).map(({ contents }) => contents);
    expect(certificates).toHaveLength(2);
    const root = parseSignedData(certificates[0] ?? new Uint8Array(0)).certificates[0] ?? new Uint8Array(0);
    const trusted = await verifyFile('a.pdf', memorySource(contract), webProvider, {
      now: NOW,
      roots: [root]
    });
    expect(trusted.signatures.map(({ trust }) => trust.status)).toEqual(['trusted', 'unknown']);
    expect(trusted.verdict).toBe(report.verdict);
    const late = { now: NOW + 50 * 365 * 86_400_000, roots: [root] };
    const expired = await verifyFile('a.pdf', memorySource(contract), webProvider, late);
    expect(expired.signatures[0]?.trust).toEqual({ status: 'expired', why: 'expired' });
  });

  test('cut at a boundary, what is left is judged for itself', async () => {
    const one = await judge(contract.subarray(0, ends[1]));
    expect(one.verdict).toBe('unchanged');
    expect(one.signatures).toHaveLength(1);
    expect(one.warnings).toEqual([{ code: 'empty-signature-field', message: 'field cs-B-sig-1' }]);
    expect((await judge(contract.subarray(0, ends[0]))).verdict).toBe('unsigned');
  });
});

describe('one flipped byte (security S3)', () => {
  test('outside the holes it is broken, wherever it is', async () => {
    const [, , hole = 0] = (await judge(contract)).signatures[0]?.byteRange ?? [];
    const places = [
      12,
      200,
      original.length - 20,
      (ends[0] ?? 0) - 30,
      hole - 1 + 200,
      (ends[1] ?? 0) + 100,
      contract.length - 4
    ];
    for (const at of places) {
      const broken = Uint8Array.from(contract);
      broken[at] = (broken[at] ?? 0) ^ 1;
      const { verdict } = await judge(broken);
      expect(['broken', 'changed', 'unreadable'], `byte ${at}`).toContain(verdict);
    }
  });

  test('inside the hole it breaks the signature, or stands in the padding and is warned about', async () => {
    const signed = await paddedContract();
    const [, from = 0, to = 0] = (await judge(signed)).signatures[1]?.byteRange ?? [];
    const flipped = (at: number, by: string): Promise<Report> => {
      const file = Uint8Array.from(signed);
      file.set(latin1(by), at);
      return judge(file);
    };
    const value = await flipped(from + 41, signed[from + 41] === 0x30 ? '1' : '0');
    expect(['broken', 'changed-as-permitted']).toContain(value.verdict);
    const padding = await flipped(to - 3, '5');
    expect(padding.verdict).toBe('changed-as-permitted');
    expect(warned(padding)).toEqual(['contents-padding']);
    const bracket = await flipped(to - 1, '0');
    expect(['changed', 'broken', 'unreadable']).toContain(bracket.verdict);
  });

  test('whatever is done to covered bytes, the file is never called fine, and the program never falls over', async () => {
    const holes = (await judge(contract)).signatures.map(
      ({ byteRange: [, from = 0, to = 0] }) => [from, to] as const
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(contract.length - 1), fc.integer({ min: 1, max: 255 })), {
          minLength: 1,
          maxLength: 3
        }),
        async (edits) => {
          const file = Uint8Array.from(contract);
          for (const [at, by] of edits) file[at] = (file[at] ?? 0) ^ by;
          const report = await judge(file);
          expect(report.error?.code).not.toBe('internal');
          const covered = edits.some(([at]) => !holes.some(([from, to]) => at >= from && at < to));
          if (covered && !sameBytes(file, contract))
            expect(['unchanged', 'changed-as-permitted']).not.toContain(report.verdict);
        }
      ),
      { numRuns: 120 }
    );
  });
});

describe('cut inside a revision', () => {
  test('is named, and never called unchanged', async () => {
    const [frozen = 0, first = 0, second = 0] = ends;
    for (const end of [first + 1000, second - 1, second - 8, second - 40, first + 40]) {
      const report = await judge(contract.subarray(0, end));
      if (end === second - 1)
        expect([report.verdict, warned(report)[0]]).toEqual(['broken', 'cut-inside-revision']);
      else
        expect([report.verdict, warned(report)], `cut at ${end}`).toEqual([
          'changed',
          ['cut-inside-revision', 'empty-signature-field']
        ]);
    }
    const early = await judge(contract.subarray(0, frozen + 300));
    expect([early.verdict, warned(early)]).toEqual(['unsigned', ['cut-inside-revision']]);
  });
});

describe('what was appended after the last signature', () => {
  const page = 10;
  const content = 11;

  test('swapped page content: changed, with the page and the object', async () => {
    const swapped = append(
      contract,
      new Map([[content, { dict: '', data: latin1('BT /F1 11 Tf (The fee is 9.00 EUR) Tj ET') }]])
    );
    const report = await judge(swapped);
    expect(report.verdict).toBe('changed');
    for (const { changes } of report.signatures) {
      expect(changes).toMatchObject({ level: 'disallowed', permitted: false });
      expect(changes.items).toContainEqual(
        expect.objectContaining({ code: 'page-content', object: `${content} 0 R`, page: 1, revision: 4 })
      );
    }
    expect(report.signatures.map(({ integrity }) => integrity)).toEqual(['intact', 'intact']);
  });

  test('other resources, another size, a page more, a page less', async () => {
    const doc = openPdf(memorySource(contract));
    const cases: [string, Map<number, string>][] = [
      ['page-resources', new Map([[page, edited(doc, page, (d) => d.set('Resources', new PdfDict()))]])],
      ['page-entry', new Map([[page, edited(doc, page, (d) => d.set('MediaBox', [0, 0, 100, 100]))]])],
      [
        'page-tree',
        new Map([[2, edited(doc, 2, (d) => d.set('Kids', [new PdfRef(page, 0)]).set('Count', 1))]])
      ],
      ['page-content', new Map([[page, edited(doc, page, (d) => d.set('Contents', new PdfRef(13, 0)))]])],
      ['actions', new Map([[1, edited(doc, 1, (d) => d.set('OpenAction', [new PdfRef(page, 0)]))]])],
      ['layers', new Map([[1, edited(doc, 1, (d) => d.set('OCProperties', new PdfDict()))]])],
      ['form-removed', new Map([[1, edited(doc, 1, (d) => d.map.delete('AcroForm'))]])]
    ];
    for (const [code, objects] of cases) {
      const report = await judge(append(contract, objects));
      expect([report.verdict, codes(report)], code).toEqual(['changed', expect.arrayContaining([code])]);
      expect(report.signatures).toHaveLength(2);
    }
  });

  test('a page that was removed, added or moved is named with its number', async () => {
    const doc = openPdf(memorySource(contract));
    const pages = [10, 12, 14].map((num) => new PdfRef(num, 0));
    const added = new Map([
      [2, edited(doc, 2, (d) => d.set('Kids', [new PdfRef(600, 0), ...pages]).set('Count', 4))],
      [600, edited(doc, 12, () => undefined)]
    ]);
    const cases: [Map<number, string>, [string, number, string][]][] = [
      [
        new Map([[2, edited(doc, 2, (d) => d.set('Kids', pages.slice(1)).set('Count', 2))]]),
        [['page-removed', 1, '10 0 R']]
      ],
      [added, [['page-added', 1, '600 0 R']]],
      [
        new Map([[2, edited(doc, 2, (d) => d.set('Kids', [...pages].reverse()))]]),
        [
          ['page-moved', 1, '10 0 R'],
          ['page-moved', 3, '14 0 R']
        ]
      ]
    ];
    for (const [objects, wanted] of cases) {
      const [first] = (await judge(append(contract, objects))).signatures;
      const found = first?.changes.items.filter(({ code }) => /^page-(removed|added|moved)$/.test(code));
      expect(found?.map(({ code, page, object }) => [code, page, object])).toEqual(wanted);
      expect(found?.every(({ permitted }) => !permitted)).toBe(true);
    }
  });

  test('a removed form does not hide the signatures', async () => {
    const doc = openPdf(memorySource(contract));
    const report = await judge(
      append(contract, new Map([[1, edited(doc, 1, (d) => d.map.delete('AcroForm'))]]))
    );
    expect(report.signatures.map(({ field }) => field)).toEqual(['cs-A-sig-1', 'cs-B-sig-1']);
    expect(warned(report)).toContain('signature-hidden');
  });

  test('a change says where it can be seen, as the page is displayed', async () => {
    const doc = openPdf(memorySource(contract));
    const field = fieldNumber(doc, 'cs-A-text-1');
    const report = await judge(
      append(contract, new Map([[field, edited(doc, field, (d) => d.set('V', 7))]]))
    );
    const item = report.signatures[0]?.changes.items.find(({ code }) => code === 'field-locked');
    // The command puts the text field of the first party under its signature, 200 × 24 at the left edge.
    expect(item).toMatchObject({
      page: 1,
      field: 'cs-A-text-1',
      box: { page: 1, x: 0, y: 64, w: 200, h: 24 }
    });
  });

  test("another value in a party's field, although filling in is permitted", async () => {
    const doc = openPdf(memorySource(contract));
    const field = fieldNumber(doc, 'cs-A-text-1');
    const report = await judge(
      append(contract, new Map([[field, edited(doc, field, (d) => d.set('V', 7))]]))
    );
    expect(report.verdict).toBe('changed');
    expect(codes(report)).toContain('field-locked');
  });

  test('bytes that no revision accounts for, before and after the last line', async () => {
    const behind = await judge(concat(contract, latin1('\n999 0 obj\n(evil)\nendobj\n')));
    expect([behind.verdict, warned(behind)]).toEqual(['changed', ['cut-inside-revision']]);
    const noise = await judge(concat(contract, latin1('\n<script>\n')));
    expect([noise.verdict, warned(noise)]).toEqual(['changed', ['unaccounted-bytes']]);
    const blank = await judge(concat(contract, latin1('\n\n  \n')));
    expect(blank.verdict).toBe('changed-as-permitted');
    const hidden = concat(contract, latin1('11 0 obj\n(evil)\nendobj\n'));
    const inside = appendWith(hidden, contract, '');
    expect([(await judge(inside)).verdict, warned(await judge(inside))]).toEqual([
      'changed',
      ['unaccounted-bytes']
    ]);
  });

  test('a second startxref that leads to another world', async () => {
    const other = concat(contract, latin1(`startxref\n${lastXref(original)}\n%%EOF\n`));
    const report = await judge(other);
    expect(report.verdict === 'unsigned' || report.verdict === 'changed').toBe(true);
    expect(warned(report)).not.toEqual([]);
  });

  test('an object number that is freed, or named twice in one list', async () => {
    const freed = appendWith(contract, contract, `${content} 1\n0000000000 00001 f \n`);
    expect([(await judge(freed)).verdict, codes(await judge(freed))]).toEqual([
      'changed',
      expect.arrayContaining(['page-content'])
    ]);
    const doc = openPdf(memorySource(contract));
    const offset = String(doc.locate(content)?.start ?? 0).padStart(10, '0');
    const other = String(doc.locate(13)?.start ?? 0).padStart(10, '0');
    const twice = appendWith(
      contract,
      contract,
      `${content} 1\n${offset} 00000 n \n${content} 1\n${other} 00000 n \n`
    );
    expect([(await judge(twice)).verdict, warned(await judge(twice))]).toEqual(['changed', ['xref-twice']]);
  });

  test('the same bytes named again are no change', async () => {
    const doc = openPdf(memorySource(contract));
    const offset = String(doc.locate(content)?.start ?? 0).padStart(10, '0');
    const again = appendWith(contract, contract, `${content} 1\n${offset} 00000 n \n`);
    expect((await judge(again)).verdict).toBe('changed-as-permitted');
  });

  test('the xref leads an object elsewhere into what was signed (shadow replace)', async () => {
    const doc = openPdf(memorySource(contract));
    const other = String(doc.locate(13)?.start ?? 0).padStart(10, '0');
    const moved = await judge(appendWith(contract, contract, `${content} 1\n${other} 00000 n \n`));
    expect(moved.verdict).toBe('changed');
  });
});

/** A hand-made revision: table lines as given, the /Prev of `file`. */
function appendWith(bytes: Uint8Array, file: Uint8Array, lines: string): Uint8Array {
  const root = openPdf(memorySource(file)).trailer;
  const out = new ByteWriter();
  const trailer = new PdfDict(
    new Map<string, PdfObject>([...root.map].filter(([key]) => ['Root', 'Info', 'ID', 'Size'].includes(key)))
  );
  writeObject(out, trailer.set('Prev', lastXref(file)));
  const dict = Buffer.from(out.take()).toString('latin1');
  const text = `xref\n0 1\n0000000000 65535 f \n${lines}trailer\n${dict}\nstartxref\n${bytes.length}\n%%EOF\n`;
  return concat(bytes, latin1(text));
}

function fieldNumber(doc: PdfDocument, name: string): number {
  for (const num of doc.numbers()) {
    const value = doc.get(num);
    const title = value instanceof PdfDict ? value.get('T') : undefined;
    if (title instanceof Object && 'bytes' in title && Buffer.from(title.bytes).toString('latin1') === name)
      return num;
  }
  throw new Error(`no field ${name}`);
}

describe('objects whose bytes come later', () => {
  test('what the signed xref only promised is a change when it is delivered', async () => {
    const draft = plainContract();
    draft.objects.set(10, '<< /Type /Page /Parent 2 0 R /Contents [11 0 R 5 0 R] >>');
    const promising = async (offset: number): Promise<Uint8Array> => {
      const entry = `${String(offset).padStart(10, '0')} 00000 n`;
      const base = latin1(
        Buffer.from(writeTable(draft)).toString('latin1').replace('0000000000 00000 f', entry)
      );
      const { tails } = await signForAll(memorySource(base), 2, await loadFonts(), () => NOW);
      return concat(base, ...tails);
    };
    // Serial numbers differ in length, so the promise lies a little behind the end, and blanks lead there.
    const offset = (await promising(999_999)).length + 40;
    const signed = await promising(offset);
    expect((await judge(signed)).verdict).toBe('changed-as-permitted');
    const blanks = latin1(' '.repeat(offset - signed.length));
    const delivered = append(concat(signed, blanks), new Map([[5, { dict: '', data: latin1('BT ET') }]]));
    expect(openPdf(memorySource(delivered)).entry(5)).toMatchObject({ offset });
    expect([(await judge(delivered)).verdict, codes(await judge(delivered))]).toEqual([
      'changed',
      expect.arrayContaining(['page-content'])
    ]);
  });
});

describe('files that other software signed', () => {
  test.each([1, 2, 3] as const)(
    'certified with P=%s: a changed field of the form is judged by it',
    async (docMdp) => {
      const file = await signedContract({ docMdp });
      expect(await judge(file)).toMatchObject({
        verdict: 'unchanged',
        signatures: [{ docMdp, kind: 'certification' }]
      });
    }
  );

  test('a comment after P=3: permitted beside the text, not over it (evil annotation attack)', async () => {
    const comment = async (docMdp: 1 | 2 | 3 | undefined, rect: string): Promise<Report> => {
      const file = await signedContract(docMdp === undefined ? {} : { docMdp });
      const doc = openPdf(memorySource(file));
      const annots = (d: PdfDict): PdfDict => d.set('Annots', [new PdfRef(6, 0), new PdfRef(40, 0)]);
      const note = `<< /Type /Annot /Subtype /FreeText /Rect [${rect}] /DA (/F1 9 Tf) /Contents (n) >>`;
      return judge(
        append(
          file,
          new Map([
            [10, edited(doc, 10, annots)],
            [40, note]
          ])
        )
      );
    };
    const beside = '10 10 100 40';
    const over = '250 755 400 775';
    expect(await comment(3, beside)).toMatchObject({ verdict: 'changed-as-permitted' });
    const covering = await comment(3, over);
    expect([covering.verdict, codes(covering)]).toEqual([
      'changed',
      expect.arrayContaining(['covers-content'])
    ]);
    expect((await comment(2, beside)).verdict).toBe('changed');
    expect((await comment(1, beside)).verdict).toBe('changed');
    expect((await comment(undefined, beside)).verdict).toBe('changed');
  });

  test('a new visible signature field: beside the text after an approval, never over it, never after P=2 (sneaky signature attack)', async () => {
    const field = async (docMdp: 2 | undefined, rect: string): Promise<Report> => {
      const file = await signedContract(docMdp === undefined ? {} : { docMdp });
      const doc = openPdf(memorySource(file));
      const picture = { dict: '/Type /XObject /Subtype /Form /BBox [0 0 9 9]', data: latin1('0 0 9 9 re f') };
      const objects = new Map<number, string | typeof picture>([
        [5, edited(doc, 5, (d) => d.set('Fields', [new PdfRef(6, 0), new PdfRef(40, 0)]))],
        [10, edited(doc, 10, (d) => d.set('Annots', [new PdfRef(6, 0), new PdfRef(40, 0)]))],
        [
          40,
          `<< /Type /Annot /Subtype /Widget /FT /Sig /T (new) /Rect [${rect}] /F 4 /P 10 0 R /AP << /N 41 0 R >> >>`
        ],
        [41, picture]
      ]);
      return judge(append(file, objects));
    };
    expect((await field(undefined, '10 10 100 40')).verdict).toBe('changed-as-permitted');
    const over = await field(undefined, '250 755 400 775');
    expect([over.verdict, codes(over)]).toEqual(['changed', expect.arrayContaining(['covers-content'])]);
    const certified = await field(2, '10 10 100 40');
    expect([certified.verdict, codes(certified)]).toEqual([
      'changed',
      expect.arrayContaining(['new-visible-field'])
    ]);
    expect((await field(2, '0 0 0 0')).verdict).toBe('changed-as-permitted');
  });

  test('a signature whose object stands again in a later revision keeps one name and gets a warning', async () => {
    const file = await signedContract();
    const doc = openPdf(memorySource(file));
    const again = append(file, new Map([[7, edited(doc, 7, (d) => d.set('Name', null))]]));
    expect(['changed', 'broken']).toContain((await judge(again)).verdict);
  });

  test('two /Contents in one dictionary, and a range that is not the hole, are never valid', async () => {
    const file = await signedContract();
    const text = Buffer.from(file).toString('latin1');
    const twice = latin1(text.replace('/Name (Other)', '/Contents<00>'));
    expect((await judge(twice)).signatures[0]).toMatchObject({ coverage: 'invalid' });
    expect(warned(await judge(twice))).toContain('contents-twice');
    const [range = ''] = /\[0 \d+ \d+ \d+ *\]/.exec(text) ?? [];
    const wider = text.replace(
      range,
      range.replace(/\[0 (\d+)/, (_, n: string) => `[0 ${Number(n) - 1}`)
    );
    expect((await judge(latin1(wider))).signatures[0]).toMatchObject({
      coverage: 'invalid',
      integrity: 'broken'
    });
  });
});

describe('files that cannot be judged', () => {
  test('are a report with a code, never an exception', async () => {
    expect(await judge(latin1('nothing'))).toMatchObject({
      read: 'unreadable',
      verdict: 'unreadable',
      error: { code: 'not-a-pdf' }
    });
    const locked = await verifyFile('b.pdf', memorySource(vector('encrypted-aes256')), webProvider, {
      now: NOW,
      password: 'no'
    });
    expect(locked).toMatchObject({
      read: 'encrypted',
      verdict: 'unreadable',
      error: { code: 'encrypted-password' }
    });
  });

  test('a signed file with a broken xref is never unchanged', async () => {
    const file = await signedContract();
    const text = Buffer.from(file).toString('latin1');
    const broken = latin1(text.replace(/startxref\n\d+/, (all) => all.replace(/\d/g, '7')));
    const report = await judge(broken);
    expect(report.read).toBe('repaired');
    expect(['changed', 'broken']).toContain(report.verdict);
  });
});
