import { describe, expect, it } from 'vitest';
import { fromBase64, toBase64 } from '../bytes/base64.ts';
import { toHex } from '../bytes/hex.ts';
import { readStatement } from '../cms/statement.ts';
import { jcs } from '../domain/jcs.ts';
import type { PartyRecord } from '../domain/party.ts';
import { selfSigned } from '../keys/enrol.ts';
import { createKey } from '../keys/key-store.ts';
import { parseCertificate } from '../pki/certificate.ts';
import { parseRequest } from '../pki/csr.ts';
import { webProvider } from '../pki/provider-web.ts';
import type { StoredKey } from '../store/contract.ts';
import {
  certifiedPartyKey,
  handoverIdentity,
  partyIdentity,
  prepareHandover,
  type PartyKeyHome
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
      const { key } = await createKey({ lock: 'none' }, NOW);
      const der = await selfSigned(key, { name: 'CA', organization: '', email: '' }, NOW);
      return { certificate: toBase64(der), chain: [toBase64(der), toBase64(Uint8Array.of(9))] };
    },
    now: () => NOW
  };
  return { ports, asked, nonce, store };
}

const sha256 = async (bytes: Uint8Array) =>
  toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>)));

describe('a party’s one-time key', () => {
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
    expect(identity).toMatchObject({ lock: 'none', proof: { kind: 'email', statement: null } });
  });
});

describe('security H1, H3: a hand-over', () => {
  it('makes the party’s key first, then the member’s statement about it', async () => {
    const store = shelf();
    const { key: witness } = await createKey({ lock: 'none' }, NOW);
    const papers = await prepareHandover(store, party, FROZEN, witness, NOW);
    const identity = await handoverIdentity(store, party, papers);
    const leaf = parseCertificate(identity.certificates[0] ?? new Uint8Array());

    const read = readStatement(papers.statement, 'witness', witness.spki);
    expect(await webProvider.check([read.check])).toEqual(['valid']);
    const statement = JSON.parse(read.canonical) as Record<string, string>;
    expect(jcs(statement)).toBe(read.canonical);
    expect(statement).toMatchObject({
      document: party.document,
      frozenSha256: FROZEN,
      party: party.id,
      spkiSha256: await sha256(leaf.spki),
      how: 'in-person',
      at: '2026-11-24T12:00:00.000Z'
    });
    expect(identity.proof).toEqual({ kind: 'in-person', statement: papers.statement });
  });

  it('puts no address into the party’s own certificate', async () => {
    const store = shelf();
    const { key: witness } = await createKey({ lock: 'none' }, NOW);
    const papers = await prepareHandover(store, party, FROZEN, witness, NOW);
    const { certificates } = await handoverIdentity(store, party, papers);
    const text = new TextDecoder('latin1').decode(certificates[0] as Uint8Array<ArrayBuffer>);
    expect(text).toContain('Karl Client');
    expect(text).not.toContain('example.org');
  });

  it('uses the same key again for the same document, and states anew', async () => {
    const store = shelf();
    const { key: witness } = await createKey({ lock: 'none' }, NOW);
    const first = await prepareHandover(store, party, FROZEN, witness, NOW);
    const second = await prepareHandover(store, party, FROZEN, witness, NOW + 1000);
    expect(store.kept.size).toBe(1);
    expect(second.statement).not.toBe(first.statement);
    const other = { ...party, document: 'documentdocume2' };
    await prepareHandover(store, other, FROZEN, witness, NOW);
    expect(store.kept.size).toBe(2);
  });
});
