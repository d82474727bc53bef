import type { PartyDraft, PartyKind } from '#lib/domain/party.ts';
import * as m from '#lib/paraglide/messages.js';

export function roleName(kind: PartyKind): string {
  switch (kind) {
    case 'company':
      return m.editor_role_company();
    case 'client':
      return m.editor_role_client();
    case 'witness':
      return m.editor_role_witness();
    case 'viewer':
      return m.editor_role_viewer();
  }
}

/** The person's name, or the role while there is none. */
export function partyName(party: PartyDraft): string {
  return party.name.trim() === '' ? roleName(party.kind) : party.name;
}

const COLOURS = ['a', 'b', 'c', 'd'] as const;
export type PartyColour = (typeof COLOURS)[number];

/** A colour for the party's fields, by its place in the order; it repeats after four. */
export function colourOf(parties: readonly PartyDraft[], id: string): PartyColour {
  const index = parties.findIndex((party) => party.id === id);
  return COLOURS[Math.max(0, index) % COLOURS.length] ?? 'a';
}
