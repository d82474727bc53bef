import { afterEach, expect, test } from 'vitest';
import type { Store } from '../../src/lib/store/contract.ts';
import { browserChannel, browserLocks } from '../../src/lib/sync/platform.ts';
import type { Runner } from '../../src/lib/sync/runner.ts';
import { disturbed } from './network.ts';
import { aDraft, aMember, anId, aStore } from './people.ts';
import { ServerModel } from './server-model.ts';
import { aRunner, TestClock, until } from './stage.ts';

interface Tab {
  readonly store: Store;
  readonly runner: Runner;
}
const tabs: Tab[] = [];
afterEach(async () => {
  for (const { runner, store } of tabs) {
    await runner.stop();
    store.close();
  }
  await tabs.splice(0).at(-1)?.store.destroy();
});

/** Tabs of one member in one browser: one database, one lock, one channel, all real. */
function browser(decide: Parameters<typeof disturbed>[1] = () => null) {
  const me = aMember();
  const server = new ServerModel();
  const clock = new TestClock();
  const name = `tabs-${anId()}`;
  return {
    server,
    clock,
    async open(): Promise<Tab> {
      const store = await aStore({ now: () => clock.now() }, me);
      const remote = disturbed(server.remoteFor(me), decide);
      const runner = aRunner({
        queue: store,
        remote,
        clock,
        locks: browserLocks,
        channel: browserChannel(name)
      });
      runner.start(name);
      const tab = { store, runner };
      tabs.push(tab);
      return tab;
    }
  };
}

test('of two tabs one leads, and both show what both did', async () => {
  const { server, open } = browser();
  const first = await open();
  await until(() => first.runner.leading);
  const second = await open();
  const [a, b] = [await first.store.createDraft(aDraft()), await second.store.createDraft(aDraft())];
  expect(second.runner.leading).toBe(false);
  first.runner.nudge();
  await until(() => server.documents.has(a) && server.documents.has(b));
  expect(second.runner.leading).toBe(false);
  expect(server.applied).toHaveLength(2);
  expect((await second.store.documents()).map(({ document }) => document.id).sort()).toEqual([a, b].sort());
});

test('the next tab leads when the first is closed, and goes on where it was', async () => {
  let up = false;
  const { server, open } = browser(() => (up ? null : { lost: 'request' }));
  const first = await open();
  await until(() => first.runner.leading);
  const id = await first.store.createDraft(aDraft());
  const second = await open();
  await first.runner.stop();
  await until(() => second.runner.leading);
  expect(server.documents.size).toBe(0);
  up = true;
  second.runner.hurry();
  await until(() => server.documents.has(id));
});

test('a tab that does not lead wakes the one that does, and shows its state', async () => {
  let up = false;
  const { server, open, clock } = browser(() => (up ? null : { lost: 'request' }));
  const first = await open();
  const id = await first.store.createDraft(aDraft());
  const second = await open();
  await until(() => !second.runner.state.online, 'told that it is offline');
  await until(() => clock.next !== null);
  up = true;
  second.runner.hurry();
  await until(() => server.documents.has(id));
  await until(() => second.runner.state.online, 'told that it is online');
});
