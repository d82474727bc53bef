import type { ChildProcess } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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
  /** Serves this folder instead, which `app-files.json` beside it describes. */
  readonly appDir?: string;
  /**
   * Adds routes for tests that cannot wait: `POST /api/test/sql` runs `{sql}`, `POST /api/test/minute` does the
   * work of each minute.
   */
  readonly sql?: boolean;
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

/** The hooks with one more file, in a folder of their own. */
function hooksWithSql(): string {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-hooks-'));
  cpSync('pb_hooks', folder, { recursive: true });
  writeFileSync(
    join(folder, 'sql.pb.js'),
    `routerAdd('POST', '/api/test/sql', (e) => {
      $app.nonconcurrentDB().newQuery(JSON.parse(toString(e.request.body)).sql).execute();
      return e.json(200, {});
    });
    routerAdd('POST', '/api/test/minute', (e) => {
      require(\`\${__hooks}/lib/upkeep.js\`).eachMinute($app);
      return e.json(200, {});
    });`
  );
  return folder;
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
  const hooksDir = options.sql === true ? hooksWithSql() : null;
  const lines: string[] = [];
  const port = options.port ?? (await freePort());
  const served = await serve({
    binary: await getPocketBase({ say: () => undefined }),
    port,
    dataDir,
    env,
    appDir: options.appDir ?? resolve('build/app'),
    ...(hooksDir === null ? {} : { hooksDir }),
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
      if (hooksDir !== null) rmSync(hooksDir, { recursive: true, force: true });
      if (own !== null) rmSync(own, { recursive: true, force: true });
    },
    async kill9() {
      served.child.kill('SIGKILL');
      await ended(served.child);
    }
  };
}
