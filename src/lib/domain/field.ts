/** What a party fills in. Signature and stamp are places, the rest are values. */
export type FieldKind =
  'signature' | 'stamp' | 'initials' | 'text' | 'date' | 'number' | 'choice' | 'checkbox';

/**
 * A rectangle in PDF points of the page as displayed (CropBox, Rotate and UserUnit applied), origin top
 * left, y down; `page` counts from 1 (`contracts.md`). Editor, API, command line and database use this.
 */
export interface Box {
  readonly page: number;
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/**
 * A form field that the uploaded file has already, given to a party: freeze makes none for it, and the party
 * fills it as the form's author meant it (ISO 32000-2 §12.7.5). Its first place is the `box` of the `Field`.
 */
export interface ExistingField {
  /** Fully qualified (§12.7.4.2): `buyer.address.street`. */
  readonly name: string;
  readonly type: 'text' | 'checkbox' | 'radio' | 'choice' | 'signature';
  /** Places after the first, in the form's order. */
  readonly places?: readonly Box[];
  /** Radio: what each place stands for, the first place's first; names out of `Field.options`. */
  readonly states?: readonly string[];
  /** What a person reads for each of `Field.options`, where that is not the option itself. */
  readonly labels?: readonly string[];
  /** What stands in it before anybody fills it. */
  readonly value?: string;
  /** Characters; /MaxLen. */
  readonly maxLength?: number;
  readonly multiline?: boolean;
  /** One cell for each of `maxLength` characters. */
  readonly comb?: boolean;
  /** A choice that takes other text than its options. */
  readonly editable?: boolean;
}

/** A placed field. `name` is its PDF name (`cs-A-text-1`, or the existing field's own), given at freeze. */
export interface Field {
  readonly id: string;
  /** Id of the party that fills it. */
  readonly party: string;
  readonly kind: FieldKind;
  readonly box: Box;
  /** What a person reads: "Company name". Becomes /TU. */
  readonly label: string;
  readonly required: boolean;
  /** For `choice` what may be chosen; for an existing checkbox the one state that means ticked. */
  readonly options?: readonly string[];
  /** Points; 10 when absent. */
  readonly fontSize?: number;
  /** Checkboxes of one party with the same group are one question: exactly one answer; drawn round. */
  readonly group?: string;
  readonly existing?: ExistingField;
  readonly name?: string;
}

/** Kinds that hold a value which the party types. */
export const VALUE_KINDS: readonly FieldKind[] = ['text', 'date', 'number', 'choice', 'checkbox'];

const DASHED: Record<FieldKind, string> = {
  signature: 'sig',
  stamp: 'stamp',
  initials: 'initials',
  text: 'text',
  date: 'date',
  number: 'number',
  choice: 'choice',
  checkbox: 'check'
};

/** Value of a checkbox that freeze makes, when it is ticked. */
export const TICKED = 'Yes';

/** What a checkbox's value is when it is ticked: the name of its state (§12.7.5.2.3). */
export function tickOf(field: Pick<Field, 'existing' | 'options'>): string {
  return (field.existing === undefined ? undefined : field.options?.[0]) ?? TICKED;
}

/**
 * Names for all fields of a layout: `cs-<letter>-<kind>-<n>` (`contracts.md`; flat, because a dot in /T
 * makes pyHanko reject every signature); existing fields keep theirs. `letters` maps party id to letter.
 */
export function nameFields(fields: readonly Field[], letters: ReadonlyMap<string, string>): Field[] {
  const counts = new Map<string, number>();
  return fields.map((field) => {
    const letter = letters.get(field.party);
    if (letter === undefined) throw new RangeError(`field ${field.id} belongs to no party`);
    if (field.existing !== undefined) return { ...field, name: field.existing.name };
    const stem = `cs-${letter}-${DASHED[field.kind]}`;
    const n = (counts.get(stem) ?? 0) + 1;
    counts.set(stem, n);
    return { ...field, name: `${stem}-${n}` };
  });
}

const OURS = /^cs-([A-Z]{1,2})-/;

/**
 * Letters for parties whose fields do not collide with names the file has (`contracts.md`): A, B, … or the
 * next free ones where `cs-A-…` is there already. Throws RangeError when the alphabet is used up.
 */
export function freeLetters(names: readonly string[], count: number): string[] {
  const used = new Set(names.flatMap((name) => OURS.exec(name)?.[1] ?? []));
  const letters: string[] = [];
  for (let code = 65; code <= 90 && letters.length < count; code += 1) {
    const letter = String.fromCharCode(code);
    if (!used.has(letter)) letters.push(letter);
  }
  if (letters.length < count) throw new RangeError('no letters left for the parties');
  return letters;
}

/**
 * The letter of each party of a frozen layout, as the new fields are named; a party that has none of these
 * gets the first letter that nothing of the layout uses. Device and server say it alike. Throws RangeError
 * when a new field has no such name, a party two letters, or two parties the same.
 */
export function partyLetters(
  parties: readonly { readonly id: string; readonly order: number }[],
  fields: readonly Field[]
): Map<string, string> {
  const letters = new Map<string, string>();
  for (const { id, party, name, existing } of fields) {
    if (existing !== undefined) continue;
    const letter = OURS.exec(name ?? '')?.[1];
    if (letter === undefined) throw new RangeError(`Field ${id} has no name.`);
    if ((letters.get(party) ?? letter) !== letter)
      throw new RangeError(`Field ${id} has another party's name.`);
    letters.set(party, letter);
  }
  if (new Set(letters.values()).size !== letters.size)
    throw new RangeError('Two parties have the same letter.');
  const others = [...parties].sort((a, b) => a.order - b.order).filter(({ id }) => !letters.has(id));
  const names = [
    ...fields.map(({ name }) => name ?? ''),
    ...[...letters.values()].map((one) => `cs-${one}-`)
  ];
  const free = freeLetters(names, others.length);
  others.forEach(({ id }, index) => letters.set(id, free[index] ?? ''));
  return letters;
}
