// Tools of node_modules that a build calls, as processes of their own.
import { spawnSync } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Failure } from './failure.js';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** Runs `node_modules/<script>`; throws Failure with what it printed. */
export function runTool(script, args, env = {}) {
  const done = spawnSync(process.execPath, [join(root, 'node_modules', script), ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    maxBuffer: 64 << 20
  });
  if (done.status !== 0) throw new Failure(`The app could not be built:\n${done.stdout}${done.stderr}`);
}

/** Writes what tsconfig.json extends; a fresh clone has none. */
export const syncKit = () => runTool('@sveltejs/kit/svelte-kit.js', ['sync']);
