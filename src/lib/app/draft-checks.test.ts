import { describe, expect, test } from 'vitest';
import type { FieldSummary, PdfSummary } from '../work/protocol.ts';
import { ME, summaryOf } from '../../../tests/vectors/draft-desk.ts';
import type { Field } from '../domain/field.ts';
import { checkDraft, overlap, type DraftFacts } from './draft-checks.ts';
import { emptyContent, withGiven, withParty, type DraftContent, type FieldOffer } from './draft-content.ts';

let ids = 0;
const newId = () => `i${String(++ids).padStart(14, '0')}`;

function field(party: string, kind: Field['kind'], x: number, y: number, more: Partial<Field> = {}): Field {
  return {
    id: newId(),
    party,
    kind,
    box: { page: 1, x, y, w: 100, h: 40 },
    label: kind,
    required: true,
    ...more
  };
}

/** A field of the file's own form, offered as text unless it says otherwise. */
function entry(
  name: string,
  more: Partial<FieldSummary> = {},
  offer: Partial<FieldOffer> = {}
): FieldSummary {
  const box = { page: 2, x: 20, y: 20, w: 80, h: 20 };
  return {
    name,
    kind: 'text',
    box: null,
    filled: false,
    offer: {
      existing: { name, type: 'text' },
      box,
      label: name,
      required: false,
      options: [],
      firstOnly: false,
      ...offer
    },
    refusal: null,
    ...more
  };
}

/** A draft that may be sent. */
function whole(): DraftContent {
  let content = emptyContent(ME, newId, '2026-05-03');
  const [company, client] = content.parties.map(({ id }) => id) as [string, string];
  content = withParty(content, company, { name: 'Ann', email: 'ann@company.example' });
  content = withParty(content, client, { name: 'Bob', phone: '+48 600 100 200' });
  return {
    ...content,
    title: 'Contract',
    data: { ...content.data, counterparty: 'Client Ltd' },
    original: 'a'.repeat(64),
    fields: [field(company, 'signature', 50, 700), field(client, 'signature', 300, 700)]
  };
}

function codes(change: (content: DraftContent) => DraftContent = (c) => c, facts: Partial<DraftFacts> = {}) {
  const summary = facts.summary ?? summaryOf();
  return checkDraft({
    content: change(whole()),
    size: summary.size,
    pages: summary.pages,
    summary,
    missing: 0,
    obstacle: () => null,
    secure: true,
    ...facts
  }).map(({ code, level }) => `${level} ${code}`);
}

const party = (index: number, change: Parameters<typeof withParty>[2]) => (content: DraftContent) =>
  withParty(content, content.parties[index]?.id ?? '', change);

test('a whole draft has nothing against it', () => {
  expect(codes()).toEqual([]);
});

test('each party needs a signature field', () => {
  expect(codes((content) => ({ ...content, fields: content.fields.slice(0, 1) }))).toEqual([
    'block party-no-signature'
  ]);
});

test('what cannot be written is named: a name and a value as a warning, an option stops it', () => {
  const emoji = { obstacle: ({ text }: { text: string }) => (text.includes('😀') ? '😀' : null) };
  expect(codes(party(1, { name: 'Bob 😀' }), emoji)).toEqual(['warn party-name-unwritable']);
  expect(codes(party(1, { name: 'Bob' }), emoji)).toEqual([]);
  const withField = (kind: Field['kind'], more: Partial<Field>) => (content: DraftContent) => ({
    ...content,
    fields: [...content.fields, field(content.parties[0]?.id ?? '', kind, 50, 300, more)]
  });
  expect(codes(withField('choice', { options: ['yes', 'no 😀', '😀'] }), emoji)).toEqual([
    'block option-unwritable'
  ]);
  const existing = { name: 'a', type: 'text', value: '😀' } as const;
  const summary = summaryOf({ fields: [entry('a')] });
  expect(codes(withField('text', { existing }), { ...emoji, summary })).toEqual(['warn value-unwritable']);
});

test('a viewer needs none', () => {
  expect(
    codes((content) => ({ ...party(1, { kind: 'viewer' })(content), fields: content.fields.slice(0, 1) }))
  ).toEqual([]);
});

test('names and addresses must be there and look right', () => {
  expect(codes(party(0, { name: ' ' }))).toEqual(['block party-name']);
  expect(codes(party(0, { email: 'ann@company' }))).toEqual(['block party-email']);
  expect(codes(party(1, { phone: '600 100 200' }))).toEqual(['block party-phone']);
});

test('an address that is not needed may be empty, but not wrong', () => {
  expect(codes(party(1, { email: '' }))).toEqual([]);
  expect(codes(party(1, { email: 'bob@' }))).toEqual(['block party-email']);
});

test('who signs on this device and gives no address is told that there is no copy', () => {
  expect(codes(party(1, { channel: 'hand', phone: '' }))).toEqual(['warn no-copy']);
});

test('two parties with one address are named, in any writing', () => {
  expect(codes(party(1, { channel: 'email', email: 'ANN@company.example ' }))).toEqual(['warn same-address']);
});

test('title, counterparty, date and document must be there', () => {
  expect(codes((content) => ({ ...content, title: '' }))).toEqual(['block title']);
  expect(codes((content) => ({ ...content, data: { ...content.data, counterparty: '' } }))).toEqual([
    'block counterparty'
  ]);
  expect(codes((content) => ({ ...content, data: { ...content.data, date: '' } }))).toEqual(['block date']);
  expect(codes((content) => ({ ...content, original: null }))).toEqual(['block no-document']);
  expect(codes((content) => content, { missing: 3 })).toEqual(['block template-incomplete']);
});

test('a field outside its page, or on a page that is not there, cannot be sent', () => {
  const moved = (x: number, page: number) => (content: DraftContent) => ({
    ...content,
    fields: content.fields.map((each, i) => (i === 0 ? { ...each, box: { ...each.box, x, page } } : each))
  });
  expect(codes(moved(500, 1))).toEqual(['block field-outside']);
  expect(codes(moved(50, 9))).toEqual(['block field-outside']);
});

test('fields over each other cannot be sent, but a stamp may lie over a signature', () => {
  const more = (kind: Field['kind']) => (content: DraftContent) => ({
    ...content,
    fields: [...content.fields, field(content.parties[0]?.id ?? '', kind, 100, 710)]
  });
  expect(codes(more('text'))).toEqual(['block field-overlap']);
  expect(codes(more('stamp'))).toEqual([]);
});

test('boxes that only touch do not overlap', () => {
  const a = { page: 1, x: 0, y: 0, w: 10, h: 10 };
  expect(overlap(a, { ...a, x: 10 })).toBe(false);
  expect(overlap(a, { ...a, x: 8 })).toBe(true);
  expect(overlap(a, { ...a, x: 8, page: 2 })).toBe(false);
});

test('a field over one of the file’s own is a warning', () => {
  const box = { page: 1, x: 60, y: 690, w: 200, h: 40 };
  const summary = summaryOf({ fields: [entry('a', { box, offer: null, refusal: 'read-only' })] });
  expect(codes((content) => content, { summary })).toEqual(['warn field-over-form']);
});

test('a choice needs two options', () => {
  const choice = (options: string[]) => (content: DraftContent) => ({
    ...content,
    fields: [...content.fields, field(content.parties[0]?.id ?? '', 'choice', 50, 100, { options })]
  });
  expect(codes(choice(['Yes', ' ']))).toEqual(['block choice-options']);
  expect(codes(choice(['Yes', 'No']))).toEqual([]);
});

test('what an uploaded file brings along is named', () => {
  const notices = (['javascript', 'launch', 'embedded-files', 'encrypted'] as const).map((code) => ({
    code,
    names: []
  }));
  const summary = summaryOf({ notices });
  expect(codes((content) => content, { summary })).toEqual([
    'warn notice-javascript',
    'warn notice-launch',
    'warn notice-embedded-files'
  ]);
});

test('a file that is signed already takes signature fields only', () => {
  const summary = summaryOf({ signatures: 1 });
  expect(codes((content) => content, { summary })).toEqual(['warn signed-already']);
  const text = (content: DraftContent) => ({
    ...content,
    fields: [...content.fields, field(content.parties[0]?.id ?? '', 'text', 50, 100)]
  });
  expect(codes(text, { summary })).toEqual(['block signed-signatures-only', 'warn signed-already']);
});

test('one too large, and a page without https cannot be sent; our own fields of before are no reason', () => {
  const ours = summaryOf({ fields: [entry('cs-A-sig-1', { offer: null, refusal: 'signed' })] });
  expect(codes((content) => content, { summary: ours })).toEqual([]);
  expect(codes((content) => content, { size: 51 * 1024 * 1024 })).toEqual(['block too-large']);
  expect(codes((content) => content, { secure: false })).toEqual(['block insecure']);
});

test('attached files and missing fonts are named', () => {
  const notices = [{ code: 'missing-fonts' as const, names: ['Arial', 'Garamond'] }];
  const summary = summaryOf({ notices });
  const content = whole();
  const problems = checkDraft({
    content,
    size: 1,
    pages: summary.pages,
    summary,
    missing: 0,
    obstacle: () => null,
    secure: true
  });
  expect(problems).toMatchObject([
    { code: 'notice-missing-fonts', level: 'warn', names: ['Arial', 'Garamond'] }
  ]);
});

test('a question needs two answers', () => {
  const answers =
    (...rows: number[]) =>
    (content: DraftContent) => ({
      ...content,
      fields: [
        ...content.fields,
        ...rows.map((y) => field(content.parties[0]?.id ?? '', 'checkbox', 50, y, { group: 'g' }))
      ]
    });
  expect(codes(answers(100))).toEqual(['block group-single']);
  expect(codes(answers(100, 200))).toEqual([]);
});

describe('fields of the form', () => {
  const give =
    (party: number, ...names: string[]) =>
    (content: DraftContent, summary: PdfSummary) => {
      const offers = summary.fields.flatMap(({ offer }) =>
        offer && names.includes(offer.existing.name) ? [offer] : []
      );
      return withGiven(content, offers, content.parties[party]?.id ?? '', newId);
    };
  const form = summaryOf({
    fields: [
      entry('name', {}, { firstOnly: false }),
      entry('plan', {}, { firstOnly: true, existing: { name: 'plan', type: 'radio' }, options: ['a', 'b'] }),
      entry('s1', {}, { existing: { name: 's1', type: 'signature' } }),
      entry('s2', {}, { existing: { name: 's2', type: 'signature' } })
    ].map((each, row) => ({
      ...each,
      offer: each.offer && { ...each.offer, box: { page: 1, x: 20, y: 20 + 40 * row, w: 80, h: 20 } }
    }))
  });
  const given = (summary: PdfSummary, ...changes: ReturnType<typeof give>[]) =>
    codes((content) => changes.reduce((former, change) => change(former, summary), content), { summary });

  test('what nobody was given is said', () => {
    expect(given(form)).toEqual(['warn form-left']);
    expect(given(form, give(1, 'name', 's1'), give(0, 'plan', 's2'))).toEqual([]);
  });

  test('several places are for who signs first', () => {
    expect(given(form, give(1, 'name', 's1', 'plan'), give(0, 's2'))).toEqual(['block form-first-only']);
  });

  test('one signature field of the form each', () => {
    expect(given(form, give(0, 'name', 'plan', 's1', 's2'))).toEqual(['block form-second-signature']);
  });

  test('an XFA form beside them must go first', () => {
    const xfa = { ...form, notices: [{ code: 'xfa' as const, names: [] }] };
    expect(given(xfa, give(1, 'name', 's1'), give(0, 'plan', 's2'))).toEqual([
      'block form-xfa',
      'warn notice-xfa'
    ]);
    expect(given(xfa)).toEqual(['warn form-left', 'warn notice-xfa']);
  });
});

describe('a file that is signed already', () => {
  const offers = (party: number) => (content: DraftContent) => ({
    ...content,
    fields: content.fields.map((each, index) =>
      index === party ? { ...each, existing: { name: 'Signature2', type: 'signature' as const } } : each
    )
  });
  const signed = (change: Partial<PdfSummary>) =>
    summaryOf({
      signatures: 1,
      fields: [entry('Signature2', {}, { existing: { name: 'Signature2', type: 'signature' } })],
      ...change
    });
  const told = ['warn form-left', 'warn signed-already'];

  test('an approval leaves room for new fields, a certification for those that nobody sees', () => {
    expect(codes((c) => c, { summary: signed({}) })).toEqual(told);
    const hidden = [...told, 'warn signed-invisible', 'warn signed-invisible'];
    expect(codes((c) => c, { summary: signed({ certified: 2 }) })).toEqual(hidden);
    expect(codes((c) => c, { summary: signed({ certified: 3 }) })).toEqual(hidden);
    expect(codes(offers(0), { summary: signed({ certified: 2 }) })).toEqual([
      'warn signed-already',
      'warn signed-invisible'
    ]);
  });

  test('a certification that allows nothing, and locks of everything, refuse', () => {
    expect(codes((c) => c, { summary: signed({ certified: 1 }) })).toEqual([
      'block signed-certified',
      ...told
    ]);
    expect(codes((c) => c, { summary: signed({ closed: true }) })).toEqual([
      'block signed-locked',
      'block signed-locked',
      ...told
    ]);
    expect(codes(offers(0), { summary: signed({ closed: true }) })).toEqual([
      'block signed-locked',
      'warn signed-already'
    ]);
  });

  test('a second place of one signature would be lost', () => {
    const twice = (content: DraftContent) => ({
      ...content,
      fields: [...content.fields, field(content.parties[0]?.id ?? '', 'signature', 50, 100)]
    });
    expect(codes(twice, { summary: signed({}) })).toEqual(['block signed-second-signature', ...told]);
  });
});
