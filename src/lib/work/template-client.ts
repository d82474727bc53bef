import { TemplateError, type TemplateErrorCode } from '../templates/error.ts';
import type { LaidPlace } from '../templates/places.ts';
import type { TemplateValues } from '../templates/template.ts';
import { startWorker } from './policy.ts';
import workerUrl from './template.worker.ts?worker&url';

export type TemplateTask =
  | { readonly id: number; readonly kind: 'start' }
  | {
      readonly id: number;
      readonly kind: 'lay-out';
      readonly template: string;
      readonly version: number;
      readonly values: TemplateValues;
    };

/** A template laid out: its pages, where its fields go, and the sum it computed. */
export interface LaidDocument {
  readonly pdf: Blob;
  readonly places: readonly LaidPlace[];
  /** `2,340.75 EUR`, empty without a priced table. */
  readonly amount: string;
}

export interface TemplateReply {
  readonly id: number;
  readonly started?: true;
  readonly result?: LaidDocument;
  readonly error?: {
    readonly code: TemplateErrorCode;
    readonly message: string;
    readonly field: string | null;
  };
}

/** A layout that hangs is ended with its worker (security M1); the first one also compiles the engine. */
const LIMIT_MS = 60_000;

let worker: Worker | undefined;
let nextId = 1;
const waiting = new Map<number, (reply: TemplateReply) => void>();

function stop(reply: Omit<TemplateReply, 'id'>): void {
  worker?.terminate();
  worker = undefined;
  for (const [id, answer] of [...waiting]) answer({ id, ...reply });
}

function running(): Worker {
  if (worker !== undefined) return worker;
  worker = startWorker(workerUrl, 'templates');
  worker.onmessage = (event: MessageEvent<TemplateReply>) => waiting.get(event.data.id)?.(event.data);
  worker.onerror = (event) =>
    stop({
      error: { code: 'layout-failed', message: event.message || 'the layout engine stopped', field: null }
    });
  return worker;
}

type Asked = TemplateTask extends infer T ? (T extends unknown ? Omit<T, 'id'> : never) : never;

function ask(task: Asked): Promise<TemplateReply> {
  const id = nextId++;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => stop({ error: { code: 'layout-timeout', message: 'the layout took too long', field: null } }),
      LIMIT_MS
    );
    waiting.set(id, (reply) => {
      clearTimeout(timer);
      waiting.delete(id);
      if (reply.error) reject(new TemplateError(reply.error.code, reply.error.message, reply.error.field));
      else resolve(reply);
    });
    running().postMessage({ ...task, id });
  });
}

/** Fetches and compiles the layout engine (7 MB once), so that it is there without a network later. */
export async function prepareTemplates(): Promise<void> {
  await ask({ kind: 'start' });
}

/**
 * Lays a template out in its worker. Throws TemplateError: `value-*` with the merge field, `glyph-missing`
 * naming the characters, `layout-failed` (also when the engine was never fetched and there is no network).
 */
export async function layOutTemplate(
  template: string,
  version: number,
  values: TemplateValues
): Promise<LaidDocument> {
  const reply = await ask({ kind: 'lay-out', template, version, values });
  if (reply.result === undefined) throw new TemplateError('layout-failed', 'no pages came back');
  return reply.result;
}
