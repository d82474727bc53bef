import { beforeAll, describe, expect, test, vi } from 'vitest';
import {
  finish,
  serial,
  testKey,
  testPerson,
  testWorkspace,
  type TestWorkspace
} from '../../../tests/security/workspace-ca.ts';
import { integer, octetString, oid, sequence, boolean, tagged, time, der } from '../asn1/der.ts';
import { issuingCertificate } from './authority.ts';
import { parseCertificate, type Certificate } from './certificate.ts';
import { permits, type GeneralName } from './general-name.ts';
import { encodeName } from './name.ts';
import { findPaths, type CertificatePath } from './path.ts';
import { nobleProvider } from './provider-noble.ts';
import { ecdsaIdentifier, toBeSigned } from './to-be-signed.ts';

// OpenSSL starts slowly on a busy machine.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const NOW = Date.UTC(2026, 4, 6);
const YEAR = 365 * 86_400_000;

let workspace: TestWorkspace;
let leaf: Certificate;
beforeAll(async () => {
  workspace = await testWorkspace(NOW);
  leaf = await testPerson(workspace, await testKey());
});

const codes = (path: CertificatePath | undefined): string[] =>
  (path?.problems ?? []).map(({ code, index }) => `${code} ${index}`);
const answers = (path: CertificatePath | undefined): string[] => nobleProvider().check(path?.checks ?? []);
const find = (certificate: Certificate, pool: Certificate[], at = NOW) =>
  findPaths(certificate, { pool, roots: [workspace.root], at })[0];

/** A certificate with whatever extensions, signed by the issuing authority's key. */
async function odd(
  input: { issuer: Certificate; extensions: Uint8Array[]; subject?: string },
  sign = workspace.issuingKey
): Promise<Certificate> {
  const key = await testKey();
  const tbs = sequence(
    tagged(0, integer(2)),
    der(0x02, serial()),
    ecdsaIdentifier('SHA-256'),
    input.issuer.subject.der,
    sequence(time(NOW - YEAR), time(NOW + YEAR)),
    encodeName({ commonName: input.subject ?? 'Odd' }),
    key.spki,
    tagged(3, sequence(...input.extensions))
  );
  return parseCertificate(await finish(toBeSigned(tbs, input.issuer.spki), sign));
}
const extension = (type: string, critical: boolean, value: Uint8Array): Uint8Array =>
  sequence(oid(type), ...(critical ? [boolean(true)] : []), octetString(value));

describe('paths (RFC 5280 §6)', () => {
  test('leaf, issuing authority, root: rooted, without a remark, every signature valid', () => {
    const path = find(leaf, [workspace.issuing]);
    expect(path?.rooted).toBe(true);
    expect(path?.certificates.map((one) => one.subject.commonName)).toEqual([
      'Анна Ёлкина',
      'Example Issuing',
      'Example Root'
    ]);
    expect(codes(path)).toEqual([]);
    expect(answers(path)).toEqual(['valid', 'valid']);
  });
  test('a root that came with the file is no root', () => {
    const path = findPaths(leaf, { pool: [workspace.issuing, workspace.root], roots: [], at: NOW })[0];
    expect(path?.rooted).toBe(false);
    expect(path?.certificates.length).toBe(3);
    expect(answers(path)).toEqual(['valid', 'valid', 'valid']);
  });
  test('without the issuing authority the leaf stands alone', () => {
    const path = find(leaf, []);
    expect(path?.rooted).toBe(false);
    expect(path?.certificates).toEqual([leaf]);
    expect(path?.checks).toEqual([]);
  });
  test('validity is judged at the time given, for each certificate', () => {
    expect(codes(find(leaf, [workspace.issuing], NOW + 2 * YEAR))).toEqual(['expired 0']);
    expect(codes(find(leaf, [workspace.issuing], NOW + 20 * YEAR))).toEqual([
      'expired 0',
      'expired 1',
      'expired 2'
    ]);
    expect(codes(find(leaf, [workspace.issuing], NOW - 3_600_000))).toEqual([
      'not-yet-valid 0',
      'not-yet-valid 1',
      'not-yet-valid 2'
    ]);
  });
  test('another authority of the same name does not pass: key identifier, then signature', async () => {
    const other = await testWorkspace(NOW);
    expect(find(leaf, [other.issuing])?.rooted).toBe(false);
    const nameless = { ...other.issuing, subjectKeyId: null };
    const path = findPaths(leaf, { pool: [nameless], roots: [other.root], at: NOW })[0];
    expect(path?.rooted).toBe(true);
    expect(answers(path)).toEqual(['invalid', 'valid']);
  });
  test('a person is no authority', async () => {
    const key = await testKey();
    const person = await testPerson(workspace, key);
    const forged = await odd({ issuer: person, extensions: [] }, key);
    const path = find(forged, [person, workspace.issuing]);
    expect(path?.rooted).toBe(true);
    expect(codes(path)).toEqual(['not-an-authority 1', 'key-usage 1', 'path-length 2']);
  });
  test('no authority below the issuing one', async () => {
    const key = await testKey();
    const what = issuingCertificate({
      issuer: workspace.issuing,
      name: 'Below',
      spki: key.spki,
      serial: serial(),
      now: NOW
    });
    const below = parseCertificate(await finish(what, workspace.issuingKey));
    const forged = await odd({ issuer: below, extensions: [] }, key);
    expect(codes(find(forged, [below, workspace.issuing]))).toEqual(['path-length 2']);
  });
  test('a host name or address under our authorities is out of bounds', async () => {
    const names = sequence(der(0x82, Buffer.from('www.example.com')), der(0x87, Uint8Array.of(10, 0, 0, 1)));
    const host = await odd({ issuer: workspace.issuing, extensions: [extension('2.5.29.17', false, names)] });
    expect(codes(find(host, [workspace.issuing]))).toEqual(['name-constraints 1', 'name-constraints 2']);
  });
  test('a critical extension that nobody knows', async () => {
    const strange = await odd({
      issuer: workspace.issuing,
      extensions: [extension('1.2.3.4', true, sequence())]
    });
    expect(codes(find(strange, [workspace.issuing]))).toEqual(['critical-extension 0']);
    const mild = await odd({
      issuer: workspace.issuing,
      extensions: [extension('1.2.3.4', false, sequence())]
    });
    expect(codes(find(mild, [workspace.issuing]))).toEqual([]);
  });
  test('authorities that sign each other in a circle come to an end', async () => {
    const [one, two] = await Promise.all([testKey(), testKey()]);
    const ca = extension('2.5.29.19', true, sequence(boolean(true)));
    const certificate = async (subject: string, spki: Uint8Array, issuer: string, key: typeof one) => {
      const tbs = sequence(
        tagged(0, integer(2)),
        der(0x02, serial()),
        ecdsaIdentifier('SHA-256'),
        encodeName({ commonName: issuer }),
        sequence(time(NOW), time(NOW + YEAR)),
        encodeName({ commonName: subject }),
        spki,
        tagged(3, sequence(ca))
      );
      return parseCertificate(await finish(toBeSigned(tbs, key.spki), key));
    };
    const pool: Certificate[] = [];
    for (let i = 0; i < 12; i++) {
      pool.push(await certificate('A', one.spki, 'B', two), await certificate('B', two.spki, 'A', one));
    }
    const start = performance.now();
    const paths = findPaths(await certificate('Leaf', one.spki, 'A', one), {
      pool,
      roots: [workspace.root],
      at: NOW
    });
    expect(performance.now() - start).toBeLessThan(3000);
    expect(paths.length).toBeLessThanOrEqual(16);
    expect(paths.every((path) => !path.rooted && path.certificates.length <= 10)).toBe(true);
  });
  test('two extensions of one kind are refused by the reader', async () => {
    const ca = extension('2.5.29.19', true, sequence(boolean(true)));
    const none = extension('2.5.29.19', true, sequence());
    await expect(odd({ issuer: workspace.issuing, extensions: [none, ca] })).rejects.toMatchObject({
      name: 'AsnError',
      code: 'value'
    });
  });
});

describe('name constraints (RFC 5280 §4.2.1.10)', () => {
  const dns = (value: string): GeneralName => ({ kind: 'dns', value });
  const email = (value: string): GeneralName => ({ kind: 'email', value });
  const ip = (...value: number[]): GeneralName => ({ kind: 'ip', value: Uint8Array.from(value) });
  test.each([
    [dns('example.com'), dns('example.com'), true],
    [dns('example.com'), dns('www.Example.com'), true],
    [dns('example.com'), dns('notexample.com'), false],
    [dns('.example.com'), dns('example.com'), false],
    [email('example.com'), email('a@example.com'), true],
    [email('example.com'), email('a@sub.example.com'), false],
    [email('.example.com'), email('a@sub.example.com'), true],
    [email('a@example.com'), email('b@example.com'), false],
    [ip(10, 0, 0, 0, 255, 0, 0, 0), ip(10, 9, 8, 7), true],
    [ip(10, 0, 0, 0, 255, 0, 0, 0), ip(11, 9, 8, 7), false],
    [ip(10, 0, 0, 0, 255, 0, 0, 0), ip(...new Array<number>(16).fill(0)), false],
    [
      { kind: 'uri', value: '.example.com' } as GeneralName,
      { kind: 'uri', value: 'https://u@www.example.com:8/x' } as GeneralName,
      true
    ]
  ] as const)('%j over %j: %s', (base, name, inside) => {
    expect(permits({ permitted: [base], excluded: [] }, name)).toBe(inside);
    expect(permits({ permitted: [], excluded: [base] }, name)).toBe(!inside);
  });
  test('a kind that is not constrained is free', () => {
    expect(permits({ permitted: [dns('example.com')], excluded: [] }, email('a@b.example'))).toBe(true);
  });
});
