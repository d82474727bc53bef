import { expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { createRawSnippet } from 'svelte';
import { LOCKED_PAGE } from '../../../../tests/vectors/locked-page.ts';
import { plainPages, wordsAt, type PlainPage } from '../../../../tests/vectors/plain-pages.ts';
import PdfPages, { type OpenedPages } from './PdfPages.svelte';
import type { PageView } from './page-view.ts';

/** A black square of 100 points in the upper left corner of the unrotated page. */
const SQUARE = '0 0 0 rg 0 742 100 100 re f';

function pdf(pages: PlainPage[]): Blob {
  return new Blob([plainPages(pages)], { type: 'application/pdf' });
}

async function show(file: Blob, props: Partial<Parameters<typeof PdfPages>[1]> = {}, width = 640) {
  document.body.style.margin = '0';
  const target = document.createElement('div');
  target.style.width = `${width}px`;
  target.style.height = '600px';
  document.body.append(target);
  const onopen = vi.fn<(opened: OpenedPages) => void>();
  const onerror = vi.fn();
  const shown = await render(PdfPages, { target, props: { file, onopen, onerror, ...props } });
  return { ...shown, target, onopen, onerror };
}

async function opened(onopen: ReturnType<typeof vi.fn>): Promise<OpenedPages> {
  await vi.waitFor(() => expect(onopen).toHaveBeenCalled(), { timeout: 20_000 });
  return onopen.mock.calls[0]?.[0] as OpenedPages;
}

async function canvasOf(target: HTMLElement, number: number): Promise<HTMLCanvasElement> {
  return vi.waitFor(
    () => {
      const canvas = target.querySelector<HTMLCanvasElement>(`[data-page="${number}"] canvas`);
      if (canvas === null) throw new Error('not drawn yet');
      return canvas;
    },
    { timeout: 20_000 }
  );
}

/** Whether the picture is black at a place given in points of the page as displayed. */
function blackAt(canvas: HTMLCanvasElement, size: { width: number; height: number }, x: number, y: number) {
  const context = canvas.getContext('2d');
  const pixel = context?.getImageData(
    Math.round((x / size.width) * canvas.width),
    Math.round((y / size.height) * canvas.height),
    1,
    1
  ).data;
  return (pixel?.[0] ?? 255) < 40;
}

test('tells every page as displayed: CropBox, Rotate and UserUnit applied', async () => {
  const { onopen } = await show(
    pdf([
      {},
      { entries: '/Rotate 90' },
      { entries: '/Rotate 270 /CropBox [100 100 300 400]' },
      { entries: '/UserUnit 2' },
      { box: '[0 0 300 200]' }
    ])
  );
  const { pages, pageCount, password } = await opened(onopen);
  expect(pageCount).toBe(5);
  expect(password).toBe(null);
  expect(pages).toEqual([
    { width: 595, height: 842 },
    { width: 842, height: 595 },
    { width: 300, height: 200 },
    { width: 1190, height: 1684 },
    { width: 300, height: 200 }
  ]);
});

test('a rotated page is drawn turned: its upper left corner comes to the upper right', async () => {
  const { target, onopen } = await show(pdf([{ content: SQUARE, entries: '/Rotate 90' }]));
  await opened(onopen);
  const canvas = await canvasOf(target, 1);
  const size = { width: 842, height: 595 };
  expect(blackAt(canvas, size, 800, 50)).toBe(true);
  expect(blackAt(canvas, size, 50, 50)).toBe(false);
});

test('an overlay gets the page and its points lie on the picture', async () => {
  const seen: PageView[] = [];
  const overlay = createRawSnippet((view: () => PageView) => {
    seen.push(view());
    return { render: () => '<i class="mark"></i>' };
  });
  const { target, onopen } = await show(pdf([{ content: SQUARE }, {}]), { overlay });
  await opened(onopen);
  expect(seen.map(({ page, width, height }) => ({ page, width, height }))).toEqual([
    { page: 1, width: 595, height: 842 },
    { page: 2, width: 595, height: 842 }
  ]);
  const paper = target.querySelector<HTMLElement>('[data-page="1"]');
  const pt = parseFloat(paper?.style.getPropertyValue('--pt') ?? '');
  expect(paper?.getBoundingClientRect().width).toBeCloseTo(595 * pt, 0);
  expect(pt).toBeGreaterThan(1);
});

test('the text can be selected where it stands, also on a page with its own unit', async () => {
  const { target, onopen } = await show(
    pdf([{ content: wordsAt('Consultancy services') }, { entries: '/UserUnit 2', content: wordsAt('Twice') }])
  );
  await opened(onopen);
  const words = page.getByText('Consultancy services');
  await expect.element(words).toBeInTheDocument();
  const paper = target.querySelector<HTMLElement>('[data-page="1"]')?.getBoundingClientRect();
  const place = words.element().getBoundingClientRect();
  const scale = (paper?.width ?? 0) / 595;
  expect(place.left - (paper?.left ?? 0)).toBeCloseTo(72 * scale, 0);
  expect(Math.abs(place.bottom - (paper?.top ?? 0) - (842 - 758) * scale)).toBeLessThan(6);
  const second = target.querySelector<HTMLElement>('[data-page="2"]')?.getBoundingClientRect();
  const twice = page.getByText('Twice').element().getBoundingClientRect();
  expect((twice.left - (second?.left ?? 0)) / (second?.width ?? 1)).toBeCloseTo(72 / 595, 2);
  getSelection()?.selectAllChildren(words.element());
  expect(getSelection()?.toString()).toBe('Consultancy services');
});

test('zooms by buttons and by keys, and finds back to the width', async () => {
  const { target, onopen } = await show(pdf([{}]));
  await opened(onopen);
  const width = () => target.querySelector('[data-page="1"]')?.getBoundingClientRect().width ?? 0;
  const fitted = width();
  expect(fitted).toBeCloseTo(640 - 24, 0);
  await page.getByRole('button', { name: 'Zoom in' }).click();
  expect(width()).toBeGreaterThan(fitted);
  await page.getByRole('button', { name: /^Fit to width/ }).click();
  expect(width()).toBeCloseTo(fitted, 0);
  target.querySelector<HTMLElement>('.scroller')?.focus();
  await userEvent.keyboard('-');
  expect(width()).toBeLessThan(fitted);
  await userEvent.keyboard('0');
  expect(width()).toBeCloseTo(fitted, 0);
});

test('pinching keeps the place between the fingers', async () => {
  const { target, onopen } = await show(pdf([{}, {}]));
  await opened(onopen);
  const scroller = target.querySelector<HTMLElement>('.scroller');
  if (scroller === null) throw new Error('no scroller');
  const paper = () => target.querySelector('[data-page="1"]')?.getBoundingClientRect() ?? new DOMRect();
  const finger = (id: number, x: number, y: number) =>
    new Touch({ identifier: id, target: scroller, clientX: x, clientY: y });
  const touch = (type: string, touches: Touch[]) =>
    scroller.dispatchEvent(new TouchEvent(type, { touches, cancelable: true, bubbles: true }));
  const before = paper();
  const part = (300 - before.left) / before.width;
  touch('touchstart', [finger(1, 250, 200), finger(2, 350, 200)]);
  touch('touchmove', [finger(1, 200, 200), finger(2, 400, 200)]);
  await vi.waitFor(() => expect(paper().width).toBeCloseTo(before.width * 2, 0));
  await vi.waitFor(() => expect((300 - paper().left) / paper().width).toBeCloseTo(part, 2));
});

test('brings a box on a later page into view', async () => {
  const { target, onopen, component } = await show(pdf([{}, {}, {}]));
  await opened(onopen);
  component.scrollToBox({ page: 3, x: 100, y: 400, w: 200, h: 60 });
  const scroller = target.querySelector<HTMLElement>('.scroller');
  await vi.waitFor(() => {
    const third = target.querySelector('[data-page="3"]')?.getBoundingClientRect();
    const y = (third?.top ?? 0) + (400 * (third?.width ?? 0)) / 595;
    expect(y - (scroller?.getBoundingClientRect().top ?? 0)).toBeCloseTo(200, 0);
  });
  await expect.element(page.getByText('3 of 3')).toBeVisible();
});

test('hides or shows the fields of the form', async () => {
  const widget =
    '<< /Type /Annot /Subtype /Widget /FT /Tx /T (a) /F 4 /Rect [0 742 100 842] /V (x) /AP << /N 6 0 R >> >>';
  const look =
    '<< /Type /XObject /Subtype /Form /BBox [0 0 100 100] /Length 24 >>\nstream\n0 0 0 rg 0 0 100 100 re f\nendstream';
  const file = new Blob([plainPages([{ entries: `/Annots [${widget}]` }], [look])]);
  const size = { width: 595, height: 842 };
  const drawn = await show(file, { fields: 'drawn' });
  await opened(drawn.onopen);
  expect(blackAt(await canvasOf(drawn.target, 1), size, 50, 90)).toBe(true);
  const hidden = await show(file, { fields: 'hidden' });
  await opened(hidden.onopen);
  expect(blackAt(await canvasOf(hidden.target, 1), size, 50, 90)).toBe(false);
});

test('asks for the password of a locked file, again after a wrong one', async () => {
  const { onopen } = await show(new Blob([LOCKED_PAGE]));
  const field = page.getByLabelText('Password of the PDF');
  await field.fill('wrong');
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await expect.element(page.getByText('This password does not open the file.')).toBeVisible();
  await field.fill('sesame');
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  const { pages, password } = await opened(onopen);
  expect(pages).toEqual([{ width: 200, height: 100 }]);
  expect(password).toBe('sesame');
});

test('says that a file without its password is not shown', async () => {
  const { onerror } = await show(new Blob([LOCKED_PAGE]));
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect.element(page.getByRole('alert')).toHaveTextContent('The file needs a password to be shown.');
  expect(onerror).toHaveBeenCalledWith('password-refused');
});

test('says that a damaged file cannot be shown', async () => {
  const { onerror } = await show(new Blob(['this is no PDF at all']));
  await expect.element(page.getByRole('alert')).toHaveTextContent('This file cannot be shown.');
  expect(onerror).toHaveBeenCalledWith('broken');
});

test('of many pages only those near the window are drawn', async () => {
  const { target, onopen } = await show(pdf(Array.from({ length: 60 }, () => ({}))));
  await opened(onopen);
  await canvasOf(target, 1);
  expect(target.querySelectorAll('[data-page]').length).toBeLessThan(6);
});
