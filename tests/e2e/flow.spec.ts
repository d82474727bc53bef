import { readFileSync } from 'node:fs';
import type { Download, Page } from '@playwright/test';
import { memorySource } from '../../src/lib/bytes/source.ts';
import { Appender } from '../../src/lib/pdf/append.ts';
import { openPdf } from '../../src/lib/pdf/document.ts';
import { PdfDict, PdfStream } from '../../src/lib/pdf/objects.ts';
import { judge, objections } from '../oracles/judges.ts';
import { stampPng } from './stamp.ts';
import {
  fillAndAgree,
  client,
  director,
  drawSignature,
  fillTemplate,
  namePeople,
  openLink,
  setUp,
  toStep
} from './scenes.ts';
import { codeIn, expect, linkIn, test } from './world.ts';

// The whole way with a time authority; form.spec.ts and others go without one.
test.use({ timed: true });

async function saved(download: Promise<Download>): Promise<string> {
  return (await download).path();
}

/** The file with a revision appended that shows other words on page 1. */
function withOtherPage(bytes: Uint8Array): Buffer {
  const doc = openPdf(memorySource(bytes));
  const appender = new Appender(doc);
  const { ref, dict } = doc.page(1);
  const words = Buffer.from('BT /F1 12 Tf 72 700 Td (The fee is 1.00 EUR) Tj ET', 'latin1');
  appender.put(ref, dict.clone().set('Contents', appender.add(new PdfStream(new PdfDict(), words))));
  return Buffer.concat([bytes, appender.finish().bytes]);
}

async function verdictOf(page: Page, file: string | { name: string; buffer: Buffer }): Promise<string> {
  await page.goto('/verify');
  const input = typeof file === 'string' ? file : { ...file, mimeType: 'application/pdf' };
  await page.locator('input[type=file]').setInputFiles(input);
  const verdict = page.locator('[data-verdict]');
  await expect(verdict).toBeVisible();
  return (await verdict.getAttribute('data-verdict')) ?? '';
}

test('a contract goes from the template to both signatures and everybody gets it', async ({
  world,
  newDevice
}, info) => {
  test.setTimeout(240_000);
  const { server, mail, sms } = world;
  const office = await (await newDevice()).newPage();

  await test.step('the owner sets up, prepares and sends', async () => {
    await setUp(office, server.setupLink ?? '');
    await fillTemplate(office);
    await namePeople(office);
    await toStep(office, 'Fields');
    await office.getByRole('button', { name: 'Check and send' }).click();
    await office.getByRole('button', { name: `Send to ${director.name}` }).click();
    await expect(office).toHaveURL(/\/documents\/[a-z0-9]{15}$/);
  });

  await test.step('the director signs with stamp from the mail', async () => {
    const page = await (await newDevice()).newPage();
    const letter = await mail.next(({ to }) => to === director.email);
    await openLink(page, linkIn(letter.text), async () =>
      codeIn((await mail.next(({ to }) => to === director.email)).text)
    );
    expect(page.url()).toBe(`${server.url}/sign`);
    await page.getByRole('button', { name: 'Next', exact: true }).click();
    await drawSignature(page);
    await page.getByRole('button', { name: /Stamp of the consultant/ }).click();
    await page.locator('dialog input[type=file]').setInputFiles({
      name: 'stamp.png',
      mimeType: 'image/png',
      buffer: stampPng()
    });
    await page.getByRole('button', { name: 'Use this stamp' }).click();
    await page.getByRole('button', { name: 'Sign and send on' }).click();
    await expect(page.getByText('Saved on this device and sent.')).toBeVisible({ timeout: 60_000 });
  });

  let final = '';
  await test.step('the client fills, signs and downloads on a phone', async () => {
    const phone = await newDevice({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
    const page = await phone.newPage();
    const text = await sms.next(({ to }) => to === client.phone);
    await openLink(page, linkIn(text.text), async () =>
      codeIn((await sms.next(({ to }) => to === client.phone)).text)
    );
    await page.getByRole('button', { name: 'Next', exact: true }).click();
    await drawSignature(page);
    // The date of signing is today's unless the client says otherwise.
    await fillAndAgree(page);
    await expect(page.getByText('Saved on this device and sent.')).toBeVisible({ timeout: 60_000 });
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download' }).click();
    final = await saved(download);
  });

  await test.step('everybody is told, and the link gives the whole file', async () => {
    const told = await mail.next(({ to }) => to === director.email);
    await mail.next(({ to }) => to === 'rasa@alpha.example');
    await sms.next(({ to, text }) => to === client.phone && /http/.test(text));
    const page = await (await newDevice()).newPage();
    await page.goto(linkIn(told.text));
    await page.getByRole('button', { name: 'Send me the code' }).click();
    await page
      .getByLabel('Six-digit code')
      .fill(codeIn((await mail.next(({ to }) => to === director.email)).text));
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download' }).click();
    // What the client took at once is the file, or its beginning where the archive came a moment later.
    const own = readFileSync(final);
    final = await saved(download);
    expect(readFileSync(final).subarray(0, own.length).equals(own)).toBe(true);
    await expect(office.getByText('Everybody has signed.').first()).toBeVisible();
  });

  await test.step('pyHanko, pdfsig, OpenSSL and qpdf call both signatures and the archive right', async () => {
    expect(objections(await judge(final), 2, true)).toEqual([]);
  });

  await test.step('the verifier says what is true, and names what is not', async () => {
    const page = await (await newDevice()).newPage();
    expect(await verdictOf(page, final)).toBe('changed-as-permitted');
    await expect(page.getByText(`Signed by ${director.name}`).first()).toBeVisible();
    await expect(page.getByText(`Signed by ${client.name}`).first()).toBeVisible();
    const card = (name: string) =>
      page.getByRole('listitem').filter({ has: page.getByRole('heading', { name, exact: true }) });
    const one = card(`Signed by ${director.name}`);
    await expect(one.getByText(/\(time confirmed by Example Time tsa\)/)).toBeVisible();
    await expect(
      one
        .getByText('Only proofs of time and validity were added after it.')
        .or(one.getByText('After it, others only filled in their own fields and signed.'))
    ).toBeVisible();
    await expect(page.getByText(/^PAdES-B-LTA /)).toHaveCount(2);
    await expect(card('Time confirmed by Example Time tsa')).toBeVisible();
    const bytes = readFileSync(final);
    const flipped = Buffer.from(bytes);
    flipped[200] = (flipped[200] ?? 0) ^ 1;
    expect(await verdictOf(page, { name: 'flipped.pdf', buffer: flipped })).toBe('broken');
    expect(await verdictOf(page, { name: 'swapped.pdf', buffer: withOtherPage(bytes) })).toBe('changed');
    await expect(page.getByText(/what stands on the page was changed/).first()).toBeVisible();
    const cut = bytes.subarray(0, bytes.length - 3000);
    expect(['broken', 'changed']).toContain(await verdictOf(page, { name: 'cut.pdf', buffer: cut }));
  });
  void info;
});
