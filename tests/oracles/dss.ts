// EU DSS as a judge. Its libraries come from Maven once; where there is no Maven, the tests say so and fail.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(fileURLToPath(new URL('../..', import.meta.url)));
const project = join(root, 'tests/oracles/dss');
const PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1';

export interface DssSignature {
  readonly field: string;
  /** PAdES-BASELINE-B, -T, -LT, -LTA. */
  readonly level: string;
  readonly indication: string;
  readonly sub: string;
  /** Changes after it that EU DSS cannot account for. */
  readonly changes: readonly string[];
  /** Pages that look different, and pages whose annotations overlap. */
  readonly visual: number;
  readonly overlap: number;
  readonly timestamps: number;
  readonly said: readonly string[];
}

export interface DssWord {
  readonly file: string;
  readonly signatures: readonly DssSignature[];
  readonly timestamps: readonly {
    readonly type: string;
    readonly valid: boolean;
    readonly undefined: number;
  }[];
}

/** Where Maven put the libraries; asks it when `pom.xml` is newer than what is known. */
function classpath(): string {
  const file = join(root, '.cache/dss/classpath');
  const current = existsSync(file) && statSync(file).mtimeMs > statSync(join(project, 'pom.xml')).mtimeMs;
  if (!current) {
    mkdirSync(join(root, '.cache/dss'), { recursive: true });
    execFileSync('mvn', ['-q', '-B', `${PLUGIN}:build-classpath`, `-Dmdep.outputFile=${file}`], {
      cwd: project
    });
  }
  return readFileSync(file, 'utf8').trim();
}

/** What EU DSS says of files, with these certificate files as trust anchors. One Java process. */
export function askDss(roots: readonly string[], files: readonly string[]): DssWord[] {
  const printed = execFileSync(
    'java',
    ['-cp', classpath(), join(project, 'DssJudge.java'), roots.join(','), ...files],
    { encoding: 'utf8', maxBuffer: 1 << 26, stdio: ['ignore', 'pipe', 'inherit'] }
  );
  return printed
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as DssWord);
}
