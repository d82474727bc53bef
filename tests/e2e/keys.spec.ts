// Keys in real browsers (`security.md` K1, K3, K4, K7): passkeys, PIN and a copied profile, two tabs, a second device.
import { chromium, type BrowserContext, type Page } from '@playwright/test';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromiumArgs, chromiumPath } from '../chromium.js';
import { OWNER, setUp } from '../hooks/people.ts';
import { startServer, type TestServer } from '../hooks/server.ts';
import { openBench } from '../security/openssl.ts';
import { sealKey } from '../../src/lib/keys/lock.ts';
import { expectAccessible } from './axe.ts';
import { expect, test } from './world.ts';

const PASSPHRASE = 'quiet river holds seven lamps';
const PIN = '271828';

let server: TestServer;
/** Passkeys need a name: an IP address has none to be bound to. */
let site = '';
const folders: string[] = [];
test.beforeAll(async () => {
  test.setTimeout(180_000);
  server = await startServer({ app: true });
  await setUp(server);
  site = server.url.replace('127.0.0.1', 'localhost');
});
test.afterAll(async () => {
  await server.stop();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'countersign-keys-'));
  folders.push(made);
  return made;
}

async function toSettings(page: Page): Promise<void> {
  await page.goto(`${site}/sign-in`);
  await page.getByLabel('Email').fill(OWNER.email);
  await page.getByLabel('Password', { exact: true }).fill(OWNER.password);
  await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL(/\/board$/);
  await page.goto(`${site}/settings`);
}

/** A platform authenticator that says yes; with PRF or without. */
async function authenticator(context: BrowserContext, page: Page, hasPrf: boolean) {
  const session = await context.newCDPSession(page);
  await session.send('WebAuthn.enable');
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      ctap2Version: 'ctap2_1',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
      hasPrf
    }
  });
  /** Takes the passkeys away, as somebody does in the system's settings. */
  return { forget: () => session.send('WebAuthn.clearCredentials', { authenticatorId }) };
}

async function choosePassphrase(page: Page): Promise<void> {
  const sheet = page.getByRole('dialog');
  await sheet.getByRole('button', { name: 'Choose my own' }).click();
  await sheet.getByLabel('Your passphrase').fill(PASSPHRASE);
  await sheet.getByLabel('I have written it down').check();
}

async function openKey(page: Page, pin = false): Promise<void> {
  await page.getByRole('button', { name: 'Open my key' }).click();
  const sheet = page.getByRole('dialog');
  await sheet.getByLabel('Passphrase of your key').fill(PASSPHRASE);
  if (pin) {
    await sheet.getByLabel('Open it with a PIN').check();
    await sheet.getByLabel('Choose a PIN').fill(PIN);
  }
  await sheet.getByRole('button', { name: 'Open my key' }).click();
  await expect(sheet).toBeHidden();
  await expect(page.getByText(/Open until \d\d:\d\d/)).toBeVisible();
}

/** A backup file around a key whose private number is known here. */
async function knownBackup(): Promise<{ path: string; scalar: Buffer }> {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
    'sign',
    'verify'
  ]);
  const spki = Buffer.from(await crypto.subtle.exportKey('spki', pair.publicKey)).toString('base64');
  const { d } = await crypto.subtle.exportKey('jwk', pair.privateKey);
  const name = { id: 'abcdefghijklmno', spki, alg: 'ES256' } as const;
  const { record: key } = await sealKey(pair.privateKey, name, { lock: 'backup', passphrase: PASSPHRASE });
  const path = join(folder(), 'backup.json');
  const file = { format: 'countersign-key-backup', v: 1, kind: 'person', certificates: [], key };
  writeFileSync(path, JSON.stringify(file));
  return { path, scalar: Buffer.from(d ?? '', 'base64url') };
}

async function restore(page: Page, path: string): Promise<void> {
  await page.getByRole('button', { name: 'Restore from a backup' }).click();
  const sheet = page.getByRole('dialog');
  const chooser = page.waitForEvent('filechooser');
  await sheet.getByText('Choose the backup file', { exact: true }).click();
  await (await chooser).setFiles(path);
  await sheet.getByLabel('Passphrase of the file').fill(PASSPHRASE);
  await sheet.getByRole('button', { name: 'Restore from a backup' }).click();
  await expect(page.getByText('Your key is restored.')).toBeVisible();
}

async function certify(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Get the certificate' }).click();
  const sheet = page.getByRole('dialog');
  await sheet.getByLabel('Password', { exact: true }).fill(OWNER.password);
  await sheet.getByLabel('Passphrase of your key').fill(PASSPHRASE);
  await sheet.getByRole('button', { name: 'Certify my key' }).click();
  await expect(page.getByText('Certified by the workspace')).toBeVisible();
}

test('security K1: a passkey makes, opens and backs up a key', async ({ newDevice }) => {
  const context = await newDevice();
  const page = await context.newPage();
  await authenticator(context, page, true);
  await toSettings(page);
  await page.getByRole('button', { name: 'Make my key' }).click();
  await choosePassphrase(page);
  await page.getByLabel('Open it with a passkey').check();
  const first = page.waitForEvent('download');
  await page.getByRole('dialog').getByRole('button', { name: 'Make my key' }).click();
  const file = await first;
  expect(file.suggestedFilename()).toMatch(/^countersign-key-.*\.json$/);
  await expect(page.getByText('Your key is certified.')).toBeVisible();
  await page.reload();
  await expect(page.getByText('Passkey', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Open my key' }).click();
  const sheet = page.getByRole('dialog');
  await expectAccessible(page);
  await sheet.getByRole('button', { name: 'Open my key' }).click();
  await expect(page.getByText(/Open until \d\d:\d\d/)).toBeVisible();
});

test('security K1: an authenticator without PRF locks nothing, and says to use a passphrase', async ({
  newDevice
}) => {
  const context = await newDevice();
  const page = await context.newPage();
  await authenticator(context, page, false);
  await toSettings(page);
  await page.getByRole('button', { name: 'Make my key' }).click();
  await choosePassphrase(page);
  await page.getByLabel('Open it with a passkey').check();
  const make = page.getByRole('dialog').getByRole('button', { name: 'Make my key' });
  await make.click();
  await expect(page.getByText('can’t lock a key').or(page.getByText("can't lock a key"))).toBeVisible();
  await page.getByLabel('Open it with a passkey').uncheck();
  await make.click();
  await expect(page.getByText('Your key is certified.')).toBeVisible();
  await page.reload();
  await expect(page.getByText('Passphrase', { exact: true })).toBeVisible();
});

test('security K1: the owner asks for passkeys; a weaker key gets another lock first, and a lost passkey is named', async ({
  newDevice
}) => {
  test.setTimeout(180_000);
  const { path } = await knownBackup();
  const context = await newDevice();
  const page = await context.newPage();
  const { forget } = await authenticator(context, page, true);
  await toSettings(page);
  await restore(page, path);
  await page.getByLabel("Members' keys are opened by").selectOption('A passkey only');
  await expect(page.getByText('Saved.')).toBeVisible();

  await test.step('a key under a passphrase signs nothing until its lock is changed', async () => {
    await page.reload();
    await expect(page.getByText('Your workspace asks for a passkey. Change the lock')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Open my key' })).toHaveCount(0);
    await expectAccessible(page);
    // A backup comes first: with the passkey, the key itself would be lost.
    await page.getByRole('button', { name: 'Download a backup' }).click();
    const sheet = page.getByRole('dialog');
    await sheet.getByLabel('Passphrase of your key').fill(PASSPHRASE);
    await sheet.getByLabel('Passphrase for the file').fill(PASSPHRASE);
    const download = page.waitForEvent('download');
    await sheet.getByRole('button', { name: 'Download' }).click();
    await download;
    await page.getByRole('button', { name: 'Change the lock' }).first().click();
    await sheet.getByLabel('Passphrase of your key').fill(PASSPHRASE);
    // No choice is offered where there is none.
    await expect(sheet.getByLabel('New lock')).toHaveCount(0);
    await expectAccessible(page);
    await sheet.getByRole('button', { name: 'Change the lock' }).click();
    await expect(page.getByText('The lock is changed.')).toBeVisible();
    await page.getByRole('button', { name: 'Open my key' }).click();
    await sheet.getByRole('button', { name: 'Open my key' }).click();
    await expect(sheet).toBeHidden();
    await expect(page.getByText(/Open until \d\d:\d\d/)).toBeVisible();
    await page.getByRole('button', { name: 'Lock it now' }).click();
  });

  await test.step('the passkey is gone: it is said, and the backup is offered', async () => {
    await forget();
    await page.getByRole('button', { name: 'Open my key' }).click();
    const sheet = page.getByRole('dialog');
    await sheet.getByRole('button', { name: 'Open my key' }).click();
    await expect(sheet.getByText('No passkey for this key answered on this device.')).toBeVisible();
    await expectAccessible(page);
    await sheet.getByRole('link', { name: 'Lost the passkey?' }).click();
    await expect(page.getByRole('heading', { name: 'Restore from a backup' })).toBeVisible();
    const chooser = page.waitForEvent('filechooser');
    await sheet.getByText('Choose the backup file', { exact: true }).click();
    await (await chooser).setFiles(path);
    await sheet.getByLabel('Passphrase of the file').fill(PASSPHRASE);
    // Only under a passkey again.
    await expect(sheet.getByLabel('Use the same passphrase')).toHaveCount(0);
    await sheet.getByRole('button', { name: 'Restore from a backup' }).click();
    await expect(page.getByText('Your key is restored.')).toBeVisible();
    await page.getByRole('button', { name: 'Open my key' }).click();
    await sheet.getByRole('button', { name: 'Open my key' }).click();
    await expect(page.getByText(/Open until \d\d:\d\d/)).toBeVisible();
    await page.getByLabel("Members' keys are opened by").selectOption('A passphrase or a passkey');
    await expect(page.getByText('Saved.')).toBeVisible();
  });
});

test('security K3, K7: a restored key signs; a copied profile holds nothing that a PIN opens', async () => {
  test.setTimeout(240_000);
  const { path, scalar } = await knownBackup();
  const profile = folder();
  const options = { executablePath: chromiumPath, args: chromiumArgs };
  let context = await chromium.launchPersistentContext(profile, options);
  let page = await context.newPage();
  await toSettings(page);
  await restore(page, path);
  // The request for the certificate is signed by the restored key: the server would refuse another one.
  await certify(page);
  await openKey(page, true);
  await page.getByRole('button', { name: 'Lock it now' }).click();
  await page.getByRole('button', { name: 'Open my key' }).click();
  const sheet = page.getByRole('dialog');
  await sheet.getByLabel('Your PIN').fill(PIN);
  await sheet.getByRole('button', { name: 'Open my key' }).click();
  await expect(page.getByText(/Open until \d\d:\d\d/)).toBeVisible();
  await context.close();

  const copy = folder();
  cpSync(profile, copy, { recursive: true });
  const files = readdirSync(copy, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  const bytes = Buffer.concat(files.map((file) => readFileSync(join(file.parentPath, file.name))));
  const needles = [
    scalar,
    Buffer.from(scalar.toString('hex')),
    Buffer.from(scalar.toString('base64').slice(0, 40)),
    Buffer.from(scalar.toString('base64url').slice(0, 40)),
    Buffer.from(PIN, 'utf16le')
  ];
  for (const needle of needles) expect(bytes.includes(needle), needle.toString('hex')).toBe(false);
  // The search finds what is there: the key's name lies in the same database.
  expect(bytes.includes(Buffer.from('abcdefghijklmno'))).toBe(true);

  context = await chromium.launchPersistentContext(copy, options);
  page = await context.newPage();
  await page.goto(`${site}/settings`);
  await expect(page.getByText('Locked', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Open my key' }).click();
  const again = page.getByRole('dialog');
  await expect(again.getByLabel('Your PIN')).toHaveCount(0);
  await again.getByLabel('Passphrase of your key').fill(PIN);
  await again.getByRole('button', { name: 'Open my key' }).click();
  await expect(again.getByLabel('Passphrase of your key')).toHaveAttribute('aria-invalid', 'true');
  const rows = await page.evaluate(async () => {
    const settle = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error ?? new Error('database'));
      });
    const all: unknown[] = [];
    for (const { name = '' } of await indexedDB.databases()) {
      const database = await settle(indexedDB.open(name));
      for (const store of database.objectStoreNames)
        all.push(...(await settle(database.transaction(store).objectStore(store).getAll())));
      database.close();
    }
    return JSON.stringify(all);
  });
  // The one wrap that is stored is under Argon2id of the passphrase.
  expect(rows.match(/"wrapped"/g)).toHaveLength(1);
  expect(rows).toContain('"kdf":{"name":"argon2id","m":65536,"t":3,"p":1}');
  await context.close();
});

test('security K4: locking in one tab locks the other; a page out of the back-forward cache is locked', async ({
  newDevice
}) => {
  test.setTimeout(180_000);
  const { path } = await knownBackup();
  const context = await newDevice();
  const page = await context.newPage();
  await toSettings(page);
  await restore(page, path);
  await openKey(page);
  const second = await context.newPage();
  await second.goto(`${site}/settings`);
  await openKey(second);
  await second.getByRole('button', { name: 'Lock it now' }).click();
  await expect(page.getByText('Locked', { exact: true })).toBeVisible();
  await second.close();

  await openKey(page);
  await page.goto('about:blank');
  await page.goBack();
  await expect(page.getByText('Locked', { exact: true })).toBeVisible();

  // Three wrong tries: the third has to be waited for, and the button cannot be pressed until then.
  await page.getByRole('button', { name: 'Open my key' }).click();
  const sheet = page.getByRole('dialog');
  const open = sheet.getByRole('button', { name: 'Open my key' });
  const field = sheet.getByLabel('Passphrase of your key');
  for (let i = 0; i < 4; i++) {
    await field.fill(`not the passphrase ${i}`);
    await open.click();
    await expect(field).toHaveAttribute('aria-invalid', 'true');
  }
  await expect(sheet.getByText(/Try again in \d s\./)).toBeVisible();
  await expect(open).toBeDisabled();
  await expectAccessible(page);
  await field.fill(PASSPHRASE);
  await expect(open).toBeEnabled();
  await open.click();
  await expect(page.getByText(/Open until \d\d:\d\d/)).toBeVisible();
});

test('keys from files: added, chosen, exported, removed; a replaced key supersedes its certificate', async ({
  newDevice
}) => {
  test.setTimeout(180_000);
  const bench = openBench();
  bench.run(
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'k.pem', '-out', 'c.pem'],
    ...['-days', '90', '-subj', '/CN=Vilnius Trust Person']
  );
  const out = ['-out', 'id.p12', '-passout', 'pass:from the authority'];
  bench.run('pkcs12', '-export', '-inkey', 'k.pem', '-in', 'c.pem', ...out);
  const p12 = join(folder(), 'id.p12');
  writeFileSync(p12, bench.read('id.p12'));
  bench.close();
  const { path } = await knownBackup();
  const context = await newDevice();
  const page = await context.newPage();
  await toSettings(page);
  await restore(page, path);
  await certify(page);

  await test.step('a PKCS#12 file is added', async () => {
    await page.getByRole('button', { name: 'Add a key from a file' }).click();
    const sheet = page.getByRole('dialog');
    const chooser = page.waitForEvent('filechooser');
    await sheet.getByText('Choose a .p12 or .pfx file', { exact: true }).click();
    await (await chooser).setFiles(p12);
    await choosePassphrase(page);
    await sheet.getByLabel('Password of the file').fill('wrong');
    await sheet.getByRole('button', { name: 'Add a key from a file' }).click();
    await expect(sheet.getByText('This password does not open the file.')).toBeVisible();
    await sheet.getByLabel('Password of the file').fill('from the authority');
    await sheet.getByRole('button', { name: 'Add a key from a file' }).click();
    await expect(page.getByText('Vilnius Trust Person', { exact: true })).toBeVisible();
  });

  await test.step('it is one of two that open', async () => {
    await page.getByRole('button', { name: 'Open my key' }).click();
    const sheet = page.getByRole('dialog');
    await sheet.getByLabel('Sign with').selectOption('Vilnius Trust Person (from a file)');
    await sheet.getByLabel('Passphrase of your key').fill(PASSPHRASE);
    await sheet.getByRole('button', { name: 'Open my key' }).click();
    await expect(page.getByText(/Open until \d\d:\d\d/)).toBeVisible();
    await page.reload();
  });

  await test.step('the own key goes out as PKCS#12, with a warning', async () => {
    await page.getByRole('button', { name: 'More about this key' }).click();
    await page.getByRole('menuitem', { name: 'Export as PKCS#12' }).click();
    const sheet = page.getByRole('dialog');
    await expect(sheet.getByText('signs as you')).toBeVisible();
    await sheet.getByLabel('Passphrase of your key').fill(PASSPHRASE);
    await sheet.getByLabel('Password for the file').fill('another long one');
    const download = page.waitForEvent('download');
    await sheet.getByRole('button', { name: 'Export as PKCS#12' }).click();
    const judge = openBench();
    judge.write('out.p12', readFileSync(await (await download).path()));
    const text = judge.run('pkcs12', '-in', 'out.p12', '-nodes', '-passin', 'pass:another long one');
    judge.close();
    expect(text).toContain('BEGIN PRIVATE KEY');
    expect(text).toContain(OWNER.name);
  });

  await test.step('a new key replaces it', async () => {
    await page.getByRole('button', { name: 'More about this key' }).click();
    await page.getByRole('menuitem', { name: 'Replace my key' }).click();
    await choosePassphrase(page);
    await page.getByRole('dialog').getByRole('button', { name: 'Replace my key' }).click();
    await expect(page.getByText('Your key is replaced.')).toBeVisible();
    await expect(page.getByText(/Revoked .*: replaced by a new one/).first()).toBeVisible();
  });

  await test.step('its certificate is revoked, and the key goes with it', async () => {
    const here = page.getByRole('listitem').filter({ hasText: 'This device' });
    await here.getByRole('button', { name: 'Revoke' }).click();
    await expectAccessible(page);
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await expect(page.getByText('There is no key on this device yet.')).toBeVisible();
  });
});
