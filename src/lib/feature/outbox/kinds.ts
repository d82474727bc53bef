import type { ActionKind } from '#lib/domain/action.ts';
import * as m from '#lib/paraglide/messages.js';

export const kindNames: Record<ActionKind, () => string> = {
  'document.create': m.outbox_kind_document_create,
  'document.save': m.outbox_kind_document_save,
  'document.freeze': m.outbox_kind_document_freeze,
  'document.send': m.outbox_kind_document_send,
  'document.sign': m.outbox_kind_document_sign,
  'document.decline': m.outbox_kind_document_decline,
  'document.void': m.outbox_kind_document_void,
  'document.extend': m.outbox_kind_document_extend,
  'document.delegate': m.outbox_kind_document_delegate,
  'party.update': m.outbox_kind_party_update,
  'party.remind': m.outbox_kind_party_remind,
  'document.delete': m.outbox_kind_document_delete
};
