// `npm start`: from a clone to a running workspace. Nothing here needs a dependency before it is installed.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Failure, run } from './failure.js';
import { checkNode, install } from './install.js';
import { getPocketBase } from './pocketbase.js';
import { serve } from './serve.js';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

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

/** A newer program changes the database at its start: a backup of what it was comes first. */
async function beforeMigrating(dataDir) {
  const newest = readdirSync(join(root, 'pb_hooks/migrations')).sort().at(-1) ?? '';
  const stamp = join(dataDir, 'migrated');
  const before = existsSync(stamp) ? readFileSync(stamp, 'utf8') : '';
  if (before !== newest && existsSync(join(dataDir, 'data.db'))) {
    const { backup, backupName } = await import('./backup.js');
    const target = backupName(dataDir, '-before-upgrade');
    console.log(`The database is of an older version; a backup of it: ${target}`);
    await backup({ dataDir, target, env: process.env });
  }
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(stamp, newest);
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
  await beforeMigrating(dataDir);
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
