import { expect, test } from 'vitest';
import { contract } from '../../../tests/vectors/draft.ts';
import { signedContract } from '../../../tests/vectors/signed.ts';
import { writeTable } from '../../../tests/vectors/write.ts';
import { concat } from '../bytes/concat.ts';
import { memorySource } from '../bytes/source.ts';
import { openPdf } from '../pdf/document.ts';
import { formFields, formOf } from '../pdf/fields.ts';
import { summarize } from '../work/summary.ts';
import { withoutXfa } from './xfa.ts';

const open = (file: Uint8Array) => openPdf(memorySource(file));

test.each([
  ['of its own object', '/NeedsRendering true', '/XFA [(template) 60 0 R]'],
  ['a form of its own object, nothing to be drawn', '', '/XFA 60 0 R']
])('takes the XFA form out and leaves the fields: %s', (_, catalog, xfa) => {
  const draft = contract({ form: true, catalog });
  draft.objects.set(5, String(draft.objects.get(5)).replace('<<', `<< ${xfa}`));
  draft.objects.set(60, { dict: '', data: new TextEncoder().encode('<xdp/>') });
  const file = writeTable(draft);
  expect(summarize(open(file)).notices.map(({ code }) => code)).toContain('xfa');
  const doc = open(concat(file, withoutXfa(open(file))));
  expect(formOf(doc)?.has('XFA')).toBe(false);
  expect(doc.catalog.has('NeedsRendering')).toBe(false);
  expect(formFields(doc).map(({ name }) => name)).toEqual(['customer', 'agree', 'plan']);
  expect(summarize(doc).notices.map(({ code }) => code)).not.toContain('xfa');
});

test('a form that stands in the catalog', () => {
  const file = writeTable(contract({ catalog: '/AcroForm << /Fields [] /XFA [] >>' }));
  expect(formOf(open(concat(file, withoutXfa(open(file)))))?.has('XFA')).toBe(false);
});

test('without one, and in a signed file, it is refused', async () => {
  expect(() => withoutXfa(open(writeTable(contract())))).toThrow('no XFA form');
  const text = Buffer.from(await signedContract()).toString('latin1');
  const signed = new Uint8Array(Buffer.from(text.replace('/SigFlags 3', '/XFA []    '), 'latin1'));
  expect(() => withoutXfa(open(signed))).toThrow(
    expect.objectContaining({ code: 'docmdp-forbids' }) as Error
  );
});
