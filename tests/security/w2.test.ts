// security.md W2 and P2: what the strict policy rests on, looked for in the sources and in the build.
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const files = (folder: string, ending: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(root, folder, name));
const script = files('build/app/_app/immutable', '.js').map((path) => readFileSync(path, 'utf8'));

describe('W2: no style attribute and no raw HTML', () => {
  test.each(['src/lib', 'src/routes'])('in the components of %s', (folder) => {
    for (const path of files(folder, '.svelte')) {
      const markup = readFileSync(path, 'utf8').replace(/<(style|script)\b[\s\S]*?<\/\1>/g, '');
      expect(markup, path).not.toMatch(/\{@html|\sstyle[=:]/);
    }
  });

  test('in the pages that were built', () => {
    // The verifier for the disk has its scripts inside and a policy of its own: W7.
    const pages = files('build/app', '.html').filter((path) => !/countersign-verifier-[^/]*$/.test(path));
    expect(pages.length).toBeGreaterThan(8);
    for (const path of pages) expect(readFileSync(path, 'utf8'), path).not.toMatch(/\sstyle=|\son[a-z]+="/);
  });

  test('the one style attribute that Kit writes is the one the header names', () => {
    const styles = script.flatMap((code) =>
      [...code.matchAll(/svelte-announcer"[^>]*\sstyle="([^"]*)"/g)].map((match) => match[1] ?? '')
    );
    expect(styles).toHaveLength(1);
    const hash = createHash('sha256')
      .update(styles[0] ?? '')
      .digest('base64');
    expect(readFileSync(join(root, 'pb_hooks/lib/headers.js'), 'utf8')).toContain(`'sha256-${hash}'`);
  });
});

describe('P2: a PDF runs nothing', () => {
  test('the sandbox of pdf.js is not in the build', () => {
    expect(files('build/app', '').filter((path) => /sandbox/i.test(path))).toEqual([]);
  });

  test('scripting and XFA stay off', () => {
    const viewer = files('src/lib/feature/viewer', '.ts').map((path) => readFileSync(path, 'utf8'));
    expect(viewer.join('')).toMatch(/enableXfa: false/);
    expect(viewer.join('')).not.toMatch(/enableScripting: true|enableXfa: true/);
  });
});
