import type { ActionKind, Payload } from '../../src/lib/domain/action.ts';
import type { ActionResult, ActionsResponse, PartySession } from '../../src/lib/domain/api.ts';
import type { PartyDraft } from '../../src/lib/domain/party.ts';
import { draftOf, frozen, original, sha256, type Frozen } from './paper.ts';
import { call, id, type Answer } from './people.ts';
import type { TestServer } from './server.ts';

/** Who sends: a session's token, or a link's. */
export interface Sender {
  readonly auth?: string;
  readonly link?: string;
}

export interface Wire<K extends ActionKind = ActionKind> {
  readonly id: string;
  readonly v: 1;
  readonly kind: K;
  readonly document: string;
  readonly baseVersion: number;
  readonly payload: Payload<K>;
  readonly at: number;
}

export const action = <K extends ActionKind>(
  kind: K,
  document: string,
  baseVersion: number,
  payload: Payload<K>,
  change: Partial<Wire<K>> = {}
): Wire<K> => ({ id: id(), v: 1, kind, document, baseVersion, payload, at: Date.now(), ...change });

export const send = (
  server: TestServer,
  who: Sender,
  actions: readonly unknown[]
): Promise<Answer<ActionsResponse & object>> =>
  call(server, 'POST', 'actions', { ...who, body: { actions } });

/** One action's result; fails loudly when the request itself is refused. */
export async function one(server: TestServer, who: Sender, wire: unknown): Promise<ActionResult> {
  const answer = await send(server, who, [wire]);
  const result = answer.body.results?.[0];
  if (result === undefined) throw new Error(`actions: ${JSON.stringify(answer)}`);
  return result;
}

/** One action that must be accepted. */
export async function done(server: TestServer, who: Sender, wire: unknown): Promise<ActionResult> {
  const result = await one(server, who, wire);
  if (result.status !== 200) throw new Error(`refused: ${JSON.stringify(result)}`);
  return result;
}

export const put = (
  server: TestServer,
  who: Sender,
  bytes: Uint8Array,
  name = sha256(bytes)
): Promise<Answer> => call(server, 'PUT', `blobs/${name}`, { ...who, raw: bytes });

export interface Sent {
  readonly document: string;
  readonly parties: readonly PartyDraft[];
  readonly paper: Frozen;
  readonly before: Uint8Array;
}

/** Prepares a document up to a step: created, frozen, or sent (version 1, 2, 3). */
export async function prepare(
  server: TestServer,
  who: Sender,
  parties: readonly PartyDraft[],
  until: 'create' | 'freeze' | 'send' = 'send',
  title = 'Consultancy'
): Promise<Sent> {
  const before = original();
  const draft = draftOf(parties, sha256(before), title);
  const paper = frozen(draft, before);
  const document = id();
  await put(server, who, before);
  await done(server, who, action('document.create', document, 0, draft));
  if (until !== 'create') {
    await put(server, who, paper.bytes);
    await done(server, who, action('document.freeze', document, 1, paper.payload));
  }
  if (until === 'send') await done(server, who, action('document.send', document, 2, {}));
  return { document, parties, paper, before };
}

/** Opens a link as a party does: asks for a code, gives it, and is inside. */
export async function enter(
  server: TestServer,
  token: string,
  code: () => Promise<string>
): Promise<PartySession> {
  const asked = await call(server, 'POST', 'sign/code', { body: { token } });
  if (asked.status !== 200) throw new Error(`sign/code: ${JSON.stringify(asked)}`);
  const session = await call<PartySession & object>(server, 'POST', 'sign/session', {
    body: { token, code: await code() }
  });
  if (session.status !== 200) throw new Error(`sign/session: ${JSON.stringify(session)}`);
  return session.body;
}
