import * as m from '#lib/paraglide/messages.js';
import type { Report, SignatureReport } from '#lib/verify/report.ts';
import { signerName } from './sentences.ts';

/** What other files, checked together with this one, say about a signer's key (`security.md` V3). */
export interface Continuity {
  /** Files in which the same key signed. */
  readonly same: number;
  /** Files in which another key signed under the same name. */
  readonly other: number;
}

const keyOf = ({ chain }: SignatureReport): string | null => chain[0]?.keySha256 ?? null;

/** Information, never trust: who holds a key is nobody's word but the issuer's. */
export function continuityOf(signature: SignatureReport, others: readonly Report[]): Continuity {
  const [key, name] = [keyOf(signature), signerName(signature)];
  if (key === null) return { same: 0, other: 0 };
  const intact = others.map(({ signatures }) =>
    signatures.filter((one) => one.integrity === 'intact' && keyOf(one) !== null)
  );
  return {
    same: intact.filter((all) => all.some((one) => keyOf(one) === key)).length,
    other: intact.filter((all) => all.some((one) => keyOf(one) !== key && signerName(one) === name)).length
  };
}

export function continuityWords({ same, other }: Continuity): string[] {
  return [
    ...(same === 0 ? [] : [same === 1 ? m.verifier_key_same_one() : m.verifier_key_same({ count: same })]),
    ...(other === 0
      ? []
      : [other === 1 ? m.verifier_key_other_one() : m.verifier_key_other({ count: other })])
  ];
}
