import { judge, objections } from '../oracles/judges.ts';
import { vector } from '../vectors/vectors.ts';
import { expectAccessible } from './axe.ts';
import {
  buyer,
  director,
  drawSignature,
  namePeopleByMail,
  openLink,
  place,
  setUp,
  toStep
} from './scenes.ts';
import { codeIn, expect, linkIn, test } from './world.ts';

test('an uploaded PDF is prepared, left, taken up again, and signed by both', async ({
  world,
  newDevice
}) => {
  test.setTimeout(240_000);
  const { server, mail } = world;
  const device = await newDevice();
  let office = await device.newPage();
  await setUp(office, server.setupLink ?? '');
  await expectAccessible(office);

  await test.step('the PDF is chosen and described', async () => {
    await office.goto('/new');
    await expectAccessible(office);
    await office
      .locator('input[type=file]')
      .first()
      .setInputFiles({
        name: 'Supply agreement.pdf',
        mimeType: 'application/pdf',
        buffer: Buffer.from(vector('object-streams'))
      });
    await office.getByLabel('Title').fill('Supply agreement');
    await office.getByLabel('Counterparty', { exact: true }).fill('Beta Sp. z o.o.');
    await office.getByLabel('Date of the document').fill('2026-11-24');
    await namePeopleByMail(office, director, buyer);
    await toStep(office, 'Fields');
    await place(office, 'Signature', 0.25, 0.3);
    await place(office, 'Stamp', 0.25, 0.45);
    await expect(office.getByRole('status').first()).toHaveText(/Saved/, { timeout: 30_000 });
  });

  await test.step('a closed tab loses nothing', async () => {
    await office.close();
    office = await device.newPage();
    await office.goto('/board');
    await office
      .getByRole('link', { name: /Supply agreement/ })
      .first()
      .click();
    await toStep(office, 'Fields');
    await expect(office.getByRole('button', { name: /Signature “/ })).toHaveCount(1);
    await expectAccessible(office);
  });

  await test.step('it is not sent before each party has a signature', async () => {
    await office.getByRole('button', { name: 'Check and send' }).click();
    await expect(office.getByText(/has no signature field/)).toBeVisible();
    await office.getByRole('button', { name: 'Go on editing' }).click();
    await office.getByRole('radio', { name: buyer.name }).check({ force: true });
    await place(office, 'Signature', 0.7, 0.3);
    await place(office, 'Date', 0.7, 0.45);
    await office.getByRole('button', { name: 'Check and send' }).click();
    await office.getByRole('button', { name: `Send to ${director.name}` }).click();
    await expect(office).toHaveURL(/\/documents\/[a-z0-9]{15}$/);
    await expectAccessible(office);
  });

  const sign = async (address: string, button: string) => {
    const page = await (await newDevice()).newPage();
    const code = async () => codeIn((await mail.next(({ to }) => to === address)).text);
    await openLink(page, linkIn((await mail.next(({ to }) => to === address)).text), code);
    await page.getByRole('button', { name: 'Next', exact: true }).click();
    await drawSignature(page);
    await expectAccessible(page);
    await page.getByRole('button', { name: button }).click();
    await expect(page.getByText('Saved on this device and sent.')).toBeVisible({ timeout: 60_000 });
    await expectAccessible(page);
  };

  await test.step('both sign; the first without using the stamp', async () => {
    await sign(director.email, 'Sign and send on');
    await sign(buyer.email, 'I agree and sign');
  });

  await test.step('the judges agree', async () => {
    const download = office.waitForEvent('download');
    await office.getByRole('button', { name: 'Download the final PDF' }).click();
    expect(objections(await judge(await (await download).path()), 2)).toEqual([]);
  });
});

test('the public screens are accessible, in light and dark', async ({ world, newDevice }) => {
  const page = await (await newDevice()).newPage();
  for (const path of [
    '/',
    '/verify',
    '/open',
    '/sign-in',
    '/sign',
    new URL(world.server.setupLink ?? '').pathname
  ]) {
    await page.goto(path);
    await expectAccessible(page);
  }
});
