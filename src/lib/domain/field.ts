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

/** A placed field. `name` is its PDF name (`cs-A-text-1`), given at freeze. */
export interface Field {
  readonly id: string;
  /** Id of the party that fills it. */
  readonly party: string;
  readonly kind: FieldKind;
  readonly box: Box;
  /** What a person reads: "Company name". Becomes /TU. */
  readonly label: string;
  readonly required: boolean;
  /** Only for `choice`. */
  readonly options?: readonly string[];
  /** Points; 10 when absent. */
  readonly fontSize?: number;
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

/**
 * Names for all fields of a layout: `cs-<letter>-<kind>-<n>` (`contracts.md`; flat, because a dot in /T
 * makes pyHanko reject every signature). `letters` maps party id to letter.
 */
export function nameFields(fields: readonly Field[], letters: ReadonlyMap<string, string>): Field[] {
  const counts = new Map<string, number>();
  return fields.map((field) => {
    const letter = letters.get(field.party);
    if (letter === undefined) throw new RangeError(`field ${field.id} belongs to no party`);
    const stem = `cs-${letter}-${DASHED[field.kind]}`;
    const n = (counts.get(stem) ?? 0) + 1;
    counts.set(stem, n);
    return { ...field, name: `${stem}-${n}` };
  });
}
