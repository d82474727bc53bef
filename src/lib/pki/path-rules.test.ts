// RFC 5280 §6, rule by rule, as the PKITS suite goes through them: each path is right but for one thing.
import { beforeAll, describe, expect, test } from 'vitest';
import { finish, serial, testKey, type TestKey } from '../../../tests/security/workspace-ca.ts';
import { list, raw, readWhole } from '../asn1/ber.ts';
import { boolean, der, integer, octetString, oid, sequence, tagged, time } from '../asn1/der.ts';
import { encodeLatin1 } from '../bytes/latin1.ts';
import { parseCertificate, type Certificate } from './certificate.ts';
import { encodeName } from './name.ts';
import { findPaths } from './path.ts';
import { nobleProvider } from './provider-noble.ts';
import { ecdsaIdentifier, toBeSigned } from './to-be-signed.ts';

const NOW = Date.UTC(2026, 4, 6);
const YEAR = 365 * 86_400_000;

const extension = (type: string, value: Uint8Array, critical = false): Uint8Array =>
  sequence(oid(type), ...(critical ? [boolean(true)] : []), octetString(value));
const small = (tag: number, value: number): Uint8Array => der(tag, Uint8Array.of(value));
const ca = (length?: number) =>
  extension('2.5.29.19', sequence(boolean(true), ...(length === undefined ? [] : [integer(length)])), true);
/** First octet of KeyUsage: 0x04 keyCertSign, 0x02 cRLSign, 0x80 digitalSignature. */
const usage = (bits: number) => extension('2.5.29.15', der(0x03, Uint8Array.of(0, bits)), true);
const policies = (...names: string[]) =>
  extension('2.5.29.32', sequence(...names.map((name) => sequence(oid(name)))));
const mappings = (...pairs: [string, string][]) =>
  extension('2.5.29.33', sequence(...pairs.map(([a, b]) => sequence(oid(a), oid(b)))), true);
const requireExplicit = (n: number) => extension('2.5.29.36', sequence(small(0x80, n)), true);
const inhibitMapping = (n: number) => extension('2.5.29.36', sequence(small(0x80, 0), small(0x81, n)), true);
const inhibitAny = (n: number) => extension('2.5.29.54', integer(n), true);
const names = (...all: Uint8Array[]) => extension('2.5.29.17', sequence(...all));
const dns = (value: string) => der(0x82, encodeLatin1(value));
const email = (value: string) => der(0x81, encodeLatin1(value));
const ip = (...value: number[]) => der(0x87, Uint8Array.from(value));
const directory = (commonName: string, organization: string) =>
  der(0xa4, encodeName({ commonName, organization }));
/** A directory name of the organisation alone: the first RDN of a whole one. */
const organization = (value: string): Uint8Array => {
  const [first] = list(readWhole(encodeName({ commonName: 'x', organization: value })));
  return der(0xa4, sequence(first === undefined ? new Uint8Array(0) : raw(first)));
};
const other = () => der(0xa0, oid('1.2.3.4'), tagged(0, integer(1)));
const permitted = (...all: Uint8Array[]) =>
  extension('2.5.29.30', sequence(tagged(0, ...all.map((one) => sequence(one)))), true);
const excluded = (...all: Uint8Array[]) =>
  extension('2.5.29.30', sequence(tagged(1, ...all.map((one) => sequence(one)))), true);

const A = '1.2.3.1';
const B = '1.2.3.2';
const ANY = '2.5.29.32.0';

interface Link {
  readonly extensions?: readonly Uint8Array[];
  readonly subject?: string;
  readonly issuer?: string;
  readonly from?: number;
  readonly to?: number;
  /** Signed by a key of nobody. */
  readonly forged?: boolean;
}

let keys: TestKey[];
beforeAll(async () => {
  keys = await Promise.all(Array.from({ length: 6 }, () => testKey()));
});
const keyAt = (i: number): TestKey => keys[i] ?? (keys[0] as TestKey);

/** Root first, then each link; the last is the leaf. Names are `0`, `1`, … where none is given. */
async function chain(...links: readonly Link[]): Promise<Certificate[]> {
  const made: Certificate[] = [];
  for (const [i, link] of [{ extensions: [ca()] }, ...links].entries() as IterableIterator<[number, Link]>) {
    const issuer = made[i - 1];
    const subject = encodeName({ commonName: link.subject ?? `${i}`, organization: 'Example' });
    const named =
      link.issuer === undefined
        ? (issuer?.subject.der ?? subject)
        : encodeName({ commonName: link.issuer, organization: 'Example' });
    const extensions = link.extensions ?? [ca()];
    const signing = link.forged === true ? keyAt(5) : keyAt(Math.max(0, i - 1));
    const tbs = sequence(
      tagged(0, integer(2)),
      der(0x02, serial()),
      ecdsaIdentifier('SHA-256'),
      named,
      sequence(time(link.from ?? NOW - YEAR), time(link.to ?? NOW + YEAR)),
      subject,
      keyAt(i).spki,
      ...(extensions.length === 0 ? [] : [tagged(3, sequence(...extensions))])
    );
    made.push(parseCertificate(await finish(toBeSigned(tbs, signing.spki), signing)));
  }
  return made;
}

/** What is found wrong with the chain's leaf: codes with the index from the leaf; `unrooted`, or `signature`. */
async function judge(...links: readonly Link[]): Promise<string[]> {
  const [root, ...rest] = await chain(...links);
  const leaf = rest[rest.length - 1];
  if (root === undefined || leaf === undefined) throw new Error('no chain');
  const [path] = findPaths(leaf, { roots: [root], pool: rest.slice(0, -1).reverse(), at: NOW });
  if (path?.rooted !== true) return ['unrooted'];
  const bad = nobleProvider()
    .check(path.checks)
    .some((answer) => answer !== 'valid');
  return [...(bad ? ['signature'] : []), ...path.problems.map(({ code, index }) => `${code} ${index}`)];
}

const end: Link = { extensions: [] };
const good: string[] = [];

describe('signatures, names, validity, authorities (PKITS 4.1 to 4.7)', () => {
  test.each<[string, readonly Link[], string[]]>([
    ['a right path', [{}, end], good],
    ['a leaf that nobody of the path signed', [{}, { ...end, forged: true }], ['signature']],
    ['an authority that nobody of the path signed', [{ forged: true }, end], ['signature']],
    ['a leaf of another issuer’s name', [{}, { ...end, issuer: 'Other' }], ['unrooted']],
    [
      'names that differ in case and blanks alone',
      [{ subject: 'The  CA' }, { ...end, issuer: 'the ca' }],
      good
    ],
    ['a leaf that has ended', [{}, { ...end, to: NOW - 1_000 }], ['expired 0']],
    ['an authority that has ended', [{ to: NOW - 1_000 }, end], ['expired 1']],
    ['a leaf that has not begun', [{}, { ...end, from: NOW + 1_000 }], ['not-yet-valid 0']],
    ['an authority that has not begun', [{ from: NOW + 1_000 }, end], ['not-yet-valid 1']],
    ['an authority without basic constraints', [{ extensions: [] }, end], ['not-an-authority 1']],
    [
      'an authority that says it is none',
      [{ extensions: [extension('2.5.29.19', sequence(), true)] }, end],
      ['not-an-authority 1']
    ],
    ['path length 0 above a leaf', [{ extensions: [ca(0)] }, end], good],
    ['path length 0 above an authority', [{ extensions: [ca(0)] }, {}, end], ['path-length 2']],
    ['path length 1 above two authorities', [{ extensions: [ca(1)] }, {}, {}, end], ['path-length 3']],
    [
      'path length 0 above a self-issued authority',
      [{ subject: 'S', extensions: [ca(0)] }, { subject: 'S' }, end],
      good
    ],
    ['an authority that may sign certificates', [{ extensions: [ca(), usage(0x04)] }, end], good],
    ['an authority that may sign lists only', [{ extensions: [ca(), usage(0x02)] }, end], ['key-usage 1']],
    [
      'an unknown critical extension in the leaf',
      [{}, { extensions: [extension('1.2.3.4', sequence(), true)] }],
      ['critical-extension 0']
    ],
    [
      'an unknown critical extension in an authority',
      [{ extensions: [ca(), extension('1.2.3.4', sequence(), true)] }, end],
      ['critical-extension 1']
    ],
    [
      'an unknown extension that is not critical',
      [{}, { extensions: [extension('1.2.3.4', sequence())] }],
      good
    ],
    [
      'a leaf that names another key of its issuer',
      [
        { extensions: [ca(), extension('2.5.29.14', octetString(Uint8Array.of(1)))] },
        { extensions: [extension('2.5.29.35', sequence(der(0x80, Uint8Array.of(2))))] }
      ],
      ['unrooted']
    ],
    [
      'a leaf that names this key of its issuer',
      [
        { extensions: [ca(), extension('2.5.29.14', octetString(Uint8Array.of(1)))] },
        { extensions: [extension('2.5.29.35', sequence(der(0x80, Uint8Array.of(1))))] }
      ],
      good
    ]
  ])('%s', async (_, links, expected) => {
    expect(await judge(...links)).toEqual(expected);
  });
});

describe('policies (PKITS 4.8 to 4.12)', () => {
  const authority = (...extensions: Uint8Array[]): Link => ({ extensions: [ca(), ...extensions] });
  const leaf = (...extensions: Uint8Array[]): Link => ({ extensions });
  test.each<[string, readonly Link[], string[]]>([
    ['no policy, none demanded', [authority(), end], good],
    ['different policies, none demanded', [authority(policies(A)), leaf(policies(B))], good],
    ['demanded, the same all along', [authority(policies(A), requireExplicit(0)), leaf(policies(A))], good],
    [
      'demanded, another in the leaf',
      [authority(policies(A), requireExplicit(0)), leaf(policies(B))],
      ['policy 0']
    ],
    ['demanded, none in the leaf', [authority(policies(A), requireExplicit(0)), end], ['policy 0']],
    ['demanded by the leaf itself, none', [authority(), leaf(requireExplicit(0))], ['policy 0']],
    ['demanded one below, none in the leaf', [authority(policies(A), requireExplicit(1)), end], ['policy 0']],
    ['demanded far below', [authority(policies(A), requireExplicit(5)), end], good],
    [
      'lost in between',
      [authority(policies(A), requireExplicit(0)), authority(), leaf(policies(A))],
      ['policy 1']
    ],
    ['any policy stands for each', [authority(policies(ANY), requireExplicit(0)), leaf(policies(A))], good],
    ['any policy in the leaf', [authority(policies(A), requireExplicit(0)), leaf(policies(ANY))], good],
    [
      'any policy inhibited',
      [authority(policies(A), requireExplicit(0), inhibitAny(0)), leaf(policies(ANY))],
      ['policy 0']
    ],
    [
      'any policy inhibited one below',
      [authority(policies(A), requireExplicit(0), inhibitAny(1)), leaf(policies(ANY))],
      good
    ],
    ['mapped', [authority(policies(A), mappings([A, B]), requireExplicit(0)), leaf(policies(B))], good],
    [
      'mapped away',
      [authority(policies(A), mappings([A, B]), requireExplicit(0)), leaf(policies(A))],
      ['policy 0']
    ],
    [
      'mapped from any policy',
      [authority(policies(ANY), mappings([A, B]), requireExplicit(0)), leaf(policies(B))],
      good
    ],
    [
      'mapping inhibited',
      [
        authority(policies(A), inhibitMapping(0)),
        authority(policies(A), mappings([A, B])),
        leaf(policies(B))
      ],
      ['policy 0']
    ],
    ['mapped to any policy', [authority(policies(A), mappings([A, ANY])), leaf(policies(A))], ['policy 1']],
    ['policies that cannot be read', [authority(extension('2.5.29.32', integer(1))), end], ['policy 1']]
  ])('%s', async (_, links, expected) => {
    expect(await judge(...links)).toEqual(expected);
  });
});

describe('name constraints (PKITS 4.13)', () => {
  const under = (constraint: Uint8Array, ...all: Uint8Array[]): readonly Link[] => [
    { extensions: [ca(), constraint] },
    { subject: 'leaf', extensions: all.length === 0 ? [] : [names(...all)] }
  ];
  const wrong = ['name-constraints 1'];
  test.each<[string, readonly Link[], string[]]>([
    ['directory permitted', under(permitted(organization('Example'))), good],
    ['directory not permitted', under(permitted(organization('Else'))), wrong],
    ['directory excluded', under(excluded(organization('Example'))), wrong],
    [
      'directory in an alternative name',
      under(permitted(organization('Example')), directory('x', 'Else')),
      wrong
    ],
    ['DNS permitted', under(permitted(dns('example.com')), dns('www.example.com')), good],
    ['DNS not permitted', under(permitted(dns('example.com')), dns('example.org')), wrong],
    ['DNS excluded', under(excluded(dns('example.com')), dns('www.example.com')), wrong],
    ['e-mail permitted', under(permitted(email('example.com')), email('a@example.com')), good],
    ['e-mail not permitted', under(permitted(email('example.com')), email('a@example.org')), wrong],
    ['e-mail excluded', under(excluded(email('a@example.com')), email('a@example.com')), wrong],
    ['address permitted', under(permitted(ip(10, 0, 0, 0, 255, 0, 0, 0)), ip(10, 1, 2, 3)), good],
    ['address not permitted', under(permitted(ip(10, 0, 0, 0, 255, 0, 0, 0)), ip(11, 1, 2, 3)), wrong],
    ['address excluded', under(excluded(ip(10, 0, 0, 0, 255, 0, 0, 0)), ip(10, 1, 2, 3)), wrong],
    ['a kind that is not constrained', under(permitted(dns('example.com')), email('a@example.org')), good],
    ['an excluded kind that cannot be compared', under(excluded(other()), other()), wrong],
    [
      'a self-issued authority between is free',
      [{ subject: 'S', extensions: [ca(), permitted(organization('Else'))] }, { subject: 'S' }, end],
      ['name-constraints 2']
    ]
  ])('%s', async (_, links, expected) => {
    expect(await judge(...links)).toEqual(expected);
  });
});

test('a cross certificate leads to the other root, and a circle ends', async () => {
  const [root, issuing, leaf] = await chain({}, end);
  const [foreign] = await chain();
  if (root === undefined || issuing === undefined || leaf === undefined || foreign === undefined)
    throw new Error('no chain');
  // The root of one is vouched for by another authority, which it vouches for itself.
  const cross = async (subject: Certificate, name: string, by: TestKey, issuer: Uint8Array) => {
    const tbs = sequence(
      tagged(0, integer(2)),
      der(0x02, serial()),
      ecdsaIdentifier('SHA-256'),
      issuer,
      sequence(time(NOW - YEAR), time(NOW + YEAR)),
      encodeName({ commonName: name, organization: 'Example' }),
      subject.spki,
      tagged(3, sequence(ca()))
    );
    return parseCertificate(await finish(toBeSigned(tbs, by.spki), by));
  };
  const otherKey = keyAt(4);
  const otherName = encodeName({ commonName: 'Other', organization: 'Example' });
  const otherRoot = await cross({ ...root, spki: otherKey.spki }, 'Other', otherKey, otherName);
  const there = await cross(root, '0', otherKey, otherName);
  const back = await cross(otherRoot, 'Other', keyAt(0), root.subject.der);
  const paths = findPaths(leaf, { roots: [otherRoot], pool: [back, there, issuing, root], at: NOW });
  expect(paths[0]?.rooted).toBe(true);
  expect(paths[0]?.certificates.map(({ subject }) => subject.commonName)).toEqual(['2', '1', '0', 'Other']);
  expect(paths[0]?.problems).toEqual([]);
  expect(nobleProvider().check(paths[0]?.checks ?? [])).toEqual(['valid', 'valid', 'valid']);
  expect(paths.length).toBeLessThanOrEqual(16);
});
