import { describe, expect, test } from 'vitest';
import { contentsOf, pageFor } from './contents.ts';

test('the shell is all code and style but the heavy parts', () => {
  const { shell, later, extra } = contentsOf([
    '/_app/immutable/entry/start.a1.js',
    '/_app/immutable/chunks/xyz.js',
    '/_app/immutable/chunks/pdfjs.Yw-gTw.js',
    '/_app/immutable/assets/0.css',
    '/_app/immutable/assets/pdf.worker.min.C.mjs',
    '/_app/immutable/workers/pdf.worker-D.js',
    '/_app/immutable/workers/assets/typst-D.wasm',
    '/_app/immutable/assets/Caveat.B.ttf',
    '/_app/immutable/assets/UniGB.B.bcmap',
    '/_app/immutable/workers/assets/hebrew-D_9.ttf',
    '/_app/immutable/workers/assets/hans-B-x.ttf',
    '/_app/immutable/workers/assets/han-D1.ttf',
    '/_app/immutable/workers/assets/han-coverage-A.bin'
  ]);
  expect(shell).toEqual([
    '/_app/immutable/entry/start.a1.js',
    '/_app/immutable/chunks/xyz.js',
    '/_app/immutable/assets/0.css',
    '/_app/immutable/workers/pdf.worker-D.js'
  ]);
  expect(later).toHaveLength(7);
  // The large fonts come with the first text that needs them, not with "make ready for offline".
  expect(extra).toEqual([
    '/_app/immutable/workers/assets/hans-B-x.ttf',
    '/_app/immutable/workers/assets/han-D1.ttf'
  ]);
});

describe('a navigation', () => {
  const pages = ['/', '/verify', '/board', '/sign'];
  test.each([
    ['/', '/'],
    ['/verify', '/verify'],
    ['/verify/', '/verify'],
    ['/sign', '/sign'],
    ['/documents/abc', '/documents/-'],
    ['/documents/abc/sign', '/documents/-'],
    ['/nothing-here', '/documents/-'],
    ['/api/countersign/health', null],
    ['/api', null],
    ['/_/', null],
    ['/ca.pem', null],
    ['/_app/immutable/chunks/x.js', null]
  ])('to %s is answered with %s', (path, page) => {
    expect(pageFor(path, pages, '/documents/-')).toBe(page);
  });
});
