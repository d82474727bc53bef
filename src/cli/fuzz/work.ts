import { readFileSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { loadFonts } from '../fonts.ts';
import { ownBases } from './bases.ts';
import { mutate } from './mutate.ts';
import { type Base, type Trial, tryFile } from './trial.ts';

/** One input: a base as it is (`seed` null) or mutated by a seed. */
export interface Input {
  /** Name of a base of our own, or path of a file. */
  readonly base: string;
  readonly path: string | null;
  readonly password: string | null;
  readonly seed: number | null;
}

export type Answer = { readonly trial: Trial } | { readonly names: readonly string[] };

/** UTC milliseconds at which everything is signed and judged: results must not hang on the day. */
const NOW = Date.UTC(2026, 5, 1);

export class Workbench {
  private bases: Map<string, Base> | null = null;

  private async own(): Promise<Map<string, Base>> {
    this.bases ??= new Map((await ownBases(await loadFonts(), NOW)).map((base) => [base.name, base]));
    return this.bases;
  }

  async names(): Promise<string[]> {
    return [...(await this.own()).keys()];
  }

  private async base({ base, path, password }: Input): Promise<Base> {
    if (path !== null) return { name: base, bytes: new Uint8Array(readFileSync(path)), password };
    const found = (await this.own()).get(base);
    if (found === undefined) throw new RangeError(`no base is called ${base}`);
    return found;
  }

  async bytes(input: Input): Promise<Uint8Array> {
    const { bytes } = await this.base(input);
    return input.seed === null ? bytes : mutate(bytes, input.seed);
  }

  async run(input: Input): Promise<Trial> {
    const base = await this.base(input);
    // A second signature finds little that the first does not, and costs as much.
    const parties = input.seed === null || input.seed % 4 === 0 ? 2 : 1;
    return tryFile({ ...base, bytes: await this.bytes(input) }, await loadFonts(), NOW, parties);
  }
}

/** The worker's side: one input in, one answer out. */
export function serveTrials(): void {
  const bench = new Workbench();
  parentPort?.on('message', (input: Input | 'names') => {
    const answer: Promise<Answer> =
      input === 'names'
        ? bench.names().then((names) => ({ names }))
        : bench.run(input).then(
            (trial) => ({ trial }),
            (error: unknown) => ({
              trial: { outcome: 'fault', fault: { step: 'read' as const, message: String(error) } }
            })
          );
    void answer.then((told) => parentPort?.postMessage(told));
  });
}
