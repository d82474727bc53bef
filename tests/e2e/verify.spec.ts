/**
 * `/verify` as a stranger uses it, in a real browser under the real headers: what was changed is shown, an
 * honest file is said to be one, a locked one asks, several are summed up, and the report is kept and printed.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Download, Page } from '@playwright/test';
import type { Report } from '../../src/lib/verify/report.ts';
import { contract } from '../vectors/draft.ts';
import { writeTable } from '../vectors/write.ts';
import { attacks } from '../vectors/attacks/attacks.ts';
import { twoParty } from '../vectors/attacks/scene.ts';
import { expectAccessible } from './axe.ts';
import { expect, test } from './world.ts';

const PASSWORD = 'open sesame';

interface Upload {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}
const pdf = (name: string, bytes: Uint8Array): Upload => ({
  name,
  mimeType: 'application/pdf',
  buffer: Buffer.from(bytes)
});

async function attacked(family: string, name: string): Promise<Uint8Array> {
  const attack = attacks.find((one) => one.family === family && one.name === name);
  if (attack === undefined) throw new Error(`no attack ${family}, ${name}`);
  return attack.make(true);
}

/** The contract, locked with a password by another program. */
function locked(): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-locked-'));
  const [plain, out] = [join(folder, 'plain.pdf'), join(folder, 'locked.pdf')];
  try {
    writeFileSync(plain, writeTable(contract({ pages: 1 })));
    execFileSync('qpdf', ['--encrypt', PASSWORD, 'owner', '256', '--', plain, out]);
    return readFileSync(out);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function choose(page: Page, ...files: Upload[]): Promise<void> {
  await page.locator('.drop input[type=file]').setInputFiles(files);
}

async function bytesOf(download: Promise<Download>): Promise<Buffer> {
  return readFileSync(await (await download).path());
}

const wide = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

test('a stranger checks files', async ({ newDevice }) => {
  const page = await (await newDevice()).newPage();
  const file = (name: string) => page.getByRole('article', { name, exact: true });
  await page.goto('/verify');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();

  await test.step('a changed file: what, where, before and after', async () => {
    const bad = await attacked('incremental saving', 'a whole revision');
    await choose(page, pdf('bad.pdf', bad));
    await expect(page.locator('[data-verdict]')).toHaveAttribute('data-verdict', 'changed');
    await expect(file('bad.pdf').getByRole('heading', { level: 2 })).toBeFocused();
    await expect(page.getByRole('status').filter({ hasText: 'bad.pdf: Changed after' })).toBeAttached();
    const change = page.locator('[data-change="page-content"]');
    await expect(change).toContainText('page 1', { ignoreCase: true });
    await change.scrollIntoViewIfNeeded();
    for (const side of ['before', 'after']) {
      await expect(page.locator(`[data-side="${side}"] canvas`)).toBeVisible();
      await expect(page.locator(`[data-side="${side}"] [data-mark]`)).toContainText('Not allowed');
    }
    await expect(page.getByText('Places that look different on this page: 1')).toBeVisible();
    await expectAccessible(page);
  });

  await test.step('the document as it was signed, along the line by keyboard', async () => {
    await page.getByRole('button', { name: 'See it as signed' }).first().click();
    const steps = page.getByRole('button', { name: /^See the document as it was at/ });
    await expect(steps).toHaveCount(5);
    await expect(steps.nth(2)).toBeFocused();
    await expect(steps.nth(2)).toHaveAttribute('aria-pressed', 'true');
    const text = page.locator('.pages [data-page="1"] .text');
    await expect(text).toContainText('The fee is 1200.00 EUR');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await expect(steps.nth(4)).toHaveAttribute('aria-pressed', 'true');
    await expect(text).toContainText('The fee is 9.00 EUR');
    await expect(page.locator('.pages [data-mark]').first()).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(text).toHaveCount(0);
  });

  await test.step('an honest file, the key it shares with the other, its report kept', async () => {
    await choose(page, pdf('honest.pdf', await twoParty()));
    const honest = file('honest.pdf');
    await expect(honest.locator('[data-verdict]')).toHaveAttribute('data-verdict', 'changed-as-permitted');
    await honest.getByRole('button', { name: /^Show details/ }).click();
    await expect(honest.locator('[data-continuity]').first()).toContainText(
      'The same key signed in one other'
    );
    await expect(honest.getByRole('img', { name: 'The fingerprint as a QR code' }).first()).toBeVisible();
    const json = page.waitForEvent('download');
    await honest.getByRole('button', { name: 'Report as data' }).click();
    const report = JSON.parse((await bytesOf(json)).toString('utf8')) as Report;
    expect(report).toMatchObject({ file: 'honest.pdf', verdict: 'changed-as-permitted' });
    const paper = page.waitForEvent('download');
    await honest.getByRole('button', { name: 'Report as PDF' }).click();
    const printed = await bytesOf(paper);
    expect(printed.subarray(0, 5).toString('latin1')).toBe('%PDF-');
    const words = execFileSync('pdftotext', ['-', '-'], { input: printed }).toString('utf8');
    expect(words).toContain('Nothing changed but what each party filled in and signed');
    expect(words.replace(/\s/g, '')).toContain(report.sha256);
  });

  await test.step('on paper: the head, every detail, nothing to press', async () => {
    // Playwright prints without the events that a person's printing has.
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    await page.emulateMedia({ media: 'print' });
    const honest = file('honest.pdf');
    await expect(honest.locator('.print-only')).toContainText(/honest\.pdf, SHA-256 ([0-9a-f]{8} ){7}/);
    await expect(honest.locator('details:not([open])')).toHaveCount(0);
    await expect(honest.getByRole('button', { name: 'Report as PDF' })).toBeHidden();
    await page.evaluate(() => dispatchEvent(new Event('afterprint')));
    await page.emulateMedia({ media: 'screen' });
    await expect(honest.locator('details[open]')).toHaveCount(0);
  });

  await test.step('a locked file asks, says when it is the wrong password, and opens', async () => {
    await choose(page, pdf('locked.pdf', locked()), pdf('no.pdf', Buffer.from('not a PDF')));
    const asks = file('locked.pdf');
    await asks.getByLabel('Password', { exact: true }).fill('wrong');
    await asks.getByRole('button', { name: 'Unlock and check' }).click();
    await expect(asks.getByText('This password does not open the file.')).toBeVisible();
    await asks.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await asks.getByRole('button', { name: 'Unlock and check' }).click();
    await expect(asks.locator('[data-verdict]')).toHaveAttribute('data-verdict', 'unsigned');
  });

  await test.step('several files are summed up, on a phone too', async () => {
    await expect(
      page.getByText(
        '4 files: 1 unchanged or changed as allowed, 1 changed or broken, 1 without a signature, 1 that could not be judged'
      )
    ).toBeVisible();
    await page.setViewportSize({ width: 360, height: 740 });
    expect(await wide(page)).toBeLessThanOrEqual(0);
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Remove no.pdf' }).click();
    await expect(file('no.pdf')).toHaveCount(0);
    await page.getByRole('button', { name: 'Remove all' }).click();
    await expect(page.locator('[data-verdict]')).toHaveCount(0);
  });
});
