import { page } from 'vitest/browser';
import { describe, expect, it } from 'vitest';
import { render } from 'vitest-browser-svelte';
import type { LinkOpened } from '#lib/domain/api.ts';
import LinkScreen from './LinkScreen.svelte';

const link: LinkOpened = {
  workspace: 'UAB Alpha',
  sender: 'Olga Owner',
  title: 'Contract No. 7',
  masked: 'k…@e….org',
  channel: 'email',
  kind: 'sign',
  state: 'open'
};

function show(change: Partial<LinkOpened> = {}) {
  let taps = 0;
  void render(LinkScreen, {
    link: { ...link, ...change },
    sending: false,
    failure: null,
    onsend: () => void taps++
  });
  return () => taps;
}
const button = () => page.getByRole('button', { name: 'Send me the code' });

describe('what a link alone tells', () => {
  it('names sender, workspace, title and masked address, and sends no code by itself (L4)', async () => {
    const taps = show();
    await expect.element(page.getByText('Olga Owner of UAB Alpha asks you to sign')).toBeVisible();
    await expect.element(page.getByRole('heading', { name: 'Contract No. 7' })).toBeVisible();
    await expect.element(page.getByText('k…@e….org', { exact: false })).toBeVisible();
    expect(taps()).toBe(0);
    await button().click();
    expect(taps()).toBe(1);
  });

  it.each([
    ['waiting', 'It is not your turn yet'],
    ['stopped', 'This document was stopped']
  ] as const)('%s: says so and offers no code', async (state, title) => {
    show({ state });
    await expect.element(page.getByRole('heading', { name: title })).toBeVisible();
    await expect.element(button()).not.toBeInTheDocument();
  });

  it.each([
    ['signed', 'You have signed this document'],
    ['completed', 'Everyone has signed']
  ] as const)('%s: says so and gives the copy after a code', async (state, title) => {
    show({ state, kind: 'copy' });
    await expect.element(page.getByRole('heading', { name: title })).toBeVisible();
    await expect.element(button()).toBeVisible();
  });
});
