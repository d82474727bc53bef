import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';

const app = join(import.meta.dirname, '../../build/app');

const STATIC_IMPORT = /(?:import|from)\s*"(\.{1,2}\/[^"]+\.js)"/g;

/** Every script that a page runs before anyone touches it: what its HTML names, and what that imports. */
function firstLoad(page: string): Map<string, number> {
  const html = readFileSync(join(app, page), 'utf8');
  const sizes = new Map<string, number>();
  const visit = (path: string): void => {
    if (sizes.has(path)) return;
    const code = readFileSync(join(app, path));
    sizes.set(path, gzipSync(code, { level: 9 }).length);
    for (const match of code.toString('utf8').matchAll(STATIC_IMPORT))
      visit(posix.normalize(posix.join(dirname(path), match[1] as string)));
  };
  for (const match of html.matchAll(/_app\/immutable\/[^"')\s]+\.js/g)) visit(match[0]);
  return sizes;
}

/** Limits in KB (1,000 bytes) of gzip: architecture notes, "Budgets". */
const limits = [
  ['index.html', 80],
  ['verify.html', 80],
  ['board.html', 150],
  ['sign.html', 170]
] as const;

describe('first load', () => {
  it.each(limits)('%s needs at most %i KB of script', (page, limit) => {
    expect(existsSync(join(app, page)), 'run `npm run build` first').toBe(true);
    const sizes = firstLoad(page);
    const kilobytes = [...sizes.values()].reduce((sum, size) => sum + size, 0) / 1000;
    expect(sizes.size).toBeGreaterThan(2);
    expect(kilobytes, JSON.stringify([...sizes].sort((a, b) => b[1] - a[1]).slice(0, 5))).toBeLessThan(limit);
  });

  it('leaves the heavy engines out', () => {
    for (const [page] of limits) {
      const code = [...firstLoad(page).keys()].map((path) => readFileSync(join(app, path), 'utf8')).join('');
      expect(code).not.toMatch(/PDFDocument\.create|GlobalWorkerOptions|hb_shape/);
    }
  });
});
