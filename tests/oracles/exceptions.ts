import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** From the root of the project: what the oracle run may not agree on, and why. */
export const exceptionsFile = 'tests/oracles/exceptions.md';

/** The folder that holds package.json, from a source or from its bundle in build/cli. */
const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** Path in the corpus → reason, from the rows of the table. */
export function readExceptions(text = readFileSync(join(root, exceptionsFile), 'utf8')): Map<string, string> {
  const rows = [...text.matchAll(/^\| `([^`]+)` \| (.+) \|$/gm)];
  return new Map(rows.map(([, path = '', reason = '']) => [path, reason]));
}
