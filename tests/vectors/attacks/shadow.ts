// "Shadow attacks" (2021): what is shown later lay in the file when it was signed.
import { PdfDict, PdfRef, PdfString } from '../../../src/lib/pdf/objects.ts';
import { latin1, type Draft } from '../draft.ts';
import { writeStream } from '../write.ts';
import {
  append,
  type Attack,
  CATALOG,
  CONTENT,
  edited,
  evilText,
  fieldNumber,
  FONT,
  lineAt,
  lineFree,
  offsetOf,
  PAGE,
  PAGES,
  prepared,
  SECOND_CONTENT,
  tableOnly,
  textOf
} from './scene.ts';

const OVERLAY = 300;
const HIDDEN = 301;
const FORM = '/Type /XObject /Subtype /Form /BBox [0 0 595 842]';
const white = { dict: FORM, data: latin1('1 1 1 rg 250 690 340 40 re f 0 g') };

/** The page draws, over what it says, something that hides it. */
function overlaid(draft: Draft): void {
  draft.objects.set(OVERLAY, white);
  draft.objects.set(
    PAGE,
    `<< /Type /Page /Parent 2 0 R /Contents [${CONTENT} 0 R ${HIDDEN} 0 R]` +
      ` /Resources << /Font << /F1 3 0 R >> /XObject << /O ${OVERLAY} 0 R >> >> >>`
  );
  draft.objects.set(HIDDEN, { dict: '', data: latin1('q /O Do Q') });
}

function shadow(
  family: 'shadow hide' | 'shadow replace' | 'shadow hide and replace',
  name: string,
  prepare: (draft: Draft) => void,
  strike: (file: Uint8Array) => Uint8Array,
  structure?: typeof writeStream
): Attack {
  return {
    family,
    name,
    make: async (evil) => {
      const file = await prepared(prepare, structure);
      return evil ? strike(file) : file;
    }
  };
}

const hide = (name: string, strike: (file: Uint8Array) => Uint8Array, prepare = overlaid): Attack =>
  shadow('shadow hide', name, prepare, strike);

/** A layer that is on when people sign. */
function layered(draft: Draft): void {
  overlaid(draft);
  draft.objects.set(310, '<< /Type /OCG /Name (Cover) >>');
  draft.objects.set(311, `<< /OCGs [310 0 R] /D << /ON [310 0 R] /Order [310 0 R] >> >>`);
  draft.objects.set(CATALOG, `<< /Type /Catalog /Pages ${PAGES} 0 R /OCProperties 311 0 R >>`);
  draft.objects.set(OVERLAY, { ...white, dict: `${FORM} /OC 310 0 R` });
}

/** An annotation lies over the text. */
function noted(draft: Draft): void {
  const note = '<< /Type /Annot /Subtype /Square /Rect [250 690 590 730] /F 4 /AP << /N 300 0 R >> >>';
  draft.objects.set(OVERLAY, { ...white, dict: '/Type /XObject /Subtype /Form /BBox [250 690 590 730]' });
  draft.objects.set(HIDDEN, note);
  draft.objects.set(PAGE, `<< /Type /Page /Parent 2 0 R /Contents 11 0 R /Annots [${HIDDEN} 0 R] >>`);
}

export const shadowHide: readonly Attack[] = [
  hide('the overlay is freed', (file) => tableOnly(file, lineFree(OVERLAY))),
  hide('the overlay becomes empty', (file) =>
    append(file, { [OVERLAY]: { dict: FORM, data: new Uint8Array(0) } })
  ),
  hide('the overlay becomes a number', (file) => append(file, { [OVERLAY]: '7' })),
  hide('the overlay gets a box of no size', (file) =>
    append(file, { [OVERLAY]: { ...white, dict: FORM.replace('595 842', '0 0') } })
  ),
  hide('the stream that draws it is another', (file) =>
    append(file, { [HIDDEN]: { dict: '', data: latin1('q Q') } })
  ),
  hide('the overlay moves to another number', (file) =>
    tableOnly(file, lineAt(OVERLAY, offsetOf(file, HIDDEN)))
  ),
  hide(
    'its layer is switched off',
    (file) => append(file, { 311: '<< /OCGs [310 0 R] /D << /OFF [310 0 R] /Order [310 0 R] >> >>' }),
    layered
  ),
  hide(
    'its layer object is another',
    (file) =>
      append(file, { 310: '<< /Type /OCG /Name (Cover) /Usage << /View << /ViewState /OFF >> >> >>' }),
    layered
  ),
  hide('the annotation over it is freed', (file) => tableOnly(file, lineFree(HIDDEN)), noted),
  hide(
    'the annotation over it is hidden',
    (file) => append(file, { [HIDDEN]: edited(file, HIDDEN, (dict) => dict.set('F', 2)) }),
    noted
  ),
  hide(
    'the picture of the annotation is another',
    (file) =>
      append(file, {
        [OVERLAY]: { dict: '/Type /XObject /Subtype /Form /BBox [250 690 590 730]', data: new Uint8Array(0) }
      }),
    noted
  )
];

const replace = (
  name: string,
  strike: (file: Uint8Array) => Uint8Array,
  prepare: (draft: Draft) => void
): Attack => shadow('shadow replace', name, prepare, strike);

/** A font with an encoding of its own object. */
function encoded(draft: Draft): void {
  draft.objects.set(FONT, '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding 320 0 R >>');
  draft.objects.set(320, '<< /Type /Encoding /BaseEncoding /WinAnsiEncoding >>');
}

/** Digits are drawn by a font that the file brings. */
function drawn(draft: Draft): void {
  const glyph = (shape: string) => ({ dict: '', data: latin1(`600 0 d0 ${shape}`) });
  draft.objects.set(
    FONT,
    '<< /Type /Font /Subtype /Type3 /FontBBox [0 0 600 800] /FontMatrix [0.001 0 0 0.001 0 0] /FirstChar 48' +
      ' /LastChar 49 /Widths [600 600] /Encoding << /Type /Encoding /Differences [48 /zero /one] >>' +
      ' /CharProcs << /zero 330 0 R /one 331 0 R >> /Resources << >> >>'
  );
  draft.objects.set(330, glyph('100 0 400 700 re S'));
  draft.objects.set(331, glyph('250 0 100 700 re f'));
}

/** A text field that nobody locked. */
function fielded(draft: Draft): void {
  draft.objects.set(340, '<< /Fields [341 0 R] /DR << /Font << /Helv 3 0 R >> >> /DA (/Helv 10 Tf 0 g) >>');
  draft.objects.set(
    341,
    '<< /Type /Annot /Subtype /Widget /FT /Tx /T (fee) /V (1200) /DA (/Helv 10 Tf 0 g) /F 4 /P 10 0 R' +
      ' /Rect [300 600 450 620] /AP << /N 342 0 R >> >>'
  );
  draft.objects.set(342, shown('1200'));
  draft.objects.set(CATALOG, `<< /Type /Catalog /Pages ${PAGES} 0 R /AcroForm 340 0 R >>`);
  draft.objects.set(PAGE, '<< /Type /Page /Parent 2 0 R /Contents 11 0 R /Annots [341 0 R] >>');
}

const shown = (text: string) => ({
  dict: '/Type /XObject /Subtype /Form /BBox [0 0 150 20] /Resources << /Font << /Helv 3 0 R >> >>',
  data: latin1(`/Tx BMC BT /Helv 10 Tf 0 g 2 6 Td (${text}) Tj ET EMC`)
});

export const shadowReplace: readonly Attack[] = [
  replace(
    'the font gets another encoding',
    (file) => append(file, { 320: '<< /Type /Encoding /Differences [48 /nine /one /nine] >>' }),
    encoded
  ),
  replace(
    'a glyph is drawn otherwise',
    (file) => append(file, { 331: { dict: '', data: latin1('600 0 d0 100 0 400 700 re f') } }),
    drawn
  ),
  replace(
    'two glyphs change places by the table alone',
    (file) => tableOnly(file, lineAt(330, offsetOf(file, 331)) + lineAt(331, offsetOf(file, 330))),
    drawn
  ),
  replace(
    'the font is another',
    (file) => append(file, { [FONT]: '<< /Type /Font /Subtype /Type1 /BaseFont /Symbol >>' }),
    () => undefined
  ),
  replace(
    'a field shows something else than before, its value stays',
    (file) => append(file, { 342: shown('9') }),
    fielded
  ),
  replace(
    'a field gets a new picture of another value, its value stays',
    (file) =>
      append(file, {
        341: edited(file, 341, (dict) => dict.set('AP', new PdfDict().set('N', new PdfRef(500, 0)))),
        500: shown('9')
      }),
    fielded
  ),
  replace(
    'a field is moved over other text',
    (file) => append(file, { 341: edited(file, 341, (dict) => dict.set('Rect', [250, 715, 590, 735])) }),
    fielded
  ),
  replace(
    'a signed field of a party gets another value',
    (file) => {
      const field = fieldNumber(file, 'cs-A-text-1');
      return append(file, {
        [field]: edited(file, field, (dict) => dict.set('V', new PdfString(latin1('nothing'))))
      });
    },
    () => undefined
  )
];

const swap = (
  name: string,
  prepare: (draft: Draft) => void,
  strike: (file: Uint8Array) => Uint8Array,
  structure?: typeof writeStream
): Attack => shadow('shadow hide and replace', name, prepare, strike, structure);

/** A second content that nothing refers to. */
function spare(draft: Draft): void {
  draft.objects.set(350, evilText());
}

/** A second page tree, and a catalog for it. */
function secondWorld(draft: Draft): void {
  draft.objects.set(360, '<< /Type /Catalog /Pages 361 0 R >>');
  draft.objects.set(
    361,
    '<< /Type /Pages /Count 1 /Kids [362 0 R] /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> >>'
  );
  draft.objects.set(362, '<< /Type /Page /Parent 361 0 R /Contents 363 0 R >>');
  draft.objects.set(363, evilText());
}

/** The same object twice in the first revision; the table names the honest one. */
function twice(file: Uint8Array): number {
  return textOf(file).indexOf('350 0 obj');
}

export const hideAndReplace: readonly Attack[] = [
  swap('the table leads the page to the spare content', spare, (file) =>
    tableOnly(file, lineAt(CONTENT, twice(file)))
  ),
  swap('the page names the spare content', spare, (file) =>
    append(file, { [PAGE]: edited(file, PAGE, (dict) => dict.set('Contents', new PdfRef(350, 0))) })
  ),
  swap(
    'the table swaps the contents of two pages',
    () => undefined,
    (file) =>
      tableOnly(
        file,
        lineAt(CONTENT, offsetOf(file, SECOND_CONTENT)) + lineAt(SECOND_CONTENT, offsetOf(file, CONTENT))
      )
  ),
  swap('the trailer names the second catalog', secondWorld, (file) =>
    tableOnly(file, '', { Root: new PdfRef(360, 0) })
  ),
  swap('the catalog names the second page tree', secondWorld, (file) =>
    append(file, { [CATALOG]: edited(file, CATALOG, (dict) => dict.set('Pages', new PdfRef(361, 0))) })
  ),
  swap('the page tree takes in the second page', secondWorld, (file) =>
    append(file, {
      [PAGES]: edited(file, PAGES, (dict) => dict.set('Kids', [new PdfRef(362, 0), new PdfRef(12, 0)]))
    })
  ),
  swap('the table leads the page tree to the second one', secondWorld, (file) =>
    tableOnly(file, lineAt(PAGES, offsetOf(file, 361)))
  ),
  swap(
    'a dangling reference in the page comes true',
    (draft) => {
      draft.objects.set(PAGE, '<< /Type /Page /Parent 2 0 R /Contents [11 0 R 370 0 R] >>');
    },
    (file) => append(file, { 370: evilText() })
  ),
  swap(
    'a form that the page names but that was not there',
    (draft) => {
      draft.objects.set(
        PAGE,
        '<< /Type /Page /Parent 2 0 R /Contents [11 0 R 372 0 R]' +
          ' /Resources << /Font << /F1 3 0 R >> /XObject << /Late 371 0 R >> >> >>'
      );
      draft.objects.set(372, { dict: '', data: latin1('/Late Do') });
    },
    (file) => append(file, { 371: { dict: FORM, data: latin1('BT /F1 11 Tf 260 720 Td (9.00 EUR) Tj ET') } })
  ),
  swap(
    'the list of contents is another',
    (draft) => {
      spare(draft);
      draft.objects.set(380, '[11 0 R]');
      draft.objects.set(PAGE, '<< /Type /Page /Parent 2 0 R /Contents 380 0 R >>');
    },
    (file) => append(file, { 380: '[350 0 R]' })
  ),
  swap(
    'an object of an object stream is led to its neighbour',
    (draft) => {
      draft.objects.set(390, '<< /Type /Page /Parent 2 0 R /Contents 350 0 R >>');
      spare(draft);
    },
    (file) =>
      append(file, {
        [PAGES]: edited(file, PAGES, (d) => d.set('Kids', [new PdfRef(390, 0), new PdfRef(12, 0)]))
      }),
    (draft, options) => writeStream(draft, { ...options, objectStreams: true })
  )
];
