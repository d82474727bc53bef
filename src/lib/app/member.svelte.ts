/** The signed-in member: their database, their session, and what is on its way. Composition root. */
import type { Me, WorkspaceSettings } from '../domain/api.ts';
import type { Identity } from '../domain/identity.ts';
import { Server } from '../remote/server.ts';
import type { LocalDocument, Store } from '../store/contract.ts';
import { device } from '../store/device.ts';
import { openStore } from '../store/store.ts';
import { faults } from './faults.ts';
import { fileOf } from './file.ts';
import { shell } from './shell.svelte.ts';
import { SyncState } from './sync-state.svelte.ts';

/** Milliseconds after which a token is exchanged for a fresh one; it lives for days. */
const TOKEN_AGE = 86_400_000;

export type MemberStatus = 'starting' | 'signed-out' | 'signed-in';

export type SignedOut =
  | { readonly done: true }
  /** Something was not sent yet: ask, then `signOut({ evenUnsent: true })`, which keeps it on this device. */
  | { readonly done: false; readonly unsent: readonly LocalDocument[] };

export class Member {
  status = $state<MemberStatus>('starting');
  me = $state.raw<Me | null>(null);
  /** Code of a StoreError when the database of the member could not be opened at start, else null. */
  problem = $state<string | null>(null);
  readonly server: Server;
  readonly sync = new SyncState();
  /** Called when the member leaves this device: signed out here or in another tab. */
  readonly leaving: (() => void)[] = [];
  #store = $state.raw<Store | null>(null);
  #started: Promise<void> | null = null;
  #endings: (() => void)[] = [];

  constructor(server = new Server()) {
    this.server = server;
  }

  /** Throws while nobody is signed in. */
  get store(): Store {
    if (this.#store === null) throw new Error('nobody is signed in');
    return this.#store;
  }

  /** Opens what this device knows; needs no network. Call it wherever `status` matters: it runs once. */
  start(): Promise<void> {
    return (this.#started ??= this.#reopen());
  }

  /**
   * Signs in, for the first time or again (`sync.state` is 'sign-in'). Throws ServerRefusal `credentials`,
   * `rate-limited`, or Unreachable.
   */
  async signIn(email: string, password: string): Promise<void> {
    await this.start();
    const { token, user } = await this.server.signIn(email, password);
    const me = await this.server.me();
    const identity: Identity = { kind: 'member', user };
    const open = this.#store?.identity;
    if (this.#store !== null && !(open?.kind === 'member' && open.user === user)) await this.#leave();
    const store = this.#store ?? (await openStore(identity, { at: (point) => faults.at(point) }));
    await store.setMeta('x-auth-at', Date.now());
    await store.setMeta('auth', token);
    await store.setMeta('me', me);
    await store.setMeta('serverTime', { server: me.now, device: Date.now() });
    await device.setCurrent(identity);
    if (this.#store === null) this.#enter(store, me);
    else {
      this.me = me;
      this.sync.resume();
    }
  }

  /** See `SignedOut`. The member's key and everything unsent or refused stay on this device. */
  async signOut({ evenUnsent = false } = {}): Promise<SignedOut> {
    const { store } = this;
    const { waiting, rejected } = await store.counts();
    if (waiting + rejected > 0 && !evenUnsent) {
      const documents = await store.documents();
      return { done: false, unsent: documents.filter((one) => one.unsent + one.rejected.length > 0) };
    }
    await device.setCurrent(null);
    await this.sync.stop();
    await store.clearSynced();
    await this.#leave();
    return { done: true };
  }

  /** The owner decides for everybody. Throws ServerRefusal `forbidden`, or Unreachable. */
  async decide(settings: Partial<WorkspaceSettings>): Promise<void> {
    const decided = await this.server.changeWorkspace(settings);
    if (this.me === null) return;
    this.me = { ...this.me, workspace: { ...this.me.workspace, ...decided } };
    await this.store.setMeta('me', this.me);
  }

  /** Sends and fetches at once. */
  syncNow(): void {
    this.sync.hurry();
  }

  /** A document's bytes by their hash: from this device, or fetched and kept (`file.ts`). */
  file(document: string, sha256: string): Promise<Blob> {
    return fileOf(this.store, this.server, document, sha256);
  }

  async #reopen(): Promise<void> {
    try {
      const identity = await device.current();
      if (identity !== null) {
        const store = await openStore(identity, { at: (point) => faults.at(point) });
        const me = await store.meta('me');
        if (me !== undefined) {
          this.server.auth = (await store.meta('auth')) ?? null;
          this.#enter(store, me);
          void this.#refresh(store);
          return;
        }
        store.close();
      }
    } catch (error) {
      this.problem = (error as { code?: string }).code ?? 'failed';
      console.error(error);
    }
    this.status = 'signed-out';
  }

  #enter(store: Store, me: Me): void {
    this.#store = store;
    this.me = me;
    this.status = 'signed-in';
    this.sync.start(store, this.server, {
      mayPull: () => this.server.auth !== null,
      feed: (changed) => this.server.listen(changed)
    });
    // Members prepare contracts in places without a network: what that needs comes by itself.
    this.#endings.push(shell.makeReadyLater(), shell.persistFor(store), shell.badgeFor(store));
    // Another tab signs in again, or out.
    const session = store
      .watch((reads) => reads.meta('auth'))
      .subscribe({
        next: (auth) => {
          if (auth === undefined) void this.#leave();
          else if (auth !== this.server.auth) {
            this.server.auth = auth;
            this.sync.resume();
          }
        }
      });
    this.#endings.push(() => session.unsubscribe());
  }

  /**
   * What changed about the member, and a fresh token for one that is a day old; without a network nothing
   * happens. Not oftener: a certificate hangs on the very token of a fresh sign-in (`security.md` C2).
   */
  async #refresh(store: Store): Promise<void> {
    try {
      const age = Date.now() - (((await store.meta('x-auth-at')) as number | undefined) ?? 0);
      if (age < 0 || age > TOKEN_AGE) {
        const { token } = await this.server.refresh();
        await store.setMeta('x-auth-at', Date.now());
        await store.setMeta('auth', token);
      }
      const me = await this.server.me();
      await store.setMeta('me', me);
      this.me = me;
    } catch {
      // Unreachable: later. Refused: the runner hears the same 401 and asks to sign in.
    }
  }

  async #leave(): Promise<void> {
    for (const left of this.leaving) left();
    for (const end of this.#endings.splice(0)) end();
    const store = this.#store;
    this.#store = null;
    this.me = null;
    this.server.auth = null;
    this.status = 'signed-out';
    await this.sync.stop();
    store?.close();
  }
}

export const member = new Member();
