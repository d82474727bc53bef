import { describe, expect, test } from 'vitest';
import { freshKey } from '../../cli/signing.ts';
import { contract, latin1 } from '../../../tests/vectors/draft.ts';
import { writeTable } from '../../../tests/vectors/write.ts';
import { integer, oid, sequence, setOf, tagged } from '../asn1/der.ts';
import { concat } from '../bytes/concat.ts';
import { readXml, XmlError } from '../pki/xml.ts';
import { looksLikeTrust, readTrustFile, type TrustFile } from './trust-file.ts';

const NOW = Date.UTC(2026, 0, 5);
const names = ['Root One', 'Root Two', 'Clock'];
const [one, two, clock] = (await Promise.all(names.map((name) => freshKey(name, NOW)))).map(
  ({ certificate }) => certificate
) as [Uint8Array, Uint8Array, Uint8Array];

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const utf8 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));
const pem = (bytes: Uint8Array, heading = 'CERTIFICATE'): string =>
  `-----BEGIN ${heading}-----\n${base64(bytes).replace(/.{64}/g, '$&\n')}\n-----END ${heading}-----\n`;
const told = ({ certificates }: TrustFile) =>
  certificates.map(({ subject, timesOnly }) => `${subject}${timesOnly ? ' (times)' : ''}`);
const codeOf = (run: () => unknown): string => {
  try {
    run();
    return 'none';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

/** RFC 8551 §3.8: content absent, nobody signed. */
const certsOnly = (...certificates: readonly Uint8Array[]): Uint8Array =>
  sequence(
    oid('1.2.840.113549.1.7.2'),
    tagged(
      0,
      sequence(
        integer(1),
        setOf(),
        sequence(oid('1.2.840.113549.1.7.1')),
        tagged(0, ...certificates),
        setOf()
      )
    )
  );

/** The same with indefinite lengths around (X.690 §8.1.3.6). */
function inBer(...certificates: readonly Uint8Array[]): Uint8Array {
  const open = (tag: number, ...parts: readonly Uint8Array[]) =>
    concat(Uint8Array.of(tag, 0x80), ...parts, Uint8Array.of(0, 0));
  const data = open(
    0x30,
    integer(1),
    setOf(),
    sequence(oid('1.2.840.113549.1.7.1')),
    open(0xa0, ...certificates),
    setOf()
  );
  return open(0x30, oid('1.2.840.113549.1.7.2'), open(0xa0, data));
}

interface Identity {
  readonly certificate: Uint8Array;
  readonly root: 0 | 1;
  readonly action?: number;
}
const settings = (...identities: readonly Identity[]): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<SecuritySettings><TrustedIdentities>${identities
    .map(
      ({ certificate, root, action = 1 }) =>
        `<Identity><ImportAction>${action}</ImportAction><Certificate>${base64(certificate)}</Certificate>` +
        `<Trust><Root>${root}</Root><CertifiedDocuments>1</CertifiedDocuments></Trust></Identity>`
    )
    .join('')}</TrustedIdentities></SecuritySettings>`;

function settingsPdf(xml: string): Uint8Array {
  const draft = contract({ catalog: '/Names << /EmbeddedFiles << /Kids [500 0 R] >> >>' });
  draft.objects.set(
    500,
    '<< /Names [(notes.txt) 503 0 R (SecuritySettings.xml) 501 0 R] /Limits [(a) (z)] >>'
  );
  draft.objects.set(501, '<< /Type /Filespec /F (SecuritySettings.xml) /EF << /F 502 0 R >> >>');
  draft.objects.set(502, { dict: '/Type /EmbeddedFile', data: latin1(xml) });
  draft.objects.set(503, '<< /Type /Filespec /F (notes.txt) >>');
  return writeTable(draft);
}

interface Service {
  readonly type: string;
  readonly status: string;
  readonly certificate: Uint8Array;
}
const SVC = 'http://uri.etsi.org/TrstSvc/Svctype/';
const STATUS = 'http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/';
const euList = (services: readonly Service[], pointers = 0, next = '2026-06-01T00:00:00Z'): string =>
  `<?xml version="1.0" encoding="UTF-8"?>
<tsl:TrustServiceStatusList xmlns:tsl="http://uri.etsi.org/02231/v2#" TSLTag="x">
 <tsl:SchemeInformation>
  <tsl:TSLSequenceNumber>77</tsl:TSLSequenceNumber>
  <tsl:SchemeOperatorName><tsl:Name xml:lang="lt">Tarnyba</tsl:Name><tsl:Name xml:lang="en">Office &amp; Co</tsl:Name></tsl:SchemeOperatorName>
  <tsl:SchemeTerritory>LT</tsl:SchemeTerritory>
  <tsl:PointersToOtherTSL>${`<tsl:OtherTSLPointer><tsl:ServiceDigitalIdentities><tsl:ServiceDigitalIdentity><tsl:DigitalId><tsl:X509Certificate>${base64(one)}</tsl:X509Certificate></tsl:DigitalId></tsl:ServiceDigitalIdentity></tsl:ServiceDigitalIdentities></tsl:OtherTSLPointer>`.repeat(pointers)}</tsl:PointersToOtherTSL>
  <tsl:ListIssueDateTime>2025-12-01T00:00:00Z</tsl:ListIssueDateTime>
  <tsl:NextUpdate>${next && `<tsl:dateTime>${next}</tsl:dateTime>`}</tsl:NextUpdate>
 </tsl:SchemeInformation>
 <tsl:TrustServiceProviderList><tsl:TrustServiceProvider><tsl:TSPServices>${services
   .map(
     ({ type, status, certificate }) => `
  <tsl:TSPService><tsl:ServiceInformation>
   <tsl:ServiceTypeIdentifier>${SVC}${type}</tsl:ServiceTypeIdentifier>
   <tsl:ServiceDigitalIdentity><tsl:DigitalId><tsl:X509Certificate>${base64(certificate).replace(/.{76}/g, '$&\n')}</tsl:X509Certificate></tsl:DigitalId></tsl:ServiceDigitalIdentity>
   <tsl:ServiceStatus>${STATUS}${status}</tsl:ServiceStatus>
  </tsl:ServiceInformation></tsl:TSPService>`
   )
   .join('')}</tsl:TSPServices></tsl:TrustServiceProvider></tsl:TrustServiceProviderList>
</tsl:TrustServiceStatusList>`;

describe('a file of certificates', () => {
  test.each([
    ['PEM, several', utf8(`Somebody\n${pem(one)}between\n${pem(two)}`), ['CN=Root One', 'CN=Root Two']],
    ['DER', one, ['CN=Root One']],
    ['PKCS#7 certs-only', certsOnly(one, two), ['CN=Root One', 'CN=Root Two']],
    ['PKCS#7 in BER', inBer(one, two), ['CN=Root One', 'CN=Root Two']],
    ['PKCS#7 in PEM', utf8(pem(certsOnly(two), 'PKCS7')), ['CN=Root Two']],
    ['the same twice', utf8(pem(one) + pem(one)), ['CN=Root One']]
  ] as const)('%s', (_, bytes, expected) => {
    expect(looksLikeTrust('file', bytes)).toBe(true);
    expect(readTrustFile(bytes)).toMatchObject({ kind: 'certificates', list: null });
    expect(told(readTrustFile(bytes))).toEqual(expected);
  });

  test('its fingerprint is the SHA-256 of the DER', async () => {
    const hash = Buffer.from(await crypto.subtle.digest('SHA-256', Uint8Array.from(one))).toString('hex');
    expect(readTrustFile(one).certificates[0]?.sha256).toBe(hash);
  });

  test('what is none is refused with a code', () => {
    expect(codeOf(() => readTrustFile(utf8('hello')))).toBe('trust-unknown');
    expect(codeOf(() => readTrustFile(utf8(pem(utf8('no certificate')))))).toMatch(/./);
    expect(codeOf(() => readTrustFile(writeTable(contract())))).toBe('trust-unknown');
    expect(codeOf(() => readTrustFile(certsOnly()))).toBe('trust-unknown');
    expect(codeOf(() => readTrustFile(new Uint8Array(33 * 2 ** 20)))).toBe('trust-limit');
    expect(looksLikeTrust('a.pdf', writeTable(contract()))).toBe(false);
    expect(looksLikeTrust('notes.txt', utf8('hello'))).toBe(false);
  });
});

describe("Adobe's settings", () => {
  const xml = settings(
    { certificate: one, root: 1 },
    { certificate: two, root: 0 },
    { certificate: clock, root: 1, action: 3 }
  );
  test.each([
    ['as the PDF that carries them', settingsPdf(xml)],
    ['as XML alone', utf8(xml)]
  ])('%s: only identities that are roots, and are to be added', (_, bytes) => {
    expect(readTrustFile(bytes).kind).toBe('adobe');
    expect(told(readTrustFile(bytes))).toEqual(['CN=Root One']);
  });

  test('no root among them is said', () => {
    expect(codeOf(() => readTrustFile(utf8(settings({ certificate: one, root: 0 }))))).toBe('trust-empty');
  });
});

describe('an EU trusted list', () => {
  const services: Service[] = [
    { type: 'CA/QC', status: 'granted', certificate: one },
    { type: 'CA/QC', status: 'withdrawn', certificate: two },
    { type: 'TSA/QTST', status: 'granted', certificate: clock },
    { type: 'Certstatus/OCSP/QC', status: 'granted', certificate: two }
  ];

  test('issuers that are granted, and authorities for times only', () => {
    const read = readTrustFile(utf8(euList(services)));
    expect(told(read)).toEqual(['CN=Root One', 'CN=Clock (times)']);
    expect(read.list).toEqual({
      operator: 'Office & Co',
      territory: 'LT',
      sequence: 77,
      issued: '2025-12-01T00:00:00Z',
      nextUpdate: '2026-06-01T00:00:00Z'
    });
    expect(looksLikeTrust('lt.xml', utf8(euList(services)))).toBe(true);
  });

  test('the signers of other lists are nobody to trust: the list of lists is named as such', () => {
    expect(codeOf(() => readTrustFile(utf8(euList([], 3))))).toBe('trust-lists');
  });
});

describe('hostile XML ends with its code', () => {
  const laughs = `<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><l>&b;</l>`;
  test.each([
    ['billion laughs', laughs, 'doctype'],
    ['an entity of a DTD', '<a>&b;</a>', 'entity'],
    ['a file from outside', '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', 'doctype'],
    ['deep nesting', '<a>'.repeat(100_000), 'limit'],
    ['tags that do not fit', '<a><b></a></b>', 'syntax'],
    ['an end too early', '<a><b/>', 'syntax'],
    ['two roots', '<a/><b/>', 'syntax'],
    ['an attribute twice', '<a b="1" b="2"/>', 'syntax'],
    ['another encoding', '<?xml version="1.0" encoding="UTF-16"?><a/>', 'encoding'],
    ['a character that is none', '<a>&#x110000;</a>', 'entity'],
    ['nothing', '   ', 'syntax']
  ])('%s', (_, text, code) => {
    expect(codeOf(() => readXml(utf8(text)))).toBe(code);
  });

  test('100 MB, and more elements than are read', () => {
    expect(codeOf(() => readXml(new Uint8Array(100 * 2 ** 20)))).toBe('limit');
    const few = { size: 1000, depth: 4, elements: 3 };
    expect(codeOf(() => readXml(utf8('<a><b/><b/></a>'), few))).toBe('none');
    expect(codeOf(() => readXml(utf8('<a><b/><b/><b/></a>'), few))).toBe('limit');
  });

  test('bytes that are no UTF-8', () => {
    expect(() => readXml(Uint8Array.of(0x3c, 0x61, 0xff, 0x3e))).toThrow(XmlError);
  });
});

test('XML: entities, CDATA, comments, prefixes, attributes', () => {
  const root = readXml(
    utf8(
      '\ufeff<?xml version="1.0"?><!-- x --><n:a q=\'&lt;1\'>&#65;&amp;<![CDATA[<b>&]]><!-- y --><n:c/></n:a>'
    )
  );
  expect([root.name, root.text, root.attributes.get('q'), root.children.map(({ name }) => name)]).toEqual([
    'a',
    'A&<b>&',
    '<1',
    ['c']
  ]);
});
