/** A draft that is written from a text template: its values, and what follows from them elsewhere. */
import type { Field } from '../domain/field.ts';
import type { PartyDraft } from '../domain/party.ts';
import { fieldsFromPlaces, type LaidPlace } from '../templates/places.ts';
import type { MergeField, TemplateValues, TextTemplate } from '../templates/template.ts';
import { line, type DraftContent } from './draft-content.ts';

export function mergeFields(template: TextTemplate): MergeField[] {
  return template.groups.flatMap(({ fields }) => fields);
}

/** An empty form: choices on their first option, one empty row, today's date where the contract is dated. */
export function emptyValues(template: TextTemplate, today: string, companyName: string): TemplateValues {
  const values: Record<string, TemplateValues[string]> = {};
  for (const field of mergeFields(template)) {
    if (field.type === 'table')
      values[field.name] = [Object.fromEntries(field.columns.map(({ name }) => [name, '']))];
    else if (field.type === 'choice') values[field.name] = field.options[0] ?? '';
    else values[field.name] = '';
  }
  if ('date' in values) values['date'] = today;
  if ('companyName' in values) values['companyName'] = companyName;
  if ('days' in values) values['days'] = '14';
  return values;
}

export function valuesOf(content: DraftContent): TemplateValues {
  return (content.template?.values ?? {}) as TemplateValues;
}

/** Names of required fields that are still empty: the layout waits for them. */
export function missingValues(template: TextTemplate, values: TemplateValues): string[] {
  return mergeFields(template).flatMap((field) => {
    const value = values[field.name];
    if (field.type === 'table') {
      const rows = Array.isArray(value) ? (value as readonly Readonly<Record<string, string>>[]) : [];
      const whole = rows.filter((row) => field.columns.every(({ name }) => (row[name] ?? '').trim() !== ''));
      return whole.length >= Math.max(field.minRows, rows.length) ? [] : [field.name];
    }
    return field.required && (typeof value !== 'string' || value.trim() === '') ? [field.name] : [];
  });
}

const text = (values: TemplateValues, name: string): string => {
  const value = values[name];
  return typeof value === 'string' ? value : '';
};

/** `former` → `next` where a person has not written something else there. */
const follow = (present: string, former: string, next: string): string =>
  present === '' || present === former ? line(next, 120) : present;

/** New values, and what the board and the people step take from them. */
export function withValues(
  content: DraftContent,
  template: TextTemplate,
  values: TemplateValues
): DraftContent {
  const former = valuesOf(content);
  const said = (name: string): [string, string] => [text(former, name), text(values, name)];
  const parties = content.parties.map((party): PartyDraft => {
    if (party.member !== null) return party;
    if (party.kind === 'company')
      return {
        ...party,
        name: follow(party.name, ...said('director')),
        organisation: follow(party.organisation, ...said('companyName'))
      };
    return party.kind === 'client' ? { ...party, name: follow(party.name, ...said('counterparty')) } : party;
  });
  return {
    ...content,
    title: line(`${template.title} No. ${text(values, 'number')}`.replace(/ No\. $/, ''), 120),
    data: {
      ...content.data,
      counterparty: line(text(values, 'counterparty'), 120),
      number: line(text(values, 'number'), 60),
      date: text(values, 'date')
    },
    parties,
    template: { id: template.id, version: template.version, values: { ...values } }
  };
}

/** An id that is the same each time for the same place, so that a new layout moves fields, not doubles them. */
export function placeId(name: string): string {
  let a = 0x811c9dc5;
  let b = 0x01000193;
  for (let i = 0; i < name.length; i++) {
    a = Math.imul(a ^ name.charCodeAt(i), 0x01000193) >>> 0;
    b = Math.imul(b ^ a, 0x85ebca6b) >>> 0;
  }
  return `t${a.toString(36).padStart(7, '0')}${b.toString(36).padStart(7, '0')}`;
}

/** The template's own fields at their laid places, and those that a person added. */
export function withPlaces(content: DraftContent, places: readonly LaidPlace[]): DraftContent {
  const partyOf = (kind: 'company' | 'client') =>
    content.parties.find((party) => party.kind === kind)?.id ?? '';
  const parties = { company: partyOf('company'), client: partyOf('client') };
  const laid = places.flatMap((place): Field[] =>
    fieldsFromPlaces([place], parties, () => placeId(place.name))
  );
  const own = new Set(laid.map(({ id }) => id));
  const added = content.fields.filter(({ id }) => !own.has(id) && !id.startsWith('t'));
  return { ...content, fields: [...laid, ...added] };
}
