import type { OwnField, Trouble } from '#lib/app/signing-fields.ts';
import * as m from '#lib/paraglide/messages.js';
import type { IconName } from '#lib/ui/icons.ts';

/** A field by name for screen readers and the bar: "City (optional)", "Client: signature". */
export function nameOf(field: OwnField): string {
  switch (field.kind) {
    case 'signature':
      return m.signer_field_signature_of({ label: field.label });
    case 'initials':
      return m.signer_field_initials_of({ label: field.label });
    case 'stamp':
      return m.signer_field_stamp_of({ label: field.label });
    default:
      return field.required ? field.label : m.signer_field_optional({ label: field.label });
  }
}

/** What stands in an empty place that is pressed, not typed into. */
export function callOf(field: OwnField): string {
  if (field.kind === 'signature') return m.signer_field_sign();
  if (field.kind === 'initials') return m.signer_field_initials();
  if (field.kind === 'stamp') return m.signer_field_stamp();
  return field.label;
}

export function iconOf(field: OwnField): IconName {
  if (field.kind === 'signature') return 'signature';
  if (field.kind === 'initials') return 'initials';
  if (field.kind === 'stamp') return 'stamp';
  return field.kind === 'date' ? 'calendar' : 'text';
}

export function sentenceOfTrouble(trouble: Trouble): string {
  if (trouble === 'date') return m.signer_trouble_date();
  if (trouble === 'too-long') return m.signer_trouble_long();
  return trouble === 'number' ? m.signer_trouble_number() : m.signer_trouble_choice();
}

export function isMark(field: OwnField): boolean {
  return field.kind === 'signature' || field.kind === 'initials' || field.kind === 'stamp';
}

/** What may be chosen: the value that is kept, and what a person reads for it. */
export function choicesOf(field: OwnField): { value: string; label: string }[] {
  return (field.options ?? []).map((value, index) => ({
    value,
    label: field.existing?.labels?.[index] ?? value
  }));
}

/** A value as the person knows it. */
export function shownValue(field: OwnField, value: string): string {
  if (field.kind === 'checkbox') return value === '' ? '' : m.signer_field_ticked();
  return choicesOf(field).find((choice) => choice.value === value)?.label ?? value;
}

type Autofill =
  'name' | 'organization' | 'street-address' | 'address-level2' | 'postal-code' | 'email' | 'tel';

const AUTOFILL: readonly (readonly [RegExp, Autofill])[] = [
  [/e-?mail/i, 'email'],
  [/phone|mobile|\btel\b/i, 'tel'],
  [/post(al)? ?code|\bzip\b/i, 'postal-code'],
  [/\bcity\b|\btown\b/i, 'address-level2'],
  [/address|street/i, 'street-address'],
  [/company|organi[sz]ation/i, 'organization'],
  [/full name|your name|^name$/i, 'name']
];

/** What the browser may offer to fill in, read from the label. */
export function autofillOf(field: OwnField): Autofill | 'off' {
  if (field.kind !== 'text') return 'off';
  return AUTOFILL.find(([pattern]) => pattern.test(field.label))?.[1] ?? 'off';
}
