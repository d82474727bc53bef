/// <reference lib="webworker" />
import { builtInTemplates } from '../templates/consultancy.ts';
import { boldUrl, regularUrl, wasmUrl } from '../templates/engine/assets.ts';
import { Typst } from '../templates/engine/typst.ts';
import { TemplateError } from '../templates/error.ts';
import { merge } from '../templates/merge.ts';
import type { TemplateReply, TemplateTask } from './template-client.ts';

/** Started once: compiling 28 MB of wasm takes longer than laying out a contract. */
let started: Promise<Typst> | undefined;

async function fetched(url: string): Promise<Response> {
  const response = await fetch(url);
  if (!response.ok) throw new TemplateError('layout-failed', `${url} answered ${response.status}`);
  return response;
}

async function start(): Promise<Typst> {
  const [wasm, regular, bold] = await Promise.all([wasmUrl, regularUrl, boldUrl].map(fetched));
  if (!wasm || !regular || !bold) throw new TemplateError('layout-failed', 'the layout engine is not there');
  const fonts = await Promise.all(
    [regular, bold].map(async (one) => new Uint8Array(await one.arrayBuffer()))
  );
  return Typst.start(wasm, fonts);
}

async function run(task: TemplateTask): Promise<TemplateReply> {
  try {
    started ??= start();
    const typst = await started;
    if (task.kind === 'start') return { id: task.id, started: true };
    const template = builtInTemplates.find((one) => one.id === task.template && one.version === task.version);
    if (template === undefined) throw new TemplateError('layout-failed', `no template ${task.template}`);
    const merged = merge(template, task.values);
    const laid = typst.layOut(merged, (text) => new TextEncoder().encode(text));
    return {
      id: task.id,
      result: {
        pdf: new Blob([laid.pdf as BlobPart], { type: 'application/pdf' }),
        places: laid.places,
        amount: merged.amount
      }
    };
  } catch (error) {
    // A start that failed (no network yet) may be tried again.
    if (!(error instanceof TemplateError)) started = undefined;
    return {
      id: task.id,
      error:
        error instanceof TemplateError
          ? { code: error.code, message: error.message, field: error.field }
          : { code: 'layout-failed', message: String(error), field: null }
    };
  }
}

self.onmessage = (event: MessageEvent<TemplateTask>) => {
  void run(event.data).then((reply) => self.postMessage(reply));
};
