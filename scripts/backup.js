// `npm run backup [-- FOLDER]`: everything of the data folder that a new server needs, while the old one runs.
// The secret is never in it (`security.md` O1), nor are messages kept as files, which hold links and codes.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync,
  cpSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Failure, run } from './failure.js';
import { getPocketBase } from './pocketbase.js';
import { deriveKey, loadSecret } from './secret.js';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
export const MANIFEST = 'backup.json';

const sha256 = (file) => createHash('sha256').update(readFileSync(file)).digest('hex');

function sync(path) {
  const handle = openSync(path, 'r');
  fsyncSync(handle);
  closeSync(handle);
}

/** Every file under a folder, and the folders themselves: written for a power cut. */
function syncAll(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true }))
    sync(join(entry.parentPath, entry.name));
  sync(folder);
}

/**
 * Copies a data folder that may be in use. First the database, then the files: a file is written before a row
 * names it and is never changed, so all that the copied rows name is there. Returns the folder's path.
 * @param {{dataDir: string, target: string, env: NodeJS.ProcessEnv, say?: (line: string) => void}} what
 */
export async function backup({ dataDir, target, env, say = () => {} }) {
  const data = resolve(dataDir);
  const out = resolve(target);
  if (!existsSync(join(data, 'data.db'))) throw new Failure(`There is no database in ${data}.`);
  if (existsSync(out)) throw new Failure(`${out} exists already; a backup never overwrites another.`);
  const secret = loadSecret(data, env, say);
  const unfinished = `${out}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true, mode: 0o700 });
  const done = spawnSync(
    await getPocketBase({ say }),
    [
      'snapshot',
      join(unfinished, 'data.db'),
      '--dev=false',
      `--dir=${data}`,
      `--hooksDir=${join(root, 'scripts/snapshot')}`,
      `--migrationsDir=${join(root, 'scripts/snapshot/none')}`,
      '--hooksWatch=false',
      '--automigrate=false',
      '--encryptionEnv=COUNTERSIGN_SETTINGS_KEY'
    ],
    {
      encoding: 'utf8',
      env: { ...env, COUNTERSIGN_SETTINGS_KEY: deriveKey(secret, 'settings').slice(0, 32) }
    }
  );
  if (done.status !== 0 || !done.stdout.includes('snapshot done'))
    throw new Failure(`The database could not be copied:\n${done.stdout}${done.stderr}`);
  cpSync(join(data, 'secret.check'), join(unfinished, 'secret.check'));
  if (existsSync(join(data, 'storage')))
    cpSync(join(data, 'storage'), join(unfinished, 'storage'), { recursive: true });
  const manifest = { v: 1, at: new Date().toISOString(), database: sha256(join(unfinished, 'data.db')) };
  writeFileSync(join(unfinished, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
  syncAll(unfinished);
  renameSync(unfinished, out);
  sync(dirname(out));
  return out;
}

/** Name of a backup made now, beside the data folder. */
export function backupName(dataDir, label = '') {
  const time = new Date().toISOString().replace(/[:.]/g, '-');
  return join(dirname(resolve(dataDir)), 'backups', `countersign-${time}${label}`);
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await run(async () => {
    const dataDir = process.env.DATA_DIR || join(root, 'data');
    const [name] = process.argv.slice(2);
    const target = name ? resolve(process.env.INIT_CWD ?? '.', name) : backupName(dataDir);
    const out = await backup({ dataDir, target, env: process.env, say: console.log });
    console.log(`Backup: ${out}`);
    console.log(
      'The secret is not in it, and without the secret it cannot be used: keep a copy of it apart.'
    );
  });
}
