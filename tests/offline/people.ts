/** A member, a contract with two parties, and bytes: what store and runner tests are about. */
import type { DraftPayload } from '../../src/lib/domain/action.ts';
import type { Me } from '../../src/lib/domain/api.ts';
import { idFromBytes } from '../../src/lib/domain/id.ts';
import type { Identity } from '../../src/lib/domain/identity.ts';
import { hashBlob } from '../../src/lib/store/blobs.ts';
import type { HashedBlob, Store } from '../../src/lib/store/contract.ts';
import type { StorePorts } from '../../src/lib/store/port.ts';
import { openStore } from '../../src/lib/store/store.ts';

export function anId(): string {
  return idFromBytes(crypto.getRandomValues(new Uint8Array(15)));
}

export function aMember(user = anId()): Me {
  return {
    user: { id: user, name: 'Ada Nowak', email: 'ada@example.org' },
    role: 'member',
    team: null,
    workspace: { id: anId(), name: 'Example', zone: 'Europe/Warsaw' },
    teams: [],
    now: 0
  };
}

export function bytes(text: string): Promise<HashedBlob> {
  return hashBlob(new Blob([text]));
}

export function aDraft(change: Partial<DraftPayload> = {}): DraftPayload {
  return {
    title: 'Consultancy services No. 7',
    data: { counterparty: 'Kowalski Ltd', number: '7', date: '2026-11-24', amount: 'EUR 100' },
    parties: [
      {
        id: anId(),
        order: 0,
        kind: 'company',
        name: 'Director',
        organisation: 'Example',
        email: 'director@example.org',
        channel: 'email',
        proof: 'email',
        language: 'en',
        member: null
      },
      {
        id: anId(),
        order: 1,
        kind: 'client',
        name: 'Client',
        organisation: '',
        phone: '+48600100200',
        channel: 'sms',
        proof: 'sms',
        language: 'en',
        member: null
      }
    ],
    fields: [],
    original: null,
    template: null,
    ...change
  };
}

/** A member's fresh database. */
export async function aStore(ports: Partial<StorePorts> = {}, me = aMember()): Promise<Store> {
  const identity: Identity = { kind: 'member', user: me.user.id };
  const store = await openStore(identity, ports);
  await store.setMeta('me', me);
  return store;
}

/** A draft with pages, frozen: its id, parties in order, and the frozen file. */
export async function aFrozenDocument(store: Store) {
  const original = await bytes(`original ${anId()}`);
  const draft = aDraft({ original: original.sha256 });
  const id = await store.createDraft(draft, original);
  const frozen = await bytes(`${await original.blob.text()} frozen`);
  await store.freezeDocument(id, draft, frozen);
  const [first, second] = draft.parties;
  if (first === undefined || second === undefined) throw new Error('two parties');
  return { id, draft, original, frozen, first, second };
}

/** The next revision of a file: what it was and something appended. */
export async function appended(before: HashedBlob, what: string): Promise<HashedBlob> {
  return hashBlob(new Blob([before.blob, `\n${what}`]));
}
