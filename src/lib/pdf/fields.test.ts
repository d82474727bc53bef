import { expect, test } from 'vitest';
import { contract } from '../../../tests/vectors/draft.ts';
import { vector } from '../../../tests/vectors/vectors.ts';
import { writeTable } from '../../../tests/vectors/write.ts';
import { memorySource } from '../bytes/source.ts';
import { openPdf } from './document.ts';
import { formFields, formOf } from './fields.ts';
import { PdfString } from './objects.ts';

test('text, checkbox and a radio group of two widgets', () => {
  const fields = formFields(openPdf(memorySource(vector('existing-form'))));
  expect(fields.map(({ name, type, widgets }) => [name, type, widgets.length])).toEqual([
    ['customer', 'Tx', 1],
    ['agree', 'Btn', 1],
    ['plan', 'Btn', 2]
  ]);
  expect(fields[0]?.value instanceof PdfString).toBe(true);
  expect(fields[2]?.flags).toBe(49152);
});

test('names are joined by dots; type, flags and value come from above', () => {
  const draft = contract({ form: true });
  draft.objects.set(5, '<< /Fields [80 0 R] >>');
  draft.objects.set(80, '<< /T (a) /FT /Tx /Ff 1 /V (x) /Kids [81 0 R 82 0 R] >>');
  draft.objects.set(81, '<< /T (b) /Parent 80 0 R /Rect [0 0 1 1] >>');
  draft.objects.set(82, '<< /T <FEFF0141> /Parent 80 0 R /Ff 2 /Rect [0 0 1 1] >>');
  const fields = formFields(openPdf(memorySource(writeTable(draft))));
  expect(fields.map(({ name, type, flags }) => [name, type, flags])).toEqual([
    ['a.b', 'Tx', 1],
    ['a.Ł', 'Tx', 2]
  ]);
});

test('no form: no fields; a form that contains itself is refused', () => {
  const plain = openPdf(memorySource(vector('xref-table')));
  expect(formOf(plain)).toBeNull();
  expect(formFields(plain)).toEqual([]);
  const draft = contract({ form: true });
  draft.objects.set(5, '<< /Fields [80 0 R] >>');
  draft.objects.set(80, '<< /T (a) /Kids [80 0 R] >>');
  expect(() => formFields(openPdf(memorySource(writeTable(draft))))).toThrow('loop');
});
