import * as m from '#lib/paraglide/messages.js';
import type { EventRow } from '../domain/api.ts';
import { span } from './times.ts';
import type { LocalDocument } from '../store/contract.ts';

type Told = (about: { actor: string }) => string;
type Person = { readonly id: string; readonly name: string };

const kinds: Readonly<Record<string, Told>> = {
  created: m.event_created,
  frozen: m.event_frozen,
  removed: m.event_removed,
  sent: m.event_sent,
  'code-sent': m.event_code_asked,
  'message-delivered': m.event_message_delivered,
  consent: m.event_consent,
  downloaded: m.event_downloaded,
  erased: () => m.event_erased(),
  restored: () => m.event_restored(),
  opened: m.event_opened,
  'code-failed': m.event_code_failed,
  'code-right': m.event_code_right,
  certified: m.event_certified,
  signed: m.event_signed,
  declined: m.event_declined,
  voided: m.event_voided,
  delegated: () => m.event_delegated_plain(),
  expiring: () => m.event_expiring(),
  expired: () => m.event_expired(),
  completed: () => m.event_completed(),
  resent: m.event_resent,
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
  stopped: m.event_message_stopped,
  reminder: m.event_message_reminder,
  expiring: m.event_message_expiring,
  delegated: m.event_message_delegated
};

/** A field as people know it: by its label. */
function fieldName({ document }: LocalDocument, name: unknown): string {
  const field = document.fields.find((one) => one.name === name);
  return field?.label || String(name);
}

type Details = NonNullable<EventRow['details']>;

function namesIn(details: Details): { before: string; after: string } {
  const name = (side: string) => (details[side] as { name?: string } | undefined)?.name ?? m.event_somebody();
  return { before: name('before'), after: name('after') };
}

function changed(details: Details | undefined, actor: string): string {
  return details === undefined
    ? m.event_address_changed_plain({ actor })
    : m.event_address_changed({ actor, ...namesIn(details) });
}

/**
 * One line of the history: "Ann Müller signed". Events hold ids only, names come from the document as this
 * device has it. A kind that is not known keeps its own word, it is not hidden.
 */
export function tell(event: EventRow, local: LocalDocument, me: Person): string {
  const { kind, actor, data } = event;
  if (data === null) return m.event_lost();
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
  // Who did it is a member, whom it concerns is a party.
  if (kind === 'address-changed') return changed(event.details, member);
  if (kind === 'delegated' && event.details !== undefined) return m.event_delegated(namesIn(event.details));
  if (kind === 'reminded') return m.event_reminded({ actor: party?.name ?? m.event_somebody() });
  if (kind === 'extended') return m.event_extended({ actor: member });
  if (kind === 'viewed') return m.event_viewed({ actor: named, page: Number(data['page']) });
  if (kind === 'filled') return m.event_filled({ actor: named, field: fieldName(local, data['field']) });
  if (kind === 'synced') return m.event_synced({ actor: named, span: span(Number(data['late'])) });
  if (kind === 'message-sent')
    return (messages[String(data['kind'])] ?? m.event_message_other)({ actor: named });
  return kinds[kind]?.({ actor: named }) ?? m.event_other({ actor: named, kind });
}
