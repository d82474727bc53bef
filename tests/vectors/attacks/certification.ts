// "Breaking the specification: PDF certification" (2021): evil annotations, sneaky signatures.
import { PdfDict, PdfRef } from '../../../src/lib/pdf/objects.ts';
import { latin1, type Body } from '../draft.ts';
import { append, type Attack, edited, other, PAGE } from './scene.ts';

const FIELDS = 5;
const FIELD = 6;
const NEW = 40;
const PICTURE = 41;
const TEXT = '250 715 590 735';
const MARGIN = '20 20 120 60';

const picture: Body = {
  dict: '/Type /XObject /Subtype /Form /BBox [0 0 340 20] /Resources << /Font << /F1 3 0 R >> >>',
  data: latin1('1 1 1 rg 0 0 340 20 re f 0 g BT /F1 11 Tf 10 5 Td (The fee is 9.00 EUR a month) Tj ET')
};

function put(file: Uint8Array, note: string, more: Readonly<Record<number, Body>> = {}): Uint8Array {
  return append(file, {
    [PAGE]: edited(file, PAGE, (dict) => dict.set('Annots', [new PdfRef(FIELD, 0), new PdfRef(NEW, 0)])),
    [NEW]: note,
    ...more
  });
}

type Permission = 1 | 2 | 3;

/** A comment over what the page says; honest: the same kind in the margin of a file that allows comments. */
function evil(name: string, docMdp: Permission | null, note: (rect: string) => string): Attack {
  return {
    family: 'evil annotation',
    name,
    make: async (isEvil) => {
      const file = await other(isEvil ? (docMdp === null ? {} : { docMdp }) : { docMdp: 3 });
      const rect = isEvil && docMdp === 3 ? TEXT : MARGIN;
      return put(file, note(rect), { [PICTURE]: picture });
    }
  };
}

const common = (rect: string): string => `/Type /Annot /Rect [${rect}] /F 4`;
const look = '/AP << /N 41 0 R >>';
const freeText = (rect: string): string =>
  `<< ${common(rect)} /Subtype /FreeText /DA (/F1 9 Tf) /Contents (n) ${look} >>`;

/** Reaches out of its rectangle, or does more than lie there; honest: the plain comment in the margin. */
function reaching(name: string, note: string, more: Readonly<Record<number, Body>> = {}): Attack {
  return {
    family: 'evil annotation',
    name,
    make: async (isEvil) => {
      const file = await other({ docMdp: 3 });
      return put(file, isEvil ? note : freeText(MARGIN), { [PICTURE]: picture, ...more });
    }
  };
}

export const evilAnnotations: readonly Attack[] = [
  evil('free text over the fee', 3, freeText),
  evil('a stamp over the fee', 3, (rect) => `<< ${common(rect)} /Subtype /Stamp ${look} >>`),
  evil(
    'a white square over the fee',
    3,
    (rect) => `<< ${common(rect)} /Subtype /Square /IC [1 1 1] /C [1 1 1] >>`
  ),
  evil('free text where only forms are allowed', 2, freeText),
  evil('free text where nothing is allowed', 1, freeText),
  evil('free text after an approval', null, freeText),
  reaching(
    'a polygon whose corners lie outside its rectangle',
    `<< ${common(MARGIN)} /Subtype /Polygon /IC [1 1 1] /Vertices [250 715 590 715 590 735 250 735] >>`
  ),
  reaching(
    'a line that is drawn outside its rectangle',
    `<< ${common(MARGIN)} /Subtype /Line /C [1 1 1] /BS << /W 20 >> /L [250 725 590 725] >>`
  ),
  reaching(
    'ink outside its rectangle',
    `<< ${common(MARGIN)} /Subtype /Ink /C [1 1 1] /BS << /W 20 >> /InkList [[250 725 590 725]] >>`
  ),
  reaching(
    'a highlight whose places lie outside its rectangle',
    `<< ${common(MARGIN)} /Subtype /Highlight /C [0 0 0] /QuadPoints [250 735 590 735 250 715 590 715] >>`
  ),
  reaching(
    'free text with a callout outside its rectangle',
    `<< ${common(MARGIN)} /Subtype /FreeText /DA (/F1 9 Tf) /Contents (n) /CL [20 20 250 725 590 725] >>`
  ),
  reaching(
    'a comment that runs a script',
    `<< ${common(MARGIN)} /Subtype /Text /Contents (n) /A << /S /JavaScript /JS (app.alert\\(1\\)) >> >>`
  ),
  reaching(
    'a comment with actions of its own',
    `<< ${common(MARGIN)} /Subtype /Text /Contents (n) /AA << /PO << /S /URI /URI (https://evil.example) >> >> >>`
  ),
  reaching(
    'an attached file',
    `<< ${common(MARGIN)} /Subtype /FileAttachment /FS << /Type /Filespec /F (a.exe) >> >>`
  ),
  reaching('a screen for a film', `<< ${common(MARGIN)} /Subtype /Screen >>`),
  reaching(
    'a redaction',
    `<< ${common(MARGIN)} /Subtype /Redact /QuadPoints [250 735 590 735 250 715 590 715] >>`
  ),
  {
    family: 'evil annotation',
    name: 'a comment that a later revision moves over the text',
    make: async (isEvil) => {
      const file = put(await other({ docMdp: 3 }), freeText(MARGIN), { [PICTURE]: picture });
      return isEvil ? append(file, { [NEW]: freeText(TEXT) }) : file;
    }
  }
];

const widget = (rect: string, more = ''): string =>
  `<< /Type /Annot /Subtype /Widget /FT /Sig /T (new) /Rect [${rect}] /F 4 /P 10 0 R ${look} ${more} >>`;

function addField(file: Uint8Array, field: string, more: Readonly<Record<number, Body>> = {}): Uint8Array {
  return put(file, field, {
    [FIELDS]: edited(file, FIELDS, (dict) => dict.set('Fields', [new PdfRef(FIELD, 0), new PdfRef(NEW, 0)])),
    [PICTURE]: picture,
    ...more
  });
}

/** A new place for a signature that shows what the attacker wants; honest: one in the margin. */
function sneaky(name: string, docMdp: Permission | null, make: (file: Uint8Array) => Uint8Array): Attack {
  return {
    family: 'sneaky signature',
    name,
    make: async (isEvil) =>
      isEvil ? make(await other(docMdp === null ? {} : { docMdp })) : addField(await other(), widget(MARGIN))
  };
}

export const sneakySignatures: readonly Attack[] = [
  sneaky('an unsigned field over the fee after an approval', null, (file) => addField(file, widget(TEXT))),
  sneaky('a field anywhere where only forms are allowed', 2, (file) => addField(file, widget(MARGIN))),
  sneaky('a field over the fee where comments are allowed', 3, (file) => addField(file, widget(TEXT))),
  sneaky('a field where nothing is allowed', 1, (file) => addField(file, widget(MARGIN))),
  sneaky('two widgets of one field, one of them over the fee', null, (file) =>
    put(file, widget(TEXT, '/Parent 42 0 R').replace(/\/FT \/Sig \/T \(new\)/, ''), {
      [FIELDS]: edited(file, FIELDS, (dict) => dict.set('Fields', [new PdfRef(FIELD, 0), new PdfRef(42, 0)])),
      42: `<< /FT /Sig /T (new) /Kids [40 0 R] >>`,
      [PICTURE]: picture
    })
  ),
  sneaky('the empty rectangle of the signed field grows over the fee', null, (file) =>
    append(file, {
      [FIELD]: edited(file, FIELD, (dict) =>
        dict.set('Rect', [250, 715, 590, 735]).set('AP', new PdfDict().set('N', new PdfRef(PICTURE, 0)))
      ),
      [PICTURE]: picture
    })
  ),
  sneaky('the signed field gets a picture', null, (file) =>
    append(file, {
      [FIELD]: edited(file, FIELD, (dict) => dict.set('AP', new PdfDict().set('N', new PdfRef(PICTURE, 0)))),
      [PICTURE]: picture
    })
  ),
  sneaky('a text field that calls itself new', null, (file) =>
    addField(file, widget(MARGIN).replace('/FT /Sig', '/FT /Tx'))
  ),
  sneaky('a field that is shown on a page by a revision after it', null, (file) => {
    const hidden = append(file, {
      [FIELDS]: edited(file, FIELDS, (dict) =>
        dict.set('Fields', [new PdfRef(FIELD, 0), new PdfRef(NEW, 0)])
      ),
      [NEW]: widget(TEXT),
      [PICTURE]: picture
    });
    return append(hidden, {
      [PAGE]: edited(hidden, PAGE, (dict) => dict.set('Annots', [new PdfRef(FIELD, 0), new PdfRef(NEW, 0)]))
    });
  }),
  sneaky('a field with a script', null, (file) =>
    addField(file, widget(MARGIN, '/AA << /E << /S /JavaScript /JS (app.alert\\(1\\)) >> >>'))
  )
];
