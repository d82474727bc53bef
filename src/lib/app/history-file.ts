import type { DocumentHistory } from '../domain/api.ts';
import type { History } from '../domain/event.ts';
import type { LocalDocument } from '../store/contract.ts';

/** A history as a file (`domain/event.ts`): what the server told, with the names that this device knows. */
export function historyFile(
  { document, parties }: Pick<LocalDocument, 'document' | 'parties'>,
  { events, statements, head }: DocumentHistory,
  about: { readonly workspace: string; readonly now: number }
): Blob {
  const names = {
    ...Object.fromEntries(
      parties.map(({ id, name, organisation }) => [`parties:${id}`, name || organisation])
    ),
    ...Object.fromEntries(parties.flatMap(({ member, name }) => (member ? [[`users:${member}`, name]] : []))),
    [`users:${document.owner}`]: document.ownerName
  };
  const history: History = {
    countersign: 'history',
    v: 1,
    document: document.id,
    title: document.title,
    workspace: about.workspace,
    exportedAt: about.now,
    names,
    events: events.map((event) => ({ ...event })),
    statements: { ...statements },
    head
  };
  return new Blob([JSON.stringify(history, null, 1)], { type: 'application/json' });
}
