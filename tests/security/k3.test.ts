// K3: a PIN opens within one session of the keys worker only. The copied profile: tests/e2e/keys.spec.ts.
import { expect, test } from 'vitest';
import { PIN_AGE, pinWeak } from '../../src/lib/keys/pin.ts';
import { Vault } from '../../src/lib/keys/vault.ts';
import { aPasskey, code, patient } from './key-secrets.ts';

patient();
const PIN = '271828';

/** A vault with a locked key that has a PIN, and its clock. */
async function scene() {
  const clock = { now: Date.UTC(2026, 10, 24) };
  const vault = new Vault(() => clock.now);
  const { lock, secret } = aPasskey();
  const record = await vault.create(lock);
  await vault.unlock(record, secret, PIN);
  await vault.lock();
  return { clock, vault, record, secret, lock };
}

test('it opens the key again, and tries are counted anew after it did', async () => {
  const { vault, record } = await scene();
  const wrong = () => expect(vault.unlockByPin(record.id, '000001')).rejects.toMatchObject(code('wrong-pin'));
  for (let i = 0; i < 4; i++) await wrong();
  await vault.unlockByPin(record.id, PIN);
  await vault.grant(record.id, []);
  await vault.lock();
  await wrong();
});

test('after five wrong tries only the lock itself opens', async () => {
  const { vault, record, secret } = await scene();
  for (let i = 0; i < 4; i++) {
    await expect(vault.unlockByPin(record.id, '999990')).rejects.toMatchObject(code('wrong-pin'));
  }
  await expect(vault.unlockByPin(record.id, '999990')).rejects.toMatchObject(code('pin-off'));
  await expect(vault.unlockByPin(record.id, PIN)).rejects.toMatchObject(code('pin-off'));
  expect(await vault.pinUntil(record.id)).toBeNull();
  await vault.unlock(record, secret);
});

test('five tries at once are five tries', async () => {
  const { vault, record } = await scene();
  const tries = Array.from({ length: 6 }, (_, i) => vault.unlockByPin(record.id, i < 5 ? '999990' : PIN));
  const settled = await Promise.allSettled(tries);
  expect(settled.map(({ status }) => status)).toEqual(Array(6).fill('rejected'));
});

test('it ends after twelve hours, and when the clock was set back', async () => {
  for (const [away, live] of [
    [PIN_AGE - 1, true],
    [PIN_AGE, false],
    [-120_000, true],
    [-120_001, false]
  ] as const) {
    const { clock, vault, record } = await scene();
    clock.now += away;
    const opened = vault.unlockByPin(record.id, PIN);
    if (live) await opened;
    else await expect(opened, String(away)).rejects.toMatchObject(code('pin-off'));
  }
});

test('another worker, a sign-out, a hand-over and another key know nothing of it', async () => {
  const { vault, record } = await scene();
  await expect(new Vault(() => 0).unlockByPin(record.id, PIN)).rejects.toMatchObject(code('pin-off'));
  await vault.create(aPasskey(9).lock);
  await expect(vault.unlockByPin(record.id, PIN)).rejects.toMatchObject(code('pin-off'));
  const second = await scene();
  await second.vault.lock(true);
  await expect(second.vault.unlockByPin(second.record.id, PIN)).rejects.toMatchObject(code('pin-off'));
});

test('six digits that are not the first to be tried', () => {
  for (const pin of ['', '12345', '1234567', '12345a', '１２３４５６', '000000', '123456', '987654'])
    expect(pinWeak(pin), pin).toBe(true);
  for (const pin of ['271828', '112358', '121212']) expect(pinWeak(pin), pin).toBe(false);
});
