/** Joins a draft to the signed-in member, the PDF worker and the template worker. */
import { idFromBytes } from '../domain/id.ts';
import { pdfWork } from '../work/pdf-client.ts';
import { layOutTemplate, prepareTemplates } from '../work/template-client.ts';
import { contentOf, Draft, type DraftPorts } from './draft.svelte.ts';
import { hashBlob } from './local.ts';
import { member } from './member.svelte.ts';

function ports(): DraftPorts {
  const { me } = member;
  if (me === null) throw new Error('nobody is signed in');
  return {
    me,
    store: member.store,
    work: pdfWork(),
    layOut: layOutTemplate,
    hash: hashBlob,
    newId: () => idFromBytes(crypto.getRandomValues(new Uint8Array(15))),
    now: () => Date.now(),
    // Swedish writes dates as ISO 8601 does, and the calendar day is the person's.
    today: () => new Date().toLocaleDateString('sv-SE'),
    secure: isSecureContext
  };
}

export function newDraft(): Draft {
  return new Draft(ports());
}

/** `sent`: it left the drafts, its own page shows it. `missing`: no such document on this device. */
export async function openDraft(id: string): Promise<Draft | 'sent' | 'missing'> {
  const stored = await member.store.document(id);
  if (stored === undefined) return 'missing';
  if (stored.document.stage !== 'draft') return 'sent';
  const content = contentOf(stored);
  const draft = new Draft(ports(), { id, content });
  draft.frozen = stored.document.head >= 0;
  if (content.original !== null) await draft.adopt(await member.file(id, content.original));
  else if (content.template !== null) void draft.layOut();
  return draft;
}

export { prepareTemplates };
