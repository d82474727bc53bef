// `npm start`: from a clone to a running workspace. Nothing here needs a dependency before it is installed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Failure, run } from './failure.js';
import { getPocketBase } from './pocketbase.js';
import { serve } from './serve.js';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const fits = (major === 20 && minor >= 19) || (major === 22 && minor >= 13) || major >= 24;
  if (!fits) {
    throw new Failure(
      `Countersign needs Node.js 20.19, 22.13 or 24 and newer; this is ${process.versions.node}.`
    );
  }
}

/** `npm ci` when the packages are missing or the lock file is not the one they were installed from. */
function install() {
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

function checkPort(port) {
  return new Promise((yes, no) => {
    const probe = createServer();
    probe.once('error', (error) =>
      no(
        new Failure(
          error.code === 'EADDRINUSE'
            ? `Port ${port} is in use; stop the other program or set PORT.`
            : `Port ${port} cannot be used: ${error.message}`
        )
      )
    );
    probe.listen(port, '127.0.0.1', () => probe.close(yes));
  });
}

await run(async () => {
  checkNode();
  const port = Number(process.env.PORT || 8090);
  if (!Number.isInteger(port) || port < 1 || port > 65535)
    throw new Failure(`PORT is "${process.env.PORT}".`);
  await checkPort(port);
  install();
  const { build } = await import('./build.js');
  await build(console.log);
  const binary = await getPocketBase();
  const dataDir = process.env.DATA_DIR || join(root, 'data');
  const { child, url, appUrl, setupLink, ready } = await serve({
    binary,
    port,
    dataDir,
    env: process.env,
    appDir: join(root, 'build/app'),
    say: console.log
  });

  let stopping = false;
  const stop = () => {
    stopping = true;
    child.kill('SIGTERM');
    setTimeout(() => child.kill('SIGKILL'), 5_000).unref();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop);
  child.on('exit', (code) => {
    if (!stopping) console.error(`PocketBase ended by itself (${code}).`);
    process.exit(stopping ? 0 : 1);
  });

  console.log(`\nCountersign runs at ${appUrl}${url === appUrl ? '' : ` (here: ${url})`}`);
  for (const problem of ready.problems) console.log(`Note: ${problem}`);
  if (setupLink !== null) {
    console.log(`\nSet it up in your browser with this link, once, within 60 minutes:\n${setupLink}\n`);
  }
  console.log('Ctrl-C stops it.');
});
