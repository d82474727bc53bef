// Every kind of key from a PKCS#12 file that OpenSSL made, before the reference tools.
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { memorySource } from '../../src/lib/bytes/source.ts';
import { webProvider } from '../../src/lib/pki/provider-web.ts';
import { verifyFile } from '../../src/lib/verify/verify.ts';
import { loadFonts } from '../../src/cli/fonts.ts';
import { readPkcs12 } from '../../src/cli/pkcs12-key.ts';
import { signForAll } from '../../src/cli/signing.ts';
import { openBench } from '../security/openssl.ts';
import { vector } from '../vectors/vectors.ts';
import { judgeAll, objections, type Judgement } from './judges.ts';

const folder = mkdtempSync(join(tmpdir(), 'countersign-keys-'));
const bench = openBench();
afterAll(() => {
  rmSync(folder, { recursive: true });
  bench.close();
});

const curve = (name: string) => ['ec', '-pkeyopt', `ec_paramgen_curve:${name}`];
/** Name, how OpenSSL makes the key, whether it signs by PSS, what our report calls algorithm and digest. */
const kinds: readonly [string, readonly string[], boolean, string, string][] = [
  ['p256', curve('P-256'), false, 'ECDSA P-256', 'SHA-256'],
  ['p384', curve('P-384'), false, 'ECDSA P-384', 'SHA-384'],
  ['p521', curve('P-521'), false, 'ECDSA P-521', 'SHA-512'],
  ['rsa2048', ['rsa:2048'], false, 'RSA 2048', 'SHA-256'],
  ['rsa3072', ['rsa:3072'], false, 'RSA 3072', 'SHA-384'],
  ['rsa4096', ['rsa:4096'], false, 'RSA 4096', 'SHA-512'],
  ['rsa2048-pss', ['rsa:2048'], true, 'RSA-PSS 2048', 'SHA-256'],
  ['rsa3072-pss', ['rsa:3072'], true, 'RSA-PSS 3072', 'SHA-384'],
  ['rsa4096-pss', ['rsa:4096'], true, 'RSA-PSS 4096', 'SHA-512'],
  ['pss-only', ['rsa-pss', '-pkeyopt', 'rsa_keygen_bits:2048'], false, 'RSA-PSS 2048', 'SHA-256'],
  ['ed25519', ['ed25519'], false, 'Ed25519', 'SHA-512']
];

/** What Poppler 22.12 (its NSS) and OpenSSL 3.0 do not know, and so say nothing about. */
const unknownTo: Readonly<Record<string, RegExp>> = { ed25519: /^(pdfsig|openssl)/, 'pss-only': /^pdfsig/ };

const judgements = new Map<string, Judgement>();
const signed = (name: string): string => join(folder, `${name}.pdf`);
const sign = (...args: string[]) =>
  promisify(execFile)(process.execPath, ['scripts/cli.js', 'sign', '--json', ...args], {
    env: { ...process.env, INIT_CWD: folder }
  });

beforeAll(async () => {
  const contract = vector('xref-stream');
  writeFileSync(join(folder, 'contract.pdf'), contract);
  const fonts = await loadFonts();
  bench.run(
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'ca.key', '-out', 'ca.crt', '-days', '9'],
    ...['-subj', '/CN=Authority']
  );
  for (const [name, how, pss] of kinds) {
    bench.run('req', '-newkey', ...how, '-nodes', '-keyout', 'k', '-out', 'csr', '-subj', `/CN=Anna ${name}`);
    bench.run(
      ...['x509', '-req', '-in', 'csr', '-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '9'],
      '-out',
      'c'
    );
    bench.run(
      'pkcs12',
      '-export',
      '-inkey',
      'k',
      '-in',
      'c',
      '-certfile',
      'ca.crt',
      '-out',
      'p12',
      '-passout',
      'pass:zażółć'
    );
    writeFileSync(join(folder, `${name}.p12`), bench.read('p12'));
    const key = await readPkcs12(join(folder, `${name}.p12`), 'zażółć', pss);
    const { tails } = await signForAll(memorySource(contract), 2, fonts, Date.now, { keys: [key] });
    writeFileSync(signed(name), Buffer.concat([contract, ...tails]));
  }
  const words = await judgeAll(kinds.map(([name]) => signed(name)));
  kinds.forEach(([name], index) => judgements.set(name, words[index] as Judgement));
}, 180_000);

describe.each(kinds)('%s', (name, _, __, algorithm, digest) => {
  test('every judge calls both signatures valid', () => {
    const found = objections(judgements.get(name) as Judgement, 2);
    const deaf = unknownTo[name];
    const heard = deaf === undefined ? found : found.filter((text) => !deaf.test(text));
    expect(heard).toEqual([]);
  });

  test('our verifier names the algorithm and finds both intact, signed by the certificate of the file', async () => {
    const report = await verifyFile('x', memorySource(readFileSync(signed(name))), webProvider, {
      now: Date.now()
    });
    expect(report.verdict).toBe('changed-as-permitted');
    expect(
      report.signatures.map((one) => [one.integrity, one.algorithm, one.digest, one.signer?.subject])
    ).toEqual(Array(2).fill(['intact', algorithm, digest, `CN=Anna ${name}`]));
  });
});

test('the command takes such a file and its password', async () => {
  const { stdout } = await sign(
    ...['--out-dir', 'out', '--p12', 'rsa2048.p12', '--password', 'zażółć', '--pss'],
    'contract.pdf'
  );
  expect(JSON.parse(stdout)).toMatchObject({ error: null });
  const report = await verifyFile(
    'x',
    memorySource(readFileSync(join(folder, 'out/contract.pdf'))),
    webProvider,
    { now: Date.now() }
  );
  expect(report.signatures.map((one) => [one.algorithm, one.signer?.subject])).toEqual(
    Array(2).fill(['RSA-PSS 2048', 'CN=Anna rsa2048'])
  );
});

test('a wrong password, or a file that is no key, is told before anything is signed', async () => {
  const failure = (...args: string[]) =>
    sign('--out-dir', 'none', ...args, 'contract.pdf').catch(
      (error: { code: number; stderr: string }) => error
    );
  expect(await failure('--p12', 'p256.p12', '--password', 'x')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('wrong password') as string
  });
  expect(await failure('--p12', 'contract.pdf')).toMatchObject({ code: 2 });
  expect(existsSync(join(folder, 'none'))).toBe(false);
});
