// Real PDFs of every algorithm, signed and judged by other software, beside our verdict; each with a changed twin.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { memorySource } from '../../src/lib/bytes/source.ts';
import { webProvider } from '../../src/lib/pki/provider-web.ts';
import { verifyFile } from '../../src/lib/verify/verify.ts';
import { contract } from '../vectors/draft.ts';
import { writeTable } from '../vectors/write.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

const folder = mkdtempSync(join(tmpdir(), 'countersign-algorithms-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Word {
  readonly name: string;
  readonly valid: boolean;
  readonly changed: boolean;
}
const words = new Map<string, Word>();
beforeAll(() => {
  const given = join(folder, 'given.pdf');
  writeFileSync(given, writeTable(contract()));
  const script = join(dirname(fileURLToPath(import.meta.url)), 'algorithms.py');
  const python = process.env['COUNTERSIGN_PYTHON'] ?? 'python3';
  const out = execFileSync(python, [script, given, folder], { encoding: 'utf8' });
  for (const line of out.trim().split('\n')) {
    const word = JSON.parse(line) as Word;
    words.set(word.name, word);
  }
});

async function judge(bytes: Uint8Array) {
  const { signatures, verdict } = await verifyFile('', memorySource(bytes), webProvider, { now: Date.now() });
  const [signature] = signatures;
  return [verdict, signature?.algorithm, signature?.digest, signature?.subFilter];
}

test.each([
  ['rsa-sha512', 'RSA 2048', 'SHA-512', 'adbe.pkcs7.detached'],
  ['rsa-pss-sha384', 'RSA-PSS 2048', 'SHA-384', 'ETSI.CAdES.detached'],
  ['rsa-sha3-256', 'RSA 2048', 'SHA3-256', 'ETSI.CAdES.detached'],
  ['p384-sha384', 'ECDSA P-384', 'SHA-384', 'ETSI.CAdES.detached'],
  ['p521-sha512', 'ECDSA P-521', 'SHA-512', 'adbe.pkcs7.detached'],
  ['brainpoolP256r1', 'ECDSA brainpoolP256r1', 'SHA-256', 'ETSI.CAdES.detached'],
  ['brainpoolP384r1', 'ECDSA brainpoolP384r1', 'SHA-384', 'ETSI.CAdES.detached'],
  ['secp256k1', 'ECDSA secp256k1', 'SHA-256', 'ETSI.CAdES.detached'],
  ['ed25519', 'Ed25519', 'SHA-512', 'ETSI.CAdES.detached'],
  ['ed448', 'Ed448', 'SHAKE256-512', 'ETSI.CAdES.detached'],
  ['dsa-sha256', 'DSA 2048', 'SHA-256', 'adbe.pkcs7.detached']
])('%s: pyHanko and we agree, on the file and on its changed twin', async (name, ...told) => {
  expect(words.get(name)).toEqual({ name, valid: true, changed: false });
  const signed = Uint8Array.from(readFileSync(join(folder, `${name}.pdf`)));
  expect(await judge(signed)).toEqual(['unchanged', ...told]);
  const changed = Uint8Array.from(signed);
  changed[Buffer.from(signed).indexOf('Tj')] = 0x74;
  expect(await judge(changed)).toEqual(['broken', ...told]);
});
