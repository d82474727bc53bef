import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundled } from '../../scripts/cli.js';
import { contract, latin1 } from '../../tests/vectors/draft.ts';
import { signedContract } from '../../tests/vectors/signed.ts';
import { appendTable, writeTable } from '../../tests/vectors/write.ts';
import { memorySource } from '../lib/bytes/source.ts';
import { parseSignedData } from '../lib/cms/signed-data.ts';
import { openPdf } from '../lib/pdf/document.ts';
import type { Report } from '../lib/verify/report.ts';
import { findSignatures } from '../lib/verify/signatures.ts';

const run = promisify(execFile);
const bundles: Record<string, Promise<string>> = {};
let folder: string;

interface Run {
  readonly code: number;
  readonly out: string;
}

/** Runs a command's bundle, as `npm run` does after it has seen to it that the bundle is new. */
async function command(name: string, ...args: string[]): Promise<Run> {
  const bundle = await (bundles[name] ??= bundled(name));
  try {
    const { stdout } = await run(process.execPath, [bundle, ...args], {
      env: { ...process.env, INIT_CWD: folder }
    });
    return { code: 0, out: stdout };
  } catch (error) {
    const { code, stdout } = error as { code: number; stdout: string };
    return { code, out: stdout };
  }
}

const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'verify-'));
  const signed = await signedContract();
  writeFileSync(join(folder, 'good.pdf'), signed);
  const swapped = { dict: '', data: latin1('BT /F1 11 Tf (other) Tj ET') };
  writeFileSync(
    join(folder, 'swapped.pdf'),
    appendTable(signed, new Map([[11, swapped]]), { root: 1, size: 20 })
  );
  writeFileSync(join(folder, 'noise.pdf'), 'not a PDF at all');
  writeFileSync(join(folder, 'plain.pdf'), writeTable(contract()));
  const [plain, locked] = ['plain.pdf', 'locked.pdf'].map((name) => join(folder, name));
  await run('qpdf', ['--encrypt', 'sesame', 'owner', '256', '--', plain ?? '', locked ?? '']);
  const contents = findSignatures(openPdf(memorySource(signed)))[0]?.contents ?? new Uint8Array(0);
  const [certificate = new Uint8Array(0)] = parseSignedData(contents).certificates;
  writeFileSync(join(folder, 'signer.der'), certificate);
  const pem = Buffer.from(certificate).toString('base64').replace(/.{64}/g, '$&\n');
  writeFileSync(
    join(folder, 'signer.pem'),
    `Somebody\n-----BEGIN CERTIFICATE-----\n${pem}\n-----END CERTIFICATE-----\n`
  );
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('npm run verify', () => {
  test(
    '--json: one line a file in the order given; a file that is no PDF is judged too',
    { timeout: 60_000 },
    async () => {
      const { code, out } = await command('verify', '--json', 'swapped.pdf', 'noise.pdf', 'good.pdf');
      const reports = lines(out).map((line) => JSON.parse(line) as Report);
      expect(code).toBe(0);
      expect(reports.map(({ file, verdict }) => [file, verdict])).toEqual([
        ['swapped.pdf', 'changed'],
        ['noise.pdf', 'unreadable'],
        ['good.pdf', 'unchanged']
      ]);
    }
  );

  test(
    'a file that is not there gets its line and exit 1; the others are judged',
    { timeout: 60_000 },
    async () => {
      const { code, out } = await command('verify', '--json', 'absent.pdf', 'good.pdf');
      const [absent, good] = lines(out).map((line) => JSON.parse(line) as Report);
      expect([code, absent?.error?.code, good?.verdict]).toEqual([1, 'file', 'unchanged']);
    }
  );

  test(
    'a file that takes too long ends by itself, and the next one is judged',
    { timeout: 60_000 },
    async () => {
      const { code, out } = await command('verify', '--json', '--timeout', '1', 'good.pdf', 'swapped.pdf');
      const codes = lines(out).map((line) => (JSON.parse(line) as Report).error?.code);
      expect([code, codes]).toEqual([1, ['time-out', 'time-out']]);
    }
  );

  test('without --json: sentences that name the change', { timeout: 60_000 }, async () => {
    const { out } = await command('verify', 'swapped.pdf');
    expect(out).toContain('swapped.pdf: Changed after it was signed.');
    expect(out).toContain('page 1: what is written on the page was changed');
  });

  test('--trust takes PEM and DER, several; --at says when to judge', { timeout: 120_000 }, async () => {
    const trust = async (...args: string[]): Promise<string | undefined> => {
      const { out } = await command('verify', '--json', ...args, 'good.pdf');
      return (JSON.parse(out) as Report).signatures[0]?.trust.status;
    };
    expect(await trust()).toBe('unknown');
    expect(await trust('--trust', 'signer.pem', '--at', '2026-01-06')).toBe('trusted');
    expect(
      await trust('--trust', 'signer.der', '--trust', 'signer.pem', '--at', '2026-01-06T12:00:00+02:00')
    ).toBe('trusted');
    expect(await trust('--trust', 'signer.der', '--at', '2090-01-01T00:00:00Z')).toBe('expired');
  });

  test('--password opens what is encrypted', { timeout: 60_000 }, async () => {
    const read = async (...args: string[]): Promise<string> =>
      (JSON.parse((await command('verify', '--json', ...args, 'locked.pdf')).out) as Report).read;
    expect([await read(), await read('--password', 'no'), await read('--password', 'sesame')]).toEqual([
      'encrypted',
      'encrypted',
      'ok'
    ]);
  });

  test('a wrong call says how it goes and exits 2', { timeout: 120_000 }, async () => {
    for (const args of [
      ['--jsno', 'good.pdf'],
      ['--at', 'yesterday', 'good.pdf'],
      ['--timeout', '0', 'good.pdf'],
      ['--trust', 'absent.pem', 'good.pdf'],
      ['--trust', 'noise.pdf', 'good.pdf']
    ]) {
      expect(await command('verify', ...args), args.join(' ')).toEqual({ code: 2, out: '' });
    }
  });

  test('no file is a wrong call, --help is none', { timeout: 60_000 }, async () => {
    expect((await command('verify')).code).toBe(2);
    expect(await command('verify', '--help')).toMatchObject({
      code: 0,
      out: expect.stringContaining('--password') as string
    });
  });
});

describe('npm run corpus', () => {
  test(
    'compares with expected.jsonl, signs what is unsigned, and fails on what is more lenient',
    { timeout: 60_000 },
    async () => {
      const corpus = mkdtempSync(join(tmpdir(), 'corpus-'));
      writeFileSync(join(corpus, 'plain.pdf'), writeTable(contract()));
      writeFileSync(join(corpus, 'good.pdf'), await signedContract());
      const good = await command('corpus', corpus);
      expect([good.code, lines(good.out).at(-1)]).toEqual([0, '2 passed, 0 failed']);
      expect(good.out).toContain('1 by two parties and verified');
      const first = (JSON.parse((await command('verify', '--json', join(corpus, 'good.pdf'))).out) as Report)
        .signatures[0];
      const signatures = [
        { fields: ['Signature1'], byterange: first?.byteRange, integrity: 'broken', coverage: 'whole-file' }
      ];
      const expected = { path: 'good.pdf', kind: 'signed', password: null, ok: false, signatures };
      writeFileSync(join(corpus, 'expected.jsonl'), `${JSON.stringify(expected)}\n`);
      const bad = await command('corpus', corpus);
      expect(bad.code).toBe(1);
      expect(bad.out).toContain('more lenient: integrity of Signature1: expected broken, found intact');
      rmSync(corpus, { recursive: true });
    }
  );
});
