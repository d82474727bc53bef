/** What an action does to the records, as the server will do it when it comes to know: pure functions. */
import type { DraftPayload, Payload } from '../domain/action.ts';
import { baseOf, turnOf, type DocumentRecord, type RevisionRecord } from '../domain/document.ts';
import { partyLetters } from '../domain/field.ts';
import type { Me } from '../domain/api.ts';
import type { PartyRecord } from '../domain/party.ts';
import { StoreError } from './contract.ts';

export interface DocumentState {
  readonly document: DocumentRecord;
  readonly parties: readonly PartyRecord[];
  readonly revisions: readonly RevisionRecord[];
}

/** A draft's parties: what is known of them but the link to their document, which comes at freeze or sending. */
function draftParties(document: string, draft: DraftPayload, letters: boolean): PartyRecord[] {
  const named = letters ? partyLetters(draft.parties, draft.fields) : null;
  return draft.parties.map((party) => ({
    ...party,
    document,
    letter: named?.get(party.id) ?? '',
    status: letters ? 'waiting' : 'draft',
    signedAt: null
  }));
}

function withDraft(document: DocumentRecord, draft: DraftPayload): DocumentRecord {
  const { title, data, fields, original, template } = draft;
  return { ...document, title, data, fields, original, template };
}

export function created(id: string, draft: DraftPayload, me: Me, now: number): DocumentState {
  const blank: DocumentRecord = {
    id,
    owner: me.user.id,
    ownerName: me.user.name,
    team: me.team?.id ?? null,
    title: '',
    data: { counterparty: '', number: '', date: '', amount: '' },
    stage: 'draft',
    stopReason: null,
    stopNote: '',
    turn: null,
    turnSince: now,
    version: 1,
    head: -1,
    fields: [],
    original: null,
    template: null,
    created: now,
    updated: now
  };
  return { document: withDraft(blank, draft), parties: draftParties(id, draft, false), revisions: [] };
}

/** The next version of a document, touched now. */
function moved(document: DocumentRecord, now: number): DocumentRecord {
  return { ...document, version: document.version + 1, updated: now };
}

export function saved(state: DocumentState, draft: DraftPayload, now: number): DocumentState {
  requireDraft(state);
  return {
    document: withDraft(moved(state.document, now), draft),
    parties: draftParties(state.document.id, draft, false),
    revisions: state.revisions
  };
}

export function frozen(
  state: DocumentState,
  payload: Payload<'document.freeze'>,
  action: string,
  now: number
): DocumentState {
  requireDraft(state);
  const { revision, ...draft } = payload;
  return {
    document: { ...withDraft(moved(state.document, now), draft), head: 0 },
    parties: draftParties(state.document.id, draft, true),
    revisions: [
      { ...revision, id: action, document: state.document.id, kind: 'freeze', party: null, at: now }
    ]
  };
}

/** Gives the turn to whom it belongs and says so in the parties. */
function handOn(document: DocumentRecord, parties: readonly PartyRecord[], now: number) {
  const { stage, turn } = turnOf(parties);
  return {
    document: { ...document, stage, turn, turnSince: now },
    parties: parties.map((party) =>
      party.status === 'signed' || party.kind === 'viewer'
        ? party
        : { ...party, status: party.id === turn ? ('turn' as const) : ('waiting' as const) }
    )
  };
}

export function sent(state: DocumentState, now: number): DocumentState {
  if (state.document.stage !== 'draft') throw new StoreError('not-draft');
  if (state.document.head !== 0) throw new StoreError('not-frozen');
  return { ...handOn(moved(state.document, now), state.parties, now), revisions: state.revisions };
}

export function signed(
  state: DocumentState,
  payload: Payload<'document.sign'>,
  action: string,
  now: number
): DocumentState {
  requireTurn(state, payload.party);
  const follows = baseOf(state.revisions, payload.revision.prevSha256) !== null;
  if (payload.revision.seq !== state.document.head + 1 || !follows) throw new StoreError('base-moved');
  const parties = state.parties.map((party) =>
    party.id === payload.party ? { ...party, status: 'signed' as const, signedAt: now } : party
  );
  const document = { ...moved(state.document, now), head: payload.revision.seq };
  return {
    ...handOn(document, parties, now),
    revisions: [
      ...state.revisions,
      {
        ...payload.revision,
        id: action,
        document: document.id,
        kind: 'signature',
        party: payload.party,
        at: now
      }
    ]
  };
}

export function declined(
  state: DocumentState,
  payload: Payload<'document.decline'>,
  now: number
): DocumentState {
  requireTurn(state, payload.party);
  return {
    ...stopped(state.document, 'declined', payload.reason, now),
    parties: state.parties.map((party) =>
      party.id === payload.party
        ? { ...party, status: 'declined' as const }
        : party.status === 'turn'
          ? { ...party, status: 'waiting' as const }
          : party
    ),
    revisions: state.revisions
  };
}

export function voided(state: DocumentState, reason: string, now: number): DocumentState {
  const { stage, head } = state.document;
  if (stage === 'completed' || stage === 'stopped' || head < 0) throw new StoreError('not-open');
  return {
    ...stopped(state.document, 'voided', reason, now),
    parties: state.parties.map((party) =>
      party.status === 'turn' ? { ...party, status: 'waiting' as const } : party
    ),
    revisions: state.revisions
  };
}

/** Another day to end on. As the server does it, the version stays (`action.ts`, VERSIONLESS). */
export function extended(
  state: DocumentState,
  { expires }: Payload<'document.extend'>,
  now: number
): DocumentState {
  requireOpen(state);
  const { expires: _, ...document } = { ...state.document, updated: now };
  return { ...state, document: expires === 0 ? document : { ...document, expires } };
}

/** Another person, or another address, in a party's place. */
export function reached(
  state: DocumentState,
  { party: id, to }: Payload<'party.update'> | Payload<'document.delegate'>
): DocumentState {
  const party = requireUnsigned(state, id);
  const { email: _, phone: __, ...kept } = party;
  const member = null;
  const changed: PartyRecord = { ...kept, ...to, member, proof: to.channel };
  return { ...state, parties: state.parties.map((one) => (one.id === id ? changed : one)) };
}

/** A reminder changes nothing here, but it must have somebody to remind. */
export function reminded(state: DocumentState, { party }: Payload<'party.remind'>): DocumentState {
  requireTurn(state, party);
  return state;
}

function stopped(document: DocumentRecord, stopReason: 'declined' | 'voided', note: string, now: number) {
  return {
    document: {
      ...moved(document, now),
      stage: 'stopped' as const,
      stopReason,
      stopNote: note,
      turn: null,
      turnSince: now
    }
  };
}

export function requireDraft(state: DocumentState): void {
  if (state.document.stage !== 'draft') throw new StoreError('not-draft');
  if (state.document.head >= 0) throw new StoreError('already-frozen');
}

function requireOpen({ document: { stage } }: DocumentState): void {
  if (stage !== 'company' && stage !== 'client') throw new StoreError('not-open');
}

function requireUnsigned(state: DocumentState, id: string): PartyRecord {
  requireOpen(state);
  const party = state.parties.find((one) => one.id === id);
  if (party === undefined) throw new StoreError('not-found', id);
  if (party.status === 'signed') throw new StoreError('not-open');
  return party;
}

function requireTurn(state: DocumentState, party: string): void {
  const { stage, turn } = state.document;
  if (stage !== 'company' && stage !== 'client') throw new StoreError('not-open');
  if (turn !== party) throw new StoreError('not-your-turn');
}
