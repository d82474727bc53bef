import type { PdfDocument } from '../pdf/document.ts';
import type { CoverageResult } from './byte-range.ts';
import { formOf } from './form.ts';
import type { ReportRevision } from './report.ts';
import { whenReadable } from './readable.ts';
import type { FoundSignature } from './signatures.ts';

/** What each revision is, by what came with it; the words of `contracts.md`. */
export function describeRevisions(
  doc: PdfDocument,
  found: readonly FoundSignature[],
  coverages: readonly CoverageResult[]
): ReportRevision[] {
  const revisions = doc.revisions();
  const named = (i: number): string[] => {
    const revision = revisions[i];
    if (revision === undefined) return [];
    const names = whenReadable(() => [...formOf(doc.of(revision)).byName.keys()], []);
    return names.filter((name) => /^cs-[A-Z]-/.test(name));
  };
  const dssPlace = (i: number): string => {
    const revision = revisions[i];
    const view = revision === undefined ? null : doc.of(revision);
    const value = whenReadable(() => view?.catalog.get('DSS'), undefined);
    if (view === null || value === undefined) return '';
    return JSON.stringify(value) + ('num' in Object(value) ? view.place((value as { num: number }).num) : '');
  };
  return revisions.map((revision, i) => {
    const view = doc.of(revision);
    const before = revisions[i - 1];
    const older = before === undefined ? null : doc.of(before);
    let changes = 0;
    if (older !== null) {
      for (const section of revision.sections) {
        for (const num of section.entries.keys()) if (view.place(num) !== older.place(num)) changes += 1;
      }
    }
    const own = found.filter((_, k) => coverages[k]?.revision === i);
    let kind: ReportRevision['kind'] = 'other';
    if (i === 0 && own.length === 0) kind = named(0).length > 0 ? 'freeze' : 'original';
    else if (own.some(({ isTimestamp }) => !isTimestamp)) kind = 'signature';
    else if (i > 0 && dssPlace(i) !== dssPlace(i - 1)) kind = 'archive';
    else if (own.length > 0) kind = 'timestamp';
    else if (i > 0 && named(i).length > named(i - 1).length) kind = 'freeze';
    return { end: revision.end, kind, changes };
  });
}
