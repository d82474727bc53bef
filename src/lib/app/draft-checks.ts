/** What stands between a draft and Send, in codes; the editor has the sentences. */
import type { Field } from '../domain/field.ts';
import { MAIL_PATTERN, normalPhone, type PartyDraft } from '../domain/party.ts';
import type { Notice, PdfSummary } from '../work/protocol.ts';
import { inOrder, type DraftContent, type PageSize } from './draft-content.ts';

export type DraftProblemCode =
  | 'no-document'
  | 'template-incomplete'
  | 'too-large'
  | 'already-prepared'
  | 'title'
  | 'counterparty'
  | 'date'
  | 'party-name'
  | 'party-email'
  | 'party-phone'
  | 'party-no-signature'
  | 'no-copy'
  | 'same-address'
  | 'field-outside'
  | 'field-overlap'
  | 'field-over-form'
  | 'choice-options'
  | 'signed-signatures-only'
  | 'signed-already'
  | 'insecure'
  | `notice-${Exclude<Notice, 'encrypted'>}`;

export interface DraftProblem {
  readonly code: DraftProblemCode;
  /** `block`: cannot be sent like this. `warn`: worth a look, Send stays possible. */
  readonly level: 'block' | 'warn';
  /** Where to go to put it right. */
  readonly step: 'document' | 'people' | 'fields';
  /** Party or field it is about. */
  readonly id?: string;
  /** Number for the sentence: signatures, page. */
  readonly count?: number;
}

export interface DraftFacts {
  readonly content: DraftContent;
  /** Bytes of the document, null while there is none. */
  readonly size: number | null;
  readonly pages: readonly PageSize[];
  readonly summary: PdfSummary | null;
  /** Places of the template's form that are still empty. */
  readonly missing: number;
  /** https or localhost: keys can be made (`contracts.md`, "Commands"). */
  readonly secure: boolean;
}

/** What the server takes (`security.md` P1). */
export const LARGEST = 50 * 1024 * 1024;
/** Points two boxes may share before it is called overlapping. */
const TOUCH = 1;
const OURS = /^cs-[A-Z]{1,2}-/;

const problem = (
  code: DraftProblemCode,
  level: DraftProblem['level'],
  step: DraftProblem['step'],
  more: Pick<DraftProblem, 'id' | 'count'> = {}
): DraftProblem => ({ code, level, step, ...more });

/** All that is to be said before sending, first what blocks. */
export function checkDraft(facts: DraftFacts): DraftProblem[] {
  const problems = [
    ...checkDocument(facts),
    ...checkPeople(facts.content),
    ...checkFields(facts),
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
    if (taken.some((box) => overlap(box, field.box))) yield problem('field-over-form', 'warn', 'fields', at);
    if (field.kind === 'choice' && (field.options ?? []).filter((option) => option.trim() !== '').length < 2)
      yield problem('choice-options', 'block', 'fields', at);
  }
}

function* checkFile({ content, summary }: DraftFacts): Generator<DraftProblem> {
  if (summary === null) return;
  if (summary.fields.some(({ name }) => OURS.test(name)))
    yield problem('already-prepared', 'block', 'document');
  if (summary.signatures > 0) {
    yield problem('signed-already', 'warn', 'document', { count: summary.signatures });
    if (content.fields.some(({ kind }) => kind !== 'signature'))
      yield problem('signed-signatures-only', 'block', 'fields');
  }
  for (const notice of summary.notices)
    if (notice !== 'encrypted') yield problem(`notice-${notice}`, 'warn', 'document');
}
