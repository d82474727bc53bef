// Builds the app and the hooks' shared module; what is up to date is left alone.
import { copyFileSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { listAppFiles } from './app-files.js';
import { buildVerifier, verifierFile } from './build-verifier.js';
import { run } from './failure.js';
import { cutFonts } from './fonts.js';
import { filesUnder, hashFiles, unlessCurrent } from './sources.js';
import { runTool, syncKit } from './tools.js';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const at = (...paths) => paths.map((path) => join(root, path));
const tests = /\.(test|browser\.test|svelte\.test)\.ts$/;
const made = join(root, 'src/lib/paraglide');

const shared = {
  'pb_hooks/lib/shared.js': 'src/lib/shared.ts',
  'pb_hooks/lib/shared-proofs.js': 'src/lib/shared/proofs.ts'
};

/** The pure rooms as CommonJS modules that PocketBase's engine runs. */
export async function buildShared(say = () => {}) {
  const rooms = ['bytes', 'domain', 'asn1', 'pki', 'cms', 'pdf', 'sign', 'verify', 'shared'];
  const sources = filesUnder(
    ...at('package-lock.json', 'scripts/build.js', 'src/lib/shared.ts'),
    ...at(...rooms.map((room) => `src/lib/${room}`))
  ).filter((file) => !tests.test(file));
  const stamp = join(root, 'build/shared.stamp');
  if (!at(...Object.keys(shared)).every((file) => existsSync(file))) rmSync(stamp, { force: true });
  await unlessCurrent(stamp, hashFiles(sources), async () => {
    say("Building the hooks' shared modules …");
    const { build } = await import('esbuild');
    for (const [target, entry] of Object.entries(shared)) {
      await build({
        entryPoints: [join(root, entry)],
        outfile: join(root, target),
        bundle: true,
        format: 'cjs',
        platform: 'neutral',
        mainFields: ['module', 'main'],
        target: 'es2020',
        banner: { js: `// @ts-nocheck\n// Built from ${entry}; edit that.` },
        logLevel: 'error',
        absWorkingDir: root
      });
    }
  });
}

/** `build/app` with its packed files, and `build/app-files.json`, the static handler's list. */
export async function buildApp(say = () => {}) {
  const out = join(root, 'build/app');
  const list = join(root, 'build/app-files.json');
  await cutFonts(say);
  // Before the app, whose page offers it and says its hash.
  await buildVerifier(say);
  const sources = filesUnder(
    ...at('package-lock.json', 'svelte.config.js', 'vite.config.ts', 'tsconfig.json'),
    ...at(
      'scripts/build.js',
      'scripts/app-files.js',
      'build/verifier/about.json',
      'src',
      'static',
      'messages',
      'project.inlang/settings.json'
    )
  ).filter((file) => !tests.test(file) && !file.startsWith(made) && !file.startsWith(join(root, 'src/cli')));
  const stamp = join(root, 'build/app.stamp');
  if (!existsSync(list)) rmSync(stamp, { force: true });
  await unlessCurrent(stamp, hashFiles(sources), async () => {
    say('Building the app …');
    rmSync(stamp, { force: true });
    syncKit();
    // A folder of its own: tests that run meanwhile write to .svelte-kit.
    runTool('vite/bin/vite.js', ['build', '--logLevel', 'warn'], { KIT_OUT: '.svelte-kit/build' });
    copyFileSync(verifierFile.path, join(out, verifierFile.name));
    say('Packing its files …');
    const files = await listAppFiles(out, join(root, '.cache/packed'));
    writeFileSync(list, JSON.stringify(files, null, 1));
  });
}

export async function build(say) {
  await buildShared(say);
  await buildApp(say);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await run(() => build(console.log));
