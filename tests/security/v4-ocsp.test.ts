// Revocation by OCSP (RFC 6960), judged offline: answers as OpenSSL makes them, in the file that is verified.
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { concat } from '../../src/lib/bytes/concat.ts';
import { memorySource } from '../../src/lib/bytes/source.ts';
import { openPdf } from '../../src/lib/pdf/document.ts';
import { parseCertificate, type Certificate } from '../../src/lib/pki/certificate.ts';
import { ocspAnswer, ocspChecks, parseOcsp } from '../../src/lib/pki/ocsp.ts';
import { nobleProvider } from '../../src/lib/pki/provider-noble.ts';
import { webProvider } from '../../src/lib/pki/provider-web.ts';
import { appendValidationData } from '../../src/lib/sign/archive.ts';
import { parseSignedData } from '../../src/lib/cms/signed-data.ts';
import { findSignatures } from '../../src/lib/verify/signatures.ts';
import { verifyFile } from '../../src/lib/verify/verify.ts';
import { timedContract } from '../vectors/timed.ts';
import { vector } from '../vectors/vectors.ts';
import { startTimeAuthority, type TimeAuthority } from '../world/authority.ts';
import { openBench, pem, type Bench } from './openssl.ts';
import { testWorkspace, type TestWorkspace } from './workspace-ca.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const HOUR = 3_600_000;
const now = Math.floor(Date.now() / 1000) * 1000;
let bench: Bench;
let authority: TimeAuthority;
let workspace: TestWorkspace;
let file: Uint8Array;
let leaf: Certificate;

beforeAll(async () => {
  bench = openBench();
  authority = await startTimeAuthority();
  workspace = await testWorkspace(now - HOUR);
  file = await timedContract(vector('xref-table'), authority, { workspace, followed: true });
  const [found] = findSignatures(openPdf(memorySource(file)));
  leaf = parseCertificate(
    parseSignedData(found?.contents ?? new Uint8Array(0)).certificates[0] ?? new Uint8Array(0)
  );
  bench.write('leaf.crt', pem('CERTIFICATE', leaf.der));
  bench.write('ca.crt', pem('CERTIFICATE', workspace.issuing.der));
  const pkcs8 = await crypto.subtle.exportKey('pkcs8', workspace.issuingKey.pair.privateKey);
  bench.write('ca.key', pem('PRIVATE KEY', new Uint8Array(pkcs8)));
  bench.write(
    'responder.cnf',
    '[yes]\nextendedKeyUsage=OCSPSigning\nkeyUsage=digitalSignature\n[no]\nkeyUsage=digitalSignature\n'
  );
  for (const [i, who] of ['yes', 'no'].entries()) {
    bench.run('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', `${who}.key`);
    bench.run('req', '-new', '-key', `${who}.key`, '-subj', `/CN=Responder ${who}`, '-out', `${who}.csr`);
    bench.run(
      'x509',
      '-req',
      '-in',
      `${who}.csr`,
      '-CA',
      'ca.crt',
      '-CAkey',
      'ca.key',
      '-set_serial',
      `${70 + i}`,
      '-days',
      '9',
      '-extfile',
      'responder.cnf',
      '-extensions',
      who,
      '-out',
      `${who}.crt`
    );
  }
});
afterAll(async () => {
  bench.close();
  await authority.close();
});

const stamp = (time: number): string => `${new Date(time).toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`;

/** An answer about the first signer by OpenSSL. `by`: ca, or one of the responders. */
function answer(state: {
  revokedAt?: number;
  by?: 'ca' | 'yes' | 'no';
  hash?: 'sha1' | 'sha256';
  reason?: string;
  keyId?: boolean;
}): Uint8Array {
  const { revokedAt, by = 'ca', hash = 'sha1', reason = 'keyCompromise' } = state;
  const told =
    revokedAt === undefined
      ? ['V', stamp(leaf.notAfter), '']
      : ['R', stamp(leaf.notAfter), `${stamp(revokedAt)},${reason}`];
  bench.write('index.txt', `${[...told, leaf.serialHex.toUpperCase(), 'unknown', '/CN=x'].join('\t')}\n`);
  bench.run('ocsp', `-${hash}`, '-issuer', 'ca.crt', '-cert', 'leaf.crt', '-reqout', 'query', '-no_nonce');
  bench.run(
    'ocsp',
    '-index',
    'index.txt',
    '-CA',
    'ca.crt',
    '-rsigner',
    `${by}.crt`,
    '-rkey',
    `${by}.key`,
    '-reqin',
    'query',
    '-respout',
    'answer',
    '-ndays',
    '7',
    '-rmd',
    'sha256',
    ...(state.keyId === true ? ['-resp_key_id'] : [])
  );
  return bench.read('answer');
}

async function statusWith(
  response: Uint8Array,
  roots = [workspace.root, authority.root]
): Promise<string | undefined> {
  const data = { certificates: [], crls: [], ocsps: [response] };
  const whole = concat(file, appendValidationData(openPdf(memorySource(file)), data));
  const report = await verifyFile('', memorySource(whole), webProvider, {
    now: now + HOUR,
    roots: roots.map(({ der }) => der)
  });
  expect(report.signatures[0]?.integrity).toBe('intact');
  expect(report.signatures[0]?.profile).toBe('PAdES-B-LT');
  return report.signatures[0]?.trust.status;
}

test.each(['sha1', 'sha256'] as const)('OpenSSL’s answer over %s is read as OpenSSL reads it', (hash) => {
  const good = parseOcsp(answer({ hash }));
  expect(ocspAnswer(good, leaf, workspace.issuing)).toMatchObject({ status: 'good', revoked: null });
  expect(ocspAnswer(good, leaf, workspace.root)).toBeNull();
  expect(ocspAnswer(good, workspace.issuing, workspace.issuing)).toBeNull();
  const bad = parseOcsp(answer({ hash, revokedAt: now - HOUR, keyId: true }));
  const told = ocspAnswer(bad, leaf, workspace.issuing);
  expect(told).toMatchObject({ status: 'revoked', revoked: { at: now - HOUR, reason: 1 } });
  expect((told?.nextUpdate ?? 0) - (told?.thisUpdate ?? 0)).toBe(7 * 24 * HOUR);
  for (const response of [good, bad]) {
    expect(ocspChecks(response, workspace.issuing).map((way) => nobleProvider().check(way))).toEqual([
      ['valid']
    ]);
    expect(ocspChecks(response, workspace.root)).toEqual([]);
  }
});

test('a revocation before the proven time ends trust, by the authority or a responder it appointed', async () => {
  for (const by of ['ca', 'yes'] as const)
    expect(await statusWith(answer({ revokedAt: now - HOUR / 2, by }))).toBe('revoked');
  expect(
    await statusWith(answer({ revokedAt: now - HOUR / 2, by: 'yes', keyId: true, hash: 'sha256' }))
  ).toBe('revoked');
});

test('one after it, a good answer, or one by somebody who may not answer, does not', async () => {
  expect(await statusWith(answer({ revokedAt: now + HOUR / 2 }))).toBe('trusted');
  expect(await statusWith(answer({}))).toBe('trusted');
  expect(await statusWith(answer({ revokedAt: now - HOUR / 2, by: 'no' }))).toBe('trusted');
  // Without a proven time the later one counts.
  expect(await statusWith(answer({ revokedAt: now + HOUR / 2 }), [workspace.root])).toBe('revoked');
});

test('a spoilt answer says nothing, and spoils nothing', async () => {
  const response = answer({ revokedAt: now - HOUR / 2 });
  const { signature } = parseOcsp(response);
  const last = Buffer.from(response).indexOf(signature) + signature.length - 1;
  const spoilt = response.slice();
  spoilt[last] = (spoilt[last] ?? 0) ^ 1;
  expect(await statusWith(spoilt)).toBe('trusted');
  expect(await statusWith(response.slice(0, 90))).toBe('trusted');
  expect(() => parseOcsp(Uint8Array.of(0x30, 3, 0x0a, 1, 6))).toThrow(
    expect.objectContaining({ name: 'AsnError' }) as Error
  );
});
