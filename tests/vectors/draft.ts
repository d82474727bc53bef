// A PDF before it has an offset: numbered bodies, written out by the functions of `write.ts`.

/** What stands between `n 0 obj` and `endobj`: text in PDF syntax, or a stream (its /Length is added). */
export type Body = string | { readonly dict: string; readonly data: Uint8Array };

export interface Draft {
  /** Object number → body; generation 0. */
  readonly objects: Map<number, Body>;
  readonly root: number;
  readonly info: number | null;
}

/** One byte a character, codes 0 to 255. */
export function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

export interface ContractOptions {
  readonly pages?: number;
  /** Entries for each page besides the usual ones: `/Rotate 90 /CropBox [50 60 500 700]`. */
  readonly page?: string;
  readonly mediaBox?: string;
  /** An AcroForm with a text field, a checkbox and a two-widget radio group. */
  readonly form?: boolean;
  /** Entries added to the catalog. */
  readonly catalog?: string;
  /** A gray "scan" of this many bytes fills the first page. */
  readonly scan?: number;
}

/** Number of page n (from 1) in every draft made here. */
export const pageObject = (n: number): number => 10 + 2 * (n - 1);

/**
 * A services contract of a few lines a page. 1 catalog, 2 page tree, 3 font, 4 info, 10, 12, … pages with
 * their content at 11, 13, …; form objects from 5, scan at 9.
 */
export function contract(options: ContractOptions = {}): Draft {
  const count = options.pages ?? 1;
  const objects = new Map<number, Body>();
  const numbers = Array.from({ length: count }, (_, index) => pageObject(index + 1));
  objects.set(
    1,
    `<< /Type /Catalog /Pages 2 0 R${options.form ? ' /AcroForm 5 0 R' : ''} ${options.catalog ?? ''} >>`
  );
  objects.set(
    2,
    `<< /Type /Pages /Count ${count} /Kids [${numbers.map((n) => `${n} 0 R`).join(' ')}]` +
      ` /MediaBox ${options.mediaBox ?? '[0 0 595 842]'} /Resources << /Font << /F1 3 0 R >>` +
      `${options.scan ? ' /XObject << /Im1 9 0 R >>' : ''} >> >>`
  );
  objects.set(3, '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>');
  objects.set(4, '<< /Title (Services contract) /Producer (vectors) >>');
  numbers.forEach((number, index) => {
    const widgets = options.form && index === 0 ? ' /Annots [6 0 R 7 0 R 8 0 R 90 0 R]' : '';
    objects.set(
      number,
      `<< /Type /Page /Parent 2 0 R /Contents ${number + 1} 0 R${widgets} ${options.page ?? ''} >>`
    );
    objects.set(number + 1, {
      dict: '',
      data: latin1(content(index + 1, count, options.scan !== undefined))
    });
  });
  if (options.form) addForm(objects);
  if (options.scan) objects.set(9, scan(options.scan));
  return { objects, root: 1, info: 4 };
}

function content(page: number, pages: number, scanned: boolean): string {
  const lines = [
    'Services contract 7/2026',
    'Alpha UAB and Beta GmbH agree that Alpha advises Beta.',
    'The fee is 1200.00 EUR a month, paid within 14 days.',
    `Page ${page} of ${pages}`
  ];
  const text = lines.map((line, index) => `1 0 0 1 260 ${760 - 20 * index} Tm (${line}) Tj`).join('\n');
  return `${scanned ? 'q 595 0 0 842 0 0 cm /Im1 Do Q\n' : ''}BT /F1 11 Tf\n${text}\nET\n`;
}

function addForm(objects: Map<number, Body>): void {
  const field = '/Type /Annot /Subtype /Widget /F 4 /P 10 0 R';
  objects.set(
    5,
    '<< /Fields [6 0 R 7 0 R 91 0 R] /DR << /Font << /Helv 3 0 R >> >> /DA (/Helv 10 Tf 0 g) >>'
  );
  objects.set(
    6,
    `<< ${field} /FT /Tx /T (customer) /V (Beta) /DA (/Helv 10 Tf 0 g) /Rect [300 600 450 620] >>`
  );
  objects.set(
    7,
    `<< ${field} /FT /Btn /T (agree) /AS /Off /Rect [300 570 312 582]` +
      ' /AP << /N << /Yes 92 0 R /Off 93 0 R >> >> >>'
  );
  objects.set(
    8,
    `<< ${field} /Parent 91 0 R /AS /Off /Rect [300 540 312 552] /AP << /N << /a 94 0 R >> >> >>`
  );
  objects.set(
    90,
    `<< ${field} /Parent 91 0 R /AS /Off /Rect [330 540 342 552] /AP << /N << /b 95 0 R >> >> >>`
  );
  objects.set(91, '<< /FT /Btn /Ff 49152 /T (plan) /Kids [8 0 R 90 0 R] /V /Off >>');
  for (const number of [92, 93, 94, 95]) {
    const mark = number === 93 ? '' : '2 2 8 8 re f';
    objects.set(number, { dict: '/Type /XObject /Subtype /Form /BBox [0 0 12 12]', data: latin1(mark) });
  }
}

/** A gray image that no compressor makes small: what a scanner delivers. */
function scan(size: number): Body {
  const width = 1000;
  const height = Math.max(1, Math.floor(size / width));
  const data = new Uint8Array(width * height);
  let state = 12345;
  for (let index = 0; index < data.length; index++) {
    // Numerical Recipes' generator: the same picture in every run.
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    data[index] = 200 + (state >>> 27);
  }
  return {
    dict:
      `/Type /XObject /Subtype /Image /Width ${width} /Height ${height}` +
      ' /ColorSpace /DeviceGray /BitsPerComponent 8',
    data
  };
}
