import type { CompletionSignature } from '#lib/domain/completion.ts';
import * as m from '#lib/paraglide/messages.js';
import { commonName, writeTime, type Tone } from './sentences.ts';

export type SignatureEvidence = NonNullable<CompletionSignature['evidence']>;
type Identity = SignatureEvidence['identity'];

/** How a party was checked, who says so, and whether that can be believed from the file alone. */
export interface IdentityWords {
  readonly said: string;
  /** Sentences under it, most important first. */
  readonly notes: readonly string[];
  readonly tone: Tone;
}

const channels: Readonly<Record<string, () => string>> = {
  email: m.proof_channel_email,
  sms: m.proof_channel_sms,
  hand: m.proof_channel_hand
};
const channel = (word: string): string => channels[word]?.() ?? word;

const seen: Readonly<Record<string, () => string>> = {
  known: m.proof_seen_known,
  passport: m.proof_seen_passport,
  'id-card': m.proof_seen_id_card,
  other: m.proof_seen_other
};

const reasons: Readonly<Record<string, () => string>> = {
  malformed: m.proof_why_malformed,
  'no-certificate': m.proof_why_no_certificate,
  signature: m.proof_why_signature,
  'not-for-statements': m.proof_why_not_for_statements,
  'other-key': m.proof_why_other_key,
  'other-certificate': m.proof_why_other_certificate,
  'other-check': m.proof_why_other_check,
  'other-document': m.proof_why_other_document,
  'other-file': m.proof_why_other_file,
  'other-base': m.proof_why_other_base,
  'other-party': m.proof_why_other_party,
  'other-address': m.proof_why_other_address,
  'other-authority': m.proof_why_other_authority,
  'log-opening': m.proof_why_log_opening
};

const notes: Readonly<Record<string, () => string>> = {
  'address-changed': m.proof_note_address_changed,
  'address-of-member': m.proof_note_address_of_member,
  'address-of-other-party': m.proof_note_address_of_other_party
};

/** Assurance in words (`security.md` V2): what was done, never "verified identity". */
function said({ identity, party }: SignatureEvidence): string {
  const { kind, channels: ways, address, codeRightAt } = identity;
  if (ways !== null && address !== null && codeRightAt !== null) {
    const words = { channel: channel(ways.code), address, time: writeTime(codeRightAt) };
    return ways.link === ways.code
      ? m.proof_said_code(words)
      : m.proof_said_two_ways({ ...words, link: channel(ways.link) });
  }
  switch (kind) {
    case 'email':
      return m.proof_said_email({ address: party.email ?? '' });
    case 'sms':
      return m.proof_said_sms({ address: party.phone ?? '' });
    case 'staff':
      return identity.signedInAt === null
        ? m.proof_said_staff()
        : m.proof_said_staff_at({ time: writeTime(identity.signedInAt) });
    case 'in-person':
      return m.proof_said_in_person({ witness: witnessName(identity) });
    case 'none':
      return m.proof_said_none();
  }
}

const witnessName = ({ witness }: Identity): string =>
  witness?.name ? commonName(witness.name) : m.proof_witness_somebody();

function confirmation(identity: Identity): { text: string; tone: Tone } {
  const { status, by, why } = identity;
  switch (status) {
    case 'confirmed':
      return by === 'witness'
        ? { text: m.proof_confirmed_witness({ witness: witnessName(identity) }), tone: 'plain' }
        : { text: m.proof_confirmed(), tone: 'plain' };
    case 'unknown-authority':
      return { text: m.proof_unknown_authority(), tone: 'wait' };
    case 'invalid':
      return { text: `${m.proof_invalid()} ${reasons[why]?.() ?? ''}`.trim(), tone: 'bad' };
    case 'unconfirmed':
      return {
        text: by === 'witness' ? m.proof_unconfirmed_witness() : m.proof_unconfirmed(),
        tone: 'wait'
      };
  }
}

export function identityWords(evidence: SignatureEvidence): IdentityWords {
  const { identity } = evidence;
  const { text, tone } = confirmation(identity);
  const { witness, channels: ways, tries } = identity;
  const lines = [text];
  if (ways !== null && ways.link === ways.code) lines.push(m.proof_one_factor());
  if (tries !== null && tries > 1) lines.push(m.proof_tries({ count: tries }));
  if (witness !== null) {
    lines.push(seen[witness.idSeen]?.() ?? m.proof_seen_other());
    if (witness.idLast3 !== null) lines.push(m.proof_seen_last3({ last3: witness.idLast3 }));
  }
  for (const note of identity.notes) {
    const sentence = notes[note];
    if (sentence) lines.push(sentence());
  }
  const alarming = identity.notes.length > 0 && tone === 'plain';
  return { said: said(evidence), notes: lines, tone: alarming ? 'wait' : tone };
}
