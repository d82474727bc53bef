// One PocketBase process that serves app and API. Used by `npm start` and by the tests.
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Failure } from './failure.js';
import { deriveKey, loadSecret } from './secret.js';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const SETUP_MINUTES = 60;
const LOOPBACK = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:|\/|$)/;

/** 43 characters of A-Z a-z 0-9, drawn evenly: 256 bits (`security.md` L1, O6). */
function makeToken() {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
  let token = '';
  // 248 is the largest multiple of 62 in a byte: what is above would favour the first letters.
  while (token.length < 43) for (const byte of randomBytes(64)) if (byte < 248) token += alphabet[byte % 62];
  return token.slice(0, 43);
}

async function answers(url, child) {
  const deadline = Date.now() + 30_000;
  while (Date.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null) break;
    try {
      const response = await fetch(`${url}/api/countersign/health`, { signal: AbortSignal.timeout(2_000) });
      if (response.ok) return;
    } catch {
      // Not listening yet.
    }
    await new Promise((done) => setTimeout(done, 40));
  }
  throw new Failure('PocketBase did not start; what it wrote stands above.');
}

/**
 * Starts the server and waits until it answers. `env` are the variables of the README; `onLine` gets each
 * line the process writes once it serves (what it wrote before is shown only when it fails). Returns
 * `{child, url, appUrl, setupLink, ready}`; `setupLink` is null once the workspace exists.
 */
export async function serve(options) {
  const { binary, port, dataDir, env, appDir, say = () => {}, onLine = console.log } = options;
  const data = resolve(dataDir);
  mkdirSync(data, { recursive: true });
  const secret = loadSecret(data, env, say);
  const local = `http://localhost:${port}`;
  const appUrl = (env.APP_URL || local).replace(/\/+$/, '');
  if (!/^https?:\/\/[^/]+$/.test(appUrl)) {
    throw new Failure(
      `APP_URL is "${appUrl}"; it must be the address people open, such as https://sign.example.`
    );
  }
  const token = options.setupToken ?? makeToken();
  const hooks = options.hooksDir ?? join(root, 'pb_hooks');
  if (!existsSync(join(hooks, 'lib/shared.js'))) throw new Failure('Run `npm run build` first.');
  // Outside this machine only where a proxy and a public address are set up on purpose.
  const address = `${LOOPBACK.test(appUrl) ? '127.0.0.1' : '0.0.0.0'}:${port}`;
  const domain = env.DOMAIN ? [env.DOMAIN] : [`--http=${address}`];
  const child = spawn(
    binary,
    [
      'serve',
      ...domain,
      '--dev=false',
      `--dir=${data}`,
      `--hooksDir=${hooks}`,
      `--migrationsDir=${join(hooks, 'migrations')}`,
      `--publicDir=${join(data, 'no-public-folder')}`,
      '--hooksWatch=false',
      '--automigrate=false',
      '--hooksPool=64',
      '--indexFallback=false',
      `--origins=${appUrl}`,
      '--encryptionEnv=COUNTERSIGN_SETTINGS_KEY'
    ],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...env,
        APP_URL: appUrl,
        SECRET_KEY: secret,
        COUNTERSIGN_SETTINGS_KEY: deriveKey(secret, 'settings').slice(0, 32),
        COUNTERSIGN_APP: appDir ? resolve(appDir) : '',
        COUNTERSIGN_DATA: data,
        COUNTERSIGN_LOCAL: local,
        // Only the hash: the token itself is nowhere but in the printed link.
        COUNTERSIGN_SETUP: createHash('sha256').update(token).digest('hex'),
        COUNTERSIGN_SETUP_UNTIL: String(Date.now() + SETUP_MINUTES * 60_000)
      }
    }
  );
  let early = [];
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    stream.setEncoding('utf8').on('data', (text) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop();
      lines.forEach((line) => (early === null ? onLine(line) : early.push(line)));
    });
  }
  const failed = new Promise((_, no) =>
    child.once('error', (error) => no(new Failure(`PocketBase could not be run: ${error.message}`)))
  );
  const url = env.DOMAIN ? `https://${env.DOMAIN}` : local;
  try {
    await Promise.race([answers(url, child), failed]);
  } catch (error) {
    child.kill('SIGKILL');
    early.forEach((line) => onLine(line));
    throw error;
  }
  early = null;
  const ready = await (await fetch(`${url}/api/countersign/ready`)).json();
  return { child, url, appUrl, setupLink: ready.setUp ? null : `${appUrl}/setup#${token}`, ready };
}
