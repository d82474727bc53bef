import { prepareStatement } from '../cms/statement.ts';
import { jcs } from '../domain/jcs.ts';
import type { WitnessStatement } from '../domain/witness.ts';
import type { UnlockedKey } from './key-store.ts';

/** Compact JWS of a member's statement that a party signed in their presence (`security.md` H1). */
export async function signWitness(key: UnlockedKey, statement: WitnessStatement): Promise<string> {
  const { v, kind, document, frozenSha256, party, spkiSha256, how, at } = statement;
  const canonical = jcs({ v, kind, document, frozenSha256, party, spkiSha256, how, at });
  const prepared = prepareStatement('witness', canonical, key.spki);
  return prepared.finish(await key.sign(prepared.bytes));
}
