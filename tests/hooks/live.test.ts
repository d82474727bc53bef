// What devices hear: realtime pokes, the feed page by page, limits of requests.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ChangesResponse } from '../../src/lib/domain/api.ts';
import { action, done, prepare, send } from './desk.ts';
import { client, director, draftOf } from './paper.ts';
import { call, id, OWNER } from './people.ts';
import { arrive, hire, openWorkspace, type Workspace } from './workspace.ts';

let workspace: Workspace;
beforeAll(async () => {
  workspace = await openWorkspace();
});
afterAll(() => workspace.server.stop());

/** A subscription to `documents` as the SDK makes it; resolves `next()` with each change's document id. */
async function listen(auth: string) {
  const stop = new AbortController();
  const response = await fetch(`${workspace.server.url}/api/realtime`, { signal: stop.signal });
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  let text = '';
  const read = async (pattern: RegExp): Promise<RegExpExecArray> => {
    for (;;) {
      const match = pattern.exec(text);
      if (match !== null) {
        text = text.slice(match.index + match[0].length);
        return match;
      }
      const part = await reader.read();
      if (part.done) throw new Error('the stream ended');
      text += new TextDecoder().decode(part.value);
    }
  };
  const [, clientId] = await read(/"clientId":"([^"]+)"/);
  const body = { clientId, subscriptions: ['documents/*'] };
  const subscribed = await call(workspace.server, 'POST', '/api/realtime', { auth, body });
  expect(subscribed.status).toBe(204);
  return {
    next: async (document: string) => {
      await read(new RegExp(`"id":"${document}"`));
    },
    heard: () => text,
    stop: () => stop.abort()
  };
}

test('a member, and the party of a document, are poked when it changes; a stranger is not', async () => {
  const { server, owner } = workspace;
  const stranger = await hire(workspace, { name: 'Sam', email: 'sam@workspace.example', role: 'member' });
  const dora = director();
  const sent = await prepare(server, owner, [dora, client()]);
  const { session, link } = await arrive(workspace, dora);
  const streams = {
    owner: await listen(owner.auth),
    party: await listen(session.auth),
    stranger: await listen(stranger.auth)
  };
  const own = action('document.create', id(), 0, draftOf([director()], null));
  await done(
    server,
    { link },
    action('document.decline', sent.document, 3, { party: dora.id, reason: 'no' })
  );
  await streams.owner.next(sent.document);
  await streams.party.next(sent.document);
  // The stranger's own change comes after, so whatever came before it was heard by then.
  await done(server, stranger, own);
  await streams.stranger.next(own.document);
  expect(streams.stranger.heard()).not.toContain(sent.document);
  for (const stream of Object.values(streams)) stream.stop();
});

test('the feed comes page by page, in order, and ends', async () => {
  const { server, owner } = workspace;
  for (const count of [50, 20]) {
    const drafts = Array.from({ length: count }, () =>
      action('document.create', id(), 0, draftOf([director(), client()], null))
    );
    const answer = await send(server, owner, drafts);
    expect(answer.body.results.every((result) => result.status === 200)).toBe(true);
  }
  const seqs: number[] = [];
  let pages = 0;
  for (let since = 0, more = true; more; pages += 1) {
    const page = await call<ChangesResponse & object>(server, 'GET', `changes?since=${since}`, owner);
    seqs.push(...page.body.changes.map((change) => change.seq));
    expect(page.body.changes.length).toBeLessThanOrEqual(200);
    ({ cursor: since, more } = page.body);
  }
  expect(pages).toBeGreaterThan(1);
  expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
  expect(new Set(seqs).size).toBe(seqs.length);
  const epochs = await call<ChangesResponse & object>(server, 'GET', 'changes?since=0', owner);
  expect(epochs.body.epoch).toMatch(/^\d{13}-[0-9a-f]{16}$/);
});

test('passwords are tried twenty times a minute at most', async () => {
  const attempts = await Promise.all(
    Array.from({ length: 40 }, () =>
      call(workspace.server, 'POST', '/api/collections/users/auth-with-password', {
        body: { identity: OWNER.email, password: 'wrong wrong wrong' }
      })
    )
  );
  const statuses = attempts.map((attempt) => attempt.status);
  expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(18);
  expect(statuses.some((status) => status === 200)).toBe(false);
});
