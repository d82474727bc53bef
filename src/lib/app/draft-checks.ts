/** What stands between a draft and Send, in codes; the editor has the sentences. */
import type { Field } from '../domain/field.ts';
import { MAIL_PATTERN, normalPhone, type PartyDraft } from '../domain/party.ts';
import type { NoticeCode, PdfSummary } from '../work/protocol.ts';
import { inOrder, type DraftContent, type PageSize } from './draft-content.ts';
import { textsOf, type KnownText } from './draft-texts.svelte.ts';

export type DraftProblemCode =
  | 'no-document'
  | 'template-incomplete'
  | 'too-large'
  | 'title'
  | 'counterparty'
  | 'date'
  | 'party-name'
  | 'party-email'
  | 'party-phone'
  | 'party-no-signature'
  | KnownText['code']
  | 'no-copy'
  | 'same-address'
  | 'field-outside'
  | 'field-overlap'
  | 'field-over-form'
  | 'choice-options'
  | 'group-single'
  | 'form-first-only'
  | 'form-second-signature'
  | 'form-left'
  | 'form-xfa'
  | 'signed-signatures-only'
  | 'signed-second-signature'
  | 'signed-certified'
  | 'signed-locked'
  | 'signed-invisible'
  | 'signed-already'
  | 'insecure'
  | `notice-${Exclude<NoticeCode, 'encrypted'>}`;

export interface DraftProblem {
  readonly code: DraftProblemCode;
  /** `block`: cannot be sent like this. `warn`: worth a look, Send stays possible. */
  readonly level: 'block' | 'warn';
  /** Where to go to put it right. */
  readonly step: 'document' | 'people' | 'fields';
  /** Party or field it is about. */
  readonly id?: string;
  /** Number for the sentence: signatures, page, fields. */
  readonly count?: number;
  /** Names for the sentence: fonts, attached files, the character that cannot be written. */
  readonly names?: readonly string[];
}

export interface DraftFacts {
  readonly content: DraftContent;
  /** Bytes of the document, null while there is none. */
  readonly size: number | null;
  readonly pages: readonly PageSize[];
  readonly summary: PdfSummary | null;
  /** Places of the template's form that are still empty. */
  readonly missing: number;
  /** The character of a text that our fonts cannot write, null when none is known. */
  obstacle(text: KnownText): string | null;
  /** https or localhost: keys can be made (`contracts.md`, "Commands"). */
  readonly secure: boolean;
}

/** What the server takes (`security.md` P1). */
export const LARGEST = 50 * 1024 * 1024;
/** Points two boxes may share before it is called overlapping. */
const TOUCH = 1;

const problem = (
  code: DraftProblemCode,
  level: DraftProblem['level'],
  step: DraftProblem['step'],
  more: Pick<DraftProblem, 'id' | 'count' | 'names'> = {}
): DraftProblem => ({ code, level, step, ...more });

/** All that is to be said before sending, first what blocks. */
export function checkDraft(facts: DraftFacts): DraftProblem[] {
  const problems = [
    ...checkDocument(facts),
    ...checkPeople(facts.content),
    ...checkFields(facts),
    ...checkTexts(facts),
    ...checkForm(facts),
    ...checkSigned(facts),
    ...checkFile(facts)
  ];
  return [
    ...problems.filter(({ level }) => level === 'block'),
    ...problems.filter(({ level }) => level === 'warn')
  ];
}

function* checkDocument({ content, size, missing, secure }: DraftFacts): Generator<DraftProblem> {
  if (!secure) yield problem('insecure', 'block', 'document');
  if (missing > 0) yield problem('template-incomplete', 'block', 'document', { count: missing });
  else if (content.original === null) yield problem('no-document', 'block', 'document');
  if (size !== null && size > LARGEST) yield problem('too-large', 'block', 'document');
  if (content.title.trim() === '') yield problem('title', 'block', 'document');
  if (content.data.counterparty.trim() === '') yield problem('counterparty', 'block', 'document');
  if (!/^\d{4}-\d{2}-\d{2}$/.test(content.data.date)) yield problem('date', 'block', 'document');
}

/** The address that a party is reached at, in one form, or null. */
function addressOf(party: PartyDraft): string | null {
  if (party.channel === 'sms') return normalPhone(party.phone ?? '');
  return party.channel === 'email' ? (party.email ?? '').trim().toLowerCase() || null : null;
}

function* checkPeople({ parties, fields }: DraftContent): Generator<DraftProblem> {
  const seen = new Map<string, string>();
  for (const party of inOrder(parties)) {
    const at = { id: party.id };
    if (party.name.trim() === '') yield problem('party-name', 'block', 'people', at);
    const email = (party.email ?? '').trim();
    const phone = (party.phone ?? '').trim();
    if (party.channel === 'email' ? !MAIL_PATTERN.test(email) : email !== '' && !MAIL_PATTERN.test(email))
      yield problem('party-email', 'block', 'people', at);
    if (party.channel === 'sms' ? normalPhone(phone) === null : phone !== '' && normalPhone(phone) === null)
      yield problem('party-phone', 'block', 'people', at);
    if (party.channel === 'hand' && party.member === null && email === '' && phone === '')
      yield problem('no-copy', 'warn', 'people', at);
    if (
      party.kind !== 'viewer' &&
      !fields.some(({ party: id, kind }) => id === party.id && kind === 'signature')
    )
      yield problem('party-no-signature', 'block', 'fields', at);
    const address = addressOf(party);
    if (address !== null && seen.has(address)) yield problem('same-address', 'warn', 'people', at);
    if (address !== null) seen.set(address, party.id);
  }
}

interface Rectangle {
  readonly page: number;
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** Whether two boxes share more than a border. */
export function overlap(a: Rectangle, b: Rectangle): boolean {
  const across = Math.min(a.x + a.w, b.x + b.w) - Math.max(a.x, b.x);
  const down = Math.min(a.y + a.h, b.y + b.h) - Math.max(a.y, b.y);
  return a.page === b.page && across > TOUCH && down > TOUCH;
}

function outside({ box }: Field, pages: readonly PageSize[]): boolean {
  const page = pages[box.page - 1];
  if (page === undefined) return pages.length > 0;
  const slack = 0.01;
  return (
    box.x < -slack ||
    box.y < -slack ||
    box.x + box.w > page.width + slack ||
    box.y + box.h > page.height + slack
  );
}

function* checkFields({ content, pages, summary }: DraftFacts): Generator<DraftProblem> {
  const taken = summary?.fields.flatMap(({ box }) => (box === null ? [] : [box])) ?? [];
  for (const [index, field] of content.fields.entries()) {
    const at = { id: field.id, count: field.box.page };
    if (outside(field, pages)) yield problem('field-outside', 'block', 'fields', at);
    // A stamp over a signature is how paper is stamped; over anything else it hides something.
    const former = content.fields
      .slice(0, index)
      .find((other) => overlap(other.box, field.box) && ![other.kind, field.kind].includes('stamp'));
    if (former !== undefined) yield problem('field-overlap', 'block', 'fields', at);
    if (field.existing !== undefined) continue;
    if (taken.some((box) => overlap(box, field.box))) yield problem('field-over-form', 'warn', 'fields', at);
    const alone = ({ id, group }: Field) => id !== field.id && group === field.group;
    if (field.group !== undefined && !content.fields.some(alone))
      yield problem('group-single', 'block', 'fields', at);
    if (field.kind === 'choice' && (field.options ?? []).filter((option) => option.trim() !== '').length < 2)
      yield problem('choice-options', 'block', 'fields', at);
  }
}

/** A name need not be typed and a value may be written anew; an option that cannot be written must not be chosen. */
function* checkTexts({ content, obstacle }: DraftFacts): Generator<DraftProblem> {
  const told = new Set<string>();
  for (const text of textsOf(content)) {
    const character = obstacle(text);
    if (character === null || told.has(text.id)) continue;
    told.add(text.id);
    const page = content.fields.find(({ id }) => id === text.id)?.box.page;
    yield problem(
      text.code,
      text.code === 'option-unwritable' ? 'block' : 'warn',
      page === undefined ? 'people' : 'fields',
      { id: text.id, names: [character], ...(page === undefined ? {} : { count: page }) }
    );
  }
}

/** What the form of the file says about who may have which of its fields (`sign/existing.ts`). */
function* checkForm({ content, summary }: DraftFacts): Generator<DraftProblem> {
  if (summary === null) return;
  const given = content.fields.filter(({ existing }) => existing !== undefined);
  const first = inOrder(content.parties).find(({ kind }) => kind !== 'viewer');
  const signing = new Set<string>();
  for (const field of given) {
    const at = { id: field.id, count: field.box.page };
    const offer = summary.fields.find(({ name }) => name === field.existing?.name)?.offer;
    if (offer?.firstOnly === true && field.party !== first?.id)
      yield problem('form-first-only', 'block', 'fields', at);
    if (field.kind === 'signature' && signing.has(field.party))
      yield problem('form-second-signature', 'block', 'fields', at);
    if (field.kind === 'signature') signing.add(field.party);
  }
  const xfa = summary.notices.some(({ code }) => code === 'xfa');
  if (xfa && given.length > 0) yield problem('form-xfa', 'block', 'document');
  const names = new Set(given.map(({ existing }) => existing?.name));
  const left = summary.fields.filter(({ offer, name }) => offer !== null && !names.has(name)).length;
  if (left > 0) yield problem('form-left', 'warn', 'fields', { count: left });
}

/** What signatures of the file leave open (`contracts.md`, "An uploaded file that is already signed"). */
function* checkSigned({ content, summary }: DraftFacts): Generator<DraftProblem> {
  if (summary === null || summary.signatures === 0) return;
  yield problem('signed-already', 'warn', 'document', { count: summary.signatures });
  if (summary.certified === 1) {
    yield problem('signed-certified', 'block', 'document');
    return;
  }
  if (content.fields.some(({ kind }) => kind !== 'signature'))
    yield problem('signed-signatures-only', 'block', 'fields');
  const signatures = content.fields.filter(({ kind }) => kind === 'signature');
  const parties = new Set<string>();
  for (const field of signatures) {
    const at = { id: field.id, count: field.box.page };
    // What shows a mark a second time would be a change that no signature of the file allows.
    if (parties.has(field.party)) yield problem('signed-second-signature', 'block', 'fields', at);
    parties.add(field.party);
    if (field.existing !== undefined) continue;
    if (summary.closed) yield problem('signed-locked', 'block', 'fields', at);
    else if (summary.certified !== null) yield problem('signed-invisible', 'warn', 'fields', at);
  }
}

function* checkFile({ summary }: DraftFacts): Generator<DraftProblem> {
  for (const { code, names } of summary?.notices ?? [])
    if (code !== 'encrypted') yield problem(`notice-${code}`, 'warn', 'document', { names });
}
