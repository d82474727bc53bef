import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { isMainThread, Worker } from 'node:worker_threads';
import type { ExpectedFile } from './expected.ts';
import { randomBy } from './fuzz/mutate.ts';
import type { Fault, Trial } from './fuzz/trial.ts';
import { type Answer, type Input, serveTrials, Workbench } from './fuzz/work.ts';

const HELP = `npm run --silent fuzz -- [--seed N] [--count N] [--json] [--keep DIR] [DIR]

Mutates files by seed and takes each through read, verify, freeze, sign for two parties, verify again. What
may come out: a signed file whose signatures are intact and whole, or a refusal with a code. Anything else, and
an input that takes longer than its time, is a fault and printed with its base and seed.

  DIR           PDFs that are tried as they are, and mutated too; without it the test vectors
  --count N     mutated inputs (default 500; 0: only the files as they are)
  --seed N      first seed (default 1); inputs are seeds N to N + count − 1
  --base NAME   only this base, with --seed and --count: to see one input again
  --time MS     longest time for one input (default 10000)
  --keep DIR    writes the inputs with a fault there
  --json        one JSON line a fault, and one at the end
Exit 1 when there was a fault.
`;

/** Mutating is for many inputs: files above this size are tried as they are only. */
const LARGEST = 1 << 20;
const MEMORY_MB = 1024;

/** A worker that is started anew when an input ended it. */
class Bench {
  private worker: Worker | null = null;

  constructor(private readonly limitMs: number) {}

  ask(question: Input | 'names'): Promise<Answer> {
    const worker = (this.worker ??= new Worker(fileURLToPath(import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB }
    }));
    return new Promise((done) => {
      const end = (step: Fault['step'], message: string): void => {
        clearTimeout(timer);
        this.worker = null;
        worker.removeAllListeners();
        void worker.terminate();
        done({ trial: { outcome: 'fault', fault: { step, message } } });
      };
      // The first answer of a worker waits for its bases.
      const timer = setTimeout(() => end('read', `longer than ${this.limitMs} ms`), this.limitMs);
      worker.removeAllListeners();
      worker.once('message', (answer: Answer) => {
        clearTimeout(timer);
        done(answer);
      });
      worker.once('error', (error: Error) => end('read', error.message));
      worker.postMessage(question);
    });
  }

  async end(): Promise<void> {
    await this.worker?.terminate();
  }
}

function filesUnder(folder: string): Input[] {
  const list = join(folder, 'expected.jsonl');
  const passwords = new Map(
    (existsSync(list) ? readFileSync(list, 'utf8').split('\n') : [])
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as ExpectedFile)
      .map(({ path, password }) => [path, password ?? null])
  );
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.pdf$/i.test(entry.name))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort()
    .map((name) => ({
      base: name,
      path: join(folder, name),
      password: passwords.get(name) ?? null,
      seed: null
    }));
}

/** The inputs of a run: every file as it is, then `count` mutated ones. */
function* inputs(
  files: readonly Input[],
  first: number,
  count: number,
  asTheyAre: boolean
): Generator<Input> {
  if (asTheyAre) yield* files;
  const small = files.filter(({ path }) => path === null || statSync(path).size <= LARGEST);
  for (let seed = first; seed < first + count; seed += 1) {
    const base = small[Math.floor(randomBy(seed ^ 0x5eed)() * small.length)];
    if (base !== undefined) yield { ...base, seed };
  }
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seed: { type: 'string', default: '1' },
      count: { type: 'string', default: '500' },
      base: { type: 'string' },
      time: { type: 'string', default: '10000' },
      keep: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false }
    }
  });
  const [seed, count, time] = [Number(values.seed), Number(values.count), Number(values.time)];
  const numbers = [seed, count, time].every((value) => Number.isInteger(value) && value >= 0);
  if (values.help || !numbers || positionals.length > 1) {
    (values.help ? process.stdout : process.stderr).write(HELP);
    return values.help ? 0 : 2;
  }
  const where = (path: string) => resolve(process.env['INIT_CWD'] ?? process.cwd(), path);
  const [folder] = positionals;
  const bench = new Bench(time);
  let files: Input[];
  if (folder === undefined) {
    const own = await new Workbench().names();
    files = own.map((base) => ({ base, path: null, password: null, seed: null }));
  } else files = filesUnder(where(folder));
  const chosen = values.base === undefined ? files : files.filter(({ base }) => base === values.base);
  const outcomes = new Map<string, number>();
  let slowest = { ms: 0, base: '', seed: null as number | null };
  let faults = 0;
  let tried = 0;
  for (const input of inputs(chosen, seed, count, values.base === undefined || count === 0)) {
    const since = performance.now();
    const answer = await bench.ask(input);
    const ms = Math.round(performance.now() - since);
    const trial: Trial = 'trial' in answer ? answer.trial : { outcome: 'fault', fault: null };
    tried += 1;
    outcomes.set(trial.outcome, (outcomes.get(trial.outcome) ?? 0) + 1);
    if (ms > slowest.ms) slowest = { ms, base: input.base, seed: input.seed };
    if (trial.fault === null) continue;
    faults += 1;
    const { base, seed: own } = input;
    const { step, message } = trial.fault;
    const line = values.json
      ? JSON.stringify({ base, seed: own, step, message })
      : `FAULT ${base}${own === null ? '' : ` seed ${own}`} at ${step}: ${message}`;
    process.stdout.write(`${line}\n`);
    if (values.keep !== undefined) {
      mkdirSync(where(values.keep), { recursive: true });
      const name = `${base.replace(/[^\w.-]/g, '_')}-${own ?? 'as-is'}.pdf`;
      writeFileSync(join(where(values.keep), name), await new Workbench().bytes(input));
    }
  }
  await bench.end();
  const told = [...outcomes].sort(([, a], [, b]) => b - a);
  if (values.json) {
    process.stdout.write(
      `${JSON.stringify({ tried, faults, slowest, outcomes: Object.fromEntries(told) })}\n`
    );
  } else {
    process.stdout.write(
      `${tried} inputs: ${told.map(([outcome, n]) => `${n} ${outcome}`).join(', ')}\n` +
        `slowest ${slowest.ms} ms: ${slowest.base} seed ${slowest.seed ?? 'none'}\n${faults} faults\n`
    );
  }
  return faults === 0 ? 0 : 1;
}

if (isMainThread) {
  process.exitCode = await main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 2;
  });
} else serveTrials();
