/**
 * The tab dies at a named point of a document's way. Reopened, the device has everything that it had said to
 * be stored, nothing twice, and the contract reaches the server once.
 */
import { afterEach, describe, expect, test } from 'vitest';
import type { DraftPayload } from '../../src/lib/domain/action.ts';
import { hashBlob } from '../../src/lib/store/blobs.ts';
import type { Store } from '../../src/lib/store/contract.ts';
import { openStore } from '../../src/lib/store/store.ts';
import { FAULT_POINTS, type FaultPoint } from '../../src/lib/sync/faults.ts';
import type { Remote } from '../../src/lib/sync/ports.ts';
import type { Runner } from '../../src/lib/sync/runner.ts';
import { aDraft, aMember, anId, appended, bytes } from './people.ts';
import { ServerModel } from './server-model.ts';
import { aRunner, TestClock, until } from './stage.ts';

const never = new Promise<never>(() => undefined);

/** One life of a tab: it dies when `dies` says so, and then does nothing any more. */
class Life {
  dead = false;
  readonly died: Promise<void>;
  #tellDeath: () => void = () => undefined;
  #seen = new Map<FaultPoint, number>();
  readonly #point: FaultPoint | null;
  readonly #time: number;

  constructor(point: FaultPoint | null, time: number) {
    this.#point = point;
    this.#time = time;
    this.died = new Promise((done) => (this.#tellDeath = done));
  }

  at(point: FaultPoint): Promise<void> | void {
    const count = (this.#seen.get(point) ?? 0) + 1;
    this.#seen.set(point, count);
    if (!this.dead && !(point === this.#point && count === this.#time)) return;
    this.dead = true;
    this.#tellDeath();
    // Inside a transaction a dead tab's writes are rolled back by the browser: only a throw does that here.
    if (point === 'store.writing') throw new Error('killed');
    return never;
  }

  /** Nothing leaves or reaches a dead tab. */
  remote(server: Remote): Remote {
    const alive = async <T>(ask: () => Promise<T>): Promise<T> => {
      if (this.dead) await never;
      const answer = await ask();
      return this.dead ? never : answer;
    };
    return {
      putBlob: (sha256, blob) => alive(() => server.putBlob(sha256, blob)),
      sendActions: (actions) => alive(() => server.sendActions(actions)),
      changes: (since) => alive(() => server.changes(since))
    };
  }
}

interface Script {
  readonly draft: DraftPayload;
  readonly original: Awaited<ReturnType<typeof bytes>>;
}

/** What a person does, looking at the screen: the next step that is not done yet. False when all is. */
async function nextStep(store: Store, { draft, original }: Script): Promise<boolean> {
  const [local, ...others] = await store.documents();
  expect(others).toEqual([]);
  if (local === undefined) {
    await store.createDraft(draft, original);
    return true;
  }
  const { document, revisions } = local;
  const head = revisions.find(({ seq }) => seq === document.head);
  if (head === undefined) {
    await store.freezeDocument(document.id, draft, await appended(original, 'frozen'));
  } else if (document.stage === 'draft') {
    await store.sendDocument(document.id);
  } else if (document.turn !== null) {
    const base = await store.blob(head.sha256);
    if (base === undefined) throw new Error('a revision without its bytes');
    const signed = await hashBlob(new Blob([base, `\nsigned by ${document.turn}`]));
    await store.recordSignature(document.id, { party: document.turn, base: head.sha256, signed });
  } else return false;
  return true;
}

/** What the screen says is stored. */
async function told(store: Store): Promise<string> {
  const [local] = await store.documents();
  return local === undefined ? 'nothing' : `${local.document.stage} ${local.document.head}`;
}

const STAGES = ['nothing', 'draft -1', 'draft 0', 'company 0', 'client 1', 'completed 2'];
const stores: Store[] = [];
const runners: Runner[] = [];
afterEach(async () => {
  for (const runner of runners.splice(0)) void runner.stop();
  const all = stores.splice(0);
  for (const store of all) store.close();
  await all.at(-1)?.destroy();
});

async function live(life: Life, server: ServerModel, me: ReturnType<typeof aMember>, script: Script) {
  const clock = new TestClock();
  const store = await openStore(
    { kind: 'member', user: me.user.id },
    { now: () => clock.now(), at: (point) => life.at(point) }
  );
  stores.push(store);
  await store.setMeta('me', me);
  const found = await told(store);
  const runner = aRunner({ queue: store, clock, faults: life, remote: life.remote(server.remoteFor(me)) });
  runners.push(runner);
  runner.start('a');
  let said = found;
  const work = (async () => {
    while (await nextStep(store, script)) {
      said = await told(store);
      runner.nudge();
    }
    runner.nudge();
    await until(async () => {
      if (life.dead) return true;
      if (clock.next !== null) clock.move(60_000);
      return (await store.counts()).waiting === 0 && (await store.position()).cursor > 0;
    }, 'all sent');
  })().catch((error: unknown) => {
    if (!life.dead) throw error;
  });
  await Promise.race([work, life.died]);
  return { store, found, said: () => said, clock };
}

const points = FAULT_POINTS.filter((point) => !point.startsWith('sign.'));

describe('killed at', () => {
  test.each(points.flatMap((point) => [1, 2, 3].map((time) => [point, time] as const)))(
    '%s, the %i. time',
    async (point, time) => {
      const me = aMember();
      const server = new ServerModel();
      const original = await bytes(`original ${anId()}`);
      const script: Script = { draft: aDraft({ original: original.sha256 }), original };
      const first = new Life(point, time);
      const before = await live(first, server, me, script);
      const said = before.said();
      before.store.close();
      const second = new Life(null, 0);
      const after = await live(second, server, me, script);
      // Nothing that was said to be stored is lost; one step more may have been stored unsaid.
      expect(STAGES.indexOf(after.found)).toBeGreaterThanOrEqual(STAGES.indexOf(said));
      expect(STAGES.indexOf(after.found)).toBeLessThanOrEqual(STAGES.indexOf(said) + 1);
      expect(server.applied).toHaveLength(5);
      expect(new Set(server.applied).size).toBe(5);
      const [state] = [...server.documents.values()];
      expect(state?.document).toMatchObject({ stage: 'completed', head: 2, version: 5 });
      for (const { sha256 } of state?.revisions ?? []) {
        const blob = server.blobs.get(sha256);
        expect(blob && (await hashBlob(blob)).sha256).toBe(sha256);
      }
      expect(await after.store.counts()).toMatchObject({ waiting: 0, rejected: 0 });
      expect(await told(after.store)).toBe('completed 2');
    }
  );

  test('every point that this file names is passed on the way', async () => {
    const me = aMember();
    const server = new ServerModel();
    const original = await bytes('original');
    const seen = new Set<FaultPoint>();
    const life = new Life(null, 0);
    const at = life.at.bind(life);
    life.at = (point) => {
      seen.add(point);
      return at(point);
    };
    await live(life, server, me, { draft: aDraft({ original: original.sha256 }), original });
    expect([...seen].sort()).toEqual([...points].sort());
  });
});
