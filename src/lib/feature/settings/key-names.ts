import { certificateFacts } from '#lib/app/certificate-facts.ts';
import { member } from '#lib/app/member.svelte.ts';
import type { MemberKey } from '#lib/app/member-key.svelte.ts';
import * as m from '#lib/paraglide/messages.js';

/** What each of several keys is called where one is chosen: id → name. */
export async function keyNames(keys: MemberKey['all']): Promise<Record<string, string>> {
  const names: Record<string, string> = {};
  for (const { id, origin, certificate } of keys) {
    if (origin !== 'imported' || certificate === null) names[id] = m.keys_own();
    else names[id] = m.keys_imported({ name: (await certificateFacts(certificate)).name });
  }
  return names;
}

/** Name of a backup file, with the member's own in it. */
export const keyFileName = (): string =>
  `countersign-key-${(member.me?.user.name ?? 'key').trim().replace(/\s+/g, '-')}.json`;
