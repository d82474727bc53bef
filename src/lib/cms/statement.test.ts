import { createPublicKey, verify } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { testKey, type TestKey } from '../../../tests/security/workspace-ca.ts';
import { toBase64Url } from '../bytes/base64.ts';
import { nobleProvider } from '../pki/provider-noble.ts';
import { prepareStatement, readStatement, type StatementKind } from './statement.ts';

const TEXT = '{"a":1,"v":1,"ж":"ё"}';

async function state(key: TestKey, kind: StatementKind = 'witness', text = TEXT): Promise<string> {
  const prepared = prepareStatement(kind, text, key.spki);
  return prepared.finish(await key.sign(prepared.bytes));
}
const code = (value: string): Error => expect.objectContaining({ name: 'CmsError', code: value }) as Error;

describe('signed statements (security.md E1)', () => {
  test.each(['P-256', 'P-384'] as const)(
    '%s: what was signed comes back, and its check is valid',
    async (curve) => {
      const key = await testKey(curve);
      const read = readStatement(await state(key), 'witness', key.spki);
      expect(read.canonical).toBe(TEXT);
      expect(nobleProvider().check([read.check])).toEqual(['valid']);
    }
  );
  test('is a JWS that others verify, and its bytes can be no CMS attributes', async () => {
    const key = await testKey();
    const compact = await state(key);
    const [header = '', payload = '', signature = ''] = compact.split('.');
    const publicKey = createPublicKey({ key: Buffer.from(key.spki), format: 'der', type: 'spki' });
    const input = Buffer.from(`${header}.${payload}`);
    const raw = Buffer.from(signature, 'base64url');
    expect(verify('sha256', input, { key: publicKey, dsaEncoding: 'ieee-p1363' }, raw)).toBe(true);
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual({ alg: 'ES256' });
    expect(Buffer.from(payload, 'base64url').toString()).toBe(`countersign/witness/v1\n${TEXT}`);
    expect(input[0]).not.toBe(0x31);
  });
  test('each kind is refused as another', async () => {
    const key = await testKey();
    expect(() => readStatement('a.b.c', 'witness', key.spki)).toThrow(code('statement-kind'));
    const witness = await state(key, 'witness');
    const proof = await state(key, 'proof');
    expect(() => readStatement(witness, 'proof', key.spki)).toThrow(code('statement-kind'));
    expect(() => readStatement(proof, 'witness', key.spki)).toThrow(code('statement-kind'));
  });
  test('no header but the key’s own: no alg none, no other alg, no extra members', async () => {
    const key = await testKey();
    const [, payload, signature] = (await state(key)).split('.');
    for (const header of [
      '{"alg":"none"}',
      '{"alg":"ES384"}',
      '{"alg":"HS256"}',
      '{"alg":"ES256","kid":"x"}',
      '{"alg": "ES256"}'
    ]) {
      const text = `${toBase64Url(Buffer.from(header))}.${payload}.${signature}`;
      expect(() => readStatement(text, 'witness', key.spki)).toThrow(code('statement-kind'));
    }
    const other = await testKey('P-384');
    expect(() =>
      readStatement(
        `${toBase64Url(Buffer.from('{"alg":"ES256"}'))}.${payload}.${signature}`,
        'witness',
        other.spki
      )
    ).toThrow(code('statement-kind'));
  });
  test('changed text or another key: the check is invalid', async () => {
    const key = await testKey();
    const compact = await state(key);
    const [header, , signature] = compact.split('.');
    const other = toBase64Url(Buffer.from(`countersign/witness/v1\n${TEXT.replace('1', '2')}`));
    const changed = readStatement(`${header}.${other}.${signature}`, 'witness', key.spki);
    const foreign = readStatement(compact, 'witness', (await testKey()).spki);
    expect(nobleProvider().check([changed.check, foreign.check])).toEqual(['invalid', 'invalid']);
  });
  test('re-spelled, cut or padded text is refused', async () => {
    const key = await testKey();
    const compact = await state(key);
    for (const text of [`${compact}=`, `${compact}.`, compact.slice(0, -1), ` ${compact}`, `${compact}AA`]) {
      expect(() => readStatement(text, 'witness', key.spki)).toThrow(
        expect.objectContaining({ name: 'CmsError' }) as Error
      );
    }
  });
});
