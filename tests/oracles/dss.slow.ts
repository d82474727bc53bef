// EU DSS names the level of what we write, and finds no change that nobody accounted for (`signing.md`, "Oracles").
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pem } from '../security/openssl.ts';
import { testWorkspace } from '../security/workspace-ca.ts';
import { timedContract, type TimedOptions } from '../vectors/timed.ts';
import { vector } from '../vectors/vectors.ts';
import { startTimeAuthority, type TimeAuthority } from '../world/authority.ts';
import { askDss, type DssWord } from './dss.ts';

interface Case extends TimedOptions {
  readonly level: string;
  /** EU DSS trusts a signature only with revocation data. */
  readonly passed: boolean;
  readonly vector?: Parameters<typeof vector>[0];
}

const LTA = { level: 'PAdES-BASELINE-LTA', passed: true, end: 'archive' } as const;
const cases: Record<string, Case> = {
  'a signature alone': { level: 'PAdES-BASELINE-B', passed: false },
  'timestamps in the signatures': { level: 'PAdES-BASELINE-T', passed: false, stamped: true },
  'document timestamps behind them': { level: 'PAdES-BASELINE-T', passed: false, followed: true },
  'validation data': { level: 'PAdES-BASELINE-LT', passed: true, stamped: true, end: 'data' },
  'an archive of timestamped signatures': { ...LTA, stamped: true },
  'an archive of signatures made offline': LTA,
  'an archive after document timestamps': { ...LTA, followed: true },
  'an archive in object streams': { ...LTA, stamped: true, vector: 'object-streams' },
  'an archive of an encrypted file': { ...LTA, stamped: true, vector: 'encrypted-aes256' }
};

const folder = mkdtempSync(join(tmpdir(), 'countersign-dss-'));
const words = new Map<string, DssWord>();
let authority: TimeAuthority;

beforeAll(async () => {
  authority = await startTimeAuthority();
  const workspace = await testWorkspace(Date.now() - 3_600_000);
  const root = join(folder, 'workspace.crt');
  writeFileSync(root, pem('CERTIFICATE', workspace.root.der));
  const names = Object.keys(cases);
  for (const [index, options] of Object.values(cases).entries()) {
    const file = vector(options.vector ?? 'xref-table');
    writeFileSync(
      join(folder, `${index}.pdf`),
      await timedContract(file, authority, { ...options, workspace })
    );
  }
  const files = names.map((_, index) => join(folder, `${index}.pdf`));
  const said = askDss([root, authority.rootFile], files);
  names.forEach((name, index) => words.set(name, said[index] as DssWord));
});
afterAll(async () => {
  await authority.close();
  rmSync(folder, { recursive: true, force: true });
});

describe.each(Object.entries(cases))('%s', (name, { level, passed }) => {
  const word = () => words.get(name) ?? { file: '', signatures: [], timestamps: [] };
  test(`${level}${passed ? ', passed' : ''}`, () => {
    expect(word().signatures.map((signature) => signature.level)).toEqual([level, level]);
    const indication = passed ? 'TOTAL_PASSED' : 'INDETERMINATE';
    expect(word().signatures.map((signature) => signature.indication)).toEqual([indication, indication]);
  });
  test('no undefined change, no restriction, no visual difference, no overlap', () => {
    for (const { changes, visual, overlap, said } of word().signatures) {
      expect({ changes, visual, overlap }).toEqual({ changes: [], visual: 0, overlap: 0 });
      expect(said.filter((sentence) => /restricted|undefined|overlap|differen/i.test(sentence))).toEqual([]);
    }
    for (const stamp of word().timestamps) expect(stamp).toMatchObject({ valid: true, undefined: 0 });
  });
});
