import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { Report } from '#lib/verify/report.ts';
import type { Job, Judged } from './judge.ts';

/** What may go wrong around a file: the worker was ended, ran out of memory, or could not read it at all. */
export type Mishap = 'time-out' | 'crash' | 'file';

export interface Outcome {
  readonly job: Job;
  readonly judged: Judged | null;
  readonly mishap: { readonly kind: Mishap; readonly message: string } | null;
  readonly ms: number;
}

/** For one file; more of either ends its worker, not the run. */
export interface Limits {
  readonly ms: number;
  /** Of the worker's heap. */
  readonly memoryMb: number;
}

type Message = { readonly judged: Judged } | { readonly failed: string };

type Settle = (judged: Judged | null, kind: Mishap | null, message: string) => void;

/** One worker that is started again whenever a file ended it. */
class Judge {
  #worker: Worker | null = null;
  #settle: Settle = () => undefined;

  constructor(
    private readonly script: string,
    private readonly limits: Limits
  ) {}

  #start(): Worker {
    const worker = new Worker(this.script, {
      resourceLimits: { maxOldGenerationSizeMb: this.limits.memoryMb }
    });
    // What a worker that was given up still says is for nobody.
    const settle: Settle = (...told) => {
      if (this.#worker === worker) this.#settle(...told);
    };
    worker.on('message', (message: Message) =>
      'judged' in message ? settle(message.judged, null, '') : settle(null, 'file', message.failed)
    );
    worker.on('error', (error: Error) => settle(null, 'crash', error.message));
    worker.on('exit', () => settle(null, 'crash', 'the worker ended'));
    return worker;
  }

  run(job: Job): Promise<Outcome> {
    const since = performance.now();
    const worker = (this.#worker ??= this.#start());
    return new Promise((resolve) => {
      const timer = setTimeout(
        () => this.#settle(null, 'time-out', `longer than ${this.limits.ms} ms`),
        this.limits.ms
      );
      this.#settle = (judged, kind, message) => {
        clearTimeout(timer);
        if (kind === 'time-out' || kind === 'crash') {
          this.#worker = null;
          void worker.terminate();
        }
        const mishap = kind === null ? null : { kind, message };
        resolve({ job, judged, mishap, ms: Math.round(performance.now() - since) });
      };
      worker.postMessage(job);
    });
  }

  async end(): Promise<void> {
    const worker = this.#worker;
    this.#worker = null;
    await worker?.terminate();
  }
}

/** Judges files in as many workers as there are processors; outcomes come in the order of the jobs. */
export async function* judgeAll(
  script: string,
  jobs: readonly Job[],
  limits: Limits
): AsyncGenerator<Outcome> {
  const judges = Array.from(
    { length: Math.min(availableParallelism(), 4, jobs.length) },
    () => new Judge(script, limits)
  );
  const outcomes: Promise<Outcome>[] = [];
  const free: Promise<unknown>[] = judges.map(() => Promise.resolve());
  jobs.forEach((job, i) => {
    const slot = i % judges.length;
    const judge = judges[slot];
    if (judge === undefined) return;
    const outcome = (free[slot] ?? Promise.resolve()).then(() => judge.run(job));
    free[slot] = outcome;
    outcomes.push(outcome);
  });
  try {
    for (const outcome of outcomes) yield await outcome;
  } finally {
    await Promise.all(judges.map((judge) => judge.end()));
  }
}

/** The report of a file that no worker could judge. */
export function mishapReport(job: Job, mishap: { readonly kind: Mishap; readonly message: string }): Report {
  let bytes: Uint8Array | null = null;
  try {
    bytes = readFileSync(job.path);
  } catch {
    // It may not even be there: then there is nothing to hash.
  }
  return {
    file: job.name,
    bytes: bytes?.length ?? 0,
    sha256: bytes === null ? '' : createHash('sha256').update(bytes).digest('hex'),
    read: 'unreadable',
    error: { code: mishap.kind, message: mishap.message, offset: -1 },
    revisions: [],
    signatures: [],
    warnings: [],
    verdict: 'unreadable'
  };
}
