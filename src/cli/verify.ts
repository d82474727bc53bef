import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { isMainThread } from 'node:worker_threads';
import { type Job, serve } from './judge.ts';
import { judgeAll, mishapReport } from './pool.ts';
import { readRoots } from './roots.ts';
import { describe } from './sentences.ts';

const HELP = `npm run --silent verify -- [--json] FILE…

Says of each PDF whether its signatures are intact, whole and unchanged since, and who made them.

  --json          one JSON line a file, in the order given; without it sentences for people
  --password P    opens encrypted files
  --trust FILE    certificates that you trust (PEM or DER); may be given several times
  --timeout MS    longest time for one file (default 60000)
Paths count from where npm was called. A file that cannot be judged gets its line and never stops the rest.
Exit 0 when every file was judged, whatever the verdict; 1 when one was not; 2 for a wrong call.
`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      password: { type: 'string' },
      trust: { type: 'string', multiple: true, default: [] },
      timeout: { type: 'string', default: '60000' },
      help: { type: 'boolean', short: 'h', default: false }
    }
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const limitMs = Number(values.timeout);
  if (positionals.length === 0 || !(limitMs > 0)) {
    process.stderr.write(HELP);
    return 2;
  }
  const base = process.env['INIT_CWD'] ?? process.cwd();
  const roots = values.trust.flatMap((path) => readRoots(resolve(base, path)));
  const now = Date.now();
  const jobs: Job[] = positionals.map((name) => ({
    path: resolve(base, name),
    name,
    password: values.password ?? null,
    roots,
    now,
    sign: false
  }));
  let judged = true;
  for await (const outcome of judgeAll(fileURLToPath(import.meta.url), jobs, limitMs)) {
    if (outcome.mishap !== null) judged = false;
    const report =
      outcome.judged?.report ?? mishapReport(outcome.job, outcome.mishap ?? { kind: 'crash', message: '' });
    process.stdout.write(`${values.json ? JSON.stringify(report) : describe(report).join('\n')}\n`);
  }
  return judged ? 0 : 1;
}

if (isMainThread) {
  process.exitCode = await main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 2;
  });
} else serve();
