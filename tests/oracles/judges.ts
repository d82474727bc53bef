// The reference tools' word on a signed file. What is right is what all of them and our verifier agree on.
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { memorySource } from '../../src/lib/bytes/source.ts';
import { openPdf } from '../../src/lib/pdf/document.ts';
import { formFields } from '../../src/lib/pdf/fields.ts';
import { PdfDict, PdfName, PdfString } from '../../src/lib/pdf/objects.ts';

const run = promisify(execFile);
const root = resolve(fileURLToPath(new URL('../..', import.meta.url)));
/** The Python that has pyHanko; `npm test` makes this environment. */
export const python = process.env['COUNTERSIGN_PYTHON'] ?? join(root, '.cache/oracles/bin/python');

export interface PyHankoSignature {
  readonly field: string;
  readonly intact?: boolean;
  readonly valid?: boolean;
  /** ENTIRE_FILE, ENTIRE_REVISION, … */
  readonly coverage?: string;
  /** NONE, LTA_UPDATES, FORM_FILLING, ANNOTATIONS, OTHER. */
  readonly changes?: string | null;
  readonly docmdp?: boolean | null;
  readonly error?: string;
}

export interface PyHankoWord {
  readonly signatures: readonly PyHankoSignature[];
  readonly error: string | null;
}

export interface PdfsigSignature {
  readonly field: string;
  readonly valid: boolean;
  /** Whether pdfsig calls the whole file signed by it. */
  readonly whole: boolean;
}

export interface OpensslSignature {
  readonly field: string;
  /** Null, or what `openssl cms -verify` said against it. */
  readonly objection: string | null;
}

export interface Judgement {
  readonly pyhanko: PyHankoWord;
  /** For each signature, in the order of the form. */
  readonly pdfsig: readonly PdfsigSignature[];
  readonly openssl: readonly OpensslSignature[];
  /** Null, or what `qpdf --check` said against it. */
  readonly qpdf: string | null;
}

/** pyHanko over many files in one process. `lax` reads hybrid-reference files too. */
export async function pyhanko(files: readonly string[], lax = false): Promise<PyHankoWord[]> {
  if (!existsSync(python)) throw new Error(`no Python with pyHanko at ${python} (COUNTERSIGN_PYTHON)`);
  const script = join(root, 'tests/oracles/judge.py');
  const { stdout } = await run(python, [script, ...(lax ? ['--lax'] : []), ...files], { maxBuffer: 1 << 26 });
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as PyHankoWord);
}

/** One file for pyHanko; `lax` reads hybrid-reference files and broken structures too. */
export interface PyHankoJob {
  readonly file: string;
  readonly password: string | null;
  readonly lax: boolean;
}

/** Whether pyHanko can sign a file for two parties itself, what it says of the signatures before, and in which mode. */
export interface PyHankoTrial {
  readonly file: string;
  readonly lax: boolean;
  readonly before: readonly PyHankoSignature[];
  readonly error: string | null;
}

async function ask<T>(how: '--jobs' | '--sign', jobs: readonly PyHankoJob[]): Promise<T[]> {
  if (!existsSync(python)) throw new Error(`no Python with pyHanko at ${python} (COUNTERSIGN_PYTHON)`);
  const answer = run(python, [join(root, 'tests/oracles/judge.py'), how], { maxBuffer: 1 << 28 });
  answer.child.stdin?.end(jobs.map((job) => `${JSON.stringify(job)}\n`).join(''));
  const { stdout } = await answer;
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}

/** pyHanko's word on many files in one process, passwords given. */
export const pyhankoJobs = (jobs: readonly PyHankoJob[]): Promise<PyHankoWord[]> => ask('--jobs', jobs);

/** Lets pyHanko try to sign each file. */
export const pyhankoTrials = (jobs: readonly PyHankoJob[]): Promise<PyHankoTrial[]> => ask('--sign', jobs);

/** All judges over one file. */
export async function judge(file: string, options: { readonly lax?: boolean } = {}): Promise<Judgement> {
  const [judgement] = await judgeAll([file], options);
  if (judgement === undefined) throw new Error('nobody judged');
  return judgement;
}

/** All judges over each file; pyHanko starts once, which is most of its time. */
export async function judgeAll(
  files: readonly string[],
  { lax = false }: { readonly lax?: boolean } = {}
): Promise<Judgement[]> {
  const words = await pyhanko(files, lax);
  const judgements: Judgement[] = [];
  for (const [index, file] of files.entries()) {
    const [sig, ssl, check] = await Promise.all([pdfsig(file), openssl(file), qpdf(file)]);
    const word = words[index] ?? { signatures: [], error: 'pyHanko said nothing' };
    judgements.push({ pyhanko: word, pdfsig: sig, openssl: ssl, qpdf: check });
  }
  return judgements;
}

interface ToolResult {
  readonly code: number;
  readonly output: string;
}

async function tool(name: string, args: readonly string[]): Promise<ToolResult> {
  try {
    const { stdout, stderr } = await run(name, [...args], { maxBuffer: 1 << 26 });
    return { code: 0, output: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code?: number | string; stdout?: string; stderr?: string };
    if (typeof code !== 'number') throw error;
    return { code, output: `${stdout ?? ''}${stderr ?? ''}` };
  }
}

export async function pdfsig(file: string, password: string | null = null): Promise<PdfsigSignature[]> {
  const opening = password === null ? [] : ['-upw', password, '-opw', password];
  const { output } = await tool('pdfsig', ['-nocert', ...opening, file]);
  return output
    .split(/^Signature #\d+:/m)
    .slice(1)
    .map((part) => ({
      field: / {2}- Signature Field Name: (.*)/.exec(part)?.[1] ?? '',
      valid: part.includes('Signature Validation: Signature is Valid.'),
      whole: part.includes('- Total document signed')
    }));
}

async function qpdf(file: string): Promise<string | null> {
  const { code, output } = await tool('qpdf', ['--check', file]);
  return code === 0 ? null : output;
}

/** Cuts out what each signature (or each of `only`) covers and its CMS, and gives both to openssl. */
export async function openssl(
  file: string,
  password: string | null = null,
  only: readonly string[] | null = null
): Promise<OpensslSignature[]> {
  const bytes = readFileSync(file);
  const doc = openPdf(memorySource(bytes), password === null ? {} : { password });
  const folder = mkdtempSync(join(tmpdir(), 'judge-'));
  try {
    const answers: OpensslSignature[] = [];
    for (const { name: field, type, value } of formFields(doc)) {
      if (type !== 'Sig' || !(value instanceof PdfDict)) continue;
      if (only !== null && !only.includes(field)) continue;
      const range = (doc.array(value.get('ByteRange')) ?? []).map(Number);
      const [a = 0, b = 0, c = 0, d = 0] = range;
      const contents = doc.resolve(value.get('Contents'));
      if (!(contents instanceof PdfString)) throw new Error('no /Contents');
      writeFileSync(
        join(folder, 'covered'),
        Buffer.concat([bytes.subarray(a, a + b), bytes.subarray(c, c + d)])
      );
      writeFileSync(join(folder, 'cms'), trimmed(bytes.subarray(b + 1, c - 1)));
      // The token of a document timestamp holds its content: the imprint, which is pyHanko's to compare.
      const subFilter = doc.resolve(value.get('SubFilter'));
      const stamped = subFilter instanceof PdfName && subFilter.name === 'ETSI.RFC3161';
      const { code, output } = await tool('openssl', [
        ...['cms', '-verify', '-binary', '-inform', 'DER', '-noverify', '-out', '/dev/null'],
        ...['-in', join(folder, 'cms'), ...(stamped ? [] : ['-content', join(folder, 'covered')])]
      ]);
      answers.push({ field, objection: code === 0 ? null : output });
    }
    return answers;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The DER value at the start of a hex string, without the zeros that fill its place. */
function trimmed(hex: Uint8Array): Uint8Array {
  const bytes = Buffer.from(Buffer.from(hex).toString('latin1'), 'hex');
  const first = bytes[1] ?? 0;
  if (first < 0x80) return bytes.subarray(0, 2 + first);
  const count = first & 0x7f;
  let length = 0;
  for (let i = 0; i < count; i += 1) length = length * 256 + (bytes[2 + i] ?? 0);
  return bytes.subarray(0, 2 + count + length);
}

/**
 * What is wrong with a file of ours in the judges' eyes; empty when every signature is intact, valid and
 * whole, nothing changed after each but form filling, the newest covers the whole file, and the structure is
 * sound. `signatures`: how many there must be; `archived`: a document timestamp behind them closes the file.
 */
export function objections(judgement: Judgement, signatures: number, archived = false): string[] {
  const found: string[] = [];
  const say = (text: string) => found.push(text);
  const { pyhanko: word } = judgement;
  const all = signatures + (archived ? 1 : 0);
  if (word.error !== null) say(`pyHanko: ${word.error}`);
  if (word.signatures.length !== all) say(`pyHanko sees ${word.signatures.length} signatures`);
  word.signatures.forEach((signature, index) => {
    const last = index === word.signatures.length - 1;
    const coverage = last ? 'ENTIRE_FILE' : 'ENTIRE_REVISION';
    const changes = last ? ['NONE'] : ['NONE', 'LTA_UPDATES', 'FORM_FILLING'];
    if (signature.error !== undefined) say(`pyHanko, ${signature.field}: ${signature.error}`);
    else if (!signature.intact || !signature.valid) say(`pyHanko: ${signature.field} is not valid`);
    else if (signature.coverage !== coverage) say(`pyHanko: ${signature.field} covers ${signature.coverage}`);
    else if (!changes.includes(signature.changes ?? ''))
      say(`pyHanko: after ${signature.field}: ${signature.changes}`);
    else if (signature.docmdp === false) say(`pyHanko: DocMDP of ${signature.field}`);
    // It judges the change rules of signatures only.
    else if ((signature.docmdp === null) !== (archived && last)) say(`pyHanko: kind of ${signature.field}`);
  });
  if (judgement.pdfsig.length !== all) say(`pdfsig sees ${judgement.pdfsig.length} signatures`);
  // It cannot verify a document timestamp, and says so of each.
  judgement.pdfsig.slice(0, signatures).forEach(({ valid }, index) => {
    if (!valid) say(`pdfsig: signature ${index + 1} is not valid`);
  });
  if (judgement.pdfsig.filter(({ whole }) => whole).length !== 1)
    say('pdfsig: not one signature over the whole file');
  if (judgement.openssl.length !== all) say(`openssl got ${judgement.openssl.length} signatures`);
  for (const { objection } of judgement.openssl) if (objection !== null) say(`openssl: ${objection}`);
  if (judgement.qpdf !== null) say(`qpdf: ${judgement.qpdf}`);
  return found;
}
