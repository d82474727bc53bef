import { expect, test } from 'vitest';
import { signedContract } from '../../../tests/vectors/signed.ts';
import { memorySource } from '../bytes/source.ts';
import { openPdf } from '../pdf/document.ts';
import { formerSignatures } from './former.ts';

test('what a certification permits is read from it; an approval permits nothing and forbids nothing', async () => {
  for (const docMdp of [1, 2, 3] as const) {
    const former = formerSignatures(openPdf(memorySource(await signedContract({ docMdp }))));
    expect(former.docMdp).toBe(docMdp);
    expect(former.signed.map(({ name }) => name)).toEqual(['Signature1']);
  }
  expect(formerSignatures(openPdf(memorySource(await signedContract()))).docMdp).toBeNull();
});
