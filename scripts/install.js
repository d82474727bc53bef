// What `npm start` and `npm test` share: the right Node, and the packages of the lock file.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Failure } from './failure.js';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** Throws Failure with a sentence when this Node is too old. */
export function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const fits = (major === 20 && minor >= 19) || (major === 22 && minor >= 13) || major >= 24;
  if (!fits) {
    throw new Failure(
      `Countersign needs Node.js 20.19, 22.13 or 24 and newer; this is ${process.versions.node}.`
    );
  }
}

/** `npm ci` when the packages are missing or the lock file is not the one they were installed from. */
export function install() {
  const lock = join(root, 'package-lock.json');
  const stamp = join(root, 'node_modules/.countersign-lock');
  const made = join(root, 'node_modules/.package-lock.json');
  const wanted = createHash('sha256').update(readFileSync(lock)).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  // Installed by hand from this very lock file: nothing to do.
  const current = existsSync(made) && !existsSync(stamp) && statSync(made).mtimeMs >= statSync(lock).mtimeMs;
  if (!current) {
    console.log('Installing packages (npm ci) …');
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
    const done = spawnSync(npm, ['ci', '--no-audit', '--no-fund'], { cwd: root, stdio: 'inherit' });
    if (done.status !== 0) throw new Failure('npm ci failed; its message stands above.');
  }
  writeFileSync(stamp, wanted);
}
