import { describe, expect, test } from 'vitest';
import { ServerRefusal, Unreachable } from '../sync/failure.ts';
import { Server } from './server.ts';
import { retryAfter, transferTime, type Fetch } from './transport.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
function answers(...responses: (Response | Error)[]): { fetch: Fetch; seen: [string, RequestInit][] } {
  const seen: [string, RequestInit][] = [];
  return {
    seen,
    fetch: async (url, init) => {
      seen.push([url, init]);
      const next = responses.shift();
      if (next === undefined) throw new Error('one request too many');
      if (next instanceof Error) throw next;
      return next;
    }
  };
}
function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { ...JSON_TYPE, ...headers } });
}
function server(...responses: (Response | Error)[]) {
  const { fetch, seen } = answers(...responses);
  return { server: new Server('https://sign.example', fetch), seen };
}
async function failure(work: Promise<unknown>): Promise<Error> {
  try {
    await work;
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing thrown');
}

describe('counts as no answer', () => {
  test.each([
    ['a cut line', new TypeError('Failed to fetch')],
    [
      'a captive portal’s page',
      new Response('<html>Wi-Fi</html>', { headers: { 'content-type': 'text/html' } })
    ],
    [
      'a page with a refusal',
      new Response('<html>', { status: 403, headers: { 'content-type': 'text/html' } })
    ],
    ['broken JSON', new Response('{"results": [', { headers: JSON_TYPE })],
    ['JSON that is no answer', json(200, { hello: 1 })],
    ['an answer without results', json(200, { now: 1 })],
    ['results without status', json(200, { now: 1, results: [{ id: 'x' }] })],
    ['a number', json(200, 7)]
  ])('%s', async (_, response) => {
    expect(await failure(server(response).server.sendActions([]))).toBeInstanceOf(Unreachable);
  });

  test('a page of changes without a cursor', async () => {
    const answer = json(200, { epoch: 'e', more: false, changes: [], now: 1 });
    expect(await failure(server(answer).server.changes(0))).toBeInstanceOf(Unreachable);
  });

  test('a page or JSON in place of a file', async () => {
    const page = new Response('<html>', { headers: { 'content-type': 'text/html' } });
    expect(await failure(server(page).server.getBlob('0', 'd'))).toBeInstanceOf(Unreachable);
    expect(await failure(server(json(200, {})).server.getBlob('0', 'd'))).toBeInstanceOf(Unreachable);
  });
});

describe('a refusal', () => {
  test('carries status, code, body and the time to wait', async () => {
    const answer = json(429, { code: 'code-sends', message: '', resendAt: 5 }, { 'retry-after': '12' });
    const error = await failure(server(answer).server.signCode('t'));
    expect(error).toBeInstanceOf(ServerRefusal);
    expect(error).toMatchObject({
      status: 429,
      code: 'code-sends',
      retryAfter: 12_000,
      body: { resendAt: 5 }
    });
  });

  test.each([
    [400, 'bad-request'],
    [401, 'sign-in'],
    [403, 'forbidden'],
    [404, 'not-found'],
    [500, 'internal']
  ])('%i of PocketBase itself has a code too', async (status, code) => {
    const answer = json(status, { status, message: 'Something.', data: {} });
    expect(await failure(server(answer).server.me())).toMatchObject({ status, code });
  });

  test.each([
    [413, 'too-large'],
    [429, 'rate-limited'],
    [502, 'internal']
  ])('%i of a proxy without JSON is one', async (status, code) => {
    const page = new Response('<html>', { status, headers: { 'content-type': 'text/html' } });
    expect(await failure(server(page).server.me())).toMatchObject({ status, code });
  });
});

describe('a request', () => {
  test('sends the session; never follows a redirect, never uses a cache or cookies', async () => {
    const { server: one, seen } = server(json(200, { user: {} }));
    one.auth = 'token';
    await one.me();
    const [url, init] = seen[0] ?? ['', {}];
    expect(url).toBe('https://sign.example/api/countersign/me');
    expect(init).toMatchObject({ redirect: 'error', cache: 'no-store', credentials: 'omit' });
    expect(init.headers).toEqual({ Accept: 'application/json', Authorization: 'token' });
  });

  test('of a party goes on with the link when the session has ended, and says so', async () => {
    const { server: one, seen } = server(json(401, { code: 'sign-in' }), json(200, { sha256: '0', size: 1 }));
    let ended = 0;
    one.auth = 'old';
    one.link = 'link-token';
    one.onSessionEnd = () => (ended += 1);
    await one.putBlob('0', new Blob(['x']));
    expect(seen.map(([, init]) => init.headers)).toMatchObject([
      { Authorization: 'old' },
      { 'X-Countersign-Link': 'link-token' }
    ]);
    expect([one.auth, ended]).toEqual([null, 1]);
  });

  test('never sends a link beside a session, and a member’s 401 stays one', async () => {
    const { server: one, seen } = server(json(401, { code: 'sign-in' }));
    one.auth = 'token';
    expect(await failure(one.me())).toMatchObject({ status: 401 });
    expect(seen).toHaveLength(1);
    expect(seen[0]?.[1].headers).not.toHaveProperty('X-Countersign-Link');
  });

  test('with a token of a link has it in its body, never in its address', async () => {
    const { server: one, seen } = server(json(200, { masked: '', expires: 0, resendAt: 0 }));
    await one.signCode('secret');
    expect(seen[0]?.[0]).not.toContain('secret');
    expect(seen[0]?.[1].body).toBe('{"token":"secret"}');
  });
});

test('results without a body get an empty one', async () => {
  const answer = json(200, { now: 1, results: [{ id: 'x', status: 200, code: 'ok' }] });
  expect((await server(answer).server.sendActions([])).results[0]?.body).toEqual({});
});

test('changes of collections that this version does not know are left out', async () => {
  const changes = [
    { seq: 1, collection: 'contacts', id: 'c', record: { id: 'c' } },
    { seq: 2, collection: 'documents', id: 'd', record: null },
    { seq: 3, collection: 'documents', id: 'd', record: { id: 'other' } }
  ];
  const answer = json(200, { epoch: 'e', cursor: 3, more: false, changes, now: 1 });
  expect((await server(answer).server.changes(0)).changes.map(({ seq }) => seq)).toEqual([2]);
});

test('Retry-After is read as seconds or as a date', () => {
  expect(retryAfter('3', 0)).toBe(3000);
  expect(retryAfter('Thu, 01 Jan 1970 00:00:10 GMT', 4000)).toBe(6000);
  expect(retryAfter('soon', 0)).toBeNull();
  expect(retryAfter(null, 0)).toBeNull();
});

test('a big file has the time of a slow line', () => {
  expect(transferTime(50_000_000) / 60_000).toBeGreaterThan(50);
});
