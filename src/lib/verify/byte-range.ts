import { equalBytes } from '../bytes/concat.ts';
import { PdfError } from '../pdf/error.ts';
import type { PdfDocument } from '../pdf/document.ts';
import { isSpace, Lexer } from '../pdf/lexer.ts';
import { PdfString } from '../pdf/objects.ts';
import { objectHeader, Parser } from '../pdf/parser.ts';
import type { Coverage } from './report.ts';
import type { FoundSignature } from './signatures.ts';

/** What the byte range of a signature covers, and every reason why it is not simply the file or a revision. */
export interface CoverageResult {
  readonly coverage: Coverage;
  /** Stable words: `verify_warning_<code>`. */
  readonly problems: readonly string[];
  /** Index of the revision it covers, or -1. */
  readonly revision: number;
  /** File offset just behind the last byte it covers. */
  readonly end: number;
}

interface ContentsToken {
  readonly start: number;
  readonly end: number;
  readonly value: PdfString;
}

/** All /Contents strings of the signature dictionary, found in the bytes themselves and not in what was parsed. */
function contentsTokens(doc: PdfDocument, signature: FoundSignature): ContentsToken[] {
  const located = signature.holder === null ? null : signature.view.locate(signature.holder.num);
  if (located === null) return [];
  const bytes = doc.source.read(located.start, located.end - located.start);
  const lexer = new Lexer(bytes, located.start, true, doc.limits.stringLength);
  const found: ContentsToken[] = [];
  const parser = new Parser(lexer, doc.limits);
  /** At a "<<": reads entries until ">>"; `inside` when this is the signature dictionary. */
  const dictionary = (inside: boolean): void => {
    const open = lexer.next();
    if (open.kind !== 'word' || open.value !== '<<') return;
    for (;;) {
      const key = lexer.next();
      if (key.kind !== 'name') return;
      lexer.skip();
      if (!inside && key.value.name === 'V' && lexer.peek() === 0x3c && lexer.peek(1) === 0x3c) {
        dictionary(true);
        continue;
      }
      const start = lexer.offset;
      const value = parser.object();
      if (inside && key.value.name === 'Contents' && value instanceof PdfString) {
        found.push({ start, end: lexer.offset, value });
      }
    }
  };
  try {
    if (objectHeader(lexer) === null) return [];
    dictionary(!signature.direct);
  } catch (error) {
    if (!(error instanceof PdfError)) throw error;
  }
  return found;
}

function isSameString(doc: PdfDocument, from: number, to: number, wanted: PdfString | undefined): boolean {
  if (wanted === undefined || to - from > 4 << 20) return false;
  const lexer = new Lexer(doc.source.read(from, to - from), from, true, doc.limits.stringLength);
  try {
    const token = lexer.next();
    return token.kind === 'string' && lexer.offset === to && equalBytes(token.value.bytes, wanted.bytes);
  } catch (error) {
    if (error instanceof PdfError) return false;
    throw error;
  }
}

/** Whether only white space stands in `[from, to)`. */
export function isBlank(doc: PdfDocument, from: number, to: number): boolean {
  const size = 65536;
  for (let at = from; at < to; at += size) {
    const bytes = doc.source.read(at, Math.min(size, to - at));
    for (const byte of bytes) if (!isSpace(byte)) return false;
  }
  return true;
}

/**
 * ISO 32000-2 §12.8.1: the range starts at 0, has two pieces, and what it leaves out is exactly the
 * /Contents string of this dictionary. Its end must be that of the file or of a revision whose own
 * `startxref` leads to the section that the file's chain has there.
 */
export function judgeCoverage(doc: PdfDocument, signature: FoundSignature): CoverageResult {
  const [a = -1, b = -1, c = -1, d = -1] = signature.byteRange;
  const end = c + d;
  const problems: string[] = [];
  const fail = (problem: string): CoverageResult => ({
    coverage: 'invalid',
    problems: [...problems, problem],
    revision: -1,
    end
  });
  if (signature.byteRange.length !== 4 || Math.min(a, b, c, d) < 0) return fail('byte-range-malformed');
  if (a !== 0) return fail('byte-range-start');
  if (b > c) return fail('byte-range-bounds');
  if (end > doc.source.size) return fail('cut-inside-revision');
  const tokens = contentsTokens(doc, signature);
  if (tokens.length === 0) return fail('contents-not-found');
  if (tokens.length > 1 || signature.dict.duplicateKeys.includes('Contents')) return fail('contents-twice');
  if (signature.dict.duplicateKeys.includes('ByteRange')) return fail('byte-range-twice');
  const token = tokens[0];
  if (token === undefined || token.start !== b || token.end !== c) {
    // The same signature value elsewhere: this dictionary was written again, outside of what it covers.
    return isSameString(doc, b, c, token?.value)
      ? { coverage: 'partial', problems: ['gap-is-not-contents'], revision: -1, end }
      : fail('gap-is-not-contents');
  }
  const text = doc.source.read(b, c - b);
  if (!token.value.hex || text[0] !== 0x3c || text[text.length - 1] !== 0x3e) return fail('contents-not-hex');
  if (signature.contents === null || !equalBytes(token.value.bytes, signature.contents)) {
    return fail('gap-is-not-contents');
  }
  const revisions = doc.revisions();
  const last = revisions.length - 1;
  for (let i = last; i >= 0; i -= 1) {
    const revision = revisions[i];
    if (revision === undefined || end < revision.marker) continue;
    // The end-of-line behind %%EOF may lie in or out; anything else there is another matter.
    if (end > revision.end && !isBlank(doc, revision.marker, end)) break;
    // The range must close what the file's own chain has here, found by the very number that stands there.
    if (revision.startxref + doc.origin !== revision.sections[0]?.stated) {
      return { coverage: 'partial', problems: ['revision-boundary'], revision: -1, end };
    }
    if (i === last && isBlank(doc, end, doc.source.size))
      return { coverage: 'file', problems, revision: i, end };
    return { coverage: 'revision', problems, revision: i, end };
  }
  if (revisions.length === 0 && isBlank(doc, end, doc.source.size)) {
    return { coverage: 'file', problems: ['repaired'], revision: -1, end };
  }
  return { coverage: 'partial', problems: ['ends-inside-revision'], revision: -1, end };
}
