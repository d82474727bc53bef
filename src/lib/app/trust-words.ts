// What files of trust are called, for the verifier's page and its command.
import * as m from '../paraglide/messages.js';
import type { TrustedListFacts } from '../pki/trusted-list.ts';

type About = (inputs: { file: string }) => string;

const failures: Readonly<Record<string, About>> = {
  'trust-empty': m.trust_error_empty,
  'trust-lists': m.trust_error_lists,
  'trust-limit': m.trust_error_limit,
  limit: m.trust_error_limit,
  doctype: m.trust_error_xml,
  entity: m.trust_error_xml,
  syntax: m.trust_error_xml,
  encoding: m.trust_error_xml
};

/** Why a file gives nobody to trust, by the code of what reading it threw. */
export const trustFailure = (code: string, file: string): string =>
  (failures[code] ?? m.trust_error_unknown)({ file });

/** Of a trusted list: who made it and how old it is; `late` when a newer one is due. `now` in UTC milliseconds. */
export function listWords(list: TrustedListFacts, now: number): { said: string; age: string; late: boolean } {
  const { operator, territory, sequence, issued, nextUpdate } = list;
  const said = m.trust_list({ territory, sequence: String(sequence), operator, issued: issued.slice(0, 10) });
  if (nextUpdate === null || nextUpdate === '') return { said, age: m.trust_list_closed(), late: true };
  const due = Date.parse(nextUpdate);
  const late = !(due > now);
  const time = nextUpdate.slice(0, 10);
  return { said, age: late ? m.trust_list_late({ time }) : m.trust_list_next({ time }), late };
}
