import type { FieldKind } from '#lib/domain/field.ts';
import * as m from '#lib/paraglide/messages.js';
import type { IconName } from '#lib/ui/icons.ts';

/** What can be put on a page, in the order of the palette. */
export const KINDS: readonly { readonly kind: FieldKind; readonly icon: IconName }[] = [
  { kind: 'signature', icon: 'signature' },
  { kind: 'stamp', icon: 'stamp' },
  { kind: 'initials', icon: 'initials' },
  { kind: 'date', icon: 'calendar' },
  { kind: 'text', icon: 'text' },
  { kind: 'number', icon: 'hash' },
  { kind: 'checkbox', icon: 'checkbox' },
  { kind: 'choice', icon: 'list' }
];

export function iconOf(kind: FieldKind): IconName {
  return KINDS.find((known) => known.kind === kind)?.icon ?? 'text';
}

export function kindName(kind: FieldKind): string {
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
    case 'choice':
      return m.editor_kind_choice();
  }
}
