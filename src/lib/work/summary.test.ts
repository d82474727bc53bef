import { expect, test } from 'vitest';
import { orderForm } from '../../../tests/vectors/form.ts';
import { signedContract, type SignedOptions } from '../../../tests/vectors/signed.ts';
import { vector } from '../../../tests/vectors/vectors.ts';
import { writeTable } from '../../../tests/vectors/write.ts';
import { memorySource } from '../bytes/source.ts';
import { openPdf } from '../pdf/document.ts';
import { summarize } from './summary.ts';

const summary = (file: Uint8Array) => summarize(openPdf(memorySource(file)));

test('pages as displayed: turned, cropped, in user units', () => {
  expect(summary(vector('many-pages')).pages).toHaveLength(40);
  expect(summary(vector('rotated')).pages).toMatchObject([{ page: 1, width: 842, height: 595 }]);
  expect(summary(vector('cropped-rotated-unit')).pages).toMatchObject([{ width: 1400, height: 1040 }]);
});

test('fields with kind, place and whether something is in them', () => {
  const { fields, title } = summary(vector('existing-form'));
  expect(fields.map(({ name, kind, filled }) => [name, kind, filled])).toEqual([
    ['customer', 'text', true],
    ['agree', 'checkbox', false],
    ['plan', 'radio', false]
  ]);
  expect(fields[0]?.box).toEqual({ page: 1, x: 300, y: 222, w: 150, h: 20 });
  expect(title).toBe('Services contract');
});

test('signatures that are there already are counted', async () => {
  expect(summary(await signedContract()).signatures).toBe(1);
  expect(summary(vector('xref-table')).signatures).toBe(0);
});

test('what may be given to a party, and why other fields may not', () => {
  const { fields, closed, certified } = summary(writeTable(orderForm()));
  expect(fields.find(({ name }) => name === 'plan')).toMatchObject({
    kind: 'radio',
    refusal: null,
    offer: { firstOnly: true, options: ['m', 'y'], existing: { type: 'radio' } }
  });
  expect(fields.find(({ name }) => name === 'total')).toMatchObject({ offer: null, refusal: 'read-only' });
  expect([closed, certified]).toEqual([false, null]);
});

test('what signatures of the file leave open', async () => {
  const said = async (options: SignedOptions) => {
    const { closed, certified, signatures } = summary(await signedContract(options));
    return [signatures, certified, closed];
  };
  expect(await said({})).toEqual([1, null, false]);
  expect(await said({ docMdp: 2 })).toEqual([1, 2, false]);
  expect(await said({ locks: '/Action /All' })).toEqual([1, null, true]);
  expect(await said({ locks: '/Action /Exclude /Fields [(other)]' })).toEqual([1, null, true]);
  expect(await said({ locks: '/Action /Include /Fields [(other)]' })).toEqual([1, null, false]);
});
