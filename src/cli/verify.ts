import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { isMainThread } from 'node:worker_threads';
import { type Job, serve } from './judge.ts';
import { judgeAll, mishapReport } from './pool.ts';
import { describe, describeList } from './sentences.ts';
import { readTrust } from './roots.ts';

const HELP = `npm run --silent verify -- [--json] FILE…

Says of each PDF whether its signatures are intact, whole and unchanged since, and who made them.

  --json          one JSON line a file, in the order given; without it sentences for people
  --password P    opens encrypted files
  --trust FILE    certificates that you trust; may be given several times: PEM, DER, PKCS#7 (.p7b),
                  Adobe's .acrobatsecuritysettings, or an EU trusted list (XML; its signature is not checked)
  --at TIME       judge certificates at this time (ISO 8601), where the file proves none; default now
  --timeout MS    longest time for one file (default 60000)
  --memory MB     most memory for one file (default 1024)
Paths count from where npm was called. A file that cannot be judged gets its line and never stops the rest.
Exit 0 when every file was judged, whatever the verdict; 1 when one was not; 2 for a wrong call.
`;

/** UTC milliseconds of an ISO 8601 date or time; a time without a zone is UTC. NaN when it is none. */
function timeOf(text: string): number {
  if (!/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/.test(text))
    return Number.NaN;
  return Date.parse(/T.*(Z|[+-]\d{2}:\d{2})$/.test(text) || !text.includes('T') ? text : `${text}Z`);
}

function readCall() {
  return parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      password: { type: 'string' },
      trust: { type: 'string', multiple: true, default: [] },
      at: { type: 'string' },
      timeout: { type: 'string', default: '60000' },
      memory: { type: 'string', default: '1024' },
      help: { type: 'boolean', short: 'h', default: false }
    }
  });
}

async function main(): Promise<number> {
  let call: ReturnType<typeof readCall>;
  try {
    call = readCall();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
    return 2;
  }
  const { values, positionals } = call;
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const limits = { ms: Number(values.timeout), memoryMb: Number(values.memory) };
  const now = values.at === undefined ? Date.now() : timeOf(values.at);
  if (positionals.length === 0 || !(limits.ms > 0) || !(limits.memoryMb >= 16) || Number.isNaN(now)) {
    process.stderr.write(HELP);
    return 2;
  }
  const base = process.env['INIT_CWD'] ?? process.cwd();
  const trusted = values.trust.map((path) => readTrust(resolve(base, path)));
  const ders = (timesOnly: boolean) =>
    trusted.flatMap(({ certificates }) =>
      certificates.filter((one) => one.timesOnly === timesOnly).map(({ der }) => der)
    );
  // Beside the reports, not among them: standard output stays one line a file.
  for (const { list } of trusted)
    if (list !== null) process.stderr.write(`${describeList(list, Date.now()).join('\n')}\n`);
  const jobs: Job[] = positionals.map((name) => ({
    path: resolve(base, name),
    name,
    password: values.password ?? null,
    roots: ders(false),
    timeRoots: ders(true),
    now,
    sign: false
  }));
  let judged = true;
  for await (const outcome of judgeAll(fileURLToPath(import.meta.url), jobs, limits)) {
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
