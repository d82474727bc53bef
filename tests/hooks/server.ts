import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildApp, buildShared } from '../../scripts/build.js';
import { getPocketBase } from '../../scripts/pocketbase.js';
import { serve } from '../../scripts/serve.js';

export interface TestServer {
  readonly url: string;
  readonly port: number;
  /** Null once the workspace exists. */
  readonly setupLink: string | null;
  /** Everything of this server; removed by `stop` unless it was given. */
  readonly dataDir: string;
  /** What the process wrote so far. */
  log(): string;
  stop(): Promise<void>;
  /** Ends the process at once; the data folder stays, for another `startServer({dataDir})`. */
  kill9(): Promise<void>;
}

export interface ServerOptions {
  readonly port?: number;
  readonly dataDir?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Serves the built app too (building it when sources are newer). */
  readonly app?: boolean;
}

/** A port nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((yes, no) => {
    const probe = createServer();
    probe.once('error', no);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === 'object' && address ? yes(address.port) : no(new Error('no port'))
      );
    });
  });
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((yes) => child.once('exit', () => yes()));
}

/**
 * The real server on a port and data folder of its own. The environment is only what `env` holds, plus
 * PATH, HOME and the variables that find PocketBase.
 */
export async function startServer(options: ServerOptions = {}): Promise<TestServer> {
  await buildShared();
  if (options.app === true) await buildApp();
  const own = options.dataDir === undefined ? mkdtempSync(join(tmpdir(), 'countersign-test-')) : null;
  const dataDir = options.dataDir ?? join(own ?? '', 'data');
  const inherited = ['PATH', 'HOME', 'PB_BIN', 'PB_FROM', 'TZ'];
  const env = {
    ...Object.fromEntries(
      inherited.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : []))
    ),
    ...options.env
  };
  const lines: string[] = [];
  const port = options.port ?? (await freePort());
  const served = await serve({
    binary: await getPocketBase({ say: () => undefined }),
    port,
    dataDir,
    env,
    appDir: resolve('build/app'),
    onLine: (line: string) => lines.push(line)
  }).catch((error: unknown) => {
    throw new Error(`${String(error)}\n${lines.join('\n')}`);
  });
  return {
    url: served.url,
    port,
    setupLink: served.setupLink,
    dataDir,
    log: () => lines.join('\n'),
    async stop() {
      served.child.kill('SIGTERM');
      await ended(served.child);
      if (own !== null) rmSync(own, { recursive: true, force: true });
    },
    async kill9() {
      served.child.kill('SIGKILL');
      await ended(served.child);
    }
  };
}
