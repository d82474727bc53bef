import { fromBase64 } from '../bytes/base64.ts';
import { toHex } from '../bytes/hex.ts';
import type { CertificateIssued } from '../domain/api.ts';
import type { PartyRecord } from '../domain/party.ts';
import { WITNESS_TEXT_EN, type WitnessStatement } from '../domain/witness.ts';
import type { UnlockedKey } from '../keys/key-store.ts';
import type { KeyRecord } from '../keys/record.ts';
import type { Store, StoredKey } from '../store/contract.ts';
import { isoTime } from './signing-evidence.ts';
import type { SigningIdentity } from './signing-work.ts';

type Bytes = Uint8Array<ArrayBuffer>;
type PartyKey = StoredKey<KeyRecord>;
type KeyShelf = Pick<Store, 'keys' | 'putKey'>;

/** Where a party's one-time key is kept and who certifies it. */
export interface PartyKeyHome {
  readonly store: KeyShelf;
  /** A fresh nonce of the session, hex. */
  nonce(): Promise<string>;
  certify(csr: string): Promise<CertificateIssued>;
  now(): number;
}

async function partyKey(store: KeyShelf, party: PartyRecord, now: number): Promise<[PartyKey, UnlockedKey]> {
  // keys/ is fetched when a key is needed: the page shows the document without it.
  const { createOneTimeKey, openOneTimeKey } = await import('../keys/key-store.ts');
  const kept = (await store.keys()) as PartyKey[];
  const own = kept.find((key) => key.document === party.document && key.party === party.id);
  if (own !== undefined) return [own, await openOneTimeKey(own.record)];
  const { record, key } = await createOneTimeKey(now);
  const stored: PartyKey = {
    id: record.id,
    document: party.document,
    party: party.id,
    record,
    certificate: null,
    chain: [],
    created: now
  };
  await store.putKey(stored);
  return [stored, key];
}

/** Requests that are on their way, by party: a nonce is good for one of them. */
const underway = new Map<string, Promise<PartyKey>>();

/**
 * The party's one-time key with its certificate (`security.md` C2, K6): made on this device, kept until the
 * document ends. Called as soon as the document is open, so that the signature itself needs no network.
 * A second call gives the same key, also while the first still waits. Throws what the server or the network says.
 */
export function certifiedPartyKey(home: PartyKeyHome, party: PartyRecord): Promise<PartyKey> {
  const known = underway.get(party.id);
  if (known !== undefined) return known;
  const asking = certify(home, party).finally(() => underway.delete(party.id));
  underway.set(party.id, asking);
  return asking;
}

async function certify(home: PartyKeyHome, party: PartyRecord): Promise<PartyKey> {
  const [stored, key] = await partyKey(home.store, party, home.now());
  if (stored.certificate !== null) return stored;
  const { enrolmentRequest } = await import('../keys/enrol.ts');
  const issued = await home.certify(await enrolmentRequest(key, await home.nonce()));
  const certified: PartyKey = {
    ...stored,
    certificate: fromBase64(issued.certificate) as Bytes,
    chain: issued.chain.map((der) => fromBase64(der) as Bytes),
    proof: issued.proof
  };
  await home.store.putKey(certified);
  return certified;
}

/** What signs with a certified one-time key. */
export async function partyIdentity(home: PartyKeyHome, party: PartyRecord): Promise<SigningIdentity> {
  const stored = await certifiedPartyKey(home, party);
  const { openOneTimeKey } = await import('../keys/key-store.ts');
  return identityOf(stored, await openOneTimeKey(stored.record), {
    kind: party.proof,
    statement: stored.proof ?? null
  });
}

/** A stored key that is open, with its certificate. The root stays out of the file (`contracts.md`). */
export function identityOf(
  stored: StoredKey<KeyRecord>,
  key: UnlockedKey,
  proof: SigningIdentity['proof']
): SigningIdentity {
  const { certificate } = stored;
  if (certificate === null) throw Object.assign(new Error('no certificate yet'), { code: 'no-certificate' });
  const origin = stored.origin ?? 'device';
  // The server's chain ends with the workspace's root; an imported one is kept without.
  const intermediates = origin === 'device' ? stored.chain.slice(0, -1) : stored.chain;
  return {
    certificates: [certificate, ...intermediates],
    origin,
    lock: key.lock,
    proof,
    sign: (attributes) => key.sign(attributes),
    tell: async (events) => {
      // Statements are ES256 or ES384 (E1): an imported RSA key signs the document and tells nothing.
      if (key.alg !== 'ES256' && key.alg !== 'ES384') return null;
      const { signStatement } = await import('../keys/statement.ts');
      return signStatement('events', key, events, [certificate, ...intermediates]);
    }
  };
}

/** What the hand-over leaves on the device for the party: the member's statement beside the party's key. */
export interface HandoverPapers {
  readonly party: string;
  /** Compact JWS of the witness statement. */
  readonly statement: string;
  /** The server's statement about the witness's key; null while that is not certified. */
  readonly witness: string | null;
}

/** The member who is there: an open key, and what the server said of it. */
export interface Witness {
  readonly key: Pick<UnlockedKey, 'spki' | 'sign'>;
  /** DER, leaf first, without the root; empty while the key is not certified. */
  readonly certificates: readonly Uint8Array[];
  readonly proof: string | null;
}

/** What the witness states, but for what the party's key adds. */
export type WitnessFacts = Pick<
  WitnessStatement,
  'workspace' | 'frozenSha256' | 'baseSha256' | 'idSeen' | 'idLast3' | 'lastServerTime'
>;

const sha256 = async (bytes: Uint8Array): Promise<string> =>
  toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Bytes)));

/**
 * Makes the party ready to sign on the member's device (`security.md` H1, H3): its own key, a self-signed
 * certificate in its name, and the member's statement about that key and the file as it is now, signed
 * before the device is given away. The witness's key is not kept.
 */
export async function prepareHandover(
  store: KeyShelf,
  party: PartyRecord,
  facts: WitnessFacts,
  witness: Witness,
  now: number
): Promise<HandoverPapers> {
  const [stored, key] = await partyKey(store, party, now);
  if (stored.certificate === null) {
    const { selfSigned } = await import('../keys/enrol.ts');
    const { name, organisation: organization } = party;
    // No address: it would stand in the file in plain (E6).
    const certificate = await selfSigned(key, { name, organization, email: '' }, now);
    await store.putKey({ ...stored, certificate: certificate as Bytes, chain: [] });
  }
  const { signStatement } = await import('../keys/statement.ts');
  const [leaf] = witness.certificates;
  const statement: WitnessStatement = {
    v: 1,
    ...facts,
    document: party.document,
    party: party.id,
    partySpki: await sha256(key.spki),
    name: party.name,
    text: WITNESS_TEXT_EN.text,
    textLang: WITNESS_TEXT_EN.language,
    at: isoTime(now),
    witnessCert: leaf === undefined ? null : await sha256(leaf)
  };
  return {
    party: party.id,
    statement: await signStatement('witness', witness.key, statement, witness.certificates),
    witness: witness.proof
  };
}

/** What signs for the party while it holds the member's device. */
export async function handoverIdentity(
  store: KeyShelf,
  party: PartyRecord,
  papers: HandoverPapers
): Promise<SigningIdentity> {
  const kept = (await store.keys()) as PartyKey[];
  const own = kept.find((key) => key.document === party.document && key.party === party.id);
  if (own === undefined) throw Object.assign(new Error('no key of this party'), { code: 'no-key' });
  const { openOneTimeKey } = await import('../keys/key-store.ts');
  return identityOf(own, await openOneTimeKey(own.record), {
    kind: 'in-person',
    statement: papers.statement,
    witness: papers.witness
  });
}
