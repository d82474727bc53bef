// security K1: the weakest lock of members' keys is the owner's word, told to every member.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Me } from '../../src/lib/domain/api.ts';
import { call, OWNER, signIn } from './people.ts';
import { hire, openWorkspace, type Workspace } from './workspace.ts';

let workspace: Workspace;
beforeAll(async () => {
  workspace = await openWorkspace();
});
afterAll(() => workspace.server.stop());

const lockFor = async (auth: string) =>
  (await call<Me & object>(workspace.server, 'GET', 'me', { auth })).body.workspace.keyLock;
const decide = (auth: string | undefined, body: object) =>
  call(workspace.server, 'POST', 'workspace', { auth, body });

test('a passphrase will do until the owner asks for more; nobody else may, and nonsense changes nothing', async () => {
  const { auth } = await signIn(workspace.server, OWNER.email, OWNER.password);
  const manager = await hire(workspace, { name: 'Milda', email: 'milda@example.com', role: 'manager' });
  const member = await hire(workspace, { name: 'Jonas', email: 'jonas@example.com', role: 'member' });
  expect(await lockFor(member.auth)).toBe('passphrase');
  for (const other of [manager.auth, member.auth])
    expect((await decide(other, { keyLock: 'passkey' })).status).toBe(403);
  expect((await decide(undefined, { keyLock: 'passkey' })).status).toBe(401);
  for (const nonsense of [
    { keyLock: 'none' },
    { keyLock: 7 },
    { root: 'x' },
    { keyLock: 'passkey', epoch: '1' }
  ])
    expect((await decide(auth, nonsense)).status).toBe(400);
  expect(await lockFor(member.auth)).toBe('passphrase');
  expect(await decide(auth, { keyLock: 'passkey' })).toMatchObject({
    status: 200,
    body: { keyLock: 'passkey' }
  });
  expect(await lockFor(member.auth)).toBe('passkey');
  expect((await decide(auth, { keyLock: 'passphrase' })).status).toBe(200);
  expect(await lockFor(manager.auth)).toBe('passphrase');
});
