import '../../app.css';
import { createRawSnippet } from 'svelte';
import { expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import Dialog from './Dialog.svelte';
import TwoDialogs from './TwoDialogs.test.svelte';

const children = createRawSnippet(() => ({ render: () => '<p>Words</p>' }));

test('opens as a modal with its title as its name, and closes on Escape', async () => {
  const onclose = vi.fn();
  await render(Dialog, { open: true, title: 'Void?', onclose, children });
  const dialog = page.getByRole('dialog', { name: 'Void?' });
  await expect.element(dialog).toBeVisible();
  expect((dialog.element() as HTMLDialogElement).matches(':modal')).toBe(true);
  await userEvent.keyboard('{Escape}');
  await expect.poll(() => document.querySelector('dialog')?.open).toBe(false);
  expect(onclose).toHaveBeenCalledOnce();
});

test('what must not be cut off stays open on Escape and has no close button', async () => {
  await render(Dialog, { open: true, title: 'Signing', dismissible: false, children });
  await userEvent.keyboard('{Escape}');
  await expect.element(page.getByRole('dialog', { name: 'Signing' })).toBeVisible();
  expect(page.getByRole('button', { name: 'Close' }).query()).toBeNull();
});

test('a press outside closes it, a press inside does not', async () => {
  await render(Dialog, { open: true, title: 'Menu', children });
  await userEvent.click(page.getByText('Words'));
  await expect.element(page.getByRole('dialog')).toBeVisible();
  const dialog = document.querySelector('dialog') as HTMLDialogElement;
  for (const kind of ['pointerdown', 'click']) dialog.dispatchEvent(new MouseEvent(kind, { bubbles: true }));
  await expect.poll(() => dialog.open).toBe(false);
});

test('a second modal takes the place of the first: never one on another', async () => {
  await render(TwoDialogs);
  await expect.element(page.getByRole('dialog', { name: 'First' })).toBeVisible();
  await userEvent.click(page.getByRole('button', { name: 'Next' }));
  await expect.element(page.getByRole('dialog', { name: 'Second' })).toBeVisible();
  expect(document.querySelectorAll('dialog[open]')).toHaveLength(1);
});
