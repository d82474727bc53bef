import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
    expect(out).toContain('page 1: what stands on the page was changed');
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

  test(
    '--trust takes PKCS#7 and an EU list, and says on stderr how far that list goes',
    { timeout: 120_000 },
    async () => {
      const trust = async (file: string): Promise<string | undefined> => {
        const { out } = await command('verify', '--json', '--trust', file, '--at', '2026-01-06', 'good.pdf');
        return (JSON.parse(out) as Report).signatures[0]?.trust.status;
      };
      await run('openssl', [
        'crl2pkcs7',
        '-nocrl',
        '-certfile',
        join(folder, 'signer.pem'),
        '-outform',
        'DER',
        '-out',
        join(folder, 'signer.p7b')
      ]);
      expect(await trust('signer.p7b')).toBe('trusted');
      const der = readFileSync(join(folder, 'signer.der')).toString('base64');
      const list = (type: string) =>
        '<TrustServiceStatusList><SchemeInformation><TSLSequenceNumber>9</TSLSequenceNumber>' +
        '<SchemeOperatorName><Name xml:lang="en">Office</Name></SchemeOperatorName>' +
        '<NextUpdate><dateTime>2020-01-01T00:00:00Z</dateTime></NextUpdate></SchemeInformation>' +
        '<TrustServiceProviderList><TrustServiceProvider><TSPServices><TSPService><ServiceInformation>' +
        `<ServiceTypeIdentifier>http://uri.etsi.org/TrstSvc/Svctype/${type}</ServiceTypeIdentifier>` +
        `<ServiceDigitalIdentity><DigitalId><X509Certificate>${der}</X509Certificate></DigitalId></ServiceDigitalIdentity>` +
        '<ServiceStatus>http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/granted</ServiceStatus>' +
        '</ServiceInformation></TSPService></TSPServices></TrustServiceProvider></TrustServiceProviderList></TrustServiceStatusList>';
      writeFileSync(join(folder, 'eu.xml'), list('CA/QC'));
      writeFileSync(join(folder, 'times.xml'), list('TSA/QTST'));
      expect(await trust('eu.xml')).toBe('trusted');
      // A service that gives times vouches for no signer.
      expect(await trust('times.xml')).toBe('unknown');
      const bundle = await (bundles['verify'] ?? bundled('verify'));
      const { stderr } = await run(process.execPath, [bundle, '--json', '--trust', 'eu.xml', 'good.pdf'], {
        env: { ...process.env, INIT_CWD: folder }
      });
      expect(stderr).toMatch(/no\. 9 by Office[^]*signature is not checked[^]*out of date/);
    }
  );

  test(
    '--memory: a file that needs more ends by itself, and the next one is judged',
    { timeout: 120_000 },
    async () => {
      const parts = ['%PDF-1.7\n'];
      // Arrays in arrays of numbers, in one object: more than 16 MB once they are read.
      parts.push(
        '1 0 obj << /Type /Catalog /Pages 2 0 R /Names [',
        '[0 1 2 3 4 5 6 7] '.repeat(1_500_000),
        '] >> endobj\n'
      );
      parts.push(
        '2 0 obj << /Type /Pages /Kids [] /Count 0 >> endobj\ntrailer << /Root 1 0 R >>\nstartxref\n0\n%%EOF\n'
      );
      writeFileSync(join(folder, 'hungry.pdf'), parts.join(''));
      const { code, out } = await command('verify', '--json', '--memory', '64', 'hungry.pdf', 'good.pdf');
      const [hungry, good] = lines(out).map((line) => JSON.parse(line) as Report);
      expect([code, hungry?.error?.code, good?.verdict]).toEqual([1, 'crash', 'unchanged']);
    }
  );

  test(
    'without --json many files get their sentences, each beginning with its name',
    { timeout: 60_000 },
    async () => {
      const { code, out } = await command('verify', 'good.pdf', 'noise.pdf', 'plain.pdf');
      expect(code).toBe(0);
      const heads = lines(out).filter((line) => /^\S+\.pdf: /.test(line));
      expect(heads.map((line) => line.split(':')[0])).toEqual(['good.pdf', 'noise.pdf', 'plain.pdf']);
      expect(heads[2]).toContain('Not signed');
    }
  );

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
