import { appendFileSync, copyFileSync, mkdirSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { FontSet } from '#lib/pdf/appearance/fonts.ts';
import { loadFonts } from './fonts.ts';
import { fileSource } from './file-source.ts';
import { signForAll, type WrittenRevision } from './signing.ts';

const HELP = `npm run --silent sign -- --json --out-dir DIR [--parties N] FILE…

Freezes each PDF with a signature and a text field for each of N parties (default 2) and a stamp for the
first, on page 1; then signs for all in order with fresh keys and self-signed certificates.

  --out-dir DIR   where the signed files go, under their own names (paths count from where npm was called)
  --parties N     1 to 26
  --json          one JSON line a file:
                  {"in","out","bytesIn","bytesOut","revisions":[{"end","kind","ms"}],"error":null|{"code","message"}}
A file that cannot be signed gets a line with its error and never stops the rest. Exit 0 when every file got its line.
`;

interface Line {
  readonly in: string;
  readonly out: string | null;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly revisions: readonly WrittenRevision[];
  readonly error: { readonly code: string; readonly message: string } | null;
}

async function signFile(
  path: string,
  out: string,
  name: string,
  parties: number,
  fonts: FontSet
): Promise<Line> {
  let bytesIn = 0;
  try {
    const source = fileSource(path);
    try {
      bytesIn = source.size;
      const { tails, revisions } = await signForAll(source, parties, fonts, () => Date.now());
      mkdirSync(dirname(out), { recursive: true });
      copyFileSync(path, out);
      for (const tail of tails) appendFileSync(out, tail);
      const bytesOut = revisions[revisions.length - 1]?.end ?? bytesIn;
      return { in: name, out, bytesIn, bytesOut, revisions, error: null };
    } finally {
      source.close();
    }
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    const message = error instanceof Error ? error.message : String(error);
    const known = { code: typeof code === 'string' ? code : 'internal', message };
    return { in: name, out: null, bytesIn, bytesOut: 0, revisions: [], error: known };
  }
}

/** Output names: base names; where two files share one, the path from the common start. */
function outputNames(paths: readonly string[]): string[] {
  const names = paths.map((path) => basename(path));
  const shared = names.some((name, index) => names.indexOf(name) !== index);
  if (!shared) return names;
  let common = dirname(paths[0] ?? '');
  while (!paths.every((path) => path.startsWith(`${common}/`)) && common !== dirname(common))
    common = dirname(common);
  return names.map((name, index) =>
    names.indexOf(name) === names.lastIndexOf(name) ? name : relative(common, paths[index] ?? name)
  );
}

function sentence(line: Line): string {
  if (line.error !== null) return `${line.in}: not signed: ${line.error.message} (${line.error.code})`;
  const signatures = line.revisions.filter((revision) => revision.kind === 'signature').length;
  return `${line.in}: ${signatures} signatures, ${line.bytesOut - line.bytesIn} bytes added → ${line.out}`;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      'out-dir': { type: 'string' },
      parties: { type: 'string', default: '2' },
      help: { type: 'boolean', short: 'h', default: false }
    }
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const parties = Number(values.parties);
  const folder = values['out-dir'];
  if (
    folder === undefined ||
    positionals.length === 0 ||
    !(Number.isInteger(parties) && parties >= 1 && parties <= 26)
  ) {
    process.stderr.write(HELP);
    return 2;
  }
  const base = process.env['INIT_CWD'] ?? process.cwd();
  const paths = positionals.map((path) => resolve(base, path));
  const names = outputNames(paths);
  const fonts = await loadFonts();
  for (const [index, path] of paths.entries()) {
    const out = join(resolve(base, folder), names[index] ?? basename(path));
    const line = await signFile(path, out, positionals[index] ?? path, parties, fonts);
    process.stdout.write(`${values.json ? JSON.stringify(line) : sentence(line)}\n`);
  }
  return 0;
}

process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  return 2;
});
