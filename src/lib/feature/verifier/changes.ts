import { changeSentence, changeWhere } from '#lib/app/report-words.ts';
import type { ChangeItem, Report } from '#lib/verify/report.ts';

/** What one revision did in one place: a page, a spot of it, or (`page` null) the file as a whole. */
export interface Mark {
  /** From 1, in the order of the list: the same on the page and in the list. */
  readonly number: number;
  /** Index into `Report.revisions`. */
  readonly revision: number;
  readonly page: number | null;
  readonly box: ChangeItem['box'];
  /** Every signature it came after lets others do it. */
  readonly permitted: boolean;
  /** For people: where, and what was done, each once. */
  readonly where: string;
  readonly what: readonly string[];
  readonly codes: readonly string[];
  /** Objects of the file, for those who read files. */
  readonly objects: readonly string[];
}

/** Every change once, however many signatures it came after, as the strictest of them sees it. */
function changesOf(report: Report): ChangeItem[] {
  const seen = new Map<string, ChangeItem>();
  for (const item of report.signatures.flatMap(({ changes }) => changes.items)) {
    const key = [item.revision, item.object, item.field, item.message].join('|');
    const known = seen.get(key);
    if (known === undefined || (known.permitted && !item.permitted)) seen.set(key, item);
  }
  return [...seen.values()];
}

const placeOf = ({ revision, page, field, box }: ChangeItem): string =>
  [revision, page, field, box === null ? '' : [box.x, box.y, box.w, box.h].join(' ')].join('|');

/** Which places changes have to themselves: what is not permitted first, then in the order of revisions. */
export function marksOf(report: Report): Mark[] {
  const places = new Map<string, ChangeItem[]>();
  for (const item of changesOf(report)) {
    const place = placeOf(item);
    places.set(place, [...(places.get(place) ?? []), item]);
  }
  const all = [...places.values()].flatMap((items) => {
    const bad = items.filter(({ permitted }) => !permitted);
    // What is not permitted is not softened by what is.
    return [bad.length > 0 ? bad : items];
  });
  const rank = (items: ChangeItem[]): number => (items.every(({ permitted }) => permitted) ? 1 : 0);
  return all
    .sort((a, b) => rank(a) - rank(b) || (a[0]?.revision ?? 0) - (b[0]?.revision ?? 0))
    .map((items, i) => markOf(items, i + 1));
}

function markOf(items: readonly ChangeItem[], number: number): Mark {
  const [first] = items;
  return {
    number,
    revision: first?.revision ?? 0,
    page: first?.page ?? null,
    box: first?.box ?? null,
    permitted: items.every(({ permitted }) => permitted),
    where: changeWhere({ page: first?.page ?? null, field: first?.field ?? null }),
    what: [...new Set(items.map(({ code }) => changeSentence(code)))],
    codes: [...new Set(items.map(({ code }) => code))],
    objects: [...new Set(items.map(({ object }) => object))]
  };
}
