import type { Field, FieldKind } from '#lib/domain/field.ts';
import type { FieldOffer } from '#lib/app/draft-content.ts';
import * as m from '#lib/paraglide/messages.js';
import type { IconName } from '#lib/ui/icons.ts';

/** What can be put on a page: a kind of field, or checkboxes that are one question. */
export type Tool = FieldKind | 'radio';

/** In the order of the palette. */
export const KINDS: readonly { readonly kind: Tool; readonly icon: IconName }[] = [
  { kind: 'signature', icon: 'signature' },
  { kind: 'stamp', icon: 'stamp' },
  { kind: 'initials', icon: 'initials' },
  { kind: 'date', icon: 'calendar' },
  { kind: 'text', icon: 'text' },
  { kind: 'number', icon: 'hash' },
  { kind: 'checkbox', icon: 'checkbox' },
  { kind: 'radio', icon: 'radio' },
  { kind: 'choice', icon: 'list' }
];

/** What a field is to a person: by how it was put there, or by what the form's author made of it. */
export function toolOf({ kind, group, existing }: Pick<Field, 'kind' | 'group' | 'existing'>): Tool {
  return group !== undefined || existing?.type === 'radio' ? 'radio' : kind;
}

/** What a field of the form would be to a person. */
export function offerTool({ existing }: FieldOffer): Tool {
  return existing.type;
}

export function iconOf(kind: Tool): IconName {
  return KINDS.find((known) => known.kind === kind)?.icon ?? 'text';
}

export function kindName(kind: Tool): string {
  switch (kind) {
    case 'signature':
      return m.editor_kind_signature();
    case 'stamp':
      return m.editor_kind_stamp();
    case 'initials':
      return m.editor_kind_initials();
    case 'date':
      return m.editor_kind_date();
    case 'text':
      return m.editor_kind_text();
    case 'number':
      return m.editor_kind_number();
    case 'checkbox':
      return m.editor_kind_checkbox();
    case 'radio':
      return m.editor_kind_radio();
    case 'choice':
      return m.editor_kind_choice();
  }
}
