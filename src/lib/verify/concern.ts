import type { PdfDocument } from '../pdf/document.ts';
import type { References } from './references.ts';

/** What a step from one revision to the next has to look at: everything else is bytes that did not move. */
export interface Concern {
  /** Numbers that the two revisions do not read from the same bytes. */
  readonly changed: ReadonlySet<number>;
  /** Those, and every object of the older revision by which a way leads to one of them. */
  readonly ways: ReadonlySet<number>;
}

/** Numbers that the newer revision lists, or that it reads otherwise though no list says so. */
function changedNumbers(before: PdfDocument, after: PdfDocument, references: References): Set<number> {
  const changed = new Set<number>();
  const own = after.sections.length - before.sections.length;
  const follows =
    own >= 0 && before.sections.every(({ offset }, i) => offset === after.sections[own + i]?.offset);
  const check = (num: number): void => {
    if (before.place(num) !== after.place(num)) changed.add(num);
  };
  if (!follows) {
    for (const num of before.numbers()) check(num);
    for (const num of after.numbers()) check(num);
  }
  for (const section of after.sections.slice(0, Math.max(0, own))) {
    for (const num of section.entries.keys()) {
      check(num);
      references.membersOf(num).forEach(check);
    }
  }
  for (const num of references.doubtful) {
    for (const one of [num, ...references.membersOf(num)]) {
      if (!before.sharesObject(after, one) && before.place(one) !== null) changed.add(one);
      check(one);
    }
  }
  return changed;
}

/** What the rules say about single objects. */
export interface RuleBook {
  /** Pages, fields, the catalog: judged by a rule of their own, whoever refers to them. */
  hasRule(num: number): boolean;
  /** Further objects to which the ways count when this one changed. */
  alsoAsked(num: number): readonly number[];
}

/** Walks from what changed to whatever refers to it, up to the objects that have a rule of their own. */
export function concernOf(
  before: PdfDocument,
  after: PdfDocument,
  references: References,
  rules: RuleBook
): Concern {
  const changed = changedNumbers(before, after, references);
  const ways = new Set([...changed, ...[...changed].flatMap((num) => rules.alsoAsked(num))]);
  const open = [...ways].filter((num) => !rules.hasRule(num));
  const doubtful = references.doubtfulTargets(before);
  const reach = (source: number): void => {
    if (ways.has(source)) return;
    ways.add(source);
    if (!rules.hasRule(source)) open.push(source);
  };
  for (let num = open.pop(); num !== undefined; num = open.pop()) {
    references.referrers(before, num, reach);
    for (const [source, targets] of doubtful) if (targets?.has(num) ?? true) reach(source);
  }
  return { changed, ways };
}
