import * as m from '#lib/paraglide/messages.js';
import type { ServerErrorCode } from '../domain/api.ts';

type Sentence = () => string;

const server: Record<ServerErrorCode, Sentence> = {
  'bad-request': m.error_server_bad_request,
  'sign-in': m.error_server_sign_in,
  forbidden: m.error_server_forbidden,
  'not-found': m.error_server_not_found,
  'too-large': m.error_server_too_large,
  'rate-limited': m.error_server_rate_limited,
  'earlier-failed': m.error_server_earlier_failed,
  'action-reused': m.error_server_action_reused,
  'blob-missing': m.error_server_blob_missing,
  'hash-mismatch': m.error_server_hash_mismatch,
  version: m.error_server_version,
  'not-draft': m.error_server_not_draft,
  'not-frozen': m.error_server_not_frozen,
  'not-open': m.error_server_not_open,
  reminded: m.error_server_reminded,
  incomplete: m.error_server_incomplete,
  'not-your-turn': m.error_server_not_your_turn,
  prefix: m.error_server_prefix,
  'byte-range': m.error_server_byte_range,
  appearance: m.error_server_appearance,
  cms: m.error_server_cms,
  certificate: m.error_server_certificate,
  changes: m.error_server_changes,
  evidence: m.error_server_evidence,
  witness: m.error_server_witness,
  proof: m.error_server_proof,
  consent: m.error_server_consent,
  link: m.error_server_link,
  'code-wrong': m.error_server_code_wrong,
  'code-expired': m.error_server_code_expired,
  'code-locked': m.error_server_code_locked,
  'code-sends': m.error_server_code_sends,
  nonce: m.error_server_nonce,
  csr: m.error_server_csr,
  'key-reused': m.error_server_key_reused,
  'set-up-done': m.error_server_set_up_done,
  'set-up-link': m.error_server_set_up_link,
  invitation: m.error_server_invitation,
  'no-authority': m.error_server_no_authority,
  'authority-failed': m.error_server_authority_failed,
  internal: m.error_server_internal
};

/** Codes of the layers below: PdfErrorCode, KeyError, StoreErrorCode, WorkError and of the network. */
const local: Readonly<Record<string, Sentence>> = {
  unreachable: m.error_unreachable,
  session: m.error_session,
  credentials: m.error_credentials,

  'not-a-pdf': m.error_pdf_not_a_pdf,
  syntax: m.error_pdf_damaged,
  xref: m.error_pdf_damaged,
  'missing-object': m.error_pdf_damaged,
  structure: m.error_pdf_damaged,
  filter: m.error_pdf_filter,
  'encrypted-password': m.error_pdf_encrypted_password,
  'encrypted-unsupported': m.error_pdf_encrypted_unsupported,
  limit: m.error_pdf_limit,
  'docmdp-forbids': m.error_pdf_docmdp_forbids,
  'field-missing': m.error_pdf_field_missing,
  'field-refused': m.error_pdf_field_refused,
  'glyph-missing': m.error_pdf_glyph_missing,
  'font-pack': m.error_pdf_font_pack,
  image: m.error_pdf_image,
  'does-not-fit': m.error_pdf_does_not_fit,

  'self-check': m.error_self_check,
  worker: m.error_worker,

  'insecure-context': m.error_key_insecure_context,
  'wrong-passphrase': m.error_key_wrong_passphrase,
  'passphrase-weak': m.error_key_passphrase_weak,
  record: m.error_key_unreadable,
  'kdf-floor': m.error_key_unreadable,
  'spki-mismatch': m.error_key_unreadable,
  unsupported: m.error_key_unsupported,
  'wrong-passkey': m.error_key_wrong_passkey,
  'wrong-pin': m.error_key_wrong_pin,
  'pin-off': m.error_key_pin_off,
  'pin-weak': m.error_key_pin_weak,
  'lock-unknown': m.error_key_lock_unknown,
  locked: m.error_key_locked,
  blocked: m.error_key_blocked,
  activation: m.error_key_activation,
  'not-shown': m.error_key_not_shown,
  'passkey-unsupported': m.error_key_passkey_unsupported,
  'passkey-cancelled': m.error_key_passkey_cancelled,
  'passkey-missing': m.error_key_passkey_missing,
  'lock-weak': m.error_key_lock_weak,
  'no-key-inside': m.error_key_no_key_inside,
  'keys-worker': m.error_key_worker,
  'p12-malformed': m.error_p12_malformed,
  'p12-password': m.error_p12_password,
  'p12-unsupported': m.error_p12_unsupported,
  'p12-limit': m.error_p12_unsupported,
  'p12-no-identity': m.error_key_no_key_inside,
  key: m.error_p12_unsupported,
  'no-key': m.error_key_none,
  'no-certificate': m.error_key_uncertified,
  'not-exportable': m.error_key_one_time,

  'already-frozen': m.error_server_not_draft,
  'base-moved': m.error_store_base_moved,
  invalid: m.error_store_invalid,
  full: m.error_store_full,
  newer: m.error_store_newer,
  closed: m.error_store_closed,
  failed: m.error_store_failed
};

/** The sentence for a stable code, whichever layer it comes from; an honest general one for what is unknown. */
export function sentence(code: string): string {
  const known = (server as Record<string, Sentence | undefined>)[code] ?? local[code];
  return (known ?? m.error_unknown)();
}

/** The same for anything thrown: reads `code` when there is one, and names the character that is in the way. */
export function sentenceOf(error: unknown): string {
  const { character, part } = (error ?? {}) as { character?: unknown; part?: unknown };
  const code = codeOf(error);
  if (typeof character !== 'string' || character === '') return sentence(code);
  if (code === 'glyph-missing') return m.error_pdf_glyph_named({ character, point: pointOf(character) });
  const pack = typeof part === 'string' ? packs[part] : undefined;
  if (code === 'font-pack' && pack !== undefined)
    return m.error_pdf_font_pack_named({ character, pack: pack() });
  return sentence(code);
}

/** Font packs as people call their scripts. */
const packs: Readonly<Record<string, Sentence | undefined>> = {
  latin: m.error_pack_latin,
  hebrew: m.error_pack_hebrew,
  arabic: m.error_pack_arabic,
  hans: m.error_pack_chinese,
  hant: m.error_pack_chinese,
  han: m.error_pack_rare,
  'han-coverage': m.error_pack_chinese,
  japanese: m.error_pack_japanese,
  korean: m.error_pack_korean,
  caveat: m.error_pack_hand,
  dancing: m.error_pack_hand,
  marck: m.error_pack_hand,
  vibes: m.error_pack_hand
};

/** `U+1F600`: what a character is called where it cannot be shown. */
/** `U+1F600`: for characters that are not seen. */
export function pointOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** `code` of a typed error, else `''`. */
export function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
}
