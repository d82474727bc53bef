import { describe, expect, test } from 'vitest';
import { generated, verify } from '../../../tests/vectors/nist-pss.json' with { type: 'json' };
import { bitString, integer, nullValue, oid, sequence } from '../asn1/der.ts';
import { fromBase64 } from '../bytes/base64.ts';
import type { Check, HashName } from './check.ts';
import { toNumber } from './modular.ts';
import { Oid } from './oid.ts';
import { nobleProvider } from './provider-noble.ts';
import { webProvider } from './provider-web.ts';

type Case = readonly (string | number)[];

function question(n: string, [hash, e, message, signature, saltLength]: Case): Check {
  const number = (text: unknown) => integer(toNumber(fromBase64(String(text))));
  const key = bitString(sequence(number(n), number(e)));
  return {
    scheme: {
      kind: 'rsa-pss',
      hash: hash as HashName,
      mgfHash: hash as HashName,
      saltLength: Number(saltLength)
    },
    spki: sequence(sequence(oid(Oid.rsaEncryption), nullValue()), key),
    signed: { message: fromBase64(String(message)) },
    signature: fromBase64(String(signature))
  };
}

describe('NIST CAVP, RSASSA-PSS', () => {
  test.each(verify.map(({ n, cases }) => [fromBase64(n).length * 8, n, cases] as const))(
    'SigVerPSS, %i bits: passes and fails as it says',
    async (_, n, cases) => {
      const questions = cases.map((one) => question(n, one));
      const expected = cases.map((one) => (String(one[5]).startsWith('P') ? 'valid' : 'invalid'));
      expect(new Set(expected)).toEqual(new Set(['valid', 'invalid']));
      expect(nobleProvider().check(questions)).toEqual(expected);
      expect(await webProvider.check(questions)).toEqual(expected);
    }
  );
  test.each(generated.map(({ n, cases }) => [fromBase64(n).length * 8, n, cases] as const))(
    'SigGenPSS, %i bits: what was made without salt holds, and only so',
    (_, n, cases) => {
      const questions = cases.map((one) => question(n, one));
      const salted = cases.map(([hash, e, message, signature]) =>
        question(n, [hash ?? '', e ?? '', message ?? '', signature ?? '', 1])
      );
      const spoilt = questions.map((one) => {
        const signature = Uint8Array.from(one.signature);
        signature[signature.length - 1] = (signature[signature.length - 1] ?? 0) ^ 1;
        return { ...one, signature };
      });
      expect(questions.length).toBe(5);
      expect(nobleProvider().check(questions)).toEqual(questions.map(() => 'valid'));
      expect(nobleProvider().check(salted)).toEqual(questions.map(() => 'invalid'));
      expect(nobleProvider().check(spoilt)).toEqual(questions.map(() => 'invalid'));
    }
  );
});
