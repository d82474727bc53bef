// A contract of two people of a test workspace, signed and stamped as far as a test wants it.
import { concat } from '../../src/lib/bytes/concat.ts';
import { joinedSource } from '../../src/lib/bytes/joined-source.ts';
import { memorySource } from '../../src/lib/bytes/source.ts';
import { columnLayout } from '../../src/cli/column.ts';
import { loadFonts } from '../../src/cli/fonts.ts';
import { sampleInput } from '../../src/cli/signing.ts';
import { appendTimestamp, archiveData, askAuthority, roomFor } from '../../src/cli/timestamping.ts';
import { openPdf } from '../../src/lib/pdf/document.ts';
import { certificateRevocationList } from '../../src/lib/pki/crl.ts';
import { hashSource } from '../../src/lib/pki/provider-web.ts';
import { appendValidationData, type ValidationData } from '../../src/lib/sign/archive.ts';
import { freeze } from '../../src/lib/sign/freeze.ts';
import { prepareSignature } from '../../src/lib/sign/signature.ts';
import { finish, testKey, testPerson, testWorkspace, type TestWorkspace } from '../security/workspace-ca.ts';
import type { TimeAuthority } from '../world/authority.ts';

export interface TimedOptions {
  /** A timestamp in each CMS. */
  readonly stamped?: boolean;
  /** A document timestamp behind each signature. */
  readonly followed?: boolean;
  /** At the end: validation data alone, or with a document timestamp over it. */
  readonly end?: 'data' | 'archive';
  readonly workspace?: TestWorkspace;
  /** Bytes by what each revision added: `freeze`, `A`, `A-time`, `B`, `B-time`, `archive`. */
  readonly added?: Map<string, number>;
}

export async function revocation(workspace: TestWorkspace): Promise<Uint8Array[]> {
  const { root, rootKey, issuing, issuingKey, now } = workspace;
  const list = { number: 1, now, next: now + 7 * 86_400_000, revoked: [] };
  return Promise.all([
    finish(certificateRevocationList({ ...list, issuer: issuing }), issuingKey),
    finish(certificateRevocationList({ ...list, issuer: root }), rootKey)
  ]);
}

export async function timedContract(
  file: Uint8Array,
  authority: TimeAuthority,
  options: TimedOptions = {}
): Promise<Uint8Array> {
  const workspace = options.workspace ?? (await testWorkspace(Date.now() - 3_600_000));
  const fonts = await loadFonts();
  const ask = { url: authority.url, roots: [authority.root] };
  let whole = file;
  const append = (tail: Uint8Array, what: string) => {
    options.added?.set(what, tail.length);
    whole = concat(whole, tail);
  };
  const layout = columnLayout(openPdf(memorySource(whole)), 2);
  append(freeze(openPdf(memorySource(whole)), layout), 'freeze');
  for (const { letter } of layout.parties) {
    const key = await testKey();
    const leaf = await testPerson(workspace, key, { name: `Party ${letter}` });
    const input = {
      ...sampleInput(layout, letter, leaf.der, Date.now()),
      certificates: [leaf.der, workspace.issuing.der]
    };
    const first = options.stamped ? await askAuthority(ask, new Uint8Array(32)) : null;
    const prepared = prepareSignature(openPdf(memorySource(whole)), input, fonts, {
      timestampRoom: first === null ? 0 : roomFor(first)
    });
    const covered = joinedSource(memorySource(whole), ...prepared.covered);
    const signature = await key.sign(prepared.attributes(await hashSource(covered, 'SHA-256')));
    if (options.stamped) {
      const stamped = prepared.stamped(signature);
      const imprint = new Uint8Array(await crypto.subtle.digest('SHA-256', Uint8Array.from(stamped)));
      append(prepared.finish(signature, (await askAuthority(ask, imprint)).token), letter);
    } else append(prepared.finish(signature), letter);
    if (options.followed) append(await appendTimestamp(memorySource(whole), ask), `${letter}-time`);
  }
  if (options.end !== undefined) {
    const token = await askAuthority(ask, new Uint8Array(32));
    const own: ValidationData = {
      certificates: [workspace.issuing.der, workspace.root.der],
      crls: [...(await revocation(workspace)), authority.crl],
      ocsps: []
    };
    const data = archiveData(memorySource(whole), own, token);
    const room = roomFor(token);
    if (options.end === 'data') append(appendValidationData(openPdf(memorySource(whole)), data), 'data');
    else append(await appendTimestamp(memorySource(whole), ask, { data, room }), 'archive');
  }
  return whole;
}
