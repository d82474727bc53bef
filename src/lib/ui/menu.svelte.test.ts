import '../../app.css';
import { expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import Menu, { type MenuItem } from './Menu.svelte';

const open = async (items: MenuItem[]) => {
  await render(Menu, { label: 'Actions', items });
  await userEvent.click(page.getByRole('button', { name: 'Actions' }));
};
const focused = () => document.activeElement?.textContent?.trim();

test('opens on its first item; arrows go round and skip what is off', async () => {
  await open([{ label: 'Open' }, { label: 'Send', disabled: true }, { label: 'Void' }]);
  await expect.poll(focused).toBe('Open');
  await userEvent.keyboard('{ArrowDown}');
  expect(focused()).toBe('Void');
  await userEvent.keyboard('{ArrowDown}');
  expect(focused()).toBe('Open');
  await userEvent.keyboard('{End}');
  expect(focused()).toBe('Void');
});

test('Escape closes it and gives the focus back to its button', async () => {
  await open([{ label: 'Open' }]);
  await expect.poll(focused).toBe('Open');
  await userEvent.keyboard('{Escape}');
  await expect.element(page.getByRole('button', { name: 'Actions' })).toHaveFocus();
  await expect
    .element(page.getByRole('button', { name: 'Actions' }))
    .toHaveAttribute('aria-expanded', 'false');
});

test('Enter runs the item and closes the menu', async () => {
  const onselect = vi.fn();
  await open([{ label: 'Void', onselect }]);
  await expect.poll(focused).toBe('Void');
  await userEvent.keyboard('{Enter}');
  expect(onselect).toHaveBeenCalledOnce();
  await expect.element(page.getByRole('menu')).not.toBeInTheDocument();
});

test('stays inside the window at its right edge', async () => {
  await open([{ label: 'A rather long name of an action' }]);
  const box = (page.getByRole('menu').element() as HTMLElement).getBoundingClientRect();
  expect(box.left).toBeGreaterThanOrEqual(0);
  expect(box.right).toBeLessThanOrEqual(window.innerWidth);
});
