import { page } from 'vitest/browser';
import { describe, expect, it } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { place, turnOf } from '../../../../tests/vectors/signing-turn.ts';
import { clockState } from '#lib/app/signing-time.ts';
import { CONSENT_EN_1 } from '#lib/domain/consent.ts';
import ConsentPanel from './ConsentPanel.svelte';

async function show(
  options: { company?: boolean; follows?: boolean; online?: boolean; ahead?: number } = {}
) {
  const fields = [place('s1', 'signature')];
  const kind = options.company ? 'company' : 'client';
  const turn = turnOf({ fields, kind, follows: options.follows ?? false });
  await turn.signing.restore();
  if (options.ahead !== undefined) {
    const now = 1_700_000_000_000;
    turn.signing.clock = clockState({ server: now, device: now + options.ahead }, now + options.ahead);
  }
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

  // T3: a wrong clock is told, and never in the way.
  it('says that the clock is off, and signs all the same', async () => {
    const { store } = await show({ ahead: -12 * 60_000 });
    await expect.element(page.getByText('by 12 minutes', { exact: false })).toBeVisible();
    await page.getByRole('button', { name: 'I agree and sign' }).click();
    await expect.poll(() => store.committed).toBe(1);
  });

  it('asks to set a clock right that is more than a day off, and does not block', async () => {
    const { store } = await show({ ahead: 365 * 86_400_000, online: false });
    await expect.element(page.getByText('Please set it right', { exact: false })).toBeVisible();
    await page.getByRole('button', { name: 'I agree and sign' }).click();
    await expect.poll(() => store.committed).toBe(1);
  });

  it('says nothing of a clock that is right', async () => {
    await show({ ahead: 4 * 60_000 });
    await expect.element(page.getByText('clock of this device', { exact: false })).not.toBeInTheDocument();
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
