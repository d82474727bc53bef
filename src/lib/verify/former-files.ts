import { toHex } from '../bytes/hex.ts';
import type { PdfDocument } from '../pdf/document.ts';
import type { CoverageResult } from './byte-range.ts';
import { type Asking, nothing } from './question.ts';
import type { ReportRevision } from './report.ts';
import type { FoundSignature } from './signatures.ts';

/** SHA-256 (hex) of the file as it was at earlier times: what evidence and statements name. */
export interface FormerFiles {
  /** As it was frozen; more than one where fields were laid out twice. Null when revisions cannot be told. */
  readonly frozen: readonly string[] | null;
  /** For each signature: the file it was put on; null when that is not known. */
  readonly bases: readonly (string | null)[];
}

/**
 * Digests of the earlier files that evidence speaks of. Asked only where a signature carries evidence, and once
 * for each length, so that a large file is read once more and not once for each signature.
 */
export function* hashFormerFiles(
  doc: PdfDocument,
  found: readonly FoundSignature[],
  coverages: readonly CoverageResult[],
  described: readonly ReportRevision[]
): Asking<FormerFiles> {
  const revisions = doc.revisions();
  const carries = found.map((signature) => signature.dict.has('XXCountersign'));
  if (!carries.includes(true) || revisions.length === 0) {
    return { frozen: carries.includes(true) ? null : [], bases: found.map(() => null) };
  }
  const frozenEnds = described.filter(({ kind }) => kind === 'freeze').map(({ end }) => end);
  const baseEnds = coverages.map(({ revision }, i) =>
    carries[i] === true ? (revisions[revision - 1]?.end ?? null) : null
  );
  const ends = [...new Set([...frozenEnds, ...baseEnds.filter((end) => end !== null)])];
  const { hashes } = yield {
    ...nothing,
    hashes: ends.map((end) => ({ hash: 'SHA-256' as const, ranges: [[0, end]] as const }))
  };
  const digests = new Map(ends.map((end, i) => [end, toHex(hashes[i] ?? new Uint8Array(0))]));
  const of = (end: number | null): string | null => (end === null ? null : (digests.get(end) ?? null));
  return {
    frozen: frozenEnds.flatMap((end) => digests.get(end) ?? []),
    bases: baseEnds.map(of)
  };
}
