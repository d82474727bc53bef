import type { Page } from '@playwright/test';
import { vector } from '../vectors/vectors.ts';
import { judge, objections } from '../oracles/judges.ts';
import {
  agree,
  fillAndAgree,
  client,
  drawSignature,
  fillTemplate,
  owner,
  setUp,
  toStep,
  place
} from './scenes.ts';
import { expect, linkIn, test } from './world.ts';

/** Everything that offline work needs, fetched and checked by the settings page. */
async function makeReady(page: Page): Promise<void> {
  await page.goto('/settings');
  await page.getByRole('button', { name: 'Make ready for offline' }).click();
  await expect(page.getByText('Everything needed to work offline is on this device')).toBeVisible({
    timeout: 90_000
  });
}

/** The client signs on this device first, then the member for the company. */
async function nameBothHere(page: Page): Promise<void> {
  await toStep(page, 'People');
  await page.getByLabel('I sign for the company myself').check();
  const other = page.getByRole('region', { name: 'Client' });
  await other.getByLabel('Name', { exact: true }).fill(client.name);
  await other.getByText('On this device').click();
  await other.getByLabel(/Mobile number/).fill(client.phone);
  await page.getByRole('button', { name: 'Switch the order' }).click();
}

async function sendHere(page: Page): Promise<void> {
  await toStep(page, 'Fields');
  await page.getByRole('button', { name: 'Check and send' }).click();
  await page.getByRole('button', { name: 'Sign now on this device' }).click();
}

/** From the next load on, the page stands still for ever at a point on a signature's way. */
async function stopAt(page: Page, where: string): Promise<void> {
  await page.addInitScript((point) => {
    Object.assign(globalThis, {
      countersignFaults: {
        at: (at: string) => {
          const computed = Reflect.get(globalThis, 'computed') === true;
          if (at === 'sign.checked') Reflect.set(globalThis, 'computed', true);
          if (!computed || at !== point) return undefined;
          Reflect.set(globalThis, 'reached', at);
          return new Promise(() => undefined);
        }
      }
    });
  }, where);
}

const reached = (page: Page, point: string) =>
  page.waitForFunction((at) => Reflect.get(globalThis, 'reached') === at, point, { timeout: 60_000 });

/** The member gives the device away; ends with the client's view of the document. */
async function handOver(page: Page): Promise<void> {
  await page.getByText('I know them', { exact: true }).click();
  // Not asked for while the key is open from the member's own signature.
  const field = page.getByLabel('Passphrase');
  await expect(field.or(page.getByText('Your key is open until'))).toBeVisible();
  if (await field.isVisible()) await field.fill(owner.passphrase);
  await page.getByRole('button', { name: 'Hand over' }).click();
  await expect(page.getByText(/\d of \d left/)).toBeVisible();
}

async function takeBack(page: Page): Promise<void> {
  await page.getByLabel(`Passphrase of ${owner.name}`).fill(owner.passphrase);
  await page.getByRole('button', { name: 'Take the device back' }).click();
  await expect(page).toHaveURL(/\/documents\/[a-z0-9]{15}$/);
}

async function memberSigns(page: Page): Promise<void> {
  await page
    .getByRole('link', { name: /^Sign/ })
    .or(page.getByRole('button', { name: /^Sign$/ }))
    .first()
    .click();
  await page.getByRole('button', { name: 'Next', exact: true }).click();
  await drawSignature(page);
  await page.getByLabel('Passphrase').fill(owner.passphrase);
  await page.getByRole('button', { name: /I agree and sign|Sign and send on/ }).click();
}

test('with no network a contract is written, frozen and signed by both on one device, then sent once', async ({
  world,
  newDevice
}) => {
  test.setTimeout(300_000);
  const context = await newDevice();
  let page = await context.newPage();
  await setUp(page, world.server.setupLink ?? '');
  await makeReady(page);
  await context.setOffline(true);

  await test.step('the document is made from the template', async () => {
    await fillTemplate(page);
    await nameBothHere(page);
    await sendHere(page);
  });

  await test.step('the client signs on the device that was handed over', async () => {
    await stopAt(page, 'store.writing');
    await handOver(page);
    // Neither a reload nor another address leads out of the hand-over.
    await page.goto('/board');
    await expect(page).toHaveURL(/\/documents\/[a-z0-9]{15}\/sign$/);
    await page.getByRole('button', { name: 'Next', exact: true }).click();
    await drawSignature(page);
    // The tab dies when the signature is written and not yet committed …
    await fillAndAgree(page);
    await reached(page, 'store.writing');
    await page.close();
    page = await context.newPage();
    await page.goto('/board');
    await expect(page).toHaveURL(/\/documents\/[a-z0-9]{15}\/sign$/);
    // … and what was drawn and typed is still there.
    await agree(page, 'I agree and sign');
    await expect(page.getByText('Saved on this device. It will be sent when you are online.')).toBeVisible({
      timeout: 60_000
    });
    await page.getByRole('button', { name: 'Hand it back' }).click();
    await takeBack(page);
  });

  await test.step('the member signs for the company', async () => {
    await stopAt(page, 'store.committed');
    // A load of its own, so that the page reads where to stop.
    await page.reload();
    await memberSigns(page);
    // The tab dies when the signature is stored and nobody was told: it is there, once.
    await reached(page, 'store.committed');
    await page.close();
    page = await context.newPage();
    await page.goto('/outbox');
    await expect(page.getByText(/^\s*Signature ·/)).toHaveCount(2);
  });

  await test.step('back online it arrives once, and the client is told', async () => {
    await context.setOffline(false);
    await page.goto('/board');
    const text = await world.sms.next(({ to }) => to === client.phone, 60_000);
    expect(linkIn(text.text)).toContain('/sign#');
    await expect(page.getByText('All saved and sent')).toBeVisible({ timeout: 30_000 });
    await page
      .getByRole('link', { name: /Consultancy services contract/ })
      .first()
      .click();
    await expect(page.getByText('Everybody has signed.').first()).toBeVisible();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download the final PDF' }).click();
    expect(objections(await judge(await (await download).path()), 2)).toEqual([]);
  });
});

test('with no network a PDF is prepared, signed for the company and by the client, then sent once', async ({
  world,
  newDevice
}) => {
  test.setTimeout(300_000);
  const context = await newDevice();
  const page = await context.newPage();
  await setUp(page, world.server.setupLink ?? '');
  await makeReady(page);
  await context.setOffline(true);

  await test.step('the PDF gets its fields', async () => {
    await page.goto('/new');
    await page
      .locator('input[type=file]')
      .first()
      .setInputFiles({
        name: 'Order.pdf',
        mimeType: 'application/pdf',
        buffer: Buffer.from(vector('xref-table'))
      });
    await page.getByLabel('Title').fill('Order 12');
    await page.getByLabel('Counterparty', { exact: true }).fill(client.name);
    await page.getByLabel('Date of the document').fill('2026-11-24');
    await nameBothHere(page);
    await page.getByRole('button', { name: 'Switch the order' }).click();
    await toStep(page, 'Fields');
    await place(page, 'Signature', 0.25, 0.35);
    await page.getByRole('radio', { name: client.name }).check({ force: true });
    await place(page, 'Signature', 0.7, 0.35);
    await page.getByRole('button', { name: 'Check and send' }).click();
    await page.getByRole('button', { name: 'Sign now on this device' }).click();
  });

  await test.step('the member signs, then hands over to the client', async () => {
    await page.getByRole('button', { name: 'Next', exact: true }).click();
    await drawSignature(page);
    await page.getByLabel('Passphrase').fill(owner.passphrase);
    await page.getByRole('button', { name: /Sign and send on/ }).click();
    await page.getByRole('button', { name: `Hand the device to ${client.name}` }).click({ timeout: 60_000 });
    await handOver(page);
    await page.getByRole('button', { name: 'Next', exact: true }).click();
    await drawSignature(page);
    await page.getByRole('button', { name: 'I agree and sign' }).click();
    await expect(page.getByText('Saved on this device. It will be sent when you are online.')).toBeVisible({
      timeout: 60_000
    });
    await page.getByRole('button', { name: 'Hand it back' }).click();
    await takeBack(page);
  });

  await test.step('back online it arrives', async () => {
    await context.setOffline(false);
    await page.goto('/board');
    await world.sms.next(({ to }) => to === client.phone, 60_000);
    await page
      .getByRole('link', { name: /Order 12/ })
      .first()
      .click();
    await expect(page.getByText('Everybody has signed.').first()).toBeVisible();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download the final PDF' }).click();
    expect(objections(await judge(await (await download).path()), 2)).toEqual([]);
  });
});
