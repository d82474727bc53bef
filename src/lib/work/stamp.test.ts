// The device's timestamp (T2): used when it holds, and whatever an authority does, the signature stands.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTimeAuthority, type Behaviour, type TimeAuthority } from '../../../tests/world/authority.ts';
import { vector } from '../../../tests/vectors/vectors.ts';
import { columnLayout } from '../../cli/column.ts';
import { loadFonts } from '../../cli/fonts.ts';
import { freshKey, sampleInput } from '../../cli/signing.ts';
import { concat } from '../bytes/concat.ts';
import { members, raw, readWhole, Tag } from '../asn1/ber.ts';
import { memorySource } from '../bytes/source.ts';
import { openPdf } from '../pdf/document.ts';
import { webProvider } from '../pki/provider-web.ts';
import { freeze } from '../sign/freeze.ts';
import { runTask } from './pdf-tasks.ts';
import type { Signed, StampAnswer } from './protocol.ts';

let authority: TimeAuthority;
beforeAll(async () => {
  authority = await startTimeAuthority();
});
afterAll(() => authority.close());

/** A server that passes on whatever the authority says, unchecked: the device has only itself. */
async function relay(query: Uint8Array): Promise<StampAnswer | null> {
  const response = await fetch(authority.url, { method: 'POST', body: Uint8Array.from(query) });
  if (!response.ok) return null;
  const bytes = new Uint8Array(await response.arrayBuffer());
  try {
    const walk = members(readWhole(bytes));
    walk.next(Tag.sequence);
    return { token: raw(walk.next()), now: Date.now() };
  } catch {
    return { token: bytes, now: Date.now() };
  }
}

async function sign(
  behaviour: Behaviour,
  { room = 2_500, stamp = relay, now = () => Date.now() } = {}
): Promise<Signed> {
  authority.behaviour = behaviour;
  const file = vector('xref-table');
  const layout = columnLayout(openPdf(memorySource(file)), 1);
  const frozen = concat(file, freeze(openPdf(memorySource(file)), layout));
  const key = await freshKey('Party A', Date.now());
  const fonts = await loadFonts();
  return (await runTask(
    {
      kind: 'sign',
      file: new Blob([Uint8Array.from(frozen)]),
      input: sampleInput(layout, 'A', key.certificate, now()),
      timestampRoom: room
    },
    {
      open: () => memorySource(frozen),
      withFonts: async (draw) => draw(fonts),
      prepareFonts: async () => undefined,
      now,
      provider: webProvider,
      sign: key.sign,
      stamp,
      random: (count) => crypto.getRandomValues(new Uint8Array(count))
    }
  )) as Signed;
}

test('a token that holds stands in the signature: B-T', async () => {
  const signed = await sign('honest');
  expect(signed.timestamp).toEqual({ time: expect.any(Number) as number });
  expect(signed.report.signatures[0]).toMatchObject({ profile: 'PAdES-B-T', timestamp: { valid: true } });
});

test.each([
  ['error', 'no-answer'],
  ['garbage', 'malformed'],
  ['huge', 'too-large'],
  ['wrong-imprint', 'wrong-imprint'],
  ['wrong-nonce', 'wrong-nonce'],
  ['wrong-usage', 'wrong-usage'],
  ['expired', 'expired-certificate'],
  ['wrong-time', 'wrong-time'],
  ['wrong-signature', 'signature']
] as const)('an authority that is %s: the signature is B-B and says %s', async (behaviour, why) => {
  const signed = await sign(behaviour);
  expect(signed.timestamp).toEqual({ time: null, why });
  expect(signed.report.signatures[0]).toMatchObject({
    profile: 'PAdES-B-B',
    integrity: 'intact',
    timestamp: null
  });
});

test('no answer in time, no room for the token, no authority: B-B', async () => {
  expect((await sign('honest', { stamp: async () => null })).timestamp).toEqual({
    time: null,
    why: 'no-answer'
  });
  expect((await sign('honest', { room: 600 })).timestamp).toEqual({ time: null, why: 'too-large' });
  expect((await sign('honest', { room: 0 })).timestamp).toEqual({ time: null, why: 'no-authority' });
});

// T1, T3: the device's clock is a claim; the token's time is the server's and the authority's matter.
test.each([
  ['a year behind', -365],
  ['a year ahead', 365]
])('a device whose clock is %s gets its timestamp all the same', async (_, days) => {
  const signed = await sign('honest', { now: () => Date.now() + days * 86_400_000 });
  expect(signed.timestamp).toEqual({ time: expect.any(Number) as number });
  const [signature] = signed.report.signatures;
  expect(Math.abs(Date.parse(signature?.timestamp?.time ?? '') - Date.now())).toBeLessThan(60_000);
  const claimed = Date.parse(signature?.claimedTime ?? '') - Date.now();
  expect(Math.round(claimed / 86_400_000)).toBe(days);
});

test('a clock that jumps while it signs changes nothing', async () => {
  let calls = 0;
  const now = () => Date.now() + (calls++ === 0 ? 0 : 90 * 86_400_000);
  const signed = await sign('honest', { now });
  expect(calls).toBeGreaterThan(1);
  expect(signed.timestamp).toEqual({ time: expect.any(Number) as number });
  expect(signed.report.signatures[0]?.integrity).toBe('intact');
});
