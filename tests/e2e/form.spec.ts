import { orderForm } from '../vectors/form.ts';
import { writeTable } from '../vectors/write.ts';
import { judge, objections } from '../oracles/judges.ts';
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

test('a form of somebody else: its fields are given to both, filled in place and signed', async ({
  world,
  newDevice
}) => {
  test.setTimeout(240_000);
  const { server, mail } = world;
  const office = await (await newDevice()).newPage();
  await setUp(office, server.setupLink ?? '');

  await test.step('the form is chosen and described', async () => {
    await office.goto('/new');
    await office
      .locator('input[type=file]')
      .first()
      .setInputFiles({
        name: 'Order form.pdf',
        mimeType: 'application/pdf',
        buffer: Buffer.from(writeTable(orderForm()))
      });
    await office.getByLabel('Title').fill('Order form');
    await office.getByLabel('Counterparty', { exact: true }).fill('Beta Sp. z o.o.');
    await office.getByLabel('Date of the document').fill('2026-11-24');
    await namePeopleByMail(office, director, buyer);
    await toStep(office, 'Fields');
  });

  await test.step('its fields are given away: all at once, one by one, on the page, and taken back', async () => {
    const count = office.locator('summary');
    await expect(count).toContainText('0 of 11 given');
    await expectAccessible(office);
    await office.getByRole('button', { name: `All to ${director.name}` }).click();
    await expect(count).toContainText('11 of 11 given');
    await office.getByRole('button', { name: 'Undo' }).click();
    await expect(count).toContainText('0 of 11 given');
    await office.getByRole('button', { name: 'Redo' }).click();
    for (const label of ['note', 'colour', 'other', 'buyer', 'Signature1'])
      await office.getByRole('combobox', { name: `Who fills “${label}”` }).selectOption(buyer.name);
    // Several places of one field are for who signs first: nobody else is offered.
    await expect(office.getByRole('combobox', { name: 'Who fills “plan”' }).locator('option')).toHaveText([
      'Nobody',
      director.name
    ]);
    await office.getByRole('combobox', { name: 'Who fills “buyer”' }).selectOption('Nobody');
    await office.getByRole('radio', { name: buyer.name }).check({ force: true });
    await office.locator('[data-offer="buyer"]').click();
    await expect(office.getByRole('combobox', { name: 'Who fills “buyer”' })).toHaveValue(/./);
    await expectAccessible(office);
    await office.getByRole('radio', { name: director.name }).first().check({ force: true });
    await place(office, 'Signature', 0.7, 0.4);
    await office.getByRole('button', { name: 'Check and send' }).click();
    await expect(office.getByText('What was filled in before is not drawn')).toBeVisible();
    await office.getByRole('button', { name: `Send to ${director.name}` }).click();
    await expect(office).toHaveURL(/\/documents\/[a-z0-9]{15}$/);
  });

  const open = async (address: string) => {
    const page = await (await newDevice()).newPage();
    const code = async () => codeIn((await mail.next(({ to }) => to === address)).text);
    await openLink(page, linkIn((await mail.next(({ to }) => to === address)).text), code);
    return page;
  };
  const sign = async (page: Awaited<ReturnType<typeof open>>, button: string) => {
    await page
      .getByRole('button', { name: /signature/i })
      .first()
      .click();
    await drawSignature(page);
    await page.getByRole('button', { name: button }).click();
    await expect(page.getByText('Saved on this device and sent.')).toBeVisible({ timeout: 60_000 });
  };

  await test.step('the director fills text, cells, a box, circles and a choice', async () => {
    const page = await open(director.email);
    await expect(page.getByLabel('Customer name')).toHaveValue('Beta');
    await page.getByLabel('iban').fill('LT12345678');
    await page.getByLabel('copies').fill('3');
    await page.getByLabel('agree').check();
    await page.getByRole('radio', { name: /Yearly/ }).check();
    await page.getByLabel('country').selectOption('Poland');
    await expectAccessible(page);
    await sign(page, 'Sign and send on');
  });

  await test.step('the client fills several lines, a list, other text, and signs in the form’s own place', async () => {
    const page = await open(buyer.email);
    await page.getByLabel('note').fill('Deliver on\nMonday morning');
    await page.getByLabel('colour').selectOption('Green');
    await page.getByLabel('other').fill('Pigeon');
    await page.getByLabel('buyer').fill('Bea');
    await expectAccessible(page);
    await sign(page, 'I agree and sign');
  });

  await test.step('the judges agree', async () => {
    const download = office.waitForEvent('download');
    await office.getByRole('button', { name: 'Download the final PDF' }).click();
    expect(objections(await judge(await (await download).path()), 2)).toEqual([]);
  });
});
