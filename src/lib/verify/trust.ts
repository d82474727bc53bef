import { readCertificates } from '../cms/signer.ts';
import type { Certificate } from '../pki/certificate.ts';
import { findPaths } from '../pki/path.ts';
import { type Asking, nothing } from './question.ts';
import type { TrustReport } from './report.ts';
import { isRevoked, type RevocationData, type RevocationReach } from './revocation.ts';

/** What trust is judged with. Certificates of the file are a pool to build paths from, never roots. */
export interface TrustInput extends RevocationData {
  readonly roots: readonly Certificate[];
  readonly pool: readonly Uint8Array[];
  /** UTC milliseconds: the proven time, or now. */
  readonly at: number;
}

/** A certificate that may not sign at all; uses of authorities are the path's own matter (RFC 5280 §4.2.1.3). */
function maySign({ keyUsage }: Certificate): boolean {
  return keyUsage === null || keyUsage.includes('digitalSignature') || keyUsage.includes('contentCommitment');
}

/**
 * The path of a certificate to one of the reader's roots at a time (RFC 5280 §6.1), and what revocation data in
 * the file says. No root: `unknown`, which is not an accusation. `why` is a stable word.
 */
export function* judgeTrust(
  leaf: Certificate,
  input: TrustInput,
  reach: RevocationReach = 'before'
): Asking<TrustReport> {
  const paths = findPaths(leaf, { pool: readCertificates(input.pool), roots: input.roots, at: input.at });
  let worst: TrustReport = {
    status: 'unknown',
    why: input.roots.length === 0 ? 'no-roots' : 'unknown-issuer'
  };
  for (const path of paths) {
    if (!path.rooted) continue;
    const { checks } = yield { ...nothing, checks: path.checks };
    if (checks.some((answer) => answer !== 'valid')) {
      worst = { status: 'invalid', why: 'path-signature' };
      continue;
    }
    if (yield* isRevoked(path, input, input.at, reach)) return { status: 'revoked', why: 'revoked' };
    const problem = path.problems[0]?.code ?? (maySign(leaf) ? undefined : 'key-usage');
    if (problem === undefined) return { status: 'trusted', why: 'trusted-root' };
    worst =
      problem === 'expired' || problem === 'not-yet-valid'
        ? { status: 'expired', why: problem }
        : { status: 'invalid', why: problem };
  }
  return worst;
}
