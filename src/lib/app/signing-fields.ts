import { tickOf, VALUE_KINDS, type Field } from '../domain/field.ts';
import type { Mark, Picture } from '../sign/layout.ts';

/** A field of the party whose turn it is; after freeze it has its PDF name. */
export type OwnField = Field & { readonly name: string };

/** What stands in the party's fields so far, by field name. Pictures of stamps are apart from signatures. */
export interface Filled {
  readonly values: Readonly<Record<string, string>>;
  readonly marks: Readonly<Record<string, Mark>>;
  readonly stamps: Readonly<Record<string, Picture>>;
}

/** Rows nearer than this (points) read as one line. */
const SAME_LINE = 6;

/** The party's own fields in reading order: page, then line, then from the left. */
export function ownFields(fields: readonly Field[], party: string): OwnField[] {
  return fields
    .filter((field): field is OwnField => field.party === party && field.name !== undefined)
    .sort((a, b) => {
      if (a.box.page !== b.box.page) return a.box.page - b.box.page;
      const lines = a.box.y + a.box.h - (b.box.y + b.box.h);
      return Math.abs(lines) > SAME_LINE ? lines : a.box.x - b.box.x;
    });
}

/**
 * Offers that spare typing: today in date fields, and what the form's author put into its fields. `today` is
 * `YYYY-MM-DD` of the device's day.
 */
export function offeredValues(fields: readonly OwnField[], today: string): Record<string, string> {
  const offers = fields.flatMap((field): [string, string][] => {
    if (field.existing?.value !== undefined) return [[field.name, field.existing.value]];
    return field.kind === 'date' ? [[field.name, today]] : [];
  });
  return Object.fromEntries(offers);
}

/** Checkboxes that are one question, the field itself among them. */
function groupOf(fields: readonly OwnField[], field: OwnField): readonly OwnField[] {
  return field.group === undefined ? [field] : fields.filter(({ group }) => group === field.group);
}

/** The values after one field was filled: of a question's checkboxes only one is ticked. */
export function filledWith(
  fields: readonly OwnField[],
  values: Filled['values'],
  name: string,
  value: string
): Record<string, string> {
  const field = fields.find((own) => own.name === name);
  const others = field === undefined || value === '' ? [] : groupOf(fields, field);
  return { ...values, ...Object.fromEntries(others.map((other) => [other.name, ''])), [name]: value };
}

/** The other state of a checkbox. */
export function toggled(field: OwnField, value: string | undefined): string {
  return (value ?? '') === '' ? tickOf(field) : '';
}

/** The day on the device at a moment (UTC milliseconds) as `YYYY-MM-DD`. */
export function localDay(ms: number): string {
  const date = new Date(ms);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

export function isFilled(field: OwnField, filled: Filled): boolean {
  switch (field.kind) {
    case 'signature':
    case 'initials':
      return filled.marks[field.name] !== undefined;
    case 'stamp':
      return filled.stamps[field.name] !== undefined;
    default:
      return (filled.values[field.name] ?? '').trim() !== '';
  }
}

/** Signatures are always needed: without one the party has not signed anything a reader could see. */
export function isNeeded(field: OwnField): boolean {
  return field.required || field.kind === 'signature';
}

export type Trouble = 'date' | 'number' | 'choice' | 'too-long';

const NUMBER = /^[-+]?\d[\d\s.,'\u00a0\u202f]*$/;
const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;

/** Why a value cannot stand in its field, or null. Empty ones are `isNeeded`'s matter. */
export function troubleOf(field: OwnField, value: string): Trouble | null {
  if (value.trim() === '') return null;
  if (field.kind === 'number') return NUMBER.test(value.trim()) ? null : 'number';
  if (field.existing?.maxLength !== undefined && [...value.trim()].length > field.existing.maxLength)
    return 'too-long';
  if (field.kind === 'choice')
    return field.existing?.editable === true || field.options?.includes(value) ? null : 'choice';
  if (field.kind !== 'date') return null;
  const parts = DAY.exec(value);
  if (parts === null) return 'date';
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? null : 'date';
}

/** Whether a needed answer is missing: the field's own, or that of the question it belongs to. */
export function isMissing(fields: readonly OwnField[], field: OwnField, filled: Filled): boolean {
  const group = groupOf(fields, field);
  return group.some(isNeeded) && !group.some((one) => isFilled(one, filled));
}

/** What must be answered: fields, and of a question's checkboxes the first. */
export function neededFields(fields: readonly OwnField[]): OwnField[] {
  return fields.filter((field) => {
    const group = groupOf(fields, field);
    return group[0] === field && group.some(isNeeded);
  });
}

/** Needed answers that are missing and fields whose value cannot stand, in reading order. */
export function openFields(fields: readonly OwnField[], filled: Filled): OwnField[] {
  return fields.filter(
    (field) =>
      (groupOf(fields, field)[0] === field && isMissing(fields, field, filled)) ||
      troubleOf(field, filled.values[field.name] ?? '') !== null
  );
}

/** The next open field after `name` (round the end to the first), or null when none is open. */
export function nextOpen(fields: readonly OwnField[], filled: Filled, name: string | null): OwnField | null {
  const open = openFields(fields, filled);
  const at = fields.findIndex((field) => field.name === name);
  return open.find((field) => fields.indexOf(field) > at) ?? open[0] ?? null;
}

/** Values of the party's own typed fields, trimmed, blank ones as empty text (`evidence.values`). */
export function ownValues(fields: readonly OwnField[], values: Filled['values']): Record<string, string> {
  return Object.fromEntries(
    fields
      .filter((field) => VALUE_KINDS.includes(field.kind))
      .map((field) => [field.name, (values[field.name] ?? '').trim()])
  );
}
