import type { Report, SignatureReport } from './report.ts';

/** A signed file that our own verifier does not accept is never handed out (`signing.md`, rule 3). */
export class SelfCheckError extends Error {
  override readonly name = 'SelfCheckError';
  readonly code = 'self-check';
  constructor(readonly report: Report) {
    const newest = report.signatures[report.signatures.length - 1];
    super(
      'our own verifier does not accept what was written: ' +
        `verdict ${report.verdict}, newest signature ${newest?.integrity ?? 'missing'}/${newest?.coverage ?? '-'}`
    );
  }
}

/** Every signature intact, nothing changed but what is permitted, and the newest covers the whole file. */
export function isSound(report: Report): boolean {
  const newest = report.signatures[report.signatures.length - 1];
  return (
    (report.verdict === 'unchanged' || report.verdict === 'changed-as-permitted') &&
    newest !== undefined &&
    newest.integrity === 'intact' &&
    newest.coverage === 'file'
  );
}

const nameOf = ({ field, byteRange }: SignatureReport): string => `${field} ${byteRange.join(' ')}`;

function isNoWorse(was: SignatureReport, now: SignatureReport): boolean {
  const covers = now.coverage === was.coverage || (was.coverage === 'file' && now.coverage === 'revision');
  return now.integrity === was.integrity && covers && (now.changes.permitted || !was.changes.permitted);
}

/**
 * For a file that came with signatures which did not all hold: each of them is as it was, and those in `fields`
 * are new, intact, and changed by nothing that is not permitted; the newest covers the whole file.
 */
export function standsAsBefore(before: Report, after: Report, fields: readonly string[]): boolean {
  // Two fields of one name may show one signature, judged once each: they are told apart by their order.
  const own = [...after.signatures];
  const kept = before.signatures.every((was) => {
    const at = own.findIndex((one) => nameOf(one) === nameOf(was));
    const [found] = at < 0 ? [] : own.splice(at, 1);
    return found !== undefined && isNoWorse(was, found);
  });
  const newest = after.signatures[after.signatures.length - 1];
  return (
    kept &&
    fields.every((field) => own.some((signature) => signature.field === field)) &&
    own.every(({ integrity, changes }) => integrity === 'intact' && changes.permitted) &&
    own.every(({ coverage }) => coverage === 'file' || coverage === 'revision') &&
    newest?.coverage === 'file'
  );
}
