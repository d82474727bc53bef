import { prepareStatement, type StatementKind } from '../cms/statement.ts';
import { jcs, type Json } from '../domain/jcs.ts';
import type { UnlockedKey } from './key-store.ts';

/**
 * Compact JWS of a statement by a person's key. `certificates`: DER of the key's certificate and its issuers
 * without the root, so that a reader of the file alone can check it; none while the key is not certified.
 * P-256 and P-384 keys only (`security.md` E1); RangeError for others.
 */
export async function signStatement(
  kind: StatementKind,
  key: Pick<UnlockedKey, 'spki' | 'sign'>,
  statement: unknown,
  certificates: readonly Uint8Array[]
): Promise<string> {
  const prepared = prepareStatement(kind, jcs(statement as Json), key.spki, certificates);
  return prepared.finish(await key.sign(prepared.bytes));
}
