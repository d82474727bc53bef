import { parseArgs } from 'node:util';
import type { DisplayBox } from '#lib/pdf/geometry.ts';

export const HELP = `npm run --silent sign -- --json --out-dir DIR [--parties N] [OPTIONS] FILE…

Freezes each PDF with a signature and a text field for each of N parties (default 2) and a stamp for the
first, on page 1; then signs for all in order with fresh keys and self-signed certificates.

  --out-dir DIR      where the signed files go, under their own names (paths count from where npm was called)
  --parties N        1 to 26
  --json             one JSON line a file:
                     {"in","out","bytesIn","bytesOut","revisions":[{"end","kind","ms"}],"notices":[{"code","message"}],
                      "error":null|{"code","message"}}
keys
  --p12 FILE         sign with the key of a PKCS#12 file; given several times, one for each party in order, the
                     last for all that remain
  --password P       right after --p12 FILE: opens that file; anywhere else: opens encrypted PDFs
  --open-password P  opens encrypted PDFs, wherever it stands
  --pss              RSA keys sign by RSASSA-PSS instead of PKCS#1 v1.5
time
  --tsa URL          a timestamp of this authority (RFC 3161) in every signature; it is checked before it is used,
                     and where none comes, the line says so and the file is signed without
  --tsa-ca FILE      the roots that its certificate must reach, PEM or DER; without it whoever answers is taken
  --archive          after the last signature everything that is needed to verify without network, and a document
                     timestamp over it (PAdES-B-LTA, when there is a revocation list for everybody); needs --tsa
  --crl FILE         a revocation list for the archive, PEM or DER; may be given several times
what is shown, and where
  --text "…"         what stands in the text fields
  --stamp IMAGE      PNG or JPEG for the stamp
  --page N           the page of all fields
  --box x,y,w,h      where the first party's signature goes, in points from the top left of the page as it is
                     shown; given several times, for the further parties
Each result is read by our own verifier before it is written. A file that cannot be signed gets a line with its
error and never stops the rest. Exit 0 when every file got its line, 1 when the verifier refused a result.
`;

/** The command line, understood. */
export interface SignOptions {
  readonly json: boolean;
  readonly folder: string;
  readonly parties: number;
  readonly files: readonly string[];
  readonly keyFiles: readonly { readonly path: string; readonly password: string }[];
  readonly pss: boolean;
  readonly password: string | null;
  readonly tsa: string | null;
  readonly tsaRoots: string | null;
  readonly archive: boolean;
  readonly crls: readonly string[];
  readonly text: string | null;
  readonly stamp: string | null;
  readonly page: number;
  readonly boxes: readonly DisplayBox[];
}

/** What is wrong with a command line. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

function wholeNumber(name: string, text: string, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > most)
    throw new UsageError(`--${name} ${text}: a number from 1 to ${most} is wanted`);
  return value;
}

function box(text: string): DisplayBox {
  const [x = NaN, y = NaN, w = NaN, h = NaN, ...more] = text
    .split(',')
    .map((part) => (part.trim() === '' ? NaN : Number(part)));
  if (more.length > 0 || ![x, y, w, h].every(Number.isFinite) || w <= 0 || h <= 0)
    throw new UsageError(`--box ${text}: x,y,width,height in points are wanted`);
  return { x, y, w, h };
}

const OPTIONS = {
  json: { type: 'boolean' },
  'out-dir': { type: 'string' },
  parties: { type: 'string' },
  p12: { type: 'string', multiple: true },
  password: { type: 'string', multiple: true },
  'open-password': { type: 'string' },
  pss: { type: 'boolean' },
  tsa: { type: 'string' },
  'tsa-ca': { type: 'string' },
  archive: { type: 'boolean' },
  crl: { type: 'string', multiple: true },
  text: { type: 'string' },
  stamp: { type: 'string' },
  page: { type: 'string' },
  box: { type: 'string', multiple: true },
  help: { type: 'boolean', short: 'h' }
} as const;

/** Reads the arguments; null when help is asked for. Throws UsageError. */
export function readSignOptions(args: readonly string[]): SignOptions | null {
  const { values, positionals, tokens } = understood(args);
  if (values.help === true) return null;
  const folder = values['out-dir'];
  if (folder === undefined) throw new UsageError('--out-dir DIR is missing');
  if (positionals.length === 0) throw new UsageError('no file is named');
  if (values.tsa === undefined && (values.archive === true || values['tsa-ca'] !== undefined))
    throw new UsageError('--archive and --tsa-ca need --tsa URL');
  // Which of the two a --password opens is told by what it follows.
  const keyFiles: { path: string; password: string }[] = [];
  let password = values['open-password'] ?? null;
  let previous = '';
  for (const token of tokens) {
    if (token.kind === 'option' && token.name === 'p12')
      keyFiles.push({ path: token.value ?? '', password: '' });
    if (token.kind === 'option' && token.name === 'password') {
      const last = keyFiles[keyFiles.length - 1];
      if (previous === 'p12' && last !== undefined) last.password = token.value ?? '';
      else if (password === null) password = token.value ?? '';
      else throw new UsageError('two passwords for encrypted files');
    }
    previous = token.kind === 'option' ? token.name : '';
  }
  return {
    json: values.json ?? false,
    folder,
    parties: wholeNumber('parties', values.parties ?? '2', 26),
    files: positionals,
    keyFiles,
    pss: values.pss ?? false,
    password,
    tsa: values.tsa ?? null,
    tsaRoots: values['tsa-ca'] ?? null,
    archive: values.archive ?? false,
    crls: values.crl ?? [],
    text: values.text ?? null,
    stamp: values.stamp ?? null,
    page: wholeNumber('page', values.page ?? '1', 1_000_000),
    boxes: (values.box ?? []).map(box)
  };
}

function understood(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS, tokens: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
