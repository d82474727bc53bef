import type { DocumentRecord } from '#lib/domain/document.ts';
import type { PartyRecord } from '#lib/domain/party.ts';
import * as m from '#lib/paraglide/messages.js';

export type Phase = 'sign' | 'waiting' | 'done' | 'declined' | 'stopped';

/** What a party's document is to it right now. A party that signed has its copy, however the rest ended. */
export function phaseOf(view: { readonly document: DocumentRecord; readonly party: PartyRecord }): Phase {
  const { document, party } = view;
  if (party.status === 'declined') return 'declined';
  if (party.status === 'signed' || document.stage === 'completed') return 'done';
  if (document.stage === 'stopped') return 'stopped';
  return document.turn === party.id ? 'sign' : 'waiting';
}

export function stoppedSentence(document: DocumentRecord): string {
  const reason = {
    declined: m.signer_stopped_declined,
    expired: m.signer_stopped_expired,
    voided: m.signer_stopped_voided
  }[document.stopReason ?? 'voided']();
  return document.stopNote === '' ? reason : `${reason} “${document.stopNote}”`;
}
