import { describe, expect, test } from 'vitest';
import { type Finding, finding } from './finding.ts';
import { judgeChanges } from './policy.ts';
import { readPdfDate } from './pdf-date.ts';
import type { SignatureReport } from './report.ts';
import { type FieldLock, locks } from './signatures.ts';
import { fileVerdict, signatureVerdict } from './verdict.ts';

const value = finding('field-value', 'form', '5 0 R', '', { field: 'a.b' });
const stamp = finding('new-timestamp', 'lta', '6 0 R', '', { field: 'time' });
const note = finding('new-annotation', 'annotations', '7 0 R', '', {
  page: 1,
  placed: { what: 'annotation', page: 1, rect: [0, 0, 1, 1], num: 7 }
});
const page = finding('page-content', 'disallowed', '8 0 R', '', { page: 1 });

const judge = (found: Finding[], docMdp: 1 | 2 | 3 | null, lock: FieldLock[] = [], covers = false) => {
  const { level, permitted } = judgeChanges({ docMdp, locks: lock }, 0, [[], found], () => covers);
  return `${level}${permitted ? '' : ' forbidden'}`;
};

describe('what a signature permits (ISO 32000-2 §12.8.2.2)', () => {
  test.each([
    [1, 'none', 'lta', 'form forbidden', 'annotations forbidden', 'disallowed forbidden'],
    [2, 'none', 'lta', 'form', 'annotations forbidden', 'disallowed forbidden'],
    [3, 'none', 'lta', 'form', 'annotations', 'disallowed forbidden'],
    [null, 'none', 'lta', 'form', 'annotations forbidden', 'disallowed forbidden']
  ] as const)('P=%s', (docMdp, ...wanted) => {
    expect([[], [stamp], [value], [note], [page]].map((found) => judge(found, docMdp))).toEqual(wanted);
  });

  test('the worst change counts, and only those after the signature', () => {
    expect(judge([stamp, value, page], 2)).toBe('disallowed forbidden');
    expect(judgeChanges({ docMdp: 2, locks: [] }, 1, [[], [page]], () => false).level).toBe('none');
  });

  test('a comment that covers something is disallowed even under P=3', () => {
    expect(judge([note], 3, [], true)).toBe('disallowed forbidden');
  });

  test('locked fields: All, Include with the fields below a name, Exclude', () => {
    expect(judge([value], 2, [{ action: 'All', fields: [] }])).toBe('disallowed forbidden');
    expect(judge([value], 2, [{ action: 'Include', fields: ['a'] }])).toBe('disallowed forbidden');
    expect(judge([value], 2, [{ action: 'Include', fields: ['a.bc'] }])).toBe('form');
    expect(judge([value], 2, [{ action: 'Exclude', fields: ['a.b'] }])).toBe('form');
    expect(judge([value], 2, [{ action: 'Exclude', fields: ['x'] }])).toBe('disallowed forbidden');
    expect(locks({ action: 'Include', fields: ['a'] }, 'ab')).toBe(false);
  });
});

describe('verdicts, worst first (contracts.md)', () => {
  const signature = (
    integrity: SignatureReport['integrity'],
    coverage: SignatureReport['coverage'],
    level: SignatureReport['changes']['level'],
    permitted = true
  ) => ({ integrity, coverage, changes: { level, permitted, items: [] } });

  test.each([
    [signature('broken', 'invalid', 'disallowed', false), 'broken'],
    [signature('malformed', 'file', 'none'), 'broken'],
    [signature('intact', 'partial', 'none'), 'changed'],
    [signature('intact', 'invalid', 'none'), 'changed'],
    [signature('intact', 'file', 'disallowed', false), 'changed'],
    [signature('intact', 'file', 'unknown', false), 'changed'],
    [signature('intact', 'revision', 'form', false), 'changed'],
    [signature('unsupported', 'file', 'none'), 'unknown'],
    [signature('unsupported', 'revision', 'disallowed', false), 'changed'],
    [signature('intact', 'revision', 'form'), 'changed-as-permitted'],
    [signature('intact', 'revision', 'lta'), 'unchanged'],
    [signature('intact', 'file', 'none'), 'unchanged']
  ] as const)('%o is %s', (one, verdict) => {
    expect(signatureVerdict(one)).toBe(verdict);
  });

  test('the file is as bad as its worst signature, and changed when it was tampered with', () => {
    const full = (part: ReturnType<typeof signature>): SignatureReport => part as unknown as SignatureReport;
    const fine = full(signature('intact', 'file', 'none'));
    const filled = full(signature('intact', 'revision', 'form'));
    expect(fileVerdict([], true)).toBe('unsigned');
    expect(fileVerdict([fine, filled], false)).toBe('changed-as-permitted');
    expect(fileVerdict([fine], true)).toBe('changed');
    expect(fileVerdict([fine, full(signature('broken', 'file', 'none'))], true)).toBe('broken');
  });
});

test.each([
  ["D:20260601120000+02'00'", '2026-06-01T10:00:00.000Z'],
  ["D:20260601120000-05'30", '2026-06-01T17:30:00.000Z'],
  ['D:20260601120000Z', '2026-06-01T12:00:00.000Z'],
  ['D:2026', '2026-01-01T00:00:00.000Z'],
  ['D:20261301', null],
  ['yesterday', null]
])('the PDF date %s is %s', (text, iso) => {
  expect(readPdfDate(text)).toBe(iso);
});
