import { TemplateError } from './error.ts';
import { formatHundredths, hundredths, product } from './money.ts';
import type {
  Block,
  Column,
  MergeField,
  PlaceSpec,
  TableRow,
  TemplateValues,
  TextTemplate
} from './template.ts';

/** A piece of text: `value` marks what came from the form, which is set apart from the sentence around it. */
export interface Span {
  readonly text: string;
  readonly value: boolean;
}

/** What the layout program draws: plain data, every number and sum computed already. */
export type Drawn =
  | { readonly draw: 'title' | 'paragraph'; readonly spans: readonly Span[] }
  | { readonly draw: 'heading' | 'clause'; readonly number: string; readonly spans: readonly Span[] }
  | {
      readonly draw: 'parties';
      readonly columns: readonly { readonly heading: string; readonly lines: readonly (readonly Span[])[] }[];
    }
  | {
      readonly draw: 'table';
      readonly header: readonly string[];
      readonly numeric: readonly boolean[];
      readonly rows: readonly (readonly string[])[];
      readonly total: { readonly label: string; readonly amount: string };
    }
  | {
      readonly draw: 'signatures';
      readonly columns: readonly {
        readonly party: string;
        readonly heading: string;
        readonly lines: readonly (readonly Span[])[];
        readonly places: readonly (PlaceSpec & { readonly name: string })[];
      }[];
    };

export interface Merged {
  readonly title: string;
  readonly language: string;
  /** `YYYY-MM-DD`: the document date in the file, so that the same values give the same bytes. */
  readonly date: string;
  readonly runningHead: readonly Span[];
  readonly drawn: readonly Drawn[];
  /** Sum of the priced table with its currency, empty when there is none. */
  readonly amount: string;
}

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const MONTHS = 'January February March April May June July August September October November December'.split(
  ' '
);
// eslint-disable-next-line no-control-regex -- controls and bidi overrides are what must not get in
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

function writeDate(value: string, field: MergeField): string {
  const match = DATE.exec(value);
  const month = MONTHS[Number(match?.[2] ?? 0) - 1];
  const day = Number(match?.[3] ?? 0);
  if (match === null || month === undefined || day < 1 || day > daysIn(Number(match[1]), Number(match[2])))
    throw new TemplateError('value-invalid', `${field.label} is not a date`, field.name);
  return `${day} ${month} ${match[1]}`;
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

function plain(value: string, field: MergeField, maxLength: number): string {
  if (UNPRINTABLE.test(value))
    throw new TemplateError('value-invalid', `${field.label} holds a control character`, field.name);
  if (value.length > maxLength)
    throw new TemplateError('value-too-long', `${field.label} is longer than ${maxLength}`, field.name);
  return value;
}

/** The text of a scalar field as the contract shows it. */
function show(field: MergeField, values: TemplateValues): string {
  const value = values[field.name];
  if (field.type === 'table' || typeof value === 'object')
    throw new TemplateError('value-invalid', `${field.label} cannot stand in a sentence`, field.name);
  const text = (value ?? '').trim();
  if (text === '') {
    if (field.required) throw new TemplateError('value-missing', `${field.label} is missing`, field.name);
    return '';
  }
  if (field.type === 'date') return writeDate(text, field);
  if (field.type === 'choice' && !field.options.includes(text))
    throw new TemplateError('value-invalid', `${field.label} is none of the choices`, field.name);
  if (field.type === 'integer') {
    const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (!(number >= field.min && number <= field.max))
      throw new TemplateError(
        'value-invalid',
        `${field.label} is not from ${field.min} to ${field.max}`,
        field.name
      );
    return String(number);
  }
  return plain(text, field, field.type === 'text' ? field.maxLength : 200);
}

const MARK = /\{\{|\}\}|\{([a-z][A-Za-z0-9.]*)\}/g;

function splitMarks(text: string, shown: (name: string) => string): Span[] {
  const spans: Span[] = [];
  let last = 0;
  const push = (piece: string, value: boolean): void => {
    if (piece !== '') spans.push({ text: piece, value });
  };
  for (const match of text.matchAll(MARK)) {
    push(text.slice(last, match.index), false);
    const name = match[1];
    if (name === undefined) push(match[0].charAt(0), false);
    else push(shown(name), true);
    last = match.index + match[0].length;
  }
  push(text.slice(last), false);
  return spans;
}

function cell(column: Column, row: TableRow, field: MergeField): string {
  const written = (row[column.name] ?? '').trim();
  if (written === '') throw new TemplateError('value-missing', `${column.label} is missing`, field.name);
  if (column.type === 'text') return plain(written, field, 200);
  const amount = hundredths(written);
  if (amount === null)
    throw new TemplateError('value-invalid', `${column.label} is not a number`, field.name);
  return column.type === 'price' || amount % 100n !== 0n ? formatHundredths(amount) : String(amount / 100n);
}

function pricedTable(block: Block & { block: 'priced-table' }, field: MergeField, values: TemplateValues) {
  const rows = values[field.name];
  if (field.type !== 'table' || !Array.isArray(rows) || rows.length < field.minRows)
    throw new TemplateError('value-missing', `${field.label} needs a row`, field.name);
  if (rows.length > 500)
    throw new TemplateError('value-too-long', `${field.label} has over 500 rows`, field.name);
  let total = 0n;
  const drawn = (rows as readonly TableRow[]).map((row) => {
    const cells = field.columns.map((column) => cell(column, row, field));
    const factor = (type: Column['type']): bigint => {
      const column = field.columns.find((one) => one.type === type);
      return column === undefined ? 100n : (hundredths(row[column.name] ?? '') ?? 0n);
    };
    const amount = product(factor('quantity'), factor('price'));
    total += amount;
    return [...cells, formatHundredths(amount)];
  });
  return {
    drawn: {
      draw: 'table',
      header: [...field.columns.map((column) => column.label), block.amountLabel],
      numeric: [...field.columns.map((column) => column.type !== 'text'), true],
      rows: drawn,
      total: { label: block.totalLabel, amount: formatHundredths(total) }
    } satisfies Drawn,
    total
  };
}

/**
 * Fills a template: marks replaced, clauses numbered, sums computed. Throws TemplateError naming the merge
 * field for a missing or wrong value; nothing is ever left out silently.
 */
export function merge(template: TextTemplate, values: TemplateValues): Merged {
  const fields = new Map(
    template.groups.flatMap((group) => group.fields).map((field) => [field.name, field])
  );
  const fieldOf = (name: string): MergeField => {
    const field = fields.get(name);
    if (field === undefined)
      throw new TemplateError('value-invalid', `the template has no field ${name}`, name);
    return field;
  };
  // Required fields that no sentence mentions are still required.
  for (const field of fields.values()) if (field.type !== 'table') show(field, values);

  let amount = '';
  const computed = new Map<string, string>();
  for (const block of template.blocks) {
    if (block.block !== 'priced-table') continue;
    const { total } = pricedTable(block, fieldOf(block.field), values);
    amount = `${formatHundredths(total)} ${show(fieldOf(block.currency), values)}`;
    computed.set('total', amount);
  }
  const spansOf = (text: string): Span[] =>
    splitMarks(text, (name) => computed.get(name) ?? show(fieldOf(name), values));

  let heading = 0;
  let clause = 0;
  const counts = new Map<string, number>();
  const drawn = template.blocks.map((block): Drawn => {
    switch (block.block) {
      case 'title':
      case 'paragraph':
        return { draw: block.block, spans: spansOf(block.text) };
      case 'heading':
        heading += 1;
        clause = 0;
        return { draw: 'heading', number: `${heading}.`, spans: spansOf(block.text) };
      case 'clause':
        clause += 1;
        return { draw: 'clause', number: `${heading}.${clause}`, spans: spansOf(block.text) };
      case 'parties':
        return {
          draw: 'parties',
          columns: block.columns.map((column) => ({
            heading: column.heading,
            lines: column.lines.map(spansOf).filter((line) => line.length > 0)
          }))
        };
      case 'priced-table':
        return pricedTable(block, fieldOf(block.field), values).drawn;
      case 'signatures':
        return {
          draw: 'signatures',
          columns: block.columns.map((column) => ({
            party: column.party,
            heading: column.heading,
            lines: column.lines.map(spansOf).filter((line) => line.length > 0),
            places: column.places.map((place) => {
              const stem = `${column.party}-${place.kind}`;
              const n = (counts.get(stem) ?? 0) + 1;
              counts.set(stem, n);
              return { ...place, name: `${stem}-${n}` };
            })
          }))
        };
    }
  });
  const date = values['date'];
  return {
    title: template.title,
    language: template.language,
    date: typeof date === 'string' && DATE.test(date) ? date : '2000-01-01',
    runningHead: spansOf(template.runningHead),
    drawn,
    amount
  };
}

/** Every character that will be drawn, once, for the check against the fonts. */
export function charactersOf(merged: Merged): Set<number> {
  const seen = new Set<number>();
  const walk = (value: unknown): void => {
    if (typeof value === 'string') for (const char of value) seen.add(char.codePointAt(0) ?? 0);
    else if (Array.isArray(value)) value.forEach(walk);
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(walk);
  };
  walk(merged.drawn);
  walk(merged.runningHead);
  return seen;
}
