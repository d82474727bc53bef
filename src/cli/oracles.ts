import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { memorySource } from '#lib/bytes/source.ts';
import { judgeAgreement, type Case, type Outcome } from '../../tests/oracles/agreement.ts';
import { readExceptions, exceptionsFile } from '../../tests/oracles/exceptions.ts';
import { pyhankoTrials } from '../../tests/oracles/judges.ts';
import { loadFonts } from './fonts.ts';
import { signForAll } from './signing.ts';

const HELP = `npm run --silent oracles -- FOLDER [--out-dir DIR] [--only TEXT]

Signs every PDF of the folder that pyHanko can sign for two parties, and lets pyHanko, pdfsig and openssl judge
both signatures, and pyHanko whether the signatures before them hold as they did. What they do not accept must
stand in tests/oracles/exceptions.md with its reason, and be at most 2 % of the files; else it exits 1.

  --out-dir DIR   keeps the signed files there
  --only TEXT     only files whose path has this in it
`;

/** Exceptions that are allowed, as a share of the files. */
const ALLOWED = 0.02;

/** Passwords of a folder's files, where an expected.jsonl says them. */
function passwords(folder: string): Map<string, string> {
  const list = join(folder, 'expected.jsonl');
  if (!existsSync(list)) return new Map();
  const lines = readFileSync(list, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  return new Map(
    lines.flatMap((line) => {
      const { path, password } = JSON.parse(line) as { path: string; password: string | null };
      return password === null ? [] : [[path, password] as const];
    })
  );
}

/** Signs one file for two parties with fresh keys. */
async function sign(path: string, password: string | null, out: string): Promise<Case['signed']> {
  const bytes = Uint8Array.from(readFileSync(path));
  try {
    const wishes = password === null ? {} : { password };
    const { tails, signatures } = await signForAll(
      memorySource(bytes),
      2,
      await loadFonts(),
      Date.now,
      wishes
    );
    mkdirSync(resolve(out, '..'), { recursive: true });
    writeFileSync(out, Buffer.concat([bytes, ...tails]));
    return { file: out, fields: signatures, error: null };
  } catch (error) {
    const { code } = error as { code?: unknown };
    const message = error instanceof Error ? error.message : String(error);
    return { file: out, fields: [], error: `${typeof code === 'string' ? code : 'crash'}: ${message}` };
  }
}

function conclude(outcomes: readonly Outcome[], files: number, only: boolean): number {
  const known = readExceptions();
  const against = outcomes.filter(({ objections }) => objections.length > 0);
  const share = against.length / Math.max(1, outcomes.length);
  for (const { path, objections } of against) {
    const reason = known.get(path);
    process.stdout.write(`exception ${path}\n`);
    for (const text of objections) process.stdout.write(`  ${text}\n`);
    process.stdout.write(`  ${reason === undefined ? 'NOT EXPLAINED' : `explained: ${reason}`}\n`);
  }
  const unexplained = against.filter(({ path }) => !known.has(path));
  const gone = [...known.keys()].filter((path) => !against.some((outcome) => outcome.path === path));
  if (!only)
    for (const path of gone) process.stdout.write(`no exception any more, take it off the list: ${path}\n`);
  const accepted = outcomes.length - against.length;
  process.stdout.write(
    `${files} files, ${outcomes.length} that pyHanko can sign, ${accepted} accepted by all three ` +
      `(${(100 * (1 - share)).toFixed(1)} %), ${against.length} exceptions, ${unexplained.length} not explained\n`
  );
  if (unexplained.length > 0)
    process.stdout.write(`explain them in ${exceptionsFile}, or mend what they show\n`);
  const stale = !only && gone.length > 0;
  return outcomes.length === 0 || unexplained.length > 0 || share > ALLOWED || stale ? 1 : 0;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      'out-dir': { type: 'string' },
      only: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false }
    }
  });
  const [named] = positionals;
  if (values.help || named === undefined) {
    (values.help ? process.stdout : process.stderr).write(HELP);
    return values.help ? 0 : 2;
  }
  const base = process.env['INIT_CWD'] ?? process.cwd();
  const folder = resolve(base, named);
  const kept = values['out-dir'];
  const out = kept === undefined ? mkdtempSync(join(tmpdir(), 'countersign-oracles-')) : resolve(base, kept);
  try {
    const known = passwords(folder);
    const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.pdf$/i.test(entry.name))
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
      .filter((path) => path.includes(values.only ?? ''))
      .sort();
    const jobs = paths.map((path) => ({
      file: join(folder, path),
      password: known.get(path) ?? null,
      lax: false
    }));
    const trials = pyhankoTrials(jobs);
    const signings = new Map<string, Case['signed']>();
    for (const [index, path] of paths.entries())
      signings.set(path, await sign(join(folder, path), jobs[index]?.password ?? null, join(out, path)));
    const cases = (await trials).flatMap((trial): Case[] => {
      const path = relative(folder, trial.file);
      const signed = signings.get(path);
      return trial.error !== null || signed === undefined
        ? []
        : [{ path, password: known.get(path) ?? null, trial, signed }];
    });
    return conclude(await judgeAgreement(cases), paths.length, values.only !== undefined);
  } finally {
    if (kept === undefined) rmSync(out, { recursive: true, force: true });
  }
}

process.exitCode = await main();
