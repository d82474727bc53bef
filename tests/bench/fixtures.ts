// Files of the sizes that `performance.md` names, plain, frozen, signed once and signed twice.
import { createWriteStream, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileSource } from '../../src/cli/file-source.ts';
import { loadFonts } from '../../src/cli/fonts.ts';
import { signForAll } from '../../src/cli/signing.ts';
import { contract, type Draft } from '../vectors/draft.ts';
import { writeTable } from '../vectors/write.ts';

/** The folder, and `full` or `quick` (no file above 10 MB). */
const [, , folder = '.', extent = 'full'] = process.argv;

/** Objects that the catalog leads to but no page needs: a reader that walks everything walks them all. */
function crowded(count: number): Draft {
  const draft = contract({ pages: 2, catalog: '/Things 50 0 R' });
  const numbers = Array.from({ length: count - 100 }, (_, index) => 100 + index);
  draft.objects.set(50, `[${numbers.map((number) => `${number} 0 R`).join(' ')}]`);
  for (const number of numbers)
    draft.objects.set(number, `<< /Type /Thing /Number ${number} /First 100 0 R >>`);
  return draft;
}

const files: Record<string, () => Draft> = {
  contract: () => contract({ pages: 3, scan: 45_000 }),
  // Signed by 25 parties, one after the other.
  many: () => contract({ pages: 3, scan: 45_000 }),
  '1mb': () => contract({ scan: 1_000_000 }),
  '10mb': () => contract({ scan: 10_000_000 }),
  pages: () => contract({ pages: 2000 }),
  objects: () => crowded(200_000),
  ...(extent === 'full' ? { '100mb': () => contract({ scan: 100_000_000 }) } : {})
};

mkdirSync(folder, { recursive: true });
for (const [name, make] of Object.entries(files)) {
  const path = join(folder, `${name}.pdf`);
  if (existsSync(join(folder, `${name}-later.pdf`))) continue;
  writeFileSync(path, writeTable(make()));
  const source = fileSource(path);
  const { tails } = await signForAll(source, name === 'many' ? 25 : 2, await loadFonts(), Date.now);
  for (const [count, kind] of [
    [1, 'frozen'],
    [2, 'signed'],
    [tails.length, 'later']
  ] as const) {
    // prettier-ignore
    const out = createWriteStream(join(folder, `${name}-${kind}.pdf`));
    for (let at = 0; at < source.size; at += 1 << 24) out.write(source.read(at, 1 << 24).slice());
    for (const tail of tails.slice(0, count)) out.write(tail);
    await new Promise((done) => out.end(done));
  }
  source.close();
}
