// T2: a token is used only when imprint, nonce, algorithm, usage, path and time fit.
import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Certificate } from '../../src/lib/pki/certificate.ts';
import { nobleProvider } from '../../src/lib/pki/provider-noble.ts';
import { webProvider } from '../../src/lib/pki/provider-web.ts';
import {
  nonceValue,
  readTimestampRequest,
  readTimestampResponse,
  timestampRequest,
  type CheckedToken
} from '../../src/lib/sign/timestamp.ts';
import { startTimeAuthority, type Behaviour, type TimeAuthority } from '../world/authority.ts';

let authority: TimeAuthority;
beforeAll(async () => {
  authority = await startTimeAuthority();
});
afterAll(() => authority.close());

const imprint = new Uint8Array(createHash('sha256').update('signed bytes').digest());

/** Asks the authority, and judges its answer as the server and a device do. */
async function ask(
  behaviour: Behaviour,
  change: { now?: number; roots?: readonly Certificate[] | null; policy?: string } = {}
): Promise<CheckedToken> {
  authority.behaviour = behaviour;
  const nonce = new Uint8Array(randomBytes(8));
  const query = timestampRequest(imprint, nonce);
  const response = await fetch(authority.url, { method: 'POST', body: Uint8Array.from(query) });
  const asked = readTimestampResponse(new Uint8Array(await response.arrayBuffer()), {
    imprint,
    nonce: nonceValue(nonce),
    now: Date.now(),
    roots: [authority.root],
    ...change
  });
  const answers = await webProvider.check(asked.checks);
  expect(nobleProvider().check(asked.checks)).toEqual(answers);
  return asked.accept(answers);
}

const refusal = (code: string): Error => expect.objectContaining({ name: 'TimestampError', code }) as Error;

test('a request says what OpenSSL reads', () => {
  const nonce = Uint8Array.of(0x80, 1, 2, 3, 4, 5, 6, 7);
  const query = timestampRequest(imprint, nonce);
  expect(readTimestampRequest(query)).toEqual({ imprint, nonce: 0x8001020304050607n });
  expect(() => readTimestampRequest(query.subarray(0, 20))).toThrow(refusal('malformed'));
  expect(() => readTimestampRequest(new Uint8Array(2_000))).toThrow(refusal('too-large'));
});

test('an honest token is taken, with the time, the certificate and its path', async () => {
  const token = await ask('honest');
  expect(Math.abs(token.time - Date.now())).toBeLessThan(60_000);
  expect(token.certificate.der).toEqual(authority.certificate.der);
  expect(token.certificates).toHaveLength(2);
  expect(await ask('honest', { policy: '1.2.3.4.1' })).toBeTruthy();
  // Nobody named an authority: then its own path must hold as far as it goes.
  expect((await ask('honest', { roots: null })).certificates).toHaveLength(1);
});

test.each([
  ['wrong-imprint', 'wrong-imprint'],
  ['wrong-nonce', 'wrong-nonce'],
  ['wrong-usage', 'wrong-usage'],
  ['expired', 'expired-certificate'],
  ['wrong-time', 'wrong-time'],
  ['wrong-signature', 'signature'],
  ['stranger', 'untrusted'],
  ['refusing', 'refused'],
  ['garbage', 'malformed'],
  ['huge', 'too-large']
] as const)('an authority that is %s is refused', async (behaviour, code) => {
  await expect(ask(behaviour)).rejects.toThrow(refusal(code));
});

test('another policy than the one asked for is refused', async () => {
  await expect(ask('honest', { policy: '1.2.3.4.2' })).rejects.toThrow(refusal('wrong-policy'));
});

test('five minutes either way are allowed, not more', async () => {
  await ask('honest', { now: Date.now() + 290_000 });
  await expect(ask('honest', { now: Date.now() + 310_000 })).rejects.toThrow(refusal('wrong-time'));
  await expect(ask('honest', { now: Date.now() - 365 * 86_400_000 })).rejects.toThrow(refusal('wrong-time'));
  await expect(ask('honest', { now: Date.now() + 365 * 86_400_000 })).rejects.toThrow(refusal('wrong-time'));
});
