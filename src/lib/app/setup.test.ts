import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { VaultDoor } from '../keys/vault.ts';
import { Invitation, SetUp, type Gate } from './setup.svelte.ts';

const keys = {
  setUpRoot: async (input: { workspaceName: string }) => ({
    root: `root of ${input.workspaceName}`,
    issuing: 'issuing',
    statement: 'statement',
    rootCrl: 'crl',
    record: { locked: true },
    backup: new Uint8Array([1, 2, 3])
  })
} as unknown as VaultDoor;

const refusal = (code: string) => Object.assign(new Error(code), { code });

function world(server: Record<string, unknown> = {}) {
  const meta = new Map<string, unknown>();
  const gate = {
    server: {
      setupOpen: vi.fn(async () => ({ issuingSpki: 'i', statementSpki: 's' })),
      setup: vi.fn(async () => undefined),
      inviteOpen: vi.fn(async () => ({ workspace: 'W', name: 'Eve', email: 'eve@example.com' })),
      inviteAccept: vi.fn(async () => undefined),
      ...server
    },
    signIn: vi.fn(async () => undefined),
    store: { setMeta: vi.fn(async (key: string, value: unknown) => void meta.set(key, value)) }
  };
  const key = { make: vi.fn(async () => ({})) };
  return { gate, key, meta, as: gate as unknown as Gate, keyAs: key as never };
}

async function atBackup(w: ReturnType<typeof world>) {
  const setUp = new SetUp(
    w.as,
    w.keyAs,
    () => 1_000,
    async () => keys
  );
  await setUp.open('token', 'Europe/Warsaw');
  Object.assign(setUp.owner, { name: 'Ann', email: 'ann@example.com', password: 'a long password' });
  setUp.workspace.name = 'Harbour & Söhne';
  await setUp.toPassphrase();
  setUp.passphrase.kept = true;
  await setUp.makeRoot();
  return setUp;
}

describe('set-up', () => {
  let w: ReturnType<typeof world>;
  beforeEach(() => (w = world()));

  test('a used link is dead, an unreachable server is not', async () => {
    const dead = new SetUp(world({ setupOpen: () => Promise.reject(refusal('set-up-link')) }).as, w.keyAs);
    await dead.open('x', 'UTC');
    expect([dead.step, dead.problem]).toEqual(['dead', 'set-up-link']);
    const away = new SetUp(world({ setupOpen: () => Promise.reject(refusal('unreachable')) }).as, w.keyAs);
    await away.open('x', 'UTC');
    expect([away.step, away.problem]).toEqual(['opening', 'unreachable']);
  });

  test('no root is made before the passphrase is kept', async () => {
    const setUp = new SetUp(w.as, w.keyAs, undefined, async () => keys);
    await setUp.open('token', 'UTC');
    await setUp.toPassphrase();
    await setUp.makeRoot();
    expect(setUp.step).toBe('passphrase');
  });

  test('the server hears nothing before the backup file was downloaded', async () => {
    const setUp = await atBackup(w);
    expect(setUp.step).toBe('backup');
    expect(setUp.backup?.name).toBe('countersign-root-Harbour-Söhne.json');
    await setUp.finish();
    expect(w.gate.server.setup).not.toHaveBeenCalled();
    expect(setUp.step).toBe('backup');
  });

  test('then it gets the public parts only, and the owner a key under the same passphrase', async () => {
    const setUp = await atBackup(w);
    setUp.downloaded = true;
    await setUp.finish();
    expect(setUp.step).toBe('done');
    expect(w.gate.server.setup).toHaveBeenCalledWith({
      token: 'token',
      workspace: { name: 'Harbour & Söhne', zone: 'Europe/Warsaw' },
      owner: { name: 'Ann', email: 'ann@example.com', password: 'a long password' },
      root: 'root of Harbour & Söhne',
      issuing: 'issuing',
      statement: 'statement',
      rootCrl: 'crl'
    });
    expect(w.key.make).toHaveBeenCalledWith(setUp.passphrase.value);
    expect(w.meta.get('x-root')).toEqual({ locked: true });
  });

  test('a failure after the server has it repeats only what is left', async () => {
    const setUp = await atBackup(w);
    setUp.downloaded = true;
    w.gate.signIn.mockRejectedValueOnce(refusal('unreachable'));
    await setUp.finish();
    expect([setUp.step, setUp.problem]).toEqual(['backup', 'unreachable']);
    await setUp.finish();
    expect(setUp.step).toBe('done');
    expect(w.gate.server.setup).toHaveBeenCalledOnce();
  });
});

describe('invitation', () => {
  test('accepts once, signs in with the new password, then asks for the key', async () => {
    const w = world();
    const invitation = new Invitation(w.as);
    await invitation.open('token');
    expect(invitation.name).toBe('Eve');
    invitation.password = 'a long password';
    w.gate.signIn.mockRejectedValueOnce(refusal('unreachable'));
    await invitation.accept();
    expect(invitation.step).toBe('details');
    await invitation.accept();
    expect(invitation.step).toBe('key');
    expect(w.gate.server.inviteAccept).toHaveBeenCalledOnce();
    expect(w.gate.signIn).toHaveBeenLastCalledWith('eve@example.com', 'a long password');
  });

  test('a used invitation is dead', async () => {
    const invitation = new Invitation(world({ inviteOpen: () => Promise.reject(refusal('invitation')) }).as);
    await invitation.open('x');
    expect(invitation.step).toBe('dead');
  });
});
