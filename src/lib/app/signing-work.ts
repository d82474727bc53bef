import { toHex } from '../bytes/hex.ts';
import { encodeUtf8 } from '../bytes/utf8.ts';
import type { Consent } from '../domain/consent.ts';
import { DEVICE_EVENTS, type DeviceEvent, type DeviceEvents } from '../domain/event.ts';
import type { DocumentRecord, RevisionRecord } from '../domain/document.ts';
import type { Evidence } from '../domain/evidence.ts';
import type { PartyRecord, Proof } from '../domain/party.ts';
import type { SignInput } from '../sign/layout.ts';
import type { HashedBlob } from '../store/contract.ts';
import type { PdfWork, Stamped, Stamper } from '../work/pdf-client.ts';
import { buildEvidence, evidenceText, isoTime, markBytes, pictureBytes } from './signing-evidence.ts';
import type { HeardTime, NoStamper } from './signing-time.ts';
import { ownFields, ownValues, type Filled, type OwnField } from './signing-fields.ts';

/** A key that may sign now, its certificate, and how its owner was checked. */
export interface SigningIdentity {
  /** DER, leaf first, then intermediates; without the root. */
  readonly certificates: readonly Uint8Array[];
  readonly origin: Evidence['key']['origin'];
  readonly lock: Evidence['key']['lock'];
  /** `witness`: in person, the server's statement about who was there. */
  readonly proof: {
    readonly kind: Proof;
    readonly statement: string | null;
    readonly witness?: string | null;
  };
  /** Raw r‖s over the attributes. */
  sign(attributes: Uint8Array): Promise<Uint8Array>;
  /** Compact JWS of what the device noted, by the same key; null for a key that makes no statements. */
  tell(events: DeviceEvents): Promise<string | null>;
}

/** A party's turn as it stands when the button is pressed. */
export interface SigningTurn {
  readonly document: DocumentRecord;
  readonly party: PartyRecord;
  readonly revisions: readonly RevisionRecord[];
  readonly consent: Consent;
}

export interface SigningAct extends Filled {
  /** What the device noted while the document was read and filled in. */
  readonly journal: readonly DeviceEvent[];
  readonly consentAt: number;
  /** Words of the button that was pressed. */
  readonly button: string;
  /** What opened the file, null when it needs none. */
  readonly password: string | null;
}

/** The signed file, and whether its time is proven already. */
export interface SignedTurn extends HashedBlob {
  readonly timestamp: Stamped;
}

/** What is said while it goes on; `saved` is not said before the transaction is durable. */
export type SigningStep = 'preparing' | 'signing' | 'checking' | 'saving' | 'saved';

/** The outside of a signature; all of it is exchanged in tests. */
export interface SigningPorts {
  readonly work: Pick<PdfWork, 'sign'> & Partial<Pick<PdfWork, 'coverage'>>;
  /** Bytes of the newest revision. */
  file(sha256: string): Promise<Blob>;
  identity(): Promise<SigningIdentity>;
  /** One transaction: file, revision, document, outbox. */
  commit(base: string, signed: HashedBlob, events: string | null): Promise<void>;
  sha256(bytes: Uint8Array): Promise<Uint8Array>;
  now(): number;
  monotonic(): number;
  /** The server's clock when last heard, UTC milliseconds, and the device's at that moment. */
  serverTime(): Promise<HeardTime | null>;
  /** Where a timestamp can come from now, or why from nowhere. */
  stamper(): Promise<Stamper | NoStamper>;
  online(): boolean;
  readonly zone: string;
  readonly app: { readonly version: string; readonly browser: string };
  fault(point: 'sign.computed' | 'sign.checked'): Promise<void> | void;
}

export class SigningError extends Error {
  override readonly name = 'SigningError';
  constructor(readonly code: 'not-frozen' | 'not-your-turn') {
    super(code);
  }
}

/** Newest revision and revision 0. Throws SigningError `not-frozen` when there is none. */
export function revisionsOf(turn: Pick<SigningTurn, 'revisions'>): {
  frozen: RevisionRecord;
  head: RevisionRecord;
} {
  const sorted = [...turn.revisions].sort((a, b) => a.seq - b.seq);
  const frozen = sorted[0];
  const head = sorted.at(-1);
  if (frozen === undefined || head === undefined || frozen.seq !== 0) throw new SigningError('not-frozen');
  return { frozen, head };
}

/**
 * One party's signature, from the button to the disk (`architecture.md`, steps 5 and 6): evidence, key, the
 * worker's appended revision, verified by the worker, one transaction. Nothing is stored before all of it
 * is there; a failure leaves what was typed and drawn as it was.
 */
export async function signTurn(
  turn: SigningTurn,
  act: SigningAct,
  ports: SigningPorts,
  onStep: (step: SigningStep) => void
): Promise<SignedTurn> {
  const { document, party } = turn;
  if (document.turn !== party.id) throw new SigningError('not-your-turn');
  onStep('preparing');
  const { frozen, head } = revisionsOf(turn);
  const fields = ownFields(document.fields, party.id);
  const [file, identity, stamper] = await Promise.all([
    ports.file(head.sha256),
    ports.identity(),
    ports.stamper()
  ]);
  const at = ports.now();
  const events = await identity.tell(await noted(turn, act, ports));
  const evidence = await evidenceOf(turn, act, fields, identity, frozen, at, ports);
  const input: SignInput = {
    partyLetter: party.letter,
    own: fields.map(({ name }) => name),
    values: ownValues(fields, act.values),
    marks: only(fields, act.marks),
    stamps: only(fields, act.stamps),
    signerName: party.name,
    reason: act.button,
    location: null,
    at,
    evidence: evidenceText(evidence),
    certificates: identity.certificates
  };
  onStep('signing');
  const signBytes = async (attributes: Uint8Array) => {
    const signature = await identity.sign(attributes);
    await ports.fault('sign.computed');
    // The worker now fills the hole and verifies the whole file.
    onStep('checking');
    return signature;
  };
  const source = typeof stamper === 'string' ? null : stamper;
  const signed = await ports.work.sign(file, input, signBytes, act.password ?? undefined, source);
  await ports.fault('sign.checked');
  onStep('saving');
  await ports.commit(head.sha256, signed, events);
  onStep('saved');
  const timestamp: Stamped = typeof stamper === 'string' ? { time: null, why: stamper } : signed.timestamp;
  return { sha256: signed.sha256, blob: signed.blob, timestamp };
}

/** The journal with the consent at its end, about this document and party. */
async function noted({ document, party, consent }: SigningTurn, act: SigningAct, ports: SigningPorts) {
  const heard = await ports.serverTime();
  const agreed: DeviceEvent = {
    kind: 'consent',
    at: isoTime(act.consentAt),
    monotonic: Math.round(ports.monotonic()),
    sha256: toHex(await ports.sha256(encodeUtf8(consent.text)))
  };
  const told: DeviceEvents = {
    v: 1,
    document: document.id,
    party: party.id,
    head: document.chain ?? null,
    server:
      heard === null ? null : { at: isoTime(heard.server), age: Math.round(ports.now() - heard.device) },
    zone: ports.zone,
    events: [...act.journal.slice(1 - DEVICE_EVENTS.count), agreed]
  };
  return told;
}

async function evidenceOf(
  turn: SigningTurn,
  act: SigningAct,
  fields: readonly OwnField[],
  identity: SigningIdentity,
  frozen: RevisionRecord,
  at: number,
  ports: SigningPorts
): Promise<Evidence> {
  const hash = async (bytes: Uint8Array) => toHex(await ports.sha256(bytes));
  const mark = firstOf(fields, 'signature', act.marks);
  const stamp = firstOf(fields, 'stamp', act.stamps);
  const leaf = identity.certificates[0] ?? new Uint8Array();
  const heard = await ports.serverTime();
  return buildEvidence({
    document: turn.document,
    originalSha256: frozen.prevSha256,
    frozenSha256: frozen.sha256,
    party: turn.party,
    proof: identity.proof,
    certificateSha256: await hash(leaf),
    origin: identity.origin,
    lock: identity.lock,
    consent: { ...turn.consent, sha256: await hash(encodeUtf8(turn.consent.text)) },
    consentAt: act.consentAt,
    button: act.button,
    values: ownValues(fields, act.values),
    signature: mark
      ? { kind: mark.kind, sha256: await hash(markBytes(mark)) }
      : { kind: 'none', sha256: null },
    stampSha256: stamp ? await hash(pictureBytes(stamp)) : null,
    images: await imagesOf(fields, act, hash),
    device: at,
    monotonic: ports.monotonic(),
    server: heard === null ? null : { at: heard.server, age: at - heard.device },
    online: ports.online(),
    zone: ports.zone,
    app: ports.app,
    head: turn.document.chain ?? null
  });
}

/** What stands in each of the party's picture fields, by its hash. */
async function imagesOf(
  fields: readonly OwnField[],
  act: SigningAct,
  hash: (bytes: Uint8Array) => Promise<string>
): Promise<Record<string, string>> {
  const marks = Object.entries(only(fields, act.marks)).map(
    ([name, mark]) => [name, markBytes(mark)] as const
  );
  const stamps = Object.entries(only(fields, act.stamps)).map(
    ([name, picture]) => [name, pictureBytes(picture)] as const
  );
  const hashed = [...marks, ...stamps].map(async ([name, bytes]) => [name, await hash(bytes)] as const);
  return Object.fromEntries(await Promise.all(hashed));
}

function firstOf<T>(
  fields: readonly OwnField[],
  kind: OwnField['kind'],
  table: Readonly<Record<string, T>>
): T | undefined {
  return fields.filter((field) => field.kind === kind).map((field) => table[field.name])[0];
}

function only<T>(fields: readonly OwnField[], table: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(
    Object.entries(table).filter(([name]) => fields.some((own) => own.name === name))
  );
}

/** Which words the final button has: a company party with somebody after it sends the document on. */
export function sendsOn(party: PartyRecord, parties: readonly PartyRecord[]): boolean {
  const follows = (other: PartyRecord) =>
    other.kind !== 'viewer' && other.order > party.order && other.status !== 'signed';
  return party.kind === 'company' && parties.some(follows);
}
