// An archive of ours before the reference tools: pyHanko (its change analysis and its own AdES-LTA check), pdfsig, qpdf.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pem } from '../security/openssl.ts';
import { testWorkspace } from '../security/workspace-ca.ts';
import { timedContract } from '../vectors/timed.ts';
import { vector } from '../vectors/vectors.ts';
import { startTimeAuthority, type TimeAuthority } from '../world/authority.ts';
import { judge, python } from './judges.ts';

const folder = mkdtempSync(join(tmpdir(), 'countersign-archive-'));
const file = join(folder, 'archive.pdf');
const root = join(folder, 'root.crt');
let authority: TimeAuthority;

beforeAll(async () => {
  authority = await startTimeAuthority();
  const workspace = await testWorkspace(Date.now() - 3_600_000);
  writeFileSync(root, pem('CERTIFICATE', workspace.root.der));
  const options = { workspace, stamped: true, end: 'archive' } as const;
  writeFileSync(file, await timedContract(vector('xref-table'), authority, options));
});
afterAll(async () => {
  await authority.close();
  rmSync(folder, { recursive: true });
});

test('pyHanko finds both signatures and the timestamp right, and nothing later but the archive', async () => {
  const { pyhanko, pdfsig, qpdf } = await judge(file);
  expect(pyhanko.signatures).toMatchObject([
    { intact: true, valid: true, coverage: 'ENTIRE_REVISION', changes: 'FORM_FILLING', docmdp: true },
    { intact: true, valid: true, coverage: 'ENTIRE_REVISION', changes: 'LTA_UPDATES', docmdp: true },
    { intact: true, valid: true, coverage: 'ENTIRE_FILE' }
  ]);
  // pdfsig cannot verify a document timestamp; it sees that the last one covers everything.
  expect(pdfsig).toMatchObject([{ valid: true }, { valid: true }, { whole: true }]);
  expect(qpdf).toBeNull();
});

test('pyHanko’s own long-term check passes both signatures', () => {
  const said = execFileSync(python, ['tests/oracles/lta.py', `${root},${authority.rootFile}`, file], {
    encoding: 'utf8'
  });
  expect(JSON.parse(said)).toMatchObject({
    error: null,
    signatures: [{ said: 'AdESPassed.OK' }, { said: 'AdESPassed.OK' }]
  });
});
