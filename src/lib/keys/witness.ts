import { prepareStatement } from '../cms/statement.ts';
import { jcs, type Json } from '../domain/jcs.ts';
import type { WitnessStatement } from '../domain/witness.ts';
import type { UnlockedKey } from './key-store.ts';

/**
 * Compact JWS of a member's statement that a party signs in their presence (`security.md` H1). `certificates`:
 * DER of the member's certificate and its issuers without the root, so that a reader of the file alone can
 * check it; none while the key is not certified. P-256 and P-384 keys only (E1); RangeError for others.
 */
export async function signWitness(
  key: Pick<UnlockedKey, 'spki' | 'sign'>,
  statement: WitnessStatement,
  certificates: readonly Uint8Array[]
): Promise<string> {
  const canonical = jcs(statement as unknown as Json);
  const prepared = prepareStatement('witness', canonical, key.spki, certificates);
  return prepared.finish(await key.sign(prepared.bytes));
}
