// A member's own certificates: one for each device, replaced or ended by their owner alone (security.md C4, C6).
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromBase64, toBase64 } from '../../src/lib/bytes/base64.ts';
import type { CertificateIssued, CertificateRow, Nonce } from '../../src/lib/domain/api.ts';
import { certificateSha256, parseCertificate } from '../../src/lib/pki/certificate.ts';
import { parseCrl, REVOCATION_REASONS } from '../../src/lib/pki/crl.ts';
import { certificateRequest } from '../../src/lib/pki/csr.ts';
import { call, makeKey, OWNER, signIn, type DeviceKey } from './people.ts';
import { hire, openWorkspace, type Workspace } from './workspace.ts';

let workspace: Workspace;
beforeAll(async () => {
  workspace = await openWorkspace();
});
afterAll(() => workspace.server.stop());

async function certified(auth: string, key: DeviceKey, replaces?: string) {
  const { nonce } = (await call<Nonce & object>(workspace.server, 'POST', 'nonce', { auth, body: {} })).body;
  const csr = toBase64(await key.complete(certificateRequest({ spki: key.spki, nonce })));
  const body = { csr, ...(replaces && { replaces }) };
  return call<CertificateIssued & object>(workspace.server, 'POST', 'certificates', { auth, body });
}
const sha256Of = (issued: CertificateIssued): string =>
  certificateSha256(parseCertificate(fromBase64(issued.certificate)));
const list = async (auth: string): Promise<CertificateRow[]> =>
  (await call<{ certificates: CertificateRow[] }>(workspace.server, 'GET', 'certificates', { auth })).body
    .certificates;
const revoke = (auth: string | undefined, sha256: string, reason: string) =>
  call(workspace.server, 'POST', 'certificates/revoke', { auth, body: { sha256, reason } });
const listed = async (): Promise<Record<string, number | null>> => {
  const answer = await fetch(`${workspace.server.url}/api/countersign/crl`);
  const { revoked } = parseCrl(new Uint8Array(await answer.arrayBuffer()));
  return Object.fromEntries(revoked.map(({ serialHex, reason }) => [serialHex, reason]));
};

test('two devices have two; a rotation ends the one it names and no other', async () => {
  const { auth } = await signIn(workspace.server, OWNER.email, OWNER.password);
  const [phone, desk, next] = await Promise.all([makeKey(), makeKey(), makeKey()]);
  const onPhone = sha256Of((await certified(auth, phone)).body);
  const onDesk = sha256Of((await certified(auth, desk)).body);
  const rotated = (await certified(auth, next, onPhone)).body;
  const rows = await list(auth);
  const state = (sha256: string) => rows.find((row) => row.sha256 === sha256)?.reason;
  expect([state(onPhone), state(onDesk), state(sha256Of(rotated))]).toEqual(['superseded', '', '']);
  expect(rows[0]?.sha256).toBe(sha256Of(rotated));
  const serial = rows.find((row) => row.sha256 === onPhone)?.serial ?? '';
  expect((await listed())[serial]).toBe(REVOCATION_REASONS.superseded);
  // The answer was lost: the same request again gives the same certificate, and ends nothing else.
  expect(sha256Of((await certified(auth, next, onPhone)).body)).toBe(sha256Of(rotated));
  // The key that was replaced is not certified again.
  expect((await certified(auth, phone)).body.code).toBe('key-reused');
});

test('a member ends their own, at once and for good', async () => {
  const { auth } = await signIn(workspace.server, OWNER.email, OWNER.password);
  const issued = (await certified(auth, await makeKey())).body;
  const sha256 = sha256Of(issued);
  expect((await revoke(auth, sha256, 'keyCompromise')).status).toBe(200);
  const row = (await list(auth)).find((one) => one.sha256 === sha256);
  expect(row?.reason).toBe('keyCompromise');
  expect(row?.revokedAt).toBeGreaterThan(0);
  expect((await listed())[row?.serial ?? '']).toBe(REVOCATION_REASONS.keyCompromise);
  // Another reason later changes nothing that was said.
  await revoke(auth, sha256, 'cessationOfOperation');
  expect((await list(auth)).find((one) => one.sha256 === sha256)).toEqual(row);
});

test('nobody else’s, not without a reason of ours, and not without a sign-in', async () => {
  const { auth } = await signIn(workspace.server, OWNER.email, OWNER.password);
  const sha256 = sha256Of((await certified(auth, await makeKey())).body);
  const other = await hire(workspace, {
    name: 'Mona Manager',
    email: 'mona@workspace.example',
    role: 'manager'
  });
  expect((await revoke(other.auth, sha256, 'keyCompromise')).body.code).toBe('not-found');
  expect((await certified(other.auth, await makeKey(), sha256)).body.code).toBe('not-found');
  expect(await list(other.auth)).toEqual([]);
  expect((await revoke(auth, sha256, 'unspecified')).body.code).toBe('bad-request');
  expect((await revoke(auth, 'x', 'superseded')).body.code).toBe('not-found');
  expect((await revoke(undefined, sha256, 'superseded')).status).toBe(401);
  expect((await list(auth)).find((one) => one.sha256 === sha256)?.revokedAt).toBe(0);
});
