import { parentPort } from 'node:worker_threads';
import { hashesOfSource, webProvider } from '#lib/pki/provider-web.ts';
import { joinedSource } from '#lib/bytes/joined-source.ts';
import type { Report } from '#lib/verify/report.ts';
import { verifyFile } from '#lib/verify/verify.ts';
import { fileSource } from './file-source.ts';
import { loadFonts } from './fonts.ts';
import { signForAll } from './signing.ts';

/** One file for a worker to judge. */
export interface Job {
  readonly path: string;
  /** As the report names it. */
  readonly name: string;
  readonly password: string | null;
  readonly roots: readonly Uint8Array[];
  /** Trusted about times only. */
  readonly timeRoots?: readonly Uint8Array[];
  readonly now: number;
  /** Also sign the file for two parties, when it carries no signature, and judge what came out. */
  readonly sign: boolean;
}

export interface Judged {
  readonly report: Report;
  /** What became of signing; null when it was not asked for or the file is signed or closed already. */
  readonly signed: {
    readonly report: Report | null;
    readonly error: { code: string; message: string } | null;
  } | null;
}

async function signed(job: Job): Promise<Judged['signed']> {
  const source = fileSource(job.path);
  try {
    const { tails } = await signForAll(source, 2, await loadFonts(), () => job.now);
    const whole = joinedSource(source, ...tails);
    const report = await verifyFile(job.name, whole, webProvider, { now: job.now });
    return { report, error: null };
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    const message = error instanceof Error ? error.message : String(error);
    return { report: null, error: { code: typeof code === 'string' ? code : 'internal', message } };
  } finally {
    source.close();
  }
}

async function judge(job: Job): Promise<Judged> {
  const source = fileSource(job.path);
  try {
    const options = {
      now: job.now,
      roots: job.roots,
      timeRoots: job.timeRoots ?? [],
      ...(job.password === null ? {} : { password: job.password })
    };
    const report = await verifyFile(job.name, source, webProvider, options, hashesOfSource(source));
    const signable = job.sign && report.verdict === 'unsigned' && job.password === null;
    return { report, signed: signable ? await signed(job) : null };
  } finally {
    source.close();
  }
}

/** The worker's side of `pool.ts`: one file in, one answer out. */
export function serve(): void {
  parentPort?.on('message', (job: Job) => {
    judge(job).then(
      (judged) => parentPort?.postMessage({ judged }),
      (error: unknown) =>
        parentPort?.postMessage({ failed: error instanceof Error ? error.message : String(error) })
    );
  });
}
