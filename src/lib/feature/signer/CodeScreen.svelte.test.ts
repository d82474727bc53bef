import { page, userEvent } from 'vitest/browser';
import { describe, expect, it } from 'vitest';
import { render } from 'vitest-browser-svelte';
import type { CodeSent } from '#lib/domain/api.ts';
import CodeScreen from './CodeScreen.svelte';

const sentNow = (wait = 30_000): CodeSent => ({
  masked: 'k…@e….org',
  expires: Date.now() + 600_000,
  resendAt: Date.now() + wait
});

function show(answer: (code: string) => Promise<void> = async () => undefined, wait?: number) {
  const tried: string[] = [];
  let resent = 0;
  void render(CodeScreen, {
    title: 'Contract',
    masked: 'k…@e….org',
    sent: sentNow(wait),
    onenter: async (code: string) => {
      tried.push(code);
      await answer(code);
    },
    onresend: async () => {
      resent++;
      return sentNow();
    }
  });
  return { tried, resent: () => resent };
}
const input = () => page.getByLabelText('Six-digit code');
const wrong = () => Promise.reject(Object.assign(new Error('code-wrong'), { code: 'code-wrong' }));

describe('the code screen', () => {
  it('says where the code went and lets the phone fill it in', async () => {
    show();
    await expect.element(page.getByText('k…@e….org')).toBeVisible();
    await expect.element(input()).toHaveAttribute('autocomplete', 'one-time-code');
    await expect.element(input()).toHaveAttribute('inputmode', 'numeric');
    await expect.element(input()).toHaveFocus();
  });

  it('goes by itself with the sixth digit, letters fall out', async () => {
    const { tried } = show();
    await userEvent.keyboard('12a3');
    await expect.element(input()).toHaveValue('123');
    await userEvent.keyboard('456');
    await expect.poll(() => tried).toEqual(['123456']);
  });

  it('takes a filled-in code with one more sign', async () => {
    const { tried } = show();
    await input().fill('123 456');
    await expect.poll(() => tried).toEqual(['123456']);
  });

  it('says that the code was wrong, empties the input and takes another', async () => {
    const { tried } = show(wrong);
    await input().fill('111111');
    await expect.element(page.getByText('This is not the code we sent.', { exact: false })).toBeVisible();
    await expect.element(input()).toHaveValue('');
    await expect.element(input()).toHaveAttribute('aria-invalid', 'true');
    await input().fill('222222');
    await expect.poll(() => tried).toEqual(['111111', '222222']);
  });

  it('counts down until another code may be sent, and then sends one', async () => {
    const { resent } = show(undefined, 900);
    await expect.element(page.getByText('A new code can be sent in 0:01')).toBeVisible();
    await page.getByRole('button', { name: 'Send a new code' }).click();
    await expect.element(page.getByText('A new code is on its way.')).toBeVisible();
    expect(resent()).toBe(1);
  });

  it('does not make a device with a late clock wait for hours', async () => {
    show(undefined, 5 * 3_600_000);
    await expect.element(page.getByText(/can be sent in [012]:/)).toBeVisible();
  });
});
