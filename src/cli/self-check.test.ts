// signing.md, rule 3: nothing is written that our own verifier does not accept.
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { bundled } from '../../scripts/cli.js';
import { contract, latin1 } from '../../tests/vectors/draft.ts';
import { signedContract } from '../../tests/vectors/signed.ts';
import { writeTable } from '../../tests/vectors/write.ts';
import { integer, octetString, oid, sequence } from '../lib/asn1/der.ts';
import { concat } from '../lib/bytes/concat.ts';
import { joinedSource } from '../lib/bytes/joined-source.ts';
import { memorySource } from '../lib/bytes/source.ts';
import { fromHex } from '../lib/bytes/hex.ts';
import { Oid } from '../lib/pki/oid.ts';
import { buildPkcs12 } from '../lib/pki/pkcs12-build.ts';
import { webProvider } from '../lib/pki/provider-web.ts';
import { standsAsBefore } from '../lib/verify/self-check.ts';
import { verifyFile } from '../lib/verify/verify.ts';
import { loadFonts } from './fonts.ts';
import { freshKey, signAndCheck } from './signing.ts';

// The command is bundled first, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const NOW = Date.UTC(2026, 5, 1);
const folder = mkdtempSync(join(tmpdir(), 'self-check-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A private key that does not say which public key is its own (RFC 5915 §3), beside another's certificate. */
async function strangersKey(): Promise<Uint8Array> {
  const { certificate } = await freshKey('Somebody Else', NOW);
  const secret = octetString(fromHex('01'.repeat(32)));
  const pkcs8 = sequence(
    integer(0),
    sequence(oid(Oid.ecPublicKey), oid('1.2.840.10045.3.1.7')),
    octetString(sequence(integer(1), secret))
  );
  return buildPkcs12({
    pkcs8,
    certificates: [certificate],
    friendlyName: 'stranger',
    password: 'p',
    rounds: 1000,
    random: (length) => crypto.getRandomValues(new Uint8Array(length))
  });
}

test('a key that is not its certificate’s: nothing is written, the line and the exit code say so', async () => {
  writeFileSync(join(folder, 'key.p12'), await strangersKey());
  writeFileSync(join(folder, 'plain.pdf'), writeTable(contract()));
  const bundle = await bundled('sign');
  const args = [bundle, '--json', '--out-dir', 'out', '--p12', 'key.p12', '--password', 'p', 'plain.pdf'];
  const { code, out } = await new Promise<{ code: unknown; out: string }>((resolve) => {
    execFile(process.execPath, args, { env: { ...process.env, INIT_CWD: folder } }, (error, stdout) => {
      resolve({ code: error === null ? 0 : error.code, out: stdout });
    });
  });
  expect(code).toBe(1);
  expect(JSON.parse(out)).toMatchObject({
    in: 'plain.pdf',
    out: null,
    bytesOut: 0,
    error: { code: 'self-check', message: expect.stringContaining('verdict broken') as string }
  });
  expect(existsSync(join(folder, 'out', 'plain.pdf'))).toBe(false);
});

test('a file that came with a broken signature is signed, and that signature stays what it was', async () => {
  const given = await signedContract();
  const at = Buffer.from(given).indexOf('Tj');
  given.set(latin1('TJ'), at);
  const source = memorySource(given);
  const { tails, signatures } = await signAndCheck(source, 2, await loadFonts(), () => NOW);
  const judge = (bytes: Uint8Array) => verifyFile('', memorySource(bytes), webProvider, { now: NOW });
  const before = await judge(given);
  const after = await judge(concat(given, ...tails));
  expect(after.signatures.map(({ integrity }) => integrity)).toEqual(['broken', 'intact', 'intact']);
  expect(standsAsBefore(before, after, signatures)).toBe(true);

  const [former, ...own] = after.signatures;
  if (former === undefined) throw new Error('no signature');
  const refused = [
    { ...after, signatures: own },
    { ...after, signatures: [{ ...former, integrity: 'malformed' as const }, ...own] },
    { ...after, signatures: [{ ...former, coverage: 'partial' as const }, ...own] },
    { ...after, signatures: [former, ...own.slice(1)] },
    { ...after, signatures: [former, ...own.slice(0, 1)] },
    { ...after, signatures: [former, ...own.map((one) => ({ ...one, integrity: 'broken' as const }))] }
  ];
  expect(refused.map((report) => standsAsBefore(before, report, signatures))).toEqual(
    refused.map(() => false)
  );
  expect(joinedSource(source, ...tails).size).toBe(after.bytes);
});
