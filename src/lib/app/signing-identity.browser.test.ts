import { describe, expect, it } from 'vitest';
import { fromBase64, toBase64 } from '../bytes/base64.ts';
import { toHex } from '../bytes/hex.ts';
import { readStatement } from '../cms/statement.ts';
import { parseJcs } from '../domain/jcs.ts';
import type { PartyRecord } from '../domain/party.ts';
import { WITNESS_TEXT_EN } from '../domain/witness.ts';
import { selfSigned } from '../keys/enrol.ts';
import { createOneTimeKey } from '../keys/key-store.ts';
import { parseCertificate } from '../pki/certificate.ts';
import { parseRequest } from '../pki/csr.ts';
import { webProvider } from '../pki/provider-web.ts';
import type { StoredKey } from '../store/contract.ts';
import {
  certifiedPartyKey,
  handoverIdentity,
  partyIdentity,
  prepareHandover,
  type PartyKeyHome,
  type Witness,
  type WitnessFacts
} from './signing-identity.ts';

const NOW = Date.UTC(2026, 10, 24, 12);
const FROZEN = 'b'.repeat(64);
const party = {
  id: 'clientclient001',
  document: 'documentdocume1',
  name: 'Karl Client',
  organisation: '',
  email: 'karl.client@example.org',
  proof: 'email'
} as PartyRecord;

function shelf() {
  const kept = new Map<string, StoredKey>();
  return {
    kept,
    keys: async () => [...kept.values()],
    putKey: async (key: StoredKey) => void kept.set(key.id, key)
  };
}

function home(store = shelf()) {
  const asked: string[] = [];
  const nonce = 'ab'.repeat(32);
  const ports: PartyKeyHome = {
    store,
    nonce: async () => nonce,
    certify: async (csr) => {
      asked.push(csr);
      const { key } = await createOneTimeKey(NOW);
      const der = await selfSigned(key, { name: 'CA', organization: '', email: '' }, NOW);
      return {
        certificate: toBase64(der),
        chain: [toBase64(der), toBase64(Uint8Array.of(9))],
        proof: 'the server’s word',
        openings: { address: null, ip: '', agent: '' }
      };
    },
    now: () => NOW
  };
  return { ports, asked, nonce, store };
}

const sha256 = async (bytes: Uint8Array) =>
  toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>)));

describe('a party’s one-time key', () => {
  it('is asked for once while the answer is on its way', async () => {
    const { ports, asked, store } = home();
    const [one, two] = await Promise.all([certifiedPartyKey(ports, party), certifiedPartyKey(ports, party)]);
    expect(asked).toHaveLength(1);
    expect(two).toEqual(one);
    expect(store.kept.size).toBe(1);
  });

  it('is made once, certified with the session’s nonce, and not extractable', async () => {
    const { ports, asked, nonce, store } = home();
    const first = await certifiedPartyKey(ports, party);
    const second = await certifiedPartyKey(ports, party);
    expect(second.id).toBe(first.id);
    expect(asked).toHaveLength(1);
    const request = parseRequest(fromBase64(asked[0] ?? ''));
    expect(typeof request.nonce === 'string' ? request.nonce : toHex(request.nonce ?? new Uint8Array())).toBe(
      nonce
    );
    expect(await webProvider.check([request.check])).toEqual(['valid']);
    expect(store.kept.size).toBe(1);
    expect(first).toMatchObject({ document: party.document, party: party.id });
    const { privateKey } = first.record as { privateKey?: CryptoKey };
    expect(privateKey?.extractable).toBe(false);
  });

  it('is kept uncertified when the network fails, and is the same at the next try', async () => {
    const { ports, store } = home();
    const cut = { ...ports, certify: () => Promise.reject(new Error('unreachable')) };
    await expect(certifiedPartyKey(cut, party)).rejects.toThrow('unreachable');
    const [before] = [...store.kept.values()];
    const after = await certifiedPartyKey(ports, party);
    expect(after.id).toBe(before?.id);
  });

  it('gives the file leaf and intermediates, and leaves the root out', async () => {
    const identity = await partyIdentity(home().ports, party);
    expect(identity.certificates).toHaveLength(2);
    expect(identity).toMatchObject({
      lock: 'none',
      proof: { kind: 'email', statement: 'the server’s word' }
    });
  });
});

describe('security H1, H3: a hand-over', () => {
  const facts: WitnessFacts = {
    workspace: 'workspaceworks1',
    frozenSha256: FROZEN,
    baseSha256: 'd'.repeat(64),
    idSeen: 'id-card',
    idLast3: '7K2',
    lastServerTime: null
  };

  async function member(): Promise<Witness> {
    const { key } = await createOneTimeKey(NOW);
    const der = await selfSigned(key, { name: 'Max Member', organization: '', email: '' }, NOW);
    return { key, certificates: [der], proof: 'the server’s word' };
  }

  it('makes the party’s key first, then the member’s statement about it and the file', async () => {
    const store = shelf();
    const witness = await member();
    const papers = await prepareHandover(store, party, facts, witness, NOW);
    const identity = await handoverIdentity(store, party, papers);
    const leaf = parseCertificate(identity.certificates[0] ?? new Uint8Array());

    const read = readStatement(papers.statement, 'witness', null);
    expect(await webProvider.check([read.check])).toEqual(['valid']);
    expect(read.certificates.map(({ spki }) => spki)).toEqual([witness.key.spki]);
    expect(parseJcs(read.canonical, { length: 4_000, depth: 2 })).toEqual({
      v: 1,
      ...facts,
      document: party.document,
      party: party.id,
      partySpki: await sha256(leaf.spki),
      name: 'Karl Client',
      text: WITNESS_TEXT_EN.text,
      textLang: 'en',
      at: '2026-11-24T12:00:00.000Z',
      witnessCert: await sha256(witness.certificates[0] ?? new Uint8Array())
    });
    expect(identity.proof).toEqual({
      kind: 'in-person',
      statement: papers.statement,
      witness: 'the server’s word'
    });
  });

  it('says so when the witness’s key has no certificate yet', async () => {
    const { key } = await member();
    const witness = { key, certificates: [], proof: null };
    const papers = await prepareHandover(shelf(), party, facts, witness, NOW);
    const read = readStatement(papers.statement, 'witness', key.spki);
    expect(JSON.parse(read.canonical)).toMatchObject({ witnessCert: null });
    expect(papers.witness).toBeNull();
  });

  it('puts no address into the party’s own certificate', async () => {
    const store = shelf();
    const papers = await prepareHandover(store, party, facts, await member(), NOW);
    const { certificates } = await handoverIdentity(store, party, papers);
    const text = new TextDecoder('latin1').decode(certificates[0] as Uint8Array<ArrayBuffer>);
    expect(text).toContain('Karl Client');
    expect(text).not.toContain('example.org');
  });

  it('uses the same key again for the same document, and states anew', async () => {
    const store = shelf();
    const witness = await member();
    const first = await prepareHandover(store, party, facts, witness, NOW);
    const second = await prepareHandover(store, party, facts, witness, NOW + 1000);
    expect(store.kept.size).toBe(1);
    expect(second.statement).not.toBe(first.statement);
    const other = { ...party, document: 'documentdocume2' };
    await prepareHandover(store, other, facts, witness, NOW);
    expect(store.kept.size).toBe(2);
  });
});
