import type { Page } from '@playwright/test';
import { expect } from './world.ts';

export const owner = {
  name: 'Rasa Petraitė',
  email: 'rasa@alpha.example',
  password: 'long enough to keep',
  passphrase: 'quiet river holds seven lamps'
};

/** Makes the workspace from the set-up link, through the screens. Ends on the board, signed in. */
export async function setUp(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.getByLabel('Your name').fill(owner.name);
  await page.getByLabel('Your email').fill(owner.email);
  await page.getByLabel('Password', { exact: true }).fill(owner.password);
  await page.getByLabel('Name of the workspace').fill('UAB Alpha');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Choose my own' }).click();
  await page.getByLabel('Your passphrase').fill(owner.passphrase);
  await page.getByLabel('I have written it down').check();
  await page.getByRole('button', { name: 'Continue' }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download the backup file' }).click();
  await download;
  await page.getByRole('button', { name: 'Finish set-up' }).click();
  await expect(page).toHaveURL(/\/board$/);
}

/** A second person of the company, and a client, as they are named in the screens. */
export const director = { name: 'Ona Kazlauskienė', email: 'ona@alpha.example' };
export const client = { name: 'Jan Łódzki', phone: '+48600100200' };
/** A client who is written to by mail. */
export const buyer = { name: 'Piotr Nowak', email: 'piotr@beta.example' };

/** Fills the built-in contract's form. Rows: two services, 2,340.75 EUR together. */
export async function fillTemplate(page: Page): Promise<void> {
  await page.goto('/new');
  await page.getByRole('button', { name: /Consultancy services contract/ }).click();
  const fill = (label: string, value: string) => page.getByLabel(label, { exact: true }).fill(value);
  await fill('Number', '2026/11-0042');
  await fill('Date', '2026-11-24');
  await fill('Place', 'Vilnius');
  await fill('Services end on', '2027-02-28');
  await page.getByLabel('Currency').selectOption('EUR');
  await fill('Days to pay', '14');
  const company = page.getByRole('group', { name: 'Your company' });
  await company.getByLabel('Company name').fill('UAB Alpha');
  await company.getByLabel('Address').fill('Gedimino pr. 1, Vilnius');
  await company.getByLabel('Director').fill(director.name);
  const counterparty = page.getByRole('group', { name: 'Counterparty' });
  await counterparty.getByLabel('Name or company').fill('Łódzki Sp. z o.o.');
  await counterparty.getByLabel('Address').fill('ul. Długa 3, Kraków');
  await addRow(page, 1, ['Analysis of processes', '12', 'hours', '95']);
  await page.getByRole('button', { name: 'Add a row' }).click();
  await addRow(page, 2, ['Training', '1.5', 'days', '800.50']);
}

async function addRow(page: Page, row: number, [service, quantity, unit, price]: string[]): Promise<void> {
  const group = page.getByRole('group', { name: `Row ${row}`, exact: true });
  await group.getByLabel('Service').fill(service ?? '');
  await group.getByLabel('Quantity').fill(quantity ?? '');
  await group.getByLabel('Unit').fill(unit ?? '');
  await group.getByLabel('Price').fill(price ?? '');
}

/** Goes to a step of the editor. */
export async function toStep(page: Page, step: 'Document' | 'People' | 'Fields'): Promise<void> {
  await page.getByRole('navigation', { name: 'Steps' }).getByRole('button', { name: step }).click();
}

/** Names the director by mail and the client by SMS. */
export async function namePeople(page: Page): Promise<void> {
  await toStep(page, 'People');
  const company = page.getByRole('region', { name: 'Company' });
  await company.getByLabel('Who signs (director)').fill(director.name);
  await company.getByText('Link by email').click();
  await company.getByLabel('Email', { exact: true }).fill(director.email);
  const other = page.getByRole('region', { name: 'Client' });
  await other.getByLabel('Name', { exact: true }).fill(client.name);
  await other.getByText('Link by SMS').click();
  await other.getByLabel('Mobile number').fill('+48 600 100 200');
}

/** Names both by mail. */
export async function namePeopleByMail(page: Page, company: Mailed, other: Mailed): Promise<void> {
  await toStep(page, 'People');
  for (const [region, who, name] of [
    ['Company', company, 'Who signs (director)'],
    ['Client', other, 'Name']
  ] as const) {
    const card = page.getByRole('region', { name: region });
    await card.getByLabel(name, { exact: true }).fill(who.name);
    await card.getByText('Link by email').click();
    await card.getByLabel('Email', { exact: true }).fill(who.email);
  }
}
interface Mailed {
  readonly name: string;
  readonly email: string;
}

/** Opens a link, asks for the code and enters it. Ends with the document in sight. */
export async function openLink(page: Page, link: string, code: () => Promise<string>): Promise<void> {
  await page.goto(link);
  await page.getByRole('button', { name: 'Send me the code' }).click();
  await page.getByLabel('Six-digit code').fill(await code());
  await expect(page.getByText(/\d of \d left/)).toBeVisible();
}

/** Draws a few strokes on the pad of the sheet that is open, and uses them. */
export async function drawSignature(page: Page): Promise<void> {
  const box = await page.getByLabel('Draw your signature here').boundingBox();
  if (box === null) throw new Error('no pad to draw on');
  const at = (x: number, y: number) => [box.x + box.width * x, box.y + box.height * y] as const;
  for (const stroke of [
    [at(0.2, 0.6), at(0.3, 0.3), at(0.38, 0.7), at(0.5, 0.4)],
    [at(0.55, 0.7), at(0.62, 0.3), at(0.75, 0.65)]
  ]) {
    await page.mouse.move(...(stroke[0] as readonly [number, number]));
    await page.mouse.down();
    for (const point of stroke.slice(1)) await page.mouse.move(...point, { steps: 6 });
    await page.mouse.up();
  }
  await page.getByRole('button', { name: 'Use this signature' }).click();
}

/** Places a field kind by pressing it and then a spot of the first page, in parts of its width and height. */
export async function place(page: Page, kind: string, x: number, y: number): Promise<void> {
  await page
    .getByRole('group', { name: 'Fields to place' })
    .getByRole('button', { name: kind, exact: true })
    .click();
  const sheet = page.getByRole('region', { name: 'Page 1' });
  const box = await sheet.boundingBox();
  if (box === null) throw new Error('no page');
  // By the locator, which waits until the page stands still and scrolls to the place.
  await sheet.click({ position: { x: box.width * x, y: box.height * y } });
  await page.keyboard.press('Escape');
}

/**
 * Fills the client's text, the last thing that is missing, and signs. Large letters are typed on the page,
 * small ones in the bar below it, which then has a button of its own that leads to the consent.
 */
export async function fillAndAgree(page: Page): Promise<void> {
  await page
    .getByRole('textbox', { name: 'Name and position of the signatory' })
    .first()
    .fill('Jan Łódzki, owner');
  await agree(page, 'I agree and sign');
}

/** Presses the final button, by way of the bar's "Done" where a field is still open in it. */
export async function agree(page: Page, words: string): Promise<void> {
  const done = page.getByRole('button', { name: 'Done', exact: true });
  const button = page.getByRole('button', { name: words });
  await expect(done.or(button)).toBeVisible();
  if (await done.isVisible()) await done.click();
  await button.click();
}
