import { owner, setUp } from './scenes.ts';
import { expect, linkIn, test } from './world.ts';

test('the owner invites a member, who makes a key and finds the board; each signs out and in', async ({
  world,
  newDevice
}) => {
  test.setTimeout(180_000);
  const office = await (await newDevice()).newPage();
  await setUp(office, world.server.setupLink ?? '');
  await office.goto('/settings');
  await office.getByRole('button', { name: 'Invite somebody' }).click();
  const sheet = office.getByRole('dialog');
  await sheet.getByLabel('Name').fill('Tomas Tomaitis');
  await sheet.getByLabel('Email').fill('tomas@alpha.example');
  await sheet.getByRole('button', { name: 'Send the invitation' }).click();

  const member = await (await newDevice()).newPage();
  await member.goto(linkIn((await world.mail.next(({ to }) => to === 'tomas@alpha.example')).text));
  await expect(member.getByText('You sign in with tomas@alpha.example.')).toBeVisible();
  await member.getByLabel('Your name').fill('Tomas Tomaitis');
  await member.getByLabel('Password', { exact: true }).fill('another long password');
  await member.getByRole('button', { name: 'Join' }).click();
  await member.getByRole('button', { name: 'Choose my own' }).click();
  await member.getByLabel('Your passphrase').fill('seven lamps on a quiet river');
  await member.getByLabel('I have written it down').check();
  await member.getByRole('button', { name: 'Make my key' }).click();
  await expect(member).toHaveURL(/\/board$/, { timeout: 30_000 });
  await member.goto('/settings');
  await expect(member.getByText('Certified by the workspace')).toBeVisible();

  await office.reload();
  await expect(office.getByText('tomas@alpha.example')).toBeVisible();
  await office.getByRole('button', { name: `Account of ${owner.name}` }).click();
  await office.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(office).toHaveURL(/\/sign-in/);
  await office.getByLabel('Email').fill(owner.email);
  await office.getByLabel('Password', { exact: true }).fill(owner.password);
  await office.getByRole('button', { name: 'Sign in' }).click();
  await expect(office).toHaveURL(/\/(board|settings)/);
});
