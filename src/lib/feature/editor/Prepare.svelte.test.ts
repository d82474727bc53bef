import { tick } from 'svelte';
import { expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { fakeDesk, summaryOf } from '../../../../tests/vectors/draft-desk.ts';
import { plainPages, wordsAt } from '../../../../tests/vectors/plain-pages.ts';
import { Draft } from '#lib/app/draft.svelte.ts';
import '../../../app.css';
import Prepare from './Prepare.svelte';

// The first test also loads pdf.js; a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000 });

const FILE = new File([plainPages([{ content: wordsAt('Contract') }, {}])], 'Contract.pdf');

async function prepare(width = 1280, height = 800) {
  await page.viewport(width, height);
  document.body.replaceChildren();
  const desk = fakeDesk();
  desk.summary = summaryOf();
  const draft = new Draft(desk.ports);
  const onsent = vi.fn();
  await render(Prepare, { draft, onwarm: () => undefined, onback: () => undefined, onsent });
  return { desk, draft, onsent };
}

/** An uploaded file, in the Fields step, its first page drawn. */
async function placingFields(width?: number, height?: number) {
  const prepared = await prepare(width, height);
  await prepared.draft.open(FILE);
  await page.getByRole('button', { name: /^(Done )?Fields$/ }).click();
  await vi.waitFor(() => expect(document.querySelector('[data-page="1"] canvas')).not.toBe(null), {
    timeout: 20_000
  });
  return prepared;
}

const paper = (number = 1) => {
  const found = document.querySelector<HTMLElement>(`[data-page="${number}"]`);
  if (found === null) throw new Error('no such page');
  return found;
};
const scale = () => parseFloat(paper().style.getPropertyValue('--scale'));
/** A place on the page, points, as window coordinates. */
function clientAt(x: number, y: number, number = 1) {
  const { left, top } = paper(number).getBoundingClientRect();
  return { clientX: left + x * scale(), clientY: top + y * scale() };
}

function pointer(
  type: string,
  target: Element | Window,
  at: { clientX: number; clientY: number },
  kind = 'mouse'
) {
  target.dispatchEvent(
    new PointerEvent(type, {
      ...at,
      pointerId: 7,
      pointerType: kind,
      button: 0,
      bubbles: true,
      cancelable: true
    })
  );
}

async function drag(
  from: Element,
  start: ReturnType<typeof clientAt>,
  end: ReturnType<typeof clientAt>,
  kind = 'mouse'
) {
  pointer('pointerdown', from, start, kind);
  const half = { clientX: (start.clientX + end.clientX) / 2, clientY: (start.clientY + end.clientY) / 2 };
  pointer('pointermove', window, half, kind);
  pointer('pointermove', window, end, kind);
  pointer('pointerup', window, end, kind);
  await tick();
}

const place = async (kind: string, x: number, y: number) => {
  await page.getByRole('button', { name: kind, exact: true }).click();
  const net = document.querySelector('[data-page="1"] .net');
  if (net === null) throw new Error('nothing is armed');
  net.dispatchEvent(new MouseEvent('click', { ...clientAt(x, y), bubbles: true, detail: 1 }));
};
/** Presses a radio button that is drawn by its label; `index` among those of this name. */
function choose(name: string, index = 0): void {
  const element = page.getByRole('radio', { name }).elements().at(index);
  if (!(element instanceof HTMLElement)) throw new Error(`no ${name}`);
  element.click();
}
/** Equal to the pixel: mouse events have whole coordinates. */
function near(got: number | undefined, wanted: number): void {
  expect(Math.abs((got ?? NaN) - wanted)).toBeLessThan(1.5);
}
const bodies = () => [...document.querySelectorAll<HTMLElement>('[data-field] button')];

test('a dropped PDF becomes the document, and its people and fields follow', async () => {
  const { draft } = await prepare();
  await expect.element(page.getByRole('heading', { name: 'New document', level: 1 })).toBeVisible();
  await draft.open(FILE);
  await expect.element(page.getByLabelText('Title')).toHaveValue('Contract');
  await page.getByLabelText('Counterparty').fill('Client Ltd');
  expect(draft.content.data.counterparty).toBe('Client Ltd');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByLabelText('Who signs (director)').fill('Ann');
  choose('Link by SMS');
  await page.getByLabelText('Mobile number').first().fill('+48 600 100 200');
  expect(draft.parties[0]).toMatchObject({
    name: 'Ann',
    channel: 'sms',
    proof: 'sms',
    phone: '+48 600 100 200'
  });
});

test('“I sign for the company myself” takes the member’s name and asks for no address', async () => {
  const { draft } = await prepare();
  await draft.open(FILE);
  await page.getByRole('button', { name: /^(Done )?People$/ }).click();
  await page.getByLabelText('I sign for the company myself').click();
  await expect.element(page.getByLabelText('Who signs (director)')).toHaveValue('Maria Kowalska');
  expect(draft.parties[0]).toMatchObject({ proof: 'staff', channel: 'hand' });
  await page.getByRole('button', { name: 'Switch the order' }).click();
  expect(draft.parties.map(({ kind }) => kind)).toEqual(['client', 'company']);
});

test('by mouse: press a kind and the page, drag the field, drag its corner', async () => {
  const { draft } = await placingFields();
  await place('Signature', 230, 300);
  const box = () => draft.content.fields[0]?.box;
  expect(box()).toMatchObject({ page: 1, w: 200, h: 60 });
  near(box()?.x, 130);
  near(box()?.y, 270);
  const [body] = bodies();
  if (body === undefined) throw new Error('not placed');
  await drag(body, clientAt(180, 290), clientAt(220, 390));
  near(box()?.x, 170);
  near(box()?.y, 370);
  const corner = document.querySelector('.handle.se');
  if (corner === null) throw new Error('no corner');
  await drag(corner, clientAt(370, 430), clientAt(430, 450));
  near(box()?.w, 260);
  near(box()?.h, 80);
});

test('by mouse: drag a kind from the palette onto the page', async () => {
  const { draft } = await placingFields();
  const kind = page.getByRole('button', { name: 'Stamp', exact: true }).element();
  const { left, top } = kind.getBoundingClientRect();
  await drag(kind, { clientX: left + 5, clientY: top + 5 }, clientAt(400, 200));
  expect(draft.content.fields[0]).toMatchObject({ kind: 'stamp' });
  near(draft.content.fields[0]?.box.x, 345);
});

test('by touch: tap a kind and the page; the first tap selects a field, the next drag moves it', async () => {
  const { draft } = await placingFields(360, 740);
  await place('Text', 200, 300);
  await page.getByRole('button', { name: 'Done with this field' }).click();
  const before = draft.content.fields[0]?.box;
  const [body] = bodies();
  if (body === undefined || before === undefined) throw new Error('not placed');
  await drag(body, clientAt(150, 300), clientAt(200, 330), 'touch');
  expect(draft.content.fields[0]?.box).toEqual(before);
  await expect.element(page.getByLabelText('Name of the field')).toBeVisible();
  await drag(body, clientAt(150, 300), clientAt(200, 330), 'touch');
  near(draft.content.fields[0]?.box.x, before.x + 50);
  near(draft.content.fields[0]?.box.y, before.y + 30);
});

test('by keyboard: Enter places in view, arrows move, Alt and arrows resize, Delete removes', async () => {
  const { draft } = await placingFields();
  page.getByRole('button', { name: 'Date', exact: true }).element().focus();
  await userEvent.keyboard('{Enter}');
  const box = () => draft.content.fields[0]?.box;
  const first = box();
  if (first === undefined) throw new Error('not placed');
  await vi.waitFor(() => expect(document.activeElement).toBe(bodies()[0]));
  await userEvent.keyboard('{ArrowRight}{Shift>}{ArrowDown}{/Shift}');
  expect(box()).toMatchObject({ x: first.x + 1, y: first.y + 10 });
  await userEvent.keyboard('{Alt>}{ArrowRight}{/Alt}');
  expect(box()?.w).toBe(first.w + 1);
  await userEvent.keyboard('{Control>}z{/Control}{Control>}z{/Control}');
  expect(box()).toEqual(first);
  await userEvent.keyboard('{Delete}');
  expect(draft.content.fields).toEqual([]);
});

test('Tab goes through the fields in reading order and selects each', async () => {
  const { draft } = await placingFields();
  await place('Text', 300, 400);
  await place('Date', 200, 200);
  page.getByRole('region', { name: 'Document pages' }).element().focus();
  await userEvent.tab();
  expect(document.activeElement?.getAttribute('aria-label')).toMatch(/^Date “Date” for Company, page 1/);
  await userEvent.tab();
  expect(document.activeElement?.getAttribute('aria-label')).toMatch(/^Text/);
  expect(draft.content.fields).toHaveLength(2);
});

test('a field is renamed, given to the client, made optional and copied to all pages', async () => {
  const { draft } = await placingFields();
  await place('Text', 200, 300);
  await page.getByLabelText('Name of the field').fill('Account number');
  choose('Client', -1);
  await page.getByLabelText('Must be filled').click();
  expect(draft.content.fields[0]).toMatchObject({
    label: 'Account number',
    required: false,
    party: draft.parties[1]?.id
  });
  await page.getByRole('button', { name: 'Copy to all pages' }).click();
  expect(draft.content.fields.map(({ box }) => box.page)).toEqual([1, 2]);
});

test('the check list says in words what is missing and leads there', async () => {
  const { onsent } = await placingFields();
  await page.getByRole('button', { name: 'Check and send' }).click();
  await expect.element(page.getByText('Client has no signature field.')).toBeVisible();
  await expect.element(page.getByRole('button', { name: /^Send to/ })).toBeDisabled();
  await page.getByText('The counterparty is not named.').click();
  await expect.element(page.getByLabelText('Counterparty')).toBeVisible();
  await expect.element(page.getByText('Name the counterparty.')).toBeVisible();
  expect(onsent).not.toHaveBeenCalled();
});

test('a name that no font can write is told before sending, and leads to the person', async () => {
  const { draft, desk } = await placingFields();
  desk.unwritable = '\u{1f600}';
  draft.edit((content) => ({
    ...content,
    parties: content.parties.map((party) => ({ ...party, name: 'Bob \u{1f600}' }))
  }));
  await page.getByRole('button', { name: 'Check and send' }).click();
  const told = page.getByText("“\u{1f600}” (U+1F600) in the name of Bob \u{1f600} can't be written");
  await expect.element(told.first()).toBeVisible();
  await told.first().click();
  await expect.element(page.getByLabelText('Name', { exact: true }).first()).toBeVisible();
});

test('a whole draft is sent with one button, and the page is told where to go', async () => {
  const { draft, desk, onsent } = await placingFields();
  await place('Signature', 150, 600);
  await page.getByRole('button', { name: 'Done with this field' }).click();
  choose('Client');
  await place('Signature', 450, 600);
  draft.edit((content) => ({
    ...content,
    data: { ...content.data, counterparty: 'Client Ltd' },
    parties: content.parties.map((party) => ({
      ...party,
      name: party.kind,
      email: 'a@b.example',
      channel: 'hand'
    }))
  }));
  await page.getByRole('button', { name: 'Check and send' }).click();
  await page.getByRole('button', { name: 'Sign now on this device' }).click();
  await vi.waitFor(() => expect(onsent).toHaveBeenCalledWith('d00000000000001', true));
  expect(desk.names()).toContain('sendDocument');
});

test('on a phone the Fields step opens where the fields are', async () => {
  const { draft } = await prepare(360, 740);
  await draft.open(FILE);
  const party = draft.parties[0]?.id ?? '';
  const box = { page: 2, x: 100, y: 500, w: 200, h: 60 };
  draft.edit((content) => ({
    ...content,
    fields: [{ id: 'f00000000000001', party, kind: 'signature', box, label: 'Signature', required: true }]
  }));
  await page.getByRole('button', { name: /^(Done )?Fields$/ }).click();
  await expect.element(page.getByText('2 of 2')).toBeVisible();
});
