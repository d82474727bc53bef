import { Unreachable } from '../../src/lib/sync/failure.ts';
import type { Remote } from '../../src/lib/sync/ports.ts';

/** What happens to one request: an error is thrown instead of it, or instead of its answer. */
export type Mishap =
  { readonly lost: 'request' | 'answer' } | { readonly twice: true } | { readonly error: Error } | null;

export type Way = 'blob' | 'actions' | 'changes';

/** A way to the server that `decide` may disturb, request by request. */
export function disturbed(remote: Remote, decide: (way: Way) => Mishap): Remote {
  async function pass<T>(way: Way, ask: () => Promise<T>): Promise<T> {
    const mishap = decide(way);
    if (mishap === null) return ask();
    if ('error' in mishap) throw mishap.error;
    if ('twice' in mishap) {
      await ask();
      return ask();
    }
    if (mishap.lost === 'answer') await ask();
    throw new Unreachable(`${mishap.lost} lost`);
  }
  return {
    putBlob: (sha256, blob) => pass('blob', () => remote.putBlob(sha256, blob)),
    sendActions: (actions) => pass('actions', () => remote.sendActions(actions)),
    changes: (since) => pass('changes', () => remote.changes(since))
  };
}

/** Mishaps for the next requests of each way, in order; then none. */
export function script(plan: Partial<Record<Way, Mishap[]>>): (way: Way) => Mishap {
  const left = {
    blob: [...(plan.blob ?? [])],
    actions: [...(plan.actions ?? [])],
    changes: [...(plan.changes ?? [])]
  };
  return (way) => left[way].shift() ?? null;
}
