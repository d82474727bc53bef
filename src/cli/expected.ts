import type { Report, SignatureReport } from '../lib/verify/report.ts';

/** One signature of `expected.jsonl`, as far as it is compared (`contracts.md`, "Corpus mapping"). */
export interface ExpectedSignature {
  readonly fields: readonly string[];
  readonly byterange?: readonly number[];
  readonly integrity: string;
  readonly coverage?: string;
  readonly later_changes?: string;
  readonly judgement?: string;
}

/** One line of `expected.jsonl`. */
export interface ExpectedFile {
  readonly path: string;
  readonly kind: string;
  readonly password: string | null;
  readonly ok: boolean;
  readonly signatures: readonly ExpectedSignature[];
}

export type Question = 'integrity' | 'coverage' | 'changes' | 'judged' | 'ok';

/** One thing that was compared. `lenient`: we called good what was expected to be bad. */
export interface Comparison {
  readonly question: Question;
  readonly agrees: boolean;
  readonly lenient: boolean;
  readonly expected: string;
  readonly found: string;
  readonly what: string;
}

const coverages: Readonly<Record<string, string>> = {
  'whole-file': 'file',
  'whole-revision': 'revision',
  partial: 'partial',
  'bad-byterange': 'invalid',
  none: 'invalid'
};

function integrityAgrees(expected: string, found: string): boolean {
  if (expected === 'error') return found === 'malformed' || found === 'broken';
  return expected === found;
}

/** Whether the later changes are fine: the one word that every judge has. */
export function isClean({ changes }: Pick<SignatureReport, 'changes'>): boolean {
  return changes.permitted && changes.level !== 'disallowed' && changes.level !== 'unknown';
}

function expectedClean(
  signature: ExpectedSignature
): { question: 'changes' | 'judged'; clean: boolean } | null {
  const told = signature.later_changes;
  if (told === undefined || signature.judgement === 'policy-dependent') return null;
  if (!told.startsWith('disputed'))
    return { question: 'changes', clean: told === 'none' || told === 'allowed' };
  return signature.judgement === undefined
    ? null
    : { question: 'judged', clean: signature.judgement === 'allowed' };
}

function find(report: Report, wanted: ExpectedSignature): SignatureReport | undefined {
  const range = (wanted.byterange ?? []).join(' ');
  const fitting = report.signatures.filter((one) => one.byteRange.join(' ') === range);
  return fitting.find((one) => wanted.fields.includes(one.field)) ?? fitting[0];
}

/** Compares a report with what was expected of the file, question by question. */
export function compare(expected: ExpectedFile, report: Report): Comparison[] {
  const found: Comparison[] = [];
  const good = report.verdict === 'unchanged' || report.verdict === 'changed-as-permitted';
  for (const signature of expected.signatures) {
    const own = find(report, signature);
    const what = signature.fields.join('+');
    found.push({
      question: 'integrity',
      agrees: integrityAgrees(signature.integrity, own?.integrity ?? 'missing'),
      lenient: signature.integrity !== 'intact' && own?.integrity === 'intact',
      expected: signature.integrity,
      found: own?.integrity ?? 'missing',
      what
    });
    if (signature.coverage !== undefined) {
      const wanted = coverages[signature.coverage] ?? signature.coverage;
      const whole = own?.coverage === 'file' || own?.coverage === 'revision';
      found.push({
        question: 'coverage',
        agrees: wanted === own?.coverage,
        lenient: wanted !== 'file' && wanted !== 'revision' && whole,
        expected: wanted,
        found: own?.coverage ?? 'missing',
        what
      });
    }
    const changes = expectedClean(signature);
    if (changes !== null) {
      const clean = own !== undefined && isClean(own);
      found.push({
        question: changes.question,
        agrees: clean === changes.clean,
        lenient: clean && !changes.clean,
        expected: changes.clean ? 'permitted' : 'not permitted',
        found:
          own === undefined
            ? 'missing'
            : `${own.changes.level}${own.changes.permitted ? '' : ', not permitted'}`,
        what
      });
    }
  }
  const open = expected.signatures.some((signature) => signature.judgement === 'policy-dependent');
  if (expected.signatures.length > 0 && !open) {
    found.push({
      question: 'ok',
      agrees: good === expected.ok,
      lenient: good && !expected.ok,
      expected: expected.ok ? 'ok' : 'not ok',
      found: report.verdict,
      what: 'file'
    });
  }
  return found;
}
