// What the server's static handler needs to know of the built app: one list, so that nothing else is served.
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { extname, join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { filesUnder } from './sources.js';

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.ttf': 'font/ttf',
  '.otf': 'font/otf',
  '.pfb': 'application/x-font-type1',
  '.bcmap': 'application/octet-stream',
  '.icc': 'application/vnd.iccprofile',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
  '.pdf': 'application/pdf'
};
const PACKED_ALREADY = new Set(['.png', '.webp', '.woff2', '.br', '.gz']);
const SMALLEST = 1024;

const brotli = (bytes) =>
  promisify(brotliCompress)(bytes, {
    params: {
      // 11 takes minutes for the largest wasm and wins a few per cent; releases ask for it.
      [constants.BROTLI_PARAM_QUALITY]: Number(process.env.BROTLI_QUALITY || 9),
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length
    }
  });
const packers = { br: brotli, gz: (bytes) => promisify(gzip)(bytes, { level: 9 }) };

/** Puts `<file>.br` or `.gz` beside a file, from the cache where its content was packed before. */
async function pack(file, kind, bytes, sha, cache) {
  const kept = join(cache, `${sha}.${process.env.BROTLI_QUALITY || 9}.${kind}`);
  if (!existsSync(kept)) {
    const packed = await packers[kind](bytes);
    writeFileSync(`${kept}.${process.pid}`, packed);
    renameSync(`${kept}.${process.pid}`, kept);
  }
  copyFileSync(kept, `${file}.${kind}`);
}

/** Source expressions for a page's inline scripts, as they stand in the emitted HTML (`security.md` §10). */
export function startHashes(html) {
  const hashes = [];
  for (const [, attributes, script] of html.matchAll(/<script\b([^>]*)>([\s\S]*?)<\/script>/g)) {
    if (/\bsrc=/.test(attributes) || script === '') continue;
    hashes.push(`'sha256-${createHash('sha256').update(script).digest('base64')}'`);
  }
  return hashes;
}

/**
 * Packs the app's files and returns path → `{type, size, immutable, packed, scripts}`; `packed` names the
 * encodings that stand beside the file, `scripts` a page's inline script hashes; `attachment` is for saving only.
 */
export async function listAppFiles(folder, cache) {
  mkdirSync(cache, { recursive: true });
  const files = {};
  const queue = filesUnder(folder).filter((file) => !/\.(br|gz)$/.test(file));
  const work = async () => {
    for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
      const path = `/${relative(folder, file).split(sep).join('/')}`;
      const extension = extname(file);
      const bytes = readFileSync(file);
      const entry = {
        type: TYPES[extension] ?? 'application/octet-stream',
        size: bytes.length,
        immutable: path.startsWith('/_app/immutable/'),
        packed: []
      };
      if (/^\/countersign-verifier-[^/]*\.html$/.test(path)) entry.attachment = true;
      else if (extension === '.html') entry.scripts = startHashes(bytes.toString('utf8'));
      if (bytes.length >= SMALLEST && !PACKED_ALREADY.has(extension)) {
        const sha = createHash('sha256').update(bytes).digest('hex');
        for (const kind of ['br', 'gz']) await pack(file, kind, bytes, sha, cache);
        entry.packed = ['br', 'gz'];
      }
      files[path] = entry;
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return Object.fromEntries(Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1)));
}
