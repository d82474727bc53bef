// S3 at length: 200 bytes flipped in each of the signed files.
import { expect, test } from 'vitest';
import { mutate, signedFiles } from '../vectors/mutation.ts';

const count = Number(process.env['MUTATIONS'] ?? 200);

test.each(signedFiles.map((file, i) => [file.name, file, i] as const))(
  '%s: every flipped byte is told',
  { timeout: 600_000 },
  async (_, file, i) => {
    expect(await mutate(file, 1000 + i, count)).toEqual([]);
  }
);
