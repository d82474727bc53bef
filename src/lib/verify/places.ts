import { PdfError } from '../pdf/error.ts';
import type { PdfDocument } from '../pdf/document.ts';
import { pageBoxes, toDisplay } from '../pdf/geometry.ts';
import { PdfRef } from '../pdf/objects.ts';
import { type Finding, rectOf } from './finding.ts';
import { formOf } from './form.ts';
import { pageNumbers } from './page-numbers.ts';
import type { ChangeBox } from './report.ts';

interface Place {
  readonly page: number | null;
  readonly box: ChangeBox | null;
}

function display(
  view: PdfDocument,
  page: number,
  rect: readonly [number, number, number, number]
): ChangeBox | null {
  try {
    const { inherited } = view.page(page);
    const { x, y, w, h } = toDisplay(pageBoxes(inherited), [...rect]);
    return w > 0 && h > 0 ? { page, x, y, w, h } : null;
  } catch (error) {
    if (error instanceof PdfError) return null;
    throw error;
  }
}

/** The first widget of a field that lies on a page. */
function widgetOf(
  view: PdfDocument,
  field: string
): { page: number; rect: [number, number, number, number] } | null {
  const node = formOf(view).byName.get(field);
  if (node === undefined) return null;
  const pages = pageNumbers(view);
  for (const { dict } of [node, ...node.widgets]) {
    const on = dict.get('P');
    const page = on instanceof PdfRef ? pages.get(on.num) : undefined;
    const rect = rectOf(view.array(dict.get('Rect')));
    if (page !== undefined && rect !== null) return { page, rect };
  }
  return null;
}

/** The annotation itself, when the change is about one. */
function annotationRect(view: PdfDocument, object: string): [number, number, number, number] | null {
  const num = /^(\d+) \d+ R$/.exec(object)?.[1];
  const dict = num === undefined ? null : view.dict(view.get(Number(num)));
  return rectOf(view.array(dict?.get('Rect')));
}

/**
 * Where a change can be seen: page (from 1) and rectangle as the page is displayed (`contracts.md`, "Box of a
 * field"). For the page that marks it and draws before and after; null where nobody can point at it.
 */
export function placesOf(doc: PdfDocument): (found: Finding, revision: number) => Place {
  return (found, revision) => {
    const at = doc.revisions()[revision];
    if (at === undefined) return { page: found.page, box: null };
    const view = doc.of(at);
    if (found.placed !== null) {
      const { page, rect } = found.placed;
      return { page, box: display(view, page, rect) };
    }
    const widget = found.field === null ? null : widgetOf(view, found.field);
    if (widget !== null) return { page: widget.page, box: display(view, widget.page, widget.rect) };
    const rect = found.page === null ? null : annotationRect(view, found.object);
    return {
      page: found.page,
      box: found.page === null || rect === null ? null : display(view, found.page, rect)
    };
  };
}
