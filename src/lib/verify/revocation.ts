import { AsnError } from '../asn1/error.ts';
import { crlCheck, isUsableCrl, parseCrl, type Revocation, type RevocationList } from '../pki/crl.ts';
import { sameName } from '../pki/name.ts';
import type { CertificatePath } from '../pki/path.ts';
import { type Asking, nothing } from './question.ts';

/** Revocation data of a file as it came: DER, nothing of it trusted. */
export interface RevocationData {
  readonly crls: readonly Uint8Array[];
}

/**
 * What a revocation means for what was signed before it. `before`: only what comes after it is lost. `ever`:
 * everything, where the key may have been stolen: tokens of a time authority, whose word nothing else dates
 * (RFC 3161 §4).
 */
export type RevocationReach = 'before' | 'ever';

/** affiliationChanged, superseded, cessationOfOperation: the key itself was never lost (RFC 3161 §4). */
const HARMLESS: readonly (number | null)[] = [3, 4, 5];

function counts({ at, reason }: Revocation, time: number, reach: RevocationReach): boolean {
  return at <= time || (reach === 'ever' && !HARMLESS.includes(reason));
}

function readCrls(ders: readonly Uint8Array[]): RevocationList[] {
  return ders.flatMap((der) => {
    try {
      return [parseCrl(der)];
    } catch (error) {
      // A list that cannot be read says nothing about anybody.
      if (error instanceof AsnError) return [];
      throw error;
    }
  });
}

/**
 * Whether the file's own revocation data withdraws a certificate of the path at `time` (UTC milliseconds). Only
 * lists count that the certificate's own issuer signed (RFC 5280 §6.3.3).
 */
export function* isRevoked(
  path: CertificatePath,
  data: RevocationData,
  time: number,
  reach: RevocationReach
): Asking<boolean> {
  const crls = readCrls(data.crls);
  for (const [index, certificate] of path.certificates.entries()) {
    const issuer = path.certificates[index + 1];
    if (issuer === undefined) continue;
    const checks = crls
      .filter(
        (crl) =>
          sameName(crl.issuer, issuer.subject) &&
          isUsableCrl(crl, issuer) &&
          crl.revoked.some((one) => one.serialHex === certificate.serialHex && counts(one, time, reach))
      )
      .flatMap((crl) => crlCheck(crl, issuer) ?? []);
    if (checks.length === 0) continue;
    const answer = yield { ...nothing, checks };
    if (answer.checks.includes('valid')) return true;
  }
  return false;
}
