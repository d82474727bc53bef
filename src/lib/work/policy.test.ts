import { expect, test } from 'vitest';
import { allowedScript } from './policy.ts';

const origin = 'https://sign.example.org';

test('built workers and the service worker may run', () => {
  for (const path of [
    '/_app/immutable/workers/pdf.worker-B3xZ_9aQ.js',
    '/_app/immutable/assets/pdf.worker.min.CzC-aQ31.mjs',
    '/service-worker.js'
  ]) {
    expect(allowedScript(path, origin), path).toBe(true);
    expect(allowedScript(origin + path, origin), path).toBe(true);
  }
});

test('nothing else may: other origins, other paths, blob and data URLs, developing paths in a build', () => {
  for (const url of [
    'https://evil.example/_app/immutable/workers/pdf.worker-B3xZ_9aQ.js',
    '/_app/immutable/chunks/abc.js',
    '/api/files/pdf.worker-a.js',
    '/_app/immutable/workers/../../../api/x.worker.js',
    '/_app/immutable/workers/sub/pdf.worker-a.js',
    `blob:${origin}/5e1c`,
    'data:text/javascript,1',
    'javascript:1',
    '/src/lib/work/pdf.worker.ts'
  ]) {
    expect(allowedScript(url, origin), url).toBe(false);
  }
  expect(allowedScript('/src/lib/work/pdf.worker.ts?worker_file&type=module', origin, true)).toBe(true);
});
