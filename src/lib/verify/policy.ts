import type { Finding, Placed } from './finding.ts';
import type { ChangeItem, ChangeLevel } from './report.ts';
import { type FoundSignature, locks } from './signatures.ts';

export interface ChangeJudgement {
  readonly level: ChangeLevel;
  readonly permitted: boolean;
  readonly items: readonly ChangeItem[];
}

const order: readonly ChangeLevel[] = ['none', 'lta', 'form', 'annotations', 'disallowed', 'unknown'];

const rank = (level: ChangeLevel): number => order.indexOf(level);

/** The most that DocMDP allows (ISO 32000-2 table 257); an approval signature that says nothing allows forms. */
function allowance(docMdp: 1 | 2 | 3 | null): ChangeLevel {
  return docMdp === 1 ? 'lta' : docMdp === 3 ? 'annotations' : 'form';
}

/** What one finding is for one signature: its locks, its DocMDP and what a new thing lies over decide. */
function judge(
  found: Finding,
  signature: Pick<FoundSignature, 'docMdp' | 'locks'>,
  covers: (placed: Placed) => boolean
): { level: ChangeLevel; code: string } {
  const { field, placed } = found;
  if (field !== null && found.level !== 'disallowed' && signature.locks.some((lock) => locks(lock, field))) {
    return { level: 'disallowed', code: 'field-locked' };
  }
  if (placed === null) return { level: found.level, code: found.code };
  // A certified file says what may come; a visible place for a signature is more than filling in (P ≤ 2).
  if (placed.what === 'signature-field' && (signature.docMdp === 1 || signature.docMdp === 2)) {
    return { level: 'disallowed', code: 'new-visible-field' };
  }
  if (placed.what === 'annotation' && signature.docMdp !== 3) return { level: found.level, code: found.code };
  return covers(placed)
    ? { level: 'disallowed', code: 'covers-content' }
    : { level: found.level, code: found.code };
}

/**
 * Everything that later revisions changed, as one signature sees it. `steps[i]` holds the findings of
 * revision `i` against the one before; those after `from` count.
 */
export function judgeChanges(
  signature: Pick<FoundSignature, 'docMdp' | 'locks'>,
  from: number,
  steps: readonly (readonly Finding[])[],
  covers: (placed: Placed, revision: number) => boolean,
  place: (found: Finding, revision: number) => Pick<ChangeItem, 'page' | 'box'> = ({ page }) => ({
    page,
    box: null
  })
): ChangeJudgement {
  const items: ChangeItem[] = [];
  let level: ChangeLevel = 'none';
  for (let revision = from + 1; revision < steps.length; revision += 1) {
    for (const found of steps[revision] ?? []) {
      const own = judge(found, signature, (placed) => covers(placed, revision));
      items.push({
        revision,
        object: found.object,
        field: found.field,
        level: own.level,
        permitted: rank(own.level) <= rank(allowance(signature.docMdp)),
        code: own.code,
        message: found.message,
        ...place(found, revision)
      });
      if (rank(own.level) > rank(level)) level = own.level;
    }
  }
  return { level, permitted: items.every((item) => item.permitted), items };
}

/** For signatures whose later revisions cannot be told apart from what they cover. */
export const unknownChanges: ChangeJudgement = { level: 'unknown', permitted: false, items: [] };
