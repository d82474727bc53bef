/** `remote/server.ts` over a server in memory: the routes that the composition roots use. */
import type { Me } from '../../src/lib/domain/api.ts';
import { CONSENT_EN_1 } from '../../src/lib/domain/consent.ts';
import { Server } from '../../src/lib/remote/server.ts';
import { ServerRefusal, Unreachable } from '../../src/lib/sync/failure.ts';
import { ServerModel } from './server-model.ts';

/** Password of every member, code of every party. */
export const PASSWORD = 'right';
export const CODE = '123456';

/** What all devices of a test share. */
export class Place {
  readonly model = new ServerModel();
  readonly me: Me;
  up = true;
  /** Sessions that the server knows. */
  readonly sessions = new Set<string>();
  /** Link token → the party's document and id. */
  readonly links = new Map<string, { document: string; party: string }>();
  /** Headers that came with each request for actions. */
  readonly credentials: (string | null)[] = [];
  constructor(me: Me) {
    this.me = me;
  }
}

function answer(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
}

/** One device's way there. */
export class FakeServer extends Server {
  readonly #place: Place;
  #count = 0;

  constructor(place: Place) {
    super('', (url, init) => this.#answer(url, init));
    this.#place = place;
  }

  override async signIn(_email: string, password: string) {
    if (!this.#place.up) throw new Unreachable('down');
    if (password !== PASSWORD) throw new ServerRefusal(400, 'credentials');
    return this.#session();
  }

  override async refresh() {
    if (!this.#place.up) throw new Unreachable('down');
    if (!this.#place.sessions.has(this.auth ?? '')) throw new ServerRefusal(401, 'sign-in');
    return this.#session();
  }

  override listen() {
    return Promise.resolve(() => undefined);
  }

  #session() {
    this.auth = `token-${this.#place.me.user.id}-${(this.#count += 1)}-${Math.random()}`;
    this.#place.sessions.add(this.auth);
    return { token: this.auth, user: this.#place.me.user.id };
  }

  async #answer(url: string, init: RequestInit): Promise<Response> {
    const place = this.#place;
    if (!place.up) throw new TypeError('Failed to fetch');
    const headers = init.headers as Record<string, string>;
    const path = url.slice(url.indexOf('/countersign/') + 13);
    const body = typeof init.body === 'string' ? (JSON.parse(init.body) as Record<string, string>) : {};
    const link = place.links.get(body['token'] ?? headers['X-Countersign-Link'] ?? '');
    if (path.startsWith('sign/')) {
      return link === undefined ? answer(404, { code: 'link' }) : this.#party(path, body, link);
    }
    const member = place.sessions.has(headers['Authorization'] ?? '');
    if (!member && (link === undefined || !/^(?:blobs|actions)/.test(path))) {
      return answer(401, { code: 'sign-in' });
    }
    const remote = place.model.remoteFor(place.me);
    if (path === 'me') return answer(200, place.me);
    if (path === 'actions') {
      place.credentials.push(headers['Authorization'] ? 'session' : 'link');
      return answer(200, await remote.sendActions(JSON.parse(init.body as string).actions));
    }
    if (path.startsWith('changes')) return answer(200, await remote.changes(Number(path.split('=')[1])));
    const sha256 = path.slice(6, 70);
    if (init.method === 'PUT') {
      await remote.putBlob(sha256, init.body as Blob);
      return answer(200, { sha256 });
    }
    const blob = place.model.blobs.get(sha256);
    return blob === undefined
      ? answer(404, { code: 'not-found' })
      : new Response(blob, { headers: { 'content-type': 'application/pdf' } });
  }

  #party(path: string, body: Record<string, string>, link: { document: string; party: string }): Response {
    const state = this.#place.model.documents.get(link.document);
    const party = state?.parties.find(({ id }) => id === link.party);
    if (state === undefined || party === undefined) return answer(404, { code: 'link' });
    if (path === 'sign/open') {
      const { title, stage } = state.document;
      const ended = stage === 'completed' || stage === 'stopped' ? stage : 'open';
      return answer(200, { workspace: 'W', sender: 'S', title, masked: 'k…', kind: 'sign', state: ended });
    }
    if (path === 'sign/code') return answer(200, { masked: 'k…', expires: 1, resendAt: 1 });
    if (body['code'] !== CODE) return answer(400, { code: 'code-wrong' });
    const auth = `party-${Math.random()}`;
    this.#place.sessions.add(auth);
    return answer(200, {
      ...state,
      party,
      auth,
      nonce: '0'.repeat(64),
      consent: CONSENT_EN_1,
      workspace: 'W',
      now: 0,
      expires: 3_600_000
    });
  }
}
