import { existsSync, readFileSync } from 'node:fs';
import type { Comparison, Question } from './expected.ts';
import { isClean } from './expected.ts';
import type { Outcome } from './pool.ts';

/** `tests/oracles/floor.json`: agreement that must be reached, and results that were looked at and stand. */
interface Floor {
  /** Per question, how many of a hundred results agree at least. */
  readonly agree: Readonly<Partial<Record<Question, number>>>;
  /** `path|question|what` of results that are more lenient, each with its reason in differences.md. */
  readonly explained: readonly string[];
}

const questions: readonly Question[] = ['integrity', 'coverage', 'changes', 'judged', 'ok'];

/** Counts a run over a folder and says what failed. */
export class Tally {
  private readonly floor: Floor;
  private readonly counts = new Map<Question, { all: number; agree: number; lenient: number }>();
  private readonly verdicts = new Map<string, number>();
  private files = 0;
  private failed = 0;
  private signed = 0;
  private refused = new Map<string, number>();
  private slowest = { name: '', ms: 0 };

  constructor(file: string) {
    this.floor = existsSync(file)
      ? (JSON.parse(readFileSync(file, 'utf8')) as Floor)
      : { agree: {}, explained: [] };
  }

  /** Takes one file in; the lines to print about it. */
  add(outcome: Outcome, compared: readonly Comparison[], verbose: boolean): string[] {
    const lines: string[] = [];
    const { name } = outcome.job;
    this.files += 1;
    if (outcome.ms > this.slowest.ms) this.slowest = { name, ms: outcome.ms };
    let bad = false;
    const fail = (why: string): void => {
      bad = true;
      lines.push(`FAIL ${name}: ${why}`);
    };
    if (outcome.mishap !== null) fail(`${outcome.mishap.kind}: ${outcome.mishap.message}`);
    const report = outcome.judged?.report;
    if (report !== undefined) {
      this.verdicts.set(report.verdict, (this.verdicts.get(report.verdict) ?? 0) + 1);
      if (report.error?.code === 'internal') fail(`internal error: ${report.error.message}`);
    }
    this.addSigned(outcome, fail);
    for (const one of compared) {
      const count = this.counts.get(one.question) ?? { all: 0, agree: 0, lenient: 0 };
      count.all += 1;
      if (one.agrees) count.agree += 1;
      this.counts.set(one.question, count);
      if (one.agrees) continue;
      const told = `${one.question} of ${one.what}: expected ${one.expected}, found ${one.found}`;
      if (one.lenient && !this.floor.explained.includes(`${name}|${one.question}|${one.what}`)) {
        count.lenient += 1;
        fail(`more lenient: ${told}`);
      } else if (verbose) lines.push(`differs ${name}: ${told}`);
    }
    if (bad) this.failed += 1;
    return lines;
  }

  private addSigned(outcome: Outcome, fail: (why: string) => void): void {
    const signed = outcome.judged?.signed;
    if (signed === null || signed === undefined) return;
    if (signed.error !== null) {
      if (signed.error.code === 'internal') fail(`signing: ${signed.error.message}`);
      this.refused.set(signed.error.code, (this.refused.get(signed.error.code) ?? 0) + 1);
      return;
    }
    const signatures = signed.report?.signatures ?? [];
    const good = signatures.filter(
      (one) =>
        one.integrity === 'intact' && (one.coverage === 'file' || one.coverage === 'revision') && isClean(one)
    );
    if (signatures.length === 2 && good.length === 2) this.signed += 1;
    else
      fail(
        `signed, but judged ${signed.report?.verdict ?? 'not at all'} with ${good.length} good signatures`
      );
  }

  /** The table and whether all is well. `compared`: there was something to compare with. */
  end(compared: boolean): { readonly lines: readonly string[]; readonly failed: number } {
    const words = (counts: ReadonlyMap<string, number>): string =>
      [...counts].map(([word, count]) => `${count} ${word}`).join(', ') || 'none';
    const lines = [
      '',
      `files      ${this.files}`,
      `verdicts   ${words(this.verdicts)}`,
      `signed     ${this.signed} by two parties and verified; refused: ${words(this.refused)}`,
      `slowest    ${this.slowest.ms} ms ${this.slowest.name}`
    ];
    let failed = this.failed;
    for (const question of compared ? questions : []) {
      const count = this.counts.get(question) ?? { all: 0, agree: 0, lenient: 0 };
      const floor = this.floor.agree[question] ?? 0;
      const share = count.all === 0 ? 100 : (100 * count.agree) / count.all;
      lines.push(
        `${question.padEnd(10)} ${count.agree} of ${count.all} agree (${share.toFixed(1)} %), ${count.lenient} more lenient, floor ${floor} %`
      );
      if (share < floor) {
        failed += 1;
        lines.push(`FAIL ${question}: ${share.toFixed(2)} % agree, the floor is ${floor} %`);
      }
    }
    lines.push(`${Math.max(0, this.files - this.failed)} passed, ${failed} failed`);
    return { lines, failed };
  }
}
