// Who may do what to a document, in which state, with which answer (`backend.md`, `security.md` A1 to A3).
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { memorySource } from '../../src/lib/bytes/source.ts';
import { concat } from '../../src/lib/bytes/concat.ts';
import type { ChangesResponse, Role } from '../../src/lib/domain/api.ts';
import type { DocumentRecord } from '../../src/lib/domain/document.ts';
import type { PartyRecord } from '../../src/lib/domain/party.ts';
import { action, done, one, prepare, put, send, type Sender, type Sent } from './desk.ts';
import { client, director, draftOf, frozen, original, sha256 } from './paper.ts';
import { call, id, sql, type SignedIn } from './people.ts';
import { arrive, hire, openWorkspace, type Workspace } from './workspace.ts';

let workspace: Workspace;
let people: Record<'owner' | 'manager' | 'member' | 'stranger', SignedIn>;
let party: Sender;
/** Sent by the member of team Sales. */
let sent: Sent;

beforeAll(async () => {
  workspace = await openWorkspace({ sql: true });
  const { server, owner } = workspace;
  const team = await call<{ id: string }>(server, 'POST', 'teams', {
    auth: owner.auth,
    body: { name: 'Sales' }
  });
  const join = (name: string, role: Role, into?: string) =>
    hire(workspace, {
      name,
      role,
      email: `${name.toLowerCase()}@workspace.example`,
      ...(into === undefined ? {} : { team: into })
    });
  people = {
    owner,
    manager: await join('Mia', 'manager', team.body.id),
    member: await join('Max', 'member', team.body.id),
    stranger: await join('Sam', 'manager')
  };
  const dora = director();
  sent = await prepare(server, people.member, [dora, client()]);
  party = { auth: (await arrive(workspace, dora)).session.auth };
});
afterAll(() => workspace.server.stop());

const changesOf = async (who: Sender, since = 0): Promise<ChangesResponse> =>
  (await call<ChangesResponse & object>(workspace.server, 'GET', `changes?since=${since}`, { ...who })).body;
const documentOf = async (document: string): Promise<DocumentRecord | undefined> =>
  (await changesOf(workspace.owner)).changes.find((change) => change.id === document)
    ?.record as DocumentRecord;

describe('who sees a document', () => {
  test.each([
    ['owner', true],
    ['manager', true],
    ['member', true],
    ['stranger', false]
  ] as const)('%s: %s', async (name, sees) => {
    const who = people[name];
    const { server } = workspace;
    const feed = await changesOf(who);
    expect(feed.changes.some((change) => change.id === sent.document)).toBe(sees);
    const record = await call(server, 'GET', `/api/collections/documents/records/${sent.document}`, who);
    expect(record.status).toBe(sees ? 200 : 404);
    const parties = await call<{ items: unknown[] }>(server, 'GET', '/api/collections/parties/records', who);
    expect(parties.body.items.length > 0).toBe(sees);
    expect(JSON.stringify(parties.body)).not.toContain('dora@acme.example');
    const blob = await call(server, 'GET', `blobs/${sent.paper.sha256}?document=${sent.document}`, who);
    expect(blob.status).toBe(sees ? 200 : 404);
    for (const what of ['events', 'messages']) {
      const read = await call(server, 'GET', `documents/${sent.document}/${what}`, who);
      expect(read.status, what).toBe(sees ? 200 : 404);
    }
  });

  test('nobody without a session', async () => {
    for (const path of ['me', 'changes', `documents/${sent.document}/events`, 'members']) {
      const answer = await call(workspace.server, 'GET', path);
      expect([answer.status, answer.body.code], path).toEqual([401, 'sign-in']);
    }
    const list = await call<{ items?: unknown[] }>(
      workspace.server,
      'GET',
      '/api/collections/documents/records'
    );
    expect(list.body.items ?? []).toEqual([]);
  });
});

describe('who may change one', () => {
  const reason = { reason: 'no longer needed' };
  test.each([
    ['stranger', 'document.void', 404, 'not-found'],
    ['stranger', 'document.send', 404, 'not-found'],
    ['party', 'document.void', 403, 'forbidden'],
    ['party', 'document.delete', 403, 'forbidden'],
    ['owner', 'document.decline', 403, 'forbidden'],
    ['member', 'document.decline', 403, 'forbidden'],
    ['member', 'document.delete', 403, 'not-draft'],
    ['member', 'document.send', 403, 'not-draft'],
    ['party', 'document.create', 403, 'forbidden']
  ] as const)('%s, %s: %i %s', async (name, kind, status, code) => {
    const who = name === 'party' ? party : people[name];
    const payloads = {
      'document.void': reason,
      'document.send': {},
      'document.delete': {},
      'document.decline': { party: sent.parties[0]?.id ?? '', reason: 'no' },
      'document.create': draftOf([director()], null)
    };
    const document = kind === 'document.create' ? id() : sent.document;
    const result = await one(workspace.server, who, action(kind, document, 3, payloads[kind] as never));
    expect([result.status, result.code]).toEqual([status, code]);
  });

  test('only the owner invites and makes teams; managers see the members', async () => {
    const invite = { name: 'New', email: 'new@workspace.example', role: 'member', team: null };
    for (const name of ['manager', 'member'] as const) {
      const auth = people[name].auth;
      expect((await call(workspace.server, 'POST', 'members', { auth, body: invite })).status).toBe(403);
      expect((await call(workspace.server, 'POST', 'teams', { auth, body: { name: 'X' } })).status).toBe(403);
    }
    expect((await call(workspace.server, 'GET', 'members', people.member)).status).toBe(403);
    const rows = await call<{ members: { name: string; status: string }[] }>(
      workspace.server,
      'GET',
      'members',
      people.manager
    );
    expect(rows.body.members.map((row) => row.name)).toEqual(expect.arrayContaining(['Olga Owner', 'Max']));
  });

  test('records are not written past the routes, not even by their owner', async () => {
    const auth = people.owner.auth;
    const attempts: [string, string][] = [
      ['PATCH', `documents/records/${sent.document}`],
      ['DELETE', `documents/records/${sent.document}`],
      ['PATCH', `parties/records/${sent.parties[0]?.id ?? ''}`],
      ['POST', 'events/records'],
      ['POST', 'revisions/records'],
      ['POST', 'members/records']
    ];
    for (const [method, path] of attempts) {
      const answer = await call(workspace.server, method, `/api/collections/${path}`, {
        auth,
        body: { stage: 'completed' }
      });
      expect(answer.status, path).toBeGreaterThanOrEqual(400);
      expect(answer.status, path).toBeLessThan(405);
    }
    expect((await documentOf(sent.document))?.stage).toBe('company');
  });
});

describe('A1: an action is done once', () => {
  const create = () => action('document.create', id(), 0, draftOf([director(), client()], null));

  test('the same action again gets the stored answer and changes nothing', async () => {
    const wire = create();
    const first = await one(workspace.server, people.member, wire);
    const events = () =>
      call<{ events: unknown[] }>(
        workspace.server,
        'GET',
        `documents/${wire.document}/events`,
        people.member
      );
    const again = await one(workspace.server, people.member, { ...wire, at: wire.at + 5_000 });
    expect(again).toEqual(first);
    expect((await events()).body.events).toHaveLength(1);
  });

  test('ten at once are one', async () => {
    const wire = create();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => one(workspace.server, people.member, wire))
    );
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect((await documentOf(wire.document))?.version).toBe(1);
  });

  test('the same id with another payload is refused', async () => {
    const wire = create();
    await done(workspace.server, people.member, wire);
    const other = await one(workspace.server, people.member, {
      ...wire,
      payload: { ...wire.payload, title: 'Something else' }
    });
    expect([other.status, other.code]).toEqual([422, 'action-reused']);
  });

  test('the same id by somebody else is another action', async () => {
    const wire = create();
    await done(workspace.server, people.member, wire);
    const foreign = await one(workspace.server, people.stranger, wire);
    expect([foreign.status, foreign.code]).toEqual([400, 'bad-request']);
    const own = { ...create(), id: wire.id };
    expect((await one(workspace.server, people.stranger, own)).status).toBe(200);
  });

  test('a refused action is tried again when it comes again', async () => {
    const before = concat(original(), new TextEncoder().encode('\n% refused once\n'));
    const wire = action('document.create', id(), 0, draftOf([director()], sha256(before)));
    const missing = await one(workspace.server, people.member, wire);
    expect([missing.status, missing.code]).toEqual([400, 'blob-missing']);
    await put(workspace.server, people.member, before);
    expect((await one(workspace.server, people.member, wire)).status).toBe(200);
  });
});

describe('order and versions', () => {
  test('after a failure later actions of the same document wait, others do not', async () => {
    const [a, b] = [id(), id()];
    const draft = draftOf([director()], null);
    const answer = await send(workspace.server, people.member, [
      action('document.create', a, 0, draft),
      action('document.save', a, 7, draft),
      action('document.save', a, 1, draft),
      action('document.create', b, 0, draftOf([director()], null))
    ]);
    expect(answer.body.results.map((result) => [result.status, result.code])).toEqual([
      [200, 'ok'],
      [409, 'version'],
      [424, 'earlier-failed'],
      [200, 'ok']
    ]);
    expect(answer.body.results[1]?.body['current']).toMatchObject({ id: a, version: 1 });
  });

  test('each accepted action raises the version by one', async () => {
    const before = original();
    const document = id();
    const draft = draftOf([director(), client()], sha256(before));
    const paper = frozen(draft, before);
    await put(workspace.server, people.member, before);
    const versions: unknown[] = [];
    const act = async (wire: ReturnType<typeof action>) =>
      versions.push((await done(workspace.server, people.member, wire)).body['version']);
    await act(action('document.create', document, 0, draft) as never);
    await act(action('document.save', document, 1, { ...draft, title: 'Second title' }) as never);
    await put(workspace.server, people.member, paper.bytes);
    await act(action('document.freeze', document, 2, paper.payload) as never);
    await act(action('document.send', document, 3, {}) as never);
    await act(action('document.void', document, 4, { reason: 'wrong person' }) as never);
    expect(versions).toEqual([1, 2, 3, 4, 5]);
    const record = await documentOf(document);
    expect(record).toMatchObject({
      stage: 'stopped',
      stopReason: 'voided',
      stopNote: 'wrong person',
      turn: null
    });
  });

  test('more than fifty actions, or none that can be read, are refused as a whole', async () => {
    const many = await send(
      workspace.server,
      people.member,
      Array.from({ length: 51 }, () => ({}))
    );
    expect([many.status, many.body.code]).toEqual([400, 'bad-request']);
    const odd = await one(workspace.server, people.member, { id: 'x', kind: 'document.explode' });
    expect([odd.status, odd.code]).toEqual([400, 'bad-request']);
  });
});

describe('a draft on its way', () => {
  const start = async (until: 'create' | 'freeze', parties = [director(), client()]) =>
    prepare(workspace.server, people.member, parties, until);

  test('is not sent before it is frozen', async () => {
    const { document } = await start('create');
    const result = await one(workspace.server, people.member, action('document.send', document, 1, {}));
    expect([result.status, result.code]).toEqual([403, 'not-frozen']);
  });

  test.each([
    ['an address that is none', [director({ email: 'nowhere' }), client()], 'email'],
    ['a number that is none', [director(), client({ phone: '12' })], 'phone'],
    ['a party without a name', [director({ name: '' }), client()], 'name']
  ])('is not sent with %s', async (_, parties, what) => {
    const { document } = await start('freeze', parties);
    const result = await one(workspace.server, people.member, action('document.send', document, 2, {}));
    expect([result.status, result.code]).toEqual([400, 'incomplete']);
    expect(String(result.body['missing'])).toContain(what);
  });

  test('is not sent when a party has no place to sign', async () => {
    const before = original();
    const draft = draftOf([director(), client()], sha256(before));
    const lacking = { ...draft, fields: draft.fields.filter((field, index) => index !== 2) };
    const paper = frozen(lacking, before);
    const document = id();
    await put(workspace.server, people.member, before);
    await put(workspace.server, people.member, paper.bytes);
    await done(workspace.server, people.member, action('document.create', document, 0, lacking));
    await done(workspace.server, people.member, action('document.freeze', document, 1, paper.payload));
    const result = await one(workspace.server, people.member, action('document.send', document, 2, {}));
    expect([result.code, result.body['missing']]).toEqual([
      'incomplete',
      [`signature:${draft.parties[1]?.id}`]
    ]);
  });

  test('cannot be changed once it is frozen', async () => {
    const { document, paper } = await start('freeze');
    const { revision: _, ...draft } = paper.payload;
    const result = await one(workspace.server, people.member, action('document.save', document, 2, draft));
    expect([result.status, result.code]).toEqual([403, 'not-draft']);
  });

  test('is frozen only over its own bytes', async () => {
    const { document, before } = await start('create');
    const draft = draftOf([director(), client()], sha256(before));
    const other = concat(new TextEncoder().encode('%PDF-1.4 other'), frozen(draft, before).bytes);
    await put(workspace.server, people.member, other);
    const payload = {
      ...frozen(draft, before).payload,
      revision: { seq: 0, sha256: sha256(other), size: other.length, prevSha256: sha256(before) }
    };
    const result = await one(
      workspace.server,
      people.member,
      action('document.freeze', document, 1, payload)
    );
    expect([result.status, result.code]).toEqual([400, 'prefix']);
  });

  test('is removed, and the devices that had it hear of it', async () => {
    const { document, parties } = await start('create');
    const before = await changesOf(people.member);
    await done(workspace.server, people.member, action('document.delete', document, 1, {}));
    const after = await changesOf(people.member, before.cursor);
    const gone = after.changes.filter((change) => change.record === null).map((change) => change.id);
    expect(new Set(gone)).toEqual(new Set([document, ...parties.map((one) => one.id)]));
    expect((await changesOf(people.stranger)).changes.some((change) => change.id === document)).toBe(false);
  });

  test.each([
    [
      'two parties with one id',
      (draft: ReturnType<typeof draftOf>) => ({ ...draft, parties: [draft.parties[0], draft.parties[0]] })
    ],
    [
      'a field of nobody',
      (draft: ReturnType<typeof draftOf>) => ({ ...draft, parties: draft.parties.slice(1) })
    ],
    ['a title of two lines', (draft: ReturnType<typeof draftOf>) => ({ ...draft, title: 'One\nTwo' })],
    [
      'a name with a bidi override',
      (draft: ReturnType<typeof draftOf>) => ({
        ...draft,
        parties: draft.parties.map((one) => ({ ...one, name: 'a\u202eb' }))
      })
    ],
    [
      'a member who does not exist',
      (draft: ReturnType<typeof draftOf>) => ({
        ...draft,
        parties: draft.parties.map((one) => ({ ...one, member: 'a'.repeat(15) }))
      })
    ]
  ])('is refused with %s', async (_, change) => {
    const payload = change(draftOf([director(), client()], null));
    const result = await one(
      workspace.server,
      people.member,
      action('document.create', id(), 0, payload as never)
    );
    expect([result.status, result.code]).toEqual([400, 'bad-request']);
  });

  test('does not take another document’s party', async () => {
    const stolen = draftOf([director({ id: sent.parties[0]?.id ?? '' })], null);
    const result = await one(workspace.server, people.stranger, action('document.create', id(), 0, stolen));
    expect([result.status, result.code]).toEqual([400, 'bad-request']);
    const names = (await changesOf(people.member)).changes.filter(
      (change) => change.id === sent.parties[0]?.id
    );
    expect((names[0]?.record as PartyRecord).document).toBe(sent.document);
  });
});

describe('A2: rights are those at arrival', () => {
  test('a removed member’s queued actions are refused', async () => {
    const gone = await hire(workspace, { name: 'Gus', email: 'gus@workspace.example', role: 'member' });
    const { document } = await prepare(workspace.server, gone, [director(), client()], 'freeze');
    await sql(workspace.server, `DELETE FROM members WHERE user = '${gone.user}'`);
    const answer = await send(workspace.server, gone, [action('document.send', document, 2, {})]);
    expect([answer.status, answer.body.code]).toEqual([403, 'forbidden']);
    const list = await call<{ items: unknown[] }>(
      workspace.server,
      'GET',
      '/api/collections/documents/records',
      gone
    );
    expect(list.body.items).toEqual([]);
  });
});

describe('A3: blobs', () => {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(`%PDF-1.7 ${text}`);

  test('wrong, empty and malformed names are refused', async () => {
    const wrong = await put(workspace.server, people.member, bytes('a'), sha256(bytes('b')));
    expect([wrong.status, wrong.body.code]).toEqual([400, 'hash-mismatch']);
    const malformed = await put(workspace.server, people.member, bytes('a'), 'ABC');
    expect([malformed.status, malformed.body.code]).toEqual([400, 'bad-request']);
    const nobody = await put(workspace.server, {}, bytes('a'));
    expect([nobody.status, nobody.body.code]).toEqual([401, 'sign-in']);
  });

  test('naming a foreign hash gives nothing: no reading, no document', async () => {
    const secret = await prepare(workspace.server, people.owner, [director(), client()], 'create', 'Secret');
    const mine = action('document.create', id(), 0, draftOf([director()], secret.paper.sha256));
    const named = await one(workspace.server, people.stranger, mine);
    expect([named.status, named.code]).toEqual([400, 'blob-missing']);
    for (const document of [secret.document, sent.document, 'x']) {
      const read = await call(
        workspace.server,
        'GET',
        `blobs/${sha256(secret.before)}?document=${document}`,
        people.stranger
      );
      expect(read.status).toBe(404);
    }
  });

  test('the same bytes by two people are stored once and readable through each one’s document', async () => {
    const shared = concat(original(), bytes('shared'));
    for (const who of [people.member, people.stranger]) {
      expect((await put(workspace.server, who, shared)).status).toBe(200);
      const wire = action('document.create', id(), 0, draftOf([director()], sha256(shared)));
      await done(workspace.server, who, wire);
      const response = await fetch(
        `${workspace.server.url}/api/countersign/blobs/${sha256(shared)}?document=${wire.document}`,
        { headers: { Authorization: who.auth } }
      );
      expect(sha256(new Uint8Array(await response.arrayBuffer()))).toBe(sha256(shared));
    }
  });

  test('five that no action used are enough', async () => {
    const busy = await hire(workspace, { name: 'Bea', email: 'bea@workspace.example', role: 'member' });
    const answers = [];
    for (let n = 0; n < 6; n++) answers.push(await put(workspace.server, busy, bytes(`number ${n}`)));
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 200, 200, 429]);
    await done(
      workspace.server,
      busy,
      action('document.create', id(), 0, draftOf([director()], sha256(bytes('number 0'))))
    );
    expect((await put(workspace.server, busy, bytes('number 5'))).status).toBe(200);
  });

  test('a file above 50 MB is refused', async () => {
    const large = await put(workspace.server, people.stranger, new Uint8Array((50 << 20) + 1));
    expect(large.status).toBe(413);
  });

  test('W4: files are attachments in a sandbox, never cached', async () => {
    const path = `${workspace.server.url}/api/countersign/blobs/${sent.paper.sha256}?document=${sent.document}`;
    const response = await fetch(path, { headers: { Authorization: people.member.auth } });
    expect(response.headers.get('content-disposition')).toMatch(/^attachment/);
    expect(response.headers.get('content-security-policy')).toBe("sandbox; default-src 'none'");
    expect(response.headers.get('cache-control')).toBe('private, no-store');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(memorySource(new Uint8Array(await response.arrayBuffer())).size).toBe(sent.paper.bytes.length);
    // Past the route there is no way to a stored file.
    const stored = await fetch(`${workspace.server.url}/api/files/blobs/x/${sent.paper.sha256}.pdf`);
    expect(stored.status).toBe(404);
  });
});
