/**
 * A server in memory: what `domain/api.ts` promises of actions, blobs and changes, with nothing of their
 * content checked. Tests of the device side run against it; the real one has its own in tests/hooks.
 */
import { blobsOf, type DraftPayload, type Payload, type WireAction } from '../../src/lib/domain/action.ts';
import { VERSIONLESS } from '../../src/lib/domain/action.ts';
import type { ActionResult, ActionsResponse, Change, ChangesResponse, Me } from '../../src/lib/domain/api.ts';
import { StoreError } from '../../src/lib/store/contract.ts';
import * as effect from '../../src/lib/store/effect.ts';
import type { DocumentState } from '../../src/lib/store/effect.ts';
import type { Remote } from '../../src/lib/sync/ports.ts';

export class ServerModel {
  readonly documents = new Map<string, DocumentState>();
  readonly blobs = new Map<string, Blob>();
  /** Ids of actions in the order in which they took effect. */
  readonly applied: string[] = [];
  /** Every request as it arrived: kinds of actions, or `blob`, `changes`. */
  readonly requests: string[] = [];
  epoch = 'epoch-1';
  /** Page size of the feed. */
  page = 200;
  now = 1_000_000;
  readonly #answers = new Map<string, { readonly payload: string; readonly result: ActionResult }>();
  readonly #feed = new Map<string, { seq: number; change: Omit<Change, 'seq'> }>();
  #seq = 0;

  /** What a device of this member talks to. */
  remoteFor(me: Me): Remote {
    return {
      putBlob: async (sha256, blob) => {
        this.requests.push('blob');
        this.blobs.set(sha256, blob);
      },
      sendActions: async (actions) => this.#actions(actions, me),
      changes: async (since) => this.#changes(since)
    };
  }

  #actions(actions: readonly WireAction[], me: Me): ActionsResponse {
    this.requests.push(actions.map(({ kind }) => kind.slice(9)).join(' '));
    const failed = new Set<string>();
    const results = actions.map((action): ActionResult => {
      if (failed.has(action.document))
        return { id: action.id, status: 424, code: 'earlier-failed', body: {} };
      const result = this.#one(action, me);
      if (result.status >= 300) failed.add(action.document);
      return result;
    });
    return { results, now: this.now };
  }

  #one(action: WireAction, me: Me): ActionResult {
    const payload = JSON.stringify(action.payload);
    const known = this.#answers.get(action.id);
    const answer = (status: number, code: string, body = {}) => ({ id: action.id, status, code, body });
    if (known !== undefined) {
      return known.payload === payload ? known.result : answer(422, 'action-reused');
    }
    if (blobsOf(action).some((sha256) => !this.blobs.has(sha256))) return answer(422, 'blob-missing');
    const before = this.documents.get(action.document);
    const version = before?.document.version ?? 0;
    if (before === undefined && action.kind !== 'document.create') return answer(404, 'not-found');
    const versionless = VERSIONLESS.includes(action.kind);
    if (version !== action.baseVersion && !versionless)
      return answer(409, 'version', { current: before?.document });
    let result: ActionResult;
    try {
      const after = this.#apply(before, action, me);
      this.#publish(action.document, before, after);
      this.applied.push(action.id);
      result = answer(200, 'ok', { version: versionless ? version : version + 1 });
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      return answer(422, error.code);
    }
    this.#answers.set(action.id, { payload, result });
    return result;
  }

  #apply(before: DocumentState | undefined, action: WireAction, me: Me): DocumentState | null {
    const { id, document, payload } = action;
    if (before === undefined) return effect.created(document, payload as DraftPayload, me, this.now);
    switch (action.kind) {
      case 'document.create':
        throw new StoreError('invalid');
      case 'document.save':
        return effect.saved(before, payload as DraftPayload, this.now);
      case 'document.freeze':
        return effect.frozen(before, payload as Payload<'document.freeze'>, id, this.now);
      case 'document.send':
        return effect.sent(before, this.now);
      case 'document.sign':
        return effect.signed(before, payload as Payload<'document.sign'>, id, this.now);
      case 'document.decline':
        return effect.declined(before, payload as Payload<'document.decline'>, this.now);
      case 'document.void':
        return effect.voided(before, (payload as Payload<'document.void'>).reason, this.now);
      case 'document.extend':
        return effect.extended(before, payload as Payload<'document.extend'>, this.now);
      case 'document.delegate':
      case 'party.update':
        return effect.reached(before, payload as Payload<'party.update'>);
      case 'party.remind':
        return effect.reminded(before, payload as Payload<'party.remind'>);
      case 'document.delete':
        effect.requireDraft(before);
        return null;
    }
  }

  /** Cursor of a device that knows everything. */
  get newest(): number {
    return this.#seq;
  }

  /** Somebody else's doing, not through an action of these devices. */
  change(document: string, to: (state: DocumentState) => DocumentState): void {
    const before = this.documents.get(document);
    if (before === undefined) throw new Error('no such document');
    this.#publish(document, before, to(before));
  }

  #publish(id: string, before: DocumentState | undefined, after: DocumentState | null): void {
    const put = (change: Omit<Change, 'seq'>) => {
      this.#seq += 1;
      this.#feed.set(`${change.collection} ${change.id}`, { seq: this.#seq, change });
    };
    if (after === null) this.documents.delete(id);
    else this.documents.set(id, after);
    const parties = new Set(after?.parties.map((party) => party.id));
    for (const party of before?.parties ?? []) {
      if (!parties.has(party.id)) put({ collection: 'parties', id: party.id, record: null });
    }
    for (const record of after?.parties ?? []) put({ collection: 'parties', id: record.id, record });
    for (const record of after?.revisions ?? []) put({ collection: 'revisions', id: record.id, record });
    put({ collection: 'documents', id, record: after?.document ?? null });
  }

  #changes(since: number): ChangesResponse {
    this.requests.push('changes');
    const all = [...this.#feed.values()].filter(({ seq }) => seq > since).sort((a, b) => a.seq - b.seq);
    const page = all.slice(0, this.page);
    return {
      epoch: this.epoch,
      cursor: page.at(-1)?.seq ?? Math.max(since, this.#seq),
      more: all.length > page.length,
      changes: page.map(({ seq, change }) => ({ seq, ...change })),
      now: this.now
    };
  }
}
