// S3, the small sample: see `tests/vectors/mutation.ts`. All files: `s3-mutation.slow.ts`.
import { expect, test } from 'vitest';
import { mutate, signedFiles } from '../vectors/mutation.ts';

test('there are at least thirty signed files', () => {
  expect(signedFiles.length).toBeGreaterThanOrEqual(30);
});

test.each(signedFiles.filter((_, i) => i % 6 === 0).map((file, i) => [file.name, file, i] as const))(
  '%s: every flipped byte is told',
  { timeout: 60_000 },
  async (_, file, i) => {
    expect(await mutate(file, 7 + i, 12)).toEqual([]);
  }
);
