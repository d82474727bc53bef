/// <reference lib="webworker" />
import { webProvider } from '../pki/provider-web.ts';
import { blobSource } from './blob-source.ts';
import { prepareFonts, withFonts } from './fonts.ts';
import { runTask } from './pdf-tasks.ts';
import type { Failure, FromWorker, StampAnswer, ToWorker } from './protocol.ts';

interface Waiting {
  resolve(signature: Uint8Array): void;
  reject(failure: Failure): void;
}

/** Signatures that the page was asked for, by task. */
const waiting = new Map<number, Waiting>();
/** Timestamps that the page was asked for, by task. */
const stamps = new Map<number, (answer: StampAnswer | null) => void>();

const post = (message: FromWorker): void => postMessage(message);

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);

function failureOf(error: unknown): Failure {
  const thrown = (error ?? {}) as Readonly<Record<string, unknown>>;
  const { offset } = thrown;
  const [character, part] = [text(thrown['character']), text(thrown['part'])];
  return {
    code: text(thrown['code']) ?? 'internal',
    message: text(thrown['message']) ?? String(error),
    offset: typeof offset === 'number' ? offset : -1,
    ...(character === null ? {} : { character }),
    ...(part === null ? {} : { part })
  };
}

async function run({ id, task }: Extract<ToWorker, { kind: 'task' }>): Promise<void> {
  try {
    const value = await runTask(task, {
      open: blobSource,
      withFonts,
      prepareFonts,
      now: () => Date.now(),
      provider: webProvider,
      sign: (attributes) =>
        new Promise((resolve, reject) => {
          waiting.set(id, { resolve, reject });
          post({ id, kind: 'attributes', attributes });
        }),
      stamp: (query) =>
        new Promise((resolve) => {
          stamps.set(id, resolve);
          post({ id, kind: 'query', query });
        }),
      random: (count) => crypto.getRandomValues(new Uint8Array(count))
    });
    post({ id, kind: 'done', value });
  } catch (error) {
    post({ id, kind: 'failed', failure: failureOf(error) });
  }
}

onmessage = (event: MessageEvent<ToWorker>): void => {
  const message = event.data;
  if (message.kind === 'task') {
    void run(message);
    return;
  }
  if (message.kind === 'timestamp') {
    stamps.get(message.id)?.(message.answer);
    stamps.delete(message.id);
    return;
  }
  const asked = waiting.get(message.id);
  waiting.delete(message.id);
  if (message.kind === 'signature') asked?.resolve(message.signature);
  else asked?.reject(message.failure);
};
