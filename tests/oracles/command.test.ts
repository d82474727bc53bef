// Files signed by `npm run sign` before the reference tools: the kinds of PDF of `tests/vectors`.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signedContract } from '../vectors/signed.ts';
import { more, vectors } from '../vectors/vectors.ts';
import { judge, judgeAll, objections, type Judgement } from './judges.ts';

const folder = mkdtempSync(join(tmpdir(), 'countersign-oracles-'));
const out = join(folder, 'signed');
afterAll(() => rmSync(folder, { recursive: true }));

interface Line {
  readonly in: string;
  readonly out: string | null;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly revisions: readonly { readonly end: number; readonly kind: string; readonly ms: number }[];
  readonly error: { readonly code: string; readonly message: string } | null;
}

const kinds = [...vectors, ...more].map(({ name }) => name);
const signed = [...kinds, 'already-signed', 'certified-2'];
const lines = new Map<string, Line>();
const judgements = new Map<string, Judgement>();

beforeAll(async () => {
  mkdirSync(join(folder, 'in'));
  const put = (name: string, bytes: Uint8Array) => writeFileSync(join(folder, 'in', `${name}.pdf`), bytes);
  for (const { name, make } of [...vectors, ...more]) put(name, make());
  put('already-signed', await signedContract());
  put('certified-2', await signedContract({ docMdp: 2 }));
  put('certified-1', await signedContract({ docMdp: 1 }));
  put('not-a-pdf', new TextEncoder().encode('hello'));
  const names = [...kinds, 'already-signed', 'certified-2', 'certified-1', 'not-a-pdf', 'missing'];
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['scripts/cli.js', 'sign', '--json', '--out-dir', out, ...names.map((name) => join('in', `${name}.pdf`))],
    { env: { ...process.env, INIT_CWD: folder }, maxBuffer: 1 << 24 }
  );
  for (const text of stdout.trim().split('\n')) {
    const line = JSON.parse(text) as Line;
    lines.set(line.in.replace(/^in\/|\.pdf$/g, ''), line);
  }
  // Hybrid files are judged with pyHanko's lax reader: its strict one refuses them, whoever signed.
  for (const lax of [false, true]) {
    const names = signed.filter((name) => (name === 'hybrid') === lax);
    const words = await judgeAll(
      names.map((name) => lines.get(name)?.out ?? ''),
      { lax }
    );
    names.forEach((name, index) => judgements.set(name, words[index] as Judgement));
  }
});

const bytesOf = (name: string) => readFileSync(join(folder, 'in', `${name}.pdf`));

describe.each(signed)('%s', (name) => {
  test('every judge calls every signature valid, whole and unchanged but for form filling', () => {
    const signatures = name === 'already-signed' || name === 'certified-2' ? 3 : 2;
    expect(objections(judgements.get(name) as Judgement, signatures)).toEqual([]);
  });

  test('old bytes are identical, and the line says where each revision ends', () => {
    const line = lines.get(name);
    expect(line?.error).toBeNull();
    expect(line?.revisions.map(({ kind }) => kind)).toEqual(['freeze', 'signature', 'signature']);
    const [before, after] = [bytesOf(name), readFileSync(line?.out ?? '')];
    expect(after.subarray(0, before.length).equals(before)).toBe(true);
    expect(line?.bytesOut).toBe(after.length);
    expect(line?.revisions.at(-1)?.end).toBe(after.length);
    for (const { end } of line?.revisions ?? []) {
      expect(after.subarray(end - 7, end).toString('latin1')).toBe('\n%%EOF\n');
    }
  });
});

test('a hybrid file stays what it is: the strict reader refuses it, as it refuses every hybrid', async () => {
  const { pyhanko } = await judge(lines.get('hybrid')?.out ?? '');
  expect(pyhanko.signatures[0]?.error).toContain('hybrid-reference');
});

test('what cannot be signed gets its line with a code, and the rest is signed all the same', () => {
  const code = (name: string) => lines.get(name)?.error?.code;
  expect(code('certified-1')).toBe('docmdp-forbids');
  expect(code('not-a-pdf')).toBe('not-a-pdf');
  expect(code('missing')).toBe('ENOENT');
  expect(lines.size).toBe(kinds.length + 5);
});
