// The verifier as one HTML file (`security.md` W7, V4): opened from disk, no network, nothing blocked.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test, type BrowserContext, type Locator, type Page } from '@playwright/test';
import { buildVerifier, verifierFile } from '../../scripts/build-verifier.js';
import { contract } from '../vectors/draft.ts';
import { writeTable } from '../vectors/write.ts';
import { incrementalSaving } from '../vectors/attacks/forgery.ts';
import { twoParty } from '../vectors/attacks/scene.ts';
import { expectAccessible } from './axe.ts';

interface Disk {
  readonly page: Page;
  /** Requests for anything but the file, blocked things, errors. */
  readonly trouble: string[];
}

async function openFromDisk(context: BrowserContext): Promise<Disk> {
  const trouble: string[] = [];
  await context.setOffline(true);
  const own = pathToFileURL(verifierFile.path).href;
  context.on('request', (request) => {
    if (request.url() !== own && !/^(?:blob|data):/.test(request.url())) trouble.push(request.url());
  });
  const page = await context.newPage();
  page.on('pageerror', (error) => trouble.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') trouble.push(message.text());
  });
  await page.exposeFunction('violated', (what: string) => trouble.push(what));
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) => {
      const { violatedDirective, blockedURI, sourceFile } = event as SecurityPolicyViolationEvent;
      (globalThis as unknown as { violated(what: string): void }).violated(
        `${violatedDirective} ${blockedURI} ${sourceFile}`
      );
    });
  });
  await page.goto(own);
  return { page, trouble };
}

const drop = (page: Page, files: Readonly<Record<string, Uint8Array>>): Promise<void> =>
  page.locator('input[type=file]').setInputFiles(
    Object.entries(files).map(([name, bytes]) => ({
      name,
      mimeType: 'application/pdf',
      buffer: Buffer.from(bytes)
    }))
  );

/** What a button offers for download. */
async function saved(page: Page, button: Locator): Promise<Buffer> {
  const download = page.waitForEvent('download');
  await button.click();
  return readFileSync(await (await download).path());
}

const verdict = (page: Page, name: string) => page.getByRole('article', { name }).locator('[data-verdict]');

test.beforeAll(async () => {
  test.setTimeout(180_000);
  await buildVerifier();
});

test('W7: judges an honest, an attacked and an unsigned file from disk', async ({ context }) => {
  const [attack] = incrementalSaving;
  if (attack === undefined) throw new Error('no attack');
  const { page, trouble } = await openFromDisk(context);
  await drop(page, {
    'honest.pdf': await twoParty(),
    'attacked.pdf': await attack.make(true),
    'unsigned.pdf': writeTable(contract())
  });
  await expect(verdict(page, 'honest.pdf')).toHaveAttribute('data-verdict', 'changed-as-permitted');
  await expect(verdict(page, 'attacked.pdf')).toHaveAttribute('data-verdict', 'changed');
  await expect(verdict(page, 'unsigned.pdf')).toHaveAttribute('data-verdict', 'unsigned');
  expect(trouble).toEqual([]);
});

test('W7, V4: trusts nobody, and shows a file as it was signed with the fonts and the worker it carries', async ({
  context
}) => {
  const { page, trouble } = await openFromDisk(context);
  await drop(page, { 'honest.pdf': await twoParty() });
  await expect(verdict(page, 'honest.pdf')).toBeVisible();
  const honest = page.getByRole('article', { name: 'honest.pdf' });
  const report = JSON.parse(
    (await saved(page, honest.getByRole('button', { name: /report/i }).last())).toString()
  ) as { signatures: { integrity: string; trust: { status: string } }[] };
  expect(report.signatures.map(({ integrity, trust }) => [integrity, trust.status])).toEqual([
    ['intact', 'unknown'],
    ['intact', 'unknown']
  ]);
  await expectAccessible(page);
  await page
    .getByRole('article', { name: 'honest.pdf' })
    .getByRole('button', { name: /signed/i })
    .first()
    .click();
  await expect(page.locator('canvas').first()).toBeVisible();
  // Not a white page: something is drawn on it.
  await expect
    .poll(() =>
      page
        .locator('canvas')
        .first()
        .evaluate((canvas: HTMLCanvasElement) => {
          const pixels = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
          return pixels.some((value, at) => at % 4 !== 3 && value < 100 && (pixels[at | 3] ?? 0) > 0);
        })
    )
    .toBe(true);
  const paper = await saved(page, page.getByRole('button', { name: 'Certificate of completion' }));
  expect(paper.subarray(0, 5).toString()).toBe('%PDF-');
  expect(trouble).toEqual([]);
});

test('W3: it works where no shared memory is', async ({ context }) => {
  const { page } = await openFromDisk(context);
  expect(await page.evaluate(() => [crossOriginIsolated, typeof SharedArrayBuffer])).toEqual([
    false,
    'undefined'
  ]);
});

test('W7: the policy lets nothing out and no other script in', async ({ context }) => {
  const { page, trouble } = await openFromDisk(context);
  const tried = await page.evaluate(async () => {
    const fails = async (run: () => unknown) => {
      try {
        await run();
        return false;
      } catch {
        return true;
      }
    };
    return {
      fetch: await fails(() => fetch('https://countersign.example/')),
      worker: await fails(() => new Worker('data:text/javascript,1')),
      html: await fails(() => (document.createElement('div').innerHTML = '<b>x</b>'))
    };
  });
  expect(tried).toEqual({ fetch: true, worker: true, html: true });
  expect(trouble.length).toBeGreaterThan(0);
});

test('W7: its hash stands beside it; the name carries the version', () => {
  const bytes = readFileSync(verifierFile.path);
  const hash = createHash('sha256').update(bytes).digest('hex');
  expect(readFileSync(`${verifierFile.path}.sha256`, 'utf8')).toBe(`${hash}  ${verifierFile.name}\n`);
  expect(basename(verifierFile.path)).toMatch(/^countersign-verifier-\d+\.\d+\.\d+\.html$/);
});
