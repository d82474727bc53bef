// A form of other people's making: every kind of field that may come with an upload, and the ways they differ.
import { contract, latin1, type Body, type Draft } from './draft.ts';

const WIDGET = '/Type /Annot /Subtype /Widget /F 4';

/** Names of all its fields, in the order of /Fields. */
export const ORDER_FORM = [
  'customer',
  'order.note',
  'order.iban',
  'order.copies',
  'agree',
  'plan',
  'country',
  'colour',
  'other',
  'buyer',
  'print',
  'total',
  'secret',
  'Signature1'
] as const;

/**
 * `customer` text with a value, centred; `order.note` multi-line and `order.iban` comb below a nameless-typed
 * parent that gives type and /DA; `order.copies` one text with two widgets; `agree` checkbox with state /On;
 * `plan` radio group /m, /y with words in /Opt; `country` combo of pairs; `colour` list; `other` combo that
 * takes other text; `buyer` without /P; `print` push button; `total` read-only; `secret` password;
 * `Signature1` empty signature field.
 */
export function orderForm(): Draft {
  const draft = contract({ catalog: '/AcroForm 5 0 R' });
  const { objects } = draft;
  const box = (row: number, w = 150, h = 18) =>
    `/Rect [40 ${700 - 40 * row} ${40 + w} ${700 - 40 * row + h}]`;
  const put = (number: number, body: Body) => objects.set(number, body);
  const P = '/P 10 0 R';
  put(
    5,
    '<< /Fields [20 0 R 21 0 R 26 0 R 27 0 R 32 0 R 33 0 R 34 0 R 35 0 R 36 0 R 37 0 R 38 0 R 39 0 R]' +
      ' /DR << /Font << /Helv 3 0 R >> >> /DA (/Helv 9 Tf 0 g) /NeedAppearances true >>'
  );
  put(20, `<< ${WIDGET} ${P} /FT /Tx /T (customer) /TU (Customer name) /V (Beta) /Q 1 /Ff 2 ${box(0)} >>`);
  put(21, '<< /T (order) /FT /Tx /DA (/Helv 11 Tf 0 g) /Kids [22 0 R 23 0 R 24 0 R] >>');
  put(22, `<< ${WIDGET} ${P} /Parent 21 0 R /T (note) /Ff 4096 ${box(2, 200, 50)} >>`);
  put(23, `<< ${WIDGET} ${P} /Parent 21 0 R /T (iban) /Ff 16777216 /MaxLen 10 ${box(3)} >>`);
  put(24, '<< /Parent 21 0 R /T (copies) /Kids [25 0 R 40 0 R] >>');
  put(25, `<< ${WIDGET} ${P} /Parent 24 0 R ${box(4, 60)} >>`);
  put(40, `<< ${WIDGET} ${P} /Parent 24 0 R /Rect [120 540 180 558] >>`);
  put(
    26,
    `<< ${WIDGET} ${P} /FT /Btn /T (agree) /AS /Off ${box(5, 12, 12)} /AP << /N << /On 50 0 R /Off 51 0 R >> >> >>`
  );
  put(27, '<< /FT /Btn /Ff 49152 /T (plan) /Opt [(Monthly) (Yearly)] /Kids [28 0 R 29 0 R] /V /Off >>');
  put(28, `<< ${WIDGET} ${P} /Parent 27 0 R /AS /Off ${box(6, 12, 12)} /AP << /N << /m 52 0 R >> >> >>`);
  put(29, `<< ${WIDGET} ${P} /Parent 27 0 R /AS /Off /Rect [80 460 92 472] /AP << /N << /y 53 0 R >> >> >>`);
  put(
    32,
    `<< ${WIDGET} ${P} /FT /Ch /Ff 131072 /T (country) /Opt [[(lt) (Lithuania)] [(pl) (Poland)]] ${box(7)} >>`
  );
  put(33, `<< ${WIDGET} ${P} /FT /Ch /T (colour) /Opt [(Red) (Green) (Blue)] ${box(9, 80, 44)} >>`);
  put(34, `<< ${WIDGET} ${P} /FT /Ch /Ff 393216 /T (other) /Opt [(Post) (Mail)] ${box(10)} >>`);
  put(35, `<< ${WIDGET} /FT /Tx /T (buyer) ${box(11)} >>`);
  put(36, `<< ${WIDGET} ${P} /FT /Btn /Ff 65536 /T (print) ${box(12, 50)} >>`);
  put(37, `<< ${WIDGET} ${P} /FT /Tx /Ff 1 /T (total) /V (12) ${box(13)} >>`);
  put(38, `<< ${WIDGET} ${P} /FT /Tx /Ff 8192 /T (secret) ${box(14)} >>`);
  put(39, `<< ${WIDGET} ${P} /FT /Sig /T (Signature1) ${box(16, 180, 50)} >>`);
  for (const number of [50, 51, 52, 53]) {
    const mark = number === 51 ? '' : '2 2 8 8 re f';
    put(number, { dict: '/Type /XObject /Subtype /Form /BBox [0 0 12 12]', data: latin1(mark) });
  }
  const annotations = [20, 22, 23, 25, 40, 26, 28, 29, 32, 33, 34, 35, 36, 37, 38, 39];
  put(
    10,
    `<< /Type /Page /Parent 2 0 R /Contents 11 0 R /Annots [${annotations.map((n) => `${n} 0 R`).join(' ')}] >>`
  );
  return draft;
}
