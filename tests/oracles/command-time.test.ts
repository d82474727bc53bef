// `npm run sign --tsa … --archive` against an authority that answers, and one that lies.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { memorySource } from '../../src/lib/bytes/source.ts';
import { webProvider } from '../../src/lib/pki/provider-web.ts';
import { verifyFile } from '../../src/lib/verify/verify.ts';
import { vector } from '../vectors/vectors.ts';
import { startTimeAuthority, type TimeAuthority } from '../world/authority.ts';
import { judge, objections } from './judges.ts';

const folder = mkdtempSync(join(tmpdir(), 'countersign-time-'));
let authority: TimeAuthority;
beforeAll(async () => {
  authority = await startTimeAuthority();
  writeFileSync(join(folder, 'contract.pdf'), vector('xref-table'));
  writeFileSync(join(folder, 'authority.crl'), authority.crl);
});
afterAll(async () => {
  await authority.close();
  rmSync(folder, { recursive: true });
});

interface Line {
  readonly out: string;
  readonly revisions: readonly { readonly kind: string; readonly end: number }[];
  readonly notices: readonly { readonly code: string }[];
  readonly error: unknown;
}

async function sign(...args: string[]): Promise<Line> {
  const command = ['scripts/cli.js', 'sign', '--json', '--out-dir', 'out', ...args, 'contract.pdf'];
  const { stdout } = await promisify(execFile)(process.execPath, command, {
    env: { ...process.env, INIT_CWD: folder }
  });
  return JSON.parse(stdout) as Line;
}
const report = (path: string) =>
  verifyFile('x', memorySource(readFileSync(path)), webProvider, {
    now: Date.now(),
    roots: [authority.root.der]
  });
const trusting = () => ['--tsa', authority.url, '--tsa-ca', authority.rootFile];

test('with an authority every signature has a proven time, and the archive a document timestamp', async () => {
  const line = await sign(...trusting(), '--archive', '--crl', 'authority.crl');
  expect([line.error, line.notices]).toEqual([null, []]);
  expect(line.revisions.map(({ kind }) => kind)).toEqual(['freeze', 'signature', 'signature', 'archive']);
  const { signatures, verdict } = await report(line.out);
  expect(verdict).toBe('changed-as-permitted');
  expect(signatures.map(({ kind, integrity, timestamp }) => [kind, integrity, timestamp?.valid])).toEqual([
    ['certification', 'intact', true],
    ['approval', 'intact', true],
    ['timestamp', 'intact', true]
  ]);
  expect(objections(await judge(line.out), 2, true)).toEqual([]);
});

test.each([
  ['refusing', 'timestamp-refused'],
  ['wrong-imprint', 'timestamp-wrong-imprint'],
  ['stranger', 'timestamp-untrusted']
] as const)(
  'an authority that is %s: signed without a time, and the line says so',
  async (behaviour, code) => {
    authority.behaviour = behaviour;
    const line = await sign(...trusting(), '--archive');
    authority.behaviour = 'honest';
    expect(line.error).toBeNull();
    expect(line.notices.map((notice) => notice.code)).toEqual([code]);
    expect(line.revisions.map(({ kind }) => kind)).toEqual(['freeze', 'signature', 'signature']);
    const { signatures } = await report(line.out);
    expect(signatures.map(({ integrity, timestamp }) => [integrity, timestamp])).toEqual(
      Array(2).fill(['intact', null])
    );
    expect(objections(await judge(line.out), 2)).toEqual([]);
  }
);
