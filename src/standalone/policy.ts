// Stands in the place of `work/policy.ts`: the same one policy `countersign`, whose closed list of worker scripts
// is here the parts that this file carries, each as a blob of its own making (`security.md` W1, W7).
import { readPart } from './parts.ts';
import { isPart, type PartAnswer } from './protocol.ts';

interface ScriptPolicy {
  createScriptURL(url: string): unknown;
}
interface PolicyFactory {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): ScriptPolicy;
}

const made = new Set<string>();
let policy: ScriptPolicy | null = null;

function check(url: string): string {
  if (!made.has(url)) throw new TypeError(`not a worker of this file: ${url}`);
  return url;
}

function trusted(url: string): string {
  const factory = (globalThis as { trustedTypes?: PolicyFactory }).trustedTypes;
  if (factory === undefined) return check(url);
  policy ??= factory.createPolicy('countersign', { createScriptURL: check });
  return policy.createScriptURL(url) as string;
}

function partOrNull(name: string): Uint8Array<ArrayBuffer> | null {
  try {
    return readPart(name);
  } catch {
    return null;
  }
}

const urls = new Map<string, string>();

/** A classic worker from a part of this file; gives it the parts that it asks for. */
export function startWorker(part: string, name: string): Worker {
  let url = urls.get(part);
  if (url === undefined) {
    url = URL.createObjectURL(new Blob([readPart(part)], { type: 'text/javascript' }));
    made.add(url);
    urls.set(part, url);
  }
  const worker = new Worker(trusted(url), { name });
  // Set before anybody's `onmessage`: requests for parts go no further.
  worker.addEventListener('message', (event: MessageEvent<unknown>) => {
    if (!isPart(event.data)) return;
    event.stopImmediatePropagation();
    const answer: PartAnswer = { kind: 'part', name: event.data.name, bytes: partOrNull(event.data.name) };
    worker.postMessage(answer);
  });
  return worker;
}
