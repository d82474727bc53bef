// K5: what a record is, that nothing of it can be changed, and that the worker signs only what was granted.
import { beforeAll, describe, expect, test } from 'vitest';
import { fromBase64 } from '../../src/lib/bytes/base64.ts';
import { prepareStatement } from '../../src/lib/cms/statement.ts';
import { enrolmentRequest } from '../../src/lib/keys/enrol.ts';
import { LONGEST } from '../../src/lib/keys/lock-state.ts';
import { makeKey, type Secret } from '../../src/lib/keys/lock.ts';
import { parseRecord, type LockedKeyRecord } from '../../src/lib/keys/record.ts';
import { Vault } from '../../src/lib/keys/vault.ts';
import { restoreBackup } from '../../src/lib/keys/backup.ts';
import former from '../vectors/keys-v1.json' with { type: 'json' };
import { aPasskey, byPassphrase, code, OTHER, PASSPHRASE, patient } from './key-secrets.ts';

patient();
const ATTRIBUTES = Uint8Array.of(0x31, 0x02, 0x05, 0x00);

let record: LockedKeyRecord;
let secret: Secret;
let other: LockedKeyRecord;
beforeAll(async () => {
  const passkey = aPasskey();
  secret = passkey.secret;
  ({ record } = await makeKey(passkey.lock));
  ({ record: other } = await makeKey(aPasskey().lock));
});

describe('the record', () => {
  test('has these members and no other, and is plain JSON', () => {
    expect(Object.keys(record).sort()).toEqual(
      ['v', 'id', 'spki', 'alg', 'lock', 'kdf', 'salt', 'iv', 'wrapped'].sort()
    );
    expect(JSON.parse(JSON.stringify(record))).toEqual(record);
  });

  test('each wrap has a fresh IV and salt, also of the same key under the same secret', async () => {
    const { lock } = aPasskey();
    const again = await new Vault(() => 0).changeLock(record, secret, lock);
    expect([again.id, again.spki]).toEqual([record.id, record.spki]);
    expect(again.iv).not.toBe(record.iv);
    expect(again.salt).not.toBe(record.salt);
  });

  test('with any member changed it is refused', async () => {
    const changes: Readonly<Record<keyof LockedKeyRecord, unknown>> = {
      v: 1,
      id: other.id,
      spki: other.spki,
      alg: 'ES384',
      lock: 'passphrase',
      kdf: { name: 'webauthn-prf', credential: 'AAAA' },
      salt: other.salt,
      iv: other.iv,
      wrapped: other.wrapped
    };
    const vault = new Vault(() => 0);
    await vault.unlock(record, secret);
    for (const [member, value] of Object.entries(changes)) {
      const altered = { ...record, [member]: value } as unknown as LockedKeyRecord;
      await expect(vault.unlock(altered, secret), member).rejects.toMatchObject({ name: 'KeyError' });
    }
    for (const member of Object.keys(record)) {
      const { [member as 'id']: _gone, ...rest } = record;
      await expect(vault.unlock(rest as never, secret), member).rejects.toMatchObject(code('record'));
    }
    await expect(vault.unlock({ ...record, more: 1 } as never, secret)).rejects.toMatchObject(code('record'));
  });

  test('one whose key is another than it names is refused after opening', async () => {
    // Sealed by the rules, but with another key's SPKI: only signing and verifying finds it.
    const { sealKey, kekOf, openKey } = await import('../../src/lib/keys/lock.ts');
    const privateKey = await openKey(record, await kekOf(record, secret), true);
    await expect(sealKey(privateKey, { ...record, spki: other.spki }, aPasskey().lock)).rejects.toMatchObject(
      code('spki-mismatch')
    );
  });

  test('what the version before stored and backed up still opens', async () => {
    const vault = new Vault(() => 0);
    const old = former.record as LockedKeyRecord;
    await vault.unlock(old, byPassphrase(PASSPHRASE));
    await expect(
      vault.unlock({ ...old, created: 1 } as LockedKeyRecord, byPassphrase(PASSPHRASE))
    ).rejects.toMatchObject(code('wrong-passphrase'));
    const file = new TextEncoder().encode(JSON.stringify(former.backup));
    const restored = await restoreBackup(file, OTHER, aPasskey().lock);
    expect(restored.record).toMatchObject({ v: 2, spki: former.record.spki });
    // A backup of version 1 has the shape of a record, and is none.
    await expect(
      vault.unlock(former.backup.key as LockedKeyRecord, byPassphrase(OTHER))
    ).rejects.toMatchObject(code('wrong-passphrase'));
    expect(() => parseRecord({ ...record, lock: 'backup' })).toThrow();
  });
});

describe('the worker signs', () => {
  const scene = async () => {
    const clock = { now: 1_000_000 };
    const vault = new Vault(() => clock.now);
    await vault.unlock(record, secret);
    const document = { kind: 'document', name: 'Contract' } as const;
    return { clock, vault, document };
  };

  test('once for each thing that was shown, and not again', async () => {
    const { vault, document } = await scene();
    const ticket = await vault.grant(record.id, [document, document]);
    expect((await vault.sign(ticket, ATTRIBUTES)).length).toBe(64);
    await vault.sign(ticket, ATTRIBUTES);
    await expect(vault.sign(ticket, ATTRIBUTES)).rejects.toMatchObject(code('not-shown'));
    await expect(vault.sign('made up', ATTRIBUTES)).rejects.toMatchObject(code('not-shown'));
  });

  test('only what is of the kind that was shown', async () => {
    const { vault, document } = await scene();
    const statement = prepareStatement('witness', '{}', fromBase64(record.spki)).bytes;
    const ticket = await vault.grant(record.id, [document]);
    for (const bytes of [statement, Uint8Array.of(0x30, 0), new Uint8Array(), Uint8Array.of(0xff)])
      await expect(vault.sign(ticket, bytes)).rejects.toMatchObject(code('not-shown'));
    await vault.sign(await vault.grant(record.id, [{ kind: 'statement', name: '' }]), statement);
    // A request of ours is what `certificate` means.
    const certificate = await vault.grant(record.id, [{ kind: 'certificate', name: '' }]);
    const { spki, alg, id } = record;
    const key = { id, alg, lock: 'passkey', spki: fromBase64(spki) } as const;
    await enrolmentRequest({ ...key, sign: (bytes) => vault.sign(certificate, bytes) }, 'ab'.repeat(32));
  });

  test('nothing after it was locked, after fifteen minutes, or with a clock set back', async () => {
    for (const end of [
      async ({ vault }: { vault: Vault }) => vault.lock(),
      async ({ clock }: { clock: { now: number } }) => void (clock.now += LONGEST + 1),
      async ({ clock }: { clock: { now: number } }) => void (clock.now -= 200_000)
    ]) {
      const { clock, vault, document } = await scene();
      const ticket = await vault.grant(record.id, [document]);
      await end({ clock, vault });
      await expect(vault.sign(ticket, ATTRIBUTES)).rejects.toMatchObject(code('locked'));
      await expect(vault.grant(record.id, [document])).rejects.toMatchObject(code('locked'));
    }
  });

  test('and a ticket of one opening is not good for the next', async () => {
    const { vault, document } = await scene();
    const ticket = await vault.grant(record.id, [document]);
    await vault.unlock(record, secret);
    await expect(vault.sign(ticket, ATTRIBUTES)).rejects.toMatchObject(code('not-shown'));
    await expect(vault.grant('another', [document])).rejects.toMatchObject(code('locked'));
  });

  test('and proving who one is leaves nothing open', async () => {
    const vault = new Vault(() => 0);
    await vault.prove(record, secret);
    await expect(vault.grant(record.id, [])).rejects.toMatchObject(code('locked'));
  });
});
