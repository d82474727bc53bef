/** Every route of `domain/api.ts` as a method. Each throws ServerRefusal or Unreachable, nothing else. */
import type {
  ActionsResponse,
  CertificateIssued,
  CertificateRow,
  ChangesResponse,
  CodeSent,
  DocumentHistory,
  InviteAccept,
  InviteOpened,
  InviteRequest,
  LinkOpened,
  Me,
  MemberRow,
  MessageRow,
  MessageState,
  Nonce,
  PartyRefreshed,
  PartySession,
  RevocationReason,
  Ready,
  SetupOpened,
  SetupRequest,
  TimestampRoom,
  TimestampToken,
  TokenMade,
  TokenRow,
  TrialRequest,
  WorkspaceSettings
} from '../domain/api.ts';
import type { WireAction } from '../domain/action.ts';
import { ServerRefusal, Unreachable } from '../sync/failure.ts';
import type { Remote } from '../sync/ports.ts';
import type { SignedIn } from './account.ts';
import { actionsResponse, changesResponse } from './answer.ts';
import { json, send, transferTime, type Fetch, type Request } from './transport.ts';

export { ServerRefusal, Unreachable };

/** A signature waits so long for its timestamp, milliseconds (`contracts.md`, "Time and archive"). */
const STAMP_TIMEOUT = 3_000;

/** A page of JSON may be slow on a phone, but not this slow. */
type Ask = Pick<Request, 'body' | 'timeout'>;

export class Server implements Remote {
  readonly #base: string;
  readonly #fetch: Fetch;
  /** PocketBase auth token of a member or of a party's session; null when there is none. */
  auth: string | null = null;
  /** Token of the party's signing link: stands in for a session that ended (`contracts.md`). */
  link: string | null = null;
  /** Called when the session turned out to have ended and the link took over. */
  onSessionEnd: () => void = () => undefined;

  /** `base`: origin of the API, '' for the page's own. */
  constructor(base = '', fetch: Fetch = (url, init) => globalThis.fetch(url, init)) {
    this.#base = base;
    this.#fetch = fetch;
  }

  // Members.

  /** Keeps the token. Throws ServerRefusal `credentials` when address and password do not fit. */
  async signIn(email: string, password: string): Promise<SignedIn> {
    const account = await import('./account.ts');
    const signedIn = await account.signIn(this.#origin(), email, password);
    this.auth = signedIn.token;
    return signedIn;
  }

  /** A fresh token in place of the present one. ServerRefusal 401 when that is no longer good. */
  async refresh(): Promise<SignedIn> {
    const account = await import('./account.ts');
    const signedIn = await account.refresh(this.#origin(), this.auth ?? '');
    this.auth = signedIn.token;
    return signedIn;
  }

  /** Calls `changed` when a document changed and after each reconnection. → ends it. */
  async listen(changed: () => void): Promise<() => void> {
    const account = await import('./account.ts');
    return account.listen(this.#origin(), this.auth ?? '', changed);
  }

  ready(): Promise<Ready> {
    return this.#ask('GET', 'ready');
  }
  setupOpen(token: string): Promise<SetupOpened> {
    return this.#ask('POST', 'setup/open', { body: { token } });
  }
  async setup(request: SetupRequest): Promise<void> {
    await this.#ask('POST', 'setup', { body: request });
  }
  me(): Promise<Me> {
    return this.#ask('GET', 'me');
  }
  changeWorkspace(settings: Partial<WorkspaceSettings>): Promise<WorkspaceSettings> {
    return this.#ask('POST', 'workspace', { body: settings });
  }
  /** The answer is the list itself, or `{members}`. */
  members(): Promise<MemberRow[]> {
    return this.#list('members');
  }
  addTeam(name: string): Promise<{ id: string; name: string }> {
    return this.#ask('POST', 'teams', { body: { name } });
  }
  async invite(request: InviteRequest): Promise<void> {
    await this.#ask('POST', 'members', { body: request });
  }
  inviteOpen(token: string): Promise<InviteOpened> {
    return this.#ask('POST', 'invite/open', { body: { token } });
  }
  async inviteAccept(request: InviteAccept): Promise<void> {
    await this.#ask('POST', 'invite/accept', { body: request });
  }
  tokens(): Promise<TokenRow[]> {
    return this.#list('tokens');
  }
  addToken(name: string): Promise<TokenMade> {
    return this.#ask('POST', 'tokens', { body: { name } });
  }
  revokeToken(id: string): Promise<TokenRow> {
    return this.#ask('POST', 'tokens/revoke', { body: { id } });
  }
  messages(document: string): Promise<MessageRow[]> {
    return this.#list(`documents/${document}/messages`, 'messages');
  }
  async resend(document: string, message: string): Promise<void> {
    await this.#ask('POST', `documents/${document}/messages/${message}/resend`);
  }
  /** Sends one message that shows whether the settings work; `trialState` says how it went. */
  async trial(request: TrialRequest): Promise<string> {
    const { id } = await this.#ask<{ id: string }>('POST', 'messages/test', { body: request });
    return id;
  }
  trialState(id: string): Promise<MessageState> {
    return this.#ask('GET', `messages/test/${id}`);
  }
  history(document: string): Promise<DocumentHistory> {
    return this.#ask('GET', `documents/${document}/events`);
  }

  // Certificates.

  nonce(): Promise<Nonce> {
    return this.#ask('POST', 'nonce');
  }
  /** `csr`: PKCS#10, base64 DER. `replaces`: SHA-256 of the member's certificate that it supersedes. */
  certify(csr: string, replaces?: string): Promise<CertificateIssued> {
    return this.#ask('POST', 'certificates', { body: { csr, ...(replaces && { replaces }) } });
  }
  /** The member's own, newest first. */
  certificates(): Promise<CertificateRow[]> {
    return this.#list('certificates', 'certificates');
  }
  async revokeCertificate(sha256: string, reason: RevocationReason): Promise<void> {
    await this.#ask('POST', 'certificates/revoke', { body: { sha256, reason } });
  }

  // Time.

  /** Bytes that a token may take, null where no authority is configured. A device waits no longer than this. */
  async timestampRoom(): Promise<number | null> {
    const { room } = await this.#ask<TimestampRoom>('GET', 'timestamp', { timeout: STAMP_TIMEOUT });
    return typeof room === 'number' ? room : null;
  }
  /** `query`: TimeStampReq, base64 DER. */
  timestamp(query: string): Promise<TimestampToken> {
    return this.#ask('POST', 'timestamp', { body: { query }, timeout: STAMP_TIMEOUT });
  }

  // Parties.

  signOpen(token: string): Promise<LinkOpened> {
    return this.#ask('POST', 'sign/open', { body: { token } });
  }
  signCode(token: string): Promise<CodeSent> {
    return this.#ask('POST', 'sign/code', { body: { token } });
  }
  /** Keeps the session's token in memory. */
  async signSession(token: string, code: string): Promise<PartySession> {
    const { timeZone: zone } = Intl.DateTimeFormat().resolvedOptions();
    const session = await this.#ask<PartySession>('POST', 'sign/session', { body: { token, code, zone } });
    this.auth = session.auth;
    return session;
  }
  party(): Promise<PartyRefreshed> {
    return this.#ask('GET', 'party');
  }

  // Sync.

  async putBlob(sha256: string, blob: Blob): Promise<void> {
    await this.#ask('PUT', `blobs/${sha256}`, { body: blob, timeout: transferTime(blob.size) });
  }

  /** The bytes as they came: the caller compares their hash (`store.keepBlob` does). */
  async getBlob(sha256: string, document: string): Promise<Blob> {
    const request = { method: 'GET', path: `blobs/${sha256}?document=${document}` } as const;
    const response = await this.#send({ ...request, timeout: transferTime(50_000_000) });
    const type = response.headers.get('content-type') ?? '';
    if (type.includes('html') || type.includes('json')) throw new Unreachable('an answer that is no file');
    try {
      return await response.blob();
    } catch (error) {
      throw new Unreachable('cut', { cause: error });
    }
  }

  async sendActions(actions: readonly WireAction[]): Promise<ActionsResponse> {
    return actionsResponse(await this.#ask('POST', 'actions', { body: { actions }, timeout: 60_000 }));
  }

  async changes(since: number): Promise<ChangesResponse> {
    return changesResponse(await this.#ask('GET', `changes?since=${since}`));
  }

  /** The SDK wants an absolute address. */
  #origin(): string {
    return this.#base === '' ? location.origin : this.#base;
  }

  async #ask<T = Record<string, unknown>>(
    method: Request['method'],
    path: string,
    ask: Ask = {}
  ): Promise<T> {
    const response = await this.#send({ method, path, ...ask });
    if (response.status === 204) return {} as T;
    return (await json(response)) as T;
  }

  async #list<T>(path: string, name = path): Promise<T[]> {
    const answer = await this.#ask<unknown>('GET', path);
    const list: unknown = Array.isArray(answer) ? answer : (answer as Record<string, unknown>)[name];
    if (!Array.isArray(list)) throw new Unreachable(`no list of ${name}`);
    return list as T[];
  }

  /** With the session if there is one; when it has ended, with the link that stands in for it. */
  async #send(request: Request): Promise<Response> {
    const { auth, link } = this;
    try {
      return await send(this.#base, { ...request, auth, link }, this.#fetch);
    } catch (error) {
      const ended = error instanceof ServerRefusal && error.status === 401;
      if (!ended || auth === null || link === null) throw error;
      if (this.auth === auth) {
        this.auth = null;
        this.onSessionEnd();
      }
      return send(this.#base, { ...request, link }, this.#fetch);
    }
  }
}
