/**
 * Bodies of the routes under `/api/countersign/` (`backend.md`, "Routes"). All JSON but blobs. An error is
 * `{code, message}` with an HTTP status; `code` is stable, the sentence comes from the message catalogue
 * (`error_server_<code>`); the server's `message` is for logs and API users.
 *
 * Who calls: a member or a party's session sends `Authorization: <token>` (PocketBase's own); a party whose
 * session ended sends its link in `X-Countersign-Link` instead, which is enough for `PUT blobs` and for
 * `document.sign` and `document.decline` of its own turn (`contracts.md`, "People and links").
 */
import type { WireAction } from './action.ts';
import type { Consent } from './consent.ts';
import type { DocumentRecord, RevisionRecord } from './document.ts';
import type { PartyRecord } from './party.ts';
import type { ProofOpenings } from './proof.ts';

export type ServerErrorCode =
  | 'bad-request'
  | 'sign-in'
  | 'forbidden'
  | 'not-found'
  | 'too-large'
  | 'rate-limited'
  /** 424: an earlier action of the same document failed. */
  | 'earlier-failed'
  /** 422: the same action id with another payload. */
  | 'action-reused'
  | 'blob-missing'
  | 'hash-mismatch'
  /** 409, body.current holds the document as the server has it. */
  | 'version'
  | 'not-draft'
  | 'not-frozen'
  | 'not-open'
  /** A party was reminded within the last hour. */
  | 'reminded'
  | 'incomplete'
  /** Checks of a signature revision (`backend.md`). */
  | 'not-your-turn'
  | 'prefix'
  | 'byte-range'
  | 'appearance'
  | 'cms'
  | 'certificate'
  | 'changes'
  | 'evidence'
  | 'witness'
  /** The server's statement how the signer was checked is missing, changed, or about something else. */
  | 'proof'
  | 'consent'
  /** Links and codes. */
  | 'link'
  | 'code-wrong'
  | 'code-expired'
  | 'code-locked'
  | 'code-sends'
  /** Certificates. */
  | 'nonce'
  | 'csr'
  | 'key-reused'
  /** Set-up and invitations. */
  | 'set-up-done'
  | 'set-up-link'
  | 'invitation'
  /** Timestamps: none is configured, or none gave a token that holds. */
  | 'no-authority'
  | 'authority-failed'
  | 'internal';

export interface ServerError {
  readonly code: ServerErrorCode;
  readonly message: string;
  readonly [extra: string]: unknown;
}

/** GET health → `{ok: true}` when the process answers; GET ready → 200 or 503 with what is missing. */
export interface Ready {
  readonly ready: boolean;
  readonly setUp: boolean;
  readonly mail: boolean;
  readonly sms: boolean;
  /** Signatures get timestamps: a time authority is configured. */
  readonly timestamps: boolean;
  readonly problems: readonly string[];
  readonly version: string;
}

/** POST setup/open `{token}`. The server's two public keys, for the owner's browser to certify. */
export interface SetupOpened {
  readonly issuingSpki: string;
  readonly statementSpki: string;
}
/**
 * POST setup: everything the owner's browser made. Certificates and the CRL are base64 DER, signed by the
 * root whose private key stays in the browser and its backup file (`security.md` C1).
 */
export interface SetupRequest {
  readonly token: string;
  readonly workspace: { readonly name: string; readonly zone: string };
  readonly owner: { readonly name: string; readonly email: string; readonly password: string };
  readonly root: string;
  readonly issuing: string;
  readonly statement: string;
  readonly rootCrl: string;
}

export type Role = 'owner' | 'manager' | 'member';

/** The weakest lock that a member's key may have, by the owner's word (`security.md` K1). */
export type KeyLockKind = 'passphrase' | 'passkey';

/**
 * What the owner decides for everybody; part of `me.workspace`. POST workspace (owner): those that the body
 * names → all of them. The server cannot see how a key is locked: members' apps keep to it.
 */
export interface WorkspaceSettings {
  readonly keyLock: KeyLockKind;
  /** Days after which a party whose turn it is is reminded, rising; empty: never. */
  readonly reminders: readonly number[];
  /** Days after which a sent document ends by itself where the sender says nothing else; 0: never. */
  readonly expiryDays: number;
  /** A party may hand its turn to somebody else. */
  readonly delegation: boolean;
}

/** GET me: the signed-in member. */
export interface Me {
  readonly user: { readonly id: string; readonly name: string; readonly email: string };
  readonly role: Role;
  readonly team: { readonly id: string; readonly name: string } | null;
  /** The settings may be absent in what an older version kept on a device. */
  readonly workspace: {
    readonly id: string;
    readonly name: string;
    readonly zone: string;
  } & Partial<WorkspaceSettings>;
  readonly teams: readonly { readonly id: string; readonly name: string }[];
  readonly now: number;
}

/** GET members (owner, manager): who is here and who is invited. POST teams `{name}` → `{id, name}` (owner). */
export interface MemberRow {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly team: string | null;
  readonly status: 'active' | 'invited';
}
/** POST members (owner): sends an invitation by mail. */
export interface InviteRequest {
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly team: string | null;
}
/** POST invite/open `{token}` → who invites whom. POST invite/accept → the user exists; then sign in. */
export interface InviteOpened {
  readonly workspace: string;
  readonly name: string;
  readonly email: string;
}
export interface InviteAccept {
  readonly token: string;
  readonly name: string;
  readonly password: string;
}

/**
 * GET tokens (owner): `{tokens}`, newest first. POST tokens `{name}` → the row with `token`, told this once. POST
 * tokens/revoke `{id}`. What a token is for: POST documents (`docs/api.md`).
 */
export interface TokenRow {
  readonly id: string;
  readonly name: string;
  readonly createdAt: number;
  /** To the minute; 0: never used. */
  readonly usedAt: number;
  /** 0: in force. */
  readonly revokedAt: number;
}
export interface TokenMade extends TokenRow {
  readonly token: string;
}

/** POST nonce: for a member (sign-in not older than 10 minutes, else 403 `sign-in`) or a party's session. */
export interface Nonce {
  readonly nonce: string;
  readonly expires: number;
}
/** POST certificates: PKCS#10 (base64 DER) with the nonce as challengePassword (`security.md` C2). */
export interface CertificateRequest {
  readonly csr: string;
  /** SHA-256 of the member's own certificate that this one supersedes (rotation). */
  readonly replaces?: string;
}
/** Base64 DER: the leaf, then the chain up to and with the root. */
export interface CertificateIssued {
  readonly certificate: string;
  readonly chain: readonly string[];
  /** The server's statement how it checked who asks, compact JWS (`proof.ts`), for the evidence. */
  readonly proof: string;
  /** Open the commitments of `proof`: for whoever the key belongs to, never for the file. */
  readonly openings: ProofOpenings;
}

/** Why a certificate ended; in revocation lists under the same names (RFC 5280 §5.3.1). */
export type RevocationReason = 'superseded' | 'keyCompromise' | 'affiliationChanged' | 'cessationOfOperation';

/**
 * GET certificates (member): `{certificates}`, their own, newest first: one for each device and rotation. POST
 * certificates/revoke `{sha256, reason}` ends one of them at once.
 */
export interface CertificateRow {
  /** Of the DER, hex. */
  readonly sha256: string;
  readonly serial: string;
  readonly issuedAt: number;
  readonly notAfter: number;
  /** 0: in force. */
  readonly revokedAt: number;
  readonly reason: RevocationReason | '';
}

/** GET timestamp (any caller): bytes to keep free in a signature for a token; null: no authority is configured. */
export interface TimestampRoom {
  readonly room: number | null;
  readonly now: number;
}
/**
 * POST timestamp: a TimeStampReq for a SHA-256 (base64 DER) goes to the configured authorities, in order. A
 * member may ask; a party, also by its link, while its document waits for it. Answers within 3 s, or not.
 */
export interface TimestampQuery {
  readonly query: string;
}
/** The first token that holds (base64 DER), checked by the server; its time and the server's, UTC ms. */
export interface TimestampToken {
  readonly token: string;
  readonly time: number;
  readonly now: number;
}

/** POST actions `{actions}` (at most 50) → `{results, now}` in order. */
export interface ActionsRequest {
  readonly actions: readonly WireAction[];
}
export interface ActionResult {
  readonly id: string;
  readonly status: number;
  /** 'ok' or a ServerErrorCode. */
  readonly code: string;
  /** On success `{version}`; on 409 `{current: DocumentRecord}`. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Compact JWS of the server's receipt (`receipt.ts`): of an accepted action. */
  readonly receipt?: string;
}
export interface ActionsResponse {
  readonly results: readonly ActionResult[];
  readonly now: number;
}

/** PUT blobs/{sha256}: raw bytes → 200 `{sha256, size}`. GET blobs/{sha256}?document=<id> → the bytes. */

/** GET changes?since=<cursor> (0 for all): what changed for this caller, oldest first, at most 200. */
export type ChangedCollection = 'documents' | 'parties' | 'revisions';
export interface Change {
  readonly seq: number;
  readonly collection: ChangedCollection;
  readonly id: string;
  /** null: deleted, or no longer visible to the caller. */
  readonly record: DocumentRecord | PartyRecord | RevisionRecord | null;
}
export interface ChangesResponse {
  readonly epoch: string;
  readonly cursor: number;
  readonly more: boolean;
  readonly changes: readonly Change[];
  /** The server's signed word about the chains of the documents on this page (`receipt.ts`); null: none. */
  readonly heads?: string | null;
  readonly now: number;
}

/** POST sign/open `{token}`: what a link alone tells (no content, `security.md` L2, L4). */
export interface LinkOpened {
  readonly workspace: string;
  readonly sender: string;
  readonly title: string;
  /** Masked address of the party the code goes to. */
  readonly masked: string;
  readonly channel: 'email' | 'sms';
  readonly kind: 'sign' | 'copy';
  readonly state: 'open' | 'waiting' | 'signed' | 'completed' | 'stopped';
}
/** POST sign/code `{token}`. */
export interface CodeSent {
  readonly masked: string;
  readonly expires: number;
  /** UTC ms when another code may be asked for. */
  readonly resendAt: number;
}
/** POST sign/session `{token, code, zone}`: the device's time zone, so that nobody is reminded at night. */
export interface PartySession {
  /** PocketBase auth token of the party, one hour. */
  readonly auth: string;
  readonly expires: number;
  /** For POST certificates; 64 hex characters. */
  readonly nonce: string;
  readonly party: PartyRecord;
  readonly document: DocumentRecord;
  /** All parties; addresses of the others left out. */
  readonly parties: readonly PartyRecord[];
  readonly revisions: readonly RevisionRecord[];
  readonly consent: Consent;
  readonly workspace: string;
  /** The party may hand its turn to somebody else (`document.delegate`). */
  readonly delegation: boolean;
  readonly now: number;
}
/** GET party (party's session): the same, refreshed, for a reload within the hour. */
export type PartyRefreshed = Omit<PartySession, 'auth' | 'expires' | 'nonce'>;

export type MessageKind =
  'turn' | 'code' | 'completed' | 'invitation' | 'stopped' | 'reminder' | 'expiring' | 'delegated';

/** Why a message is not further (`pb_hooks/lib/mail.js`, `sms.js`); '' while nothing is wrong. */
export type MessageProblem =
  | ''
  | 'login'
  | 'encryption'
  | 'address'
  | 'content'
  | 'later'
  | 'closed'
  | 'unreachable'
  | 'no-answer'
  | 'certificate'
  | 'refused'
  | 'undelivered'
  | 'settings'
  | 'gone';
/** How a message is doing. */
export interface MessageState {
  readonly status: 'waiting' | 'sent' | 'delivered' | 'failed';
  readonly at: number;
  readonly problem: MessageProblem;
  /** What the mail server or the gateway said, for whoever mends it. */
  readonly error: string;
  /** Nothing is configured: it stands in a file of the data folder, and nobody got it. */
  readonly kept: boolean;
}
/**
 * GET documents/{id}/messages (member): what was sent about it, without addresses, links or codes. POST
 * documents/{id}/messages/{message}/resend: once more, to the address as it is now; `not-open` when its time is over.
 */
export interface MessageRow extends MessageState {
  readonly id: string;
  readonly party: string | null;
  readonly channel: 'email' | 'sms';
  readonly kind: MessageKind;
  readonly masked: string;
}
/**
 * POST messages/test (owner): one message that shows whether the settings work, to the owner's own address or to
 * a number → `{id}`. GET messages/test/{id} → MessageState.
 */
export interface TrialRequest {
  readonly channel: 'email' | 'sms';
  /** For SMS. */
  readonly address?: string;
}
/** GET documents/{id}/events (member): the history. `history.ts` makes a file of it. */
export interface DocumentHistory {
  readonly events: readonly EventRow[];
  /** Compact JWS of device events, by the SHA-256 that events name. */
  readonly statements: Readonly<Record<string, string>>;
  /** The server's signed word about the newest event; null for an empty history. */
  readonly head: string | null;
}
export interface EventRow {
  readonly seq: number;
  readonly kind: string;
  readonly actor: string;
  readonly at: number;
  /** null: only the hash is known, the text was lost with a server (`security.md` R3). */
  readonly data: Readonly<Record<string, unknown>> | null;
  /** Names and texts that `data.details` is the salted hash of; absent where there are none, or they were erased. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly prev: string;
  readonly hash: string;
}
