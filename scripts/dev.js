// A server for development: no install, no app build. `node scripts/dev.js --port 8090 --data /tmp/x [--app]`.
// The set-up link is always the same one; `vite dev` with PORT set proxies the API to it.
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildApp, buildShared } from './build.js';
import { run } from './failure.js';
import { getPocketBase } from './pocketbase.js';
import { serve } from './serve.js';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

await run(async () => {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '8090' },
      data: { type: 'string', default: join(root, 'data') },
      app: { type: 'boolean', default: false }
    }
  });
  await buildShared(console.log);
  if (values.app) await buildApp(console.log);
  const { child, url, setupLink } = await serve({
    binary: await getPocketBase({ say: () => {} }),
    port: Number(values.port),
    dataDir: values.data,
    env: process.env,
    appDir: join(root, 'build/app'),
    setupToken: 'development'.padEnd(43, '0'),
    say: console.log
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill('SIGTERM'));
  child.on('exit', (code) => process.exit(code ?? 0));
  console.log(`${url}  set-up: ${setupLink ?? 'done'}  messages: ${resolve(values.data)}/messages`);
});
