/** A party that came by a link: its link, its session, its own database. Composition root of `/sign`. */
import type { Reached } from '../domain/action.ts';
import type { CertificateIssued, CodeSent, LinkOpened, PartyRefreshed, PartySession } from '../domain/api.ts';
import type { Consent } from '../domain/consent.ts';
import type { DocumentRecord, RevisionRecord } from '../domain/document.ts';
import type { Identity } from '../domain/identity.ts';
import type { PartyRecord } from '../domain/party.ts';
import { Server } from '../remote/server.ts';
import { device, type KnownLink } from '../store/device.ts';
import type { LocalDocument, Store } from '../store/contract.ts';
import { openStore } from '../store/store.ts';
import { ServerRefusal, Unreachable } from '../sync/failure.ts';
import { faults } from './faults.ts';
import { fileOf } from './file.ts';
import { shell } from './shell.svelte.ts';
import { SyncState } from './sync-state.svelte.ts';

export type PartyStatus =
  | 'starting'
  /** No token in the address and none known here. */
  | 'no-link'
  /** Unknown, expired or revoked: the server does not say which. */
  | 'dead-link'
  /** The link is there (`link` says whose); a code is needed. */
  | 'link'
  /** A code was sent. */
  | 'code'
  /** The document is here: by a session, or kept by this device. */
  | 'inside';

/** What the party may see, with what it did on this device already applied. */
export interface PartyView {
  readonly party: PartyRecord;
  readonly document: DocumentRecord;
  readonly parties: readonly PartyRecord[];
  readonly revisions: readonly RevisionRecord[];
  readonly consent: Consent;
  readonly workspace: string;
  readonly delegation: boolean;
  /** Whom this party handed its turn to on this device, unless the server refused that. */
  readonly delegatedTo: string | null;
  /** Actions that wait for the network. */
  readonly unsent: number;
  /** What the server did not take. */
  readonly rejected: LocalDocument['rejected'];
}

interface Facts {
  readonly party: string;
  /** The party may hand its turn to somebody else. */
  readonly delegation?: boolean;
  /** Whom it handed its turn to, here. */
  readonly delegatedTo?: string;
  readonly consent: Consent;
  readonly workspace: string;
}

export class Party {
  status = $state<PartyStatus>('starting');
  link = $state.raw<LinkOpened | null>(null);
  /** The last try to reach the server failed; what is shown comes from this device. */
  unreachable = $state(false);
  /** For the certificate request, with a live session only. One use. */
  nonce = $state.raw<string | null>(null);
  /** The one-hour session is there: the server answers reading and certificate requests. */
  sessionLive = $state(false);
  readonly server: Server;
  readonly sync = new SyncState();
  #token: string | null = null;
  #store = $state.raw<Store | null>(null);
  #facts = $state.raw<Facts | null>(null);
  #local = $state.raw<LocalDocument | undefined>(undefined);
  #endings: (() => void)[] = [];

  constructor(server = new Server()) {
    this.server = server;
    server.onSessionEnd = () => {
      this.sessionLive = false;
    };
  }

  /** Throws before 'inside'. */
  get store(): Store {
    if (this.#store === null) throw new Error('no code was accepted yet');
    return this.#store;
  }

  get session(): PartyView | null {
    const facts = this.#facts;
    const local = this.#local;
    const party = local?.parties.find(({ id }) => id === facts?.party);
    if (facts === null || local === undefined || party === undefined) return null;
    const { document, parties, revisions, unsent, rejected } = local;
    const { consent, workspace } = facts;
    const refused = rejected.some(({ action }) => action.kind === 'document.delegate');
    const delegatedTo = refused ? null : (facts.delegatedTo ?? null);
    const delegation = facts.delegation === true && this.sessionLive;
    return {
      ...{ party, document, parties, revisions, consent, workspace, unsent, rejected },
      delegation,
      delegatedTo
    };
  }

  /**
   * `token`: from the address's fragment, which the caller has taken out of the address; null at a reload:
   * the link this device had last. Ends in any status but 'starting'.
   */
  async start(token: string | null): Promise<void> {
    await this.#leave();
    const known = await device.link(token);
    const link: KnownLink | null =
      known ?? (token === null ? null : { token, opened: null, identity: null, at: Date.now() });
    if (link === null) {
      this.status = 'no-link';
      return;
    }
    this.#token = link.token;
    this.link = link.opened;
    this.server.link = link.token;
    await device.keepLink({ ...link, at: Date.now() });
    if (link.identity !== null) await this.#enterKnown(link.identity);
    await this.#openLink({ ...link, at: Date.now() });
  }

  /** Sends a code: only on a person's tap (`security.md` L4). */
  async sendCode(): Promise<CodeSent> {
    const sent = await this.#reach(() => this.server.signCode(this.#requireToken()));
    if (this.status !== 'inside') this.status = 'code';
    return sent;
  }

  /** Throws ServerRefusal `code-wrong`, `code-expired`, `code-locked`, or Unreachable. */
  async enter(code: string): Promise<void> {
    const token = this.#requireToken();
    const session = await this.#reach(() => this.server.signSession(token, code));
    const identity: Identity & { kind: 'party' } = {
      kind: 'party',
      document: session.document.id,
      party: session.party.id
    };
    const store = this.#store ?? (await openStore(identity, { at: (point) => faults.at(point) }));
    const facts: Facts = {
      party: session.party.id,
      consent: session.consent,
      workspace: session.workspace,
      delegation: session.delegation
    };
    await store.setMeta('x-session', facts);
    await this.#take(store, session);
    await device.keepLink({ token, opened: this.link, identity, at: Date.now() });
    this.nonce = session.nonce;
    this.sessionLive = true;
    this.#endAt(session);
    this.#facts = facts;
    if (this.#store === null) await this.#enter(store);
    else this.sync.resume();
  }

  /** PKCS#10 (base64 DER) made with `nonce` → certificate. Needs a live session. */
  async certify(csr: string): Promise<CertificateIssued> {
    // Used up whatever comes of it, an answer that is lost too.
    this.nonce = null;
    return await this.#reach(() => this.server.certify(csr));
  }

  /** The file as it stands (newest revision), or the revision of this hash. */
  file(sha256?: string): Promise<Blob> {
    const view = this.session;
    const wanted = sha256 ?? view?.revisions.find(({ seq }) => seq === view.document.head)?.sha256;
    if (view === null || wanted === undefined) throw new Error('no document yet');
    return fileOf(this.store, this.server, view.document.id, wanted);
  }

  /** Asks the server how things stand; needs a live session. */
  async refresh(): Promise<void> {
    await this.#take(this.store, await this.#reach(() => this.server.party()));
  }

  /** Hands the turn to somebody else: from here on this link is dead. */
  async delegate(to: Reached): Promise<void> {
    const { session } = this;
    const facts = this.#facts;
    if (session === null || facts === null) throw new Error('no document yet');
    await this.store.delegateDocument(session.document.id, session.party.id, to);
    this.#facts = { ...facts, delegatedTo: to.name };
    await this.store.setMeta('x-session', this.#facts);
  }

  #requireToken(): string {
    if (this.#token === null) throw new Error('no link');
    return this.#token;
  }

  async #reach<T>(ask: () => Promise<T>): Promise<T> {
    try {
      const answer = await ask();
      this.unreachable = false;
      return answer;
    } catch (error) {
      this.unreachable = error instanceof Unreachable;
      throw error;
    }
  }

  /** A party that was inside on this device before: from its own database, with or without a network. */
  async #enterKnown(identity: Identity): Promise<void> {
    const store = await openStore(identity, { at: (point) => faults.at(point) });
    this.#facts = ((await store.meta('x-session')) as Facts | undefined) ?? null;
    if (this.#facts !== null) await this.#enter(store);
    else store.close();
  }

  /** What the link alone tells: title, sender, state. */
  async #openLink(link: KnownLink): Promise<void> {
    try {
      const opened = await this.#reach(() => this.server.signOpen(link.token));
      this.link = opened;
      await device.keepLink({ ...link, opened });
      const ended = opened.state === 'completed' || opened.state === 'stopped';
      if (ended && link.identity?.kind === 'party') await this.#store?.dropKeysOf(link.identity.document);
    } catch (error) {
      if (error instanceof ServerRefusal && error.status < 429 && this.status !== 'inside') {
        await device.dropLink(link.token);
        this.status = 'dead-link';
        return;
      }
    }
    if (this.status !== 'inside') this.status = 'link';
  }

  async #take(store: Store, told: PartySession | PartyRefreshed): Promise<void> {
    const others = told.parties.filter(({ id }) => id !== told.party.id);
    await store.adopt(told.document, [told.party, ...others], told.revisions);
    await store.setMeta('serverTime', { server: told.now, device: Date.now() });
  }

  async #enter(store: Store): Promise<void> {
    this.#store = store;
    const { identity } = store;
    if (identity.kind !== 'party') throw new TypeError('a member has another root');
    this.#local = await store.document(identity.document);
    const watching = store
      .watch((reads) => reads.document(identity.document))
      .subscribe({
        next: (local) => {
          this.#local = local;
        }
      });
    this.#endings.push(() => watching.unsubscribe(), shell.persistFor(store));
    this.sync.start(store, this.server, { mayPull: () => this.server.auth !== null });
    this.status = 'inside';
  }

  #endAt(session: PartySession): void {
    const timer = setTimeout(
      () => {
        this.sessionLive = false;
        this.server.auth = null;
      },
      Math.max(0, session.expires - session.now)
    );
    this.#endings.push(() => clearTimeout(timer));
  }

  async #leave(): Promise<void> {
    for (const end of this.#endings.splice(0)) end();
    const store = this.#store;
    this.#store = null;
    this.#facts = null;
    this.#local = undefined;
    this.#token = null;
    this.link = null;
    this.nonce = null;
    this.sessionLive = false;
    this.server.auth = null;
    this.server.link = null;
    this.status = 'starting';
    await this.sync.stop();
    store?.close();
  }
}

export const party = new Party();
