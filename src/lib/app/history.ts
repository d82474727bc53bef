import * as m from '#lib/paraglide/messages.js';
import type { EventRow } from '../domain/api.ts';
import type { LocalDocument } from '../store/contract.ts';

type Told = (about: { actor: string }) => string;
type Person = { readonly id: string; readonly name: string };

const kinds: Readonly<Record<string, Told>> = {
  created: m.event_created,
  frozen: m.event_frozen,
  sent: m.event_sent,
  opened: m.event_opened,
  'code-failed': m.event_code_failed,
  'code-right': m.event_code_right,
  certified: m.event_certified,
  signed: m.event_signed,
  declined: m.event_declined,
  voided: m.event_voided,
  completed: () => m.event_completed(),
  timestamped: () => m.event_timestamped(),
  archived: () => m.event_archived(),
  'timestamp-failed': () => m.event_timestamp_failed(),
  'message-failed': m.event_message_failed
};

/** What a message that went out was about. */
const messages: Readonly<Record<string, Told>> = {
  code: m.event_code_sent,
  turn: m.event_message_turn,
  completed: m.event_message_completed,
  stopped: m.event_message_stopped
};

/**
 * One line of the history: "Ann Müller signed". Events hold ids only, names come from the document as this
 * device has it. A kind that is not known keeps its own word, it is not hidden.
 */
export function tell(event: EventRow, local: LocalDocument, me: Person): string {
  const { kind, actor, data } = event;
  const [side, id] = actor.split(':');
  const partyId = side === 'parties' ? id : data['party'];
  const party = local.parties.find((one) => one.id === partyId);
  const member =
    side !== 'users'
      ? ''
      : id === me.id
        ? me.name
        : id === local.document.owner
          ? local.document.ownerName
          : (local.parties.find((one) => one.member === id)?.name ?? m.event_somebody());

  // A message that names no party went to the member who prepared the document.
  const named = party?.name || party?.organisation || member || local.document.ownerName;
  if (kind === 'signed' && party !== undefined && member !== '' && party.member !== id)
    return m.event_signed_here({ actor: named, member });
  if (kind === 'message-sent')
    return (messages[String(data['kind'])] ?? m.event_message_other)({ actor: named });
  return kinds[kind]?.({ actor: named }) ?? m.event_other({ actor: named, kind });
}
