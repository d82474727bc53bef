import { CmsError } from '../cms/error.ts';
import { parseTimestamp, type Timestamp } from '../cms/timestamp.ts';
import type { PdfDocument } from '../pdf/document.ts';
import type { Certificate } from '../pki/certificate.ts';
import type { CoverageResult } from './byte-range.ts';
import { type Container, readContainer } from './container.ts';
import type { ValidationData } from './dss.ts';
import { type IntegrityResult, judgeIntegrity } from './integrity.ts';
import {
  earliest,
  judgeAuthority,
  type JudgedStamp,
  judgeTimestamp,
  type StatedTime
} from './proven-time.ts';
import type { Asking } from './question.ts';
import type { FoundSignature } from './signatures.ts';
import type { TrustInput } from './trust.ts';

/** What can be said of one signature without looking at the others. */
export interface Examination {
  readonly container: Container;
  readonly result: IntegrityResult;
  /** What trust in its certificates is judged with, apart from the time. */
  readonly basis: Omit<TrustInput, 'at'>;
  /** The token inside the signature, or of the document timestamp that it is. */
  readonly stamp: JudgedStamp | null;
}

/** Pairs of the byte range that lie in the file; a range that does not is hashed as far as there is a file. */
function rangesOf(signature: FoundSignature, size: number): [number, number][] {
  const ranges: [number, number][] = [];
  for (let i = 0; i + 1 < signature.byteRange.length; i += 2) {
    const offset = signature.byteRange[i] ?? 0;
    const length = signature.byteRange[i + 1] ?? 0;
    if (offset >= 0 && length >= 0 && offset <= size) ranges.push([offset, Math.min(length, size - offset)]);
  }
  return ranges;
}

function certificatesIn(container: Container): readonly Uint8Array[] {
  switch (container.kind) {
    case 'cms':
    case 'sha1':
      return container.data.certificates;
    case 'timestamp':
      return container.token.data.certificates;
    case 'pkcs1':
      return container.certificates;
    default:
      return [];
  }
}

function readToken(container: Container): Timestamp | null {
  const signer =
    container.kind === 'cms' || container.kind === 'sha1' ? container.data.signers[0] : undefined;
  const [token] = signer?.timestampTokens ?? [];
  if (token === undefined) return null;
  try {
    return parseTimestamp(token);
  } catch (error) {
    if (error instanceof CmsError) return null;
    throw error;
  }
}

function* judgeStamp(
  container: Container,
  result: IntegrityResult,
  basis: Examination['basis']
): Asking<JudgedStamp | null> {
  if (container.kind === 'timestamp') {
    const { token } = container;
    if (result.integrity === 'intact' && result.certificate !== null)
      return yield* judgeAuthority(token, result.certificate, basis);
    const authority = result.certificate?.subject.text ?? '';
    // What is wrong with it is told as the wrong of any signature.
    return { at: token.time, authority, valid: false, known: false, problems: [] };
  }
  const token = readToken(container);
  if (token === null || (container.kind !== 'cms' && container.kind !== 'sha1')) return null;
  return yield* judgeTimestamp(token, container.data.signers[0]?.signature ?? new Uint8Array(0), basis);
}

/** Integrity of a signature, and of the token in it. */
export function* examineSignature(input: {
  readonly doc: PdfDocument;
  readonly signature: FoundSignature;
  readonly dss: ValidationData;
  readonly roots: readonly Certificate[];
  /** Roots that vouch for times and for no signer. */
  readonly timeRoots: readonly Certificate[];
}): Asking<Examination> {
  const { doc, signature, dss, roots } = input;
  const container = readContainer(signature);
  const ranges = rangesOf(signature, doc.source.size);
  const result = yield* judgeIntegrity(container, ranges, dss.certificates);
  const archived = container.kind === 'cms' || container.kind === 'sha1' ? container.data : null;
  const ofTime = [...roots, ...input.timeRoots];
  const basis = {
    roots: container.kind === 'timestamp' ? ofTime : roots,
    pool: [...certificatesIn(container), ...dss.certificates],
    crls: [...(archived?.crls ?? []), ...dss.crls],
    ocsps: [...(archived?.ocsps ?? []), ...dss.ocsps]
  };
  return {
    container,
    result,
    basis,
    stamp: yield* judgeStamp(container, result, { ...basis, roots: ofTime })
  };
}

/** One signature with its coverage, as the times of all are read from. */
export interface Stamped {
  readonly coverage: CoverageResult;
  readonly examination: Examination;
}

/**
 * The time that a signature is proven or stated to have existed at: by its own token, or by a document timestamp
 * whose range closes a revision behind it and so covers its every byte (`security.md` T1). A document timestamp
 * is dated by itself, not by those behind it.
 */
export function timeOf(one: Stamped, all: readonly Stamped[]): StatedTime | null {
  const told = ({ examination: { stamp } }: Stamped, from: StatedTime['from']): StatedTime[] =>
    stamp?.valid === true ? [{ at: stamp.at, authority: stamp.authority, known: stamp.known, from }] : [];
  if (one.examination.container.kind === 'timestamp') return earliest(told(one, 'document'));
  const covering = all.filter(
    ({ coverage, examination }) =>
      examination.container.kind === 'timestamp' &&
      (coverage.coverage === 'file' || coverage.coverage === 'revision') &&
      coverage.end > one.coverage.end
  );
  return earliest([...told(one, 'signature'), ...covering.flatMap((stamp) => told(stamp, 'document'))]);
}
