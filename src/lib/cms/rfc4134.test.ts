import { expect, test } from 'vitest';
import { SIGNED_BY_ALICE } from '../../../tests/vectors/rfc4134.ts';
import { hashBytes } from '../pki/hash.ts';
import { nobleProvider } from '../pki/provider-noble.ts';
import { parseSignedData } from './signed-data.ts';
import { judgeSigner, signerCertificate } from './signer.ts';

function judge(bytes: Uint8Array) {
  const data = parseSignedData(bytes);
  const [signer] = data.signers;
  const certificate = signer === undefined ? null : signerCertificate(data, signer);
  if (signer === undefined || certificate === null || data.content === null) throw new Error('incomplete');
  const contentDigest = hashBytes('SHA-1', data.content);
  const { checks } = judgeSigner({ data, signer, certificate, contentDigest });
  return {
    content: Buffer.from(data.content).toString(),
    signer: certificate.subject.text,
    answers: nobleProvider().check(checks)
  };
}

test('RFC 4134 §4.2: RSA over the content itself, and not over another', () => {
  const told = { content: 'This is some sample content.', signer: 'CN=AliceRSA' };
  expect(judge(SIGNED_BY_ALICE)).toEqual({ ...told, answers: ['valid'] });
  const changed = Buffer.from(SIGNED_BY_ALICE);
  changed[changed.indexOf('sample')] = 0x53;
  expect(judge(Uint8Array.from(changed)).answers).toEqual(['invalid']);
});
