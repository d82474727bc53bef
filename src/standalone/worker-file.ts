/// <reference lib="webworker" />
// Stands in the place of `work/built-file.ts` in the worker: asks the page (`policy.ts`), which holds the parts.
import { isPart, type PartAnswer, type PartRequest } from './protocol.ts';

type Settle = (bytes: Uint8Array<ArrayBuffer> | null) => void;
const waiting = new Map<string, Settle[]>();

// Imported before the worker sets its own `onmessage`, so it hears first, and what is its own ends here.
addEventListener('message', (event: MessageEvent<unknown>) => {
  if (!isPart(event.data)) return;
  event.stopImmediatePropagation();
  const { name, bytes } = event.data as PartAnswer;
  for (const settle of waiting.get(name) ?? []) settle(bytes);
  waiting.delete(name);
});

export async function readBuilt(name: string): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await new Promise<Uint8Array<ArrayBuffer> | null>((resolve) => {
    waiting.set(name, [...(waiting.get(name) ?? []), resolve]);
    postMessage({ kind: 'part', name } satisfies PartRequest);
  });
  if (bytes === null) throw new Error(`not in this file: ${name}`);
  return bytes;
}
