import type { SignatureReport, Verdict } from './report.ts';

const worstFirst: readonly Verdict[] = ['broken', 'changed', 'unknown', 'changed-as-permitted', 'unchanged'];

/** `contracts.md`, "Verifier": about bytes only, trust stands apart. */
export function signatureVerdict(
  signature: Pick<SignatureReport, 'integrity' | 'coverage' | 'changes'>
): Verdict {
  const { integrity, coverage, changes } = signature;
  if (integrity === 'broken' || integrity === 'malformed') return 'broken';
  if (coverage !== 'file' && coverage !== 'revision') return 'changed';
  if (!changes.permitted || changes.level === 'disallowed' || changes.level === 'unknown') return 'changed';
  if (integrity === 'unsupported') return 'unknown';
  return changes.level === 'form' || changes.level === 'annotations' ? 'changed-as-permitted' : 'unchanged';
}

/** The worst of all signatures; `tampered`: something about the whole file alone makes it changed. */
export function fileVerdict(signatures: readonly SignatureReport[], tampered: boolean): Verdict {
  if (signatures.length === 0) return 'unsigned';
  const all = [...signatures.map(signatureVerdict), ...(tampered ? (['changed'] as const) : [])];
  return worstFirst.find((verdict) => all.includes(verdict)) ?? 'unknown';
}
