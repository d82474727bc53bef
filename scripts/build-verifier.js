// Builds the verifier as one HTML file that runs from disk (`security.md` W7): code, workers, fonts and decoders
// inside, nothing fetched. The same sources give the same bytes; its SHA-256 stands beside it.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { compile } from '@inlang/paraglide-js';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { build } from 'vite';
import { Failure, run } from './failure.js';
import { cutFonts } from './fonts.js';
import { filesUnder, hashFiles, unlessCurrent } from './sources.js';
import { syncKit } from './tools.js';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const inRoot = (...paths) => paths.map((path) => join(root, path));
const folder = join(root, 'build/verifier');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** Where the file is, and what the page that offers it says of it. */
export const verifierFile = {
  name: `countersign-verifier-${version}.html`,
  path: join(folder, `countersign-verifier-${version}.html`),
  about: join(folder, 'about.json')
};

/** Fonts of 2 to 6 MB for scripts that few papers are written in: a paper that needs one says so. */
const TOO_LARGE = /\/fonts\/(?:hans|hant|han|japanese|korean)\.ttf$/;
/** Files that a browser runs with the page or asks for by address; the HTML file has others in their place. */
const REPLACED = {
  'src/lib/work/policy.ts': () => 'src/standalone/policy.ts',
  'src/lib/work/built-file.ts': (inWorker) => `src/standalone/${inWorker ? 'worker' : 'page'}-file.ts`
};

const sha256 = (bytes, form) => createHash('sha256').update(bytes).digest(form);

/** Vite plugin: what is imported by address becomes the name of a part, which `parts` collects. */
function embed(parts, inWorker) {
  return {
    name: 'countersign-embed',
    enforce: 'pre',
    async resolveId(source, importer, options) {
      const [file, query] = source.split('?');
      if (query === undefined) {
        const found =
          importer === undefined
            ? null
            : await this.resolve(source, importer, { ...options, skipSelf: true });
        const place = found === null ? '' : relative(root, found.id).split(sep).join('/');
        return REPLACED[place] === undefined ? found : join(root, REPLACED[place](inWorker));
      }
      if (!/^(?:worker&)?url(?:&|$)/.test(query)) return null;
      const found = await this.resolve(file, importer, { ...options, skipSelf: true });
      if (found === null) throw new Failure(`${source} is nowhere`);
      const runs = query.startsWith('worker') || found.id.endsWith('.mjs');
      return `\0part:${runs ? 'worker' : 'file'}:${found.id}`;
    },
    async load(id) {
      const [, kind, file] = /^\0part:(worker|file):(.*)$/.exec(id) ?? [];
      if (file === undefined) return null;
      const name = basename(file);
      if (!TOO_LARGE.test(file) && !parts.has(name)) {
        parts.set(name, kind === 'worker' ? '' : readFileSync(file));
        if (kind === 'worker') parts.set(name, (await bundle(file, parts, true)).code);
      }
      return `export default ${JSON.stringify(name)};`;
    }
  };
}

/**
 * One script with everything in it, and its styles. Workers are classic scripts: from disk a page has no origin, and
 * Chromium starts no module worker from such a page's blobs.
 */
async function bundle(entry, parts, inWorker) {
  const { output } = await build({
    root,
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    define: { COUNTERSIGN_VERSION: JSON.stringify(version) },
    plugins: [
      embed(parts, inWorker),
      // `tree`: elements are made one by one, so that no HTML is ever parsed and no policy for it is needed.
      ...(inWorker
        ? []
        : [svelte({ configFile: false, compilerOptions: { runes: true, fragments: 'tree' } })])
    ],
    build: {
      write: false,
      cssCodeSplit: false,
      modulePreload: false,
      rollupOptions: {
        // Only dead code asks where it came from.
        checks: { emptyImportMeta: false, pluginTimings: false },
        input: entry,
        output: { format: inWorker ? 'iife' : 'es', codeSplitting: false }
      }
    }
  });
  const chunks = output.filter(({ type }) => type === 'chunk');
  const styles = output.filter(({ fileName }) => fileName.endsWith('.css'));
  if (chunks.length !== 1 || chunks.length + styles.length !== output.length) {
    throw new Failure(`The verifier is not one piece: ${output.map(({ fileName }) => fileName).join(', ')}`);
  }
  return { code: chunks[0].code, css: styles.map(({ source }) => source).join('\n') };
}

/** Inside a script element only these two could end or swallow it; the escapes are the same strings in JavaScript. */
const inScript = (code) => code.replace(/<\/(script)/gi, '<\\/$1').replaceAll('<!--', '\\x3C!--');

function writePage({ code, css }, parts) {
  const words = JSON.parse(readFileSync(join(root, 'messages/en/standalone.json'), 'utf8'));
  const script = inScript(code);
  const source = (text) => `'sha256-${sha256(text, 'base64')}'`;
  const policy =
    `default-src 'none'; script-src ${source(script)} 'wasm-unsafe-eval'; worker-src blob:; ` +
    `style-src ${source(css)}; img-src blob: data:; base-uri 'none'; form-action 'none'; ` +
    "require-trusted-types-for 'script'; trusted-types countersign";
  const icon = readFileSync(join(root, 'static/icon.svg')).toString('base64');
  const blocks = [...parts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, bytes]) => {
      const text = Buffer.from(bytes).toString('base64');
      return `<script type="text/plain" data-part="${name}">${text}</script>`;
    });
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">',
    `<title>${words.standalone_title.replace('{version}', version)}</title>`,
    `<link rel="icon" href="data:image/svg+xml;base64,${icon}">`,
    `<style>${css}</style>`,
    '</head>',
    '<body>',
    '<div id="app"></div>',
    `<noscript>${words.standalone_no_script}</noscript>`,
    ...blocks,
    `<script type="module">${script}</script>`,
    '</body>',
    '</html>',
    ''
  ].join('\n');
}

/** The HTML file's bytes, built anew. */
export async function makeVerifier() {
  await cutFonts();
  syncKit();
  await compile({
    project: join(root, 'project.inlang'),
    outdir: join(root, 'src/lib/paraglide'),
    strategy: ['baseLocale'],
    emitTsDeclarations: false
  });
  const parts = new Map();
  const page = await bundle(join(root, 'src/standalone/main.ts'), parts, false);
  return Buffer.from(writePage(page, parts));
}

/** `build/verifier/`: the file, its `.sha256` as `sha256sum -c` reads it, and `about.json`. */
export async function buildVerifier(say = () => {}) {
  const tests = /\.(test|browser\.test|svelte\.test)\.ts$/;
  const sources = filesUnder(
    ...inRoot('package.json', 'package-lock.json', 'scripts/build-verifier.js', 'scripts/fonts.js'),
    ...inRoot('src', 'static/icon.svg', 'messages', 'project.inlang/settings.json')
  ).filter(
    (file) =>
      !tests.test(file) && !/\/src\/(?:lib\/(?:paraglide|fonts)|cli|routes|service-worker)\//.test(file)
  );
  const stamp = join(root, 'build/verifier.stamp');
  if (!existsSync(verifierFile.path) || !existsSync(verifierFile.about)) rmSync(stamp, { force: true });
  await unlessCurrent(stamp, hashFiles(sources), async () => {
    say('Building the verifier as one HTML file …');
    const bytes = await makeVerifier();
    const hash = sha256(bytes, 'hex');
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    writeFileSync(verifierFile.path, bytes);
    writeFileSync(`${verifierFile.path}.sha256`, `${hash}  ${verifierFile.name}\n`);
    writeFileSync(
      verifierFile.about,
      JSON.stringify({ name: verifierFile.name, version, size: bytes.length, sha256: hash })
    );
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await run(async () => {
    await buildVerifier(console.log);
    const { name, size, sha256: hash } = JSON.parse(readFileSync(verifierFile.about, 'utf8'));
    console.log(`build/verifier/${name}, ${size} bytes\nSHA-256 ${hash}`);
  });
}
