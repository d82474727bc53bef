// K8: the record's `lock` leaves room for kinds to come; what is not known is refused with its own sentence.
import { expect, test } from 'vitest';
import { sentence } from '../../src/lib/app/sentences.ts';
import { makeKey } from '../../src/lib/keys/lock.ts';
import { parseRecord } from '../../src/lib/keys/record.ts';
import { Vault } from '../../src/lib/keys/vault.ts';
import { aPasskey, code } from './key-secrets.ts';

test('a lock or a version that this version does not know', async () => {
  const { lock, secret } = aPasskey();
  const { record } = await makeKey(lock);
  for (const change of [{ lock: 'server-share' }, { lock: 'pin' }, { v: 3 }]) {
    const newer = { ...record, ...change };
    expect(() => parseRecord(newer)).toThrow(expect.objectContaining(code('lock-unknown')));
    await expect(new Vault(() => 0).unlock(newer as never, secret)).rejects.toMatchObject(
      code('lock-unknown')
    );
  }
  expect(sentence('lock-unknown')).toMatch(/locked in a way that this version does not know/);
  expect(sentence('lock-unknown')).not.toBe(sentence('record'));
});
