import { beforeEach, expect, test } from 'vitest';
import { fakeDesk } from '../../../../tests/vectors/draft-desk.ts';
import { Draft } from '#lib/app/draft.svelte.ts';
import { Placing } from './placing.svelte.ts';

let draft: Draft;
let placing: Placing;
/** So large that lines pull only from half a point; `near` pulls from six. */
const spot = (x: number, y: number, page = 1) => ({ page, x, y, scale: 12 });
const near = (x: number, y: number, page = 1) => ({ page, x, y, scale: 1 });
const boxes = () => draft.content.fields.map(({ box }) => box);

beforeEach(async () => {
  const desk = fakeDesk();
  draft = new Draft(desk.ports);
  await draft.open(new File(['%PDF'], 'a.pdf'));
  placing = new Placing(draft, desk.ports.newId);
});

test('puts a field with its middle at the spot, for the chosen party, and selects it', () => {
  const client = draft.parties[1]?.id ?? '';
  placing.party = client;
  placing.arm('signature');
  placing.place('signature', spot(200, 500));
  expect(boxes()).toEqual([{ page: 1, x: 100, y: 470, w: 200, h: 60 }]);
  expect(placing.field).toMatchObject({
    party: client,
    kind: 'signature',
    required: true,
    label: 'Signature'
  });
  expect(placing.armed).toBe(null);
});

test('near the border it is put inside the page', () => {
  placing.place('stamp', spot(590, 840, 2));
  expect(boxes()).toEqual([{ page: 2, x: 485, y: 758, w: 110, h: 84 }]);
});

test('a drag is one step of undo, and none when nothing moved', () => {
  placing.place('text', spot(200, 200));
  const [field] = draft.content.fields;
  if (field === undefined) throw new Error('not placed');
  placing.takeField(field, 10, 10);
  for (let step = 1; step <= 40; step++) placing.dragTo(spot(110 + step, 199 + 2 * step));
  expect(boxes()[0]).toEqual(field.box);
  expect(placing.on(1)[0]?.box).toMatchObject({ x: 140, y: 269 });
  placing.drop();
  expect(boxes()[0]).toMatchObject({ x: 140, y: 269 });
  draft.undo();
  expect(boxes()[0]).toEqual(field.box);
  const before = draft.content;
  placing.takeField(field, 10, 10);
  placing.drop();
  expect(draft.content).toBe(before);
});

test('a drag can be taken back', () => {
  placing.place('text', spot(200, 200));
  const [field] = draft.content.fields;
  if (field === undefined) throw new Error('not placed');
  placing.takeField(field, 0, 0);
  placing.dragTo(spot(400, 400));
  placing.cancel();
  expect(boxes()).toEqual([field.box]);
  expect(placing.on(1).map(({ box }) => box)).toEqual([field.box]);
});

test('is dragged onto another page', () => {
  placing.place('text', spot(200, 200));
  const [field] = draft.content.fields;
  if (field === undefined) throw new Error('not placed');
  placing.takeField(field, 0, 0);
  placing.dragTo(spot(50, 60, 2));
  expect(placing.on(2)).toHaveLength(1);
  placing.drop();
  expect(boxes()[0]).toMatchObject({ page: 2, x: 50, y: 60 });
});

test('snaps to a field beside it and shows the line while it is dragged', () => {
  placing.place('date', spot(155, 200));
  placing.place('date', spot(400, 600));
  const second = draft.content.fields[1];
  if (second === undefined) throw new Error('not placed');
  placing.takeField(second, 0, 0);
  placing.dragTo(near(104, 600));
  expect(placing.guides).toEqual([{ axis: 'x', at: 100 }]);
  placing.drop();
  expect(boxes()[1]?.x).toBe(100);
  expect(placing.guides).toEqual([]);
});

test('an edge is dragged, snapped to an edge beside it, and the rest stays', () => {
  placing.place('date', spot(155, 200));
  placing.place('text', spot(400, 600));
  const second = draft.content.fields[1];
  if (second === undefined) throw new Error('not placed');
  placing.takeEdges(second, ['left', 'bottom']);
  placing.dragTo(near(213, 640));
  placing.drop();
  expect(boxes()[1]).toEqual({ page: 1, x: 210, y: 589, w: 290, h: 51 });
});

test('keys move by points and are one step together', () => {
  placing.place('text', spot(200, 200));
  const [field] = draft.content.fields;
  if (field === undefined) throw new Error('not placed');
  placing.moveBy(field.id, 1, 0);
  placing.moveBy(field.id, 0, 10);
  placing.resizeBy(field.id, 5, 5);
  expect(boxes()[0]).toEqual({ page: 1, x: 101, y: 199, w: 205, h: 27 });
  draft.undo();
  draft.undo();
  expect(boxes()[0]).toEqual(field.box);
});

test('duplicates below, or above at the end of the page, and removes', () => {
  placing.place('text', spot(200, 810));
  placing.duplicate(placing.selected ?? '');
  expect(boxes().map(({ y }) => y)).toEqual([799, 769]);
  placing.remove(placing.selected ?? '');
  expect(boxes()).toHaveLength(1);
  expect(placing.field).toBe(null);
});

test('undoing a field that is selected leaves nothing selected', () => {
  placing.place('text', spot(200, 200));
  draft.undo();
  expect(placing.field).toBe(null);
});
