// The static handler and the headers of every response (`security.md` §10, W4; `pocketbase.md` §5).
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listAppFiles, startHashes } from '../../scripts/app-files.js';
import { startServer, type TestServer } from './server.ts';

const SCRIPT = 'start({ base: "" });';
const page = (name: string): string =>
  `<!doctype html><title>${name}</title><script>${SCRIPT}</script>${'<p>text</p>'.repeat(200)}`;

let folder: string;
let server: TestServer;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-static-'));
  const app = join(folder, 'app');
  mkdirSync(join(app, '_app/immutable/chunks'), { recursive: true });
  const files: Record<string, string> = {
    'index.html': page('board'),
    'verify.html': page('verify'),
    'countersign-verifier-1.2.3.html': page('file'),
    'fallback.html': page('fallback'),
    'service-worker.js': 'self.addEventListener("fetch", () => {});',
    'manifest.webmanifest': '{"name":"Countersign"}',
    'icon.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
    '_app/version.json': '{"version":"1"}',
    '_app/immutable/chunks/a1b2.js': `export const a = "${'x'.repeat(4000)}";`,
    '_app/immutable/chunks/pdf.worker.mjs': 'export {};',
    '_app/immutable/chunks/engine.wasm': '\0asm'
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(app, name), content);
  writeFileSync(
    join(folder, 'app-files.json'),
    JSON.stringify(await listAppFiles(app, join(folder, 'packed')))
  );
  // Not in the list: must not be served though it lies there.
  writeFileSync(join(app, '.env'), 'SECRET');
  writeFileSync(join(app, 'late.txt'), 'made after the build');
  server = await startServer({ appDir: app, dataDir: join(folder, 'data') });
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Raw {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: Buffer;
}

/** As it comes over the wire: fetch would unpack and normalise. */
function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Raw> {
  return new Promise((yes, no) => {
    request(`${server.url}${path}`, { headers, method }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () =>
        yes({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) })
      );
    })
      .on('error', no)
      .end();
  });
}

const POLICY =
  "default-src 'none'; script-src 'self' {start}'wasm-unsafe-eval'; script-src-attr 'none'; style-src 'self'; style-src-attr 'unsafe-hashes' 'sha256-S8qMpvofolR8Mpjy4kQvEm7m1q8clzU4dfDH0AmvZjo='; img-src 'self' blob: data:; font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; media-src 'none'; object-src 'none'; frame-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types svelte-trusted-html countersign";

test.each([
  ['/', 200, 'text/html; charset=utf-8', 'no-cache'],
  ['/verify', 200, 'text/html; charset=utf-8', 'no-cache'],
  ['/documents/abc', 200, 'text/html; charset=utf-8', 'no-cache'],
  ['/service-worker.js', 200, 'text/javascript; charset=utf-8', 'no-cache'],
  ['/manifest.webmanifest', 200, 'application/manifest+json', 'no-cache'],
  ['/icon.svg', 200, 'image/svg+xml', 'no-cache'],
  ['/_app/version.json', 200, 'application/json', 'no-cache'],
  [
    '/_app/immutable/chunks/a1b2.js',
    200,
    'text/javascript; charset=utf-8',
    'public, max-age=31536000, immutable'
  ],
  [
    '/_app/immutable/chunks/pdf.worker.mjs',
    200,
    'text/javascript; charset=utf-8',
    'public, max-age=31536000, immutable'
  ],
  ['/_app/immutable/chunks/engine.wasm', 200, 'application/wasm', 'public, max-age=31536000, immutable'],
  ['/_app/immutable/chunks/gone.js', 404, 'application/json', 'no-store'],
  ['/_app/immutable/chunks', 404, 'application/json', 'no-store'],
  ['/missing.png', 404, 'application/json', 'no-store'],
  ['/.env', 404, 'application/json', 'no-store'],
  ['/.git/config', 404, 'application/json', 'no-store'],
  ['/late.txt', 404, 'application/json', 'no-store'],
  ['/fallback.html', 404, 'application/json', 'no-store'],
  ['/..%2f..%2fetc/passwd', 404, 'application/json', 'no-store'],
  ['/api/nope', 404, 'application/json', 'no-store'],
  ['/api/countersign/health', 200, 'application/json', 'no-store'],
  ['/ca.pem', 404, 'application/json', 'no-store'],
  // Empty: no authority is configured.
  ['/time-ca.pem', 200, 'application/x-pem-file', 'no-cache'],
  ['/_/', 404, 'application/json', 'no-store']
])('%s: %i %s, with every header', async (path, status, type, cache) => {
  const { headers, ...answer } = await get(path);
  expect([answer.status, headers['content-type'], headers['cache-control']]).toEqual([status, type, cache]);
  const policy = String(headers['content-security-policy']);
  const scripts = type.startsWith('text/html') ? `${startHashes(page('x')).join(' ')} ` : '';
  expect(policy).toBe(POLICY.replace('{start}', scripts));
  expect(headers).toMatchObject({
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-embedder-policy': 'require-corp',
    'cross-origin-resource-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer'
  });
  expect(headers['permissions-policy']).toContain('payment=()');
  expect(headers['strict-transport-security']).toBeUndefined();
});

test('prerendered pages are themselves, other paths of the app are the fallback', async () => {
  const title = async (path: string) => /<title>(.*)<\/title>/.exec(String((await get(path)).body))?.[1];
  expect(await title('/')).toBe('board');
  expect(await title('/verify')).toBe('verify');
  expect(await title('/documents/abc')).toBe('fallback');
});

test('packed where the browser takes it, plain where it does not or asks for a part', async () => {
  const path = '/_app/immutable/chunks/a1b2.js';
  const plain = (await get(path)).body;
  const br = await get(path, { 'Accept-Encoding': 'gzip, deflate, br' });
  expect(br.headers['content-encoding']).toBe('br');
  expect(br.headers['vary']).toContain('Accept-Encoding');
  expect(brotliDecompressSync(br.body)).toEqual(plain);
  const gz = await get(path, { 'Accept-Encoding': 'gzip' });
  expect(gz.headers['content-encoding']).toBe('gzip');
  expect(gunzipSync(gz.body)).toEqual(plain);
  const part = await get(path, { 'Accept-Encoding': 'br', Range: 'bytes=0-9' });
  expect([part.status, part.headers['content-encoding'], part.body.length]).toEqual([206, undefined, 10]);
});

test('HEAD answers like GET without the body', async () => {
  const head = await get('/verify', {}, 'HEAD');
  expect([head.status, head.headers['content-type'], head.body.length]).toEqual([
    200,
    'text/html; charset=utf-8',
    0
  ]);
});

test('behind TLS the browser is told to stay there', async () => {
  const other = await startServer({ env: { APP_URL: 'https://sign.example' } });
  const response = await fetch(`http://127.0.0.1:${other.port}/api/countersign/health`);
  expect(response.headers.get('strict-transport-security')).toBe('max-age=63072000');
  expect(other.setupLink).toMatch(/^https:\/\/sign\.example\/setup#/);
  await other.stop();
});

test('other origins get no access', async () => {
  const answer = await get('/api/countersign/health', { Origin: 'https://evil.example' });
  expect(answer.headers['access-control-allow-origin']).toBeUndefined();
});

test('W7: the HTML verifier is saved, never run with the rights of this site', async () => {
  const { status, headers, body } = await get('/countersign-verifier-1.2.3.html');
  expect(status).toBe(200);
  expect(headers['content-disposition']).toBe('attachment; filename="countersign-verifier-1.2.3.html"');
  expect(headers['content-security-policy']).toBe("sandbox; default-src 'none'");
  expect(body.toString()).toBe(page('file'));
});
