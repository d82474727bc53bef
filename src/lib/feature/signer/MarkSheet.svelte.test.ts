import { page, userEvent } from 'vitest/browser';
import { describe, expect, it } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { place, turnOf } from '../../../../tests/vectors/signing-turn.ts';
import type { MarkMemory, Remembered } from '#lib/app/signing.svelte.ts';
import MarkSheet from './MarkSheet.svelte';

const signature = place('s1', 'signature');
const stampField = place('p2', 'stamp');

function shelf() {
  const kept: Partial<Record<keyof Remembered, unknown>> = {};
  const memory: MarkMemory = {
    recall: async () => ({}),
    remember: async (kind, mark) => void (kept[kind] = mark),
    forget: async (kind) => void delete kept[kind]
  };
  return { kept, memory };
}

function show(field = signature, kind: 'client' | 'company' = 'client') {
  const { kept, memory } = shelf();
  const { signing, store } = turnOf({ fields: [signature, stampField], memory, kind });
  let used = 0;
  void render(MarkSheet, { signing, field, onuse: () => void used++, onclose: () => undefined });
  return { signing, store, kept, used: () => used };
}

/** A stroke by a real pointer, from left to right over the pad. */
async function draw(): Promise<void> {
  const pad = page.getByRole('img', { name: /Draw your signature/ }).element();
  const frame = pad.getBoundingClientRect();
  const at = (type: string, share: number) =>
    pad.dispatchEvent(
      new PointerEvent(type, {
        pointerId: 1,
        pointerType: 'touch',
        button: type === 'pointermove' ? -1 : 0,
        pressure: 0.5,
        bubbles: true,
        clientX: frame.left + frame.width * share,
        clientY: frame.top + frame.height * (0.3 + share / 3)
      })
    );
  // A made-up pointer cannot be captured; the pad must not depend on it.
  at('pointerdown', 0.2);
  for (let share = 0.25; share < 0.8; share += 0.05) at('pointermove', share);
  at('pointerup', 0.8);
}

const use = (name: string) => page.getByRole('button', { name });

async function photoOfStamp(): Promise<File> {
  const canvas = new OffscreenCanvas(300, 300);
  const context = canvas.getContext('2d');
  if (context) {
    context.fillStyle = 'rgb(232, 228, 218)';
    context.fillRect(0, 0, 300, 300);
    context.fillStyle = 'rgb(30, 50, 160)';
    context.fillRect(100, 120, 90, 60);
  }
  return new File([await canvas.convertToBlob({ type: 'image/png' })], 'stamp.png', { type: 'image/png' });
}

describe('the sheet of a signature', () => {
  it('takes a drawing as vectors', async () => {
    const { signing, used } = show();
    await expect.element(use('Use this signature')).toBeDisabled();
    await draw();
    await use('Use this signature').click();
    const mark = signing.marks['s1'];
    expect(mark?.kind).toBe('drawn');
    expect(mark?.kind === 'drawn' && mark.drawing.outlines.length).toBe(1);
    expect(used()).toBe(1);
  });

  it('keeps strokes that were not used yet, and takes one back', async () => {
    const { signing, store } = show();
    await draw();
    await draw();
    await signing.settled();
    expect((store.value as { pad: unknown[] }).pad).toHaveLength(2);
    await page.getByRole('button', { name: 'Undo stroke' }).click();
    expect(signing.pad).toHaveLength(1);
    await page.getByRole('button', { name: 'Clear' }).click();
    await expect.element(use('Use this signature')).toBeDisabled();
  });

  it('offers the name to be typed', async () => {
    const { signing } = show();
    await page.getByRole('tab', { name: 'Type' }).click();
    await expect.element(page.getByLabelText('Your name as you sign it')).toHaveValue('Karl Client');
    await use('Use this signature').click();
    expect(signing.marks['s1']).toEqual({ kind: 'typed', text: 'Karl Client', hand: 'caveat' });
  });

  it('does not remember a client’s signature unless asked to', async () => {
    const { kept } = show();
    await draw();
    await use('Use this signature').click();
    expect(kept).toEqual({});
  });

  it('remembers the company’s for the next document', async () => {
    const { kept } = show(signature, 'company');
    await draw();
    await use('Use this signature').click();
    await expect.poll(() => Object.keys(kept)).toEqual(['signature']);
  });
});

describe('the sheet of a stamp', () => {
  it('takes the paper off a photo and cuts it to the stamp', async () => {
    const { signing } = show(stampField, 'company');
    const input = document.querySelector<HTMLInputElement>('input[type=file]');
    if (input) await userEvent.upload(input, await photoOfStamp());
    await expect.element(page.getByRole('slider')).toBeVisible();
    await use('Use this stamp').click();
    const stamp = signing.stamps['p2'];
    expect(stamp).toMatchObject({ kind: 'rgb', width: 94, height: 64 });
    expect(stamp?.kind === 'rgb' && stamp.alpha?.[0]).toBe(0);
    expect(stamp?.kind === 'rgb' && stamp.alpha?.[32 * 94 + 47]).toBe(255);
  });

  it('says why a file cannot be a stamp', async () => {
    show(stampField, 'company');
    const input = document.querySelector<HTMLInputElement>('input[type=file]');
    const svg = new File(['<svg xmlns="http://www.w3.org/2000/svg"/>'], 'a.png', { type: 'image/png' });
    if (input) await userEvent.upload(input, svg);
    await expect.element(page.getByText('SVG files are not accepted.', { exact: false })).toBeVisible();
    await expect.element(use('Use this stamp')).toBeDisabled();
  });
});

describe('typing', () => {
  const type = async (text: string) => {
    await page.getByRole('tab', { name: 'Type' }).click();
    await page.getByLabelText('Your name as you sign it').fill(text);
  };

  it('offers four hands by number, and the chosen one goes into the mark', async () => {
    const { signing, used } = show();
    await type('Zoë Łukasz');
    expect(page.getByRole('radio').elements()).toHaveLength(4);
    const third = page.getByRole('radio', { name: 'Handwriting 3: Zoë Łukasz' });
    (third.element() as HTMLInputElement).click();
    await expect.element(third).toBeChecked();
    await use('Use this signature').click();
    await expect.poll(() => used()).toBe(1);
    expect(signing.marks['s1']).toEqual({ kind: 'typed', text: 'Zoë Łukasz', hand: 'marck' });
  });

  it('names the character that cannot be written, and keeps the sheet open', async () => {
    const { signing, used } = show();
    const missing = Object.assign(new Error(), { code: 'glyph-missing', character: '\u{1f600}' });
    signing.obstacle = async (mark) =>
      mark.kind === 'typed' && mark.text.includes('\u{1f600}') ? missing : null;
    await type('Zoë \u{1f600}');
    await use('Use this signature').click();
    await expect
      .element(
        page
          .getByText('“\u{1f600}” (U+1F600) can’t be written', { exact: false })
          .or(page.getByText("“\u{1f600}” (U+1F600) can't be written", { exact: false }))
      )
      .toBeVisible();
    expect(used()).toBe(0);
    await type('Zoë');
    await use('Use this signature').click();
    await expect.poll(() => used()).toBe(1);
  });
});
