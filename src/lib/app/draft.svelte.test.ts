import { expect, test, vi } from 'vitest';
import type { Layout } from '../sign/layout.ts';
import { fakeDesk, summaryOf } from '../../../tests/vectors/draft-desk.ts';
import type { DraftPayload } from '../domain/action.ts';
import { consultancyTemplate } from '../templates/consultancy.ts';
import { withField, withParty } from './draft-content.ts';
import { Draft } from './draft.svelte.ts';

const pdf = (name = 'Offer_2026.pdf') => new File(['%PDF'], name, { type: 'application/pdf' });
const retitle = (draft: Draft, title: string) => draft.edit((content) => ({ ...content, title }), 'title');

function signature(draft: Draft, index: number, id: string) {
  const party = draft.parties[index]?.id ?? '';
  const box = { page: 1, x: 50 + 250 * index, y: 700, w: 200, h: 60 };
  draft.edit((content) =>
    withField(content, { id, party, kind: 'signature', box, label: 'Signature', required: true })
  );
}

/** A draft of an uploaded file with nothing against it. */
async function whole() {
  const desk = fakeDesk();
  const draft = new Draft(desk.ports);
  await draft.open(pdf());
  draft.edit((content) => ({ ...content, data: { ...content.data, counterparty: 'Client Ltd' } }));
  const [company, client] = draft.parties.map(({ id }) => id);
  draft.edit((content) => withParty(content, company ?? '', { name: 'Ann', email: 'ann@company.example' }));
  draft.edit((content) => withParty(content, client ?? '', { name: 'Bob', phone: '+48 600 100 200' }));
  signature(draft, 0, 's00000000000001');
  signature(draft, 1, 's00000000000002');
  return { desk, draft };
}

test('undoes and redoes step by step; a word is one step', () => {
  const desk = fakeDesk();
  const draft = new Draft(desk.ports);
  retitle(draft, 'C');
  desk.now += 100;
  retitle(draft, 'Con');
  desk.now += 100;
  retitle(draft, 'Contract');
  desk.now += 5_000;
  retitle(draft, 'Contract 7');
  draft.undo();
  expect(draft.content.title).toBe('Contract');
  draft.undo();
  expect(draft.content.title).toBe('');
  expect(draft.canUndo).toBe(false);
  draft.redo();
  draft.redo();
  expect(draft.content.title).toBe('Contract 7');
  expect(draft.canRedo).toBe(false);
});

test('undo has no end, and a new edit forgets what was undone', () => {
  const draft = new Draft(fakeDesk().ports);
  for (let i = 1; i <= 300; i++) draft.edit((content) => ({ ...content, title: String(i) }));
  for (let i = 0; i < 299; i++) draft.undo();
  expect(draft.content.title).toBe('1');
  retitle(draft, 'other');
  expect(draft.canRedo).toBe(false);
});

test('a file gives its name as title; its own title is better; a written one stays', async () => {
  const desk = fakeDesk();
  const draft = new Draft(desk.ports);
  await draft.open(pdf());
  expect(draft.content.title).toBe('Offer 2026');
  retitle(draft, 'My title');
  await draft.open(new File(['%PDF other'], 'other.pdf'));
  expect(draft.content.title).toBe('My title');
  desk.summary = summaryOf({ title: 'From the file' });
  const second = new Draft(desk.ports);
  await second.open(pdf());
  expect(second.content.title).toBe('From the file');
});

test('another file keeps the fields that fit, and undo brings the former file back', async () => {
  const { draft, desk } = await whole();
  const former = draft.content;
  desk.summary = summaryOf({ pages: [{ ...summaryOf().pages[0]!, height: 400 }] });
  await draft.open(new File(['%PDF short'], 'short.pdf'));
  expect(draft.content.fields.map(({ box }) => box.y)).toEqual([340, 340]);
  draft.undo();
  expect(draft.content).toBe(former);
  expect(await draft.file?.text()).toBe('%PDF');
});

test('a file that cannot be used is left out and the reason is kept', async () => {
  const desk = fakeDesk();
  const draft = new Draft(desk.ports);
  desk.refuse = { name: 'summary', code: 'encrypted-password' };
  expect(await draft.open(pdf())).toBe(false);
  expect(draft.failure).toEqual({ during: 'open', code: 'encrypted-password', field: null });
  expect(draft.content.original).toBe(null);
});

test('saves by itself: first creates with the bytes, then saves without them', async () => {
  const { draft, desk } = await whole();
  await vi.waitFor(() => expect(draft.saver.state).toBe('saved'));
  expect(draft.id).toBe('d00000000000001');
  const created = desk.calls.find(({ name }) => name === 'createDraft')?.input;
  expect(created?.[1]).toMatchObject({ sha256: draft.content.original });
  retitle(draft, 'Another');
  await draft.persist();
  const saved = desk.calls.at(-1);
  expect(saved?.name).toBe('saveDraft');
  expect((saved?.input[1] as DraftPayload).title).toBe('Another');
  expect(saved?.input[2]).toBe(undefined);
});

test('an empty sheet is not saved', async () => {
  const desk = fakeDesk();
  const draft = new Draft(desk.ports);
  retitle(draft, 'only a title');
  await draft.persist();
  expect(desk.names()).toEqual([]);
});

test('a failed save says so and the next edit tries again', async () => {
  const { draft, desk } = await whole();
  desk.refuse = { name: 'createDraft', code: 'full' };
  await draft.persist();
  expect(draft.saver).toMatchObject({ state: 'failed', failure: 'full', id: null });
  retitle(draft, 'Again');
  await draft.persist();
  expect(draft.saver).toMatchObject({ state: 'saved', failure: null });
});

const VALUES = {
  number: '7/2026',
  place: 'Warsaw',
  until: '2026-12-31',
  companyAddress: 'Main Street 1',
  director: 'Ann',
  counterparty: 'Client Ltd',
  clientAddress: 'Side Street 2',
  services: [{ description: 'Advice', quantity: '2', unit: 'hour', price: '60' }]
};

test('a template is laid out once its form is whole, and its places become fields', async () => {
  const desk = fakeDesk();
  const draft = new Draft(desk.ports);
  draft.startTemplate(consultancyTemplate);
  expect(draft.stale).toBe(true);
  draft.setValues({ ...draft.values, ...VALUES }, 'all');
  await vi.waitFor(() => expect(draft.stale).toBe(false));
  expect(draft.content.fields.map(({ kind }) => kind)).toEqual(['signature', 'signature']);
  expect(draft.content.data).toMatchObject({ amount: '120.00 EUR', counterparty: 'Client Ltd' });
  expect(desk.names().filter((name) => name === 'layOut')).toHaveLength(1);
});

test('pages that lag behind the form are neither saved nor sent', async () => {
  const desk = fakeDesk();
  const draft = new Draft(desk.ports);
  draft.startTemplate(consultancyTemplate);
  draft.setValues({ ...draft.values, ...VALUES }, 'all');
  await vi.waitFor(() => expect(draft.stale).toBe(false));
  draft.setValues({ ...draft.values, number: '8/2026' }, 'number');
  expect(draft.blocked).toBe(true);
  await draft.persist();
  expect((desk.calls.at(-1)?.input[1] as DraftPayload).original).toBe(null);
  await vi.waitFor(() => expect(draft.stale).toBe(false));
  await draft.persist();
  expect((desk.calls.at(-1)?.input[1] as DraftPayload).original).toBe(draft.content.original);
});

test('a layout that fails names the merge field and keeps what was written', async () => {
  const desk = fakeDesk();
  const draft = new Draft(desk.ports);
  draft.startTemplate(consultancyTemplate);
  desk.refuse = { name: 'layOut', code: 'glyph-missing' };
  draft.setValues({ ...draft.values, ...VALUES }, 'all');
  await vi.waitFor(() =>
    expect(draft.failure).toEqual({ during: 'layout', code: 'glyph-missing', field: null })
  );
  expect(draft.laying).toBe(false);
  expect(draft.values['number']).toBe('7/2026');
});

test('undo of a value brings back the pages that said it', async () => {
  const desk = fakeDesk();
  const draft = new Draft(desk.ports);
  draft.startTemplate(consultancyTemplate);
  draft.setValues({ ...draft.values, ...VALUES }, 'all');
  await vi.waitFor(() => expect(draft.stale).toBe(false));
  const pages = draft.content.original;
  desk.now += 5_000;
  draft.setValues({ ...draft.values, number: '8/2026' }, 'number');
  await vi.waitFor(() => expect(draft.stale).toBe(false));
  expect(draft.content.original).not.toBe(pages);
  draft.undo();
  expect(draft.content.original).toBe(pages);
  expect(draft.stale).toBe(false);
});

test('sends: saved, frozen with named fields, committed, handed over, in this order', async () => {
  const { draft, desk } = await whole();
  expect(draft.problems).toEqual([]);
  desk.calls.length = 0;
  expect(await draft.send()).toBe(true);
  expect(desk.names()).toEqual(['createDraft', 'freeze', 'freezeDocument', 'sendDocument']);
  const layout = desk.calls[1]?.input[1] as { fields: { name: string }[]; parties: { letter: string }[] };
  expect(layout.fields.map(({ name }) => name)).toEqual(['cs-A-sig-1', 'cs-B-sig-1']);
  const frozen = desk.calls[2]?.input[1] as DraftPayload;
  expect(frozen.fields.map(({ name }) => name)).toEqual(['cs-A-sig-1', 'cs-B-sig-1']);
  expect(frozen.parties[1]?.phone).toBe('+48600100200');
});

test('an option that cannot be written is found before anything is frozen, however fast Send is pressed', async () => {
  const { draft, desk } = await whole();
  desk.unwritable = '😀';
  draft.edit((content) => ({
    ...content,
    fields: [
      ...content.fields,
      {
        id: 'f00000000000009',
        party: content.parties[0]?.id ?? '',
        kind: 'choice',
        box: { page: 1, x: 20, y: 20, w: 100, h: 20 },
        label: 'Mood',
        required: true,
        options: ['fine', '😀']
      }
    ]
  }));
  expect(draft.problems).toEqual([]);
  expect(await draft.send()).toBe(false);
  expect(draft.problems).toMatchObject([{ code: 'option-unwritable', id: 'f00000000000009', names: ['😀'] }]);
  expect(desk.names()).not.toContain('freeze');
});

test('what blocks is not sent', async () => {
  const { draft, desk } = await whole();
  draft.edit((content) => ({ ...content, fields: [] }));
  expect(await draft.send()).toBe(false);
  expect(desk.names()).not.toContain('freeze');
});

test('frozen but not handed over: nothing can be edited, sending only hands over', async () => {
  const { draft, desk } = await whole();
  desk.refuse = { name: 'sendDocument', code: 'full' };
  expect(await draft.send()).toBe(false);
  expect(draft.failure).toMatchObject({ during: 'send', code: 'full' });
  expect(draft.frozen).toBe(true);
  retitle(draft, 'too late');
  expect(draft.content.title).toBe('Offer 2026');
  desk.calls.length = 0;
  expect(await draft.send()).toBe(true);
  expect(desk.names()).toEqual(['sendDocument']);
});

test('a deleted draft is not saved again', async () => {
  const { draft, desk } = await whole();
  await draft.persist();
  retitle(draft, 'one more');
  await draft.discard();
  retitle(draft, 'and another');
  await draft.persist();
  expect(desk.names().at(-1)).toBe('deleteDraft');
});

const box = { page: 1, x: 40, y: 40, w: 100, h: 20 };
const formField = (name: string, type: 'text' | 'checkbox' = 'text', y = 40) => ({
  name,
  kind: type,
  box,
  filled: false,
  refusal: null,
  offer: {
    existing: { name, type },
    box: { ...box, y },
    label: `Label of ${name}`,
    required: false,
    options: type === 'checkbox' ? ['On'] : [],
    firstOnly: false
  }
});

test('fields of the form are given, change hands and are taken back, each one step of undo', async () => {
  const { draft, desk } = await whole();
  desk.summary = summaryOf({ fields: [formField('a'), formField('b', 'checkbox', 80)] });
  await draft.open(new File(['%PDF form'], 'form.pdf'));
  const [company = '', client = ''] = draft.parties.map(({ id }) => id);
  const given = () =>
    draft.content.fields.flatMap(({ existing, party }) => (existing ? [[existing.name, party]] : []));
  draft.give(['a', 'b', 'no such field'], company);
  expect(given()).toEqual([
    ['a', company],
    ['b', company]
  ]);
  expect(draft.content.fields.at(-1)).toMatchObject({
    kind: 'checkbox',
    label: 'Label of b',
    options: ['On']
  });
  draft.give(['b'], client);
  expect(given()).toEqual([
    ['a', company],
    ['b', client]
  ]);
  draft.undo();
  draft.undo();
  expect(given()).toEqual([]);
  draft.redo();
  draft.takeBack(['a']);
  expect(given()).toEqual([['b', company]]);
});

test('another file keeps what was given only where its form has the same field', async () => {
  const { draft, desk } = await whole();
  desk.summary = summaryOf({ fields: [formField('a'), formField('b'), formField('c')] });
  await draft.open(new File(['%PDF form'], 'form.pdf'));
  draft.give(['a', 'b', 'c'], draft.parties[0]?.id ?? '');
  desk.summary = summaryOf({ fields: [formField('a', 'text', 90), formField('b', 'checkbox')] });
  await draft.open(new File(['%PDF newer form'], 'form.pdf'));
  const given = draft.content.fields.filter(({ existing }) => existing !== undefined);
  expect(given.map(({ existing, box: { y } }) => [existing?.name, y])).toEqual([['a', 90]]);
});

test('letters that the file has already are not used again', async () => {
  const { draft, desk } = await whole();
  desk.summary = summaryOf({ fields: [{ ...formField('cs-A-text-1'), offer: null, refusal: 'read-only' }] });
  await draft.open(new File(['%PDF ours'], 'ours.pdf'));
  expect(await draft.send()).toBe(true);
  const [, layout] = desk.calls.find(({ name }) => name === 'freeze')?.input as [Blob, Layout];
  expect(layout.parties.map(({ letter }) => letter)).toEqual(['B', 'C']);
  expect(layout.fields.map(({ name }) => name)).toEqual(['cs-B-sig-1', 'cs-C-sig-1']);
});

test('the XFA form goes when the person says so, and comes back by undo', async () => {
  const { draft, desk } = await whole();
  const former = draft.content.original;
  await draft.removeXfa();
  expect(desk.names()).toContain('withoutXfa');
  expect(draft.content.original).not.toBe(former);
  draft.undo();
  expect(draft.content.original).toBe(former);
});

test('a file that needs a password is not taken, and says so', async () => {
  const { draft, desk } = await whole();
  const former = draft.content;
  desk.refuse = { name: 'summary', code: 'encrypted-password' };
  expect(await draft.open(new File(['%PDF locked'], 'locked.pdf'))).toBe(false);
  expect(draft.content).toBe(former);
  expect(draft.failure).toEqual({ during: 'open', code: 'encrypted-password', field: null });
});
