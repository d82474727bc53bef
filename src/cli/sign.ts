import { appendFileSync, copyFileSync, mkdirSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { parseCertificate } from '#lib/pki/certificate.ts';
import { TimestampError } from '#lib/sign/timestamp.ts';
import type { FontSet } from '#lib/pdf/appearance/fonts.ts';
import { loadFonts } from './fonts.ts';
import { fileSource } from './file-source.ts';
import { readPicture } from './picture-file.ts';
import { readPkcs12 } from './pkcs12-key.ts';
import { HELP, readSignOptions, UsageError, type SignOptions } from './sign-options.ts';
import { readCrls, readRoots } from './roots.ts';
import { signAndCheck, type Notice, type TimeWish, type Wishes, type WrittenRevision } from './signing.ts';
import { askAuthority } from './timestamping.ts';

interface Line {
  readonly in: string;
  readonly out: string | null;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly revisions: readonly WrittenRevision[];
  readonly notices: readonly Notice[];
  readonly error: { readonly code: string; readonly message: string } | null;
}

async function signFile(
  path: string,
  out: string,
  name: string,
  parties: number,
  fonts: FontSet,
  { wishes, notice }: Prepared
): Promise<Line> {
  let bytesIn = 0;
  try {
    const source = fileSource(path);
    try {
      bytesIn = source.size;
      const { tails, revisions, notices } = await signAndCheck(
        source,
        parties,
        fonts,
        () => Date.now(),
        wishes
      );
      mkdirSync(dirname(out), { recursive: true });
      copyFileSync(path, out);
      for (const tail of tails) appendFileSync(out, tail);
      const bytesOut = revisions[revisions.length - 1]?.end ?? bytesIn;
      return { in: name, out, bytesIn, bytesOut, revisions, notices: [...notice, ...notices], error: null };
    } finally {
      source.close();
    }
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    const message = error instanceof Error ? error.message : String(error);
    const known = { code: typeof code === 'string' ? code : 'internal', message };
    return { in: name, out: null, bytesIn, bytesOut: 0, revisions: [], notices: [], error: known };
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
  const odd = line.notices.map(({ code, message }) => `; ${message} (${code})`).join('');
  return `${line.in}: ${signatures} signatures, ${line.bytesOut - line.bytesIn} bytes added → ${line.out}${odd}`;
}

interface Prepared {
  readonly wishes: Wishes;
  /** What is missing from every file. */
  readonly notice: readonly Notice[];
}

async function prepare(options: SignOptions, at: (path: string) => string): Promise<Prepared> {
  const { keyFiles, pss, password, text, stamp, page, boxes } = options;
  const keys = await Promise.all(keyFiles.map((file) => readPkcs12(at(file.path), file.password, pss)));
  const time = options.tsa === null ? null : await timeOf(options, options.tsa, at);
  const wishes = {
    keys,
    place: { page, boxes },
    ...(password === null ? {} : { password }),
    ...(text === null ? {} : { text }),
    ...(stamp === null ? {} : { stamp: readPicture(at(stamp)) })
  };
  if (time === null) return { wishes, notice: [] };
  return 'code' in time ? { wishes, notice: [time] } : { wishes: { ...wishes, time }, notice: [] };
}

/** The authority when it answers a first question rightly, else why there will be no time. */
async function timeOf(
  { tsaRoots, archive, crls }: SignOptions,
  url: string,
  at: (path: string) => string
): Promise<TimeWish | Notice> {
  const anchors = tsaRoots === null ? [] : readRoots(at(tsaRoots));
  const authority = { url, roots: tsaRoots === null ? null : anchors.map(parseCertificate) };
  const data = { certificates: anchors, crls: crls.flatMap((file) => readCrls(at(file))), ocsps: [] };
  try {
    const sample = await askAuthority(authority, crypto.getRandomValues(new Uint8Array(32)));
    return { authority, sample, archive, data };
  } catch (error) {
    if (error instanceof TimestampError) return { code: `timestamp-${error.code}`, message: error.message };
    throw error;
  }
}

async function main(): Promise<number> {
  const options = readSignOptions(process.argv.slice(2));
  if (options === null) {
    process.stdout.write(HELP);
    return 0;
  }
  const base = process.env['INIT_CWD'] ?? process.cwd();
  const at = (path: string): string => resolve(base, path);
  const prepared = await prepare(options, at);
  const paths = options.files.map(at);
  const names = outputNames(paths);
  const fonts = await loadFonts();
  let status = 0;
  for (const [index, path] of paths.entries()) {
    const out = join(at(options.folder), names[index] ?? basename(path));
    const line = await signFile(path, out, options.files[index] ?? path, options.parties, fonts, prepared);
    process.stdout.write(`${options.json ? JSON.stringify(line) : sentence(line)}\n`);
    if (line.error?.code === 'self-check') status = 1;
  }
  return status;
}

process.exitCode = await main().catch((error: unknown) => {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(error instanceof UsageError ? `${message}\n\n${HELP}` : `${message}\n`);
  return 2;
});
