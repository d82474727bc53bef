import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openBench, type Bench } from '../../../tests/security/openssl.ts';
import { children, content, raw, readWhole, Tag, type Element } from '../asn1/ber.ts';
import { integer, octetString, oid, sequence } from '../asn1/der.ts';
import { concat } from '../bytes/concat.ts';
import { fromHex, toHex } from '../bytes/hex.ts';
import { encodeUtf8 } from '../bytes/utf8.ts';
import { PkiError } from './error.ts';
import { identities } from './identity.ts';
import { derive } from './password-encryption.ts';
import { buildPkcs12 } from './pkcs12-build.ts';
import { makePkcs12, openPkcs12 } from './pkcs12-web.ts';
import { parsePkcs12, PKCS12_LIMITS } from './pkcs12.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const PASSWORD = 'Zażółć gęślą';
let bench: Bench;
let key: Uint8Array;
let leaf: Uint8Array;
let authority: Uint8Array;

beforeAll(() => {
  bench = openBench();
  const subject = (name: string) => ['-subj', `/CN=${name}`, '-days', '30'];
  const make = (name: string, ...how: string[]) =>
    bench.run(
      'req',
      '-x509',
      '-newkey',
      ...how,
      '-nodes',
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.crt`,
      ...subject(name)
    );
  make('root', 'rsa:2048');
  bench.run(
    'req',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    'ann.key',
    '-out',
    'ann.csr',
    '-subj',
    '/CN=Ann'
  );
  bench.run(
    'x509',
    '-req',
    '-in',
    'ann.csr',
    '-CA',
    'root.crt',
    '-CAkey',
    'root.key',
    '-CAcreateserial',
    '-out',
    'ann.crt',
    '-days',
    '30'
  );
  make('eve', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-384');
  make('sam', 'ed25519');
  const der = (name: string) => {
    bench.run('x509', '-in', `${name}.crt`, '-outform', 'DER', '-out', 'one.der');
    return bench.read('one.der');
  };
  [leaf, authority] = [der('ann'), der('root')];
  bench.run('pkcs8', '-topk8', '-nocrypt', '-in', 'ann.key', '-outform', 'DER', '-out', 'ann.p8');
  key = bench.read('ann.p8');
});
afterAll(() => bench.close());

const exported = (password: string, ...how: string[]): Uint8Array => {
  const names = ['-name', 'Ann Łódzka', '-caname', 'the root'];
  bench.run(
    'pkcs12',
    '-export',
    '-inkey',
    'ann.key',
    '-in',
    'ann.crt',
    '-certfile',
    'root.crt',
    ...names,
    '-out',
    'one.p12',
    '-passout',
    `pass:${password}`,
    ...how
  );
  return bench.read('one.p12');
};
const code = (bytes: Uint8Array, password: string, limits = PKCS12_LIMITS): string => {
  try {
    parsePkcs12(bytes, password, limits);
    return 'opened';
  } catch (error) {
    if (error instanceof PkiError) return error.code;
    throw error;
  }
};

describe('files that OpenSSL makes', () => {
  const pbe = (name: string) => ['-keypbe', name, '-certpbe', name];
  test.each([
    ['as it does by default', []],
    ['for old readers: triple DES and RC2 of 40 bits', ['-legacy']],
    ['AES-128', pbe('AES-128-CBC')],
    ['AES-192', pbe('AES-192-CBC')],
    ['triple DES by PBES2', pbe('DES-EDE3-CBC')],
    ['triple DES by PKCS#12', ['-descert']],
    ['two keys of DES', ['-legacy', ...pbe('PBE-SHA1-2DES')]],
    ['RC2 of 128 bits', ['-legacy', ...pbe('PBE-SHA1-RC2-128')]],
    ['RC4 of 40 bits', ['-legacy', ...pbe('PBE-SHA1-RC4-40')]],
    ['RC4 of 128 bits', ['-legacy', ...pbe('PBE-SHA1-RC4-128')]],
    ['nothing encrypted', ['-keypbe', 'NONE', '-certpbe', 'NONE']],
    ['a MAC with SHA-1', ['-macalg', 'SHA1']],
    ['a MAC with SHA-224', ['-macalg', 'SHA224']],
    ['a MAC with SHA-384', ['-macalg', 'SHA384']],
    ['a MAC with SHA-512', ['-macalg', 'SHA512']],
    ['no MAC', ['-nomac']],
    ['one round', ['-iter', '1', '-nomaciter']],
    ['many rounds', ['-iter', '20000']]
  ])('%s', async (name, how) => {
    const file = exported(PASSWORD, ...how);
    const opened = parsePkcs12(file, PASSWORD);
    expect(opened.keys.map(({ pkcs8 }) => toHex(pkcs8))).toEqual([toHex(key)]);
    expect(opened.certificates.map(({ der }) => toHex(der)).sort()).toEqual(
      [toHex(leaf), toHex(authority)].sort()
    );
    expect(opened.keys[0]?.friendlyName).toBe('Ann Łódzka');
    expect(opened.certificates.map(({ friendlyName }) => friendlyName).sort()).toEqual([
      'Ann Łódzka',
      'the root'
    ]);
    expect(opened.authenticated).toBe(name !== 'no MAC');
    expect(await openPkcs12(file, PASSWORD)).toEqual(opened);
    if (name !== 'nothing encrypted') expect(code(file, `${PASSWORD}.`)).toBe('p12-password');
  });

  test.each([['as by default'], ['-legacy']])('an empty password: %s', (how) => {
    expect(parsePkcs12(exported('', ...(how === '-legacy' ? [how] : [])), '').keys.length).toBe(1);
  });

  // The MAC of a file without encryption, made anew: by OpenSSL's key derivation and Node's HMAC.
  const macAnew = (file: Uint8Array, mac: (bytes: Uint8Array) => Uint8Array): Uint8Array => {
    const [version, safe] = children(readWhole(file));
    if (version === undefined || safe === undefined) throw new Error('no PKCS#12');
    const bytes = content(children(children(safe)[1] as Element)[0] as Element);
    return sequence(raw(version), raw(safe), mac(bytes));
  };
  const kdf = (name: string, ...options: string[]) =>
    fromHex(
      bench
        .run('kdf', '-keylen', '32', ...options.flatMap((option) => ['-kdfopt', option]), name)
        .replace(/[^0-9A-F]/g, '')
        .toLowerCase()
    );
  const hmac = (key: Uint8Array, bytes: Uint8Array) =>
    octetString(Uint8Array.from(createHmac('sha256', key).update(bytes).digest()));

  test('an empty password spelt with nothing at all, as some writers do', () => {
    const file = exported('', '-keypbe', 'NONE', '-certpbe', 'NONE', '-nomac');
    const made = macAnew(file, (bytes) => {
      const key = kdf('PKCS12KDF', 'digest:SHA256', 'hexpass:', 'hexsalt:0102', 'iter:5', 'id:3');
      const info = sequence(sequence(oid('2.16.840.1.101.3.4.2.1')), hmac(key, bytes));
      return sequence(info, octetString(Uint8Array.of(1, 2)), integer(5));
    });
    expect(parsePkcs12(made, '').authenticated).toBe(true);
    expect(code(made, 'x')).toBe('p12-password');
  });

  test('PBMAC1, which OpenSSL makes since 3.4 (RFC 9579)', async () => {
    const file = exported(PASSWORD, '-keypbe', 'NONE', '-certpbe', 'NONE', '-nomac');
    const made = macAnew(file, (bytes) => {
      const key = kdf('PBKDF2', 'digest:SHA256', `pass:${PASSWORD}`, 'salt:pepper__', 'iter:1000');
      const sha256 = sequence(oid('1.2.840.113549.2.9'));
      const how = sequence(octetString(encodeUtf8('pepper__')), integer(1000), integer(32), sha256);
      const derivation = sequence(oid('1.2.840.113549.1.5.12'), how);
      const algorithm = sequence(oid('1.2.840.113549.1.5.14'), sequence(derivation, sha256));
      return sequence(sequence(algorithm, hmac(key, bytes)), octetString(encodeUtf8('not used')), integer(1));
    });
    expect((await openPkcs12(made, PASSWORD)).authenticated).toBe(true);
    expect(code(made, 'x')).toBe('p12-password');
  });
});

test('key and certificates are put together: leaf, its chain without the root, the root apart', () => {
  const [ann, ...others] = identities(parsePkcs12(exported(PASSWORD), PASSWORD));
  expect(others).toEqual([]);
  expect(ann?.certificates.map(toHex)).toEqual([toHex(leaf)]);
  expect(ann?.root && toHex(ann.root)).toBe(toHex(authority));
  expect(ann?.certificate.subject.commonName).toBe('Ann');
});

test.each([['eve'], ['sam']])('a self-signed %s comes with itself alone', (name) => {
  bench.run(
    'pkcs12',
    '-export',
    '-inkey',
    `${name}.key`,
    '-in',
    `${name}.crt`,
    '-out',
    'one.p12',
    '-passout',
    'pass:x'
  );
  const [one] = identities(parsePkcs12(bench.read('one.p12'), 'x'));
  expect([one?.certificates.length, one?.root, one?.certificate.subject.commonName]).toEqual([1, null, name]);
});

test('certificates without a key are nobody’s identity', () => {
  bench.run('pkcs12', '-export', '-nokeys', '-in', 'ann.crt', '-out', 'one.p12', '-passout', 'pass:x');
  const opened = parsePkcs12(bench.read('one.p12'), 'x');
  expect(opened.certificates.length).toBe(1);
  expect(() => identities(opened)).toThrow(expect.objectContaining({ code: 'p12-no-identity' }) as Error);
});

test('of several keys each finds its own certificate', () => {
  const opened = parsePkcs12(exported(PASSWORD), PASSWORD);
  bench.run(
    'pkcs12',
    '-export',
    '-inkey',
    'eve.key',
    '-in',
    'eve.crt',
    '-out',
    'one.p12',
    '-passout',
    'pass:x'
  );
  const more = parsePkcs12(bench.read('one.p12'), 'x');
  const both = {
    keys: [...more.keys, ...opened.keys],
    certificates: [...opened.certificates, ...more.certificates],
    authenticated: true
  };
  expect(identities(both).map(({ certificate }) => certificate.subject.commonName)).toEqual(['eve', 'Ann']);
});

describe('what we make', () => {
  const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));
  const input = () => ({
    pkcs8: key,
    certificates: [leaf, authority],
    friendlyName: 'Ann Łódzka',
    password: PASSWORD
  });

  test('OpenSSL opens, with key, names and certificates; and not with another password', () => {
    bench.write('ours.p12', buildPkcs12({ ...input(), rounds: 1000, random }));
    const open = ['pkcs12', '-in', 'ours.p12', '-nodes', '-passin'];
    const told = bench.run(...open, `pass:${PASSWORD}`);
    expect(told.match(/BEGIN (PRIVATE KEY|CERTIFICATE)/g)).toEqual([
      'BEGIN CERTIFICATE',
      'BEGIN CERTIFICATE',
      'BEGIN PRIVATE KEY'
    ]);
    expect(told.match(/localKeyID/g)?.length).toBe(2);
    bench.write('told.pem', told);
    bench.run('pkcs8', '-topk8', '-nocrypt', '-in', 'told.pem', '-outform', 'DER', '-out', 'told.p8');
    expect(toHex(bench.read('told.p8'))).toBe(toHex(key));
    expect(bench.accepts(...open, 'pass:wrong')).toBe(false);
  });

  test('by default every derivation takes 600,000 rounds; made and opened by WebCrypto in the page', async () => {
    const file = await makePkcs12(input());
    const rounds = toHex(file).split('0203' + (600_000).toString(16).padStart(6, '0')).length - 1;
    // The one of the certificates is under the MAC in plain view, so is the key's; the third is the MAC's.
    expect(rounds).toBe(3);
    const opened = await openPkcs12(file, PASSWORD);
    expect(identities(opened)[0]?.certificates.map(toHex)).toEqual([toHex(leaf)]);
  });

  test('nothing is made without a password or a certificate', () => {
    expect(() => buildPkcs12({ ...input(), password: '', random })).toThrow(RangeError);
    expect(() => buildPkcs12({ ...input(), certificates: [], random })).toThrow(RangeError);
  });
});

describe('what does not open says why', () => {
  test('a changed file is damaged, not a wrong password', () => {
    const file = exported(PASSWORD);
    // The last byte of the MAC's salt, and one inside the encrypted certificates.
    const flipped = (at: number) => file.map((byte, i) => (i === at ? byte ^ 1 : byte));
    expect(code(flipped(file.length - 6), PASSWORD)).toBe('p12-malformed');
    expect(code(file.subarray(0, 300), PASSWORD)).toBe('p12-malformed');
    expect(code(encodeUtf8('-----BEGIN'), PASSWORD)).toBe('p12-malformed');
    expect(code(new Uint8Array(0), PASSWORD)).toBe('p12-malformed');
  });

  test('rounds, size and number of bags are limited', () => {
    const limit = (more: Partial<typeof PKCS12_LIMITS>) =>
      code(exported(PASSWORD), PASSWORD, { ...PKCS12_LIMITS, ...more });
    expect(limit({ rounds: 2047 })).toBe('p12-limit');
    expect(limit({ rounds: 2048 })).toBe('opened');
    expect(limit({ bags: 2 })).toBe('p12-limit');
    expect(limit({ bags: 3 })).toBe('opened');
    expect(limit({ size: 1000 })).toBe('p12-limit');
    expect(PKCS12_LIMITS.rounds).toBe(10_000_000);
    // Ten million and one: refused before the first round, not after the last.
    const file = exported(PASSWORD);
    const rounds = Buffer.from(file).lastIndexOf(Buffer.from([2, 2, 8, 0]));
    const longer = Buffer.concat([
      file.subarray(0, rounds),
      Buffer.from([2, 4, 0x7f, 0xff, 0xff, 0xff]),
      file.subarray(rounds + 4)
    ]);
    longer[3] = (longer[3] ?? 0) + 2;
    const mac = Buffer.from(longer).lastIndexOf(Buffer.from([0x30, 0x41, 0x30, 0x31]));
    longer[mac + 1] = 0x43;
    const since = performance.now();
    expect(code(longer, PASSWORD)).toBe('p12-limit');
    expect(performance.now() - since).toBeLessThan(1000);
  });

  test('what this program does not have is unsupported', () => {
    expect(code(exported(PASSWORD, '-keypbe', 'camellia-256-cbc'), PASSWORD)).toBe('p12-unsupported');
    expect(code(exported(PASSWORD, '-macalg', 'SM3'), PASSWORD)).toBe('p12-unsupported');
  });

  test('any byte changed or cut off ends in one of the codes', () => {
    const file = exported(PASSWORD, '-iter', '2');
    fc.assert(
      fc.property(fc.nat(file.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
        const changed = file.map((byte, i) => (i === at ? byte ^ by : byte));
        const limits = { ...PKCS12_LIMITS, rounds: 5000 };
        expect(code(changed, PASSWORD, limits)).toMatch(
          /^(p12-(malformed|password|unsupported|limit)|opened)$/
        );
        expect(code(file.subarray(0, at), PASSWORD, limits)).toBe('p12-malformed');
      }),
      { numRuns: 300 }
    );
  });
});

/** The same in BER: constructed types of indefinite length, strings in pieces. */
function toBer(element: Element): Uint8Array {
  const open = (tag: number, ...parts: Uint8Array[]) =>
    concat(Uint8Array.of(tag, 0x80), ...parts, new Uint8Array(2));
  if ((element.tag & 0x20) !== 0) return open(element.tag, ...children(element).map(toBer));
  const bytes = content(element);
  if ((element.tag !== Tag.octetString && element.tag !== 0x80) || bytes.length < 4)
    return element.bytes.subarray(element.start, element.end);
  const piece = (part: Uint8Array) =>
    concat(
      Uint8Array.of(Tag.octetString, 0x83, part.length >> 16, (part.length >> 8) & 255, part.length & 255),
      part
    );
  return open(element.tag | 0x20, piece(bytes.subarray(0, 3)), piece(bytes.subarray(3)));
}

test('BER of indefinite lengths and strings in pieces, as NSS and Java of old write it', () => {
  const file = exported(PASSWORD);
  const opened = parsePkcs12(toBer(readWhole(file)), PASSWORD);
  expect(opened).toEqual(parsePkcs12(file, PASSWORD));
});

// RFC 6070 and RFC 7914 §11.
test.each([
  ['SHA-1', 'password', 'salt', 1, '0c60c80f961f0e71f3a9b524af6012062fe037a6'],
  ['SHA-1', 'password', 'salt', 2, 'ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957'],
  ['SHA-1', 'password', 'salt', 4096, '4b007901b765489abead49d926f721d065a429c1'],
  [
    'SHA-1',
    'passwordPASSWORDpassword',
    'saltSALTsaltSALTsaltSALTsaltSALTsalt',
    4096,
    '3d2eec4fe41c849b80c8d83662c0e44a8b291a964cf2f07038'
  ],
  ['SHA-1', 'pass\0word', 'sa\0lt', 4096, '56fa6aa75548099dcc37d7f03425e0c3'],
  [
    'SHA-256',
    'passwd',
    'salt',
    1,
    '55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783'
  ],
  [
    'SHA-256',
    'Password',
    'NaCl',
    80000,
    '4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56a1d425a1225833549adb841b51c9b3176a272bdebba1d078478f62b397f33c8d'
  ]
] as const)('PBKDF2 with %s of “%s”', (hash, password, salt, rounds, expected) => {
  const request = {
    hash,
    password: encodeUtf8(password),
    salt: encodeUtf8(salt),
    rounds,
    length: expected.length / 2
  };
  expect(toHex(derive(request))).toBe(expected);
  expect(fromHex(expected).length).toBe(request.length);
});
