// P1: a signature brings at most 200 certificates, read or written.
import { expect, test } from 'vitest';
import { children, inner, raw, readWhole } from '../../src/lib/asn1/ber.ts';
import { oid, sequence, tagged } from '../../src/lib/asn1/der.ts';
import { concat } from '../../src/lib/bytes/concat.ts';
import { memorySource } from '../../src/lib/bytes/source.ts';
import { freshKey } from '../../src/cli/signing.ts';
import { CmsOid } from '../../src/lib/cms/attribute.ts';
import { buildSignedAttributes, buildSignedData, signedDataSize } from '../../src/lib/cms/build.ts';
import { parseSignedData } from '../../src/lib/cms/signed-data.ts';
import { defaultLimits } from '../../src/lib/pdf/limits.ts';
import { webProvider } from '../../src/lib/pki/provider-web.ts';
import { verifyFile } from '../../src/lib/verify/verify.ts';
import { signedContract } from '../vectors/signed.ts';

const { certificate, sign } = await freshKey('Many', Date.UTC(2026, 0, 5));
const attributes = buildSignedAttributes({ digest: new Uint8Array(32), certificate });
const signature = await sign(attributes);
const many = (count: number) => Array.from({ length: count }, () => certificate);
const refusal = expect.objectContaining({
  code: 'limit',
  message: 'certificates of a signature: more than 200'
}) as Error;

/** The same SignedData with another bag of certificates. */
function withBag(cms: Uint8Array, bag: readonly Uint8Array[]): Uint8Array {
  const [, content] = children(readWhole(cms));
  if (content === undefined) throw new Error('no content');
  const parts = children(inner(content)).map((part) =>
    part.tag === 0xa0 ? tagged(0, concat(...bag)) : raw(part)
  );
  return sequence(oid(CmsOid.signedData), tagged(0, sequence(...parts)));
}

test('200 are read and written, one more is refused with the number', () => {
  expect(defaultLimits.certificates).toBe(200);
  const full = buildSignedData({ attributes, signature, certificates: many(200) });
  expect(parseSignedData(full).certificates).toHaveLength(200);
  expect(() => parseSignedData(withBag(full, many(201)))).toThrow(refusal);
  expect(() => buildSignedData({ attributes, signature, certificates: many(201) })).toThrow(refusal);
  expect(() => signedDataSize(many(201))).toThrow(refusal);
});

test('a file whose signature brings more is refused by the verifier with its limit', async () => {
  const file = memorySource(await signedContract());
  const judge = async (certificates: number) =>
    (await verifyFile('a.pdf', file, webProvider, { now: Date.UTC(2026, 0, 6), limits: { certificates } }))
      .error;
  expect(await judge(1)).toBeNull();
  expect(await judge(0)).toMatchObject({
    code: 'limit',
    message: 'certificates of a signature: more than 0'
  });
});
