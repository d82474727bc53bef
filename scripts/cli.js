// node scripts/cli.js <verify|sign|corpus|oracles> ARGS…: bundles src/cli/<name>.ts when a source is newer, runs it.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { compile } from '@inlang/paraglide-js';
import { build } from 'esbuild';
import { cutFonts } from './fonts.js';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const messages = join(root, 'src/lib/paraglide/messages.js');

/** Time of the newest file under a folder, milliseconds; 0 for none. */
function newest(folder) {
  let time = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) time = Math.max(time, statSync(join(entry.parentPath, entry.name)).mtimeMs);
  }
  return time;
}

const timeOf = (file) => (existsSync(file) ? statSync(file).mtimeMs : 0);

/** Path of the runnable bundle of a command, built when missing or older than its sources. */
export async function bundled(name) {
  const out = join(root, 'build/cli', `${name}.js`);
  await cutFonts();
  if (timeOf(messages) < newest(join(root, 'messages'))) {
    await compile({
      project: join(root, 'project.inlang'),
      outdir: dirname(messages),
      strategy: ['baseLocale'],
      emitTsDeclarations: false
    });
  }
  if (timeOf(out) < Math.max(newest(join(root, 'src')), timeOf(join(root, 'package-lock.json')))) {
    await build({
      entryPoints: [join(root, 'src/cli', `${name}.ts`)],
      outfile: out,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      logLevel: 'error',
      // Some packages are CommonJS and ask for Node's modules through `require`.
      banner: { js: "import{createRequire as _r}from'node:module';const require=_r(import.meta.url);" }
    });
  }
  return out;
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [name = '', ...args] = process.argv.slice(2);
  if (!existsSync(join(root, 'src/cli', `${name}.ts`))) {
    console.error('usage: node scripts/cli.js <verify|sign|corpus|oracles> ARGS…');
    process.exit(2);
  }
  const file = await bundled(name);
  process.argv = [process.argv[0], file, ...args];
  await import(pathToFileURL(file).href);
}
