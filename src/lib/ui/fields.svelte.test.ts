import '../../app.css';
import { createRawSnippet } from 'svelte';
import { expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import DropArea from './DropArea.svelte';
import Select from './Select.svelte';
import Tabs from './Tabs.svelte';
import TextField from './TextField.svelte';
import Button from './Button.svelte';

test('a field is named by its label and described by its hint, then by its error', async () => {
  const { rerender } = await render(TextField, { label: 'Email', value: '', hint: 'Where the link goes' });
  const input = page.getByRole('textbox', { name: 'Email' });
  await expect.element(input).toHaveAccessibleDescription('Where the link goes');
  await rerender({ error: 'This is no address.' });
  await expect.element(input).toHaveAccessibleDescription('This is no address.');
  await expect.element(input).toHaveAttribute('aria-invalid', 'true');
});

test('a password shows itself on demand', async () => {
  await render(TextField, { label: 'Password', value: 'secret', type: 'password' });
  const input = () => page.getByLabelText('Password').element() as HTMLInputElement;
  expect(input().type).toBe('password');
  await userEvent.click(page.getByRole('button', { name: 'Show' }));
  expect(input().type).toBe('text');
});

test('a select offers its options by their words', async () => {
  const options = [
    { value: 'a', label: 'North' },
    { value: 'b', label: 'South' }
  ];
  await render(Select, { label: 'Team', value: 'a', options });
  await userEvent.selectOptions(page.getByRole('combobox', { name: 'Team' }), 'South');
  await expect.element(page.getByRole('combobox', { name: 'Team' })).toHaveValue('b');
});

test('tabs move by arrows, one of them in the tab order', async () => {
  const panel = createRawSnippet((id: () => string) => ({ render: () => `<p>${id()}</p>` }));
  const tabs = [
    { id: 'draft', label: 'Draft', count: 2 },
    { id: 'client', label: 'Client', count: 0 }
  ];
  await render(Tabs, { label: 'Stages', tabs, selected: 'draft', panel });
  await userEvent.click(page.getByRole('tab', { name: 'Draft' }));
  await userEvent.keyboard('{ArrowRight}');
  await expect.element(page.getByRole('tab', { name: 'Client' })).toHaveAttribute('aria-selected', 'true');
  await expect.element(page.getByRole('tab', { name: 'Client' })).toHaveFocus();
  expect(document.querySelectorAll('[role=tab][tabindex="0"]')).toHaveLength(1);
  await userEvent.keyboard('{ArrowRight}');
  await expect.element(page.getByRole('tab', { name: 'Draft' })).toHaveFocus();
});

test('a chosen file reaches the drop area, and the same one may be chosen again', async () => {
  const onfiles = vi.fn();
  await render(DropArea, { label: 'Drop a PDF', onfiles });
  const file = new File(['%PDF-1.7'], 'a.pdf', { type: 'application/pdf' });
  await userEvent.upload(page.getByLabelText('Drop a PDF'), file);
  await userEvent.upload(page.getByLabelText('Drop a PDF'), file);
  expect(onfiles).toHaveBeenCalledTimes(2);
  expect((onfiles.mock.calls[0]?.[0] as File[])[0]?.name).toBe('a.pdf');
});

test('a dropped file reaches it too', async () => {
  const onfiles = vi.fn();
  await render(DropArea, { label: 'Drop a PDF', onfiles });
  const transfer = new DataTransfer();
  transfer.items.add(new File(['%PDF-1.7'], 'b.pdf', { type: 'application/pdf' }));
  const area = page.getByText('Drop a PDF').element().closest('label') as HTMLElement;
  area.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));
  expect((onfiles.mock.calls[0]?.[0] as File[])[0]?.name).toBe('b.pdf');
});

test('a busy button takes no press', async () => {
  const onclick = vi.fn();
  const children = createRawSnippet(() => ({ render: () => '<b>Send</b>' }));
  await render(Button, { busy: true, onclick, children });
  await expect.element(page.getByRole('button', { name: 'Send' })).toBeDisabled();
  await expect.element(page.getByRole('button', { name: 'Send' })).toHaveAttribute('aria-busy', 'true');
});
