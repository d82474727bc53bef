/** What a draft holds and how one edit follows from another: plain values, each edit a new one. */
import type { DraftPayload } from '../domain/action.ts';
import type { Me } from '../domain/api.ts';
import type { DocumentData, TemplateUse } from '../domain/document.ts';
import { freeLetters, type Box, type ExistingField, type Field, type FieldKind } from '../domain/field.ts';
import type { FieldOffer, PdfSummary } from '../work/protocol.ts';
import { normalPhone, type Channel, type PartyDraft, type PartyKind, type Proof } from '../domain/party.ts';

export type { FieldOffer } from '../work/protocol.ts';

/** As `DraftPayload`, but nothing in it is ever written to. */
export interface DraftContent {
  readonly title: string;
  readonly data: DocumentData;
  readonly parties: readonly PartyDraft[];
  readonly fields: readonly Field[];
  readonly original: string | null;
  readonly template: TemplateUse | null;
}

export interface PageSize {
  readonly width: number;
  readonly height: number;
}

/** Characters that no name, title or label may hold (`security.md` M2): controls, line ends, bidi overrides. */
// eslint-disable-next-line no-control-regex -- the rule is about control characters
const FORBIDDEN = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g;

/** One line of text as the schema of `domain/action.ts` wants it. */
export function line(text: string, max: number): string {
  return text.normalize('NFC').replace(FORBIDDEN, ' ').slice(0, max);
}

export function emptyContent(me: Me, newId: () => string, today: string): DraftContent {
  const party = (order: number, kind: PartyKind, channel: Channel): PartyDraft => ({
    id: newId(),
    order,
    kind,
    name: '',
    organisation: kind === 'company' ? line(me.workspace.name, 120) : '',
    channel,
    proof: proofOf(channel),
    language: 'en',
    member: null
  });
  return {
    title: '',
    data: { counterparty: '', number: '', date: today, amount: '' },
    parties: [party(0, 'company', 'email'), party(1, 'client', 'sms')],
    fields: [],
    original: null,
    template: null
  };
}

function proofOf(channel: Channel): Proof {
  return channel === 'hand' ? 'in-person' : channel;
}

/** Parties in signing order. */
export function inOrder(parties: readonly PartyDraft[]): PartyDraft[] {
  return [...parties].sort((a, b) => a.order - b.order);
}

/** Party id → letter (`A` signs first, unless the file has `cs-A-…` already), as freeze names the fields. */
export function lettersOf(
  parties: readonly PartyDraft[],
  taken: readonly string[] = []
): Map<string, string> {
  const letters = freeLetters(taken, parties.length);
  return new Map(inOrder(parties).map((party, index) => [party.id, letters[index] ?? '']));
}

export function withParty(content: DraftContent, id: string, change: Partial<PartyDraft>): DraftContent {
  const parties = content.parties.map((party) => {
    if (party.id !== id) return party;
    const next = { ...party, ...change };
    return change.channel === undefined ? next : { ...next, proof: proofOf(change.channel), member: null };
  });
  return { ...content, parties };
}

/** The signed-in member signs for this party, on this device (or takes that back). */
export function signedByMember(content: DraftContent, id: string, me: Me | null): DraftContent {
  const parties = content.parties.map((party): PartyDraft => {
    if (party.id !== id) return party;
    if (me === null) return { ...party, member: null, channel: 'email', proof: 'email' };
    const name = line(me.user.name, 120);
    return {
      ...party,
      member: me.user.id,
      channel: 'hand',
      proof: 'staff',
      name,
      email: me.user.email
    };
  });
  return { ...content, parties };
}

/** The last signs first and so on; fields stay with their party. */
export function reversed(content: DraftContent): DraftContent {
  const last = content.parties.length - 1;
  return { ...content, parties: content.parties.map((party) => ({ ...party, order: last - party.order })) };
}

/** Points. What a field of a kind measures when it is put on the page. */
export const SIZES: Readonly<Record<FieldKind, { readonly w: number; readonly h: number }>> = {
  signature: { w: 200, h: 60 },
  stamp: { w: 110, h: 84 },
  initials: { w: 70, h: 36 },
  text: { w: 200, h: 22 },
  date: { w: 110, h: 22 },
  number: { w: 110, h: 22 },
  choice: { w: 160, h: 22 },
  checkbox: { w: 16, h: 16 }
};

/** Points: smaller than this nothing can be read in it, or pressed. */
export const LEAST: Readonly<Record<FieldKind, { readonly w: number; readonly h: number }>> = {
  signature: { w: 60, h: 20 },
  stamp: { w: 30, h: 30 },
  initials: { w: 24, h: 16 },
  text: { w: 24, h: 12 },
  date: { w: 48, h: 12 },
  number: { w: 24, h: 12 },
  choice: { w: 36, h: 12 },
  checkbox: { w: 8, h: 8 }
};

const hundredth = (value: number): number => Math.round(value * 100) / 100;

/** The box inside its page, its size kept where it fits. */
export function inside(box: Box, page: PageSize): Box {
  const w = Math.min(box.w, page.width);
  const h = Math.min(box.h, page.height);
  return {
    page: box.page,
    x: hundredth(Math.min(Math.max(0, box.x), page.width - w)),
    y: hundredth(Math.min(Math.max(0, box.y), page.height - h)),
    w: hundredth(w),
    h: hundredth(h)
  };
}

export interface Edges {
  readonly left?: number;
  readonly top?: number;
  readonly right?: number;
  readonly bottom?: number;
}

/** Moves single edges by so many points; no smaller than its kind allows, no larger than the page. */
export function resized(box: Box, kind: FieldKind, by: Edges, page: PageSize): Box {
  const least = LEAST[kind];
  const right = box.x + box.w;
  const bottom = box.y + box.h;
  const x = Math.max(0, Math.min(box.x + (by.left ?? 0), right - least.w));
  const y = Math.max(0, Math.min(box.y + (by.top ?? 0), bottom - least.h));
  const newRight = Math.min(page.width, Math.max(right + (by.right ?? 0), x + least.w));
  const newBottom = Math.min(page.height, Math.max(bottom + (by.bottom ?? 0), y + least.h));
  return {
    page: box.page,
    x: hundredth(x),
    y: hundredth(y),
    w: hundredth(newRight - x),
    h: hundredth(newBottom - y)
  };
}

export function withField(content: DraftContent, field: Field): DraftContent {
  return { ...content, fields: [...content.fields, field] };
}

export function withoutField(content: DraftContent, id: string): DraftContent {
  return { ...content, fields: content.fields.filter((field) => field.id !== id) };
}

export function changedField(content: DraftContent, id: string, change: Partial<Field>): DraftContent {
  return {
    ...content,
    fields: content.fields.map((field) => (field.id === id ? { ...field, ...change } : field))
  };
}

/** The same field on every other page that is large enough for it. */
export function onAllPages(
  content: DraftContent,
  id: string,
  pages: readonly PageSize[],
  newId: () => string
): DraftContent {
  const field = content.fields.find((candidate) => candidate.id === id);
  if (field === undefined) return content;
  const copies = pages.flatMap((page, index): Field[] => {
    const number = index + 1;
    const { box } = field;
    if (number === box.page || box.w > page.width || box.h > page.height) return [];
    return [{ ...field, id: newId(), box: inside({ ...box, page: number }, page) }];
  });
  return { ...content, fields: [...content.fields, ...copies] };
}

/** What the form's own field is when a party has it. */
const GIVEN: Readonly<Record<ExistingField['type'], FieldKind>> = {
  text: 'text',
  checkbox: 'checkbox',
  radio: 'choice',
  choice: 'choice',
  signature: 'signature'
};

function given({ existing, box, label, required, options }: FieldOffer, party: string, id: string): Field {
  return {
    id,
    party,
    kind: GIVEN[existing.type],
    box,
    label: line(label, 200),
    required: required || existing.type === 'signature',
    ...(options.length === 0 ? {} : { options }),
    existing
  };
}

/** Fields of the uploaded form given to a party; those that another party has change hands. */
export function withGiven(
  content: DraftContent,
  offers: readonly FieldOffer[],
  party: string,
  newId: () => string
): DraftContent {
  const names = new Set(offers.map(({ existing }) => existing.name));
  const fields = content.fields.map((field) =>
    field.existing !== undefined && names.delete(field.existing.name) ? { ...field, party } : field
  );
  const fresh = offers.filter(({ existing }) => names.has(existing.name));
  return { ...content, fields: [...fields, ...fresh.map((offer) => given(offer, party, newId()))] };
}

export function withoutGiven(content: DraftContent, names: readonly string[]): DraftContent {
  return {
    ...content,
    fields: content.fields.filter(({ existing }) => existing === undefined || !names.includes(existing.name))
  };
}

/** Fields as another file takes them: inside its pages; those of the old form only where it has them too. */
export function onFile(fields: readonly Field[], summary: Pick<PdfSummary, 'pages' | 'fields'>): Field[] {
  return fields.flatMap((field): Field[] => {
    const { existing } = field;
    if (existing !== undefined) {
      const offer = summary.fields.find(({ name }) => name === existing.name)?.offer;
      return offer?.existing.type === existing.type
        ? [{ ...given(offer, field.party, field.id), label: field.label, required: field.required }]
        : [];
    }
    const page = summary.pages[field.box.page - 1];
    return page === undefined ? [] : [{ ...field, box: inside(field.box, page) }];
  });
}

/** Reading order: page, then from top to bottom, then from left to right. */
export function readingOrder(fields: readonly Field[]): Field[] {
  // Fields that stand in one line are seldom aligned to the point.
  const row = (box: Box) => Math.floor(box.y / 12);
  return [...fields].sort(({ box: a }, { box: b }) => a.page - b.page || row(a) - row(b) || a.x - b.x);
}

/** As it is frozen: no blanks around, no empty addresses, phone numbers as E.164. */
export function tidied(content: DraftContent): DraftContent {
  const parties = content.parties.map(({ email, phone, ...party }): PartyDraft => {
    const mail = (email ?? '').trim();
    const number = normalPhone(phone ?? '');
    return {
      ...party,
      name: party.name.trim(),
      organisation: party.organisation.trim(),
      ...(mail === '' ? {} : { email: mail }),
      ...(number === null ? {} : { phone: number })
    };
  });
  const { counterparty, number, date, amount } = content.data;
  return {
    ...content,
    title: content.title.trim(),
    data: { counterparty: counterparty.trim(), number: number.trim(), date, amount },
    parties
  };
}

/** A copy that the store may keep and the server be sent. */
export function payloadOf(content: DraftContent): DraftPayload {
  return {
    ...content,
    data: { ...content.data },
    parties: content.parties.map((party) => ({ ...party })),
    fields: content.fields.map(({ options, box, ...field }) => ({
      ...field,
      box: { ...box },
      ...(options === undefined ? {} : { options: [...options] })
    })),
    template:
      content.template === null ? null : { ...content.template, values: { ...content.template.values } }
  };
}
