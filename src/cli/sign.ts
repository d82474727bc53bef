import { appendFileSync, copyFileSync, mkdirSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import type { FontSet } from '#lib/pdf/appearance/fonts.ts';
import { loadFonts } from './fonts.ts';
import { fileSource } from './file-source.ts';
import { readPicture } from './picture-file.ts';
import { readPkcs12 } from './pkcs12-key.ts';
import { HELP, readSignOptions, UsageError, type SignOptions } from './sign-options.ts';
import { signForAll, type Wishes, type WrittenRevision } from './signing.ts';

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
  fonts: FontSet,
  wishes: Wishes
): Promise<Line> {
  let bytesIn = 0;
  try {
    const source = fileSource(path);
    try {
      bytesIn = source.size;
      const { tails, revisions } = await signForAll(source, parties, fonts, () => Date.now(), wishes);
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

async function wishesOf(options: SignOptions, at: (path: string) => string): Promise<Wishes> {
  const { keyFiles, pss, password, text, stamp, page, boxes } = options;
  const keys = await Promise.all(keyFiles.map((file) => readPkcs12(at(file.path), file.password, pss)));
  return {
    keys,
    place: { page, boxes },
    ...(password === null ? {} : { password }),
    ...(text === null ? {} : { text }),
    ...(stamp === null ? {} : { stamp: readPicture(at(stamp)) })
  };
}

async function main(): Promise<number> {
  const options = readSignOptions(process.argv.slice(2));
  if (options === null) {
    process.stdout.write(HELP);
    return 0;
  }
  const base = process.env['INIT_CWD'] ?? process.cwd();
  const at = (path: string): string => resolve(base, path);
  const wishes = await wishesOf(options, at);
  const paths = options.files.map(at);
  const names = outputNames(paths);
  const fonts = await loadFonts();
  for (const [index, path] of paths.entries()) {
    const out = join(at(options.folder), names[index] ?? basename(path));
    const line = await signFile(path, out, options.files[index] ?? path, options.parties, fonts, wishes);
    process.stdout.write(`${options.json ? JSON.stringify(line) : sentence(line)}\n`);
  }
  return 0;
}

process.exitCode = await main().catch((error: unknown) => {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(error instanceof UsageError ? `${message}\n\n${HELP}` : `${message}\n`);
  return 2;
});
