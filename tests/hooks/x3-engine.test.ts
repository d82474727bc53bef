// security.md X1 to X4 and E1, in PocketBase's own engine: what the server hashes, checks and draws.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ESLint } from 'eslint';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildShared } from '../../scripts/build.js';
import { getPocketBase } from '../../scripts/pocketbase.js';
import { toBase64 } from '../../src/lib/bytes/base64.ts';
import { jcs, parseJcs, type JcsError, type Json } from '../../src/lib/domain/jcs.ts';
import { ecdsaToDer } from '../../src/lib/pki/ecdsa.ts';
import { makeKey } from './people.ts';

let folder: string;
let binary: string;
beforeAll(async () => {
  await buildShared();
  folder = mkdtempSync(join(tmpdir(), 'countersign-engine-'));
  binary = await getPocketBase({ say: () => undefined });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs `body` in the engine with `input` (JSON) and gives back what it returns. */
function inEngine(body: string, input: unknown): unknown {
  const hooks = mkdtempSync(join(folder, 'hooks-'));
  const files = { input: join(hooks, 'input.json'), output: join(hooks, 'output.json') };
  writeFileSync(files.input, JSON.stringify(input));
  writeFileSync(
    join(hooks, 'probe.pb.js'),
    `onBootstrap((e) => {
      e.next();
      const lib = ${JSON.stringify(resolve('pb_hooks/lib'))};
      const input = JSON.parse(toString($os.readFile(${JSON.stringify(files.input)}), 1 << 28));
      const run = (input) => { ${body} };
      $os.writeFile(${JSON.stringify(files.output)}, JSON.stringify(run(input)), 0o600);
    });`
  );
  const done = spawnSync(
    binary,
    [
      'migrate',
      'history-sync',
      '--dev=false',
      '--hooksWatch=false',
      `--dir=${join(hooks, 'data')}`,
      `--hooksDir=${hooks}`,
      `--migrationsDir=${join(hooks, 'none')}`
    ],
    { encoding: 'utf8', env: { ...process.env, SECRET_KEY: 'a'.repeat(64) } }
  );
  try {
    return JSON.parse(readFileSync(files.output, 'utf8'));
  } catch {
    throw new Error(`the engine gave nothing:\n${done.stdout}${done.stderr}`);
  }
}

test('X1: 200 signatures by WebCrypto, high and low s, are valid in the engine, and none for another message', async () => {
  const key = await makeKey();
  const message = new TextEncoder().encode('signed in a browser');
  const raws = await Promise.all(Array.from({ length: 200 }, () => key.sign(message)));
  const high = raws.filter((raw) => (raw[32] ?? 0) >= 0x80).length;
  expect(high).toBeGreaterThan(20);
  const answers = inEngine(
    `const { provider } = require(lib + '/authority.js');
     const { fromBase64 } = require(lib + '/shared-proofs.js');
     const spki = fromBase64(input.spki);
     const check = (signature, message) => ({ scheme: { kind: 'ecdsa', hash: 'SHA-256' }, spki,
       signed: { message: fromBase64(message) }, signature: fromBase64(signature) });
     return { right: provider.check(input.signatures.map((one) => check(one, input.message))),
       wrong: provider.check(input.signatures.slice(0, 20).map((one) => check(one, input.other))) };`,
    {
      spki: toBase64(key.spki),
      message: toBase64(message),
      other: toBase64(new TextEncoder().encode('something else')),
      signatures: raws.map((raw) => toBase64(ecdsaToDer(raw)))
    }
  ) as { right: string[]; wrong: string[] };
  expect(new Set(answers.right)).toEqual(new Set(['valid']));
  expect(new Set(answers.wrong)).toEqual(new Set(['invalid']));
});

test('X3: bytes are uniform: each value of 64 KB as often as chance has it, and no two draws alike', () => {
  const draws = inEngine(
    `const { randomHex, randomBytes, randomToken, randomCode } = require(lib + '/random.js');
     const tokens = []; const codes = [];
     for (let n = 0; n < 300; n++) { tokens.push(randomToken()); codes.push(randomCode()); }
     return { hex: randomHex(65536), bytes: Array.from(randomBytes(48)), tokens, codes };`,
    {}
  ) as { hex: string; bytes: number[]; tokens: string[]; codes: string[] };
  const bytes = Buffer.from(draws.hex, 'hex');
  expect(bytes.length).toBe(65_536);
  const counts = new Array<number>(256).fill(0);
  for (const byte of bytes) counts[byte] = (counts[byte] ?? 0) + 1;
  const chiSquared = counts.reduce((sum, count) => sum + (count - 256) ** 2 / 256, 0);
  // 255 degrees of freedom: 255 ± 22.6; six sigma either way.
  expect(chiSquared).toBeGreaterThan(120);
  expect(chiSquared).toBeLessThan(391);
  expect(draws.bytes).toHaveLength(48);
  expect(draws.bytes.every((byte) => Number.isInteger(byte) && byte >= 0 && byte < 256)).toBe(true);
  expect(new Set(draws.tokens).size).toBe(300);
  for (const token of draws.tokens) expect(token).toMatch(/^[A-Za-z0-9]{43}$/);
  for (const code of draws.codes) expect(code).toMatch(/^[0-9]{6}$/);
  // Leading zeros are as likely as any digit.
  expect(draws.codes.some((code) => code.startsWith('0'))).toBe(true);
});

test('X3: lint forbids every other source of randomness in the hooks', async () => {
  const lint = new ESLint();
  const sources = [
    'module.exports = Math.random();',
    'module.exports = $security.pseudorandomString(3);',
    "module.exports = $security.pseudorandomStringWithAlphabet(3, 'ab');"
  ];
  for (const source of sources) {
    const [result] = await lint.lintText(source, { filePath: resolve('pb_hooks/lib/sample.js') });
    expect(
      result?.messages.map((message) => message.ruleId),
      source
    ).toContain('no-restricted-properties');
  }
});

test('X4: a key for each use, and what is sealed for one opens for no other', () => {
  const answer = inEngine(
    `const { key, seal, unseal } = require(lib + '/secret.js');
     const uses = ['ca-kek', 'statement-kek', 'code', 'callback'];
     const sealed = seal('ca-kek', 'private');
     let foreign = 'opened';
     try { unseal('statement-kek', sealed); } catch { foreign = 'refused'; }
     return { keys: uses.map(key), opened: unseal('ca-kek', sealed), foreign, sealed };`,
    {}
  ) as { keys: string[]; opened: string; foreign: string; sealed: string };
  expect(new Set(answer.keys).size).toBe(4);
  for (const key of answer.keys) expect(key).toMatch(/^[0-9a-f]{64}$/);
  expect([answer.opened, answer.foreign]).toEqual(['private', 'refused']);
  expect(answer.sealed).not.toContain('private');
});

test('E1: canonical JSON is the same text in the engine as here', () => {
  const values: Json[] = [
    { b: 1, a: [true, null, 'ł€𝄞'], '\u20ac': -0, aa: { z: '', y: '\u0007"\\' } },
    { '\ud83d\ude00': 1, '\ufb33': 2, '\u00f6': 3, '1': 4, '\r': 5 },
    [9_007_199_254_740_991, -9_007_199_254_740_991, 0],
    'kraków ‘quoted’ \u2028'
  ];
  const texts = inEngine(`const { jcs } = require(lib + '/shared.js'); return input.map(jcs);`, values);
  expect(texts).toEqual(values.map(jcs));
  const lone = inEngine(
    `const { jcs } = require(lib + '/shared.js');
     return input.map((units) => { try { jcs(String.fromCharCode(...units)); return 'written'; } catch { return 'refused'; } });`,
    [[0xd83d], [0xde00], [0xde00, 0xd83d], [0xd83d, 0xde00], [0x61, 0xd83d, 0x61]]
  );
  expect(lone).toEqual(['refused', 'refused', 'refused', 'written', 'refused']);
});

test('E1, E7: the engine reads canonical text alike, and refuses the same', () => {
  const texts = [
    '{"a":1,"b":"🖋"}',
    '{"a":1,"a":1}',
    '{"b":1,"a":1}',
    '{"a":-0}',
    '{"a":1.5}',
    '{"a":"\\ud83d"}',
    '{',
    '['.repeat(50_000)
  ];
  const read = (text: string): string => {
    try {
      return JSON.stringify(parseJcs(text, { length: 100_000, depth: 8 }));
    } catch (error) {
      return (error as JcsError).code;
    }
  };
  const answers = inEngine(
    `const { parseJcs } = require(lib + '/shared-proofs.js');
     return input.map((text) => {
       try { return JSON.stringify(parseJcs(text, { length: 100000, depth: 8 })); } catch (error) { return error.code; }
     });`,
    texts
  );
  expect(answers).toEqual(texts.map(read));
  expect(answers).toEqual([texts[0], ...Array<string>(5).fill('not-canonical'), 'unreadable', 'too-deep']);
});

test('hashes of bytes are those of the bytes, not of their numbers written out', () => {
  const answer = inEngine(
    `const { provider } = require(lib + '/authority.js');
     const { toHex } = require(lib + '/shared-proofs.js');
     return toHex(provider.hash('SHA-256', Uint8Array.from([0, 255, 128, 10])));`,
    {}
  );
  expect(answer).toBe('6d6f7836f1e146dc0204afb5133dae52fdc05603d8ac2dc793b481b0e0829fd1');
});
