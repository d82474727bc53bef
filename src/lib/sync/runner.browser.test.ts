import { afterEach, describe, expect, test } from 'vitest';
import { disturbed, script, type Mishap } from '../../../tests/offline/network.ts';
import { aDraft, aFrozenDocument, aMember, anId, aStore, bytes } from '../../../tests/offline/people.ts';
import { ServerModel } from '../../../tests/offline/server-model.ts';
import { aRunner, TestClock, until } from '../../../tests/offline/stage.ts';
import type { Store } from '../store/contract.ts';
import { ServerRefusal, Unreachable } from './failure.ts';
import type { Remote } from './ports.ts';
import type { Runner, RunnerPorts } from './runner.ts';

interface World {
  readonly store: Store;
  readonly server: ServerModel;
  readonly clock: TestClock;
  readonly remote: Remote;
  readonly runner: Runner;
}
const worlds: World[] = [];

/** A member's device with a disturbed way to the server; nothing runs before `runner.start`. */
async function world(
  decide: Parameters<typeof disturbed>[1] = () => null,
  ports: Partial<RunnerPorts> = {}
): Promise<World> {
  const me = aMember();
  const clock = new TestClock();
  const server = new ServerModel();
  const store = await aStore({ now: () => clock.now() }, me);
  const remote = disturbed(server.remoteFor(me), decide);
  const runner = aRunner({ queue: store, remote, clock, ...ports });
  const one = { store, server, clock, remote, runner };
  worlds.push(one);
  return one;
}
afterEach(async () => {
  for (const { runner, store } of worlds.splice(0)) {
    await runner.stop();
    await store.destroy();
  }
});

const lost: Mishap = { lost: 'request' };
const refusal = (status: number, code: string, retryAfter: number | null = null): Mishap => ({
  error: new ServerRefusal(status, code, {}, retryAfter)
});
async function sentAll({ store }: World): Promise<void> {
  await until(async () => (await store.counts()).waiting === 0, 'all sent');
}
/** Settled: the runner sleeps. */
async function asleep({ clock }: World): Promise<void> {
  await until(() => clock.next !== null, 'asleep');
}

/** The store, with something done before the first call of one of its methods. */
function interrupted(store: Store, method: keyof Store, first: () => Promise<void>): Store {
  let done = false;
  return new Proxy(store, {
    get(target, name) {
      const member = Reflect.get(target, name) as unknown;
      if (typeof member !== 'function') return member;
      const call = (member as (...args: unknown[]) => unknown).bind(target);
      if (name !== method || done) return call;
      done = true;
      return async (...args: unknown[]) => {
        await first();
        return call(...args);
      };
    }
  });
}

describe('what waits', () => {
  test('is sent in order, bytes first, and the server’s records take over', async () => {
    const one = await world();
    const { id } = await aFrozenDocument(one.store);
    await one.store.sendDocument(id);
    one.runner.start('a');
    await sentAll(one);
    await until(() => one.server.requests.includes('changes'));
    const [blobs, rest] = [one.server.requests.filter((r) => r === 'blob'), one.server.requests.join(' ')];
    expect(blobs).toHaveLength(2);
    expect(rest.indexOf('create')).toBeLessThan(rest.indexOf('freeze'));
    expect(rest.indexOf('freeze')).toBeLessThan(rest.indexOf('send'));
    expect(one.server.documents.get(id)?.document).toMatchObject({ stage: 'company', version: 3 });
    await until(async () => (await one.store.document(id))?.document.updated === one.server.now);
    expect((await one.store.document(id))?.unsent).toBe(0);
  });

  test('of one document does not wait for the bytes of another', async () => {
    let free = (): void => undefined;
    const gate = new Promise<void>((done) => (free = done));
    const one = await world();
    const slow: Remote = {
      ...one.remote,
      putBlob: async (sha256, blob) => {
        await gate;
        return one.remote.putBlob(sha256, blob);
      }
    };
    const runner = aRunner({ queue: one.store, remote: slow, clock: one.clock });
    worlds.push({ ...one, runner, store: one.store });
    worlds.splice(worlds.indexOf(one), 1);
    const original = await bytes('big');
    const first = await one.store.createDraft(aDraft({ original: original.sha256 }), original);
    const second = await one.store.createDraft(aDraft());
    runner.start('a');
    await until(() => one.server.documents.has(second), 'the second');
    expect(one.server.documents.has(first)).toBe(false);
    free();
    await until(() => one.server.documents.has(first), 'the first');
  });

  test('in hundreds goes in requests of at most fifty', async () => {
    const one = await world();
    for (let n = 0; n < 120; n += 1) await one.store.createDraft(aDraft());
    one.runner.start('a');
    await sentAll(one);
    const sizes = one.server.requests.filter((r) => r.includes('create')).map((r) => r.split(' ').length);
    expect(sizes).toEqual([50, 50, 20]);
  });

  test('and comes while the runner sleeps is sent on a nudge', async () => {
    const one = await world();
    one.runner.start('a');
    await asleep(one);
    const id = await one.store.createDraft(aDraft());
    one.runner.nudge();
    await until(() => one.server.documents.has(id));
  });
});

describe('without a network', () => {
  test('it tries again after 1, 2, 4 seconds, says offline, and sends once', async () => {
    const one = await world(script({ actions: [lost, lost, lost] }), { mayPull: () => false });
    const id = await one.store.createDraft(aDraft());
    one.runner.start('a');
    const waits: number[] = [];
    for (let n = 0; n < 3; n += 1) {
      await asleep(one);
      expect(one.runner.state.online).toBe(false);
      const wait = (one.clock.next ?? 0) - one.clock.now();
      waits.push(wait);
      one.clock.move(wait);
    }
    await until(() => one.server.documents.has(id));
    expect(waits).toEqual([1000, 2000, 4000]);
    await sentAll(one);
    expect(one.runner.state.online).toBe(true);
    expect(one.server.applied).toHaveLength(1);
  });

  test('it tries at once when the network is back', async () => {
    const one = await world(script({ actions: [lost, lost, lost, lost] }), { mayPull: () => false });
    const id = await one.store.createDraft(aDraft());
    one.runner.start('a');
    for (let n = 0; n < 4; n += 1) {
      await asleep(one);
      one.runner.hurry();
      await until(() => one.clock.next === null || one.server.documents.has(id));
    }
    await until(() => one.server.documents.has(id));
    expect(one.clock.now()).toBe(1_000_000);
  });

  test('an answer that was lost after the server stored it does not double anything', async () => {
    const one = await world(script({ actions: [{ lost: 'answer' }], blob: [{ lost: 'answer' }] }));
    const { id } = await aFrozenDocument(one.store);
    one.runner.start('a');
    await until(async () => {
      if (one.clock.next !== null) one.clock.move(60_000);
      return (await one.store.counts()).waiting === 0;
    });
    expect(one.server.applied).toHaveLength(new Set(one.server.applied).size);
    expect(one.server.documents.get(id)?.document).toMatchObject({ version: 2, head: 0 });
  });

  test('a saved draft whose first sending may have arrived is not changed under its id', async () => {
    const one = await world(script({ actions: [{ lost: 'answer' }] }), { mayPull: () => false });
    const id = await one.store.createDraft(aDraft({ title: 'first' }));
    one.runner.start('a');
    await asleep(one);
    await one.store.saveDraft(id, aDraft({ title: 'second' }));
    one.runner.hurry();
    await sentAll(one);
    expect(one.server.documents.get(id)?.document).toMatchObject({ title: 'second', version: 2 });
    expect((await one.store.counts()).rejected).toBe(0);
  });
});

describe('a change made while its sending begins', () => {
  test('is what is sent', async () => {
    const one = await world();
    const id = await one.store.createDraft(aDraft({ title: 'first' }));
    const queue = interrupted(one.store, 'markSending', () =>
      one.store.saveDraft(id, aDraft({ title: 'second' }))
    );
    const runner = aRunner({ queue, remote: one.remote, clock: one.clock });
    runner.start('a');
    await sentAll(one);
    await runner.stop();
    expect(one.server.documents.get(id)?.document).toMatchObject({ title: 'second', version: 1 });
    expect((await one.store.document(id))?.document.title).toBe('second');
  });

  test('and is its removal sends nothing', async () => {
    const one = await world();
    const id = await one.store.createDraft(aDraft());
    const queue = interrupted(one.store, 'markSending', () => one.store.deleteDraft(id));
    const runner = aRunner({ queue, remote: one.remote, clock: one.clock });
    runner.start('a');
    await until(() => one.server.requests.includes('changes'));
    await runner.stop();
    expect(one.server.documents.size).toBe(0);
  });

  test('takes other bytes than those that the server refused meanwhile', async () => {
    const one = await world();
    const [huge, small] = [await bytes('huge'), await bytes('small')];
    const id = await one.store.createDraft(aDraft({ original: huge.sha256 }), huge);
    const [entry] = await one.store.outbox();
    await one.store.saveDraft(id, aDraft({ original: small.sha256 }), small);
    await one.store.refuse(entry?.action.id ?? '', { status: 413, code: 'too-large', blob: huge.sha256 });
    expect((await one.store.counts()).rejected).toBe(0);
    one.runner.start('a');
    await sentAll(one);
    expect(one.server.documents.get(id)?.document.original).toBe(small.sha256);
  });
});

describe('a busy server', () => {
  test('that names a time is not asked before it, not even in a hurry', async () => {
    const one = await world(script({ actions: [refusal(429, 'rate-limited', 30_000)] }), {
      mayPull: () => false
    });
    const id = await one.store.createDraft(aDraft());
    one.runner.start('a');
    await asleep(one);
    expect(one.runner.state.online).toBe(true);
    one.runner.hurry();
    await asleep(one);
    expect((one.clock.next ?? 0) - one.clock.now()).toBe(30_000);
    one.clock.move(30_000);
    await until(() => one.server.documents.has(id));
  });

  test.each([408, 429, 500, 502, 503])(
    'with %i for one action keeps it and sends it later',
    async (status) => {
      const one = await world(undefined, { mayPull: () => false });
      const id = await one.store.createDraft(aDraft());
      const [entry] = await one.store.outbox();
      let first = true;
      const runner = aRunner({
        queue: one.store,
        clock: one.clock,
        mayPull: () => false,
        remote: {
          ...one.remote,
          sendActions: async (actions) => {
            if (!first) return one.remote.sendActions(actions);
            first = false;
            const results = actions.map((action) => ({ id: action.id, status, code: '', body: {} }));
            return { results, now: 0 };
          }
        }
      });
      runner.start('a');
      await asleep(one);
      expect((await one.store.outbox())[0]).toMatchObject({ tries: 1, action: { id: entry?.action.id } });
      one.clock.move(2_000);
      await until(() => one.server.documents.has(id));
      await runner.stop();
    }
  );

  test('that leaves an action out of its answer is asked again', async () => {
    const one = await world();
    await one.store.createDraft(aDraft());
    await one.store.createDraft(aDraft());
    let first = true;
    const runner = aRunner({
      queue: one.store,
      clock: one.clock,
      remote: {
        ...one.remote,
        sendActions: async (actions) => {
          const answer = await one.remote.sendActions(actions);
          if (!first) return answer;
          first = false;
          return { ...answer, results: answer.results.slice(1) };
        }
      }
    });
    runner.start('a');
    await until(async () => (await one.store.counts()).waiting === 1);
    await asleep(one);
    one.clock.move(2_000);
    await sentAll(one);
    expect(one.server.applied).toHaveLength(2);
    await runner.stop();
  });
});

describe('401', () => {
  test('pauses everything until somebody signs in, and loses nothing', async () => {
    const one = await world(
      script({ actions: [refusal(401, 'sign-in')], changes: [refusal(401, 'sign-in')] })
    );
    const id = await one.store.createDraft(aDraft());
    one.runner.start('a');
    await asleep(one);
    expect(one.runner.state.signIn).toBe(true);
    const asked = one.server.requests.length;
    one.clock.move(600_000);
    await asleep(one);
    expect(one.server.requests).toHaveLength(asked);
    expect((await one.store.counts()).waiting).toBe(1);
    one.runner.resume();
    await until(() => one.server.documents.has(id));
    expect(one.runner.state.signIn).toBe(false);
  });

  test('for bytes pauses too', async () => {
    const one = await world(script({ blob: [refusal(401, 'sign-in')] }), { mayPull: () => false });
    const { id } = await aFrozenDocument(one.store);
    one.runner.start('a');
    await until(() => one.runner.state.signIn);
    one.runner.resume();
    await until(() => one.server.documents.get(id)?.document.head === 0);
  });
});

describe('a refusal', () => {
  test('409 keeps the change and the server’s document beside it, and shows the server’s', async () => {
    const one = await world();
    const id = await one.store.createDraft(aDraft({ title: 'mine' }));
    one.runner.start('a');
    await sentAll(one);
    await one.runner.stop();
    one.server.change(id, (state) => ({
      ...state,
      document: { ...state.document, title: 'theirs', version: 5 }
    }));
    await one.store.saveDraft(id, aDraft({ title: 'mine again' }));
    const runner = aRunner({ queue: one.store, remote: one.remote, clock: one.clock });
    runner.start('a');
    await until(async () => (await one.store.counts()).rejected === 1);
    await runner.stop();
    const local = await one.store.document(id);
    expect(local?.document).toMatchObject({ title: 'theirs', version: 5 });
    expect(local?.rejected[0]).toMatchObject({
      status: 409,
      code: 'version',
      conflict: true,
      current: { title: 'theirs' },
      action: { payload: { title: 'mine again' } }
    });
    const { json } = await one.store.exportRejected(local?.rejected[0]?.id ?? '');
    expect(await json.text()).toContain('mine again');
    await one.store.retryRejected(local?.rejected[0]?.id ?? '');
    const again = aRunner({ queue: one.store, remote: one.remote, clock: one.clock });
    again.start('a');
    await sentAll(one);
    await again.stop();
    expect(one.server.documents.get(id)?.document).toMatchObject({ title: 'mine again', version: 6 });
    expect((await one.store.counts()).rejected).toBe(0);
  });

  test('takes what was made on it along, and nothing of other documents', async () => {
    const one = await world();
    const a = await aFrozenDocument(one.store);
    await one.store.sendDocument(a.id);
    const other = await one.store.createDraft(aDraft());
    const runner = aRunner({
      queue: one.store,
      clock: one.clock,
      mayPull: () => false,
      remote: {
        ...one.remote,
        sendActions: async (actions) => {
          const mine = actions.filter(({ document }) => document === a.id);
          const rest = await one.remote.sendActions(actions.filter(({ document }) => document !== a.id));
          const results = mine.map(({ id }, n) =>
            n === 0
              ? { id, status: 403, code: 'forbidden', body: {} }
              : { id, status: 424, code: 'earlier-failed', body: {} }
          );
          return { results: [...results, ...rest.results], now: 0 };
        }
      }
    });
    runner.start('a');
    await until(() => one.server.documents.has(other));
    await until(async () => (await one.store.counts()).waiting === 0);
    await runner.stop();
    expect((await one.store.rejected()).map(({ action, code }) => `${action.kind} ${code}`).sort()).toEqual([
      'document.create forbidden',
      'document.freeze earlier-failed',
      'document.send earlier-failed'
    ]);
    const [create] = (await one.store.rejected()).filter(({ code }) => code === 'forbidden');
    expect((await one.store.exportRejected(create?.id ?? '')).files).toHaveLength(1);
    await one.store.retryRejected(create?.id ?? '');
    one.runner.start('b');
    await sentAll(one);
    expect(one.server.documents.get(a.id)?.document.stage).toBe('company');
  });

  test('of a file too large keeps the file and the action', async () => {
    const one = await world(script({ blob: [refusal(413, 'too-large')] }), { mayPull: () => false });
    const original = await bytes('huge');
    await one.store.createDraft(aDraft({ original: original.sha256 }), original);
    one.runner.start('a');
    await until(async () => (await one.store.counts()).rejected === 1);
    expect((await one.store.rejected())[0]).toMatchObject({ status: 413, code: 'too-large' });
    expect(await (await one.store.blob(original.sha256))?.text()).toBe('huge');
  });

  test('of a whole request is looked for in its actions one by one', async () => {
    const one = await world();
    const bad = await one.store.createDraft(aDraft({ title: 'bad' }));
    const good = await one.store.createDraft(aDraft());
    const runner = aRunner({
      queue: one.store,
      clock: one.clock,
      mayPull: () => false,
      remote: {
        ...one.remote,
        sendActions: (actions) =>
          actions.some(({ document }) => document === bad)
            ? Promise.reject(new ServerRefusal(400, 'bad-request'))
            : one.remote.sendActions(actions)
      }
    });
    runner.start('a');
    await until(() => one.server.documents.has(good));
    await sentAll(one);
    await runner.stop();
    expect((await one.store.rejected()).map(({ document, status }) => [document, status])).toEqual([
      [bad, 400]
    ]);
  });

  test('is let go only when a person says so, with its bytes', async () => {
    const one = await world(script({ blob: [refusal(413, 'too-large')] }), { mayPull: () => false });
    const original = await bytes('huge');
    const id = await one.store.createDraft(aDraft({ original: original.sha256 }), original);
    one.runner.start('a');
    await until(async () => (await one.store.counts()).rejected === 1);
    await one.store.discardRejected((await one.store.rejected())[0]?.id ?? '');
    expect(await one.store.document(id)).toBeUndefined();
    expect(await one.store.blob(original.sha256)).toBeUndefined();
  });
});

describe('bytes', () => {
  test('that the server lost are sent again before their action', async () => {
    const one = await world(undefined, { mayPull: () => false });
    const original = await bytes('pages');
    const id = await one.store.createDraft(aDraft({ original: original.sha256 }), original);
    await one.store.blobSent(original.sha256);
    one.runner.start('a');
    await asleep(one);
    expect(one.server.documents.has(id)).toBe(false);
    one.clock.move(2_000);
    await until(() => one.server.documents.has(id));
    expect(one.server.requests).toEqual(['create', 'blob', 'create']);
  });

  test('that do not hash to their name are reported after three tries', async () => {
    const wrong = refusal(400, 'hash-mismatch');
    const one = await world(script({ blob: [wrong, wrong, wrong] }), { mayPull: () => false });
    const original = await bytes('pages');
    await one.store.createDraft(aDraft({ original: original.sha256 }), original);
    one.runner.start('a');
    await until(async () => {
      if (one.clock.next !== null) one.clock.move(60_000);
      return (await one.store.counts()).rejected === 1;
    });
    expect((await one.store.rejected())[0]).toMatchObject({ code: 'hash-mismatch' });
  });
});

describe('what others did', () => {
  test('comes at a change, page by page', async () => {
    const one = await world();
    one.server.page = 2;
    const ids = await Promise.all([1, 2, 3].map(() => one.store.createDraft(aDraft())));
    one.runner.start('a');
    await sentAll(one);
    await asleep(one);
    for (const id of ids) {
      one.server.change(id, (s) => ({ ...s, document: { ...s.document, title: 'new', version: 9 } }));
    }
    one.runner.change();
    await until(async () => (await one.store.documents()).every(({ document }) => document.title === 'new'));
  });

  test('is fetched each minute when the live feed is silent', async () => {
    const one = await world();
    const id = await one.store.createDraft(aDraft());
    one.runner.start('a');
    await sentAll(one);
    await asleep(one);
    one.server.change(id, (s) => ({ ...s, document: { ...s.document, title: 'new', version: 9 } }));
    one.clock.move(60_000);
    await until(async () => (await one.store.document(id))?.document.title === 'new');
  });

  test('does not cover what this device did and has not sent', async () => {
    let up = true;
    const one = await world((way) => (way === 'actions' && !up ? lost : null));
    const id = await one.store.createDraft(aDraft());
    one.runner.start('a');
    await sentAll(one);
    await asleep(one);
    up = false;
    await one.store.saveDraft(id, aDraft({ title: 'mine' }));
    one.server.change(id, (s) => ({ ...s, document: { ...s.document, title: 'theirs', version: 9 } }));
    const asked = one.server.requests.length;
    one.runner.change();
    await until(async () => {
      if (one.clock.next !== null) one.clock.move(60_000);
      return one.server.requests.length > asked;
    });
    await until(async () => (await one.store.position()).cursor > 3);
    expect((await one.store.document(id))?.document.title).toBe('mine');
  });

  test('is fetched anew from a restored server, and bytes are offered again', async () => {
    const one = await world();
    const { id } = await aFrozenDocument(one.store);
    one.runner.start('a');
    await sentAll(one);
    await until(async () => (await one.store.position()).cursor > 0);
    await asleep(one);
    one.server.epoch = 'epoch-2';
    one.runner.change();
    await until(async () => (await one.store.position()).epoch === 'epoch-2');
    await asleep(one);
    const revision = (await one.store.document(id))?.revisions[0];
    expect(await one.store.blobToSend(revision?.sha256 ?? '')).toBeInstanceOf(Blob);
    expect((await one.store.position()).cursor).toBeGreaterThan(0);
  });

  test('disappears when the server says that it is gone', async () => {
    const one = await world();
    const id = await one.store.createDraft(aDraft());
    one.runner.start('a');
    await sentAll(one);
    await one.runner.stop();
    const { cursor } = await one.store.position();
    await one.store.applyChanges({
      epoch: one.server.epoch,
      cursor: cursor + 1,
      more: false,
      changes: [{ seq: cursor + 1, collection: 'documents', id, record: null }],
      now: 0
    });
    expect(await one.store.documents()).toEqual([]);
  });

  test('is not asked for by a party whose session ended', async () => {
    const one = await world(undefined, { mayPull: () => false });
    await one.store.createDraft(aDraft());
    one.runner.start('a');
    await sentAll(one);
    await asleep(one);
    expect(one.server.requests).toEqual(['create']);
  });
});

describe('a page of changes', () => {
  test('is shown only with the last one, so no head is without its revision', async () => {
    const one = await world();
    const { id, frozen } = await aFrozenDocument(one.store);
    one.runner.start('a');
    await sentAll(one);
    await one.runner.stop();
    const before = await one.store.document(id);
    if (before === undefined) throw new Error('not shown');
    const document = { ...before.document, head: 1, version: 9 };
    const revision = {
      id: anId(),
      document: id,
      seq: 1,
      kind: 'signature',
      sha256: frozen.sha256,
      size: 1,
      prevSha256: frozen.sha256,
      party: null,
      at: 0
    } as const;
    const { cursor } = await one.store.position();
    const page = { epoch: one.server.epoch, now: 0 };
    await one.store.applyChanges({
      ...page,
      cursor: cursor + 1,
      more: true,
      changes: [{ seq: cursor + 1, collection: 'documents', id, record: document }]
    });
    expect((await one.store.document(id))?.document.head).toBe(0);
    await one.store.applyChanges({
      ...page,
      cursor: cursor + 2,
      more: false,
      changes: [{ seq: cursor + 2, collection: 'revisions', id: revision.id, record: revision }]
    });
    const after = await one.store.document(id);
    expect([after?.document.head, after?.revisions.length]).toEqual([1, 2]);
  });
});

describe('a device that fails itself', () => {
  test('while writing an answer sends again and the server answers the same', async () => {
    const one = await world(undefined, { mayPull: () => false });
    const id = await one.store.createDraft(aDraft());
    const defects: unknown[] = [];
    const queue = interrupted(one.store, 'settle', () => Promise.reject(new Error('disk')));
    const runner = aRunner({
      queue,
      remote: one.remote,
      clock: one.clock,
      mayPull: () => false,
      onDefect: (error) => defects.push(error)
    });
    runner.start('a');
    await asleep(one);
    expect(defects).toHaveLength(1);
    one.clock.move(2_000);
    await sentAll(one);
    await runner.stop();
    expect(one.server.applied).toHaveLength(1);
    expect(one.server.documents.get(id)?.document.version).toBe(1);
  });

  test('says nothing of its own defects as being offline', async () => {
    const one = await world(script({ changes: [{ error: new Unreachable('cut') }] }));
    one.runner.start('a');
    await asleep(one);
    expect(one.runner.state.online).toBe(false);
    one.runner.hurry();
    await until(() => one.runner.state.online);
  });
});
