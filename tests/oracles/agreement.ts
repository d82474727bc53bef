// What pyHanko, pdfsig and openssl say of files that we signed, beside what pyHanko said before.
import { availableParallelism } from 'node:os';
import {
  openssl,
  pdfsig,
  pyhankoJobs,
  type PyHankoSignature,
  type PyHankoTrial,
  type PyHankoWord
} from './judges.ts';

/** A file that pyHanko can sign, and what became of it in our hands. */
export interface Case {
  readonly path: string;
  readonly password: string | null;
  readonly trial: PyHankoTrial;
  readonly signed: {
    readonly file: string;
    /** Fields that we signed, in order. */
    readonly fields: readonly string[];
    readonly error: string | null;
  };
}

export interface Outcome {
  readonly path: string;
  /** Empty: all three accept both signatures, and nothing that held before is worse. */
  readonly objections: readonly string[];
}

const SMALL_CHANGES = ['NONE', 'LTA_UPDATES', 'FORM_FILLING'];

/** What pyHanko has against a signature of ours; `last`: nothing may follow it. */
function against(signature: PyHankoSignature | undefined, last: boolean): string | null {
  if (signature === undefined) return 'not seen';
  if (signature.error !== undefined) return signature.error;
  if (signature.intact !== true || signature.valid !== true) return 'not valid';
  const coverage = last ? 'ENTIRE_FILE' : 'ENTIRE_REVISION';
  if (signature.coverage !== coverage) return `covers ${signature.coverage}`;
  const allowed = last ? ['NONE'] : SMALL_CHANGES;
  if (!allowed.includes(signature.changes ?? '')) return `changes after it: ${signature.changes}`;
  return signature.docmdp === false ? 'DocMDP' : null;
}

/** What pyHanko says of a signature that was there before, when that is worse than it was. */
function worse(before: PyHankoSignature, after: PyHankoSignature | undefined): string | null {
  if (after === undefined) return 'gone';
  if (before.error !== undefined || before.intact !== true || before.valid !== true) return null;
  if (after.error !== undefined) return after.error;
  if (after.intact !== true || after.valid !== true) return 'no longer valid';
  if (before.docmdp !== false && after.docmdp === false) return 'DocMDP';
  const clean = SMALL_CHANGES.includes(before.changes ?? '');
  return clean && !SMALL_CHANGES.includes(after.changes ?? '') ? `changes after it: ${after.changes}` : null;
}

async function judgeOne({ path, password, trial, signed }: Case, word: PyHankoWord): Promise<Outcome> {
  if (signed.error !== null) return { path, objections: [`not signed: ${signed.error}`] };
  const objections: string[] = [];
  const say = (judge: string, field: string, what: string | null) => {
    if (what !== null) objections.push(`${judge}, ${field}: ${what.trim().split('\n')[0]}`);
  };
  if (word.error !== null) objections.push(`pyHanko: ${word.error}`);
  const named = <T extends { readonly field: string }>(list: readonly T[], field: string): T | undefined =>
    list.find((one) => one.field === field);
  const [sig, ssl] = await Promise.all([
    pdfsig(signed.file, password),
    openssl(signed.file, password, signed.fields)
  ]);
  for (const [index, field] of signed.fields.entries()) {
    const last = index === signed.fields.length - 1;
    if (word.error === null) say('pyHanko', field, against(named(word.signatures, field), last));
    const poppler = named(sig, field);
    say('pdfsig', field, poppler === undefined ? 'not seen' : poppler.valid ? null : 'not valid');
    const cms = named(ssl, field);
    say('openssl', field, cms === undefined ? 'not seen' : cms.objection);
  }
  if (word.error === null)
    for (const before of trial.before)
      say('pyHanko, before', before.field, worse(before, named(word.signatures, before.field)));
  return { path, objections };
}

/** Judges all cases: pyHanko in one process, the others some at a time. */
export async function judgeAgreement(cases: readonly Case[]): Promise<Outcome[]> {
  const signed = cases.filter(({ signed }) => signed.error === null);
  const words = await pyhankoJobs(
    signed.map(({ password, trial, signed }) => ({ file: signed.file, password, lax: trial.lax }))
  );
  const wordOf = new Map(words.map((word, index) => [signed[index]?.path, word]));
  const outcomes: Outcome[] = new Array<Outcome>(cases.length);
  const queue = cases.entries();
  const work = async (): Promise<void> => {
    for (const [index, one] of queue) {
      const word = wordOf.get(one.path) ?? { signatures: [], error: 'said nothing' };
      outcomes[index] = await judgeOne(one, word);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return outcomes;
}
