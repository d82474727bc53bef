import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Every file under the given files and folders, sorted. */
export function filesUnder(...paths) {
  const found = [];
  for (const path of paths) {
    if (!existsSync(path)) continue;
    if (!statSync(path).isDirectory()) found.push(path);
    else for (const name of readdirSync(path)) found.push(...filesUnder(join(path, name)));
  }
  return found.sort();
}

/** SHA-256 over names and contents: equal when a build would come out equal. */
export function hashFiles(files) {
  const hash = createHash('sha256');
  for (const file of files) {
    const bytes = readFileSync(file);
    hash.update(`${file}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest('hex');
}

/** Runs `make` unless `stamp` says that it ran for `hash`; returns whether it ran. */
export async function unlessCurrent(stamp, hash, make) {
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return false;
  await make();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, hash);
  return true;
}
