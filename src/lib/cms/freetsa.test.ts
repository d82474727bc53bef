import { expect, test } from 'vitest';
import published from '../../../tests/vectors/freetsa.json' with { type: 'json' };
import { members, raw, readWhole, Tag } from '../asn1/ber.ts';
import { fromBase64 } from '../bytes/base64.ts';
import { parseCertificate } from '../pki/certificate.ts';
import { hashBytes } from '../pki/hash.ts';
import { nobleProvider } from '../pki/provider-noble.ts';
import { judgeSigner, signerCertificate } from './signer.ts';
import { isForTimestamps, parseTimestamp } from './timestamp.ts';

/** TimeStampResp (RFC 3161 §2.4.2): the token behind the status. */
function tokenOf(response: Uint8Array): Uint8Array {
  const walk = members(readWhole(response));
  walk.next(Tag.sequence);
  return raw(walk.next(Tag.sequence));
}
const token = tokenOf(fromBase64(published.response));
const certificate = parseCertificate(fromBase64(published.certificate));

function judge(bytes: Uint8Array) {
  const stamp = parseTimestamp(bytes);
  const [signer] = stamp.data.signers;
  if (signer === undefined) throw new Error('no signer');
  const found = signerCertificate(stamp.data, signer, [certificate.der]);
  expect(found?.subject.text).toBe(certificate.subject.text);
  const contentDigest = hashBytes('SHA-1', stamp.content);
  const judged = judgeSigner({
    data: stamp.data,
    signer,
    certificate,
    contentDigest,
    certificateDigest: hashBytes('SHA-1', certificate.der)
  });
  return { problems: judged.problems, answers: nobleProvider().check(judged.checks) };
}

test('a token of a public authority, over the digest that was asked for', () => {
  const stamp = parseTimestamp(token);
  const query = members(readWhole(fromBase64(published.query)));
  query.next(Tag.integer);
  const asked = members(query.next(Tag.sequence));
  asked.next();
  expect(stamp.imprint).toEqual({ hash: 'SHA-512', digest: raw(asked.next(Tag.octetString)).slice(2) });
  expect(new Date(stamp.time).toISOString()).toBe('2019-05-10T18:34:18.000Z');
  expect([stamp.policy, stamp.serial, stamp.nonce]).toEqual(['1.2.3.4.1', 0x0f0244n, null]);
  expect(isForTimestamps(certificate)).toBe(true);
  expect(judge(token)).toEqual({ problems: [], answers: ['valid'] });
});

test('a time that was moved by a second does not hold', () => {
  const changed = Buffer.from(token);
  changed[changed.indexOf('20190510183418Z') + 13] = 0x39;
  const moved = Uint8Array.from(changed);
  expect(new Date(parseTimestamp(moved).time).toISOString()).toBe('2019-05-10T18:34:19.000Z');
  expect(judge(moved).problems).toEqual(['digest-mismatch']);
});
