import { describe, expect, test } from 'vitest';
import { example, sharedPart } from '../../../tests/vectors/rfc4134.ts';
import { parseCertificate } from '../pki/certificate.ts';
import { parseCrl } from '../pki/crl.ts';
import { hashBytes } from '../pki/hash.ts';
import { nobleProvider } from '../pki/provider-noble.ts';
import { parseSignedData } from './signed-data.ts';
import { judgeSigner, signerCertificate } from './signer.ts';

const CONTENT = 'This is some sample content.';

/** What we say of one signer; the content is given where the example does not carry it. */
function judge(bytes: Uint8Array, index = 0, given = CONTENT) {
  const data = parseSignedData(bytes);
  const signer = data.signers[index];
  const certificate = signer === undefined ? null : signerCertificate(data, signer);
  if (signer === undefined || certificate === null) throw new Error('incomplete');
  const content = data.content === null ? given : Buffer.from(data.content).toString();
  const contentDigest = hashBytes('SHA-1', Uint8Array.from(Buffer.from(content)));
  const { checks, problems } = judgeSigner({ data, signer, certificate, contentDigest });
  return { content, signer: certificate.subject.text, problems, answers: nobleProvider().check(checks) };
}

/** The bytes with the last bit of what follows `text` turned over. */
function spoilt(bytes: Uint8Array, text: string): Uint8Array {
  const changed = Buffer.from(bytes);
  const at = changed.indexOf(text) + text.length - 1;
  changed[at] = (changed[at] ?? 0) ^ 1;
  return Uint8Array.from(changed);
}

const PLAIN = { content: CONTENT, problems: ['certificate-attribute-missing'], answers: ['valid'] };

describe('RFC 4134 §4, SignedData', () => {
  test.each([
    ['4.1', 'CN=AliceDSS', 'DSA over the content'],
    ['4.2', 'CN=AliceRSA', 'RSA over the content'],
    ['4.5', 'CN=AliceRSA', 'the same in BER of indefinite length']
  ] as const)('%s, %s: %s', (number, signer, _what) => {
    const bytes = example(number);
    expect(judge(bytes)).toEqual({ ...PLAIN, signer });
    expect(judge(spoilt(bytes, 'content.')).answers).toEqual(['invalid']);
    expect(parseSignedData(bytes).isDer).toBe(number !== '4.5');
  });
  test('4.3: the content is elsewhere', () => {
    const bytes = example('4.3');
    expect(parseSignedData(bytes).content).toBeNull();
    expect(judge(bytes)).toEqual({ ...PLAIN, signer: 'CN=AliceDSS' });
    expect(judge(bytes, 0, 'This is some simple content.').answers).toEqual(['invalid']);
  });
  test('4.4: signed and unsigned attributes, a chain and a list beside', () => {
    const bytes = example('4.4');
    const data = parseSignedData(bytes);
    expect(judge(bytes)).toEqual({ ...PLAIN, signer: 'CN=AliceDSS' });
    expect(data.certificates).toEqual([
      sharedPart('AliceRSA'),
      sharedPart('CarlDSS'),
      sharedPart('AliceDSS')
    ]);
    expect(data.crls).toEqual([sharedPart('CRL')]);
    const [signer] = data.signers;
    expect(new Date(signer?.attributes?.signingTime ?? 0).toISOString()).toBe('2003-05-14T15:39:00.000Z');
    // contentHint and countersignature.
    expect(signer?.unsigned.map(({ oid }) => oid)).toEqual([
      '1.2.840.113549.1.9.16.2.4',
      '1.2.840.113549.1.9.6'
    ]);
    const other = judge(spoilt(bytes, 'This is some sample content.'));
    expect([other.problems, other.answers]).toEqual([
      ['digest-mismatch', 'certificate-attribute-missing'],
      ['valid']
    ]);
    expect(judge(spoilt(bytes, '030514153900Z')).answers).toEqual(['invalid']);
  });
  test('4.6: two signers, the second with the DSA parameters of the issuer', () => {
    const bytes = example('4.6');
    expect(parseSignedData(bytes).signers).toHaveLength(2);
    expect(judge(bytes)).toEqual({ ...PLAIN, signer: 'CN=AliceDSS' });
    expect(judge(bytes, 1)).toEqual({ ...PLAIN, signer: 'CN=DianeDSS', answers: ['unsupported'] });
  });
  test('4.7: the signer named by the key identifier', () => {
    const bytes = example('4.7');
    expect(parseSignedData(bytes).signers[0]?.sid.kind).toBe('key');
    expect(judge(bytes)).toEqual({ ...PLAIN, signer: 'CN=AliceDSS' });
    expect(judge(spoilt(bytes, 'content.')).answers).toEqual(['invalid']);
  });
  test('4.10: attributes of every kind, none of which we know but two', () => {
    const bytes = example('4.10');
    expect(parseSignedData(bytes).signers[0]?.attributes?.attributes).toHaveLength(10);
    expect(judge(bytes)).toEqual({ ...PLAIN, signer: 'CN=AliceDSS' });
    expect(judge(spoilt(bytes, 'THIS IS A PRIVACY MARK TEST')).answers).toEqual(['invalid']);
  });
  test('4.11: certificates and lists only, signed by nobody', () => {
    expect(() => parseSignedData(example('4.11'))).toThrow(
      expect.objectContaining({ code: 'no-signer' }) as Error
    );
  });
  test('its certificates and its list are by Carl', () => {
    const carl = parseCertificate(sharedPart('CarlDSS'));
    const alice = parseCertificate(sharedPart('AliceDSS'));
    const list = parseCrl(sharedPart('CRL'));
    const check = (message: Uint8Array, signature: Uint8Array) =>
      nobleProvider().check([
        { scheme: { kind: 'dsa', hash: 'SHA-1' }, spki: carl.spki, signed: { message }, signature }
      ]);
    for (const { tbs, signature } of [carl, alice, list]) {
      expect(check(tbs, signature)).toEqual(['valid']);
      expect(check(tbs.slice(1), signature)).toEqual(['invalid']);
    }
  });
});
