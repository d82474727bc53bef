// Checks the types of pb_hooks (`tsc --checkJs`) against PocketBase's own, which the program itself writes.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Failure, run } from './failure.js';
import { getPocketBase } from './pocketbase.js';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const types = join(root, '.cache/pocketbase/types.d.ts');

await run(async () => {
  const binary = await getPocketBase({ say: () => {} });
  if (!existsSync(types)) {
    const folder = mkdtempSync(join(tmpdir(), 'countersign-types-'));
    // Any command starts the hooks' engine, and that writes the file; this one needs no hook and no migration.
    const done = spawnSync(binary, [
      'migrate',
      'history-sync',
      '--dev=false',
      `--dir=${folder}`,
      `--hooksDir=${join(folder, 'none')}`,
      `--migrationsDir=${join(folder, 'none')}`
    ]);
    const made = join(folder, 'types.d.ts');
    if (!existsSync(made)) throw new Failure(`PocketBase wrote no types:\n${done.stdout}${done.stderr}`);
    copyFileSync(made, types);
    rmSync(folder, { recursive: true, force: true });
  }
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const checked = spawnSync(process.execPath, [tsc, '-p', join(root, 'pb_hooks')], {
    cwd: root,
    stdio: 'inherit'
  });
  process.exitCode = checked.status ?? 1;
});
