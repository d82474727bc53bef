// T3: evidence holds what the clocks said; a wrong clock is shown, and never keeps anybody from signing.
import { expect, test } from 'vitest';
import { clockState, stamperOf } from '../../src/lib/app/signing-time.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const heard = { server: 1_000 * DAY, device: 1_000 * DAY };

test('a clock that agrees within five minutes is right, more is shown, a day is wrong', () => {
  const at = (ahead: number) =>
    clockState({ ...heard, device: heard.server + ahead }, heard.server + ahead + 10);
  expect(at(4 * MINUTE).kind).toBe('right');
  expect(at(6 * MINUTE)).toEqual({ kind: 'off', ahead: 6 * MINUTE });
  expect(at(-6 * MINUTE)).toEqual({ kind: 'off', ahead: -6 * MINUTE });
  expect(at(365 * DAY)).toEqual({ kind: 'wrong', ahead: 365 * DAY });
  expect(at(-365 * DAY)).toEqual({ kind: 'wrong', ahead: -365 * DAY });
});

test('a clock that was set back after the server was heard is measured by how far', () => {
  expect(clockState(heard, heard.device - 2 * DAY)).toEqual({ kind: 'wrong', ahead: -2 * DAY });
  expect(clockState(heard, heard.device - 10 * MINUTE)).toEqual({ kind: 'off', ahead: -10 * MINUTE });
});

test('time that passes offline is no difference, and a server never heard is none either', () => {
  expect(clockState(heard, heard.device + 30 * DAY).kind).toBe('right');
  expect(clockState(null, 0)).toEqual({ kind: 'right', ahead: 0 });
});

test('no network, no answer, no authority: said, and nothing thrown', async () => {
  const server = (room: () => Promise<number | null>, token = () => Promise.reject(new Error('late'))) => ({
    timestampRoom: room,
    timestamp: token
  });
  let asked = 0;
  const counted = server(async () => {
    asked += 1;
    return 2_000;
  });
  expect(await stamperOf(counted, false)).toBe('offline');
  expect(asked).toBe(0);
  expect(
    await stamperOf(
      server(() => Promise.reject(new Error('cut'))),
      true
    )
  ).toBe('no-answer');
  expect(
    await stamperOf(
      server(async () => null),
      true
    )
  ).toBe('no-authority');
  const stamper = await stamperOf(counted, true);
  expect(typeof stamper === 'string' ? stamper : await stamper.ask(new Uint8Array(3))).toBeNull();
});
