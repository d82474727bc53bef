// `verifier.md`, "Hostile files": no attack passes, and the honest twin of each does.
import { describe, expect, test } from 'vitest';
import { memorySource } from '../../src/lib/bytes/source.ts';
import { webProvider } from '../../src/lib/pki/provider-web.ts';
import type { Report } from '../../src/lib/verify/report.ts';
import { verifyFile } from '../../src/lib/verify/verify.ts';
import { attacks } from '../vectors/attacks/attacks.ts';
import { NOW } from '../vectors/attacks/scene.ts';

const judge = (file: Uint8Array): Promise<Report> =>
  verifyFile('a.pdf', memorySource(file), webProvider, { now: NOW });
const good = ['unchanged', 'changed-as-permitted'];
const families = [...new Set(attacks.map(({ family }) => family))];

test('every family has at least five attacks, together at least sixty', () => {
  expect(families).toEqual([
    'universal signature forgery',
    'incremental saving',
    'signature wrapping',
    'shadow hide',
    'shadow replace',
    'shadow hide and replace',
    'evil annotation',
    'sneaky signature',
    'ByteRange',
    'hole',
    'duplicate keys',
    'second startxref',
    'hybrid xref hiding',
    'object-stream shadowing',
    'loops'
  ]);
  for (const family of families)
    expect(attacks.filter((attack) => attack.family === family).length, family).toBeGreaterThanOrEqual(5);
  expect(attacks.length).toBeGreaterThanOrEqual(60);
});

describe.each(families)('%s', (family) => {
  test.each(
    attacks.filter((attack) => attack.family === family).map((attack) => [attack.name, attack] as const)
  )('%s', async (_, attack) => {
    const report = await judge(await attack.make(true));
    expect(report.error?.code).not.toBe('internal');
    expect(good, JSON.stringify(report.signatures.map(({ changes }) => changes))).not.toContain(
      report.verdict
    );
    const twin = await judge(await attack.make(false));
    expect(good, JSON.stringify([twin.warnings, twin.signatures.map(({ changes }) => changes)])).toContain(
      twin.verdict
    );
  });
});
