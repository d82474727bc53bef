// Shadow preparation is warned about before anybody uses it; an honest contract has none.
import { describe, expect, test } from 'vitest';
import { memorySource } from '../../src/lib/bytes/source.ts';
import { webProvider } from '../../src/lib/pki/provider-web.ts';
import { verifyFile } from '../../src/lib/verify/verify.ts';
import { NOW, other, prepared, twoParty, twoPartyStreams } from '../vectors/attacks/scene.ts';
import { hideAndReplace, shadowHide } from '../vectors/attacks/shadow.ts';
import { contract, latin1, type Draft } from '../vectors/draft.ts';

async function preparations(file: Uint8Array): Promise<string[]> {
  const report = await verifyFile('a.pdf', memorySource(file), webProvider, { now: NOW });
  expect(['unchanged', 'changed-as-permitted']).toContain(report.verdict);
  return report.warnings.map(({ code }) => code).filter((code) => code.startsWith('preparation-'));
}

const attack = (name: string) => [...shadowHide, ...hideAndReplace].find((one) => one.name === name);

describe('what the attacks begin with', () => {
  test.each([
    ['the overlay is freed', 'preparation-cover'],
    ['its layer is switched off', 'preparation-cover'],
    ['the annotation over it is freed', 'preparation-annotation'],
    ['the trailer names the second catalog', 'preparation-unused'],
    ['a dangling reference in the page comes true', 'preparation-missing'],
    ['a form that the page names but that was not there', 'preparation-missing']
  ])('%s: %s', async (name, code) => {
    const file = await attack(name)?.make(false);
    expect(await preparations(file ?? new Uint8Array(0))).toContain(code);
  });

  const field = (draft: Draft): void => {
    draft.objects.set(1, '<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [341 0 R] >> >>');
    draft.objects.set(
      341,
      '<< /Type /Annot /Subtype /Widget /FT /Tx /T (cover) /F 4 /P 10 0 R /Rect [250 690 590 740] /AP << /N 342 0 R >> >>'
    );
    const dict = '/Type /XObject /Subtype /Form /BBox [0 0 340 50]';
    draft.objects.set(342, { dict, data: latin1('1 1 1 rg 0 0 340 50 re f') });
    draft.objects.set(10, '<< /Type /Page /Parent 2 0 R /Contents 11 0 R /Annots [341 0 R] >>');
  };
  const layer = (draft: Draft): void => {
    draft.objects.set(310, '<< /Type /OCG /Name (Later) >>');
    const properties = '<< /OCGs [310 0 R] /D << /OFF [310 0 R] >> >>';
    draft.objects.set(1, `<< /Type /Catalog /Pages 2 0 R /OCProperties ${properties} >>`);
  };
  test.each([
    ['a field over text', 'preparation-field', field],
    ['a layer that is off', 'preparation-layer', layer]
  ])('%s: %s', async (_, code, prepare) => {
    expect(await preparations(await prepared(prepare))).toEqual([code]);
  });
});

test('honest files: a contract, object streams, other software, a scan with its text', async () => {
  expect(await preparations(await twoParty())).toEqual([]);
  expect(await preparations(await twoPartyStreams())).toEqual([]);
  expect(await preparations(await other())).toEqual([]);
  const scan = contract({ pages: 2, scan: 100_000 });
  expect(
    await preparations(
      await prepared((draft) => scan.objects.forEach((body, num) => draft.objects.set(num, body)))
    )
  ).toEqual([]);
});
