import type { BrowserContext, Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { Drop, codeIn, linkIn as tokenIn } from '../hooks/drop.ts';
import { client, director } from '../hooks/paper.ts';
import { OWNER, setUp, signIn } from '../hooks/people.ts';
import { startServer, type TestServer } from '../hooks/server.ts';
import { expectAccessible } from './axe.ts';
import { drawSignature } from './scenes.ts';
import { countPresses, sendContract } from './sign-scenes.ts';
import { stampPng } from './stamp.ts';
import { expect, test } from './world.ts';

const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };
const PASSPHRASE = 'quiet river holds seven lamps';

let server: TestServer;
let drop: Drop;
let auth = '';
let user = '';
let people = 0;

test.beforeAll(async () => {
  test.setTimeout(180_000);
  server = await startServer({ app: true });
  drop = new Drop(server);
  await setUp(server);
  ({ auth, user } = await signIn(server, OWNER.email, OWNER.password));
});
test.afterAll(() => server.stop());

/** Two people nobody else of this file has: their messages are theirs alone. */
function pair() {
  people++;
  const mail = `dora${people}@acme.example`;
  const phone = `+4860010${String(1000 + people)}`;
  return { mail, phone, parties: [director({ email: mail }), client({ phone })] };
}

const next = (page: Page) => page.getByRole('button', { name: 'Next', exact: true });

async function openTurn(page: Page, address: string): Promise<string> {
  const token = tokenIn((await drop.next(address, 'turn')).text);
  await page.goto(`${server.url}/sign#${token}`);
  await page.getByRole('button', { name: 'Send me the code' }).click();
  await page.getByLabel('Six-digit code').fill(codeIn((await drop.next(address, 'code')).text));
  await expect(next(page)).toBeVisible();
  return token;
}

async function chooseStamp(page: Page): Promise<void> {
  const chooser = page.waitForEvent('filechooser');
  await page.getByText('Take a photo of your stamp, or choose a picture').click();
  await (await chooser).setFiles({ name: 'stamp.png', mimeType: 'image/png', buffer: stampPng() });
  await page.getByRole('button', { name: 'Use this stamp' }).click();
}

async function directorSigns(page: Page, address: string): Promise<void> {
  await openTurn(page, address);
  await next(page).click();
  await chooseStamp(page);
  await drawSignature(page);
  await page.getByRole('button', { name: 'Sign and send on' }).click();
  await expect(page.getByText('Saved on this device and sent.')).toBeVisible({ timeout: 60_000 });
}

test('a first-time director and a client on a phone need at most five presses each', async ({
  newDevice
}) => {
  test.setTimeout(180_000);
  const { mail, phone, parties } = pair();
  await sendContract(server, auth, parties);

  await test.step('the director', async () => {
    const page = await (await newDevice()).newPage();
    const presses = await countPresses(page);
    await openTurn(page, mail);
    presses.reset();
    await next(page).click();
    await chooseStamp(page);
    await drawSignature(page);
    await page.getByRole('button', { name: 'Sign and send on' }).click();
    await expect(page.getByRole('heading', { name: 'Signed' })).toBeVisible({ timeout: 60_000 });
    expect(presses.count).toBeLessThanOrEqual(5);
  });

  await test.step('the client', async () => {
    const page = await (await newDevice(PHONE)).newPage();
    const presses = await countPresses(page);
    await openTurn(page, phone);
    presses.reset();
    await next(page).tap();
    await page.keyboard.type('Vilnius');
    await page.keyboard.press('Enter');
    await drawSignature(page);
    await page.getByRole('button', { name: 'I agree and sign' }).tap();
    await expect(page.getByRole('heading', { name: /Signed|Completed/ })).toBeVisible({ timeout: 60_000 });
    expect(presses.count).toBeLessThanOrEqual(5);
  });
});

test('security L2, L4: the token leaves the address at once, and a link alone shows no content', async ({
  newDevice
}) => {
  const { mail, parties } = pair();
  await sendContract(server, auth, parties, 'Secret title');
  const token = tokenIn((await drop.next(mail, 'turn')).text);
  const page = await (await newDevice()).newPage();
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  const codes = drop.all().filter(({ kind }) => kind === 'code').length;
  await page.goto(`${server.url}/sign#${token}`);
  await expect(page.getByRole('heading', { name: 'Secret title' })).toBeVisible();
  expect(page.url()).toBe(`${server.url}/sign`);
  expect(asked.filter((url) => url.includes(token))).toEqual([]);
  expect(asked.some((url) => url.includes('/blobs/'))).toBe(false);
  expect(drop.all().filter(({ kind }) => kind === 'code')).toHaveLength(codes);
  const keys = await page.evaluate(async () => {
    const names = await caches.keys();
    const lists = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    return lists.flat().map(({ url }) => url);
  });
  expect(keys.filter((url) => url.includes(token))).toEqual([]);

  // The device keeps it: the same page without the fragment is the same link.
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Secret title' })).toBeVisible();
});

test('a closed tab and a lost network lose nothing, and it is sent later', async ({ newDevice }) => {
  test.setTimeout(180_000);
  const { mail, phone, parties } = pair();
  await sendContract(server, auth, parties);
  await directorSigns(await (await newDevice()).newPage(), mail);

  const device: BrowserContext = await newDevice(PHONE);
  const first = await device.newPage();
  await openTurn(first, phone);
  await next(first).tap();
  await first.keyboard.type('Vilnius');
  await first.keyboard.press('Enter');
  await drawSignature(first);
  await expect(first.getByRole('button', { name: 'I agree and sign' })).toBeVisible();
  await expect.poll(() => certified(first)).toBe(true);
  await expect.poll(() => keptParts(first), { timeout: 30_000 }).toContain('wasm');
  await first.close();

  await device.setOffline(true);
  const page = await device.newPage();
  await page.goto(`${server.url}/sign`);
  await expect(page.getByRole('button', { name: 'I agree and sign' })).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText('It will be sent when you are online.', { exact: false })).toBeVisible();
  await page.setViewportSize({ width: 740, height: 360 });
  await page.getByRole('button', { name: 'I agree and sign' }).tap();
  await expect(page.getByText('Saved on this device. It will be sent when you are online.')).toBeVisible({
    timeout: 60_000
  });
  await device.setOffline(false);
  await expect(page.getByText('Saved on this device and sent.')).toBeVisible({ timeout: 60_000 });
  await drop.next(phone, 'completed', 30_000);
});

/** Kinds of files that the service worker keeps beside the shell: what signing runs on is among them. */
function keptParts(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const kept = await (await caches.open('countersign-later')).keys();
    return kept.map(({ url }) => url.split('.').at(-1) ?? '');
  });
}

/** The party's one-time key has its certificate: from then on signing needs no network. */
function certified(page: Page): Promise<boolean> {
  return page.evaluate(async () => {
    const names = (await indexedDB.databases()).map(({ name }) => name ?? '');
    const name = names.find((known) => known.startsWith('countersign-party-'));
    if (name === undefined) return false;
    const db = await new Promise<IDBDatabase>((yes, no) => {
      const open = indexedDB.open(name);
      open.onsuccess = () => yes(open.result);
      open.onerror = () => no(open.error);
    });
    const keys = await new Promise<{ certificate: unknown }[]>((yes, no) => {
      const all = db.transaction('keys').objectStore('keys').getAll();
      all.onsuccess = () => yes(all.result as { certificate: unknown }[]);
      all.onerror = () => no(all.error);
    });
    db.close();
    return keys.some(({ certificate }) => certificate !== null);
  });
}

test('declining asks why and stops the document', async ({ newDevice }) => {
  const { mail, parties } = pair();
  await sendContract(server, auth, parties);
  const page = await (await newDevice(PHONE)).newPage();
  await openTurn(page, mail);
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Decline to sign' }).click();
  await page.getByLabel('Reason').fill('The fee is not what we agreed.');
  await page.getByRole('button', { name: 'Decline', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'You declined to sign' })).toBeVisible();
});

test('every screen of the signer is accessible in the light and in the dark', async ({ newDevice }) => {
  test.setTimeout(240_000);
  const { mail, parties } = pair();
  await sendContract(server, auth, parties);
  const page = await (await newDevice(PHONE)).newPage();
  const token = tokenIn((await drop.next(mail, 'turn')).text);
  await page.goto(`${server.url}/sign`);
  await expect(page.getByRole('heading', { name: 'Open the link from your message' })).toBeVisible();
  await expectAccessible(page);
  await page.goto('about:blank');
  await page.goto(`${server.url}/sign#${token}`);
  await expect(page.getByRole('button', { name: 'Send me the code' })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Send me the code' }).click();
  await expect(page.getByLabel('Six-digit code')).toBeVisible();
  await expectAccessible(page);
  await page.getByLabel('Six-digit code').fill(codeIn((await drop.next(mail, 'code')).text));
  await expect(next(page)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Add your stamp' })).toBeVisible();
  await expectAccessible(page);
  await next(page).click();
  await expect(page.getByRole('heading', { name: 'Your stamp' })).toBeVisible();
  await expectAccessible(page);
  await chooseStamp(page);
  for (const tab of ['Draw', 'Type', 'Upload']) {
    await page.getByRole('tab', { name: tab }).click();
    await expectAccessible(page);
  }
  await page.getByRole('tab', { name: 'Draw' }).click();
  await drawSignature(page);
  await expect(page.getByRole('button', { name: 'Sign and send on' })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Sign and send on' }).click();
  await expect(page.getByText('Saved on this device and sent.')).toBeVisible({ timeout: 60_000 });
  await expectAccessible(page);
});

test('security H2: a device that is handed over shows one document, until the member’s passphrase', async ({
  newDevice
}) => {
  test.setTimeout(240_000);
  const company = director({ order: 1, name: OWNER.name, channel: 'hand', proof: 'staff', member: user });
  const other = client({ order: 0, channel: 'hand', proof: 'in-person' });
  const document = await sendContract(server, auth, [other, company]);
  const home = `${server.url}/documents/${document}/sign`;
  const device = await newDevice(PHONE);
  const page = await device.newPage();
  const handed = (shown: Page) => shown.getByText(`For ${other.name}`);

  await test.step('the member makes a key and hands the device over', async () => {
    await page.goto(`${server.url}/sign-in`);
    await page.getByLabel('Email').fill(OWNER.email);
    await page.getByLabel('Password', { exact: true }).fill(OWNER.password);
    await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();
    await expect(page).toHaveURL(/\/board$/);
    await page.goto(home);
    await page.getByRole('button', { name: 'Make my key' }).click();
    await page.getByRole('button', { name: 'Choose my own' }).click();
    await page.getByLabel('Your passphrase').fill(PASSPHRASE);
    await page.getByLabel('I have written it down').check();
    await page.getByRole('dialog').getByRole('button', { name: 'Make my key' }).click();
    const again = page.getByRole('dialog').getByLabel('Password', { exact: true });
    const field = page.getByLabel('Passphrase of your key');
    await expect(again.or(page.getByText('Your key is certified.'))).toBeVisible();
    if (await again.isVisible()) {
      await again.fill(OWNER.password);
      await page.getByRole('button', { name: 'Certify my key' }).click();
      await expect(page.getByText('Your key is certified.')).toBeVisible();
    }
    await expectAccessible(page);
    await page.getByText('Passport', { exact: true }).click();
    await page.getByLabel('Last 3 characters').fill('7k2');
    await field.fill('not the passphrase');
    await page.getByRole('button', { name: 'Hand over' }).click();
    await expect(field).toHaveAttribute('aria-invalid', 'true');
    await field.fill(PASSPHRASE);
    await page.getByRole('button', { name: 'Hand over' }).click();
    await expect(handed(page)).toBeVisible();
  });

  await test.step('reload, deep links, back and a second tab stay inside', async () => {
    for (const path of ['/board', '/settings', `/documents/${document}`]) {
      await page.goto(server.url + path);
      await expect(handed(page)).toBeVisible();
      expect(page.url()).toBe(home);
    }
    await page.reload();
    await expect(handed(page)).toBeVisible();
    await page.goBack();
    await expect(handed(page)).toBeVisible();
    const second = await device.newPage();
    await second.goto(`${server.url}/board`);
    await expect(handed(second)).toBeVisible();
    await second.close();
  });

  await test.step('the client signs, and only the passphrase leads out', async () => {
    await next(page).tap();
    await page.keyboard.type('Vilnius');
    await page.keyboard.press('Enter');
    await drawSignature(page);
    await page.getByRole('button', { name: 'I agree and sign' }).tap();
    await page.getByRole('button', { name: 'Hand it back' }).tap();
    const field = page.getByLabel(`Passphrase of ${OWNER.name}`);
    await expectAccessible(page);
    await field.fill('not the passphrase');
    await page.getByRole('button', { name: 'Take the device back' }).click();
    await expect(field).toHaveAttribute('aria-invalid', 'true');
    await field.fill(PASSPHRASE);
    await page.getByRole('button', { name: 'Take the device back' }).click();
    await expect(page).toHaveURL(`${server.url}/documents/${document}`);
  });

  await test.step('the member signs for the company, and the document is completed', async () => {
    await page.goto(home);
    await next(page).click();
    await chooseStamp(page);
    await drawSignature(page);
    await page.getByLabel('Passphrase of your key').fill(PASSPHRASE);
    await page.getByRole('button', { name: 'I agree and sign' }).click();
    await expect(page.getByRole('heading', { name: 'Completed' })).toBeVisible({ timeout: 60_000 });
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download' }).click();
    const bytes = readFileSync(await (await download).path()).toString('latin1');
    expect(bytes.match(/\/Type\s*\/Sig\b/g)).toHaveLength(2);
  });
});
