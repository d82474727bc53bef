// `security.md` V1: the fingerprint that a reader compares is of a certificate that really signed the one below.
import { beforeAll, expect, test, vi } from 'vitest';
import { der, integer, sequence, tagged, time } from '../../src/lib/asn1/der.ts';
import { certificateSha256, parseCertificate, type Certificate } from '../../src/lib/pki/certificate.ts';
import { nobleProvider } from '../../src/lib/pki/provider-noble.ts';
import { ecdsaIdentifier, toBeSigned } from '../../src/lib/pki/to-be-signed.ts';
import { describeChain } from '../../src/lib/verify/chain.ts';
import type { CertificateDetail } from '../../src/lib/verify/report.ts';
import type { TrustInput } from '../../src/lib/verify/trust.ts';
import { finish, serial, testKey, testPerson, testWorkspace, type TestWorkspace } from './workspace-ca.ts';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const NOW = Date.UTC(2026, 4, 6);
let ours: TestWorkspace;
let theirs: TestWorkspace;
let leaf: Certificate;
beforeAll(async () => {
  // The same names, other keys: what somebody makes who wants another fingerprint to be compared.
  ours = await testWorkspace(NOW);
  theirs = await testWorkspace(NOW);
  leaf = await testPerson(ours, await testKey());
});

/** Another key under the name of our issuing authority, and no key identifier that would give it away. */
async function impostor(): Promise<Certificate> {
  const key = await testKey();
  const tbs = sequence(
    tagged(0, integer(2)),
    der(0x02, serial()),
    ecdsaIdentifier('SHA-256'),
    ours.root.subject.der,
    sequence(time(NOW - 1), time(NOW + 86_400_000)),
    ours.issuing.subject.der,
    key.spki
  );
  return parseCertificate(await finish(toBeSigned(tbs, theirs.root.spki), theirs.rootKey));
}

function chainOf(pool: readonly Certificate[], roots: readonly Certificate[] = []): CertificateDetail[] {
  const input: TrustInput = { roots, pool: pool.map(({ der }) => der), crls: [], ocsps: [], at: NOW };
  const asking = describeChain(leaf, input);
  let state = asking.next();
  while (state.done !== true)
    state = asking.next({ hashes: [], digests: [], checks: nobleProvider().check(state.value.checks) });
  return state.value;
}
const prints = (chain: readonly CertificateDetail[]) => chain.map(({ sha256 }) => sha256);

test('the certificates from the signer up to the highest that is known', () => {
  const path = [leaf, ours.issuing, ours.root];
  expect(prints(chainOf([ours.root, ours.issuing]))).toEqual(path.map(certificateSha256));
  expect(prints(chainOf([]))).toEqual([certificateSha256(leaf)]);
});

test('one that only has the name of the issuer is left out, wherever it stands', () => {
  expect(prints(chainOf([theirs.issuing, theirs.root]))).toEqual([certificateSha256(leaf)]);
  expect(prints(chainOf([ours.issuing, theirs.root]))).toEqual([leaf, ours.issuing].map(certificateSha256));
  for (const pool of [
    [theirs.issuing, ours.issuing, theirs.root, ours.root],
    [ours.root, theirs.root, ours.issuing, theirs.issuing]
  ])
    expect(prints(chainOf(pool))).toEqual([leaf, ours.issuing, ours.root].map(certificateSha256));
});

test('nor one that carries the name and hides whose key it is', async () => {
  const fake = await impostor();
  expect(prints(chainOf([fake, ours.root]))).toEqual([certificateSha256(leaf)]);
  expect(prints(chainOf([fake, ours.issuing, ours.root]))).toEqual(
    [leaf, ours.issuing, ours.root].map(certificateSha256)
  );
});

test("a root is called one only where it is the reader's own, never because the file brings it", () => {
  expect(chainOf([ours.issuing, ours.root]).map(({ root }) => root)).toEqual([false, false, false]);
  expect(chainOf([ours.issuing], [ours.root]).map(({ root }) => root)).toEqual([false, false, true]);
});
