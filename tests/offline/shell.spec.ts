/**
 * The app with the network cut, after one visit, in a real browser under the real headers: pages open, heavy
 * parts come back, a new version waits for consent, and no cache ever holds a signing link.
 */
import { test as base, expect, type BrowserContext, type Page } from '@playwright/test';
import { copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { buildApp } from '../../scripts/build.js';
import { startServer, type TestServer } from '../hooks/server.ts';

const PAGES = ['/', '/verify', '/board', '/new', '/sign', '/settings', '/outbox', '/sign-in', '/open'];
const LIMIT = 700 * 1024;

const test = base.extend<{ watched: Page; context: BrowserContext }, { server: TestServer; folder: string }>({
  folder: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the fixtures' names from the pattern
    async ({}, use) => {
      const folder = mkdtempSync(join(tmpdir(), 'countersign-shell-'));
      await use(folder);
      rmSync(folder, { recursive: true });
    },
    { scope: 'worker' }
  ],
  server: [
    async ({ folder }, use) => {
      // A copy, so that a test may put a newer version in its place.
      await buildApp();
      cpSync('build/app', join(folder, 'app'), { recursive: true });
      copyFileSync('build/app-files.json', join(folder, 'app-files.json'));
      const server = await startServer({ appDir: join(folder, 'app') });
      await use(server);
      await server.stop();
    },
    { scope: 'worker', timeout: 300_000 }
  ],
  watched: async ({ context }, use) => {
    const page = await context.newPage();
    const trouble: string[] = [];
    page.on('pageerror', (error) => trouble.push(error.message));
    page.on('console', (message) => {
      if (/Content Security Policy|TrustedScript|Refused to/.test(message.text()))
        trouble.push(message.text());
    });
    await use(page);
    expect(trouble).toEqual([]);
  }
});

/** Until the service worker controls the page: everything of the shell is installed then. */
async function installed(page: Page): Promise<void> {
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null, undefined, {
    timeout: 60_000
  });
}

interface CacheFacts {
  readonly urls: string[];
  readonly bytes: number;
}
/** What the caches hold, and how many bytes the shell's own cache has unpacked. */
function cacheFacts(page: Page): Promise<CacheFacts> {
  return page.evaluate(async () => {
    const urls: string[] = [];
    let bytes = 0;
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        urls.push(request.url);
        if (name !== 'countersign-shell') continue;
        bytes += (await (await cache.match(request))?.blob())?.size ?? 0;
      }
    }
    return { urls, bytes };
  });
}

test('after one visit every page opens with the network cut', async ({ server, watched: page, context }) => {
  await page.goto(server.url);
  await installed(page);
  await context.setOffline(true);
  for (const path of [...PAGES, '/documents/abcdefghij12345', '/documents/abcdefghij12345/sign']) {
    const answer = await page.goto(server.url + path);
    expect(answer?.status(), path).toBe(200);
    expect(answer?.fromServiceWorker(), path).toBe(true);
    // The app has started: its code was there too.
    await expect(page.locator('h1, main, [role=status], form').first(), path).toBeVisible();
  }
});

test('the shell is at most 700 KB on the way', async ({ server, watched: page, folder }, info) => {
  await page.goto(server.url);
  await installed(page);
  const { urls, bytes } = await cacheFacts(page);
  const files = JSON.parse(readFileSync(join(folder, 'app-files.json'), 'utf8')) as Record<
    string,
    { size: number; packed: string[] }
  >;
  let sent = 0;
  for (const url of urls) {
    const { pathname } = new URL(url);
    const name = [pathname, `${pathname}.html`, '/index.html'].find((one) => files[one] !== undefined);
    if (name === undefined) continue;
    const packed = files[name]?.packed.includes('br') ? `${name}.br` : name;
    sent += readFileSync(join(folder, 'app', packed)).length;
  }
  info.annotations.push({
    type: 'shell',
    description: `${urls.length} files, ${sent} B sent, ${bytes} B kept`
  });
  console.log(`shell: ${urls.length} files, ${sent} B on the way (brotli), ${bytes} B unpacked`);
  expect(sent).toBeGreaterThan(100_000);
  expect(sent).toBeLessThanOrEqual(LIMIT);
});

test('"make ready" fetches what heavy work needs, and says when all is there', async ({
  server,
  watched: page,
  context
}) => {
  test.slow();
  await page.goto(server.url);
  await installed(page);
  const ask = (kind: string) =>
    page.evaluate(async (kind) => {
      const { active } = (await navigator.serviceWorker.getRegistration()) ?? {};
      const { port1, port2 } = new MessageChannel();
      const answer = new Promise((done) => (port1.onmessage = ({ data }) => done(data)));
      active?.postMessage({ kind }, [port2]);
      return answer as Promise<{ missing: number; total: number; failed: boolean }>;
    }, kind);
  const before = await ask('check');
  expect(before.missing).toBeGreaterThan(10);
  expect(await ask('make-ready')).toMatchObject({ missing: 0, failed: false });
  expect(await ask('check')).toMatchObject({ missing: 0 });
  await context.setOffline(true);
  const { urls } = await cacheFacts(page);
  const wasm = urls.find((url) => /typst.*\.wasm$/.test(url)) ?? '';
  expect(wasm).not.toBe('');
  const size = await page.evaluate(async (url) => (await (await fetch(url)).arrayBuffer()).byteLength, wasm);
  expect(size).toBeGreaterThan(10_000_000);
  // The indicator looks; it does not remember.
  await page.evaluate(async (url) => {
    await (await caches.open('countersign-later')).delete(url);
  }, wasm);
  expect(await ask('check')).toMatchObject({ missing: 1 });
  expect(await ask('make-ready')).toMatchObject({ missing: 1, failed: true });
});

test('a signing link is in no cache', async ({ server, watched: page }) => {
  const token = 'A'.repeat(43);
  await page.goto(server.url);
  await installed(page);
  await page.goto(`${server.url}/sign#${token}`);
  await expect(page.locator('h1, main, [role=status], form').first()).toBeVisible();
  expect((await cacheFacts(page)).urls.join()).not.toContain(token);
  expect(page.url()).not.toContain(token);
});

test('a PDF that another app shares arrives in /open, without a network and without the server', async ({
  server,
  watched: page,
  context
}) => {
  await page.goto(server.url);
  await installed(page);
  await context.setOffline(true);
  // The system posts a form; here the same request is made by the page, whose policy forbids forms.
  const landed = await page.evaluate(async () => {
    const body = new FormData();
    body.append('file', new File(['%PDF-1.7\n%%EOF'], 'Łódź offer.pdf', { type: 'application/pdf' }));
    const { ok, url } = await fetch('/open', { method: 'POST', body });
    return { ok, path: new URL(url).pathname };
  });
  expect(landed).toEqual({ ok: true, path: '/open' });
  await page.goto(`${server.url}/open`);
  await expect(page.getByText('Łódź offer.pdf')).toBeVisible();
  expect(new URL(page.url()).pathname).toBe('/open');
  // Taken once: nothing of it stays in a cache.
  expect((await cacheFacts(page)).urls.filter((url) => url.includes('/open/'))).toEqual([]);
  await page.getByRole('button', { name: 'Verify it' }).click();
  await expect(page).toHaveURL(/\/verify$/);
  await expect(page.getByText('Łódź offer.pdf').first()).toBeVisible();
});

test('a new version waits, shows its bar, and takes over when asked', async ({
  server,
  watched: page,
  folder
}) => {
  await page.goto(server.url);
  await installed(page);
  const script = join(folder, 'app/service-worker.js');
  const former = readFileSync(script);
  const put = (bytes: Buffer) => {
    writeFileSync(script, bytes);
    writeFileSync(`${script}.br`, brotliCompressSync(bytes));
    writeFileSync(`${script}.gz`, gzipSync(bytes));
  };
  try {
    put(Buffer.concat([former, Buffer.from('\n// a newer version')]));
    await page.reload();
    await page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.update());
    const bar = page.getByText('A new version is ready.');
    await expect(bar).toBeVisible();
    const waiting = () =>
      page.evaluate(async () => {
        const registration = await navigator.serviceWorker.getRegistration();
        return Boolean(registration?.waiting);
      });
    expect(await waiting()).toBe(true);
    const reloaded = page.waitForEvent('load');
    await page.getByRole('button', { name: 'Reload' }).click();
    await reloaded;
    await installed(page);
    expect(await waiting()).toBe(false);
    await expect(bar).toBeHidden();
  } finally {
    put(former);
  }
});
