// The overlay lies where pdf.js draws: every way a page can lie, a frozen field and the element placed over it.
import { createRawSnippet } from 'svelte';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { SPOT, turnedFile, turnedPages } from '../../../../tests/vectors/turned-pages.ts';
import { memorySource } from '../../bytes/source.ts';
import { nameFields, type Field } from '../../domain/field.ts';
import { openPdf } from '../../pdf/document.ts';
import { freeze } from '../../sign/freeze.ts';
import { at, type PageView } from './page-view.ts';
import PdfPages, { type OpenedPages } from './PdfPages.svelte';

/** A checkbox draws a square of its own height in the middle of its box; here that is all of it. */
const SQUARE = { ...SPOT, w: SPOT.h };

let file: Blob;
beforeAll(() => {
  const bytes = turnedFile();
  const placed = turnedPages.map((_, index): Field => ({
    id: `c${index}`,
    party: 'A',
    kind: 'checkbox',
    box: { page: index + 1, ...SQUARE },
    label: 'Box',
    required: false
  }));
  const fields = nameFields(placed, new Map([['A', 'A']]));
  const layout = { parties: [{ id: 'A', letter: 'A', name: 'Ann' }], fields };
  const tail = freeze(openPdf(memorySource(bytes)), layout);
  file = new Blob([bytes, tail as Uint8Array<ArrayBuffer>], { type: 'application/pdf' });
});
afterEach(() => document.body.replaceChildren());

/** Where anything is drawn on a canvas, in CSS pixels from its corner. */
function inkOf(canvas: HTMLCanvasElement) {
  const { width, height } = canvas;
  const pixels = canvas.getContext('2d')?.getImageData(0, 0, width, height).data ?? new Uint8ClampedArray();
  const seen = { left: width, top: height, right: 0, bottom: 0 };
  for (let index = 0; index < pixels.length; index += 4) {
    if ((pixels[index] ?? 255) > 215) continue;
    const x = (index / 4) % width;
    const y = Math.floor(index / 4 / width);
    seen.left = Math.min(seen.left, x);
    seen.top = Math.min(seen.top, y);
    seen.right = Math.max(seen.right, x + 1);
    seen.bottom = Math.max(seen.bottom, y + 1);
  }
  const scale = canvas.getBoundingClientRect().width / width;
  return {
    x: seen.left * scale,
    y: seen.top * scale,
    right: seen.right * scale,
    bottom: seen.bottom * scale
  };
}

test('a field and the element over it are one and the same place on all of them', async () => {
  const target = document.createElement('div');
  target.style.width = '640px';
  target.style.height = '640px';
  document.body.append(target);
  const overlay = createRawSnippet((view: () => PageView) => ({
    render: () => `<i data-over="${view().page}"></i>`,
    setup: (element) => {
      (element as HTMLElement).style.position = 'absolute';
      at(SQUARE)(element as HTMLElement);
    }
  }));
  const onopen = vi.fn<(opened: OpenedPages) => void>();
  const shown = await render(PdfPages, {
    target,
    props: { file, onopen, overlay, zoom: 1, fields: 'drawn', toolbar: false }
  });
  await vi.waitFor(() => expect(onopen).toHaveBeenCalled(), { timeout: 20_000 });
  const viewer = shown.component as unknown as { scrollToPage(n: number): void };
  for (const [index, { name }] of turnedPages.entries()) {
    viewer.scrollToPage(index + 1);
    const canvas = await vi.waitFor(
      () => {
        const found = target.querySelector<HTMLCanvasElement>(`[data-page="${index + 1}"] canvas`);
        if (found === null) throw new Error(`${name}: not drawn yet`);
        return found;
      },
      { timeout: 20_000 }
    );
    const paper = canvas.getBoundingClientRect();
    const over = target.querySelector(`[data-over="${index + 1}"]`)?.getBoundingClientRect();
    const ink = inkOf(canvas);
    const wanted = {
      x: (over?.left ?? 0) - paper.left,
      y: (over?.top ?? 0) - paper.top,
      right: (over?.right ?? 0) - paper.left,
      bottom: (over?.bottom ?? 0) - paper.top
    };
    expect(wanted.right - wanted.x, name).toBeCloseTo(SQUARE.w, 0);
    for (const side of ['x', 'y', 'right', 'bottom'] as const)
      expect(
        Math.abs(ink[side] - wanted[side]),
        `${name}: ${side} ${ink[side]}, not ${wanted[side]}`
      ).toBeLessThan(2);
  }
}, 120_000);
