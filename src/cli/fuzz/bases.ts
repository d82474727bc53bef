import { memorySource } from '#lib/bytes/source.ts';
import { concat } from '#lib/bytes/concat.ts';
import type { FontSet } from '#lib/pdf/appearance/fonts.ts';
import { contract } from '../../../tests/vectors/draft.ts';
import { signedContract } from '../../../tests/vectors/signed.ts';
import { more, vector, vectors } from '../../../tests/vectors/vectors.ts';
import { writeTable } from '../../../tests/vectors/write.ts';
import { signForAll } from '../signing.ts';
import type { Base } from './trial.ts';

/** The files that are mutated when no folder is given: every structure, signed by others, signed by us. */
export async function ownBases(fonts: FontSet, now: number): Promise<Base[]> {
  const plain = [...vectors, ...more]
    .filter(({ name }) => name !== 'scan')
    .map(({ name, make }) => ({ name, bytes: make(), password: null }));
  const ours = async (name: string): Promise<Base> => {
    const file = vector(name);
    const { tails } = await signForAll(memorySource(file), 2, fonts, () => now);
    return { name: `${name}-signed`, bytes: concat(file, ...tails), password: null };
  };
  return [
    ...plain,
    { name: 'scan', bytes: writeTable(contract({ scan: 20_000 })), password: null },
    { name: 'signed-by-others', bytes: await signedContract(), password: null },
    { name: 'certified-by-others', bytes: await signedContract({ docMdp: 2 }), password: null },
    await ours('xref-table'),
    await ours('object-streams')
  ];
}
