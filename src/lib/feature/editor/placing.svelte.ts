import type { Draft } from '#lib/app/draft.svelte.ts';
import {
  changedField,
  inside,
  onAllPages,
  readingOrder,
  resized,
  SIZES,
  withField,
  withoutField,
  type Edges
} from '#lib/app/draft-content.ts';
import type { Box, Field } from '#lib/domain/field.ts';
import { kindName, type Tool } from './kinds.ts';
import { snapEdge, snapMove, type Guide } from './snapping.ts';

/** A place on a page, points; `scale` is CSS pixels a point, for how near is near. */
export interface Spot {
  readonly page: number;
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

/** CSS pixels within which a dragged box is pulled onto a line. */
const REACH = 6;

type Drag =
  | { readonly what: 'move'; readonly field: Field; readonly dx: number; readonly dy: number }
  | { readonly what: 'resize'; readonly field: Field; readonly edges: readonly (keyof Edges)[] };

/** What is selected, armed or being dragged on the pages. A drag changes the draft once, when it ends. */
export class Placing {
  selected = $state<string | null>(null);
  /** What the next click on a page puts there. */
  armed = $state<Tool | null>(null);
  /** Under the pointer while something is armed or dragged in from the palette. */
  ghost = $state.raw<Field | null>(null);
  guides = $state.raw<readonly Guide[]>([]);
  /** The page the guides are on. */
  guidePage = $state(0);

  readonly #draft: Draft;
  readonly #newId: () => string;
  #party = $state<string | null>(null);
  #live = $state.raw<{ readonly id: string; readonly box: Box } | null>(null);
  #drag: Drag | null = null;

  constructor(draft: Draft, newId: () => string) {
    this.#draft = draft;
    this.#newId = newId;
  }

  /** Whom new fields are for. */
  get party(): string {
    const { parties } = this.#draft;
    return (parties.find(({ id }) => id === this.#party) ?? parties[0])?.id ?? '';
  }
  set party(id: string) {
    this.#party = id;
  }

  readonly field = $derived.by<Field | null>(() => this.#draft.field(this.selected));

  get dragging(): boolean {
    return this.#live !== null;
  }

  /** Fields of a page in reading order, where they are right now. */
  on(page: number): Field[] {
    const live = this.#live;
    const fields = this.#draft.content.fields.map((field) =>
      live !== null && field.id === live.id ? { ...field, box: live.box } : field
    );
    return readingOrder(fields.filter(({ box }) => box.page === page));
  }

  arm(kind: Tool | null): void {
    this.armed = this.armed === kind ? null : kind;
    this.ghost = null;
    if (this.armed !== null) this.selected = null;
  }

  /** Shows where the armed kind would come to lie. */
  hover(kind: Tool, spot: Spot | null): void {
    this.ghost = spot === null ? null : this.#fresh(kind, spot);
    if (this.ghost === null) return;
    const snapped = this.#snapped(this.ghost.box, '', spot?.scale ?? 1);
    this.ghost = { ...this.ghost, box: snapped };
  }

  /** Puts a field with its middle at the spot; snapped to what is near, inside the page. */
  place(kind: Tool, spot: Spot): void {
    const field = this.#fresh(kind, spot);
    const placed = { ...field, box: this.#snapped(field.box, '', spot.scale) };
    this.#draft.edit((content) => {
      const one = withField(content, placed);
      // A question has two answers at least.
      return kind === 'radio' ? withField(one, this.#answerAfter(placed)) : one;
    });
    this.#calm();
    this.armed = null;
    this.selected = placed.id;
  }

  /** `dx`, `dy`: from the box's corner to where it was taken, points. */
  takeField(field: Field, dx: number, dy: number): void {
    this.selected = field.id;
    // The form's author said where it is.
    if (field.existing !== undefined) return;
    this.#drag = { what: 'move', field, dx, dy };
  }

  takeEdges(field: Field, edges: readonly (keyof Edges)[]): void {
    this.#drag = { what: 'resize', field, edges };
  }

  dragTo(spot: Spot): void {
    const drag = this.#drag;
    const page = this.#draft.pages[spot.page - 1];
    if (drag === null || page === undefined) return;
    const { field } = drag;
    if (drag.what === 'move') {
      const box = inside({ ...field.box, page: spot.page, x: spot.x - drag.dx, y: spot.y - drag.dy }, page);
      this.#live = { id: field.id, box: this.#snapped(box, field.id, spot.scale) };
    } else if (spot.page === field.box.page) {
      this.#live = { id: field.id, box: this.#stretched(drag, spot) };
    }
  }

  /** Ends a drag: one step of undo. Nothing moved: nothing happened. */
  drop(): void {
    const live = this.#live;
    this.#calm();
    if (live !== null) this.#setBox(live.id, live.box, null);
  }

  cancel(): void {
    this.#calm();
    this.armed = null;
  }

  moveBy(id: string, dx: number, dy: number): void {
    const [field, page] = this.#at(id);
    if (field === null || page === undefined || field.existing !== undefined) return;
    const { box } = field;
    this.#setBox(id, inside({ ...box, x: box.x + dx, y: box.y + dy }, page), `move-${id}`);
  }

  /** Moves the right and the lower edge. */
  resizeBy(id: string, right: number, bottom: number): void {
    const [field, page] = this.#at(id);
    if (field === null || page === undefined || field.existing !== undefined) return;
    this.#setBox(id, resized(field.box, field.kind, { right, bottom }, page), `size-${id}`);
  }

  change(id: string, change: Partial<Field>, key: string | null = null): void {
    this.#draft.edit((content) => changedField(content, id, change), key);
  }

  /** Whom it is for and whether it must be filled: answers of one question go together. */
  changeQuestion(id: string, change: Pick<Partial<Field>, 'party' | 'required'>): void {
    const group = this.#draft.field(id)?.group;
    this.#draft.edit((content) => ({
      ...content,
      fields: content.fields.map((field) =>
        field.id === id || (group !== undefined && field.group === group) ? { ...field, ...change } : field
      )
    }));
  }

  remove(id: string): void {
    this.#draft.edit((content) => withoutField(content, id));
    if (this.selected === id) this.selected = null;
  }

  duplicate(id: string): void {
    const [field, page] = this.#at(id);
    if (field === null || page === undefined || field.existing !== undefined) return;
    const { box } = field;
    const below = box.y + 2 * box.h + 8 <= page.height ? box.h + 8 : -box.h - 8;
    const copy = { ...field, id: this.#newId(), box: inside({ ...box, y: box.y + below }, page) };
    this.#draft.edit((content) => withField(content, copy));
    this.selected = copy.id;
  }

  /** Another answer of the same question, below the last one. */
  addAnswer(id: string): void {
    const field = this.#draft.field(id);
    if (field?.group === undefined) return;
    const answers = this.#draft.content.fields.filter(({ group }) => group === field.group);
    const lowest = readingOrder(answers).at(-1) ?? field;
    const answer = this.#answerAfter(lowest);
    this.#draft.edit((content) => withField(content, answer));
    this.selected = answer.id;
  }

  #answerAfter(field: Field): Field {
    const { box } = field;
    const page = this.#draft.pages[box.page - 1] ?? { width: box.x + box.w, height: box.y + box.h };
    const below = box.y + 2 * box.h + 8 <= page.height;
    const next = below ? { ...box, y: box.y + box.h + 8 } : { ...box, x: box.x + box.w + 8 };
    return { ...field, id: this.#newId(), box: inside(next, page) };
  }

  copyToAllPages(id: string): void {
    this.#draft.edit((content) => onAllPages(content, id, this.#draft.pages, this.#newId));
  }

  #at(id: string) {
    const field = this.#draft.field(id);
    return [field, field === null ? undefined : this.#draft.pages[field.box.page - 1]] as const;
  }

  #setBox(id: string, box: Box, key: string | null): void {
    const former = this.#draft.field(id)?.box;
    if (former === undefined) return;
    const same = (['page', 'x', 'y', 'w', 'h'] as const).every((side) => former[side] === box[side]);
    if (!same) this.change(id, { box }, key);
  }

  #fresh(tool: Tool, { page: number, x, y }: Spot): Field {
    const kind = tool === 'radio' ? 'checkbox' : tool;
    const { w, h } = SIZES[kind];
    const page = this.#draft.pages[number - 1] ?? { width: w, height: h };
    return {
      id: this.#newId(),
      party: this.party,
      kind,
      box: inside({ page: number, x: x - w / 2, y: y - h / 2, w, h }, page),
      label: kindName(tool),
      required: kind !== 'stamp' && tool !== 'checkbox',
      ...(kind === 'choice' ? { options: [] } : {}),
      ...(tool === 'radio' ? { group: this.#newId() } : {})
    };
  }

  #others(id: string): Box[] {
    return this.#draft.content.fields.flatMap((field) => (field.id === id ? [] : [field.box]));
  }

  #snapped(box: Box, id: string, scale: number): Box {
    const page = this.#draft.pages[box.page - 1];
    if (page === undefined) return box;
    const snapped = snapMove(box, this.#others(id), page, REACH / scale);
    this.guides = snapped.guides;
    this.guidePage = box.page;
    return inside(snapped.box, page);
  }

  #stretched({ field, edges }: Extract<Drag, { what: 'resize' }>, spot: Spot): Box {
    const { box } = field;
    const page = this.#draft.pages[box.page - 1] ?? { width: 0, height: 0 };
    const reach = REACH / spot.scale;
    const others = this.#others(field.id);
    const x = snapEdge(spot.x, 'x', box, others, reach);
    const y = snapEdge(spot.y, 'y', box, others, reach);
    const by: { -readonly [edge in keyof Edges]: number } = {};
    if (edges.includes('left')) by.left = x.at - box.x;
    if (edges.includes('right')) by.right = x.at - box.x - box.w;
    if (edges.includes('top')) by.top = y.at - box.y;
    if (edges.includes('bottom')) by.bottom = y.at - box.y - box.h;
    this.guides = [...x.guides, ...y.guides];
    this.guidePage = box.page;
    return resized(box, field.kind, by, page);
  }

  #calm(): void {
    this.#drag = null;
    this.#live = null;
    this.ghost = null;
    this.guides = [];
  }
}
