import type { DocumentRecord, Stage } from '#lib/domain/document.ts';
import { day } from '#lib/app/times.ts';
import * as m from '#lib/paraglide/messages.js';

export const stageNames: Record<Stage, () => string> = {
  draft: m.board_stage_draft,
  company: m.board_stage_company,
  client: m.board_stage_client,
  completed: m.board_stage_completed,
  stopped: m.board_stage_stopped
};

/** How a document ended and when: "Declined 3 May 2026". */
export function ending(document: DocumentRecord): string {
  const when = { day: day(document.turnSince || document.updated) };
  if (document.stage === 'completed') return m.board_card_completed(when);
  switch (document.stopReason) {
    case 'declined':
      return m.board_card_declined(when);
    case 'expired':
      return m.board_card_expired(when);
    default:
      return m.board_card_voided(when);
  }
}
