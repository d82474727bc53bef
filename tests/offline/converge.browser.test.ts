/**
 * Two devices of one member do anything in any order over a line that loses requests and answers, doubles
 * them, and fails; tabs die and come back. When the line is good again everybody agrees, every accepted
 * action took effect once, and none vanished.
 */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DraftPayload } from '../../src/lib/domain/action.ts';
import { hashBlob } from '../../src/lib/store/blobs.ts';
import { StoreError, type LocalDocument, type Store } from '../../src/lib/store/contract.ts';
import { openStore } from '../../src/lib/store/store.ts';
import { ServerRefusal } from '../../src/lib/sync/failure.ts';
import type { Runner } from '../../src/lib/sync/runner.ts';
import { disturbed, type Mishap } from './network.ts';
import { aDraft, aMember, anId, appended, bytes } from './people.ts';
import { ServerModel } from './server-model.ts';
import { aRunner, TestClock, until } from './stage.ts';

const SEEDS = 30;

type Deed = 'create' | 'save' | 'freeze' | 'send' | 'sign' | 'decline' | 'void' | 'delete' | 'sync' | 'die';
interface Step {
  readonly device: 0 | 1;
  readonly deed: Deed;
  /** Which of the documents on the screen. */
  readonly pick: number;
}
const step: fc.Arbitrary<Step> = fc.record({
  device: fc.constantFrom(0, 1),
  deed: fc.constantFrom<Deed[]>(
    'create',
    'create',
    'save',
    'save',
    'freeze',
    'send',
    'sign',
    'sign',
    'decline',
    'void',
    'delete',
    'sync',
    'sync',
    'sync',
    'die'
  ),
  pick: fc.nat(5)
});
const mishap: fc.Arbitrary<Mishap> = fc.oneof(
  { weight: 4, arbitrary: fc.constant(null) },
  fc.constant<Mishap>({ lost: 'request' }),
  { weight: 2, arbitrary: fc.constant<Mishap>({ lost: 'answer' }) },
  fc.constant<Mishap>({ twice: true }),
  fc.constant<Mishap>({ error: new ServerRefusal(500, 'internal') })
);

class Device {
  store!: Store;
  runner!: Runner;
  readonly clock = new TestClock();
  /** Ids of all actions that were ever queued here. */
  readonly queued = new Set<string>();
  /** Those that a person undid before they left: a deleted draft that nobody had heard of. */
  readonly undone = new Set<string>();
  readonly #server: ServerModel;
  readonly #me: ReturnType<typeof aMember>;
  readonly #user = anId();
  readonly #mishaps: () => Mishap;

  constructor(server: ServerModel, me: ReturnType<typeof aMember>, mishaps: () => Mishap) {
    this.#server = server;
    this.#me = me;
    this.#mishaps = mishaps;
  }

  async open(): Promise<void> {
    this.store = await openStore({ kind: 'member', user: this.#user }, { now: () => this.clock.now() });
    await this.store.setMeta('me', this.#me);
    const remote = disturbed(this.#server.remoteFor(this.#me), () => this.#mishaps());
    this.runner = aRunner({ queue: this.store, remote, clock: this.clock });
    this.runner.start(this.#user);
  }

  async close(): Promise<void> {
    await this.runner.stop();
    this.store.close();
  }

  /** Lets the runner work until it sleeps, and once more after its next waiting time. */
  async work(): Promise<void> {
    this.runner.nudge();
    await until(() => this.clock.next !== null, 'asleep');
    this.clock.move(1_000);
    await until(() => this.clock.next !== null, 'asleep again');
  }

  async note(): Promise<void> {
    for (const { action } of await this.store.outbox()) this.queued.add(action.id);
  }
}

/** Does it where the screen would offer it; refusals of the store are part of the game. */
async function act(device: Device, server: ServerModel, { deed, pick }: Step): Promise<void> {
  const { store } = device;
  if (deed === 'sync') return device.work();
  if (deed === 'die') {
    await device.close();
    return device.open();
  }
  if (deed === 'create') {
    const original = await bytes(`original ${anId()}`);
    await store.createDraft(aDraft({ title: anId(), original: original.sha256 }), original);
    return;
  }
  const documents = await store.documents();
  const local = documents[pick % Math.max(1, documents.length)];
  if (local === undefined) return;
  try {
    await onDocument(device, server, deed, local);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    expect(error.code).not.toBe('failed');
  }
}

async function fileOf(store: Store, server: ServerModel, sha256: string) {
  const blob = (await store.blob(sha256)) ?? server.blobs.get(sha256);
  if (blob === undefined) throw new Error(`nobody has ${sha256}`);
  return { sha256, blob };
}

async function onDocument(device: Device, server: ServerModel, deed: Deed, local: LocalDocument) {
  const { store } = device;
  const { document, parties, revisions } = local;
  const { id, original, turn } = document;
  const { title, data, fields, template } = document;
  // The payload's types are mutable where the record's are not; a copy is both.
  const draft = structuredClone({
    title,
    data,
    fields,
    original,
    template,
    parties: parties.map(({ document: _d, letter: _l, status: _s, signedAt: _a, ...party }) => party)
  }) as DraftPayload;
  if (deed === 'delete') {
    const before = (await store.outbox()).filter((entry) => entry.document === id);
    await store.deleteDraft(id);
    const after = new Set((await store.outbox()).map(({ action }) => action.id));
    for (const { action } of before) {
      // Gone because it was deleted, or because the runner has settled it at this very moment.
      if (!after.has(action.id) && !server.applied.includes(action.id)) device.undone.add(action.id);
    }
    // Refused actions of a draft that the server never had go with it.
    const left = new Set((await store.rejected()).map((entry) => entry.id));
    for (const refused of local.rejected) if (!left.has(refused.id)) device.undone.add(refused.id);
    return;
  }
  if (original === null) throw new Error('all have pages here');
  const source = await fileOf(store, server, original);
  if (deed === 'save') await store.saveDraft(id, { ...draft, title: anId() }, source);
  if (deed === 'freeze') {
    await store.keepBlob(source);
    await store.freezeDocument(id, draft, await appended(source, `frozen ${anId()}`));
  }
  if (deed === 'send') await store.sendDocument(id);
  if (deed === 'void') await store.voidDocument(id, 'void');
  if (deed === 'decline' && turn !== null) await store.declineDocument(id, turn, 'no');
  const head = revisions.find(({ seq }) => seq === document.head);
  if (deed === 'sign' && turn !== null && head !== undefined) {
    const base = await fileOf(store, server, head.sha256);
    const signed = await appended(base, `signed ${anId()}`);
    await store.recordSignature(id, { party: turn, base: head.sha256, signed });
  }
}

function plain(local: LocalDocument | { document: unknown; parties: unknown; revisions: unknown }): string {
  return JSON.stringify([local.document, local.parties, local.revisions]);
}

/** What must hold when the line is good again and both devices have nothing left to send. */
async function agree(server: ServerModel, devices: readonly Device[]): Promise<void> {
  const applied = new Set(server.applied);
  expect(applied.size).toBe(server.applied.length);
  for (const device of devices) {
    const refused = new Set((await device.store.rejected()).map(({ id }) => id));
    for (const id of device.queued) {
      const places = [applied.has(id), refused.has(id), device.undone.has(id)];
      expect(places.filter(Boolean), `action ${id}`).toHaveLength(1);
    }
    for (const { id } of await device.store.rejected()) {
      await device.store.exportRejected(id);
      await device.store.discardRejected(id);
    }
    const shown = (await device.store.documents()).map(plain).sort();
    expect(shown).toEqual([...server.documents.values()].map(plain).sort());
  }
  for (const { document, revisions } of server.documents.values()) {
    let before = document.original;
    for (const { sha256, prevSha256 } of revisions) {
      expect(prevSha256).toBe(before);
      const blob = server.blobs.get(sha256);
      expect(blob && (await hashBlob(blob)).sha256).toBe(sha256);
      before = sha256;
    }
  }
}

test(`${SEEDS} random lives of two devices converge`, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 10, maxLength: 30 }),
      fc.infiniteStream(mishap),
      async (steps, mishaps) => {
        const me = aMember();
        const server = new ServerModel();
        server.page = 3;
        let good = false;
        const next = (): Mishap => (good ? null : (mishaps.next().value as Mishap));
        const devices = [new Device(server, me, next), new Device(server, me, next)] as const;
        try {
          for (const device of devices) await device.open();
          for (const one of steps) {
            const device = devices[one.device];
            await act(device, server, one);
            await device.note();
          }
          good = true;
          // Twice: what the second device sends, the first has to hear of.
          for (let round = 0; round < 2; round += 1) {
            for (const device of devices) {
              device.runner.hurry();
              await until(async () => {
                if (device.clock.next !== null) device.clock.move(60_000);
                return (await device.store.counts()).waiting === 0;
              }, 'all sent');
              device.runner.change();
              await until(async () => {
                if (device.clock.next !== null) device.clock.move(60_000);
                return (await device.store.position()).cursor === server.newest;
              }, 'all fetched');
            }
          }
          for (const device of devices) await device.runner.stop();
          await agree(server, devices);
        } finally {
          for (const { runner, store } of devices) {
            await runner.stop();
            await store.destroy();
          }
        }
      }
    ),
    { numRuns: SEEDS, seed: 20_261_124, endOnFailure: true }
  );
}, 60_000);
