import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { isMainThread } from 'node:worker_threads';
import { compare, type Comparison, type ExpectedFile } from './expected.ts';
import { type Job, serve } from './judge.ts';
import { judgeAll, type Outcome } from './pool.ts';
import { Tally } from './tally.ts';

const HELP = `npm run --silent corpus -- DIR [--verbose]

Verifies every PDF under DIR; those without a signature are signed for two parties too, and verified again.
Compares with DIR/expected.jsonl when that is there. Exit 1 on a crash, a time-out (10 s a file), a result
more lenient than expected, or less agreement than tests/oracles/floor.json asks for.
`;

/** For one file. */
const LIMIT = { ms: 10_000, memoryMb: 1024 };

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.pdf(\.gz)?$/i.test(entry.name))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

function readExpected(folder: string): Map<string, ExpectedFile> {
  const file = join(folder, 'expected.jsonl');
  if (!existsSync(file)) return new Map();
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  return new Map(
    lines.map((line) => {
      const expected = JSON.parse(line) as ExpectedFile;
      return [expected.path, expected];
    })
  );
}

/** The repository's own floor; the bundle lies in build/cli. */
function floorFile(): string {
  return join(fileURLToPath(import.meta.url), '../../../tests/oracles/floor.json');
}

function compareOutcome(outcome: Outcome, expected: ExpectedFile | undefined): Comparison[] {
  return expected === undefined || outcome.judged === null ? [] : compare(expected, outcome.judged.report);
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      verbose: { type: 'boolean', short: 'v', default: false },
      help: { type: 'boolean', short: 'h', default: false }
    }
  });
  const [given] = positionals;
  if (values.help || given === undefined) {
    (values.help ? process.stdout : process.stderr).write(HELP);
    return values.help ? 0 : 2;
  }
  const folder = resolve(process.env['INIT_CWD'] ?? process.cwd(), given);
  const expected = readExpected(folder);
  const now = Date.now();
  const jobs: Job[] = filesUnder(folder).map((name) => ({
    path: join(folder, name),
    name,
    password: expected.get(name)?.password ?? null,
    roots: [],
    now,
    sign: true
  }));
  const tally = new Tally(floorFile());
  for await (const outcome of judgeAll(fileURLToPath(import.meta.url), jobs, LIMIT)) {
    for (const line of tally.add(
      outcome,
      compareOutcome(outcome, expected.get(outcome.job.name)),
      values.verbose
    )) {
      process.stdout.write(`${line}\n`);
    }
  }
  const { lines, failed } = tally.end(expected.size > 0);
  process.stdout.write(`${lines.join('\n')}\n`);
  return failed === 0 ? 0 : 1;
}

if (isMainThread) {
  process.exitCode = await main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 2;
  });
} else serve();
