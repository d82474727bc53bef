import * as m from '#lib/paraglide/messages.js';
import type { EventRow } from '../domain/api.ts';
import type { LocalDocument } from '../store/contract.ts';

type Told = (about: { actor: string }) => string;

const kinds: Readonly<Record<string, Told>> = {
  created: m.event_created,
  frozen: m.event_frozen,
  sent: m.event_sent,
  'code-sent': m.event_code_sent,
  'code-failed': m.event_code_failed,
  'code-right': m.event_code_right,
  signed: m.event_signed,
  declined: m.event_declined,
  voided: m.event_voided,
  completed: () => m.event_completed(),
  'message-sent': m.event_message_sent,
  'message-failed': m.event_message_failed,
  certified: m.event_certified
};

/** Whom an event is about: events hold ids only (`contracts.md`, "Canonical JSON"), names come from the document. */
function nameOf(
  actor: string,
  data: EventRow['data'],
  local: LocalDocument,
  me: { id: string; name: string }
) {
  const [kind, id] = actor.split(':');
  const party = local.parties.find((one) => one.id === (kind === 'parties' ? id : data['party']));
  if (kind === 'users') {
    if (id === me.id) return me.name;
    if (id === local.document.owner) return local.document.ownerName;
    return local.parties.find((one) => one.member === id)?.name ?? m.event_somebody();
  }
  return party?.name || party?.organisation || m.event_system();
}

/** One line of the history: "Ann Müller signed". An unknown kind keeps its own word, it is not hidden. */
export function tell(event: EventRow, local: LocalDocument, me: { id: string; name: string }): string {
  const actor = nameOf(event.actor, event.data, local, me);
  return kinds[event.kind]?.({ actor }) ?? m.event_other({ actor, kind: event.kind });
}
