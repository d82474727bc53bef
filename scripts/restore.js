// `npm run restore -- BACKUP [DATA_DIR]`: a backup into an empty data folder. The first start makes a new epoch
// (`security.md` R1, pb_hooks/lib/restored.js).
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MANIFEST } from './backup.js';
import { Failure, run } from './failure.js';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/**
 * Throws Failure for what is no whole backup and for a folder that is not empty. `crl`: the last revocation list
 * that was published (DER), where somebody kept it: what it revokes stays revoked.
 * @param {{from: string, dataDir: string, crl?: string}} what
 */
export function restore({ from, dataDir, crl }) {
  const source = resolve(from);
  const data = resolve(dataDir);
  const database = join(source, 'data.db');
  if (!existsSync(join(source, MANIFEST)) || !existsSync(database))
    throw new Failure(`${source} is no backup, or it was not finished.`);
  if (existsSync(data) && readdirSync(data).length > 0)
    throw new Failure(`${data} is not empty; a backup is restored into an empty folder only.`);
  const manifest = JSON.parse(readFileSync(join(source, MANIFEST), 'utf8'));
  if (createHash('sha256').update(readFileSync(database)).digest('hex') !== manifest.database)
    throw new Failure(`The database of ${source} was changed after the backup was made.`);
  mkdirSync(data, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(source))
    if (name !== MANIFEST) cpSync(join(source, name), join(data, name), { recursive: true });
  const list = crl === undefined ? null : readFileSync(resolve(crl)).toString('base64');
  writeFileSync(join(data, 'restored.json'), JSON.stringify({ at: manifest.at, crl: list }));
  return { data, at: manifest.at };
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await run(async () => {
    const base = process.env.INIT_CWD ?? '.';
    const args = process.argv.slice(2);
    const at = args.indexOf('--crl');
    const crl = at < 0 ? undefined : resolve(base, args.splice(at, 2)[1] ?? '');
    const [from, folder] = args;
    if (from === undefined) throw new Failure('Usage: npm run restore -- BACKUP [DATA_DIR] [--crl LIST.crl]');
    const dataDir = folder ? resolve(base, folder) : process.env.DATA_DIR || join(root, 'data');
    const done = restore({ from: resolve(base, from), dataDir, crl });
    console.log(`Restored into ${done.data}, as it was at ${done.at}.`);
    console.log('Put the secret back at its place, then start the server. Everybody has to sign in again,');
    console.log('and messages that were due are shown as failed until somebody sends them again.');
  });
}
