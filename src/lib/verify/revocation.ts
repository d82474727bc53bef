import { AsnError } from '../asn1/error.ts';
import type { Certificate } from '../pki/certificate.ts';
import type { Check } from '../pki/check.ts';
import { crlCheck, isUsableCrl, parseCrl, type Revocation, type RevocationList } from '../pki/crl.ts';
import { ocspAnswer, ocspChecks, type OcspResponse, parseOcsp } from '../pki/ocsp.ts';
import { sameName } from '../pki/name.ts';
import type { CertificatePath } from '../pki/path.ts';
import { type Asking, nothing } from './question.ts';

/** Revocation data of a file as it came: DER, nothing of it trusted. */
export interface RevocationData {
  readonly crls: readonly Uint8Array[];
  readonly ocsps: readonly Uint8Array[];
}

/**
 * What a revocation means for what was signed before it. `before`: only what comes after it is lost. `ever`:
 * everything, where the key may have been stolen: tokens of a time authority, whose word nothing else dates
 * (RFC 3161 §4).
 */
export type RevocationReach = 'before' | 'ever';

/** affiliationChanged, superseded, cessationOfOperation: the key itself was never lost (RFC 3161 §4). */
const HARMLESS: readonly (number | null)[] = [3, 4, 5];

function counts(
  { at, reason }: Omit<Revocation, 'serialHex'>,
  time: number,
  reach: RevocationReach
): boolean {
  return at <= time || (reach === 'ever' && !HARMLESS.includes(reason));
}

/** What can be read of it; the rest says nothing about anybody. */
function readAll<T>(ders: readonly Uint8Array[], read: (der: Uint8Array) => T): T[] {
  return ders.flatMap((der) => {
    try {
      return [read(der)];
    } catch (error) {
      if (error instanceof AsnError) return [];
      throw error;
    }
  });
}

/** The signatures under what withdraws a certificate: one valid way, all of its checks, is enough. */
function waysAgainst(
  certificate: Certificate,
  issuer: Certificate,
  lists: readonly RevocationList[],
  responses: readonly OcspResponse[],
  withdraws: (revocation: Omit<Revocation, 'serialHex'>) => boolean
): Check[][] {
  const byList = lists.filter(
    (crl) =>
      sameName(crl.issuer, issuer.subject) &&
      isUsableCrl(crl, issuer) &&
      crl.revoked.some((one) => one.serialHex === certificate.serialHex && withdraws(one))
  );
  const byAnswer = responses.filter((response) => {
    const revoked = ocspAnswer(response, certificate, issuer)?.revoked ?? null;
    return revoked !== null && withdraws(revoked);
  });
  return [
    ...byList.flatMap((crl) => {
      const check = crlCheck(crl, issuer);
      return check === null ? [] : [[check]];
    }),
    ...byAnswer.flatMap((response) => ocspChecks(response, issuer))
  ];
}

/**
 * Whether the file's own revocation data withdraws a certificate of the path at `time` (UTC milliseconds). Only
 * what the certificate's own issuer signed counts, or a responder it appointed (RFC 5280 §6.3.3, RFC 6960
 * §4.2.2.2). An answer `good` or an empty list is no more than silence: another may know better.
 */
export function* isRevoked(
  path: CertificatePath,
  data: RevocationData,
  time: number,
  reach: RevocationReach
): Asking<boolean> {
  const lists = readAll(data.crls, parseCrl);
  const responses = readAll(data.ocsps, parseOcsp);
  for (const [index, certificate] of path.certificates.entries()) {
    const issuer = path.certificates[index + 1];
    if (issuer === undefined) continue;
    const ways = waysAgainst(certificate, issuer, lists, responses, (one) => counts(one, time, reach));
    if (ways.length === 0) continue;
    const answer = yield { ...nothing, checks: ways.flat() };
    let at = 0;
    for (const way of ways) {
      if (answer.checks.slice(at, (at += way.length)).every((one) => one === 'valid')) return true;
    }
  }
  return false;
}
