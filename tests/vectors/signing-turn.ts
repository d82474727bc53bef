import type { SigningPorts } from '../../src/lib/app/signing-work.ts';
import {
  Signing,
  type DraftValue,
  type MarkMemory,
  type SigningView
} from '../../src/lib/app/signing.svelte.ts';
import { CONSENT_EN_1 } from '../../src/lib/domain/consent.ts';
import type { Field, FieldKind } from '../../src/lib/domain/field.ts';
import type { PartyKind, PartyRecord } from '../../src/lib/domain/party.ts';

/** A field of the signer, one under the other in the order of the number at the end of its name. */
export function place(name: string, kind: FieldKind, more: Partial<Field> = {}): Field & { name: string } {
  const box = { page: 1, x: 10, y: 10 + 40 * Number(name.slice(-1)), w: 100, h: 20 };
  return { id: name, party: 'b', kind, name, box, label: name, required: true, ...more };
}

interface Setting {
  readonly fields: readonly Field[];
  /** What an earlier visit left in the store. */
  readonly kept?: unknown;
  readonly memory?: MarkMemory | null;
  readonly kind?: PartyKind;
  /** Whether somebody signs after this one. */
  readonly follows?: boolean;
}

/** A turn whose worker, key and store are in memory. `store` shows what was kept and committed. */
export function turnOf({ fields, kept, memory = null, kind = 'client', follows = false }: Setting) {
  const own = {
    id: 'b',
    document: 'd',
    order: 1,
    letter: 'B',
    kind,
    name: 'Karl Client',
    organisation: '',
    status: 'turn',
    channel: 'sms',
    proof: 'sms'
  } as PartyRecord;
  const next = { ...own, id: 'c', order: 2, letter: 'C', kind: 'client', status: 'waiting' } as PartyRecord;
  const view = {
    document: { id: 'd', turn: 'b', title: 'Contract', ownerName: 'Olga', fields },
    party: own,
    parties: follows ? [own, next] : [own],
    revisions: [{ seq: 0, sha256: 'b'.repeat(64), prevSha256: 'a'.repeat(64) }],
    consent: CONSENT_EN_1
  } as unknown as SigningView;
  const store = {
    value: kept,
    writes: 0,
    gate: null as Promise<void> | null,
    committed: 0,
    refuses: null as Error | null
  };
  const ports: SigningPorts = {
    work: {
      sign: async (blob, _input, signBytes) => {
        await signBytes(new Uint8Array(1));
        return {
          blob,
          sha256: 'c'.repeat(64),
          size: 1,
          report: {} as never,
          timestamp: { time: null, why: 'offline' }
        };
      }
    },
    file: async () => new Blob(['x']),
    identity: async () => ({
      certificates: [new Uint8Array(1)],
      origin: 'device',
      lock: 'none',
      proof: { kind: 'sms', statement: null },
      sign: async () => new Uint8Array(64),
      tell: async () => null
    }),
    commit: async () => {
      if (store.refuses) throw store.refuses;
      store.committed++;
    },
    sha256: async () => new Uint8Array(32),
    now: () => new Date(2026, 4, 3, 9).getTime(),
    monotonic: () => 1,
    serverTime: async () => null,
    stamper: async () => 'offline',
    online: () => true,
    zone: 'UTC',
    app: { version: '0', browser: 'x' },
    fault: () => undefined
  };
  const draft = {
    load: async () => store.value,
    keep: async (value: DraftValue) => {
      await store.gate;
      store.value = value;
      store.writes++;
    }
  };
  return { signing: new Signing(view, ports, draft, memory), store };
}
