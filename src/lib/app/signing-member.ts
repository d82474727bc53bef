import type { UnlockedKey } from '../keys/key-store.ts';
import { CONSENTS, CONSENT_EN_1, type Consent } from '../domain/consent.ts';
import type { IdSeen } from '../domain/witness.ts';
import type { LocalDocument } from '../store/contract.ts';
import type { HandoverMeta } from './handover.svelte.ts';
import { memberKey } from './member-key.svelte.ts';
import type { Member } from './member.svelte.ts';
import { handoverIdentity, identityOf, prepareHandover, type HandoverPapers } from './signing-identity.ts';
import { isoTime } from './signing-evidence.ts';
import { markMemory, signingDraft, signingPorts } from './signing-ports.ts';
import { revisionsOf, type SigningIdentity } from './signing-work.ts';
import { Signing, type SigningView } from './signing.svelte.ts';

/** The wording of the party's language, newest version first; English where there is none. */
export function consentFor(language: string): Consent {
  const wanted = language.split('-')[0];
  const fitting = CONSENTS.filter((consent) => consent.language === wanted);
  return fitting.sort((a, b) => b.version - a.version)[0] ?? CONSENT_EN_1;
}

/** The document as the party with the turn sees it, or null when it is nobody's. */
export function viewOf(local: LocalDocument): SigningView | null {
  const { document, parties, revisions } = local;
  const party = parties.find(({ id }) => id === document.turn);
  if (party === undefined || (document.stage !== 'company' && document.stage !== 'client')) return null;
  return { document, party, parties, revisions, consent: consentFor(party.language) };
}

/** Who acts on this device in this turn. `elsewhere`: the party has a link of its own. */
export function seatOf(view: SigningView, user: string): 'member' | 'hand' | 'elsewhere' {
  const { party } = view;
  if (party.proof === 'staff') return party.member === null || party.member === user ? 'member' : 'elsewhere';
  return party.channel === 'hand' ? 'hand' : 'elsewhere';
}

/** The member's key, open for one signature; it is forgotten with this object. */
export class MemberSeat {
  #key: UnlockedKey | null = null;

  /** For one document, with the press that was for it. Throws KeyError `locked`, `activation`. */
  async authorise(title: string): Promise<void> {
    this.#key = await memberKey.authoriseCertified([
      { kind: 'document', name: title },
      { kind: 'statement', name: title }
    ]);
  }

  async identity(): Promise<SigningIdentity> {
    const stored = memberKey.stored;
    if (this.#key === null || stored === null) throw Object.assign(new Error('locked'), { code: 'no-key' });
    const identity = identityOf(stored, this.#key, { kind: 'staff', statement: stored.proof ?? null });
    this.#key = null;
    return identity;
  }
}

/** A member's own turn: stored signature and stamp stand in their places already. */
export async function openMemberSigning(
  member: Member,
  view: SigningView,
  seat: MemberSeat,
  onsigned: (party: string) => void
): Promise<Signing> {
  const { store } = member;
  const { document, party } = view;
  const ports = signingPorts({
    store,
    document,
    party,
    file: (sha256) => member.file(document.id, sha256),
    identity: () => seat.identity(),
    server: member.server,
    online: () => member.sync.online,
    committed: () => onsigned(party.id)
  });
  const memory = markMemory(store, 'me');
  const signing = new Signing(view, ports, signingDraft(store, document.id, party.id), memory);
  await signing.restore();
  return signing;
}

const papersKey = (document: string) => `x-handover-papers-${document}` as const;

/** The hand-over flag in the member's `meta` table. */
export function handoverMeta({ store }: Pick<Member, 'store'>): HandoverMeta {
  return {
    read: async () =>
      ((await store.meta('x-handover')) as Awaited<ReturnType<HandoverMeta['read']>> | undefined) ?? null,
    write: (flag) => store.setMeta('x-handover', flag)
  };
}

/** How the member knows who signs; `last3`: of the paper that was shown. */
export interface Seen {
  readonly how: IdSeen;
  readonly last3: string;
}

/**
 * Before the device is given away: the party's own key and the member's statement about it. The member's key
 * signs in here for the last time: it is locked, and no PIN opens it (H2). Throws KeyError `locked`.
 */
export async function prepareHandOver(member: Member, view: SigningView, seen: Seen): Promise<void> {
  // Without a certificate, for want of a network, the statement says less.
  const key = await memberKey.authoriseCertified([{ kind: 'statement', name: view.document.title }]);
  const { certificate = null, chain = [], proof = null } = memberKey.stored ?? {};
  const { frozen, head } = revisionsOf(view);
  const heard = await member.store.meta('serverTime');
  const facts = {
    workspace: member.me?.workspace.id ?? '',
    frozenSha256: frozen.sha256,
    baseSha256: head.sha256,
    idSeen: seen.how,
    ...(seen.last3 === '' ? {} : { idLast3: seen.last3.toUpperCase() }),
    lastServerTime: heard === undefined ? null : isoTime(heard.server)
  };
  const witness = {
    key,
    certificates: certificate === null ? [] : [certificate, ...chain.slice(0, -1)],
    proof
  };
  const papers = await prepareHandover(member.store, view.party, facts, witness, Date.now());
  await member.store.setMeta(papersKey(view.document.id), papers);
  memberKey.lock.lock('hand-over');
}

/** The turn of a party that holds the member's device. Nothing of it is remembered for later. */
export async function openHandoverSigning(member: Member, view: SigningView): Promise<Signing> {
  const { store } = member;
  const { document, party } = view;
  const ports = signingPorts({
    store,
    document,
    party,
    file: (sha256) => member.file(document.id, sha256),
    identity: async () => {
      const papers = (await store.meta(papersKey(document.id))) as HandoverPapers | undefined;
      if (papers?.party !== party.id) throw Object.assign(new Error('no statement'), { code: 'witness' });
      return handoverIdentity(store, party, papers);
    },
    server: member.server,
    online: () => member.sync.online
  });
  const signing = new Signing(view, ports, signingDraft(store, document.id, party.id), null);
  await signing.restore();
  return signing;
}
