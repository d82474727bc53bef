import { expect, test } from 'vitest';
import { plainPages } from '../../../../tests/vectors/plain-pages.ts';
import { memorySource } from '../../bytes/source.ts';
import { openPdf } from '../../pdf/document.ts';
import { displaySize, pageBoxes } from '../../pdf/geometry.ts';
import { boxToPixels, pixelsToPoint } from './page-view.ts';

test('a place on the screen and a place on the page are the same place', () => {
  const view = { page: 1, width: 595, height: 842, scale: 1.5 };
  expect(boxToPixels({ x: 10, y: 20, w: 100, h: 40 }, view)).toEqual({
    left: 15,
    top: 30,
    width: 150,
    height: 60
  });
  expect(pixelsToPoint(15, 30, view)).toEqual({ x: 10, y: 20 });
});

// The same pages as in PdfPages.svelte.test.ts, where pdf.js measures them.
test('the room that writes fields measures pages as the viewer does', () => {
  const document = openPdf(
    memorySource(
      plainPages([
        {},
        { entries: '/Rotate 90' },
        { entries: '/Rotate 270 /CropBox [100 100 300 400]' },
        { entries: '/UserUnit 2' },
        { box: '[0 0 300 200]' }
      ])
    )
  );
  const sizes = [1, 2, 3, 4, 5].map((page) => {
    const boxes = pageBoxes((key) => document.page(page).inherited(key));
    const { width, height } = displaySize(boxes);
    return [width, height];
  });
  expect(sizes).toEqual([
    [595, 842],
    [842, 595],
    [300, 200],
    [1190, 1684],
    [300, 200]
  ]);
});
