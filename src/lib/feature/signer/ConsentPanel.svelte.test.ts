import { page } from 'vitest/browser';
import { describe, expect, it } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { place, turnOf } from '../../../../tests/vectors/signing-turn.ts';
import { CONSENT_EN_1 } from '#lib/domain/consent.ts';
import ConsentPanel from './ConsentPanel.svelte';

async function show(options: { company?: boolean; follows?: boolean; online?: boolean } = {}) {
  const fields = [place('s1', 'signature')];
  const kind = options.company ? 'company' : 'client';
  const turn = turnOf({ fields, kind, follows: options.follows ?? false });
  await turn.signing.restore();
  turn.signing.placeMark(fields[0] as never, { kind: 'typed', text: 'Karl' });
  void render(ConsentPanel, { signing: turn.signing, online: options.online ?? true });
  return turn;
}

describe('the last button', () => {
  it('stands beside the text that is agreed to', async () => {
    await show();
    await expect.element(page.getByText(CONSENT_EN_1.text)).toBeVisible();
    await expect.element(page.getByRole('button', { name: 'I agree and sign' })).toBeVisible();
  });

  it('sends on where the company signs and somebody follows', async () => {
    await show({ company: true, follows: true });
    await expect.element(page.getByRole('button', { name: 'Sign and send on' })).toBeVisible();
  });

  it('agrees where the company signs last', async () => {
    await show({ company: true });
    await expect.element(page.getByRole('button', { name: 'I agree and sign' })).toBeVisible();
  });

  it('says that it will be sent later when there is no network', async () => {
    await show({ online: false });
    await expect
      .element(page.getByText('It will be sent when you are online.', { exact: false }))
      .toBeVisible();
  });

  it('signs with one press', async () => {
    const { store } = await show();
    await page.getByRole('button', { name: 'I agree and sign' }).click();
    await expect.poll(() => store.committed).toBe(1);
  });

  it('says why it failed, and that nothing typed is lost', async () => {
    const { store } = await show();
    store.refuses = Object.assign(new Error('disk'), { code: 'full' });
    await page.getByRole('button', { name: 'I agree and sign' }).click();
    await expect.element(page.getByText('What you filled in is kept.', { exact: false })).toBeVisible();
  });
});
