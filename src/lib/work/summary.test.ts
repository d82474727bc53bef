import { expect, test } from 'vitest';
import { contract } from '../../../tests/vectors/draft.ts';
import { signedContract } from '../../../tests/vectors/signed.ts';
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

test('what a sender is told: scripts, launching, attachments, XFA, encryption, a repaired file', () => {
  const notices = (catalog: string, page = '') =>
    [...summary(writeTable(contract({ catalog, page }))).notices].sort();
  expect(notices('')).toEqual([]);
  expect(notices('/Names << /JavaScript << /Names [] >> /EmbeddedFiles << /Names [] >> >>')).toEqual([
    'embedded-files',
    'javascript'
  ]);
  expect(notices('/OpenAction << /S /GoTo /Next [<< /S /Launch /F (x.exe) >>] >>')).toEqual(['launch']);
  expect(notices('', '/AA << /O << /S /JavaScript /JS (1) >> >>')).toEqual(['javascript']);
  expect(
    notices('', '/Annots [<< /Subtype /FileAttachment >> << /Subtype /Link /A << /S /Launch >> >>]')
  ).toEqual(['embedded-files', 'launch']);
  expect(notices('/AcroForm << /Fields [] /XFA [] >>')).toEqual(['xfa']);
  expect(summary(vector('encrypted-rc4')).notices).toEqual(['encrypted']);
  const broken = vector('xref-table');
  broken.set(new TextEncoder().encode('startxref\n7'), Buffer.from(broken).lastIndexOf('startxref'));
  expect(summary(broken).notices).toEqual(['repaired']);
});
