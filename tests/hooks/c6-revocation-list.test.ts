// C6: the list's number never falls, not even when an older backup comes back; a revocation is in it at once.
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fromBase64 } from '../../src/lib/bytes/base64.ts';
import { certificateSha256, parseCertificate } from '../../src/lib/pki/certificate.ts';
import { parseCrl, REVOCATION_REASONS, type RevocationList } from '../../src/lib/pki/crl.ts';
import { call, certify, sql } from './people.ts';
import { startServer, type TestServer } from './server.ts';
import { openWorkspace } from './workspace.ts';

async function listOf(server: TestServer): Promise<RevocationList> {
  const answer = await fetch(`${server.url}/api/countersign/crl`);
  return parseCrl(new Uint8Array(await answer.arrayBuffer()));
}
const numberOf = (list: RevocationList): number => Number(list.number);

test('new at once, seven days long, every reason, and higher after a restore', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-c6-'));
  const [dataDir, backup] = [join(folder, 'data'), join(folder, 'backup')];
  let server: TestServer | null = null;
  try {
    const workspace = await openWorkspace({ dataDir, sql: true });
    server = workspace.server;
    const { auth } = workspace.owner;
    const first = await listOf(server);
    expect(first.revoked).toEqual([]);
    expect(first.nextUpdate).toBe(first.thisUpdate + 7 * 86_400_000);
    expect(numberOf(first)).toBeGreaterThan(Date.now() - 60_000);
    await server.stop();
    cpSync(dataDir, backup, { recursive: true });

    server = await startServer({ dataDir, sql: true });
    let last = first;
    const given = Object.keys(REVOCATION_REASONS) as (keyof typeof REVOCATION_REASONS)[];
    for (const reason of given) {
      const { issued } = await certify(server, auth);
      const leaf = parseCertificate(fromBase64(issued.certificate));
      const sha256 = certificateSha256(leaf);
      const body = { sha256, reason };
      const answer = await call(server, 'POST', 'certificates/revoke', { auth, body });
      expect([reason, answer.status]).toEqual([reason, 200]);
      const next = await listOf(server);
      const entry = next.revoked.find((one) => one.serialHex === leaf.serialHex);
      expect(entry?.reason).toBe(REVOCATION_REASONS[reason]);
      expect(numberOf(next)).toBeGreaterThan(numberOf(last));
      last = next;
    }

    // A number ahead of the clock: one more, never the clock's.
    const ahead = Date.now() + 1_000_000_000;
    await sql(server, `UPDATE workspaces SET crlNumber = ${ahead}`);
    const { issued } = await certify(server, auth);
    const sha256 = certificateSha256(parseCertificate(fromBase64(issued.certificate)));
    await call(server, 'POST', 'certificates/revoke', { auth, body: { sha256, reason: 'superseded' } });
    expect(numberOf(await listOf(server))).toBe(ahead + 1);
    await server.stop();

    // The backup knows none of the revocations and the number of the first list.
    rmSync(dataDir, { recursive: true });
    cpSync(backup, dataDir, { recursive: true });
    server = await startServer({ dataDir });
    const restored = await listOf(server);
    expect(restored.revoked).toEqual([]);
    expect(numberOf(restored)).toBeGreaterThan(numberOf(last));
  } finally {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
